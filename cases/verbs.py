"""The vocabulary of the workflow: what can be done to a case, who may, and what must be there first.

Imports no model. Sources: 荥建〔2015〕21号 五、执法程序; 行政处罚法; 行政强制法; the domain page 1.3 and 2.3.
"""

from enum import Enum, auto

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verb(TextChoices):
    """Every act on a case. Each leaves exactly one event under its own name."""

    # What happens to a case beside the workflow's arrows
    REPORT = "report", _("reported")
    IMPORT = "import", _("imported")
    ASSIGN = "assign", _("assigned automatically")
    OVERRIDE = "override", _("reassigned by hand")
    PHOTO = "photo", _("photo added")
    EVIDENCE = "evidence", _("evidence added")
    REVIEW_EVIDENCE = "review_evidence", _("device evidence reviewed")
    UNMASK = "unmask", _("personal data shown")
    FIELD_HELD = "field_held", _("field record kept for a decision")
    FIELD_SETTLED = "field_settled", _("field record decided on")
    # 案件来源: source and registration
    TRIAGE = "triage", _("classify")
    REGISTER = "register", _("register")
    DECLINE = "decline", _("do not register")
    TRANSFER_OUT = "transfer_out", _("transfer out")
    CONFIRM_LAND = "confirm_land", _("confirm land ownership")
    SUBMIT = "submit", _("submit for review")
    APPROVE = "approve", _("approve")
    REJECT = "reject", _("refuse")
    ASK_MORE = "ask_more", _("ask for more")
    # 立案查处: hand-over, preliminary check, filing
    HAND_OVER = "hand_over", _("hand over")
    WITHDRAW = "withdraw", _("withdraw hand-over")
    RETURN_BACK = "return_back", _("return")
    BEGIN_CHECK = "begin_check", _("begin preliminary check")
    FIND_UNFOUNDED = "find_unfounded", _("find unfounded")
    HANDLE_ALONE = "handle_alone", _("handle by one unit")
    REQUIRE_JOINT = "require_joint", _("require joint enforcement")
    FILE_CASE = "file_case", _("file the case")
    # 调查取证: inspections, orders, measures
    ARRIVE = "arrive", _("arrive at the site")
    INSPECT = "inspect", _("inspect the site")
    PLAN_JOINT = "plan_joint", _("call a joint inspection")
    SIGN_IN = "sign_in", _("sign in at the inspection")
    CONTRIBUTE = "contribute", _("add to the inspection")
    MARK_ABSENT = "mark_absent", _("record an absence")
    CONCLUDE_JOINT = "conclude_joint", _("conclude the joint inspection")
    ORDER_STOP = "order_stop", _("order to stop")
    ORDER_RECTIFY = "order_rectify", _("order to rectify")
    RECHECK_PASSED = "recheck_passed", _("re-check: order obeyed")
    RECHECK_FAILED = "recheck_failed", _("re-check: order disobeyed")
    CONTINUE_INVESTIGATION = "continue_investigation", _("continue the investigation")
    ESCALATE = "escalate", _("escalate to the city")
    CITY_STOPPED = "city_stopped", _("the city stopped the violation")
    CITY_RETURNED = "city_returned", _("the city gave the case back")
    REGISTER_EVIDENCE = "register_evidence", _("register evidence in advance")
    RELEASE_EVIDENCE = "release_evidence", _("decide on registered evidence")
    SEAL_SITE = "seal_site", _("seal the site")
    UNSEAL_SITE = "unseal_site", _("lift the seal")
    ANNOUNCE_OWNER = "announce_owner", _("announce for an unknown owner")
    # 综合处理: notice, hearing, review, decision, service, execution
    SET_OUTCOME = "set_outcome", _("propose an outcome")
    NOTIFY = "notify", _("give prior notice")
    HEAR_DEFENCE = "hear_defence", _("record the defence")
    REQUEST_HEARING = "request_hearing", _("record the request for a hearing")
    WAIVE_HEARING = "waive_hearing", _("record the waiver of the hearing")
    SCHEDULE_HEARING = "schedule_hearing", _("schedule the hearing")
    HOLD_HEARING = "hold_hearing", _("record the hearing")
    SUBMIT_REVIEW = "submit_review", _("submit for legal review")
    PASS_REVIEW = "pass_review", _("pass the legal review")
    RETURN_REVIEW = "return_review", _("return for further investigation")
    DISCUSS = "discuss", _("record the collective discussion")
    DECIDE = "decide", _("decide")
    SERVE = "serve", _("serve the decision")
    PUBLISH_DECISION = "publish_decision", _("record the publication")
    WITHDRAW_PUBLICATION = "withdraw_publication", _("withdraw the publication")
    ANNUL_DECISION = "annul_decision", _("annul the decision")
    BEGIN_ENFORCEMENT = "begin_enforcement", _("begin enforcement")
    PAY = "pay", _("record a payment")
    DEMAND = "demand", _("serve a demand notice")
    APPLY_TO_COURT = "apply_to_court", _("apply to the court")
    RECORD_RELIEF = "record_relief", _("record a reconsideration or suit")
    RECORD_RULING = "record_ruling", _("record its ruling")
    WITHDRAW_RELIEF = "withdraw_relief", _("record its withdrawal")
    ANNOUNCE_REMOVAL = "announce_removal", _("announce the removal")
    PLAN_ENFORCEMENT = "plan_enforcement", _("plan an act of enforcement")
    CLOSE = "close", _("close the case")
    BEGIN_FOLLOW_UP = "begin_follow_up", _("begin follow-up supervision")
    FOLLOW_UP_VISIT = "follow_up_visit", _("record a follow-up visit")
    ARCHIVE = "archive", _("archive")
    # Beside them, in many states
    REOPEN = "reopen", _("reopen")
    VOID = "void", _("make void")
    SUSPEND = "suspend", _("suspend")
    DEFER = "defer", _("defer")
    RESUME = "resume", _("resume")
    EXTEND = "extend", _("extend a deadline")
    PAUSE_CLOCK = "pause_clock", _("pause a deadline")
    RESUME_CLOCK = "resume_clock", _("resume a deadline")
    SUPERVISE = "supervise", _("urge")
    REPLY_SUPERVISION = "reply_supervision", _("reply to the urging")
    ASSESS = "assess", _("assess")
    DESCRIBE_SITE = "describe_site", _("describe the site")
    NAME_PARTY = "name_party", _("name a party")
    AMEND_PARTY = "amend_party", _("correct a party")
    NAME_VIOLATION = "name_violation", _("name a violation")
    NAME_HANDLERS = "name_handlers", _("name the handlers")
    RECORD_VIOLENCE = "record_violence", _("record violent resistance")
    FILE_VIDEO = "file_video", _("file the video")
    DISPUTE_JURISDICTION = "dispute_jurisdiction", _("dispute the jurisdiction")
    SETTLE_JURISDICTION = "settle_jurisdiction", _("settle the jurisdiction")
    REMARK = "remark", _("add a remark")
    MERGE = "merge", _("merge into another case")
    UNMERGE = "unmerge", _("unmerge")


class Who(Enum):
    """Who may do a verb: a role, and for units that the case is theirs."""

    OFFICE = auto()  # 联合执法办公室
    PLATFORM = auto()  # the platform that took the case in: 长效办 or 信息平台办公室
    LEADER = auto()  # 局领导
    HANDLING_UNIT = auto()  # people of the unit that the case was handed to
    FILING_UNIT = auto()  # joint: of the group's first lead unit (notice 五.2); otherwise the handling unit
    UNIT_AT_WORK = auto()  # of the handling unit, of an invited unit, or of a violation's own unit
    LEGAL = auto()  # 法制科
    SUPERVISION = auto()  # 建管科
    URGERS = auto()  # who may urge: the information platform (S17), the office, leaders, 督查科
    PUBLICITY = auto()  # 宣传科
    ANYBODY = auto()  # whoever works on cases at all


class Need(Enum):
    """What must be there before a verb; `cases.gates` has the question and the sentence of each."""

    LAND_NOT_COLLECTIVE = auto()
    STATE_LAND = auto()
    INSIDE_REGION = auto()
    GROUP_KNOWN = auto()
    NOT_JOINT = auto()
    TWO_CERTIFIED = auto()
    VIOLATIONS_NAMED = auto()
    WITHIN_LIMITATION = auto()
    PARTIES_NAMED = auto()
    EVIDENCE_HELD = auto()
    DEVICE_EVIDENCE_REVIEWED = auto()
    JOINT_EVIDENCE = auto()
    INSPECTION_CALLED = auto()
    INVITED = auto()
    INVITED_BEFORE = auto()
    ORDER_IN_FORCE = auto()
    ORDER_OBEYED = auto()
    ORDER_DISOBEYED = auto()
    OWN_VIOLATION = auto()
    OUTCOMES_PROPOSED = auto()
    AS_NOTIFIED = auto()
    SOME_PENALTY = auto()
    NO_PENALTY = auto()
    DEFENCE_HEARD = auto()
    HEARING_REQUIRED = auto()
    HEARING_OPEN = auto()
    HEARING_REQUESTED = auto()
    HEARING_SCHEDULED = auto()
    HEARING_SETTLED = auto()
    NOT_THE_HANDLER = auto()
    LEGALLY_REVIEWED = auto()
    DISCUSSED = auto()
    FINE_OPEN = auto()
    FINE_SETTLED = auto()
    ORDERS_SETTLED = auto()
    MEASURES_ENDED = auto()
    DEMAND_RUN = auto()
    RELIEF_RUN = auto()
    RELIEF_PENDING = auto()
    RELIEF_ENDED = auto()
    DECISION_STANDS = auto()
    PUBLISHED = auto()
    VIDEO_FILED = auto()
    VIOLENCE_RECORDED = auto()
    FOLLOW_UP_RUN = auto()
    EVIDENCE_REGISTERED = auto()
    SITE_SEALED = auto()
    SITE_NOT_SEALED = auto()
    URGED = auto()
    DISPUTED = auto()
    NOT_DISPUTED = auto()
    CLOCK_EXTENDABLE = auto()
    CLOCK_PAUSABLE = auto()
    CLOCK_PAUSED = auto()
