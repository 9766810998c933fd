"""Reconsideration and suit against a decision: what they do to its clocks, its steps, and to a fine paid late."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from cases import actions, clocks, late_fines, proposals
from cases.facts import Facts
from cases.gates import missing
from cases.verbs import Need, Verb
from tests.cases.journey import Crew, Journey


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def served(crew):
    """A fine of 60,000 yuan, served on Friday 3 April 2026, before 清明."""
    journey = Journey(crew).to_decided()
    paper = {"officers": crew.officers, "method": "direct", "received_by": "法定代表人", "proof": "回证"}
    return on(journey, "2026-04-03").do("serve", crew.first, **paper)


def moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def on(journey, day):
    journey.at = moment(f"{day}T09:00")
    return journey


def appeals(journey, kind, day):
    given = {"kind": kind, "body": "荥阳市人民政府", "filed_on": day, "document": "受理1号"}
    return on(journey, day).do("record_relief", journey.crew.legal, **given)


def ruled(journey, day, result="upheld", **more):
    given = {"result": result, "served_at": f"{day}T09:00", "document": "决字1号", "text": "维持", **more}
    return on(journey, day).do("record_ruling", journey.crew.legal, **given)


def withdrawn(journey, day):
    given = {"served_at": f"{day}T09:00", "document": "终字1号"}
    return on(journey, day).do("withdraw_relief", journey.crew.legal, **given)


def last_days(journey):
    running = clocks.standing(journey.case, journey.at)
    codes = ("D12", "D14", "D15", "D15b", "D16", "D11")
    return {face.code: str(timezone.localdate(face.due_at)) for face in running if face.code in codes}


def told(journey, verb, by, **given):
    """The sentences of a refusal, in English."""
    with translation.override("en"), pytest.raises((actions.Refused, actions.BadInput)) as refused:
        actions.perform(journey.case, verb, by=by, given=given, at=journey.at + timedelta(minutes=1))
    return str(getattr(refused.value, "errors", None) or refused.value.sentences)


def relief_run(journey, at):
    with translation.override("en"):
        return missing([Need.RELIEF_RUN], Facts(journey.case, at=moment(at)))


def test_what_runs_after_a_service_by_hand(served):
    """Fifteen days: 18 April, a Saturday; six months: 3 October, in the national holiday; three more behind them."""
    assert last_days(served) == {"D12": "2026-04-20", "D14": "2026-06-02", "D15": "2026-10-08", "D16": "2027-01-08"}


def test_after_a_reconsideration_the_party_has_fifteen_days_to_sue_and_we_three_months_from_then(served):
    appeals(served, "reconsideration", "2026-05-11")
    assert "D16" not in last_days(served)
    assert "pending since 2026-05-11" in relief_run(served, "2027-06-01T09:00")[0]
    ruled(served, "2026-07-09")  # and three months behind 24 July: 24 October, a Saturday
    assert last_days(served) == {"D12": "2026-04-20", "D15b": "2026-07-24", "D16": "2026-10-26"}
    assert "until 2026-07-25 00:00" in relief_run(served, "2026-07-24T23:59")[0]
    assert relief_run(served, "2026-07-25T00:00") == []


def test_after_a_suit_nothing_is_left_to_the_party_and_our_months_run_from_its_ruling(served):
    appeals(served, "suit", "2026-05-11")
    ruled(served, "2026-09-08")
    assert last_days(served) == {"D12": "2026-04-20", "D16": "2026-12-08"}
    assert relief_run(served, "2026-09-08T12:00") == []


def test_a_suit_behind_a_reconsideration_ends_its_fifteen_days(served):
    appeals(served, "reconsideration", "2026-05-11")
    ruled(served, "2026-07-09")
    appeals(served, "suit", "2026-07-20")
    ruled(served, "2026-11-10")
    assert last_days(served) == {"D12": "2026-04-20", "D16": "2027-02-10"}


@pytest.mark.parametrize(
    ("day", "left"),
    [
        ("2026-06-30", {"D14": "2026-06-02", "D15": "2026-10-08", "D16": "2027-01-08"}),  # as if nothing had been
        ("2026-10-08", {"D14": "2026-06-02", "D15": "2026-10-08", "D16": "2027-01-08"}),
        ("2026-10-09", {"D14": "2026-06-02", "D16": "2027-01-11"}),  # three months: 9 January, a Saturday
    ],
)
def test_one_that_was_withdrawn_leaves_the_time_to_sue_as_it_was(served, day, left):
    appeals(served, "suit", "2026-05-11")
    withdrawn(served, day)
    assert last_days(served) == {"D12": "2026-04-20", **left}


def test_one_runs_at_a_time_and_the_database_knows(served):
    crew = served.crew
    assert "No reconsideration or suit is pending." in told(served, "record_ruling", crew.legal)
    appeals(served, "suit", "2026-05-11")
    assert "is pending since 2026-05-11" in told(served, "record_relief", crew.legal)
    with pytest.raises(IntegrityError, match="one_relief_pending_at_a_time"), transaction.atomic():
        served.case.reliefs.create(
            region_id=served.case.region_id, kind="suit", body="x", document="x", filed_on="2026-05-12",
            recorded_at=served.at,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "field", "given"),
    [
        ("record_relief", "filed_on", {"filed_on": "2026-04-02"}),
        ("record_relief", "filed_on", {"filed_on": "2026-05-13"}),
        ("record_relief", "kind", {"kind": "petition"}),
        ("record_ruling", "served_at", {"served_at": "2026-05-10T23:59"}),
        ("record_ruling", "served_at", {"served_at": "2026-05-12T23:00"}),
        ("record_ruling", "result", {"result": "withdrawn"}),
        ("record_ruling", "fine", {"result": "changed"}),
        ("withdraw_relief", "served_at", {"served_at": "2026-05-10T23:59"}),
    ],
)
def test_bad_words_name_their_field(served, verb, field, given):
    if verb != "record_relief":
        appeals(served, "suit", "2026-05-11")
    on(served, "2026-05-12")
    sound = {"filed_on": "2026-05-11", "kind": "suit", "body": "法院", "result": "upheld", "text": "x"}
    if verb != "record_relief":
        sound["served_at"] = "2026-05-12T08:00"
    said = told(served, verb, served.crew.legal, **{"document": "1", **sound, **given})
    assert f"'{field}'" in said


def test_a_ruling_may_lower_the_fine_and_what_was_published_comes_down(served):
    served.do("publish_decision", served.crew.publicity, where="局网站")
    appeals(served, "reconsideration", "2026-05-11")
    ruled(served, "2026-07-09", "changed", fine="20000")
    assert Facts(served.case).unpaid == Decimal(20000)
    assert last_days(served)["D11"] == "2026-07-14"  # three working days behind a Thursday
    event = served.case.events.last()
    assert event.data["changes"]["fine"] == ["60000.00", "20000"]


def test_one_that_upholds_leaves_what_was_published(served):
    served.do("publish_decision", served.crew.publicity, where="局网站")
    appeals(served, "reconsideration", "2026-05-11")
    ruled(served, "2026-07-09")
    assert "D11" not in last_days(served)


def test_an_annulled_decision_leads_nowhere_but_to_the_leaders_who_annul_it_here(served):
    crew = served.crew
    appeals(served, "suit", "2026-05-11")
    ruled(served, "2026-07-09", "annulled")
    assert last_days(served) == {}  # nothing to pay, to sue over or to enforce
    for verb in ("begin_enforcement", "close"):
        assert "was annulled on appeal" in told(served, verb, crew.first)
    assert proposals.proposals(Facts(served.case))[0].verb == Verb.ANNUL_DECISION
    served.do("annul_decision", crew.leader, reason="法院判决撤销", document="行初1号")
    assert served.case.status == "investigating"


def test_a_new_decision_is_not_touched_by_a_ruling_on_the_old_one(served):
    crew = served.crew
    appeals(served, "suit", "2026-05-11")
    ruled(served, "2026-07-09", "annulled")
    served.do("annul_decision", crew.leader, reason="法院判决撤销", document="行初1号")
    served.do("set_outcome", crew.first, violation="construction_permit", outcome="no_penalty", reason="首次轻微")
    served.do("submit_review", crew.first, opinion="报请审核")
    served.do("pass_review", crew.legal, opinion="事实清楚")
    served.do("discuss", crew.leader, participants="局领导班子", minutes="一致同意")
    served.do("decide", crew.leader, opinion="不予处罚")
    assert Facts(served.case).last_ruling is None
    assert served.case.reliefs.count() == 1


def test_a_closed_case_is_annulled_too_and_is_open_again(served):
    crew = served.crew
    served.do("pay", crew.first, amount="60000", paid_on="2026-04-03", receipt_no="0001")
    served.do("close", crew.first, approved_by="局领导一", summary="已缴")
    appeals(served, "suit", "2026-05-11")
    assert last_days(served) == {"D14": "2026-06-02", "D15": "2026-10-08"}  # nothing is left to enforce
    ruled(served, "2026-07-09", "annulled")
    served.do("annul_decision", crew.leader, reason="法院判决撤销", document="行初1号")
    assert (served.case.status, served.case.ended_at, last_days(served)) == ("investigating", None, {})


def test_a_case_is_closed_and_archived_only_when_no_appeal_is_pending(served):
    crew = served.crew
    served.do("pay", crew.first, amount="60000", paid_on="2026-04-03", receipt_no="0001")
    appeals(served, "suit", "2026-05-11")
    assert "is pending since" in told(served, "close", crew.first)
    withdrawn(served, "2026-05-12")
    served.do("close", crew.first, approved_by="局领导一", summary="已缴")
    served.do("begin_follow_up", crew.supervisor)
    appeals(served, "suit", "2026-05-13")
    assert "is pending since" in told(served, "archive", crew.supervisor)


def test_what_the_court_collects_after_the_closing_is_still_recorded(served):
    crew = served.crew
    paper = {"officers": crew.officers, "method": "direct", "received_by": "法定代表人", "proof": "回证"}
    served.do("begin_enforcement", crew.first)
    on(served, "2026-12-01").do("demand", crew.first, **paper)
    on(served, "2026-12-30").do("apply_to_court", crew.first, reason="逾期不缴", document="强执申1号")
    appeals(served, "suit", "2026-12-30")
    ruled(served, "2026-12-31")
    assert last_days(served) == {"D12": "2026-04-20"}  # it was asked already
    served.do("close", crew.first, approved_by="局领导一", summary="已申请法院强制执行")
    served.do("pay", crew.dispatcher, amount="60000", paid_on="2026-12-30", receipt_no="F1")
    assert Facts(served.case).unpaid == 0


def test_a_building_is_removed_by_force_only_behind_its_announcement(served):
    crew = served.crew
    paper = {"officers": crew.officers, "method": "direct", "received_by": "法定代表人", "proof": "回证"}
    served.do("begin_enforcement", crew.first)
    on(served, "2026-12-01").do("demand", crew.first, **paper)
    plan = {"planned_at": "2027-01-05T10:00", "text": "拆除", "removes": True}
    assert "No removal has been announced" in told(served, "plan_enforcement", crew.first, **plan)
    served.do("announce_removal", crew.first, where="现场", removal_until="2027-01-05")
    assert "itself until 2027-01-05" in told(served, "plan_enforcement", crew.first, **plan)
    served.do("plan_enforcement", crew.first, **{**plan, "planned_at": "2027-01-06T10:00"})


# What a fine of 60,000 yuan costs that was to be paid by 20 April: 1,800 yuan a day


def late(journey, day):
    return late_fines.late_fine(Facts(journey.case, at=moment(f"{day}T12:00")))


def pays(journey, day, amount):
    given = {"amount": amount, "paid_on": day, "receipt_no": f"R{day}"}
    return on(journey, day).do("pay", journey.crew.first, **given)


@pytest.mark.parametrize(
    ("day", "days", "amount"),
    [
        ("2026-05-10", 20, "36000.00"),
        ("2026-05-11", 20, "36000.00"),  # the day it was taken in
        ("2026-07-09", 20, "36000.00"),  # the day that its decision was received
        ("2026-07-10", 21, "37800.00"),
        ("2026-07-20", 31, "55800.00"),
        ("2026-07-23", 34, "60000.00"),  # 61,200: never more than the fine
    ],
)
def test_days_of_a_reconsideration_add_nothing(served, day, days, amount):
    appeals(served, "reconsideration", "2026-05-11")
    ruled(served, "2026-07-09")
    found = late(served, day)
    assert (found.days, found.amount) == (days, Decimal(amount))


def test_nothing_is_owed_for_a_decision_that_was_annulled(served):
    appeals(served, "suit", "2026-05-11")
    ruled(served, "2026-07-09", "annulled")
    assert late(served, "2026-09-01") is None


def test_a_ruling_that_leaves_nothing_to_pay_ends_the_time_to_pay(served):
    pays(served, "2026-04-20", "20000")
    appeals(served, "reconsideration", "2026-05-11")
    ruled(served, "2026-07-09", "changed", fine="20000")
    assert "D12" not in last_days(served)


def test_while_it_is_pending_nothing_is_added(served):
    appeals(served, "suit", "2026-05-11")
    assert late(served, "2026-09-01").amount == Decimal(36000)


def test_nothing_is_late_on_the_last_day(served):
    assert late(served, "2026-04-20") is None
    assert late(served, "2026-04-21").amount == Decimal(1800)


def test_each_part_costs_until_the_day_it_was_paid_and_stays_owed_afterwards(served):
    """20,000 paid ten days late: 6,000; 40,000 fifteen days: 18,000."""
    pays(served, "2026-04-30", "20000")
    assert late(served, "2026-05-05").amount == Decimal(24000)
    pays(served, "2026-05-05", "40000")
    assert late(served, "2026-12-31").amount == Decimal(24000)


def test_what_was_paid_in_time_costs_nothing(served):
    pays(served, "2026-04-20", "60000")
    assert late(served, "2026-12-31") is None


def test_the_page_shows_the_appeal_and_what_was_added(served, client):
    pays(served, "2026-04-30", "60000")
    appeals(served, "suit", "2026-05-11")
    client.force_login(served.crew.first)
    page = client.get(served.case.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Administrative suit" in page
    assert "18,000" in page
