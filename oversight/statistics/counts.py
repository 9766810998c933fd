"""What is counted, each as a set of rows: of cases, or of what belongs to one. Domain page 3.4 (M1–M11) and 7.

A set is a function of what is asked for; its rows are read as the trail stood at `asked.then`. Void and merged cases
are none. Where a row keeps only its last word (the source, the violations, the measured areas, a party's code, a fine
whose decision was annulled, a conduct record that was withdrawn), the number of a period gone by follows a later
correction: all else does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BigIntegerField,
    BooleanField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate

from cases import metrics
from cases.metrics import stood
from cases.models import (
    Case,
    CaseEvent,
    CaseSpell,
    Clock,
    DeadlineRule,
    Dossier,
    Inspection,
    InspectionUnit,
    Order,
    Payment,
)  # fmt: skip
from cases.models.case import Channel
from cases.querysets import lasting
from cases.verbs import Verb
from cases.workflow import OPEN, Status
from oversight.models.conduct import BadConductRecord
from oversight.statistics import repeats
from oversight.statistics.asked import Asked

NO_CASE = (Status.VOID, Status.MERGED)
FOUND_BY_US = (Channel.GRID_FEEDBACK, Channel.PATROL)
EXPIRING_DAYS = 30
ROWS, CASES = Count("pk", distinct=True), Count("case", distinct=True)
FLOOR = Sum("case__dossier__floor_area_m2")


class Median(Aggregate):
    """Half of the values are not above it; between two values it lies in their middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Counted:
    """`case` leads from a row to its case (`case__`; nothing where the rows are cases), `on` is the moment that says
    in which month a row counts, `value` what the rows come to."""

    rows: Callable[[Asked], object]
    case: str = "case__"
    on: str = "at"
    value: Aggregate = field(default=ROWS)


def reported(asked: Asked):
    """Reports of the period that are cases."""
    return _cases(asked).filter(asked.within("reported_at")).exclude(stood(NO_CASE, asked.then))


def found_by_us(asked: Asked):
    return reported(asked).filter(channel__in=FOUND_BY_US)


def verified(asked: Asked):
    """Registered in the period (never registered ones: reported in it), and found to be true by its end. `counted_at`
    is the moment that they count by."""
    registered, never = metrics.registered, metrics.never_registered
    keys = [found(asked.region, asked.period, asked.then).values("pk") for found in (registered, never)]
    cases = _cases(asked).filter(pk__in=keys[0].union(keys[1]))
    return metrics.found_true(cases, asked.then).annotate(counted_at=Coalesce(_first_registered(), "reported_at"))


def _first_registered():
    registrations = CaseEvent.objects.filter(case=OuterRef("pk"), verb=Verb.REGISTER)
    return Subquery(registrations.order_by("at").values("at")[:1])


def with_result(asked: Asked):
    return verified(asked).filter(metrics.has_result(asked.then))


def failed(asked: Asked):
    """Cases found to be true that have no result and are past a limit: the others are still on their way."""
    return verified(asked).exclude(metrics.has_result(asked.then)).filter(pk__in=overdue(asked).values("case"))


def filed(asked: Asked):
    return verified(asked).filter(Exists(_events(asked, Verb.FILE_CASE).filter(case=OuterRef("pk"))))


def due(asked: Asked):
    """Cases whose limit to decide (D03) ended in the period, but for those deferred when it did."""
    ended = _limits(asked)
    deferred = metrics.deferred(ended).filter(case=OuterRef("pk"))
    cases = _cases(asked).filter(pk__in=ended.values("case")).exclude(stood([Status.VOID], asked.then))
    last = ended.filter(case=OuterRef("pk")).order_by("-due_at").values("due_at")[:1]
    return cases.filter(~Exists(deferred)).annotate(counted_at=Subquery(last))


def due_and_ended(asked: Asked):
    """Those of them that were decided, or ended otherwise, by the end of the period, in time or not."""
    running = Q(stopped_at=None) | Q(stopped_at__gte=asked.then)
    return due(asked).filter(~Exists(_limits(asked).filter(running, case=OuterRef("pk"))))


def due_and_in_time(asked: Asked):
    return due(asked).filter(~Exists(metrics.missed(_limits(asked)).filter(case=OuterRef("pk"))))


def _limits(asked: Asked):
    return metrics.limits(asked.region, asked.period, asked.then)


def sent_back(asked: Asked):
    """Cases whose re-check found the order disobeyed: the work is to be done again."""
    return _done(asked, Verb.RECHECK_FAILED)


def closed(asked: Asked):
    return _done(asked, Verb.CLOSE)


def _done(asked: Asked, verb: Verb):
    """Cases with such an act in the period, counted once by the first."""
    acts = _events(asked, verb).filter(asked.within("at"))
    first = acts.filter(case=OuterRef("pk")).order_by("at").values("at")[:1]
    return _cases(asked).filter(pk__in=acts.values("case")).annotate(counted_at=Subquery(first))


def still_open(asked: Asked):
    """Cases that were open at the end of the period."""
    return asked.of_region(CaseSpell).filter(lasting(asked.then), status__in=OPEN)


def overdue(asked: Asked):
    """Cases open at the end of the period of which a limit of ours had passed before, but for those deferred then."""
    running = Q(stopped_at=None) | Q(stopped_at__gte=asked.then)
    late = asked.of_region(Clock).filter(running, due_at__lt=asked.then, rule__kind=DeadlineRule.Kind.LIMIT)
    return late.filter(stood(OPEN, asked.then, "case__")).exclude(pk__in=metrics.deferred(late).values("pk"))


def begun_and_registered(asked: Asked):
    """Registrations of the period whose violation has a first day: from its midnight, in days."""
    first = metrics.registered(asked.region, asked.period, asked.then).values("pk")
    rows = asked.of_region(Dossier).filter(case__in=first, violation_start__isnull=False)
    registrations = CaseEvent.objects.filter(case=OuterRef("case"), verb=Verb.REGISTER)
    registered_at = Subquery(registrations.order_by("at").values("at")[:1])
    return rows.annotate(counted_at=registered_at).annotate(
        days=ExpressionWrapper(TruncDate("counted_at") - F("violation_start"), output_field=DurationField())
    )


def stopped(asked: Asked):
    """Orders to stop that a re-check of the period found obeyed."""
    return _obeyed(asked, Order.Kind.STOP).annotate(
        days=ExpressionWrapper(F("rechecked_at") - F("issued_at"), output_field=DurationField())
    )


def rectified(asked: Asked):
    """Orders to rectify, a removal among them, that a re-check of the period found obeyed."""
    return _obeyed(asked, Order.Kind.RECTIFY)


def _obeyed(asked: Asked, kind):
    obeyed = asked.of_region(Order).filter(kind=kind, state=Order.State.COMPLIED)
    return obeyed.filter(asked.within("rechecked_at"))


def acts(verb: Verb) -> Callable[[Asked], object]:
    """Every such act of the period."""
    return lambda asked: _events(asked, verb).filter(asked.within("at"))


def joint_held(asked: Asked):
    return asked.of_region(Inspection).filter(asked.within("held_at"), kind=Inspection.Kind.JOINT)


def invited(asked: Asked):
    """Units invited to the joint inspections that were held in the period (A15)."""
    held = Q(inspection__kind=Inspection.Kind.JOINT) & asked.within("inspection__held_at")
    return asked.of_region(InspectionUnit, "inspection__case__").filter(held)


def signed_in(asked: Asked):
    return invited(asked).filter(signed_in_at__isnull=False)


def decided(asked: Asked):
    """Files whose decision that stands is of the period."""
    return asked.of_region(Dossier).filter(asked.within("decided_at"), fine__isnull=False)


def paid(asked: Asked):
    return asked.of_region(Payment).filter(asked.days_within("paid_on"))


def conduct_active(asked: Asked):
    return BadConductRecord.objects.in_force(asked.day).filter(pk__in=asked.of_region(BadConductRecord).values("pk"))


def conduct_expiring(asked: Asked):
    """Those of them that end within 30 days."""
    return conduct_active(asked).filter(publish_until__lte=asked.day + timedelta(days=EXPIRING_DAYS))


def places(asked: Asked):
    """The newest true case of each place or party of the last 24 months; see `repeats`."""
    return _newest(asked, repeats.of(asked))


def places_again(asked: Asked):
    """Those with two cases or more."""
    return _newest(asked, [place for place in repeats.of(asked) if len(place) > 1])


def _newest(asked, found):
    """The keys go as one array: as a list of as many parameters they take longer to write down than to find."""
    keys = Value([place[0] for place in found], ArrayField(BigIntegerField()))
    among = Func(
        F("pk"), keys, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField()
    )  # fmt: skip
    return _cases(asked).filter(among)


def _events(asked: Asked, verb: Verb):
    return asked.of_region(CaseEvent).filter(verb=verb, at__lt=asked.then)


def _cases(asked: Asked):
    return asked.of_region(Case, "")


OF_CASE = {"case": "", "on": "counted_at"}
DAYS = {"on": "counted_at", "value": Median("days")}
COUNTS = {
    "reported": Counted(reported, "", "reported_at"),
    "found_by_us": Counted(found_by_us, "", "reported_at"),
    "verified": Counted(verified, **OF_CASE),
    "with_result": Counted(with_result, **OF_CASE),
    "failed": Counted(failed, **OF_CASE),
    "filed": Counted(filed, **OF_CASE),
    "due": Counted(due, **OF_CASE),
    "due_and_ended": Counted(due_and_ended, **OF_CASE),
    "due_and_in_time": Counted(due_and_in_time, **OF_CASE),
    "sent_back": Counted(sent_back, **OF_CASE),
    "closed": Counted(closed, **OF_CASE),
    "still_open": Counted(still_open, on="case__reported_at", value=CASES),
    "overdue": Counted(overdue, on="due_at", value=CASES),
    "begun_and_registered": Counted(begun_and_registered, **DAYS),
    "stopped": Counted(stopped, on="rechecked_at", value=Median("days")),
    "returned": Counted(acts(Verb.RETURN_BACK)),
    "made_void": Counted(acts(Verb.VOID)),
    "extended": Counted(acts(Verb.EXTEND)),
    "deferred": Counted(acts(Verb.DEFER)),
    "escalated": Counted(acts(Verb.ESCALATE)),
    "joint_held": Counted(joint_held, on="held_at"),
    "invited": Counted(invited, "inspection__case__", "inspection__held_at"),
    "signed_in": Counted(signed_in, "inspection__case__", "inspection__held_at"),
    "fined": Counted(decided, on="decided_at", value=Sum("fine")),
    "paid": Counted(paid, on="paid_on", value=Sum("amount")),
    "stopped_m2": Counted(stopped, on="rechecked_at", value=FLOOR),
    "rectified_m2": Counted(rectified, on="rechecked_at", value=FLOOR),
    "conduct_active": Counted(conduct_active, on="publish_from"),
    "conduct_expiring": Counted(conduct_expiring, on="publish_from"),
    "places": Counted(places, "", "reported_at"),
    "places_again": Counted(places_again, "", "reported_at"),
}
