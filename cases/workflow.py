"""The states of a case and every way between them: one table, versioned. Imports no model.

Source: 荥建〔2015〕21号 五、执法程序; names and side roads as in the domain page's state machine; legal steps from
行政处罚法 and 行政强制法 (domain page 2.2, 2.3). A case keeps the version it began with: a change of the rules is
a new table beside the old one.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.verbs import Need, Verb, Who


class Status(TextChoices):
    REPORTED = "reported", _("clue reported")
    TRIAGED = "triaged", _("classified")
    REGISTERED = "registered", _("registered")
    SUBMITTED = "submitted", _("submitted for review")
    APPROVED = "approved", _("approved")
    ASSIGNED = "assigned", _("handed over")
    VERIFYING = "verifying", _("preliminary check")
    SINGLE_UNIT = "single_unit", _("handled by one unit")
    JOINT_REQUIRED = "joint_required", _("joint enforcement required")
    FILED = "filed", _("filed")
    INVESTIGATING = "investigating", _("under investigation")
    ORDERED = "ordered", _("ordered to stop")
    COMPLIED = "complied", _("order complied with")
    ESCALATED_CITY = "escalated_city", _("escalated to the city")
    NOTIFIED = "notified", _("prior notice given")
    REVIEWING = "reviewing", _("under legal review")
    DECIDED = "decided", _("decided")
    SERVED = "served", _("served")
    ENFORCING = "enforcing", _("being enforced")
    CLOSED = "closed", _("closed")
    FOLLOW_UP = "follow_up", _("follow-up supervision")
    ARCHIVED = "archived", _("archived")
    NOT_REGISTERED = "not_registered", _("not registered")
    REJECTED = "rejected", _("refused")
    UNFOUNDED = "unfounded", _("unfounded")
    TRANSFERRED_OUT = "transferred_out", _("transferred out")
    VOID = "void", _("void")
    MERGED = "merged", _("merged into another case")


ENDED = frozenset(
    {
        Status.CLOSED,
        Status.FOLLOW_UP,
        Status.ARCHIVED,
        Status.NOT_REGISTERED,
        Status.REJECTED,
        Status.UNFOUNDED,
        Status.TRANSFERRED_OUT,
        Status.VOID,
        Status.MERGED,
    }
)
OPEN = tuple(status for status in Status if status not in ENDED)


class Stage(TextChoices):
    """The six classes a map can tell apart by colour and shape; `overdue` goes before all others."""

    OVERDUE = "overdue", _("overdue")
    WAITING = "waiting", _("waiting to be handed over")
    ASSIGNED = "assigned", _("handed over")
    WORKING = "working", _("being handled")
    CHECK = "check", _("to be re-checked")
    CLOSED = "closed", _("ended")


STAGES: dict[Status, Stage] = {
    **dict.fromkeys(
        (Status.REPORTED, Status.TRIAGED, Status.REGISTERED, Status.SUBMITTED, Status.APPROVED), Stage.WAITING
    ),
    Status.ASSIGNED: Stage.ASSIGNED,
    **dict.fromkeys(
        (
            Status.VERIFYING,
            Status.SINGLE_UNIT,
            Status.JOINT_REQUIRED,
            Status.FILED,
            Status.INVESTIGATING,
            Status.ESCALATED_CITY,
            Status.NOTIFIED,
            Status.REVIEWING,
            Status.DECIDED,
            Status.SERVED,
            Status.ENFORCING,
        ),
        Stage.WORKING,
    ),
    **dict.fromkeys((Status.ORDERED, Status.COMPLIED), Stage.CHECK),
    **dict.fromkeys(ENDED, Stage.CLOSED),
}


@dataclass(frozen=True)
class Arrow:
    """One way a case can go. `to` is None where the case stays in its state.

    `needs` must hold before, `documents` are issued with it, `starts`, `stops`, `pauses` and `resumes` are the
    clocks of the domain page 2.2 by code; `stops` of `ALL` stops whatever runs. `held` arrows alone are open
    while a case is suspended or deferred, `while_held` ones as well.
    """

    verb: Verb
    origins: frozenset[Status]
    to: Status | None
    who: tuple[Who, ...]
    needs: tuple[Need, ...] = ()
    documents: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    held: bool = False
    while_held: bool = False
    back: bool = False  # to the state that the case had before its last change of state

    def leads_to(self, origin: Status) -> Status:
        return self.to or origin


@dataclass(frozen=True)
class Table:
    """All arrows of one version. A verb leads from a state to one state at most."""

    arrows: tuple[Arrow, ...]

    def arrow(self, verb: Verb, status: Status) -> Arrow | None:
        return next((one for one in self.arrows if one.verb == verb and status in one.origins), None)

    def from_state(self, status: Status) -> list[Arrow]:
        return [one for one in self.arrows if status in one.origins]

    @property
    def verbs(self) -> frozenset[Verb]:
        return frozenset(one.verb for one in self.arrows)


ALL = "all"
S, V, W, N = Status, Verb, Who, Need

INTAKE = frozenset({S.REPORTED, S.TRIAGED})
UNFILED = INTAKE | {
    S.REGISTERED, S.SUBMITTED, S.APPROVED, S.ASSIGNED, S.VERIFYING, S.SINGLE_UNIT, S.JOINT_REQUIRED,
}  # fmt: skip
AT_WORK = frozenset({S.FILED, S.INVESTIGATING, S.ORDERED, S.COMPLIED, S.ESCALATED_CITY})
BEFORE_DECISION = AT_WORK | {S.NOTIFIED, S.REVIEWING}
AFTER_DECISION = frozenset({S.DECIDED, S.SERVED, S.ENFORCING})
FILED_ON = BEFORE_DECISION | AFTER_DECISION
SERVED_ON = frozenset({S.SERVED, S.ENFORCING, S.CLOSED, S.FOLLOW_UP})
EVERY_OPEN = UNFILED | FILED_ON
HANDED = frozenset({S.ASSIGNED, S.VERIFYING, S.SINGLE_UNIT, S.JOINT_REQUIRED}) | FILED_ON

OFFICES = (W.OFFICE, W.PLATFORM)
UNIT = (W.HANDLING_UNIT,)
HEARING_CLOCKS = ("D06", "D07", "D08")
RELIEF_CLOCKS = ("D14", "D15", "D15b")
OFFICE_OR_UNIT = (W.OFFICE, W.PLATFORM, W.HANDLING_UNIT)
LAWYERS_OR_UNIT = (W.OFFICE, W.LEGAL, W.HANDLING_UNIT)


def _arrow(verb, origins, to, who, *needs, **more):
    origins = frozenset({origins}) if isinstance(origins, Status) else frozenset(origins)
    return Arrow(verb, origins, to, who, needs, **more)


VERSION_1 = Table(
    (
        # 1. 案件来源 (S37–S40)
        _arrow(V.TRIAGE, S.REPORTED, S.TRIAGED, OFFICES, stops=("D27a",)),
        _arrow(V.CONFIRM_LAND, UNFILED, None, OFFICE_OR_UNIT),
        _arrow(
            V.REGISTER, S.TRIAGED, S.REGISTERED, OFFICES, N.LAND_NOT_COLLECTIVE, N.INSIDE_REGION,
            documents=("report_register",),
        ),
        _arrow(V.DECLINE, S.TRIAGED, S.NOT_REGISTERED, OFFICES, stops=(ALL,)),
        _arrow(
            V.TRANSFER_OUT, {S.TRIAGED, S.REGISTERED, S.APPROVED}, S.TRANSFERRED_OUT, OFFICES,
            documents=("transfer_letter",), stops=(ALL,),
        ),
        _arrow(
            V.TRANSFER_OUT, {S.VERIFYING, S.SINGLE_UNIT, S.JOINT_REQUIRED} | AT_WORK, S.TRANSFERRED_OUT, OFFICE_OR_UNIT,
            documents=("transfer_letter",), stops=(ALL,),
        ),
        _arrow(V.SUBMIT, S.REGISTERED, S.SUBMITTED, (W.OFFICE,), N.LAND_NOT_COLLECTIVE, starts=("D27b",)),
        _arrow(V.APPROVE, S.SUBMITTED, S.APPROVED, (W.LEADER,), stops=("D27b",), starts=("D27c",)),
        _arrow(V.REJECT, S.SUBMITTED, S.REJECTED, (W.LEADER,), stops=(ALL,)),
        _arrow(V.ASK_MORE, S.SUBMITTED, S.REGISTERED, (W.LEADER,), stops=("D27b",)),
        # 2. 立案查处 (S41–S42)
        _arrow(V.HAND_OVER, S.APPROVED, S.ASSIGNED, OFFICES, stops=("D27c",), starts=("D27d",)),
        _arrow(V.HAND_OVER, S.ASSIGNED, None, OFFICES, stops=("D27d",), starts=("D27d",)),
        _arrow(V.WITHDRAW, S.ASSIGNED, S.APPROVED, OFFICES, stops=("D27d",), starts=("D27c",)),
        _arrow(V.RETURN_BACK, {S.ASSIGNED, S.VERIFYING}, S.APPROVED, UNIT, stops=("D27d",), starts=("D27c",)),
        _arrow(V.BEGIN_CHECK, S.ASSIGNED, S.VERIFYING, UNIT, stops=("D27d",)),
        _arrow(V.FIND_UNFOUNDED, S.VERIFYING, S.UNFOUNDED, UNIT, N.TWO_CERTIFIED, stops=(ALL,)),
        _arrow(V.HANDLE_ALONE, S.VERIFYING, S.SINGLE_UNIT, UNIT, N.TWO_CERTIFIED, stops=("D01",)),
        _arrow(
            V.REQUIRE_JOINT, {S.VERIFYING, S.SINGLE_UNIT}, S.JOINT_REQUIRED, UNIT, N.TWO_CERTIFIED, N.GROUP_KNOWN,
            stops=("D01",),
        ),
        _arrow(V.REQUIRE_JOINT, AT_WORK, None, UNIT, N.NOT_JOINT, N.TWO_CERTIFIED, N.GROUP_KNOWN),
        _arrow(
            V.FILE_CASE, {S.SINGLE_UNIT, S.JOINT_REQUIRED}, S.FILED, (W.FILING_UNIT,),
            N.STATE_LAND, N.NOT_DISPUTED, N.VIOLATIONS_NAMED, N.WITHIN_LIMITATION, N.TWO_CERTIFIED,
            documents=("filing_approval",), starts=("D03",),
        ),
        # 3. 调查取证 (S43–S47)
        _arrow(V.ARRIVE, EVERY_OPEN, None, (W.ANYBODY,), while_held=True),
        _arrow(
            V.INSPECT, {S.FILED, S.INVESTIGATING}, S.INVESTIGATING, UNIT, N.TWO_CERTIFIED,
            documents=("site_inspection_record",),
        ),
        _arrow(
            V.INSPECT, {S.VERIFYING, S.SINGLE_UNIT, S.JOINT_REQUIRED, S.ORDERED, S.COMPLIED, S.ESCALATED_CITY}, None,
            UNIT, N.TWO_CERTIFIED, documents=("site_inspection_record",),
        ),
        _arrow(V.PLAN_JOINT, {S.FILED, S.INVESTIGATING, S.ORDERED, S.ESCALATED_CITY}, None, UNIT),
        _arrow(V.SIGN_IN, AT_WORK, None, (W.UNIT_AT_WORK,), N.INSPECTION_CALLED, N.INVITED),
        _arrow(V.CONTRIBUTE, HANDED, None, (W.UNIT_AT_WORK,), N.INVITED_BEFORE, while_held=True),
        _arrow(V.MARK_ABSENT, AT_WORK, None, UNIT, N.INSPECTION_CALLED),
        _arrow(
            V.CONCLUDE_JOINT, {S.FILED, S.INVESTIGATING}, S.INVESTIGATING, UNIT, N.INSPECTION_CALLED, N.TWO_CERTIFIED,
            documents=("site_inspection_record",),
        ),
        _arrow(
            V.CONCLUDE_JOINT, {S.ORDERED, S.ESCALATED_CITY}, None, UNIT, N.INSPECTION_CALLED, N.TWO_CERTIFIED,
            documents=("site_inspection_record",),
        ),
        _arrow(
            V.ORDER_STOP, {S.INVESTIGATING, S.ORDERED, S.COMPLIED}, S.ORDERED, UNIT, N.TWO_CERTIFIED,
            documents=("stop_order",),
        ),
        _arrow(
            V.ORDER_RECTIFY, {S.INVESTIGATING, S.ORDERED, S.COMPLIED}, S.ORDERED, UNIT, N.TWO_CERTIFIED,
            documents=("rectify_order",),
        ),
        _arrow(
            V.RECHECK_PASSED, S.ORDERED, S.COMPLIED, UNIT, N.ORDER_IN_FORCE, N.TWO_CERTIFIED,
            stops=("D21", "D22", "D26"),
        ),
        _arrow(
            V.RECHECK_PASSED, FILED_ON - {S.FILED, S.ORDERED, S.COMPLIED}, None, UNIT, N.ORDER_IN_FORCE,
            N.TWO_CERTIFIED, stops=("D21", "D22", "D26"),
        ),
        _arrow(
            V.RECHECK_FAILED, FILED_ON - {S.FILED, S.COMPLIED}, None, UNIT, N.ORDER_IN_FORCE, N.TWO_CERTIFIED,
            starts=("D21", "D26"),
        ),
        _arrow(
            V.RECHECK_FAILED, S.COMPLIED, S.ORDERED, UNIT, N.ORDER_OBEYED, N.TWO_CERTIFIED, starts=("D21", "D26"),
        ),
        _arrow(V.CONTINUE_INVESTIGATION, {S.ORDERED, S.COMPLIED}, S.INVESTIGATING, UNIT),
        _arrow(
            V.ESCALATE, {S.INVESTIGATING, S.ORDERED}, S.ESCALATED_CITY, OFFICE_OR_UNIT, N.ORDER_DISOBEYED,
            stops=("D26",), starts=("D22",),
        ),
        _arrow(
            V.ESCALATE, {S.NOTIFIED, S.REVIEWING} | AFTER_DECISION, None, OFFICE_OR_UNIT, N.ORDER_DISOBEYED,
            stops=("D26",), starts=("D22",),
        ),
        _arrow(V.CITY_STOPPED, S.ESCALATED_CITY, S.COMPLIED, OFFICE_OR_UNIT, stops=("D21", "D22", "D26")),
        _arrow(V.CITY_RETURNED, S.ESCALATED_CITY, S.INVESTIGATING, OFFICE_OR_UNIT, stops=("D21", "D22")),
        _arrow(V.REGISTER_EVIDENCE, AT_WORK, None, UNIT, N.TWO_CERTIFIED, starts=("D05",)),
        _arrow(V.RELEASE_EVIDENCE, FILED_ON, None, UNIT, N.EVIDENCE_REGISTERED, stops=("D05",)),
        _arrow(V.SEAL_SITE, AT_WORK, None, UNIT, N.SITE_NOT_SEALED, N.TWO_CERTIFIED, starts=("D18",)),
        _arrow(V.UNSEAL_SITE, FILED_ON, None, UNIT, N.SITE_SEALED, stops=("D18",)),
        _arrow(V.ANNOUNCE_OWNER, {S.VERIFYING, S.SINGLE_UNIT, S.JOINT_REQUIRED} | AT_WORK, None, UNIT, starts=("D23",)),
        # 4. 综合处理 (S48–S50)
        _arrow(
            V.SET_OUTCOME, {S.INVESTIGATING, S.COMPLIED, S.ESCALATED_CITY, S.NOTIFIED}, None, (W.UNIT_AT_WORK,),
            N.OWN_VIOLATION,
        ),
        _arrow(
            V.NOTIFY, {S.INVESTIGATING, S.COMPLIED, S.NOTIFIED}, S.NOTIFIED, UNIT, N.PARTIES_NAMED, N.EVIDENCE_HELD,
            N.DEVICE_EVIDENCE_REVIEWED, N.JOINT_EVIDENCE, N.OUTCOMES_PROPOSED, N.SOME_PENALTY, N.TWO_CERTIFIED,
            documents=("prior_notice", "hearing_notice"), stops=HEARING_CLOCKS, starts=("D08", "D06"), resumes=("D03",),
        ),
        _arrow(V.HEAR_DEFENCE, S.NOTIFIED, None, UNIT, stops=("D08",)),
        _arrow(V.REQUEST_HEARING, S.NOTIFIED, None, UNIT, N.HEARING_REQUIRED, N.HEARING_OPEN, stops=("D06",)),
        _arrow(
            V.WAIVE_HEARING, S.NOTIFIED, None, UNIT, N.HEARING_REQUIRED, stops=("D06", "D07"), resumes=("D03",),
        ),
        _arrow(
            V.SCHEDULE_HEARING, S.NOTIFIED, None, (W.LEGAL, W.OFFICE), N.HEARING_REQUESTED, N.NOT_THE_HANDLER,
            stops=("D07",), starts=("D07",), pauses=("D03",),
        ),
        _arrow(
            V.HOLD_HEARING, S.NOTIFIED, None, (W.LEGAL, W.OFFICE), N.HEARING_SCHEDULED, N.NOT_THE_HANDLER,
            stops=("D07",), resumes=("D03",),
        ),
        _arrow(
            V.SUBMIT_REVIEW, S.NOTIFIED, S.REVIEWING, UNIT, N.OUTCOMES_PROPOSED, N.AS_NOTIFIED, N.DEFENCE_HEARD,
            N.HEARING_SETTLED, stops=HEARING_CLOCKS, resumes=("D03",),
        ),
        _arrow(
            V.SUBMIT_REVIEW, {S.INVESTIGATING, S.COMPLIED}, S.REVIEWING, UNIT, N.EVIDENCE_HELD,
            N.DEVICE_EVIDENCE_REVIEWED, N.JOINT_EVIDENCE, N.OUTCOMES_PROPOSED, N.NO_PENALTY,
        ),
        _arrow(V.PASS_REVIEW, S.REVIEWING, None, (W.LEGAL,), N.NOT_THE_HANDLER),
        _arrow(V.RETURN_REVIEW, S.REVIEWING, S.INVESTIGATING, (W.LEGAL, W.LEADER), N.NOT_THE_HANDLER),
        _arrow(V.DISCUSS, S.REVIEWING, None, (W.LEADER,), N.LEGALLY_REVIEWED),
        _arrow(
            V.DECIDE, S.REVIEWING, S.DECIDED, (W.LEADER,), N.OUTCOMES_PROPOSED, N.AS_NOTIFIED, N.HEARING_SETTLED,
            N.LEGALLY_REVIEWED, N.DISCUSSED, documents=("penalty_decision", "no_penalty_decision"),
            stops=("D03",), starts=("D09", "D10"),
        ),
        _arrow(
            V.SERVE, S.DECIDED, S.SERVED, UNIT, N.TWO_CERTIFIED, documents=("service_receipt",),
            stops=("D09",), starts=("D12", "D14", "D15", "D16"),
        ),
        _arrow(
            V.PUBLISH_DECISION, AFTER_DECISION | {S.CLOSED, S.FOLLOW_UP}, None, (W.OFFICE, W.PUBLICITY), stops=("D10",),
        ),
        _arrow(
            V.ANNUL_DECISION, AFTER_DECISION | {S.CLOSED, S.FOLLOW_UP}, S.INVESTIGATING, (W.LEADER,),
            stops=("D09", "D10", "D12", *RELIEF_CLOCKS, "D16", "D17", "D19"), starts=("D03", "D11"),
        ),
        _arrow(
            V.WITHDRAW_PUBLICATION, EVERY_OPEN | {S.CLOSED, S.FOLLOW_UP, S.TRANSFERRED_OUT, S.VOID}, None,
            (W.OFFICE, W.PUBLICITY), N.PUBLISHED, stops=("D11",),
        ),
        _arrow(V.PAY, SERVED_ON, None, OFFICE_OR_UNIT, N.FINE_OPEN),
        _arrow(V.RECORD_RELIEF, SERVED_ON, None, LAWYERS_OR_UNIT, N.RELIEF_ENDED, stops=("D16",)),
        _arrow(
            V.RECORD_RULING, SERVED_ON, None, LAWYERS_OR_UNIT, N.RELIEF_PENDING,
            stops=RELIEF_CLOCKS, starts=("D15b", "D16", "D11"),
        ),
        _arrow(V.WITHDRAW_RELIEF, SERVED_ON, None, LAWYERS_OR_UNIT, N.RELIEF_PENDING, starts=("D16",)),
        _arrow(V.BEGIN_ENFORCEMENT, S.SERVED, S.ENFORCING, UNIT, N.DECISION_STANDS),
        _arrow(V.DEMAND, S.ENFORCING, None, UNIT, N.TWO_CERTIFIED, stops=("D17",), starts=("D17",)),
        _arrow(
            V.APPLY_TO_COURT, S.ENFORCING, None, (W.HANDLING_UNIT, W.LEGAL), N.DECISION_STANDS, N.RELIEF_RUN,
            N.DEMAND_RUN, stops=("D16",),
        ),
        _arrow(V.ANNOUNCE_REMOVAL, S.ENFORCING, None, UNIT, N.DECISION_STANDS, stops=("D19",), starts=("D19",)),
        _arrow(V.PLAN_ENFORCEMENT, S.ENFORCING, None, UNIT),
        _arrow(
            V.CLOSE, {S.SERVED, S.ENFORCING}, S.CLOSED, UNIT, N.DECISION_STANDS, N.RELIEF_ENDED, N.FINE_SETTLED,
            N.ORDERS_SETTLED, N.MEASURES_ENDED, documents=("closing_approval",),
            stops=("D12", "D16", "D17", "D19", "D21", "D22", "D26"),
        ),
        _arrow(V.BEGIN_FOLLOW_UP, S.CLOSED, S.FOLLOW_UP, (W.SUPERVISION,)),
        _arrow(V.FOLLOW_UP_VISIT, S.FOLLOW_UP, None, (W.SUPERVISION,), N.TWO_CERTIFIED),
        _arrow(
            V.ARCHIVE, S.FOLLOW_UP, S.ARCHIVED, (W.OFFICE, W.SUPERVISION), N.VIDEO_FILED, N.FOLLOW_UP_RUN,
            N.DECISION_STANDS, N.RELIEF_ENDED, stops=(ALL,),
        ),
        # Beside them
        _arrow(V.REOPEN, {S.UNFOUNDED, S.REJECTED, S.NOT_REGISTERED}, S.TRIAGED, (W.OFFICE,), starts=("D01",)),
        _arrow(V.VOID, UNFILED | BEFORE_DECISION, S.VOID, (W.LEADER,), stops=(ALL,), while_held=True),
        _arrow(V.SUSPEND, BEFORE_DECISION, None, (W.LEADER,), pauses=("D01", "D03")),
        _arrow(V.DEFER, EVERY_OPEN, None, (W.LEADER,)),
        _arrow(V.RESUME, EVERY_OPEN, None, (W.LEADER, W.HANDLING_UNIT), resumes=("D01", "D03"), held=True),
        _arrow(V.EXTEND, EVERY_OPEN, None, (W.LEADER,), N.CLOCK_EXTENDABLE),
        _arrow(V.PAUSE_CLOCK, FILED_ON, None, UNIT, N.CLOCK_PAUSABLE),
        _arrow(V.RESUME_CLOCK, FILED_ON, None, UNIT, N.CLOCK_PAUSED),
        _arrow(V.SUPERVISE, EVERY_OPEN, None, (W.URGERS,), while_held=True),
        _arrow(V.REPLY_SUPERVISION, EVERY_OPEN, None, OFFICE_OR_UNIT, N.URGED, while_held=True),
        _arrow(V.ASSESS, EVERY_OPEN, None, (W.OFFICE, W.PLATFORM, W.LEADER, W.SUPERVISION, W.HANDLING_UNIT)),
        _arrow(V.DESCRIBE_SITE, EVERY_OPEN, None, OFFICE_OR_UNIT),
        _arrow(V.NAME_PARTY, EVERY_OPEN, None, OFFICE_OR_UNIT),
        _arrow(V.AMEND_PARTY, EVERY_OPEN, None, OFFICE_OR_UNIT, N.PARTIES_NAMED),
        _arrow(V.NAME_VIOLATION, UNFILED | AT_WORK, None, OFFICE_OR_UNIT),
        _arrow(V.NAME_HANDLERS, FILED_ON, None, UNIT),
        _arrow(V.RECORD_VIOLENCE, HANDED, None, UNIT),
        _arrow(V.FILE_VIDEO, HANDED | {S.CLOSED, S.FOLLOW_UP}, None, OFFICE_OR_UNIT, N.VIOLENCE_RECORDED),
        _arrow(V.DISPUTE_JURISDICTION, UNFILED - INTAKE, None, OFFICE_OR_UNIT, N.NOT_DISPUTED, starts=("D02",)),
        _arrow(V.SETTLE_JURISDICTION, UNFILED, None, (W.OFFICE, W.LEADER), N.DISPUTED, stops=("D02",)),
        _arrow(V.REMARK, frozenset(Status), None, (W.ANYBODY,), while_held=True),
        _arrow(V.MERGE, UNFILED, S.MERGED, OFFICES, stops=(ALL,)),
        _arrow(V.UNMERGE, S.MERGED, None, OFFICES, back=True),
    )
)  # fmt: skip

TABLES: dict[int, Table] = {1: VERSION_1}
CURRENT = max(TABLES)
