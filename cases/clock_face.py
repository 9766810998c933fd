"""What a clock shows: its end, how near that is, and why. Every page, the API and the nightly run read it here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import deadlines
from cases.models import Clock, DeadlineRule
from cases.models.clock import Colour
from cases.working_days import WorkingDays, provisional_sentence
from gis_core.sentences import joined

Kind, Unit, Standing = DeadlineRule.Kind, DeadlineRule.Unit, DeadlineRule.Standing

PERIODS = {
    Unit.WORKDAY: lambda number: ngettext("{number} working day", "{number} working days", number),
    Unit.DAY: lambda number: ngettext("{number} calendar day", "{number} calendar days", number),
    Unit.MONTH: lambda number: ngettext("{number} month", "{number} months", number),
}


@dataclass(frozen=True)
class Reckoned:
    """A clock and what its rule, pauses and extensions give now; `due` is None while a pause keeps it open."""

    clock: Clock
    started_at: datetime
    due: deadlines.Due | None

    @property
    def due_at(self) -> datetime | None:
        return self.due and self.due.at

    @property
    def is_stored(self) -> bool:
        return (self.clock.started_at, self.clock.due_at) == (self.started_at, self.due_at)

    def write_over(self) -> Clock:
        """The clock with what was reckoned, not saved."""
        self.clock.started_at, self.clock.due_at = self.started_at, self.due_at
        return self.clock


def reckon(clocks: Iterable[Clock], calendar: WorkingDays) -> list[Reckoned]:
    """The running clocks of one case, the oldest first, `with_history()`. One that begins at the end of another
    moves with it, as long as that one runs too."""
    found: dict[str, Reckoned] = {}
    for clock in clocks:
        earlier = next((found[code] for code in ends_of(clock.rule.after) if code in found), None)
        found[clock.code] = _reckon(clock, earlier, calendar)
    return list(found.values())


def ends_of(code: str) -> tuple[str, ...]:
    """The clocks at whose end a rule begins that comes after `code`: the time to sue is another one once a
    reconsideration was decided (行政诉讼法 45)."""
    return ("D15b", "D15") if code == "D15" else (code,)


def _reckon(clock: Clock, earlier: Reckoned | None, calendar: WorkingDays) -> Reckoned:
    rule = clock.rule
    if earlier and earlier.due is None:
        return Reckoned(clock, clock.started_at, None)
    started_at = earlier.due_at if earlier else clock.started_at
    due = deadlines.due(started_at, rule.amount, rule.unit, calendar, _pauses(clock), _extended(clock))
    return Reckoned(clock, started_at, due)


def _pauses(clock: Clock) -> list[deadlines.Pause]:
    return [(pause.from_at, pause.to_at) for pause in clock.pauses.all()]


def _extended(clock: Clock) -> int:
    return sum(extension.amount for extension in clock.extensions.all())


def nearest(reckoned: Iterable[Reckoned]) -> datetime | None:
    """The first end of those by which we must act; what `Case.due_at` holds."""
    ends = [each.due_at for each in reckoned if each.due and each.clock.rule.kind == Kind.LIMIT]
    return min(ends, default=None)


@dataclass(frozen=True)
class ClockStanding:
    """A running clock as of a moment. `days_left` is in the rule's days (months: calendar days), 0 on the last day and
    negative behind it; while paused it is what will be left. `is_over`: the end has passed, so a wait has run.
    `provisional` says why the end may still move, and is empty where it does not. `unconfirmed`: the legal section has
    yet to confirm the rule."""

    code: str
    name: str
    kind: str
    unit: str
    started_at: datetime
    due_at: datetime | None
    why: str
    days_left: int
    colour: Colour
    is_over: bool
    provisional: str
    standing: str
    unconfirmed: bool

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def left_words(self) -> str:
        """“6 working days left”, “overdue by 2 calendar days”: what a person plans by."""
        if self.due_at is None:
            return _("paused with {period} left").format(period=self._days())
        if self.is_over:
            return _("has run") if self.kind == Kind.WAIT else _("overdue by {period}").format(period=self._days())
        return _("{period} left").format(period=self._days()) if self.days_left else _("today is the last day")

    def _days(self) -> str:
        return _period(abs(self.days_left), Unit.WORKDAY if self.unit == Unit.WORKDAY else Unit.DAY)


def faces(reckoned: Iterable[Reckoned], calendar: WorkingDays, now: datetime) -> list[ClockStanding]:
    """What they show, the nearest end first and the paused last."""
    shown = [_face(each, calendar, now) for each in reckoned]
    return sorted(shown, key=lambda face: (face.due_at is None, face.due_at or face.started_at, face.code))


def _face(each: Reckoned, calendar: WorkingDays, now: datetime) -> ClockStanding:
    rule = each.clock.rule
    left = _days_left(each, calendar, now)
    return ClockStanding(
        code=each.clock.code,
        name=rule.name,
        kind=rule.kind,
        unit=rule.unit,
        started_at=each.started_at,
        due_at=each.due_at,
        why=joined(_why(each)),
        days_left=left,
        colour=_colour(each, left, calendar, now),
        is_over=each.due is not None and now > each.due_at,
        provisional=provisional_sentence(each.due.unknown_years) if each.due else "",
        standing=rule.standing_label,
        unconfirmed=rule.standing == Standing.TO_CONFIRM and not rule.confirmed_by,
    )


def _days_left(each: Reckoned, calendar: WorkingDays, now: datetime) -> int:
    if each.due:
        return deadlines.days_left(each.due_at, now, each.clock.rule.unit, calendar)
    return _length(each, _extended(each.clock)) - _elapsed(each, calendar, now)


def _elapsed(each: Reckoned, calendar: WorkingDays, now: datetime) -> int:
    return deadlines.elapsed(each.started_at, now, each.clock.rule.unit, calendar, _pauses(each.clock))


def _length(each: Reckoned, extended: int) -> int:
    rule = each.clock.rule
    return deadlines.length_in_days(timezone.localdate(each.started_at), rule.amount + extended, rule.unit)


def _colour(each: Reckoned, left: int, calendar: WorkingDays, now: datetime) -> Colour:
    rule = each.clock.rule
    if each.due is None:
        return Colour.PAUSED
    if rule.kind == Kind.WAIT:
        return Colour.GREEN
    if now > each.due_at:
        return Colour.RED
    whole = _length(each, _extended(each.clock))
    if not rule.warn_at:
        return Colour.YELLOW if left * 3 <= whole else Colour.GREEN
    gone = _elapsed(each, calendar, now) - (whole - _length(each, 0))
    return Colour(next((colour for at, colour in reversed(rule.warn_at) if gone >= at), Colour.GREEN))


def _why(each: Reckoned):
    rule = each.clock.rule
    yield _("{period} from {day} ({trigger}).").format(
        period=_period(rule.amount, rule.unit), day=timezone.localdate(each.started_at), trigger=rule.trigger
    )
    for extension in each.clock.extensions.all():
        yield _("Extended by {period} ({reason}).").format(
            period=_period(extension.amount, rule.unit), reason=extension.reason
        )
    yield from map(_pause_sentence, each.clock.pauses.all())
    if each.due:
        yield _("The last day is {day}.").format(day=timezone.localdate(each.due_at))
    yield _("Basis: {basis} ({standing}).").format(basis=rule.basis, standing=rule.standing_label)


def _period(number: int, unit: str) -> str:
    return PERIODS[Unit(unit)](number).format(number=number)


def _pause_sentence(pause) -> str:
    start, end = timezone.localdate(pause.from_at), pause.to_at and timezone.localdate(pause.to_at)
    if end is None:
        return _("Paused since {day} ({reason}).").format(day=start, reason=pause.reason)
    return _("Not counted: {number} days of pause from {start} to {end} ({reason}).").format(
        number=(end - start).days, start=start, end=end, reason=pause.reason
    )
