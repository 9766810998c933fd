"""Which clocks of a case can be extended, paused or resumed: what a person is offered to choose from."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from cases import deadlines
from cases.deadline_rules import RuleBook
from cases.models import Case
from cases.working_days import WorkingDays

Choices = list[tuple[str, str]]


def extendable(case: Case) -> Choices:
    """(code, name) of running clocks whose rule has an extension left, the nearest end first."""
    return _choices(clock for clock in _running(case) if clock.extensions.count() < len(clock.rule.extension_steps))


def pausable(case: Case) -> Choices:
    return _choices(_running(case).filter(rule__pausable=True, paused_since=None))


def paused(case: Case) -> Choices:
    """Those that a person paused; a hearing's or a suspension's pause ends with it."""
    return _choices(_running(case).filter(pauses__to_at=None, pauses__cause=""))


def _running(case: Case):
    return case.clocks.running().select_related("rule").order_by(F("due_at").asc(nulls_last=True))


def _choices(clocks) -> Choices:
    return [(clock.code, str(clock.rule)) for clock in clocks]


def due_if_started(case: Case, code: str, *, at: datetime) -> datetime | None:
    """When the clock would end if it began at that moment; None where its rule is not in force."""
    rule = RuleBook(case.region_id).on(code, timezone.localdate(at))
    return rule and deadlines.due(at, rule.amount, rule.unit, WorkingDays.of(case.region_id)).at
