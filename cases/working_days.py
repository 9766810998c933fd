"""Which days are working days in China: the State Council's yearly arrangement, and a region's corrections to it.

The arrangement of a year is announced in the autumn before it. A day of a year that neither the library knows nor
a region has entered is counted Monday to Friday, and whoever counts over it is told so by `unknown_years`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

import chinese_calendar
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases.models import WorkdayCorrection
from gis_core.sentences import listed

SATURDAY = 5


@cache
def _announced(day: date) -> bool | None:
    """The library's word; None for a year that it does not know. Kept, because it looks through all its years."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None


class WorkingDays:
    """A calendar to count by. `corrections` go before the library; `complete` are years entered in full by hand."""

    def __init__(self, corrections: Mapping[date, bool] | None = None, complete: Iterable[int] = ()):
        self._corrections, self._complete = dict(corrections or {}), frozenset(complete)
        self._between: dict[tuple[date, date], int] = {}

    @classmethod
    def of(cls, region: Region | str) -> "WorkingDays":
        """The region's calendar as of now; one query."""
        rows = list(WorkdayCorrection.objects.filter(region=region).values_list("date", "is_workday", "completes_year"))
        return cls({day: works for day, works, _all in rows}, {day.year for day, _works, complete in rows if complete})

    def is_workday(self, day: date) -> bool:
        if day in self._corrections:
            return self._corrections[day]
        announced = _announced(day)
        return day.weekday() < SATURDAY if announced is None else announced

    def workdays_between(self, first: date, last: date) -> int:
        """Working days behind `first` up to `last`, which is not before it. Kept: many clocks ask for the same."""
        if (first, last) not in self._between:
            days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
            self._between[first, last] = sum(map(self.is_workday, days))
        return self._between[first, last]

    def unknown_years(self, days: Iterable[date]) -> tuple[int, ...]:
        """The years among those of `days` whose holidays nobody has told us, in order."""
        years = {day.year for day in days} - self._complete
        return tuple(sorted(year for year in years if _announced(date(year, 1, 1)) is None))


def provisional_sentence(years: Iterable[int]) -> str:
    """Why a date may still change; empty where it does not."""
    named = listed(years)
    if not named:
        return ""
    return _("The holidays of {years} are not announced or not entered yet: counted Monday to Friday for now.").format(
        years=named
    )
