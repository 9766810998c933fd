"""The clocks of a case: started, stopped, paused and extended as rows. How days are counted is `deadlines`'s.

Every function that writes expects its caller to hold the case's row lock, and none writes the case itself: after
the last of them the caller asks `refresh_due` and saves.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases import deadlines
from cases.clock_face import ClockStanding, Reckoned, ends_of, faces, nearest, reckon
from cases.deadline_rules import RuleBook
from cases.models import Case, Clock, ClockExtension, ClockPause, DeadlineRule
from cases.working_days import WorkingDays
from gis_core.errors import NotPossibleNow

CLUE_CHECK = "D01"


class ClockRefused(ValueError):
    """One field of what was said about a clock cannot be accepted; `field` names it."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


class NotExtendable(NotPossibleNow):
    """The clock has no extension left, or it is too late for one."""


def start(case: Case, code: str, *, at: datetime) -> Clock | None:
    """Start the clock, or give back the one that runs already. None for a note, which has no date of its own, and
    for a rule that the administrator has ended."""
    running = _running(case, code)
    rule = RuleBook(case.region_id).on(code, timezone.localdate(at))
    if running or rule is None or rule.kind == DeadlineRule.Kind.NOTE:
        return running
    started_at = _beginning(case, rule, at)
    clock = Clock(region_id=case.region_id, case=case, rule=rule, code=code, started_at=started_at or at)
    if started_at:
        clock.due_at = deadlines.due(started_at, rule.amount, rule.unit, WorkingDays.of(case.region_id)).at
    clock.save()
    return clock


def _beginning(case: Case, rule: DeadlineRule, at: datetime) -> datetime | None:
    """`at`, or the end of the clock that this one comes after: None while that is paused, and from `at` again where
    it was stopped early."""
    if not rule.after:
        return at
    earlier = case.clocks.filter(code__in=ends_of(rule.after)).last()
    if earlier is None:
        raise NotPossibleNow(
            _("{rule} begins at the end of {after}, and that has not begun yet.").format(rule=rule, after=rule.after)
        )
    return at if earlier.stopped_at else earlier.due_at


def stop(case: Case, code: str, *, at: datetime, verb: str = "") -> Clock | None:
    """Stop the clock that runs; its end stays readable. None where none runs."""
    clock = _running(case, code)
    if clock is None:
        return None
    if open_pauses := list(clock.pauses.filter(to_at=None)):
        _close(open_pauses, at)
        (clock,) = _repaused(case, [clock])
    clock.stopped_at, clock.stopped_by = at, verb
    clock.save(update_fields=["stopped_at", "stopped_by"])
    return clock


def stop_all(case: Case, *, at: datetime, verb: str = "") -> list[str]:
    """Stop whatever runs, as a case ends; the codes."""
    codes = list(case.clocks.running().values_list("code", flat=True))
    for code in codes:
        stop(case, code, at=at, verb=verb)
    return codes


def revive(case: Case, *, stopped_by: str) -> None:
    """Let the clocks run on that the verb stopped when it was last done, with the ends that they had."""
    stopped = case.clocks.filter(stopped_by=stopped_by)
    last = stopped.aggregate(last=Max("stopped_at"))["last"]
    stopped.filter(stopped_at=last).update(stopped_at=None, stopped_by="")


def pause(
    case: Case, codes: Iterable[str], *, at: datetime, reason: str, document: str, cause: str = ""
) -> list[Clock]:
    """Pause those of the clocks that run, whose rules allow it and that are not paused for this cause yet; which they
    were. Pauses of several causes may overlap, and a day is left out once."""
    _require(reason=reason, document=document)
    running = case.clocks.running().filter(code__in=codes, rule__pausable=True)
    paused = list(running.exclude(pk__in=_open_pauses(case, cause).values("clock")))
    for clock in paused:
        clock.pauses.create(
            region_id=case.region_id, from_at=at, reason=reason.strip(), document=document.strip(), cause=cause
        )
    return _repaused(case, paused)


def resume(case: Case, codes: Iterable[str], *, at: datetime, cause: str = "") -> list[Clock]:
    """End the pauses that have this cause; the clocks that had one. A clock runs on once none is open."""
    pauses = list(_open_pauses(case, cause).filter(clock__code__in=codes).select_related("clock"))
    _close(pauses, at)
    return _repaused(case, [each.clock for each in pauses])


def _open_pauses(case: Case, cause: str):
    return ClockPause.objects.filter(clock__in=case.clocks.running(), to_at=None, cause=cause)


def _close(pauses: list[ClockPause], at: datetime) -> None:
    if any(at < each.from_at for each in pauses):
        raise ClockRefused("at", _("The pause began later than that."))
    for each in pauses:
        each.to_at = at
        each.save(update_fields=["to_at"])


def _repaused(case: Case, touched: list[Clock]) -> list[Clock]:
    """The clocks with `paused_since` and their ends as their pauses make them now."""
    for clock in touched:
        clock.paused_since = clock.pauses.filter(to_at=None).aggregate(first=Min("from_at"))["first"]
        clock.save(update_fields=["paused_since"])
    running = _settle(case) if touched else {}
    return [running[clock.code] for clock in touched]


def extend(case: Case, code: str, *, reason: str, document: str, by, at: datetime) -> ClockExtension:
    """Grant the next step of the rule's extensions; NotExtendable behind the last one, or behind the end."""
    _require(reason=reason, document=document)
    clock = _running(case, code)
    if clock is None:
        raise NotExtendable(_("The clock {code} does not run: there is nothing to extend.").format(code=code))
    if clock.due_at and at > clock.due_at:
        raise NotExtendable(
            _("{rule} ended on {day}: it can only be extended before.").format(
                rule=clock.rule, day=timezone.localdate(clock.due_at)
            )
        )
    given = clock.extensions.count()
    if given >= len(clock.rule.extension_steps):
        raise NotExtendable(_refusal_of_another(clock, given))
    extension = clock.extensions.create(
        region_id=case.region_id, amount=clock.rule.extension_steps[given], reason=reason.strip(),
        document=document.strip(), by=by, at=at,
    )  # fmt: skip
    _settle(case)
    return extension


def _refusal_of_another(clock: Clock, given: int) -> str:
    if not given:
        return _("{rule} cannot be extended.").format(rule=clock.rule)
    return _("{rule} was extended as often as it can be: {number}.").format(rule=clock.rule, number=given)


def not_before(case: Case, code: str) -> datetime | None:
    """The first moment at which the wait has run; None where it has not begun, or is paused."""
    clock = case.clocks.filter(code=code).last()
    ends_at = clock and _end(case, clock)
    return ends_at and ends_at + timedelta(seconds=1)


def last_day(case: Case, code: str) -> date | None:
    """The day that the clock ends on, or ended on before it was stopped; None where it has not begun, or is paused."""
    clock = case.clocks.filter(code=code).last()
    ends_at = clock and _end(case, clock)
    return ends_at and timezone.localdate(ends_at)


def has_run(case: Case, code: str, at: datetime) -> bool:
    """Whether the wait is over at that moment. One that was never begun is not, unless the administrator has ended
    its rule; one that was stopped early is over at the end that it had."""
    clock = case.clocks.filter(code=code).last()
    if clock is None:
        return RuleBook(case.region_id).on(code, timezone.localdate(at)) is None
    ends_at = _end(case, clock)
    return ends_at is not None and at > ends_at


def standing(case: Case, now: datetime | None = None) -> list[ClockStanding]:
    """Every running clock of the case as of `now`, the nearest end first; reckoned anew, whatever is stored."""
    calendar = WorkingDays.of(case.region_id)
    return faces(_reckoned(case, calendar), calendar, now or timezone.now())


def nearest_due(case: Case) -> datetime | None:
    """The first end by which we must act; a paused clock has none."""
    return nearest(_reckoned(case, WorkingDays.of(case.region_id)))


def refresh_due(case: Case) -> datetime | None:
    """Put the nearest end on the case, for its caller to save."""
    case.due_at = nearest_due(case)
    return case.due_at


class NewClocks:
    """The clocks of one rule for many cases, reckoned once a day of beginning: a million rows ask for few days."""

    def __init__(self, region: Region, code: str = CLUE_CHECK):
        self._region, self._code = region, code
        self._rules, self._calendar = RuleBook(region), WorkingDays.of(region)
        self._known: dict[date, tuple[DeadlineRule | None, datetime | None]] = {}

    def of(self, started_at: datetime) -> Clock | None:
        """An unsaved clock without its case; None where the rule is not in force."""
        day = timezone.localdate(started_at)
        if day not in self._known:
            self._known[day] = self._reckon(day)
        rule, due_at = self._known[day]
        return rule and Clock(region=self._region, rule=rule, code=self._code, started_at=started_at, due_at=due_at)

    def _reckon(self, day: date):
        rule = self._rules.on(self._code, day)
        return rule, rule and deadlines.due(deadlines.end_of(day), rule.amount, rule.unit, self._calendar).at


def _running(case: Case, code: str) -> Clock | None:
    return case.clocks.running().select_related("rule").filter(code=code).first()


def _reckoned(case: Case, calendar: WorkingDays) -> list[Reckoned]:
    return reckon(case.clocks.running().with_history(), calendar)


def _end(case: Case, clock: Clock) -> datetime | None:
    """The clock's end by today's rules and calendar; of a stopped one that which it had."""
    if clock.stopped_at:
        return clock.due_at
    running = _reckoned(case, WorkingDays.of(case.region_id))
    return next(each.due_at for each in running if each.clock == clock)


def _settle(case: Case) -> dict[str, Clock]:
    """Store the ends of the case's running clocks as they are now; the clocks by code."""
    reckoned = _reckoned(case, WorkingDays.of(case.region_id))
    moved = [each.write_over() for each in reckoned if not each.is_stored]
    Clock.objects.bulk_update(moved, ["started_at", "due_at"])
    return {each.clock.code: each.clock for each in reckoned}


def _require(**told: str) -> None:
    """Reason and document are what a pause or an extension stands on when somebody asks for it later."""
    sentences = {
        "reason": _("Say why: the reason is kept with the clock."),
        "document": _("Name the document that allows it."),
    }
    for field, text in told.items():
        if not text.strip():
            raise ClockRefused(field, sentences[field])
