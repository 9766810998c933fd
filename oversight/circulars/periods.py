"""Assessment periods: calendar months or quarters, as the region has it."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from cases.metrics import Period
from oversight.models.circular import PeriodLength

MONTHS = {PeriodLength.MONTH: 1, PeriodLength.QUARTER: 3}


def containing(day: date, length: str) -> Period:
    """The month or the quarter of that day."""
    months = MONTHS[PeriodLength(length)]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, _after(first, months) - timedelta(days=1))


def _after(first: date, months: int) -> date:
    whole = first.year * 12 + first.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def ended(today: date, length: str, most: int = 12) -> list[Period]:
    """The last periods that are over, the newest first."""
    found, period = [], containing(today, length)
    for _number in range(most):
        period = containing(period.since - timedelta(days=1), length)
        found.append(period)
    return found


def label(since: date, until: date) -> str:
    """2026-03, or 2026 Q1 in the reader's words."""
    if (since.year, since.month) == (until.year, until.month):
        return f"{since:%Y-%m}"
    return _("{year}, quarter {number}").format(year=since.year, number=(since.month + 2) // 3)
