"""What is wrong with grid cells of one tier, taken as a set: shapes, codes, parents, overlaps, ground in no cell.

Shapely, WGS 84 degrees, for a draft and for a file as for what is in force; sizes in metres. The definitions of gap
and overlap are those of `boundaries.ground`, which says the same of what is stored.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import shapely
from django.utils.translation import gettext as _

from boundaries import polygons
from boundaries.models import GridCell
from boundaries.rules import USUAL_GROUND, GroundRules
from gis_core.sentences import ground

COUNTY, TOWN, VILLAGE, WHOLE = 6, 9, 12, 15  # characters of a code up to each of its parts
INTERIORS_MEET = "T********"  # DE-9IM
_CODE = re.compile(r"\d{6}[0-9A-Z]{3}\d{6}")
# How much of a parent's code its children repeat: a township's, a village's, a village group's.
_REPEATED = {1: TOWN, 2: VILLAGE, 3: VILLAGE}


class Kind(Enum):
    """`refuses`: a grid with such a fault cannot be published."""

    SHAPE = ("shape", True)
    CODE_TWICE = ("code_twice", True)
    OVERLAP = ("overlap", True)
    OUTSIDE_PARENT = ("outside_parent", True)
    CODE = ("code", False)
    NO_PARENT = ("no_parent", False)
    ACROSS = ("across", False)
    GAP = ("gap", False)

    def __init__(self, word, refuses):
        self.word, self.refuses = word, refuses


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell as it is checked; `key` is whatever the caller knows it by."""

    code: str
    name: str
    level: int
    geom: shapely.Geometry
    area_code: str = ""
    parent_code: str = ""
    kind: str = GridCell.Kind.ORDINARY.value
    key: int | None = None


@dataclass(frozen=True, eq=False)
class Land:
    """An area that cells belong to."""

    code: str
    name: str
    geom: shapely.Geometry


@dataclass(frozen=True, eq=False)
class Fault:
    """One fault; `geom` is where to look, which for an overlap or a gap is the very ground."""

    kind: Kind
    sentence: str
    cells: tuple[Cell, ...]
    geom: shapely.Geometry
    area_m2: float | None = None
    area_code: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.geom.bounds


def faults(
    cells: Sequence[Cell], areas: Sequence[Land], parents: Sequence[Cell] = (), rules: GroundRules = USUAL_GROUND
) -> list[Fault]:
    """Every fault, those that refuse first. `parents`: the cells of the nearest tier up that there is, if any."""
    misshapen = [
        Fault(Kind.SHAPE, _("{cell}: {why}").format(cell=called(cell), why=why), (cell,), cell.geom)
        for cell in cells
        if (why := polygons.shape_fault(cell.geom))
    ]
    faulty = {fault.cells[0] for fault in misshapen}
    sound = [cell for cell in cells if cell not in faulty]
    found = [
        *misshapen,
        *_repeated(cells),
        *_overlaps(sound, rules),
        *_outside_parents(sound, parents, rules),
        *_codes(cells, areas, parents),
        *_homeless(cells, areas, parents),
        *_across(sound, areas, rules),
        *gaps(sound, areas, rules),
    ]
    return sorted(found, key=lambda fault: not fault.kind.refuses)


def called(cell: Cell) -> str:
    return f"{cell.name} {cell.code}" if cell.name else cell.code


def _repeated(cells):
    by_code = defaultdict(list)
    for cell in cells:
        by_code[cell.code].append(cell)
    for code, same in by_code.items():
        if len(same) > 1:
            sentence = _("The code {code} is that of {number} cells.").format(code=code, number=len(same))
            yield Fault(Kind.CODE_TWICE, sentence, tuple(same), shapely.GeometryCollection([one.geom for one in same]))


def _codes(cells, areas, parents):
    lands = {area.code: area for area in areas}
    above = {parent.code: parent for parent in parents}
    for cell in cells:
        if why := code_fault(cell, lands.get(cell.area_code), above.get(cell.parent_code)):
            yield Fault(Kind.CODE, _("{cell}: {why}").format(cell=called(cell), why=why), (cell,), cell.geom)


def code_fault(cell: Cell, area: Land | None, parent: Cell | None) -> str:
    """Why the code cannot be this cell's; empty when it can. A letter stands only where the area's own code has one,
    and such an area, which has no statistical code, may have cells under any code of the county."""
    if not _CODE.fullmatch(cell.code):
        return _("a code has 15 characters: 6 for the county, 3 for the town, 3 for the village, 3 in sequence")
    if area:
        own = cell.code.startswith(area.code[:WHOLE])
        lettered = not area.code.isdigit()
        if not own and not (lettered and cell.code.isdigit() and cell.code[:COUNTY] == area.code[:COUNTY]):
            return _("the code is not one of {area} {code}").format(area=area.name, code=area.code)
    elif not cell.code.isdigit():
        return _("letters stand in a code only where the area's own code has them")
    if parent and cell.code[: _REPEATED[parent.level]] != parent.code[: _REPEATED[parent.level]]:
        return _("the code is not one of its parent {parent}").format(parent=called(parent))
    return ""


def _homeless(cells, areas, parents):
    """Cells of no area, or of no parent where there is a tier above."""
    lands, above = {area.code for area in areas}, {parent.code for parent in parents}
    for cell in cells:
        if cell.area_code not in lands:
            sentence = _("{cell} belongs to no area.").format(cell=called(cell))
        elif above and cell.parent_code not in above:
            sentence = _("{cell} belongs to no cell of the tier above.").format(cell=called(cell))
        else:
            continue
        yield Fault(Kind.NO_PARENT, sentence, (cell,), cell.geom)


def _outside_parents(cells, parents, rules):
    sound = {parent.code: parent for parent in parents if not polygons.shape_fault(parent.geom)}
    for parent, cell, outside, area_m2 in _outside(cells, sound, "parent_code", rules):
        sentence = _("{cell} lies outside its parent {parent} with {area}.").format(
            cell=called(cell), parent=called(parent), area=ground(area_m2)
        )
        yield Fault(Kind.OUTSIDE_PARENT, sentence, (cell, parent), outside, area_m2)


def _across(cells, areas, rules):
    for area, cell, outside, area_m2 in _outside(cells, {area.code: area for area in areas}, "area_code", rules):
        others = [
            other.name
            for other in areas
            if other is not area
            and rules.is_overlap(polygons.square_metres(shapely.intersection(other.geom, outside)), cell.area_code)
        ]
        told = {"cell": called(cell), "own": area.name, "others": ", ".join(others), "area": ground(area_m2)}
        sentence = (
            _("{cell} belongs to {own} and lies with {area} in {others}.").format(**told)
            if others
            else _("{cell} belongs to {own} and lies with {area} in no area.").format(**told)
        )
        yield Fault(Kind.ACROSS, sentence, (cell,), outside, area_m2, area.code)


def _outside(cells, homes, belongs, rules):
    """(home, cell, its ground outside, m²) of cells that lie outside their home with more than slivers."""
    by_home = defaultdict(list)
    for cell in cells:
        by_home[getattr(cell, belongs)].append(cell)
    for code, home in homes.items():
        theirs = by_home[code]
        shapely.prepare(home.geom)
        within = shapely.covers(home.geom, [cell.geom for cell in theirs])
        for cell in (cell for cell, inside in zip(theirs, within, strict=True) if not inside):
            outside = shapely.difference(cell.geom, home.geom)
            if rules.is_overlap(area_m2 := polygons.square_metres(outside), cell.area_code):
                yield home, cell, outside, area_m2


def _overlaps(cells, rules):
    """Ordinary cells that share ground; a special one may lie over them, and over another special one."""
    ordinary = [cell for cell in cells if cell.kind != GridCell.Kind.SPECIAL]
    if not ordinary:
        return
    shapes = np.array([cell.geom for cell in ordinary], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, "intersects")
    one, other = one[one < other], other[one < other]
    meet = shapely.relate_pattern(shapes[one], shapes[other], INTERIORS_MEET)  # most have but a line in common
    one, other = one[meet], other[meet]
    shared = shapely.intersection(shapes[one], shapes[other])
    for place in np.flatnonzero(shapely.area(shared)):
        pair = (ordinary[one[place]], ordinary[other[place]])
        area_m2 = polygons.square_metres(shared[place])
        if rules.is_overlap(area_m2, *(cell.area_code for cell in pair)):
            sentence = _("{one} and {other} overlap with {area}.").format(
                one=called(pair[0]), other=called(pair[1]), area=ground(area_m2)
            )
            yield Fault(Kind.OVERLAP, sentence, pair, shared[place], area_m2)


def gaps(cells: Sequence[Cell], areas: Sequence[Land], rules: GroundRules = USUAL_GROUND) -> list[Fault]:
    """Ground of the areas in no cell, the largest first; without a cell that is one fault, kindly told."""
    if not cells:
        return _all_bare(areas)
    shapes = [cell.geom for cell in cells]
    tree = shapely.STRtree(shapes)
    found = []
    for area in areas:
        near = tree.query(area.geom, "intersects")
        bare = shapely.difference(area.geom, shapely.union_all([shapes[place] for place in near]))
        pieces = [piece for piece in shapely.get_parts(bare) if piece.area]  # where two only touch, a line is left
        sized = [(piece, polygons.square_metres(piece)) for piece in pieces]
        rule = rules.of(area.code)
        found += [
            _gap(area, piece, area_m2)
            for piece, area_m2 in sized
            if rule.is_gap(area_m2, polygons.metres_around(piece))
        ]
    return sorted(found, key=lambda fault: -fault.area_m2)


def _gap(area: Land, piece, area_m2: float) -> Fault:
    sentence = _("{name}: {area} in no cell.").format(name=area.name, area=ground(area_m2))
    return Fault(Kind.GAP, sentence, (), piece, area_m2, area.code)


def _all_bare(areas) -> list[Fault]:
    whole = [polygons.square_metres(area.geom) for area in areas]
    if not whole:
        return []
    sentence = _("No cell is drawn yet: all {number} areas, {area} km², are still to be divided.").format(
        number=len(areas), area=f"{sum(whole) / 1e6:,.1f}"
    )
    return [Fault(Kind.GAP, sentence, (), shapely.GeometryCollection([area.geom for area in areas]), sum(whole))]


def gap_rate(cells: Sequence[Cell], areas: Sequence[Land]) -> float:
    """Share of the areas' ground that lies in no cell: 1 without a cell, 0 without an area."""
    whole = sum(polygons.square_metres(area.geom) for area in areas)
    return sum(fault.area_m2 for fault in gaps(cells, areas)) / whole if whole else 0.0
