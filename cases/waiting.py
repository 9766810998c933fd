"""For whom a case waits: the state says whose step is next. The work of a day is this table read as a query."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.facts import Facts
from cases.models import Case, InspectionUnit, Urging
from cases.permissions import FOR_A_UNIT, GRID_CHANNELS, Role, may_act, roles_of, visible_cases
from cases.verbs import Who
from cases.workflow import Status as S

NEXT: dict[S, tuple[Who, ...]] = {
    S.REPORTED: (Who.PLATFORM, Who.OFFICE),
    S.TRIAGED: (Who.PLATFORM, Who.OFFICE),
    S.REGISTERED: (Who.OFFICE,),
    S.SUBMITTED: (Who.LEADER,),
    S.APPROVED: (Who.PLATFORM, Who.OFFICE),
    S.ASSIGNED: (Who.HANDLING_UNIT,),
    S.VERIFYING: (Who.HANDLING_UNIT,),
    S.SINGLE_UNIT: (Who.FILING_UNIT,),
    S.JOINT_REQUIRED: (Who.FILING_UNIT,),
    S.FILED: (Who.HANDLING_UNIT,),
    S.INVESTIGATING: (Who.HANDLING_UNIT,),
    S.ORDERED: (Who.HANDLING_UNIT,),
    S.COMPLIED: (Who.HANDLING_UNIT,),
    S.ESCALATED_CITY: (Who.OFFICE, Who.HANDLING_UNIT),
    S.NOTIFIED: (Who.HANDLING_UNIT,),
    S.REVIEWING: (Who.LEGAL, Who.LEADER),
    S.DECIDED: (Who.HANDLING_UNIT,),
    S.SERVED: (Who.HANDLING_UNIT,),
    S.ENFORCING: (Who.HANDLING_UNIT,),
    S.CLOSED: (Who.SUPERVISION,),
    S.FOLLOW_UP: (Who.SUPERVISION,),
}

# Who that is, in words; for a unit its own name stands instead.
PEOPLE = {
    Who.OFFICE: _("joint enforcement office"),
    Who.PLATFORM: _("information platform office"),
    Who.LEADER: _("bureau leader"),
    Who.LEGAL: _("legal section"),
    Who.SUPERVISION: _("construction management section"),
}
GRID_PLATFORM = _("grid office")


def next_people(facts: Facts) -> tuple[Who, ...]:
    """Whose step is next, as far as the file tells: a review is the legal section's first and the leaders' then."""
    status = S(facts.case.status)
    if status == S.REVIEWING:
        return (Who.LEADER,) if facts.dossier.legal_reviewed_at else (Who.LEGAL,)
    if status == S.NOTIFIED and facts.dossier.hearing_requested_at and not facts.dossier.hearing_held_at:
        return (Who.LEGAL,)
    return NEXT.get(status, ())


def whose_next(facts: Facts) -> list[str]:
    """The same in words, each once; empty where the case has come to its end."""
    return list(dict.fromkeys(_name(who, facts.case) for who in next_people(facts)))


def is_next(facts: Facts) -> bool:
    """Whether it is the person of the facts."""
    return any(may_act(facts.by, who, facts.case) for who in next_people(facts))


def _name(who: Who, case: Case) -> str:
    if who == Who.PLATFORM and case.channel in GRID_CHANNELS:
        return str(GRID_PLATFORM)
    if who in PEOPLE:
        return str(PEOPLE[who])
    files_jointly = who == Who.FILING_UNIT and case.status == S.JOINT_REQUIRED
    return str(case.lead_unit if files_jointly else case.handling_unit)


def _states(who: Who) -> list[S]:
    return [state for state, people in NEXT.items() if who in people]


def waiting_for(user) -> QuerySet[Case]:
    """The cases whose next step is this person's, within what they see; nothing for a role that takes no step."""
    conditions = [ask(user) for role, ask in _OF_ROLE.items() if role in roles_of(user)]
    if not conditions:
        return Case.objects.none()
    theirs = Q()
    for condition in conditions:
        theirs |= condition
    return visible_cases(user).filter(theirs, hold="")


def is_urged(user) -> Exists:
    """Of a case: an urging to the person's unit waits for a reply. Without a unit, those that nobody's unit has."""
    return Exists(Urging.objects.filter(case=OuterRef("pk"), unit=user.unit_id, replied_at__isnull=True))


def is_awaited(user) -> Exists:
    """Of a case: the person's unit is called to an inspection and has not signed in."""
    return Exists(
        InspectionUnit.objects.filter(
            inspection__case=OuterRef("pk"), inspection__held_at__isnull=True, unit=user.unit_id,
            signed_in_at__isnull=True, absence_reason="",
        )
    )  # fmt: skip


def open_urgings(user) -> QuerySet[Urging]:
    """Those that the person made, and those that their unit has to answer, the nearest date first."""
    theirs = Q(by=user) | Q(unit=user.unit_id) if user.unit_id else Q(by=user)
    found = Urging.objects.filter(theirs, region=user.region_id, replied_at__isnull=True)
    return found.select_related("case", "by", "unit").defer("case__search").order_by("due_at", "id")


def _office(_user):
    return Q(status__in=_states(Who.OFFICE))


def _platform(grid: bool):
    return lambda _user: Q(Q(channel__in=GRID_CHANNELS) if grid else ~Q(channel__in=GRID_CHANNELS),
                           status__in=_states(Who.PLATFORM))  # fmt: skip


def _leader(_user):
    reviewed = Q(status=S.REVIEWING, dossier__legal_reviewed_at__isnull=False)
    return Q(status=S.SUBMITTED) | reviewed


def _legal(_user):
    unreviewed = Q(status=S.REVIEWING, dossier__legal_reviewed_at__isnull=True)
    unheard = Q(status=S.NOTIFIED, dossier__hearing_requested_at__isnull=False, dossier__hearing_held_at__isnull=True)
    return unreviewed | unheard


def _unit(user):
    """The unit's own steps, its urgings, and inspections where it is awaited. That the unit takes part in the case is
    said first: an index knows it, and the rest is asked of few."""
    if user.unit_id is None:
        return Q(pk__in=[])
    own = Q(handling_unit=user.unit_id, status__in=[*_states(Who.HANDLING_UNIT), S.SINGLE_UNIT])
    filing = Q(status=S.JOINT_REQUIRED, lead_unit=user.unit_id)
    asked = own | filing | Q(is_urged(user)) | Q(is_awaited(user))
    return Q(units_involved__contains=[user.unit_id]) & asked


def _supervision(user):
    return Q(status__in=_states(Who.SUPERVISION)) | _unit(user)


def _publicity(_user):
    return Q(dossier__decided_at__isnull=False, dossier__published_at__isnull=True, status__in=(S.DECIDED, S.SERVED))


_OF_ROLE = {
    Role.DISPATCHER: _office,
    Role.PLATFORM_OFFICER: _platform(grid=False),
    Role.GRID_COORDINATOR: _platform(grid=True),
    Role.LEADER: _leader,
    Role.LEGAL_OFFICER: _legal,
    Role.PUBLICITY_OFFICER: _publicity,
    **dict.fromkeys(FOR_A_UNIT, _unit),
    Role.SUPERVISION_OFFICER: _supervision,
}
