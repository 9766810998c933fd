"""Notices inside the system: who is told that a case now waits for them, or that they are urged."""

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boundaries.models import PatrolPlan, User
from cases.models import Case, CaseEvent, Notice
from cases.permissions import roles_for, units_of
from cases.verbs import Verb, Who
from cases.waiting import NEXT
from cases.workflow import Status

# Verbs that are told to somebody even where the state stays.
TOLD_TO: dict[str, tuple[Who, ...]] = {
    Verb.HAND_OVER: (Who.HANDLING_UNIT,),
    Verb.SUPERVISE: (Who.HANDLING_UNIT,),
    Verb.REPLY_SUPERVISION: (Who.URGERS,),
    Verb.PLAN_JOINT: (Who.UNIT_AT_WORK,),
    Verb.REQUEST_HEARING: (Who.LEGAL,),
    Verb.PASS_REVIEW: (Who.LEADER,),
    Verb.RECHECK_FAILED: (Who.OFFICE,),
    Verb.EXTEND: (Who.HANDLING_UNIT,),
    Verb.SUSPEND: (Who.HANDLING_UNIT,),
    Verb.RESUME: (Who.HANDLING_UNIT,),
    Verb.FIELD_HELD: (Who.OFFICE, Who.HANDLING_UNIT),
}


def tell(event: CaseEvent, case: Case) -> list[Notice]:
    """One line to each person whose step is next, never to the one who acted."""
    whom = TOLD_TO.get(event.verb, ())
    if event.status != event.from_status:
        whom = (*whom, *NEXT.get(Status(case.status), ()))
    if not whom:
        return []
    with translation.override(settings.LANGUAGE_CODE):
        text = _("{case_no} {what}: {state}").format(
            case_no=case.case_no, what=event.get_verb_display(), state=case.get_status_display()
        )
        to_them = {case.addressee_id: " · " + _("to you by name")} if event.verb == Verb.HAND_OVER else {}
    return Notice.objects.bulk_create(
        Notice(
            region_id=case.region_id,
            case=case,
            to=person,
            event=event,
            kind=event.verb,
            at=event.at,
            text=text + to_them.get(person.pk, ""),
        )
        for person in people(whom, case).exclude(pk=event.by_id)
    )


PLAN_SENT, PLAN_WITHDRAWN = "plan:sent", "plan:withdrawn"


def tell_of_plan(plan: PatrolPlan, *, by: User) -> list[Notice]:
    """One line to each person with a route on a plan that was sent or withdrawn, never to the one who did it."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = (
            _("Patrol of {day}: {stops} stops are yours.") if plan.is_sent else _("Patrol of {day} is withdrawn.")
        )
        return Notice.objects.bulk_create(
            Notice(
                region_id=plan.region_id,
                plan=plan,
                to_id=route.user_id,
                kind=PLAN_SENT if plan.is_sent else PLAN_WITHDRAWN,
                at=timezone.now(),
                text=sentence.format(day=_days_of(plan), stops=route.stops.count()),
            )
            for route in plan.routes.exclude(user=None).exclude(user=by).exclude(stops=None).distinct()
        )


def _days_of(plan: PatrolPlan) -> str:
    """“2026-11-20”, and of a shift over midnight both days."""
    return "–".join(day.isoformat() for day in dict.fromkeys((plan.day, plan.last_day)))


def people(whom, case: Case):
    """The region's active people whom one of the words means, for this case as it stands; each once."""
    meant = Q()
    for who in whom:
        one = Q(groups__name__in=roles_for(who, case))
        units = units_of(who, case)
        meant |= one if units is None else one & Q(unit__in=units)
    return User.objects.filter(meant, region=case.region_id, is_active=True).distinct()
