"""A line of the ledger, alike whether its month is open or frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils import timezone, translation

from cases.models import Case
from gis_core.sentences import listed
from oversight import seal
from oversight.ledger import columns
from oversight.ledger.records import Record
from oversight.models import LedgerLine

Kind = LedgerLine.Kind


@dataclass(frozen=True)
class Line:
    """`changed` holds [column, before, after] of an addition; `month` is the one the case was reported in."""

    kind: Kind
    case_no: str
    values: dict
    facets: dict
    month: date
    changed: list = field(default_factory=list)
    case: Case | None = None

    @property
    def kind_label(self) -> str:
        return Kind(self.kind).label

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """(Column in words, before, after)."""
        known = columns.BY_KEY
        return [(str(known[key].label) if key in known else key, old, new) for key, old, new in self.changed]

    @property
    def changed_words(self) -> str:
        return listed(f"{label}：{old or '—'} → {new or '—'}" for label, old, new in self.changes)

    @property
    def main(self):
        return [(one, one.shown(self.values.get(one.key, ""))) for one in columns.COLUMNS if one.main]

    @property
    def rest(self):
        """The other columns that say something."""
        told = ((one, self.values.get(one.key)) for one in columns.COLUMNS if not one.main)
        return [(one, one.shown(value)) for one, value in told if value]

    def cells(self) -> list:
        """As `files` writes it: what kind of line it is, its columns, what changed."""
        typed = [column.typed(self.values.get(column.key)) for column in columns.COLUMNS]
        return [str(self.kind_label), *typed, self.changed_words or None]


def month_of(moment) -> date:
    return timezone.localdate(moment).replace(day=1)


def live(record: Record, kind=Kind.ENTRY, changed=()) -> Line:
    case = record.case
    told = columns.values(record)
    return Line(kind, case.case_no, told, columns.facets(record), month_of(case.reported_at), list(changed), case)


def as_kept(record: Record, kind=Kind.ENTRY) -> Line:
    """The same in the ledger's own language, whoever looks: frozen words are compared with these."""
    with translation.override(settings.LANGUAGE_CODE):
        return live(record, kind)


def frozen(row: LedgerLine) -> Line:
    reported = row.values.get("reported") or row.month.isoformat()
    month = date.fromisoformat(reported).replace(day=1)
    return Line(Kind(row.kind), row.case_no, row.values, row.facets, month, row.changed)


def canonical(row: LedgerLine) -> bytes:
    """How a line is written down before it is digested."""
    told = [row.number, row.case_id, row.case_no, row.kind, row.facets, row.values, row.changed]
    return seal.canonical(told).encode() + b"\n"


def differences(before: dict, after: dict) -> Iterable[list[str]]:
    """[column, before, after] of what is no longer the same."""
    keys = [*columns.BY_KEY, *(key for key in before if key not in columns.BY_KEY)]
    return [[key, before.get(key, ""), after.get(key, "")] for key in keys if before.get(key, "") != after.get(key, "")]
