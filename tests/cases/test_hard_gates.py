"""What the law lets nobody skip, played by people: each step is refused on the day before and done on the day."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cases import actions
from cases.models import Case, CaseViolation
from cases.permissions import may_act
from cases.verbs import Who
from tests.cases.journey import Crew, Journey
from tests.cases.standing import evidence, fined, order, party, stand
from tests.factories import make_user


@pytest.fixture
def crew(xingyang):
    return Crew()


def moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def refuses(journey, verb, by, *, kind=actions.Refused, at=None, **given):
    """The verb does not happen, and the journey stands where it stood."""
    before = journey.at
    journey.at = (at or before) - timedelta(hours=1)
    with pytest.raises(kind) as refused:
        journey.do(verb, by, **given)
    journey.at = before
    return refused.value


def goes(journey, verb, by, *, at, **given):
    journey.at = at - timedelta(hours=1)
    return journey.do(verb, by, **given)


def notified(crew, fine="60000"):
    """Told of a fine that may be heard."""
    return Journey(crew).to_notified(fine)


def test_the_time_to_ask_for_a_hearing_runs_five_working_days_and_nobody_goes_on_before(crew):
    """Told on Monday 2 March 2026: the fifth working day is Monday the 9th, so on Tuesday the case goes on."""
    case = stand(crew, "investigating")
    party(case)
    evidence(case)
    fined(case, 60_000)
    told = {"officers": crew.officers, "findings": "送达"}
    case = actions.perform(case, "notify", by=crew.first, given=told, at=moment("2026-03-02T10:00"))
    with pytest.raises(actions.Refused):
        actions.perform(case, "submit_review", by=crew.first, at=moment("2026-03-09T23:59"))
    assert actions.perform(case, "submit_review", by=crew.first, at=moment("2026-03-10T00:00")).status == "reviewing"


def test_a_hearing_that_was_asked_for_must_be_held(crew):
    journey = notified(crew)
    journey.do("request_hearing", crew.first, text="申请")
    assert refuses(journey, "submit_review", crew.first, at=journey.at + timedelta(days=60), opinion="x")


@pytest.mark.parametrize("reviewed", [True, False])
def test_a_second_notice_gives_every_period_anew(crew, reviewed):
    """The first one's had run out by then: nothing of it counts for the second."""
    journey = notified(crew)
    if reviewed:
        journey.do("submit_review", crew.first, days=10, opinion="x")
        journey.do("return_review", crew.legal, reason="事实不清")
    journey.do("notify", crew.first, days=11, officers=crew.officers, findings="再次告知")
    assert refuses(journey, "submit_review", crew.first, at=journey.at + timedelta(days=2), opinion="x")
    starts = {clock.code: clock.started_at for clock in journey.case.clocks.running().filter(code__in=("D06", "D08"))}
    assert starts == dict.fromkeys(("D06", "D08"), journey.at)
    journey.do("request_hearing", crew.first, days=1, text="申请听证")


def test_a_fine_raised_after_the_notice_is_told_first(crew):
    journey = notified(crew)
    words = {"violation": "construction_permit", "outcome": "penalty", "reason": "更正"}
    journey.do("set_outcome", crew.first, fine="60000.01", **words)
    journey.do("waive_hearing", crew.first, text="放弃")
    journey.do("hear_defence", crew.first, text="无异议")
    assert refuses(journey, "submit_review", crew.first, opinion="x")
    journey.do("set_outcome", crew.first, fine="59000", **words)
    journey.do("submit_review", crew.first, opinion="x")


@pytest.mark.parametrize("verb", ["waive_hearing", "notify"])
def test_a_hearing_that_falls_away_lets_the_time_for_the_decision_run_on(crew, verb):
    journey = notified(crew)
    journey.do("request_hearing", crew.first, text="申请")
    journey.do("schedule_hearing", crew.legal, hearing_at=journey.later(days=20), place="会议室", chair="法制员一")
    assert journey.case.clocks.get(code="D03").paused_since
    words = {"text": "放弃"} if verb == "waive_hearing" else {"officers": crew.officers, "findings": "重新告知"}
    journey.do(verb, crew.first, days=2, **words)
    assert journey.case.clocks.get(code="D03").paused_since is None


@pytest.mark.parametrize(("day", "held"), [("2026-03-11T23:00", False), ("2026-03-12T09:00", True)])
def test_a_hearing_is_seven_working_days_after_it_was_told(crew, day, held):
    """Told on Monday the 2nd: the seventh working day is Wednesday the 11th."""
    case = stand(crew, "notified", dossier={"hearing_requested_at": moment("2026-03-02T08:00")})
    given = {"hearing_at": day, "place": "会议室", "chair": "法制员一"}
    at = moment("2026-03-02T10:00")
    if held:
        assert actions.perform(case, "schedule_hearing", by=crew.legal, given=given, at=at).dossier.hearing_at
    else:
        with pytest.raises(actions.BadInput, match="03-11"):
            actions.perform(case, "schedule_hearing", by=crew.legal, given=given, at=at)


def enforcing(crew, **dossier):
    """Served and demanded so long ago that every period has run."""
    journey = Journey(crew).to_decided()
    served = {"officers": crew.officers, "method": "direct", "received_by": "法定代表人", "proof": "回证"}
    journey.do("serve", crew.first, **served)
    journey.do("begin_enforcement", crew.first)
    journey.do("demand", crew.first, days=20, **served)
    return journey


@pytest.mark.parametrize(
    ("planned", "done"),
    [
        ("2027-03-02T10:00", True),  # a Tuesday
        ("2027-03-02T21:59", True),
        ("2027-03-02T22:00", False),
        ("2027-03-02T05:59", False),
        ("2027-03-02T06:00", True),
        ("2027-03-06T10:00", False),  # a Saturday
        ("2026-05-12T10:00", False),  # the party may still sue
    ],
)
def test_nothing_is_enforced_by_night_on_days_off_or_before_the_relief_has_run(crew, planned, done):
    journey = enforcing(crew)
    given = {"planned_at": planned, "text": "拆除"}
    if done:
        journey.do("plan_enforcement", crew.first, **given)
    else:
        assert refuses(journey, "plan_enforcement", crew.first, kind=actions.BadInput, **given).errors.keys() == {
            "planned_at"
        }


def test_the_court_is_asked_only_when_both_reliefs_and_the_demand_have_run(crew):
    journey = enforcing(crew)
    paper = {"reason": "逾期不履行", "document": "强执申1号"}
    sued_until = journey.case.clocks.get(code="D15").due_at
    assert refuses(journey, "apply_to_court", crew.first, at=sued_until, **paper)
    goes(journey, "apply_to_court", crew.first, at=sued_until + timedelta(seconds=1), **paper)


def test_periods_after_a_service_begin_on_its_day_and_not_when_it_is_written_down(crew):
    journey = Journey(crew).to_decided()
    served_at = journey.at + timedelta(days=1)
    journey.do(
        "serve", crew.first, days=5, officers=crew.officers, method="direct", received_by="法定代表人", proof="回证",
        served_at=served_at.isoformat(),
    )  # fmt: skip
    assert journey.case.clocks.get(code="D12").started_at == served_at


def test_nothing_is_served_before_it_was_decided(crew):
    journey = Journey(crew).to_decided()
    served = {"officers": crew.officers, "method": "direct", "received_by": "x", "proof": "回证"}
    wrong = (journey.at - timedelta(days=1)).isoformat()
    assert "served_at" in refuses(journey, "serve", crew.first, kind=actions.BadInput, served_at=wrong, **served).errors


def test_nothing_is_demanded_before_the_decision_was_served(crew):
    journey = enforcing(crew)
    served = {"officers": crew.officers, "method": "direct", "received_by": "x", "proof": "回证"}
    wrong = (journey.case.dossier.served_at - timedelta(days=1)).isoformat()
    assert (
        "served_at" in refuses(journey, "demand", crew.first, kind=actions.BadInput, served_at=wrong, **served).errors
    )


def test_one_act_is_fined_twice_only_with_a_reason(crew):
    case = stand(crew, "reviewing", dossier={"legal_reviewed_at": timezone.now(), "legal_reviewer": crew.legal})
    fined(case, 100)
    CaseViolation.objects.create(
        region_id=case.region_id, case=case, kind="tendering", act="未取得施工许可证擅自施工", basis="x",
        handling_unit=case.handling_unit, outcome="penalty", fine=200,
    )  # fmt: skip
    with pytest.raises(actions.BadInput) as refused:
        actions.perform(case, "decide", by=crew.leader, given={"opinion": "同意"})
    assert set(refused.value.errors) == {"accept_double_fine"}
    done = actions.perform(
        case, "decide", by=crew.leader, given={"opinion": "同意", "accept_double_fine": "两个当事人"}
    )
    assert done.dossier.fine == 300


def test_violent_resistance_is_archived_with_its_video_and_number_alone(crew):
    case = stand(crew, "follow_up", dossier={"violent_resistance": True, "follow_up_until": timezone.localdate()})
    case.events.create(region_id=case.region_id, verb="follow_up_visit", status=case.status)
    done = {"archive_no": "2026-1"}
    for step in (lambda: None, lambda: evidence(case, medium="video")):
        step()
        with pytest.raises(actions.Refused):
            actions.perform(case, "archive", by=crew.supervisor, given=done)
    actions.perform(case, "file_video", by=crew.first, given={"archive_no": "V-1"})
    assert actions.perform(case, "archive", by=crew.supervisor, given=done).status == "archived"


def test_a_joint_case_is_filed_by_the_groups_first_lead_unit_alone(crew):
    """The brigade checked it; in the third group's ground the safety station files (notice 五.2)."""
    case = stand(crew, "joint_required", handling_unit=crew.brigade.unit, is_joint=True)
    assert case.lead_unit == crew.first.unit
    assert not may_act(crew.brigade, Who.FILING_UNIT, case)
    with pytest.raises(actions.NotYours):
        actions.perform(case, "file_case", by=crew.brigade)
    assert may_act(crew.first, Who.FILING_UNIT, case)


def test_joint_enforcement_required_after_the_filing_gives_the_file_to_the_first_lead_unit(crew):
    case = stand(crew, "ordered", handling_unit=crew.brigade.unit, units_involved=[crew.brigade.unit_id])
    crew.officer("urban_construction_brigade", "豫A0008")
    told = {"officers": crew.officers, "findings": "拒不停工"}
    done = actions.perform(case, "require_joint", by=crew.brigade, given=told)
    assert (done.status, done.is_joint, done.handling_unit) == ("ordered", True, crew.first.unit)
    assert crew.first.unit_id in done.units_involved


def test_the_city_is_told_of_a_disobeyed_order_in_every_later_state_and_is_urged_no_more(crew):
    case = stand(crew, "served")
    order(case)
    done = actions.perform(
        case, "recheck_failed", by=crew.first, given={"officers": crew.officers, "findings": "未停工"}
    )
    assert done.clocks.running().filter(code="D26").exists()
    done = actions.perform(done, "escalate", by=crew.first, given={"reason": "不能制止", "to_authority": "市查违办"})
    assert (done.status, done.clocks.running().filter(code="D26").exists()) == ("served", False)
    again = actions.perform(
        done, "recheck_failed", by=crew.first, given={"officers": crew.officers, "findings": "仍未停工"}
    )
    assert not again.clocks.running().filter(code="D26").exists()


def test_a_reopened_case_is_in_nobodys_hands(crew):
    case = stand(crew, "unfounded")
    assert actions.perform(case, "reopen", by=crew.dispatcher, given={"reason": "新线索"}).handling_unit is None


def test_nobody_acts_outside_their_region_or_once_they_left(crew):
    case = Case.objects.get(pk=stand(crew, "submitted").pk)
    assert may_act(crew.leader, Who.LEADER, case)
    assert not may_act(make_user("leader", region_id=None), Who.LEADER, case)
    assert not may_act(make_user("leader", is_active=False), Who.LEADER, case)
