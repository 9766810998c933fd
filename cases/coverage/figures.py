"""What a region's coverage comes to on a day, in numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from boundaries.ground import Ground
from cases.coverage.cells import CellCoverage


@dataclass(frozen=True)
class Figures:
    """What a day comes to; square metres on the ellipsoid, rates between 0 and 1, None where there is nothing to
    divide by. `patrol_rate` is by cells, `patrol_area_rate` by their ground."""

    cells: int
    whole_m2: float
    gaps: int
    gap_m2: float
    gap_rate: float | None
    slivers: int
    slivers_m2: float
    unanswered_m2: float
    overlaps: int
    overlap_m2: float
    unstaffed: int
    without_embedded: int
    hot_unpatrolled: int
    stale: int
    never: int
    thin: int
    silent: int
    set_up_rate: float | None
    staffed_rate: float | None
    patrol_rate: float | None
    patrol_area_rate: float | None
    miss_rate: float | None


def figures_of(cells: Iterable[CellCoverage], held: Ground) -> Figures:
    cells = tuple(cells)
    whole, gap_m2 = sum(held.whole_m2.values()), sum(gap.area_m2 for gap in held.gaps)
    in_time = [cell for cell in cells if not cell.stale]
    unstaffed, stale = sum(not cell.staffed for cell in cells), len(cells) - len(in_time)
    missed = sum(cell.others_true for cell in cells if cell.silent)
    gap_rate = _rate(gap_m2, whole)
    return Figures(
        cells=len(cells), whole_m2=whole, gaps=len(held.gaps), gap_m2=gap_m2, gap_rate=gap_rate,
        slivers=sum(held.slivers.values()), slivers_m2=sum(held.slivers_m2.values()),
        unanswered_m2=held.unanswered_m2,
        overlaps=len(held.overlaps), overlap_m2=sum(pair.area_m2 for pair in held.overlaps),
        unstaffed=unstaffed, without_embedded=sum(not cell.embedded for cell in cells),
        hot_unpatrolled=sum(cell.hot_unpatrolled for cell in cells), stale=stale,
        never=sum(cell.days is None for cell in cells), thin=sum(cell.thin for cell in cells),
        silent=sum(cell.silent for cell in cells),
        set_up_rate=None if gap_rate is None else 1 - gap_rate,
        staffed_rate=_rate(len(cells) - unstaffed, len(cells)),
        patrol_rate=_rate(len(in_time), len(cells)),
        patrol_area_rate=_rate(sum(cell.area_m2 for cell in in_time), sum(cell.area_m2 for cell in cells)),
        miss_rate=_rate(missed, sum(cell.true_cases for cell in cells)),
    )  # fmt: skip


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None
