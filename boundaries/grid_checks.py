"""The faults of a draft as it would be in force, and of what is in force."""

from collections.abc import Iterable

import shapely
from django.utils import timezone

from boundaries import draft_edit, grid_codes, grid_faults, polygons, versions
from boundaries.grid_faults import Cell, Fault, Kind
from boundaries.models import DraftCell, Edition, GridCell, GridDraft, Region
from boundaries.rules import USUAL_GROUND, of_ground
from gis_core.kept import Kept

MOST_KEPT = 16
_kept = Kept(MOST_KEPT)


def faults_of(draft: GridDraft) -> list[Fault]:
    """Cells are known by their keys in the draft; those that others have put in force since have none."""
    lands, parents = grid_codes.lands_of(draft), grid_codes.parents_of(draft)
    return grid_faults.faults(cells_to_be(draft), lands, parents, _rules(draft.region, draft.level))


def gap_rate(draft: GridDraft, faults: Iterable[Fault]) -> float:
    """Share of the areas' ground in no cell, by the faults found; 0 without an area."""
    whole = sum(polygons.square_metres(land.geom) for land in grid_codes.lands_of(draft))
    return sum(fault.area_m2 for fault in faults if fault.kind is Kind.GAP) / whole if whole else 0.0


def cells_to_be(draft: GridDraft) -> list[Cell]:
    """What would stand if the draft were published: where it changed nothing, what is in force by now."""
    drawn = list(draft.cells.select_related("base__parent").defer("base__parent__geom"))
    later = in_force(draft.region, draft.level, max(draft.based_on, timezone.localdate()))
    known = {cell.base_id for cell in drawn}
    standing = {cell.pk: cell for cell in later.select_related("parent").defer("parent__geom")}
    giving_way = {cell.pk: cell.base_id for cell in drawn if _gives_way(cell)}
    given_way = set(giving_way.values())
    made = [_drafted(cell) for cell in drawn if not cell.retired and cell.pk not in giving_way]
    others = [cell for key, cell in standing.items() if key not in known or key in given_way]
    return made + [stored(cell) for cell in others]


def _gives_way(cell: DraftCell) -> bool:
    return bool(cell.opened_as) and not draft_edit.is_touched(cell) and draft_edit.has_moved_on(cell)


def in_force(region: Region, level: int, day):
    return GridCell.objects.filter(region=region, level=level).valid_on(day)


def faults_in_force(region: Region, level: int) -> list[Fault]:
    """Of today; worked out once for as long as the land stays what it is."""
    key = (region.pk, level, versions.of_land())
    return _kept.get(key, lambda: _faults_in_force(region, level))


def _faults_in_force(region, level):
    day = timezone.localdate()
    cells = in_force(region, level, day).select_related("parent").defer("parent__geom")
    if not cells and not Edition.objects.current(region, day):
        return []
    as_draft = GridDraft(region=region, level=level, based_on=day)
    parents = grid_codes.parents_of(as_draft)
    standing = [stored(cell) for cell in cells]
    return grid_faults.faults(standing, grid_codes.lands(region, day), parents, _rules(region, level))


def _rules(region: Region, level: int):
    edition = Edition.objects.defer("outline").current(region)
    return of_ground(region.pk, edition.pk, level) if edition else USUAL_GROUND


def _drafted(cell: DraftCell) -> Cell:
    return _cell(cell, cell.parent_code, cell.pk)


def stored(cell: GridCell) -> Cell:
    return _cell(cell, cell.parent.code if cell.parent else "", None)


def _cell(cell, parent_code: str, key: int | None) -> Cell:
    return Cell(
        code=cell.code, name=cell.name, level=cell.level, geom=_polygon(cell), area_code=cell.area_code,
        parent_code=parent_code, kind=cell.kind, key=key,
    )  # fmt: skip


def _polygon(cell) -> shapely.Geometry:
    return polygons.of_stored(cell.geom)
