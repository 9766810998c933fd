"""The verbs of a grid draft: open, draw, split, merge, move, prune, change, retire, undo, redo, discard.

Each locks the draft, refuses a picture that is gone (`version`), keeps what it touched as one step, and gives what it
changed. How ground is cut and shared is `boundaries.grid_topology`'s; publishing is `boundaries.grid_publishing`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import shapely
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import draft_edit, grid_codes, polygons
from boundaries import grid_topology as topology
from boundaries.draft_edit import Edit, NoSuchCell
from boundaries.grid_attributes import checked_attributes
from boundaries.models import DraftCell, DraftStep, DraftVerb, GridCell, GridDraft, Region

SNAP_M = 5.0  # metres within which a drawn corner means its neighbour's
_SAME_BOX = 2 * topology.SAME  # degrees


class DraftClosed(ValueError):
    """It was published or discarded: nothing is drawn on it any more."""


class DraftChanged(ValueError):
    """Somebody has drawn since the caller looked; `version` is the one of now."""

    def __init__(self, sentence: str, version: int):
        super().__init__(sentence)
        self.version = version


class NothingToUndo(ValueError):
    """No step to take back, or none to do again."""


@dataclass(frozen=True)
class Outcome:
    """The draft after a verb, the cells that it changed, and the keys of those that are gone."""

    draft: GridDraft
    changed: list[DraftCell] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@transaction.atomic
def open_draft(region: Region, level: int, *, by=None, name: str = "") -> GridDraft:
    """A copy of the tier as it is in force, or as what is published last will have it."""
    cells = GridCell.objects.filter(region=region, level=level)
    newest = cells.aggregate(newest=Max("valid_from"))["newest"]
    day = max(timezone.localdate(), newest or timezone.localdate())
    called = name or _("Tier {level}, {day}").format(level=level, day=timezone.localdate())
    draft = GridDraft.objects.create(region=region, level=level, name=called, based_on=day, made_by=by)
    stored = cells.valid_on(day).select_related("parent").defer("parent__geom")
    DraftCell.objects.bulk_create([draft_edit.copy_of(draft, cell) for cell in stored], batch_size=2000)
    return draft


def editing(draft: GridDraft, version: int | None) -> GridDraft:
    """The draft, locked until the transaction ends, as the caller has seen it."""
    locked = GridDraft.objects.select_for_update().get(pk=draft.pk)
    if not locked.is_open:
        raise DraftClosed(_("“{name}” is {status}: open a new draft.").format(
            name=locked.name, status=locked.get_status_display()))  # fmt: skip
    if version is not None and version != locked.version:
        raise DraftChanged(_("The draft has changed since you looked: look again."), locked.version)
    return locked


@transaction.atomic
def draw(draft: GridDraft, drawn: shapely.Polygon, *, by=None, version=None, snap_m=SNAP_M, overlapping=False, **said):
    """A new cell. Its corners land on its neighbours' within `snap_m` metres; what lies in other cells, or in another
    area than its own, is cut away unless it may be `overlapping` or is special. `said`: attributes, else proposed."""
    draft = editing(draft, version)
    if why := polygons.shape_fault(drawn) or polygons.place_fault(drawn):
        raise topology.Untenable(why)
    lands = grid_codes.lands_of(draft)
    near = _near(draft, drawn, snap_m)
    shape = topology.snapped(drawn, [*map(_shape, near), *(land.geom for land in lands)], snap_m)
    home = grid_codes.home_of(shape, lands, said.get("area_code"))
    if not overlapping and said.get("kind") != GridCell.Kind.SPECIAL:
        ordinary = [_shape(cell) for cell in near if cell.kind != GridCell.Kind.SPECIAL]
        shape = topology.cut(shape, ordinary) if ordinary else shape
        shape = topology.within(shape, home.geom) if home else shape
    edit = Edit(draft, DraftVerb.DRAW, by)
    attributes = checked_attributes(draft, {**grid_codes.proposed(draft, shape, home), **said})
    made = edit.add(level=draft.level, geom=polygons.to_store(shape), **attributes)
    _share(edit, {made.pk: made, **{cell.pk: cell for cell in near}})
    return _done(edit)


@transaction.atomic
def split(draft: GridDraft, key: int, line: shapely.LineString, *, by=None, version=None, snap_m=SNAP_M) -> Outcome:
    """Divide a cell by a line across it; the largest piece keeps code, posts and name."""
    draft = editing(draft, version)
    cell = _standing(draft, [key])[0]
    pieces = topology.divided(_shape(cell), topology.line_on_corners(line, _shape(cell), snap_m), snap_m)
    edit = Edit(draft, DraftVerb.SPLIT, by)
    edit.change(cell, geom=polygons.to_store(pieces[0]))
    made = {cell.pk: cell}
    for piece in pieces[1:]:
        home = grid_codes.home_of(piece, grid_codes.lands_of(draft), cell.area_code)
        attributes = {**grid_codes.proposed(draft, piece, home), "kind": cell.kind, "patrol_days": cell.patrol_days}
        attributes |= {"area_code": cell.area_code, "parent_code": cell.parent_code}
        new = edit.add(level=draft.level, geom=polygons.to_store(piece), **attributes)
        made[new.pk] = new
    _share(edit, made | {one.pk: one for one in _near(draft, _shape(cell), 0) if one.pk not in made})
    return _done(edit)


@transaction.atomic
def merge(draft: GridDraft, keys: Sequence[int], *, by=None, version=None) -> Outcome:
    """Make one cell of several that hang together; the first keeps its code and name, the others end."""
    draft = editing(draft, version)
    if len(set(keys)) < 2:
        raise topology.Untenable(_("Choose at least two cells to merge."))
    first, *others = _standing(draft, keys)
    whole = topology.joined([_shape(cell) for cell in (first, *others)])
    edit = Edit(draft, DraftVerb.MERGE, by)
    edit.change(first, geom=polygons.to_store(whole))
    for other in others:
        edit.end(other)
    return _done(edit)


@transaction.atomic
def move(draft: GridDraft, moves: Sequence[tuple], *, by=None, version=None, snap_m=0.0) -> Outcome:
    """Put corners elsewhere, in every cell that shares them; a place on an edge becomes a corner first. `moves`: pairs
    of (lon, lat). Refused where a ring would cross itself."""
    draft = editing(draft, version)
    starts = shapely.MultiPoint([start for start, _end in moves])
    theirs = {cell.pk: cell for cell in _near(draft, starts, 0)}
    shapes = {key: _shape(cell) for key, cell in theirs.items()}
    holders = {key for key, shape in shapes.items() if shape.boundary.distance(starts) <= topology.SAME}
    landing = shapely.MultiPoint([end for _start, end in moves])
    beside = {cell.pk: cell for cell in _near(draft, landing, snap_m) if cell.pk not in holders}
    targets = [*map(_shape, beside.values()), *(land.geom for land in grid_codes.lands_of(draft))]
    moves = [(start, topology.landed(end, targets, snap_m)) for start, end in moves]
    edit = Edit(draft, DraftVerb.MOVE, by)
    for key, shape in _named(theirs, topology.moved, {key: shapes[key] for key in holders}, moves).items():
        edit.change(theirs[key], geom=polygons.to_store(shape))
    _share(edit, {key: theirs[key] for key in holders} | beside)
    return _done(edit)


@transaction.atomic
def prune(draft: GridDraft, corners: Sequence[tuple], *, by=None, version=None) -> Outcome:
    """Remove corners, (lon, lat) each, from every cell that shares them. Refused by the name of the cell where ground
    would open between cells, or a ring would not be one any more."""
    draft = editing(draft, version)
    near = {cell.pk: cell for cell in _near(draft, shapely.MultiPoint(corners), 0)}
    edit = Edit(draft, DraftVerb.PRUNE, by)
    shapes = {key: _shape(cell) for key, cell in near.items()}
    for key, shape in _named(near, topology.pruned, shapes, corners).items():
        edit.change(near[key], geom=polygons.to_store(shape))
    _share(edit, near)
    return _done(edit)


def _named(cells, verb, shapes, places):
    """What a verb of `topology` gives, or why it does not with the name of the cell that stands in the way."""
    try:
        return verb(shapes, places)
    except topology.Untenable as error:
        if error.key is None:
            raise
        raise topology.Untenable(_("{cell}: {why}").format(cell=cells[error.key], why=error), error.key) from error


@transaction.atomic
def change(draft: GridDraft, key: int, *, by=None, version=None, **said) -> Outcome:
    """Say another code, name, parent, area, kind or number of days; BadAttribute names what cannot be."""
    draft = editing(draft, version)
    cell = _standing(draft, [key])[0]
    edit = Edit(draft, DraftVerb.CHANGE, by)
    edit.change(cell, **checked_attributes(draft, said, cell))
    return _done(edit)


@transaction.atomic
def retire(draft: GridDraft, keys: Sequence[int], *, by=None, version=None) -> Outcome:
    """End cells: those in force stay to be seen as retired, those of the draft alone go."""
    draft = editing(draft, version)
    edit = Edit(draft, DraftVerb.RETIRE, by)
    for cell in _standing(draft, keys):
        edit.end(cell)
    return _done(edit)


@transaction.atomic
def undo(draft: GridDraft, *, version=None) -> Outcome:
    draft = editing(draft, version)
    step = draft.steps.filter(undone=False).last()
    if step is None:
        raise NothingToUndo(_("There is nothing to undo."))
    return _put(draft, step, step.before, undone=True)


@transaction.atomic
def redo(draft: GridDraft, *, version=None) -> Outcome:
    draft = editing(draft, version)
    step = draft.steps.filter(undone=True).first()
    if step is None:
        raise NothingToUndo(_("There is nothing to do again."))
    return _put(draft, step, step.after, undone=False)


@transaction.atomic
def discard(draft: GridDraft, *, version=None) -> GridDraft:
    draft = editing(draft, version)
    draft.status = GridDraft.Status.DISCARDED
    draft.save(update_fields=["status"])
    return draft


def _put(draft: GridDraft, step: DraftStep, rows: dict, *, undone: bool) -> Outcome:
    changed, gone = draft_edit.put_back(draft, rows)
    step.undone = undone
    step.save(update_fields=["undone"])
    draft.version += 1
    draft.save(update_fields=["version"])
    return Outcome(draft, changed, gone)


def _done(edit: Edit) -> Outcome:
    changed, gone = edit.keep()
    return Outcome(edit.draft, changed, gone)


def _standing(draft: GridDraft, keys: Sequence[int]) -> list[DraftCell]:
    """In the order asked for; NoSuchCell for one that is not there or ended."""
    found = draft.cells.standing().in_bulk(list(keys))
    if missing := [key for key in keys if key not in found]:
        raise NoSuchCell(_("The draft has no cell {key}: it may have been ended or merged.").format(key=missing[0]))
    return [found[key] for key in dict.fromkeys(keys)]


def _near(draft: GridDraft, shape, metres: float) -> list[DraftCell]:
    reach = metres / topology.metre_scale(shape).min() + _SAME_BOX
    west, south, east, north = shape.bounds
    return list(draft.cells.standing().near((west - reach, south - reach, east + reach, north + reach)))


def _shape(cell: DraftCell) -> shapely.Geometry:
    """A polygon where the cell has one part."""
    stored = polygons.of_stored(cell.geom)
    return stored.geoms[0] if len(stored.geoms) == 1 else stored


def _share(edit: Edit, cells: dict[int, DraftCell]) -> None:
    """Give neighbours each other's corners on their common lines."""
    for key, shape in topology.shared({key: _shape(cell) for key, cell in cells.items()}).items():
        edit.change(cells[key], geom=polygons.to_store(shape))
