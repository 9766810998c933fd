"""When a period ends, counted as a clerk counts it on a wall calendar. Pure functions; the rows are `clocks`'s.

- The day of the event is not counted (民法典 201); a period ends with its last day, at 23:59:59 local time.
- A month ends on the day of the same number, or on the month's last day where there is none (民法典 202).
- A last day that is no working day moves to the next one, for working and calendar days alike; that it also holds
  for calendar days of administrative law is to be confirmed by the legal section (待法制科确认).
- A pause begins and ends like a period: the day it begins on still counts, the day it ends on no longer does. So
  a pause takes out as many days as lie between its two dates, and one that ends on the day it began takes none.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.workflow import Status
from cases.working_days import WorkingDays
from gis_core.sentences import joined

# While a case is in one of these its clue is yet to be checked.
TO_BE_CHECKED = (Status.REPORTED, Status.TRIAGED)

WORKDAY, DAY, MONTH = "workday", "day", "month"
ONE_DAY = timedelta(days=1)
END_OF_DAY = time(23, 59, 59)

LATE_SHARE_PER_DAY = Decimal("0.03")  # 行政处罚法 72(一)
CENT = Decimal("0.01")

Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Due:
    """The last moment of a period; `unknown_years` are those whose holidays were guessed on the way to it."""

    at: datetime
    unknown_years: tuple[int, ...] = ()


class Counted:
    """Which days of a period count: in its unit, and outside its pauses. `consulted` are those whose being a working
    day mattered."""

    def __init__(self, unit: str, calendar: WorkingDays, pauses: Iterable[Pause] = ()):
        self._by_workday, self._calendar = unit == WORKDAY, calendar
        self._pauses = [(_day(start), end and _day(end)) for start, end in pauses]
        self.consulted: list[date] = []

    def counts(self, day: date) -> bool:
        return not self.is_paused(day) and (not self._by_workday or self.is_workday(day))

    def is_workday(self, day: date) -> bool:
        self.consulted.append(day)
        return self._calendar.is_workday(day)

    def is_paused(self, day: date) -> bool:
        return any(start < day and (end is None or day <= end) for start, end in self._pauses)

    def never_again(self, day: date) -> bool:
        """Whether an open pause keeps every day behind `day` from counting."""
        return any(end is None and start <= day for start, end in self._pauses)


def due(started_at: datetime, amount: int, unit: str, calendar: WorkingDays,
        pauses: Iterable[Pause] = (), extended: int = 0) -> Due | None:  # fmt: skip
    """The end of `amount` + `extended` units after `started_at`; None while an open pause keeps it from coming."""
    day, counted = _day(started_at), Counted(unit, calendar, pauses)
    left = length_in_days(day, amount + extended, unit)
    while left or not _may_be_last(day, counted):
        if counted.never_again(day):
            return None
        day += ONE_DAY
        left -= bool(left) and counted.counts(day)
    return Due(end_of(day), calendar.unknown_years(counted.consulted))


def _may_be_last(day: date, counted: Counted) -> bool:
    return not counted.is_paused(day) and counted.is_workday(day)


def length_in_days(start: date, amount: int, unit: str) -> int:
    """A period in days that count: months become the calendar days up to the day of the same number."""
    return (_months_later(start, amount) - start).days if unit == MONTH else amount


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def elapsed(started_at: datetime, now: datetime, unit: str, calendar: WorkingDays, pauses: Iterable[Pause] = ()) -> int:
    """Days counted so far, today among them; a period of months counts calendar days."""
    start, counted = _day(started_at), Counted(unit, calendar, pauses)
    behind = (_day(now) - start).days
    return sum(counted.counts(start + timedelta(days=number)) for number in range(1, behind + 1))


def days_left(due_at: datetime, now: datetime, unit: str, calendar: WorkingDays) -> int:
    """Days behind today up to the last one: 0 on the last day, negative when it has gone by."""
    today, last = _day(now), _day(due_at)
    if unit != WORKDAY:
        return (last - today).days
    return calendar.workdays_between(today, last) if last >= today else -calendar.workdays_between(last, today)


def end_of(day: date) -> datetime:
    """23:59:59 in the city's time zone."""
    return timezone.make_aware(datetime.combine(day, END_OF_DAY))


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


@dataclass(frozen=True)
class LateFine:
    """What is added to a fine paid late (加处罚款), in yuan; `days` are those that it was counted for."""

    amount: Decimal
    days: int
    explanation: str


def late_fine(fine: Decimal, due_on: date, until: date, suspended: Sequence[tuple[date, date | None]] = ()) -> LateFine:
    """3 % of the fine for each day behind `due_on`, the day of payment among them, never more than the fine.

    Days of a reconsideration or suit are not counted, the first and the last of them included (行政处罚法 72, 73);
    one that is not over yet has None for its end.
    """
    late = [due_on + timedelta(days=number) for number in range(1, (until - due_on).days + 1)]
    counted = [day for day in late if not any(start <= day and (end is None or day <= end) for start, end in suspended)]
    uncapped = fine * LATE_SHARE_PER_DAY * len(counted)
    amount = min(fine, uncapped).quantize(CENT, ROUND_HALF_UP)
    sentences = [_late_sentence(fine, due_on, len(late)), *_why(fine, len(late) - len(counted), len(counted), uncapped)]
    return LateFine(amount, len(counted), joined(sentences))


def _late_sentence(fine: Decimal, due_on: date, late: int) -> str:
    return ngettext(
        "A fine of {fine} yuan was to be paid by {day} and is {number} day late.",
        "A fine of {fine} yuan was to be paid by {day} and is {number} days late.",
        late,
    ).format(fine=f"{fine:,.2f}", day=due_on, number=late)


def _why(fine: Decimal, suspended: int, counted: int, uncapped: Decimal):
    if suspended:
        yield _("{number} of these days lie in a reconsideration or suit and are not counted.").format(number=suspended)
    if counted:
        yield _(
            "{number} days at 3 % a day make {amount} yuan (Administrative Penalty Law, articles 72 and 73)."
        ).format(number=counted, amount=f"{uncapped.quantize(CENT, ROUND_HALF_UP):,.2f}")
    if uncapped > fine:
        yield _("It is never more than the fine itself: {fine} yuan.").format(fine=f"{fine:,.2f}")
