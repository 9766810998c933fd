"""What the wall screen shows, within what the person sees: five panels in turn, and no name of a person on any."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min
from django.utils import timezone

from boundaries.models import Region
from cases import coverage, histogram, summary, versions
from cases.metrics import Period
from cases.permissions import Capability, may, scope_of, visible_cases
from cases.workflow import Stage
from gis_core.kept import Kept
from oversight.statistics import report
from oversight.statistics.asked import last_months, seen_by
from oversight.statistics.measures import WHOLE, Measure, measure

SHOWN = ("M1", "M3")
MONTHS = 12
OPEN = {"status": "open"}
_kept = Kept(32)


@dataclass(frozen=True)
class Late:
    """A unit's overdue cases and since how many days the first of them is; without a code those of no unit."""

    unit: str
    name: str
    cases: int
    days: int


@dataclass(frozen=True)
class Month:
    """A month, and the same of the year before: cases begun and ended."""

    first: date
    begun: int
    ended: int
    begun_before: int
    ended_before: int


@dataclass(frozen=True)
class Rates:
    """M1 and M3 by their codes: `year` up to now; `months` with the first day of each, the earliest first."""

    year: dict[str, Measure]
    months: list[tuple[date, dict[str, Measure]]]


def version(user) -> str:
    """What the panels are held against: changes with every act, with a deadline that passes, and with the day."""
    return f"{scope_of(user)} {versions.of(user)} {timezone.localdate()}"


def panels(user) -> dict:
    return _kept.get((version(user), may(user, Capability.SEE_COVERAGE)), lambda: _made(user))


def _made(user) -> dict:
    today = timezone.localdate()
    return {
        "open": summary.summary(user, OPEN),
        "stages": [stage for stage in Stage if stage != Stage.CLOSED],
        "rates": _rates(user, today),
        "late": late(user),
        "coverage": _coverage(user),
        "months": beside_the_year_before(user, today),
        "today": today,
    }


def late(user) -> list[Late]:
    """By handling unit, the most first."""
    now = timezone.now()
    units = visible_cases(user).overdue().order_by().values("handling_unit__code", "handling_unit__name")
    found = [
        Late(code or "", name or "", n, (now - first).days)
        for code, name, n, first in units.annotate(n=Count("pk"), first=Min("due_at")).values_list(
            "handling_unit__code", "handling_unit__name", "n", "first"
        )
    ]
    return sorted(found, key=lambda one: (-one.cases, one.name))


def _rates(user, today: date) -> Rates | None:
    region = Region.objects.filter(pk=user.region_id).first()
    if region is None:
        return None
    firsts = last_months(today, MONTHS)
    by_month = report.by_month(region, firsts[0], today, SHOWN, seen_by(user))
    period = Period(today.replace(month=1, day=1), today)
    year = measure(region, period, scope=seen_by(user), codes=SHOWN)[WHOLE]
    return Rates(year, [(first, by_month.get(f"{first:%Y-%m}", {})) for first in firsts])


def _coverage(user):
    if not may(user, Capability.SEE_COVERAGE) or user.region_id is None:
        return None
    found = coverage.seen_by(user)
    return found and found.figures


def beside_the_year_before(user, today: date) -> list[Month]:
    """The last twelve months, the running one up to today beside the whole one of the year before."""
    firsts = last_months(today, MONTHS)
    begun, ended = Counter(), Counter()
    for first, n, m in histogram.bars(user, _year_before(firsts[0]), today, "month"):
        begun[first] += n
        ended[first] += m
    return [
        Month(first, begun[first], ended[first], begun[_year_before(first)], ended[_year_before(first)])
        for first in firsts
    ]


def _year_before(first: date) -> date:
    return first.replace(year=first.year - 1)
