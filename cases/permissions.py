"""The one policy: which role may do what, and which cases a person sees.

Roles are Django groups (domain page 1.2). Every page, API view, tile, export and count asks here, and a test
generated from the URL map fails on a route that asks nothing.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from boundaries.models import Area, Edition, GridCell, Patrol, PatrolPlan, User
from cases.models import Case, Evidence
from cases.models.case import Channel
from cases.verbs import Who


class Role(TextChoices):
    LEADER = "leader", _("bureau leader")
    DISPATCHER = "dispatcher", _("dispatcher")
    PLATFORM_OFFICER = "platform_officer", _("platform officer")
    GRID_COORDINATOR = "grid_coordinator", _("grid coordinator")
    GROUP_CONVENER = "group_convener", _("group convener")
    LEAD_UNIT = "lead_unit", _("lead unit")
    INSPECTOR = "inspector", _("inspector")
    GRID_MEMBER = "grid_member", _("grid worker")
    SUPERVISION_OFFICER = "supervision_officer", _("supervision officer")
    PUBLICITY_OFFICER = "publicity_officer", _("publicity officer")
    ASSESSOR = "assessor", _("assessor")
    LEGAL_OFFICER = "legal_officer", _("legal officer")
    ADMINISTRATOR = "administrator", _("administrator")


class Capability(Enum):
    SEE_LAND = auto()  # areas, groups, units, grid: who answers where
    SEE_CASES = auto()  # lists, maps, counts: each within the person's scope
    REPORT = auto()
    ACT = auto()  # move cases along the workflow: which verb on which case is `may_act`'s
    ADD_EVIDENCE = auto()
    REVIEW_EVIDENCE = auto()  # the legal and technical review of what a device recorded
    READ_DOCUMENTS = auto()  # as issued, with the parties' data in full
    TAKE_STEPS = auto()  # has work that waits: who reports alone has none
    SHARE_VIEWS = auto()  # saved views of the list, for everybody in a role
    HAND_OVER = auto()  # see which approved cases wait, and hand many over at once
    OVERRIDE = auto()  # decide against the automatic assignment
    UNMASK = auto()  # a party's personal data, with a reason that is kept
    SEE_REPORTER = auto()  # the reporter's personal data
    EXPORT = auto()
    SEE_COVERAGE = auto()  # where nobody looks, with open cases and posts: each within the areas of their groups
    EDIT_GRID = auto()  # draw cells, post people to them, publish
    RECORD_PATROL = auto()
    JUDGE_PATROL = auto()  # see everybody's tracks, accept a doubtful patrol
    PLAN_PATROL = auto()
    SEE_ROLL_UP = auto()  # what the embedded grid staff reported, and who was silent
    SEE_LEDGER = auto()  # 执法台账: one line a case, each within the person's scope
    SEE_STATISTICS = auto()  # 统计: what happened in a period, within the person's scope
    FREEZE_LEDGER = auto()  # close a month of it for good
    USE_FIELD = auto()  # the application for the phone: carry cases, send what was recorded on the spot
    SETTLE_FIELD = auto()  # decide on records of the field that the case has moved on from
    KEEP_DEVICES = auto()  # take a lost phone out of service
    SEE_CONDUCT = auto()  # bad conduct records in force; drafts only who keeps and who approves
    KEEP_CONDUCT = auto()
    APPROVE_CONDUCT = auto()
    EDIT_EXPOSURE = auto()  # write what everybody reads, once somebody else has approved it
    APPROVE_EXPOSURE = auto()
    SEE_EXPOSURE_DESK = auto()
    SEE_PUBLICITY = auto()  # press work, and videos of violent resistance with who opened them
    KEEP_PUBLICITY = auto()
    SEE_CIRCULARS = auto()  # 通报: a unit's people what was delivered to it
    SEE_ALL_CIRCULARS = auto()  # of every unit, those in preparation too, and who loses the awards
    PROPOSE_CIRCULARS = auto()
    DECIDE_CIRCULARS = auto()
    ANSWER_FOR_UNIT = auto()  # acknowledge a circular of one's unit, object to it
    SEE_ASSESSMENT = auto()  # 年终考核 of units and groups
    KEEP_ASSESSMENT = auto()  # its rules, the settings of circulars; freeze a year
    ADMINISTER = auto()


EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.ADMINISTRATOR})
# Who acts for a unit, where the unit is the case's own.
FOR_A_UNIT = frozenset({Role.INSPECTOR, Role.LEAD_UNIT, Role.GROUP_CONVENER, Role.SUPERVISION_OFFICER})
# Whose unit or section is assessed (S35): everybody who works in one, but for grid staff who are lent to it.
ASSESSED = FOR_A_UNIT | {
    Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.GRID_COORDINATOR, Role.PUBLICITY_OFFICER, Role.LEGAL_OFFICER,
}  # fmt: skip

GRANTS: dict[Capability, frozenset[Role]] = {
    Capability.SEE_LAND: EVERYONE,
    Capability.SEE_CASES: EVERYONE,
    Capability.REPORT: EVERYONE - {Role.PUBLICITY_OFFICER, Role.ASSESSOR, Role.LEGAL_OFFICER},
    Capability.ACT: EVERYONE,
    Capability.ADD_EVIDENCE: EVERYONE - {Role.PUBLICITY_OFFICER, Role.ASSESSOR, Role.LEGAL_OFFICER},
    Capability.REVIEW_EVIDENCE: frozenset({Role.LEGAL_OFFICER}),
    Capability.READ_DOCUMENTS: EVERYONE - {Role.GRID_MEMBER},
    Capability.TAKE_STEPS: EVERYONE - {Role.GRID_MEMBER},
    Capability.HAND_OVER: frozenset({Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.GRID_COORDINATOR}),
    Capability.OVERRIDE: OFFICE,
    Capability.SHARE_VIEWS: OFFICE,
    # [ours] whoever works on the case with the party; not who counts, publishes or watches a grid
    Capability.UNMASK: EVERYONE - {Role.GRID_COORDINATOR, Role.GRID_MEMBER, Role.PUBLICITY_OFFICER, Role.ASSESSOR},
    Capability.SEE_REPORTER: OFFICE,
    Capability.EXPORT: EVERYONE - {Role.GRID_MEMBER},
    Capability.SEE_COVERAGE: EVERYONE - {Role.GRID_MEMBER, Role.PUBLICITY_OFFICER, Role.LEGAL_OFFICER},
    # 长效办 keeps the grid and its people (notice 二.2, 四.3)
    Capability.EDIT_GRID: frozenset({Role.GRID_COORDINATOR, Role.ADMINISTRATOR}),
    Capability.RECORD_PATROL: frozenset(
        {Role.GRID_MEMBER, Role.INSPECTOR, Role.LEAD_UNIT, Role.GROUP_CONVENER, Role.GRID_COORDINATOR}
    ),
    Capability.JUDGE_PATROL: frozenset({Role.GRID_COORDINATOR}),
    Capability.PLAN_PATROL: frozenset({Role.GRID_COORDINATOR, Role.DISPATCHER, Role.GROUP_CONVENER}),
    # 长效办 sums it up for the joint office (notice 四.3), and its leader asks
    Capability.SEE_ROLL_UP: frozenset({Role.GRID_COORDINATOR, Role.DISPATCHER, Role.LEADER}),
    # everybody who works on cases or counts them; the grid's people have their own records
    Capability.SEE_LEDGER: EVERYONE - {Role.GRID_COORDINATOR, Role.GRID_MEMBER},
    Capability.SEE_STATISTICS: EVERYONE - {Role.GRID_MEMBER},
    # the joint office keeps it (notice 五.9)
    Capability.FREEZE_LEDGER: frozenset({Role.DISPATCHER, Role.ADMINISTRATOR}),
    Capability.USE_FIELD: FOR_A_UNIT
    | {Role.GRID_MEMBER, Role.GRID_COORDINATOR, Role.DISPATCHER, Role.PLATFORM_OFFICER},
    # the office, and whoever answers for a unit; the inspector who recorded it does not decide on it
    Capability.SETTLE_FIELD: OFFICE | {Role.LEAD_UNIT, Role.GROUP_CONVENER},
    Capability.KEEP_DEVICES: OFFICE,
    # 建管科 keeps the records (S26, S28, S50), the leader approves; [ours] who handles, reviews or counts reads them
    Capability.SEE_CONDUCT: frozenset(
        {
            Role.LEADER,
            Role.DISPATCHER,
            Role.SUPERVISION_OFFICER,
            Role.LEGAL_OFFICER,
            Role.ASSESSOR,
            Role.ADMINISTRATOR,
        }
    ),
    Capability.KEEP_CONDUCT: frozenset({Role.SUPERVISION_OFFICER, Role.ADMINISTRATOR}),
    Capability.APPROVE_CONDUCT: frozenset({Role.LEADER}),
    # 宣传科 writes the column (S53), the leader approves
    Capability.EDIT_EXPOSURE: frozenset({Role.PUBLICITY_OFFICER}),
    Capability.APPROVE_EXPOSURE: frozenset({Role.LEADER}),
    Capability.SEE_EXPOSURE_DESK: frozenset({Role.PUBLICITY_OFFICER, Role.LEADER}),
    # 宣传科 keeps press work and the videos (S33, S34); [ours] the leader reads
    Capability.SEE_PUBLICITY: frozenset({Role.PUBLICITY_OFFICER, Role.LEADER}),
    Capability.KEEP_PUBLICITY: frozenset({Role.PUBLICITY_OFFICER}),
    # 督查科 proposes and delivers (S35, S52), a leader decides; [ours] the joint office reads, units read their own
    Capability.SEE_CIRCULARS: ASSESSED | {Role.LEADER, Role.ASSESSOR, Role.ADMINISTRATOR},
    Capability.SEE_ALL_CIRCULARS: frozenset({Role.LEADER, Role.ASSESSOR, Role.DISPATCHER, Role.ADMINISTRATOR}),
    Capability.PROPOSE_CIRCULARS: frozenset({Role.ASSESSOR}),
    Capability.DECIDE_CIRCULARS: frozenset({Role.LEADER}),
    Capability.ANSWER_FOR_UNIT: ASSESSED,
    # 督查科 keeps the year's assessment (S35, S52); the leader and the joint office read it
    Capability.SEE_ASSESSMENT: frozenset({Role.LEADER, Role.ASSESSOR, Role.DISPATCHER, Role.ADMINISTRATOR}),
    Capability.KEEP_ASSESSMENT: frozenset({Role.ASSESSOR, Role.ADMINISTRATOR}),
    Capability.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}

SEE_ALL = EVERYONE - {Role.GROUP_CONVENER, Role.LEAD_UNIT, Role.INSPECTOR, Role.GRID_MEMBER}
# Which platform a channel belongs to (A25): the rest is the information platform's.
GRID_CHANNELS = frozenset({Channel.GRID_FEEDBACK})
SEE_THEIR_GROUPS = frozenset({Role.GROUP_CONVENER, Role.LEAD_UNIT, Role.INSPECTOR})


@dataclass(frozen=True)
class Scope:
    """The cases a person sees: those of `region` that are everybody's, of their groups, reported by them, or that
    their unit takes part in."""

    region: str
    everything: bool
    groups: tuple[str, ...]
    reporter: int
    unit: int | None = None

    @classmethod
    def whole(cls, region: str):
        """Everything of a region, seen by nobody: what counts are compared with."""
        return cls(region=region, everything=True, groups=(), reporter=0)

    @property
    def condition(self) -> Q:
        here = Q(region=self.region)
        if self.everything:
            return here
        theirs = Q(group_code__in=self.groups) | Q(reported_by=self.reporter)
        if self.unit:
            theirs |= Q(units_involved__contains=[self.unit])
        return here & theirs

    @property
    def beside_groups(self) -> list[Q]:
        """What is seen for another reason than one's group, in parts without a case in common: a group's cases
        are counted already, these have to be read."""
        if self.everything:
            return []
        here = Q(region=self.region) & ~Q(group_code__in=self.groups)
        reported = Q(reported_by=self.reporter)
        if self.unit:
            return [here & reported, here & Q(units_involved__contains=[self.unit]) & (~reported | Q(reported_by=None))]
        return [here & reported]


def roles_of(user) -> frozenset[str]:
    """The person's roles; one query per user object that did not come with them. A superuser is an administrator."""
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_roles"):
        names = set(user.role_names if hasattr(user, "role_names") else user.groups.values_list("name", flat=True))
        user._roles = frozenset(names | ({Role.ADMINISTRATOR.value} if user.is_superuser else set()))
    return user._roles


def may(user, capability: Capability) -> bool:
    return user.is_active and bool(roles_of(user) & GRANTS[capability])


def scope_of(user) -> Scope:
    """What `user` sees; somebody without a region or a role sees only what they reported."""
    roles = roles_of(user)
    return Scope(
        region=user.region_id or "",
        everything=bool(roles & SEE_ALL),
        groups=tuple(sorted(filter(None, user.group_codes))) if roles & SEE_THEIR_GROUPS else (),
        reporter=user.pk,
        unit=user.unit_id if roles & SEE_THEIR_GROUPS else None,
    )


# The roles of whom an arrow names; for units the case must be theirs too (`unit_of`).
ROLES_OF: dict[Who, frozenset[Role]] = {
    Who.OFFICE: frozenset({Role.DISPATCHER}),
    Who.PLATFORM: frozenset({Role.PLATFORM_OFFICER, Role.GRID_COORDINATOR}),
    Who.LEADER: frozenset({Role.LEADER}),
    Who.HANDLING_UNIT: FOR_A_UNIT,
    Who.FILING_UNIT: FOR_A_UNIT,
    Who.UNIT_AT_WORK: FOR_A_UNIT,
    Who.LEGAL: frozenset({Role.LEGAL_OFFICER}),
    Who.SUPERVISION: frozenset({Role.SUPERVISION_OFFICER}),
    Who.URGERS: frozenset({Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.LEADER, Role.ASSESSOR}),
    Who.PUBLICITY: frozenset({Role.PUBLICITY_OFFICER}),
    Who.ANYBODY: EVERYONE,
}
OF_A_UNIT = frozenset({Who.HANDLING_UNIT, Who.FILING_UNIT, Who.UNIT_AT_WORK})


def may_act(user, who: Who, case: Case) -> bool:
    """Whether `user` is one of those whom an arrow names, for this case as it stands."""
    units = units_of(who, case)
    return (
        user.is_active
        and user.region_id == case.region_id
        and bool(roles_of(user) & roles_for(who, case))
        and (units is None or user.unit_id in units)
    )


def may_ever(user, who: Who) -> bool:
    """Whether there can be a case of which an arrow names `user`."""
    has_unit = user.unit_id or who not in OF_A_UNIT
    return bool(user.is_active and has_unit and roles_of(user) & ROLES_OF[who])


def roles_for(who: Who, case: Case) -> frozenset[Role]:
    """The roles; of the two platforms the one that the case's channel belongs to."""
    if who == Who.PLATFORM:
        return frozenset({Role.GRID_COORDINATOR if case.channel in GRID_CHANNELS else Role.PLATFORM_OFFICER})
    return ROLES_OF[who]


def units_of(who: Who, case: Case) -> frozenset | None:
    """The units (keys) whose people are meant; None where the unit does not matter."""
    found = {
        Who.HANDLING_UNIT: {case.handling_unit_id},
        Who.FILING_UNIT: {case.filing_unit_id},
        Who.UNIT_AT_WORK: set(case.units_involved),
    }.get(who)
    return None if found is None else frozenset(found - {None})


def people_of_units(region):
    """Active people of the region who act for a unit of their own: to them a case can be addressed by name."""
    acting = User.objects.filter(region=region, is_active=True, unit__isnull=False, groups__name__in=FOR_A_UNIT)
    return acting.select_related("unit").distinct()


def visible_cases(user):
    """The cases `user` sees, as a queryset to filter on."""
    if not may(user, Capability.SEE_CASES):
        return Case.objects.none()
    return Case.objects.filter(scope_of(user).condition)


def visible_cells(user):
    """The grid cells whose posts and coverage `user` sees: of the whole region, or of the areas of their groups."""
    if not may(user, Capability.SEE_COVERAGE):
        return GridCell.objects.none()
    scope = scope_of(user)
    here = GridCell.objects.filter(region=scope.region)
    if scope.everything:
        return here
    return here.filter(area_code__in=areas_of(scope))


def areas_of(scope: Scope, day=None) -> frozenset[str]:
    """The codes of the areas that the groups of somebody had on that day, today without one; a member of the groups
    they are today."""
    areas = Area.objects.filter(edition=Edition.objects.current(scope.region, day), group__code__in=scope.groups)
    return frozenset(areas.values_list("code", flat=True))


def visible_evidence(user):
    """The evidence of the cases that `user` sees."""
    return Evidence.objects.filter(case__in=visible_cases(user))


def visible_patrols(user):
    """Everybody's of the region for whoever judges them; one's own, and those one took down, for who goes on patrol."""
    here = Patrol.objects.filter(region=user.region_id)
    if may(user, Capability.JUDGE_PATROL):
        return here
    return (
        here.filter(Q(officer=user.pk) | Q(recorded_by=user.pk)) if may(user, Capability.RECORD_PATROL) else here.none()
    )


def visible_plans(user):
    """The patrol plans that `user` may read and change: the region's, or their own where they see by group."""
    if not may(user, Capability.PLAN_PATROL):
        return PatrolPlan.objects.none()
    plans = PatrolPlan.objects.filter(region=user.region_id)
    return plans if scope_of(user).everything else plans.filter(made_by=user)


def plans_of(user):
    """The sent plans on which `user` has a route."""
    return PatrolPlan.objects.filter(region=user.region_id).for_person(user)


def may_see_reporter(user, case) -> bool:
    """The reporter's personal data: the office that answers them, and whoever took the report down."""
    return may(user, Capability.SEE_REPORTER) or case.reported_by_id == user.pk


def requires(capability: Capability):
    """Page views: anonymous visitors go to the sign-in page, others without the right get 403."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.capability = capability
        return guarded

    return decorate


def requires_api(capability: Capability) -> type[BasePermission]:
    """The same for API views, as a DRF permission class."""

    class Requires(BasePermission):
        def has_permission(self, request, view):
            return request.user.is_authenticated and may(request.user, self.capability)

    Requires.capability = capability
    return Requires
