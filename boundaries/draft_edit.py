"""One step on a grid draft: what it touched, before and after, so that it can be taken back and done again."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from django.contrib.gis.geos import GEOSGeometry

from boundaries.models import DraftCell, GridCell, GridDraft

ATTRIBUTES = ("code", "name", "level", "kind", "parent_code", "area_code", "patrol_days")
SAID = ("valid_to", *ATTRIBUTES)
_PLAIN = (*ATTRIBUTES, "base_id", "opened_as", "retired")  # beside the last day and the geometry


class NoSuchCell(LookupError):
    """The draft has no such cell, or has ended it."""


def mark(cell) -> str:
    """What a cell is, in few letters: equal for a cell in force and an untouched copy of it."""
    return mark_of([getattr(cell, name) for name in SAID], bytes(cell.geom.wkb))


def mark_of(said: Sequence, wkb: bytes) -> str:
    """The mark of a cell that is read without its model: `said` in the order of SAID."""
    return sha256(repr(list(said)).encode() + wkb).hexdigest()


def copy_of(draft: GridDraft, cell: GridCell) -> DraftCell:
    """A cell in force as the draft begins with it; `cell.parent` is read."""
    said = {name: getattr(cell, name) for name in ATTRIBUTES if name != "parent_code"}
    parent = cell.parent.code if cell.parent else ""
    made = DraftCell(draft=draft, base=cell, geom=cell.geom, valid_to=cell.valid_to, parent_code=parent, **said)
    made.opened_as = mark(made)
    return made


def is_touched(cell: DraftCell) -> bool:
    """Whether the draft has another cell than was in force when it was opened."""
    return cell.retired or mark(cell) != cell.opened_as


def has_moved_on(cell: DraftCell) -> bool:
    """Whether the cell in force is not any more what the draft began with; `base` and its parent are read."""
    if not cell.opened_as:
        return False
    return cell.base is None or mark(copy_of(cell.draft, cell.base)) != cell.opened_as


class Edit:
    """Collects what a verb changes; `keep` writes the cells, the step and the draft's next version."""

    def __init__(self, draft: GridDraft, verb: str, by):
        self.draft, self.verb, self.by = draft, verb, by
        self._before: dict[int, dict | None] = {}
        self._cells: dict[int, DraftCell] = {}
        self._gone: set[int] = set()

    def add(self, **fields) -> DraftCell:
        made = DraftCell.objects.create(draft=self.draft, **fields)
        self._before[made.pk] = None
        self._cells[made.pk] = made
        return made

    def change(self, cell: DraftCell, **fields) -> None:
        self._before.setdefault(cell.pk, row_of(cell))
        for name, value in fields.items():
            setattr(cell, name, value)
        self._cells[cell.pk] = cell

    def end(self, cell: DraftCell) -> None:
        """A cell in force is retired, one of the draft alone is no more."""
        self.change(cell, retired=True)
        if cell.base_id is None:
            self._gone.add(cell.pk)

    def keep(self) -> tuple[list[DraftCell], list[int]]:
        """(cells changed, keys of those gone)."""
        changed = [cell for key, cell in self._cells.items() if key not in self._gone]
        after = {cell.pk: row_of(cell) for cell in changed} | dict.fromkeys(self._gone)
        if after == self._before:
            return [], []
        DraftCell.objects.bulk_update(changed, [*ATTRIBUTES, "retired", "geom"], batch_size=500)
        self.draft.cells.filter(pk__in=self._gone).delete()
        self.draft.steps.filter(undone=True).delete()
        self.draft.steps.create(
            number=self._next_number(), verb=self.verb, before=self._before, after=after, by=self.by
        )
        self.draft.version += 1
        self.draft.save(update_fields=["version"])
        return changed, sorted(self._gone)

    def _next_number(self) -> int:
        last = self.draft.steps.last()
        return last.number + 1 if last else 1


def row_of(cell: DraftCell) -> dict:
    """The cell in JSON; geometry as hexadecimal EWKB, which keeps every bit."""
    last_day = cell.valid_to and cell.valid_to.isoformat()
    plain = {name: getattr(cell, name) for name in _PLAIN}
    return {**plain, "valid_to": last_day, "geom": cell.geom.hexewkb.decode()}


def _day(row: dict):
    return date.fromisoformat(row["valid_to"]) if row["valid_to"] else None


def put_back(draft: GridDraft, rows: dict[str, dict | None]) -> tuple[list[DraftCell], list[int]]:
    """Make the cells what `rows` say, under the keys that they had; (those there, keys of those not there any more)."""
    draft.cells.filter(pk__in=rows).delete()
    there = [
        DraftCell(pk=int(key), draft=draft, **{**row, "valid_to": _day(row), "geom": GEOSGeometry(row["geom"])})
        for key, row in rows.items()
        if row is not None
    ]
    DraftCell.objects.bulk_create(there, batch_size=500)
    return there, sorted(int(key) for key, row in rows.items() if row is None)
