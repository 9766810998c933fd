"""Where nobody looks: grid cells and ground, as of any date (domain page 6, C1–C7), each with its status and why.

C1 ground in no cell, C1b ground of no group, C2 overlaps (`boundaries.ground`); of a cell C3 unstaffed, C4 not
patrolled in time, C5 hot and not patrolled in half that time, C6 too little of it seen along tracks, C7 silent.

    coverage.of("410182")                          today, as of this minute
    coverage.of("410182", date(2026, 3, 1))        as it was at the end of that day
"""

from cases.coverage import days
from cases.coverage.cells import CellCoverage, GapCoverage, Kind
from cases.coverage.figures import Figures
from cases.coverage.reading import Coverage, of
from cases.coverage.reasons import reasons
from cases.coverage.seen import seen_by

__all__ = ["CellCoverage", "Coverage", "Figures", "GapCoverage", "Kind", "days", "of", "reasons", "seen_by"]
