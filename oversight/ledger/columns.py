"""The columns of the ledger, in order: what each is called, what it holds, and how it is had from a case.

A value is as JSON has it: a day as 2026-03-02, money as a text with two digits, so that a frozen line and its seal are
written down in one way. A frozen line keeps the words of its day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.exporting import masked
from cases.identity import masked_name
from cases.models.case import Violation
from cases.models.dossier import CaseViolation
from cases.models.measures import Order
from cases.verbs import Verb
from gis_core.sentences import listed
from oversight.ledger.records import Record

FORMAT = 1  # a change of the columns makes a new one: frozen lines keep theirs
M2_PER_MU = Decimal("666.67")
CENT = Decimal("0.01")


class Kind(Enum):
    TEXT = "text"
    DAY = "day"
    YUAN = "yuan"
    AREA = "area"

    @property
    def is_number(self) -> bool:
        return self in (Kind.YUAN, Kind.AREA)


@dataclass(frozen=True)
class Column:
    """`main` ones stand in the table of the page, the rest behind its line; `width` is in characters."""

    key: str
    label: str
    of: Callable[[Record], object]
    kind: Kind = Kind.TEXT
    width: int = 14
    main: bool = False

    def value(self, record: Record):
        return plain(self.of(record))

    def shown(self, value) -> str:
        """The value of a line as a page shows it."""
        return f"{Decimal(value):,}" if value and self.kind.is_number else value

    def typed(self, value):
        """The value of a line as a spreadsheet types it."""
        if value in (None, ""):
            return None
        if self.kind == Kind.DAY:
            return date.fromisoformat(value)
        return float(value) if self.kind.is_number else value


def plain(value):
    if isinstance(value, datetime):
        return timezone.localdate(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.quantize(CENT))
    return "" if value is None else str(value)


def mu(square_metres: float | None) -> Decimal | None:
    """亩: 666.67 m²."""
    return None if square_metres is None else Decimal(str(square_metres)) / M2_PER_MU


def _area(name: str):
    def of(record):
        size = record.told_of(name)
        return None if size is None else Decimal(str(size))

    return of


def _dated(words, moment) -> str:
    return f"{words} {timezone.localdate(moment).isoformat()}" if moment else str(words)


def _yes(value) -> str:
    return _("yes") if value else _("no")


def _closed(record):
    return None if record.case.is_open else record.case.ended_at


def _present(record):
    return listed(dict.fromkeys(one.unit.name for one in _invited(record) if one.signed_in_at))


def _absent(record):
    """Whoever stayed away from any joint inspection, each time with the reason."""
    unknown = _("no reason recorded")
    away = (one for one in _invited(record) if not one.signed_in_at)
    return listed(f"{one.unit.name}（{one.absence_reason or unknown}）" for one in away)


def _invited(record):
    return (one for held in record.case.joint_held for one in held.units.all())


def _parties(record):
    """Firms by name and code, natural persons masked: the ledger leaves the house."""
    return listed(
        f"{party.get_kind_display()}：{masked_name(party.name) if party.is_natural else party.name}"
        + (f"（{party.uscc}）" if party.uscc and not party.is_natural else "")
        for party in record.case.parties.all()
    )


def _violations(record):
    """What was found, else what the report named."""
    found = record.case.found_violations.all()
    return listed(one.get_kind_display() for one in found) or listed(
        Violation(kind).label for kind in record.case.violations
    )


def _bases(record):
    return "；".join(f"{one.get_kind_display()}：{one.basis}" for one in record.case.found_violations.all())


def _documents(record):
    void = _("void")
    return listed(
        f"{one.get_kind_display()} {one.doc_no}" + (f"（{void}）" if one.voided_at else "")
        for one in record.case.papers
    )


def _orders(kind):
    def of(record):
        issued, due = _("order issued"), _("to be obeyed by")
        return listed(
            f"{_dated(issued, one.issued_at)}，{_dated(due, one.due_at)}，{one.get_state_display()}"
            for one in record.case.orders.all()
            if one.kind == kind
        )

    return of


def _rechecked(record):
    checks = (event for event in record.case.told if event.verb in (Verb.RECHECK_PASSED, Verb.RECHECK_FAILED))
    return listed(_dated(event.get_verb_display(), event.at) for event in checks)


def _escalated(record):
    ways = (Verb.ESCALATE, Verb.CITY_STOPPED, Verb.CITY_RETURNED)
    return listed(_dated(event.get_verb_display(), event.at) for event in record.case.told if event.verb in ways)


def _decision(record):
    if not record.is_decided:
        return ""
    return "；".join(_outcome(one) for one in record.case.found_violations.all())


def _outcome(one: CaseViolation) -> str:
    fine = "" if one.fine is None else " " + _("{amount} yuan").format(amount=one.fine.quantize(CENT))
    return f"{one.get_kind_display()}：{one.get_outcome_display()}{fine}"


def _fine(record):
    return record.told_of("fine") if record.is_decided else None


def _paid(record):
    return record.told_of("paid") if record.is_decided else None


def _closing(record):
    event = record.last(Verb.CLOSE) if record.is_closed else None
    return _("closed, approved by {who}").format(who=event.data.get("approved_by") or "—") if event else ""


def _summary(record):
    """What was learned, as said at the closing and at the archive (notice 五.9)."""
    if not record.is_closed:
        return ""
    said = (record.last(verb) for verb in (Verb.CLOSE, Verb.ARCHIVE))
    return masked("；".join(event.note for event in said if event and event.note))


def _unit(name):
    return lambda record: getattr(record.case, name) and getattr(record.case, name).name


COLUMNS = (
    Column("case_no", gettext_lazy("Case number"), lambda record: record.case.case_no, width=16, main=True),
    Column("channel", gettext_lazy("Source"), lambda record: record.case.get_channel_display()),
    Column("reported", gettext_lazy("Reported on"), lambda record: record.case.reported_at, Kind.DAY, 12, main=True),
    Column("registered", gettext_lazy("Registered on"), lambda one: one.day_of_first(Verb.REGISTER), Kind.DAY, 12),
    Column("filed", gettext_lazy("Filed on"), lambda one: one.day_of_first(Verb.FILE_CASE), Kind.DAY, 12),
    Column("decided", gettext_lazy("Decided on"), lambda one: one.told_of("decided_at"), Kind.DAY, 12),
    Column("ended", gettext_lazy("Ended on"), _closed, Kind.DAY, 12),
    Column("status", gettext_lazy("Status"), lambda record: record.case.get_status_display(), main=True),
    Column("address", gettext_lazy("Place"), lambda record: masked(record.case.address), width=32, main=True),
    Column("area", gettext_lazy("Area"), lambda record: record.area),
    Column("group", gettext_lazy("Cooperation group"), lambda record: record.group, main=True),
    Column("lead_unit", gettext_lazy("Lead unit"), _unit("lead_unit"), width=20),
    Column("unit", gettext_lazy("Handling unit"), _unit("handling_unit"), width=20, main=True),
    Column("land", gettext_lazy("Land ownership"), lambda record: record.case.get_land_ownership_display()),
    Column("major", gettext_lazy("Major case"), lambda record: _yes(record.case.is_major), width=8),
    Column("joint", gettext_lazy("Joint enforcement"), lambda record: _yes(record.case.is_joint), width=8),
    Column("present", gettext_lazy("Units present"), _present, width=28),
    Column("absent", gettext_lazy("Units absent"), _absent, width=28),
    Column("parties", gettext_lazy("Parties"), _parties, width=32),
    Column("violations", gettext_lazy("Violations"), _violations, width=28, main=True),
    Column("bases", gettext_lazy("Legal basis"), _bases, width=40),
    Column("documents", gettext_lazy("Documents"), _documents, width=40),
    Column("stop_orders", gettext_lazy("Orders to stop"), _orders(Order.Kind.STOP), width=32),
    Column("rectify_orders", gettext_lazy("Orders to rectify"), _orders(Order.Kind.RECTIFY), width=32),
    Column("rechecks", gettext_lazy("Re-checks"), _rechecked, width=28),
    Column("escalated", gettext_lazy("Report to the city"), _escalated, width=28),
    Column("decision", gettext_lazy("Decision"), _decision, width=32),
    Column("fine", gettext_lazy("Fine decided (yuan)"), _fine, Kind.YUAN, main=True),
    Column("paid", gettext_lazy("Fine paid (yuan)"), _paid, Kind.YUAN, main=True),
    Column("floor_m2", gettext_lazy("Floor area (m²)"), _area("floor_area_m2"), Kind.AREA),
    Column("floor_mu", gettext_lazy("Floor area (mu)"), lambda one: mu(one.told_of("floor_area_m2")), Kind.AREA),
    Column("land_m2", gettext_lazy("Land area (m²)"), _area("land_area_m2"), Kind.AREA),
    Column("land_mu", gettext_lazy("Land area (mu)"), lambda one: mu(one.told_of("land_area_m2")), Kind.AREA),
    Column("closing", gettext_lazy("Closing"), _closing, width=24),
    Column("archive_no", gettext_lazy("Archive number"), lambda one: one.told_of("archive_no"), width=16),
    Column("summary", gettext_lazy("Summary of experience"), _summary, width=48),
)
BY_KEY = {column.key: column for column in COLUMNS}
SUMMED = ("fine", "paid", "floor_m2", "land_m2")


def values(record: Record) -> dict:
    return {column.key: column.value(record) for column in COLUMNS}


def facets(record: Record) -> dict:
    """What a line is filtered and mapped by: codes, not words."""
    case = record.case
    return {
        "group": case.group_code,
        "area": case.area_code,
        "unit": case.handling_unit.code if case.handling_unit else "",
        "status": case.status,
        "stage": case.stage.value,
        "channel": case.channel,
        "violations": sorted({*case.violations, *(one.kind for one in case.found_violations.all())}),
        "lon": round(case.geom.x, 6),
        "lat": round(case.geom.y, 6),
    }
