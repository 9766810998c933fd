"""For what numbers are asked: a region, a period, and the moment up to which the trail is read."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from boundaries.models import Region
from cases.metrics import ALWAYS, Period
from cases.models import Case
from cases.narrowing import midnight
from cases.permissions import scope_of


@dataclass(frozen=True)
class Asked:
    """`then` is the end of the period, or now where that is earlier: whatever happened later is not known yet, so that
    a period gone by comes to the same numbers whenever it is asked for. Only where what became known `later` is asked
    for too, it is now. `scope` is what the person sees; `known` holds
    what several numbers stand on."""

    region: Region
    period: Period
    then: datetime
    scope: Q | None = None
    known: dict = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, region: Region, period: Period = ALWAYS, *, now: datetime | None = None, scope: Q | None = None,
        later: bool = False,
    ):  # fmt: skip
        now = now or timezone.now()
        if later:
            return cls(region, period, now, scope)
        end = midnight(period.until + timedelta(days=1)) if period.until else now
        return cls(region, period, min(now, end), scope)

    @property
    def day(self) -> date:
        """The last day that is known."""
        return timezone.localdate(self.then - timedelta(microseconds=1))

    def within(self, name: str) -> Q:
        """The moment `name` lies in the period and is known."""
        return self.period.of(name, before=self.then)

    def days_within(self, name: str) -> Q:
        """The same for a day."""
        since = Q(**{f"{name}__gte": self.period.since}) if self.period.since else Q()
        return since & Q(**{f"{name}__lte": self.day})

    def of_region(self, model, case: str = "case__"):
        """Rows of the region whose case, found by `case`, is in the scope."""
        rows = model.objects.filter(region=self.region)
        if self.scope is None:
            return rows
        seen = Case.objects.filter(self.scope)
        return rows.filter(**{f"{case}pk__in": seen.values("pk")}) if case else rows.filter(self.scope)


def seen_by(user) -> Q | None:
    """The scope of a person: a condition on cases; None for who sees all of their region."""
    scope = scope_of(user)
    return None if scope.everything else scope.condition


def month(day: date) -> Period:
    """The calendar month of that day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31))


def months_back(day: date, months: int) -> date:
    """That many months earlier; the last day of a shorter month where it has no such day."""
    whole = day.year * 12 + day.month - 1 - months
    first = date(whole // 12, whole % 12 + 1, 1)
    return month(first).until if day.day > month(first).until.day else first.replace(day=day.day)


def last_months(day: date, months: int) -> list[date]:
    """First days of so many months, the earliest first, that of the day last."""
    return [months_back(day.replace(day=1), back) for back in range(months - 1, -1, -1)]


def year_before(period: Period) -> Period:
    """The same days of the year before; whole months stay whole ones."""
    return _moved(period, 12)


def period_before(period: Period) -> Period:
    """As many months before whole months; else as many days before."""
    if _whole_months(period):
        return _moved(
            period, (period.until.year - period.since.year) * 12 + period.until.month - period.since.month + 1
        )
    length = period.until - period.since + timedelta(days=1)
    return Period(period.since - length, period.until - length)


def _moved(period: Period, months: int) -> Period:
    until = months_back(period.until, months)
    return Period(months_back(period.since, months), month(until).until if _whole_months(period) else until)


def _whole_months(period: Period) -> bool:
    return period.since.day == 1 and period.until == month(period.until).until
