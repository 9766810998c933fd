"""How long cases took, by the unit that handled them: the middle one, and what eight and nine of ten did not exceed.

An average hides the few that took a year; percentiles do not. Times are by the calendar, of cases closed in the
period: from the report, and from the last hand-over to the closing. A case that was never handed over (one from a
file) has the first alone.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DurationField, F, OuterRef, QuerySet, Subquery

from cases.metrics import Period
from cases.models import Case, CaseEvent
from cases.verbs import Verb
from cases.workflow import Status
from gis_core.db.functions import Percentiles

SHARES = (0.5, 0.8, 0.9)
CLOSED = (Status.CLOSED, Status.FOLLOW_UP, Status.ARCHIVED)
ALL_UNITS = ""
NOTHING = (None, None, None)


@dataclass(frozen=True)
class Spread:
    """Of so many cases the median, and what 80 and 90 percent of them did not exceed; None of none."""

    cases: int
    median: timedelta | None
    p80: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class Handling:
    """`unit` is a code, empty for all cases together; `name` is empty for those of no unit."""

    unit: str
    name: str
    whole: Spread
    own: Spread


def closed_in(cases: QuerySet[Case], period: Period) -> QuerySet[Case]:
    return cases.filter(period.of("ended_at"), status__in=CLOSED)


def by_unit(cases: QuerySet[Case], period: Period) -> list[Handling]:
    """All of them together first, then unit by unit in the order of their names; empty where none was closed."""
    events = CaseEvent.objects.filter(case=OuterRef("pk"), verb=Verb.HAND_OVER, at__lte=OuterRef("ended_at"))
    handed = Subquery(events.order_by("-at", "-id").values("at")[:1])
    timed = closed_in(cases, period).annotate(
        whole_time=F("ended_at") - F("reported_at"), own_time=F("ended_at") - handed
    )  # fmt: skip
    together = timed.order_by().aggregate(**_spreads())
    if not together["whole_n"]:
        return []
    units = timed.order_by().values("handling_unit__code", "handling_unit__name").annotate(**_spreads())
    found = [_handling(row["handling_unit__code"] or "-", row["handling_unit__name"] or "", row) for row in units]
    return [_handling(ALL_UNITS, "", together), *sorted(found, key=lambda one: (not one.name, one.name))]


def _spreads() -> dict:
    output = ArrayField(DurationField())
    return {
        "whole_n": Count("whole_time"), "whole": Percentiles("whole_time", SHARES, output_field=output),
        "own_n": Count("own_time"), "own": Percentiles("own_time", SHARES, output_field=output),
    }  # fmt: skip


def _handling(code, name, row) -> Handling:
    return Handling(code, name, *(Spread(row[f"{kind}_n"], *(row[kind] or NOTHING)) for kind in ("whole", "own")))
