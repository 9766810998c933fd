"""Decisions that fell: declared void, annulled here, or annulled or changed on appeal. What rests on them is withdrawn.

Read from what the case holds. 行政处罚法 48: within three working days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cases.models import CaseEvent, Document, DocumentKind, Relief
from cases.verbs import Verb
from cases.working_days import WorkingDays
from oversight.conduct import periods

RULED = (Relief.Result.ANNULLED, Relief.Result.CHANGED)


@dataclass(frozen=True)
class Fallen:
    """When a decision fell, and the last day to withdraw what rests on it."""

    on: date
    withdraw_by: date


def falls(decisions: Iterable) -> dict[int, date]:
    """Key of each decision (a document) that fell → the first day it did; three queries for all."""
    decisions = list(decisions)
    found = {one.pk: [timezone.localdate(one.voided_at)] for one in decisions if one.voided_at}
    cases = {one.case_id for one in decisions}
    events = list(CaseEvent.objects.filter(case__in=cases, verb=Verb.ANNUL_DECISION).values_list("case_id", "at"))
    ruled = _ruled(cases)
    for one in decisions:
        days = [timezone.localdate(at) for case, at in events if case == one.case_id and at >= one.issued_at]
        days += ruled.get(one.pk, [])
        if days:
            found.setdefault(one.pk, []).extend(days)
    return {pk: min(days) for pk, days in found.items()}


def _ruled(cases: set) -> dict[int, list[date]]:
    """Key of each decision that was annulled or changed on appeal → the days. A ruling is about the decision that its
    request was: the last one by then. What is decided anew while the suit is under way does not fall with it."""
    reliefs = list(Relief.objects.filter(case__in=cases, result__in=RULED))
    whose = {relief.case_id for relief in reliefs}
    made = Document.objects.filter(case__in=whose, kind=DocumentKind.PENALTY_DECISION)
    decisions = list(made.only("case_id", "region_id", "issued_at", "voided_at").order_by("issued_at", "pk"))
    found: dict[int, list[date]] = {}
    for relief in reliefs:
        about = [one for one in decisions if one.case_id == relief.case_id and _stood_at(one, relief)]
        if about:
            found.setdefault(about[-1].pk, []).append(relief.ended_on)
    return found


def _stood_at(decision: Document, relief: Relief) -> bool:
    """Whether it was there when the relief was asked for, and taken down, and not void before."""
    if decision.voided_at and timezone.localdate(decision.voided_at) < relief.filed_on:
        return False
    return decision.issued_at <= relief.recorded_at and timezone.localdate(decision.issued_at) <= relief.filed_on


def due(records: Iterable, region: str) -> dict[int, Fallen]:
    """Key of each record whose decision fell → when, and by when it must be withdrawn."""
    records = list(records)
    fallen = falls({one.decision_id: one.decision for one in records}.values())
    calendar = WorkingDays.of(region) if fallen else None
    return {
        one.pk: Fallen(day, periods.limit(region, periods.WITHDRAW, day, calendar))
        for one in records
        if (day := fallen.get(one.decision_id))
    }
