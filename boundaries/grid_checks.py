"""The faults of a draft as it would be in force, and of what is in force."""

from collections.abc import Iterable
from typing import NamedTuple

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from boundaries import draft_edit, grid_codes, grid_faults, polygons, versions
from boundaries.grid_faults import Cell, Fault, Kind
from boundaries.models import Edition, GridCell, GridDraft, Region
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
    drawn = [(*row[:3], _Row(*row[3:])) for row in _rows(draft.cells, "base_id", "opened_as", "retired")]
    later = in_force(draft.region, draft.level, max(draft.based_on, timezone.localdate()))
    standing = _stored(later)
    ended = {base for base, _opened, _retired, _row in drawn if base and base not in standing}
    bases = standing | _stored(GridCell.objects.filter(pk__in=ended))
    known, given_way, made = set(), set(), []
    for base, opened_as, retired, row in drawn:
        known.add(base)
        if opened_as and not retired and _gives_way(row, opened_as, bases.get(base)):
            given_way.add(base)
        elif not retired:
            made.append(row)
    others = [row._replace(key=None) for key, row in standing.items() if key not in known or key in given_way]
    return _cells(made + others)


class _Row(NamedTuple):
    """A cell as it is read in their thousands; `said` in the order of `draft_edit.SAID`."""

    key: int | None
    wkb: bytes
    said: tuple


def _rows(cells, *more):
    """(…more, key, WKB, what is said of it) of each; without the models, which would take most of the time."""
    told = cells.annotate(wkb=AsWKB("geom")).values_list(*more, "pk", "wkb", *draft_edit.SAID)
    first = len(more)
    return [(*row[: first + 1], bytes(row[first + 1]), row[first + 2 :]) for row in told]


def _stored(cells) -> dict[int, _Row]:
    with_parent = cells.annotate(parent_code=Coalesce("parent__code", Value("")))
    return {row[0]: _Row(*row) for row in _rows(with_parent)}


def _gives_way(row: _Row, opened_as: str, base: _Row | None) -> bool:
    """Whether the draft did not touch the cell, and others did."""
    is_base = base is not None and (row.wkb, row.said) == (base.wkb, base.said)
    return not is_base and draft_edit.mark_of(row.said, row.wkb) == opened_as


def _cells(rows: list[_Row]) -> list[Cell]:
    shapes = shapely.from_wkb([row.wkb for row in rows])
    cells = []
    for row, shape in zip(rows, shapes, strict=True):
        said = dict(zip(draft_edit.SAID, row.said, strict=True))
        told = {name: said[name] for name in ("code", "name", "level", "area_code", "parent_code", "kind")}
        cells.append(Cell(geom=shape, key=row.key, **told))
    return cells


def in_force(region: Region, level: int, day):
    return GridCell.objects.filter(region=region, level=level).valid_on(day)


def faults_in_force(region: Region, level: int) -> list[Fault]:
    """Of today; worked out once for as long as the land stays what it is."""
    key = (region.pk, level, versions.of_land())
    return _kept.get(key, lambda: _faults_in_force(region, level))


def _faults_in_force(region, level):
    day = timezone.localdate()
    standing = _cells([row._replace(key=None) for row in _stored(in_force(region, level, day)).values()])
    if not standing and not Edition.objects.current(region, day):
        return []
    as_draft = GridDraft(region=region, level=level, based_on=day)
    parents = grid_codes.parents_of(as_draft)
    return grid_faults.faults(standing, grid_codes.lands(region, day), parents, _rules(region, level))


def _rules(region: Region, level: int):
    edition = Edition.objects.defer("outline").current(region)
    return of_ground(region.pk, edition.pk, level) if edition else USUAL_GROUND
