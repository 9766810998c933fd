"""What the counts come to: M1–M11 of domain page 3.4 and the other numbers of the monthly report (section 7).

Each is worked out by sets, for the whole and by one dimension; `behind` gives the cases of the very same rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from boundaries.models import Region
from cases.metrics import Period
from cases.models import Case
from oversight.statistics import dimensions
from oversight.statistics.asked import Asked
from oversight.statistics.counts import COUNTS
from oversight.statistics.dimensions import Dimension

DAY = timedelta(days=1)
WHOLE = ""


class Kind(TextChoices):
    RATE = "rate", _("percent")
    NUMBER = "number", _("number")
    DAYS = "days", _("days")
    YUAN = "yuan", _("yuan")
    AREA = "area", _("m²")


class Better(TextChoices):
    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")
    NEITHER = "neither", _("neither is better")


@dataclass(frozen=True)
class Measured:
    """What a measure is: the names of its counts (several are added up), how it reads, and where it comes from."""

    code: str
    label: str
    part: tuple[str, ...]
    whole: tuple[str, ...] = ()
    kind: Kind = Kind.NUMBER
    better: Better = Better.NEITHER
    formula: str = ""
    number: str = ""


@dataclass(frozen=True)
class Measure:
    """One number: `part` of `whole`, or `part` alone; None where there is nothing to take a middle of."""

    code: str
    part: int | Decimal | float | None
    whole: int | None = None

    @property
    def rate(self) -> float | None:
        """In percent, rounded down to a hundredth: all but one is never 100. None without a whole."""
        return int(self.part) * 10_000 // self.whole / 100 if self.whole else None

    @property
    def value(self):
        """What is compared and drawn: the rate of a measure that has a whole."""
        return self.part if self.whole is None else self.rate


def _rate(code, label, part, whole, better, formula, number=""):
    return Measured(code, label, part, whole, Kind.RATE, better, formula, number or code)


MEASURES: dict[str, Measured] = {
    one.code: one
    for one in (
        _rate(
            "M1", _("Handling rate"), ("with_result",), ("verified",), Better.HIGHER,
            _("Cases found to be true that have a result, of all found to be true, by the day of registration."),
        ),
        _rate(
            "M1_over", _("Handling rate without running ones"), ("with_result",), ("with_result", "failed"),
            Better.HIGHER, _("True cases with a result, of these and those past a limit, by the day of registration."),
            "M1",
        ),
        _rate(
            "M2", _("Closure rate"), ("due_and_ended",), ("due",), Better.HIGHER,
            _("Cases decided or ended, of those whose limit ended; deferred ones are left out."),
        ),
        _rate(
            "M3", _("On-time closure rate"), ("due_and_in_time",), ("due",), Better.HIGHER,
            _("Cases decided or ended within their limit, of those whose limit ended; deferred ones are left out."),
        ),
        _rate(
            "M4", _("Rework rate"), ("sent_back",), ("closed", "sent_back"), Better.LOWER,
            _("Cases sent back by a failed re-check, of those closed and those sent back."),
        ),
        Measured(
            "M5", _("Overdue"), ("overdue",), better=Better.LOWER, number="M5",
            formula=_("Cases open at the end of the period that were past a limit."),
        ),
        _rate(
            "M6", _("Filing rate"), ("filed",), ("verified",), Better.HIGHER,
            _("Cases filed, of those found to be true."),
        ),
        _rate(
            "M7", _("Rate of own finds"), ("found_by_us",), ("reported",), Better.HIGHER,
            _("Reports of the grid staff and of patrols, of all reports."),
        ),
        Measured(
            "M8a", _("Days until found"), ("begun_and_registered",), (), Kind.DAYS, Better.LOWER,
            _("Median of the days from the first day of the violation to the registration."), "M8",
        ),
        Measured(
            "M8b", _("Days until stopped"), ("stopped",), (), Kind.DAYS, Better.LOWER,
            _("Median of the days from the order to stop to the re-check that found it obeyed."), "M8",
        ),
        Measured("M9a", _("Returned"), ("returned",), number="M9", formula=_("Acts of returning a case.")),
        Measured("M9b", _("Made void"), ("made_void",), number="M9", formula=_("Acts of making a case void.")),
        Measured("M9c", _("Extended"), ("extended",), number="M9", formula=_("Acts of extending a limit.")),
        Measured("M9d", _("Deferred"), ("deferred",), number="M9", formula=_("Acts of deferring a case.")),
        _rate(
            "M10", _("Attendance at joint inspections"), ("signed_in",), ("invited",), Better.HIGHER,
            _("Units that signed in, of those invited to the joint inspections that were held."),
        ),
        _rate(
            "M11", _("Repeat rate"), ("places_again",), ("places",), Better.LOWER,
            _("Places and parties with two true cases or more in 24 months, of all with any."),
        ),
        Measured("new", _("New"), ("reported",), formula=_("Cases reported in the period.")),
        Measured("closed", _("Closed"), ("closed",), formula=_("Cases closed in the period.")),
        Measured("open", _("Open"), ("still_open",), formula=_("Cases open at the end of the period.")),
        Measured("true", _("Found to be true"), ("verified",), formula=_("Cases registered in the period and true.")),
        Measured(
            "fined", _("Fines decided"), ("fined",), (), Kind.YUAN, formula=_("Of the period's decisions that stand.")
        ),
        Measured("paid", _("Fines paid"), ("paid",), (), Kind.YUAN, formula=_("Payments of the period.")),
        Measured(
            "stopped_m2", _("Floor area stopped"), ("stopped_m2",), (), Kind.AREA,
            formula=_("Of the orders to stop found obeyed in the period."),
        ),
        Measured(
            "rectified_m2", _("Floor area rectified or removed"), ("rectified_m2",), (), Kind.AREA,
            formula=_("Of the orders to rectify found obeyed in the period."),
        ),
        Measured("joint", _("Joint inspections held"), ("joint_held",), formula=_("Held in the period.")),
        Measured("escalated", _("Escalated to the city"), ("escalated",), formula=_("Reports to the city's office.")),
        Measured(
            "conduct_active", _("Bad conduct records in force"), ("conduct_active",),
            formula=_("On the last day of the period."),
        ),
        Measured(
            "conduct_expiring", _("Of these ending soon"), ("conduct_expiring",), formula=_("Within 30 days."),
        ),
    )
}  # fmt: skip


def measure(
    region: Region, period: Period, by: Dimension = Dimension.ALL, *, now: datetime | None = None,
    scope: Q | None = None, codes: Iterable[str] | None = None, later: bool = False,
) -> dict[str, dict[str, Measure]]:  # fmt: skip
    """key → code → Measure; the whole has the key "". One or two queries a count, however many cases and keys.

    What `now` and `later` do, and which numbers of a period gone by follow a later correction: `Asked` and `counts`.
    """
    asked = Asked.of(region, period, now=now, scope=scope, later=later)
    wanted = [MEASURES[code] for code in (codes or MEASURES)]
    counted = {name: _counted(asked, name, by) for one in wanted for name in (*one.part, *one.whole)}
    keys = {WHOLE}.union(*counted.values())
    return {key: {one.code: _measure(one, counted, key) for one in wanted} for key in sorted(keys)}


def _measure(one: Measured, counted, key: str) -> Measure:
    part = _sum(counted[name].get(key) for name in one.part)
    if part is None and one.kind != Kind.DAYS:
        part = 0
    return Measure(one.code, part, (_sum(counted[name].get(key) for name in one.whole) or 0) if one.whole else None)


def _sum(numbers):
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _counted(asked: Asked, name: str, by: Dimension) -> dict[str, int | Decimal | float]:
    one = COUNTS[name]
    rows = one.rows(asked).order_by()
    found = {WHOLE: rows.aggregate(n=one.value)["n"]}
    if by != Dimension.ALL:
        keyed = rows.annotate(key=dimensions.key(asked, by, one.case, one.on)).values("key")
        found |= dict(keyed.annotate(n=one.value).values_list("key", "n"))
    return {key: _plain(number) for key, number in found.items() if number is not None}


def _plain(number):
    """A span of time in days."""
    return round(number / DAY, 2) if isinstance(number, timedelta) else number


def behind(
    code: str, region: Region, period: Period, by: Dimension = Dimension.ALL, key: str = WHOLE, *, of: str = "part",
    now: datetime | None = None, scope: Q | None = None, later: bool = False,
) -> QuerySet[Case]:  # fmt: skip
    """The cases of the rows that a number counts, or with `of="whole"` of those it is a part of; newest first."""
    asked, wanted = Asked.of(region, period, now=now, scope=scope, later=later), Q()
    for name in getattr(MEASURES[code], of):
        one = COUNTS[name]
        rows = one.rows(asked).order_by()
        if key != WHOLE and by != Dimension.ALL:
            rows = rows.filter(dimensions.has(asked, by, one.case, one.on, key))
        wanted |= Q(pk__in=rows.values(f"{one.case}pk"))
    return Case.objects.filter(wanted, region=region).newest_first()
