"""后续监管: closed cases with their plan of visits (A21): which visit is due next, and which are overdue."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from cases.models import Case, CaseEvent, Inspection
from cases.verbs import Verb
from cases.workflow import Status

FOLLOWED = (Status.CLOSED, Status.FOLLOW_UP)


@dataclass(frozen=True)
class Plan:
    """The visits of a case by its plan: `next_visit` is None where none is due before the end, and `over` where the
    last day has gone by too, so that the case can be archived."""

    case: Case
    every_days: int
    until: date
    last_visit: date | None
    next_visit: date | None
    days_late: int
    over: bool


def plans(cases, day: date) -> list[Plan]:
    """Of those cases, for the desk and for the phone: what is due first, then what has no visit left."""
    followed = cases.filter(status__in=FOLLOWED, dossier__follow_up_until__isnull=False)
    visits = Inspection.objects.filter(case=OuterRef("pk"), kind=Inspection.Kind.FOLLOW_UP, held_at__isnull=False)
    closings = CaseEvent.objects.filter(case=OuterRef("pk"), verb=Verb.CLOSE)
    # subqueries: a GROUP BY the key alone does not do where the key is (id, region)
    found = followed.select_related("dossier", "handling_unit").defer("search").annotate(
        visited_at=Subquery(visits.order_by("-held_at").values("held_at")[:1]),
        closed_at=Subquery(closings.order_by("-at").values("at")[:1]),
    )  # fmt: skip
    return sorted(
        (_plan(case, day) for case in found), key=lambda plan: (plan.over, plan.next_visit or plan.until, plan.case.pk)
    )


def _plan(case: Case, day: date) -> Plan:
    """A visit falls due so many days after the one before it, the first after the closing and on the last day at the
    latest."""
    until, every = case.dossier.follow_up_until, case.dossier.follow_up_every_days
    last = timezone.localdate(case.visited_at) if case.visited_at else None
    due = (last or timezone.localdate(case.closed_at or case.reported_at)) + timedelta(days=every)
    if due > until:
        due = None if last else until
    late = (day - due).days if due and due < day else 0
    return Plan(case, every, until, last, due, late, due is None and day >= until)
