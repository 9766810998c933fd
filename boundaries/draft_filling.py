"""Many cells at once into a new draft: those of a file, and those that areas are divided into. No step to undo."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from boundaries import grid_codes, grid_shapes, polygons
from boundaries import grid_topology as topology
from boundaries.grid_drafts import open_draft
from boundaries.grid_faults import VILLAGE, Cell, Land
from boundaries.models import DraftCell, GridCell, GridDraft, Region


class CannotDivide(ValueError):
    """The areas cannot be divided like that."""


@transaction.atomic
def fill(draft: GridDraft, cells: Sequence[Cell], ends: Callable[[DraftCell], bool]) -> GridDraft:
    """Put cells into a draft: over those that have their codes, beside the others; of these the ones end that `ends`
    says. Neighbours get their corners."""
    there = {cell.code: cell for cell in draft.cells.standing()}
    codes = {cell.code for cell in cells}
    staying = [cell for code, cell in there.items() if code not in codes and not ends(cell)]
    ended = [cell for code, cell in there.items() if code not in codes and ends(cell)]
    shapes = _with_common_corners(cells, staying)
    filled = [_filled(there.get(cell.code) or DraftCell(draft=draft), cell, shapes[cell.code]) for cell in cells]
    DraftCell.objects.bulk_create([cell for cell in filled if cell.pk is None], batch_size=2000)
    touched = [cell for cell in staying if cell.code in shapes]
    for cell in touched:
        cell.geom = polygons.to_store(shapes[cell.code])
    fields = ("name", "kind", "parent_code", "area_code", "patrol_days", "geom")
    DraftCell.objects.bulk_update([cell for cell in filled if cell.code in there] + touched, fields, batch_size=500)
    draft.cells.filter(pk__in=[cell.pk for cell in ended]).update(retired=True)
    return draft


def _with_common_corners(cells: Sequence[Cell], staying: Sequence[DraftCell]) -> dict[str, shapely.Geometry]:
    """The shapes of the new cells, and of those that stay and got corners of new ones, by code."""
    shapes = {cell.code: cell.geom for cell in cells}
    kept = {cell.code: polygons.of_stored(cell.geom) for cell in staying}
    if kept:
        all_of_them = shapes | kept
        codes, tree = list(all_of_them), shapely.STRtree(list(all_of_them.values()))
        one, other = tree.query(list(shapes.values()), "dwithin", distance=topology.SAME)
        mixed = {codes[place] for place in one} | {codes[place] for place in other}
        beside = {codes[there] for here, there in zip(one, other, strict=True) if codes[there] in kept}
        if beside:
            shapes |= topology.shared({code: all_of_them[code] for code in codes if code in mixed})
    return shapes


def _filled(row: DraftCell, cell: Cell, shape) -> DraftCell:
    row.level, row.code, row.name, row.kind = cell.level, cell.code, cell.name, cell.kind
    row.area_code, row.parent_code = cell.area_code, cell.parent_code
    row.geom = polygons.to_store(shape)
    return row


@transaction.atomic
def make(
    region: Region, level: int, shape: str, size_m: float, *,
    areas: Iterable[str] = (), places: Sequence[tuple[str, str, float, float]] = (), by=None, name: str = "",
) -> GridDraft:  # fmt: skip
    """A draft in which the areas (by code; all of them where none is named) are divided anew. `places`: villages as
    (12-digit code, name, lon, lat); with them each cell belongs to the village nearest to it, and `voronoi` gives each
    village one cell. Cells that lay there end, special ones stay. Deterministic."""
    draft = open_draft(region, level, by=by, name=name)
    lands = grid_codes.lands_of(draft)
    wanted = _wanted(lands, list(areas))
    points = [(lon, lat) for _code, _name, lon, lat in places]
    faces = grid_shapes.divide(wanted, shape, size_m, points)
    cells = _named(draft, faces, size_m, places)
    codes = {land.code for land in wanted}
    return fill(draft, cells, lambda cell: cell.area_code in codes and cell.kind != GridCell.Kind.SPECIAL)


def _wanted(lands: list[Land], codes: list[str]) -> list[Land]:
    known = {land.code: land for land in lands}
    if not lands:
        raise CannotDivide(_("The region has no map of responsibility in force: there is nothing to divide."))
    if missing := [code for code in codes if code not in known]:
        raise CannotDivide(_("There is no area {code}. There are: {known}.").format(
            code=missing[0], known=", ".join(f"{land.code} {land.name}" for land in lands)))  # fmt: skip
    return [known[code] for code in codes] if codes else lands


def _named(draft, faces, size_m, places) -> list[Cell]:
    """Codes run in rows from north to south and from west to east within a village, or an area without one."""
    parents = grid_codes.parents_of(draft)
    above = shapely.STRtree([parent.geom for parent in parents]) if parents else None
    in_village = defaultdict(list)
    for area, face in faces:
        middle = face.representative_point()
        parent = parents[min(above.query(middle, "intersects"), default=-1)] if above else None
        parent = parent if parent and parent.geom.intersects(middle) else None
        village = _nearest(middle, [one for one in places if one[0].startswith(area.code)])
        prefix = village[0] if village else (parent.code if parent else area.code).ljust(VILLAGE, "0")[:VILLAGE]
        in_village[prefix, village[1] if village else area.name].append((area, parent, face))
    taken = set(draft.cells.filter(kind=GridCell.Kind.SPECIAL).values_list("code", flat=True))
    return [
        Cell(code, _("{place} cell {number}").format(place=place, number=code[VILLAGE:]), draft.level, face, area.code,
             parent.code if parent else "")
        for (prefix, place), group in sorted(in_village.items(), key=lambda one: one[0])
        for code, (area, parent, face) in zip(_codes(prefix, taken, len(group)), _in_rows(group, size_m), strict=True)
    ]  # fmt: skip


def _nearest(middle, villages):
    scale = topology.metre_scale(middle)
    here = np.array([middle.x, middle.y])
    return min(villages, key=lambda one: np.hypot(*((np.array(one[2:4]) - here) * scale)), default=None)


def _in_rows(group, size_m):
    """Rows as high as a cell, counted from the northern end of the ground."""
    north = max(face.bounds[3] for *_its, face in group)
    height = size_m / topology.metre_scale(group[0][2])[1]

    def place(one):
        middle = one[2].centroid
        return int((north - middle.y) / height), middle.x, -middle.y

    return sorted(group, key=place)


def _codes(prefix: str, taken: set[str], number: int) -> list[str]:
    free = [code for n in range(1, grid_codes.LAST_NUMBER + 1) if (code := f"{prefix}{n:03d}") not in taken]
    if number > len(free):
        raise CannotDivide(
            _("{number} cells under {prefix}, where codes have room for {most}: make them larger, or name villages.")
            .format(number=number, prefix=prefix, most=len(free))
        )  # fmt: skip
    return free[:number]
