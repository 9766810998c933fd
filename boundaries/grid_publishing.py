"""A draft held against what is in force, and put in force from a day on.

A cell that changed ends the day before and begins anew under its code, with its posts; one whose ground stayed the
same and only got a neighbour's corners on its edge stays the same row. What began on that very day is written over:
it was in force at no other time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import shapely
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import draft_edit, grid_checks, polygons, posts, visits
from boundaries.draft_edit import ATTRIBUTES
from boundaries.grid_drafts import editing
from boundaries.grid_faults import Fault
from boundaries.models import DraftCell, Edition, GridCell, GridDraft, GridPost, Region
from boundaries.post_carrying import carry_posts
from gis_core.db.functions import SquareMetres

SAME_GROUND_M2 = 0.01
NEW, CHANGED, CORNERS, RETIRED, SAME = KINDS = ("new", "changed", "corners", "retired", "same")
_TOLD = tuple(name for name in ATTRIBUTES if name not in ("level", "parent_code"))


class NotPublished(ValueError):
    """Why the draft cannot be put in force."""


class BadDay(NotPublished):
    """The day cannot be the one from which the draft is in force."""


class StillFaulty(NotPublished):
    """`faults` of kinds that refuse stand in it."""

    def __init__(self, sentence: str, faults: list[Fault]):
        super().__init__(sentence)
        self.faults = faults


class Conflicting(NotPublished):
    """What is in force has changed under the draft; `conflicts` names both cells, each time."""

    def __init__(self, sentence: str, conflicts: list[str]):
        super().__init__(sentence)
        self.conflicts = conflicts


@dataclass(frozen=True)
class Change:
    """A cell of the draft beside the one in force; sizes on the ellipsoid, None where there is none."""

    kind: str
    cell: DraftCell
    before_m2: float | None
    after_m2: float | None


def compare(draft: GridDraft) -> list[Change]:
    """Every cell, by code."""
    cells = draft.cells.select_related("base__parent").defer("base__parent__geom")
    cells = cells.annotate(before_m2=SquareMetres("base__geom"), after_m2=SquareMetres("geom"))
    return [Change(_kind(cell), cell, cell.before_m2, None if cell.retired else cell.after_m2) for cell in cells]


def _kind(cell: DraftCell) -> str:
    if not cell.opened_as:
        return NEW
    if cell.retired:
        return RETIRED
    if not draft_edit.is_touched(cell):
        return SAME
    if cell.base is None:
        return CHANGED
    said_alike = all(getattr(cell, name) == getattr(cell.base, name) for name in _TOLD)
    parent_alike = cell.parent_code == (cell.base.parent.code if cell.base.parent else "")
    return CORNERS if said_alike and parent_alike and _same_ground(cell) else CHANGED


def _same_ground(cell: DraftCell) -> bool:
    now, before = polygons.of_stored(cell.geom), polygons.of_stored(cell.base.geom)
    return polygons.square_metres(shapely.symmetric_difference(now, before)) <= SAME_GROUND_M2


def conflicts(draft: GridDraft, day: date, changes: Iterable[Change]) -> list[str]:
    """Where the draft and what is in force on the day have both changed, in sentences."""
    now = {cell.code: cell for cell in grid_checks.in_force(draft.region, draft.level, day).defer("geom")}
    changes = [change for change in changes if change.kind != SAME]
    given_up = {change.cell.base.code for change in changes if change.cell.base}
    found = []
    for change in changes:
        cell, there = change.cell, now.get(change.cell.base.code if change.cell.base else change.cell.code)
        if change.kind == NEW:
            if there and there.code not in given_up:
                found.append(_("{ours} is new here, and {theirs} in force since {day} has its code.").format(
                    ours=cell, theirs=_called(there), day=there.valid_from))  # fmt: skip
        elif there is None:
            found.append(_("{ours} was changed here, and its cell in force has been ended.").format(ours=cell))
        elif draft_edit.has_moved_on(cell) or there.pk != cell.base_id:
            found.append(_("{ours} was changed here, and so was {theirs} in force since {day}.").format(
                ours=cell, theirs=_called(there), day=there.valid_from))  # fmt: skip
    return found


def _called(cell: GridCell) -> str:
    return f"{cell.name} {cell.code}"


@transaction.atomic
def publish(draft: GridDraft, valid_from: date, *, by=None, version: int | None = None) -> GridDraft:
    """Put the draft in force from a day on, today at the earliest; NotPublished says why it cannot be. Gaps refuse
    nothing."""
    draft = editing(draft, version)
    Region.objects.select_for_update().get(pk=draft.region_id)
    _check_day(draft, valid_from)
    changes = compare(draft)
    _check(draft, valid_from, changes)
    _Writing(draft, valid_from, changes).write(by)
    draft.status, draft.valid_from = GridDraft.Status.PUBLISHED, valid_from
    draft.published_by, draft.published_at = by, timezone.now()
    draft.save(update_fields=["status", "valid_from", "published_by", "published_at"])
    return draft


def _check_day(draft: GridDraft, day: date) -> None:
    if day < timezone.localdate():
        raise BadDay(_("A grid comes into force today at the earliest, not on {day}.").format(day=day))
    if day < draft.based_on:
        raise BadDay(_("The draft goes on from the grid of {base}: it comes into force then at the earliest.").format(
            base=draft.based_on))  # fmt: skip


def _check(draft: GridDraft, day: date, changes: list[Change]) -> None:
    if all(change.kind == SAME for change in changes):
        raise NotPublished(
            _("The draft has no cell yet: draw the first one, or let make_grids divide the areas.")
            if not changes
            else _("The draft is what is in force already: there is nothing to publish.")
        )
    if found := conflicts(draft, day, changes):
        raise Conflicting(_("What is in force has changed since the draft was opened."), found)
    if faults := [fault for fault in grid_checks.faults_of(draft) if fault.kind.refuses]:
        raise StillFaulty(_("{number} faults stand in the draft: mend them first.").format(number=len(faults)), faults)


class _Writing:
    """One publication: old rows end, new ones begin, and what hangs on them is carried over."""

    def __init__(self, draft: GridDraft, day: date, changes: list[Change]):
        self.draft, self.day, self.day_before = draft, day, day - timedelta(days=1)
        self.changes = changes
        edition = Edition.objects.defer("outline").current(draft.region, day)
        self.schematic = edition.schematic if edition else True
        above = GridCell.objects.filter(region=draft.region, level__lt=draft.level).valid_on(day)
        self.parents = dict(above.values_list("code", "pk"))

    def write(self, by) -> None:
        for change in self.of(CORNERS):
            GridCell.objects.filter(pk=change.cell.base_id).update(geom=change.cell.geom)
        bases = [change.cell.base_id for change in self.of(RETIRED)]
        GridCell.objects.filter(pk__in=bases).update(valid_to=self.day_before)
        posts.cease(GridPost.objects.filter(cell__in=bases), self.day_before, by=by)
        rows = self.rows()
        replaced = {cell.base_id: row.pk for cell, row in rows if cell.base_id and cell.base_id != row.pk}
        written = {row.pk for _cell, row in rows}
        GridCell.objects.filter(pk__in=set(replaced) - written).update(valid_to=self.day_before)
        carry_posts(replaced, self.day)
        lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=self.day)
        for old, new in replaced.items():
            GridCell.objects.filter(lasting, parent=old).update(parent=new)
        visits.record_of_cells(self.draft.region, sorted(written))

    def of(self, *kinds: str) -> list[Change]:
        return [change for change in self.changes if change.kind in kinds]

    def rows(self) -> list[tuple[DraftCell, GridCell]]:
        """The row of each new or changed cell, written; one of that code and day is written over."""
        drawn = [change.cell for change in self.of(NEW, CHANGED)]
        codes = [cell.code for cell in drawn]
        begun = GridCell.objects.filter(region=self.draft.region, valid_from=self.day, code__in=codes)
        there = {row.code: row for row in begun}
        pairs = [(cell, self.filled(there.get(cell.code) or GridCell(), cell)) for cell in drawn]
        fresh = [row for _cell, row in pairs if row.pk is None]
        GridCell.objects.bulk_create(fresh, batch_size=1000)
        for row in there.values():
            row.save()
        return pairs

    def filled(self, row: GridCell, cell: DraftCell) -> GridCell:
        row.region, row.valid_from, row.valid_to = self.draft.region, self.day, cell.valid_to
        row.parent_id, row.geom = self.parents.get(cell.parent_code), cell.geom
        row.schematic = cell.base.schematic if cell.base else self.schematic
        for name in ATTRIBUTES:
            if name != "parent_code":
                setattr(row, name, getattr(cell, name))
        return row
