"""For every need of the table a case that lacks it, and what brings it there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cases import clocks
from cases.verbs import Need, Verb
from tests.cases.standing import change, clock, evidence, file_says, fined, joint, order, party, violation


@dataclass(frozen=True)
class Scene:
    """An arrow with the need; `missing` and `there` write what makes it so, `says` is a part of the sentence."""

    verb: str
    status: str
    missing: Callable
    there: Callable
    says: str
    by: str = "first"


def ago(**span):
    return timezone.now() - timedelta(**span)


def nothing(case, crew):
    pass


def running(code, *, for_days):
    return lambda case, crew: clocks.start(case, code, at=ago(days=for_days))


def run_out(*codes):
    """The clocks' time is over."""

    def write(case, crew):
        case.clocks.filter(code__in=codes).delete()
        for code in codes:
            clock(case, code, started=ago(days=400), due=ago(days=1))

    return write


def told_of(fine):
    """The party was told of a fine of so many yuan."""

    def write(case, crew):
        file_says(case, notified_at=ago(days=1))
        outcomes = [{"violation": "construction_permit", "outcome": "penalty", "fine": fine}]
        case.events.create(region_id=case.region_id, verb=Verb.NOTIFY, status=case.status, data={"outcomes": outcomes})

    return write


def both(*writes):
    def write(case, crew):
        for one in writes:
            one(case, crew)

    return write


def case_says(**fields):
    return lambda case, crew: change(case, **fields)


def dossier_says(**fields):
    return lambda case, crew: file_says(case, **{n: v() if callable(v) else v for n, v in fields.items()})


def urge(case, crew):
    case.urgings.create(region_id=case.region_id, by=crew.leader, demand="尽快", at=ago(), due_at=ago(days=-1))


def relief(result=""):
    """The party's one suit against the decision, ended today where it has a result."""

    def write(case, crew):
        today = timezone.localdate()
        file_says(case, decided_at=ago(days=9), served_at=ago(days=8))
        case.reliefs.all().delete()
        case.reliefs.create(
            region_id=case.region_id, kind="suit", body="法院", document="1", filed_on=today, recorded_at=ago(),
            result=result, ended_on=today if result else None,
        )  # fmt: skip

    return write


def follow_up(*, visited, until):
    def write(case, crew):
        file_says(case, follow_up_until=timezone.localdate() + timedelta(days=until))
        if visited:
            case.events.create(region_id=case.region_id, verb=Verb.FOLLOW_UP_VISIT, status=case.status)

    return write


def two_years_before(case, *, and_days):
    day = timezone.localdate(case.reported_at)
    return day.replace(year=day.year - 2) - timedelta(days=and_days)  # no test day is 29 February


N = Need
SCENES: dict[Need, Scene] = {
    N.LAND_NOT_COLLECTIVE: Scene(
        "register", "triaged", case_says(land_ownership="collective"), case_says(land_ownership="unverified"),
        "The land is collective", by="dispatcher",
    ),
    N.STATE_LAND: Scene(
        "file_case", "single_unit", case_says(land_ownership="state"), dossier_says(land_evidence="荥国用〔2014〕12号"),
        "State-owned land is not confirmed",
    ),
    N.INSIDE_REGION: Scene(
        "register", "triaged", case_says(rule="outside", group_code=""), case_says(rule="township"),
        "outside the region", by="dispatcher",
    ),
    N.GROUP_KNOWN: Scene(
        "require_joint", "verifying", case_says(lead_unit=None),
        lambda case, crew: change(case, lead_unit=crew.brigade.unit), "No cooperation group answers",
    ),
    N.NOT_JOINT: Scene(
        "require_joint", "ordered", case_says(is_joint=True), case_says(is_joint=False), "required already"
    ),
    N.TWO_CERTIFIED: Scene(
        "inspect", "investigating", lambda case, crew: change(crew.second, officer_cert_no=""),
        lambda case, crew: change(crew.second, officer_cert_no="豫A0002"),
        "Two officers with certificate numbers are needed; the units of this case have 1.",
    ),
    N.VIOLATIONS_NAMED: Scene(
        "file_case", "single_unit", nothing, lambda case, crew: violation(case), "No violation is named"
    ),
    N.WITHIN_LIMITATION: Scene(
        "file_case", "single_unit",
        lambda case, crew: file_says(case, violation_end=two_years_before(case, and_days=1)),
        lambda case, crew: file_says(case, violation_end=two_years_before(case, and_days=0)),
        "more than 2 years before it was discovered",
    ),
    N.PARTIES_NAMED: Scene("notify", "investigating", nothing, lambda case, crew: party(case), "No party is named"),
    N.EVIDENCE_HELD: Scene("notify", "investigating", nothing, lambda case, crew: evidence(case), "no evidence"),
    N.DEVICE_EVIDENCE_REVIEWED: Scene(
        "notify", "investigating", lambda case, crew: evidence(case, from_device=True),
        lambda case, crew: case.evidence.update(reviewed_at=ago()), "1 pieces of device evidence",
    ),
    N.JOINT_EVIDENCE: Scene(
        "notify", "investigating",
        both(case_says(is_joint=True), lambda case, crew: joint(
            case, crew.first.unit, crew.brigade.unit, present=[crew.first.unit], held=True)),
        lambda case, crew: joint(
            case, crew.first.unit, crew.brigade.unit, present=[crew.first.unit, crew.brigade.unit], held=True),
        "Joint evidence is missing",
    ),
    N.INSPECTION_CALLED: Scene(
        "mark_absent", "investigating", nothing, lambda case, crew: joint(case, crew.first.unit),
        "No joint inspection is called",
    ),
    N.INVITED: Scene(
        "sign_in", "investigating",
        lambda case, crew: (joint(case, crew.first.unit), change(case, units_involved=[crew.brigade.unit_id])),
        lambda case, crew: case.inspections.get().units.create(region_id=case.region_id, unit=crew.brigade.unit),
        "Your unit is not invited", by="brigade",
    ),
    N.INVITED_BEFORE: Scene(
        "contribute", "investigating",
        lambda case, crew: (joint(case, crew.first.unit, held=True), change(case, units_involved=[crew.brigade.unit_id])),
        lambda case, crew: case.inspections.get().units.create(region_id=case.region_id, unit=crew.brigade.unit),
        "was invited to no joint inspection", by="brigade",
    ),
    N.ORDER_OBEYED: Scene(
        "recheck_failed", "complied", lambda case, crew: order(case), lambda case, crew: case.orders.update(state="complied"),
        "No order was obeyed before",
    ),
    N.ORDER_IN_FORCE: Scene(
        "recheck_passed", "ordered", lambda case, crew: order(case, "complied"), lambda case, crew: order(case),
        "No order is in force",
    ),
    N.ORDER_DISOBEYED: Scene(
        "escalate", "ordered", lambda case, crew: order(case),
        lambda case, crew: case.orders.update(state="disobeyed"), "that the order is disobeyed",
    ),
    N.OWN_VIOLATION: Scene(
        "set_outcome", "investigating",
        lambda case, crew: (violation(case), change(case, units_involved=[crew.brigade.unit_id])),
        lambda case, crew: case.found_violations.update(handling_unit=crew.brigade.unit),
        "None of the violations is your unit's", by="brigade",
    ),
    N.OUTCOMES_PROPOSED: Scene(
        "notify", "investigating", lambda case, crew: violation(case), lambda case, crew: fined(case, 100),
        "No outcome is proposed yet for: no construction permit",
    ),
    N.AS_NOTIFIED: Scene(
        "submit_review", "notified", both(lambda case, crew: fined(case, "100.01"), told_of("100")),
        lambda case, crew: fined(case, 100), "Fined higher than the party was told: no construction permit",
    ),
    N.SOME_PENALTY: Scene(
        "notify", "investigating", lambda case, crew: violation(case, outcome="no_penalty"),
        lambda case, crew: fined(case, 100), "No fine is proposed",
    ),
    N.NO_PENALTY: Scene(
        "submit_review", "investigating", lambda case, crew: fined(case, 100),
        lambda case, crew: case.found_violations.update(outcome="corrected", fine=None), "A fine is proposed",
    ),
    N.DEFENCE_HEARD: Scene(
        "submit_review", "notified", running("D08", for_days=0), dossier_says(defence_at=ago), "may still state its case"
    ),
    N.HEARING_REQUIRED: Scene(
        "waive_hearing", "notified", lambda case, crew: fined(case, "49999.99"), lambda case, crew: fined(case, 50_000),
        "The fine is below 50,000 yuan",
    ),
    N.HEARING_OPEN: Scene(
        "request_hearing", "notified", run_out("D06"),
        lambda case, crew: (case.clocks.filter(code="D06").delete(), clocks.start(case, "D06", at=ago())),
        "time to ask for a hearing has run out",
    ),
    N.HEARING_REQUESTED: Scene(
        "schedule_hearing", "notified", nothing, dossier_says(hearing_requested_at=ago), "Nobody has asked", by="legal"
    ),
    N.HEARING_SCHEDULED: Scene(
        "hold_hearing", "notified", dossier_says(hearing_at=lambda: ago(minutes=-5)),
        dossier_says(hearing_at=lambda: ago(minutes=5)), "The hearing is on", by="legal",
    ),
    N.HEARING_SETTLED: Scene(
        "decide", "reviewing",
        both(lambda case, crew: fined(case, 60_000), dossier_says(notified_at=ago), running("D06", for_days=0)),
        dossier_says(hearing_waived_at=ago), "The party may still ask for a hearing until", by="leader",
    ),
    N.NOT_THE_HANDLER: Scene(
        "pass_review", "reviewing", lambda case, crew: file_says(case, co_handler=crew.legal),
        lambda case, crew: file_says(case, co_handler=crew.second), "You handle this case", by="legal",
    ),
    N.LEGALLY_REVIEWED: Scene(
        "discuss", "reviewing", nothing,
        lambda case, crew: file_says(case, legal_reviewed_at=ago(), legal_reviewer=crew.legal),
        "legal review has not been passed", by="leader",
    ),
    N.DISCUSSED: Scene(
        "decide", "reviewing", case_says(is_major=True), dossier_says(discussed_at=ago),
        "must be discussed collectively", by="leader",
    ),
    N.FINE_OPEN: Scene("pay", "served", nothing, dossier_says(fine=100), "No fine is open"),
    N.FINE_SETTLED: Scene(
        "close", "served", dossier_says(fine=100, paid="99.99"), dossier_says(paid=100), "0.01 yuan of the fine"
    ),
    N.ORDERS_SETTLED: Scene(
        "close", "served", lambda case, crew: order(case), lambda case, crew: case.orders.update(state="complied"),
        "An order is still in force",
    ),
    N.MEASURES_ENDED: Scene(
        "close", "served", dossier_says(sealed_at=ago), dossier_says(sealed_at=None), "lift the seal first"
    ),
    N.DEMAND_RUN: Scene(
        "apply_to_court", "enforcing", both(dossier_says(demanded_at=ago), running("D17", for_days=0)), run_out("D17"),
        "The demand notice gives the party time until",
    ),
    N.RELIEF_RUN: Scene(
        "apply_to_court", "enforcing", both(running("D14", for_days=0), run_out("D15")), run_out("D14", "D15"),
        "reconsideration or sue until",
    ),
    N.RELIEF_PENDING: Scene("record_ruling", "served", relief("upheld"), relief(), "suit is pending", by="legal"),
    N.RELIEF_ENDED: Scene("close", "served", relief(), relief("upheld"), "suit is pending since"),
    N.DECISION_STANDS: Scene("close", "served", relief("annulled"), relief("changed"), "was annulled on appeal"),
    N.PUBLISHED: Scene(
        "withdraw_publication", "decided", nothing, dossier_says(published_at=ago), "not published", by="publicity"
    ),
    N.VIDEO_FILED: Scene(
        "archive", "follow_up",
        both(dossier_says(violent_resistance=True, video_archive_no="V1"), lambda case, crew: evidence(case)),
        lambda case, crew: evidence(case, medium="video"), "Violent resistance: the video", by="supervisor",
    ),
    N.VIOLENCE_RECORDED: Scene(
        "file_video", "investigating", nothing, dossier_says(violent_resistance=True), "No violent resistance"
    ),
    N.FOLLOW_UP_RUN: Scene(
        "archive", "follow_up", follow_up(visited=True, until=1), follow_up(visited=True, until=0),
        "Follow-up supervision runs until", by="supervisor",
    ),
    N.EVIDENCE_REGISTERED: Scene(
        "release_evidence", "decided", nothing, dossier_says(evidence_registered_at=ago), "No evidence is registered"
    ),
    N.SITE_SEALED: Scene("unseal_site", "served", nothing, dossier_says(sealed_at=ago), "The site is not sealed"),
    N.SITE_NOT_SEALED: Scene(
        "seal_site", "filed", dossier_says(sealed_at=ago), dossier_says(sealed_at=None), "sealed already"
    ),
    N.URGED: Scene("reply_supervision", "filed", nothing, urge, "No urging waits"),
    N.DISPUTED: Scene(
        "settle_jurisdiction", "assigned", nothing, dossier_says(disputed_at=ago), "is not disputed", by="leader"
    ),
    N.NOT_DISPUTED: Scene(
        "file_case", "single_unit", dossier_says(disputed_at=ago), dossier_says(disputed_at=None), "must be settled first"
    ),
    N.CLOCK_EXTENDABLE: Scene(
        "extend", "filed", lambda case, crew: case.clocks.all().delete(), running("D03", for_days=0),
        "can be extended", by="leader",
    ),
    N.CLOCK_PAUSABLE: Scene(
        "pause_clock", "filed", lambda case, crew: case.clocks.all().delete(), running("D03", for_days=0), "can be paused now"),
    N.CLOCK_PAUSED: Scene(
        "resume_clock", "filed", running("D03", for_days=1),
        lambda case, crew: clocks.pause(case, ["D03"], at=ago(), reason="检测", document="鉴字1号"), "is paused",
    ),
}  # fmt: skip
