"""The verbs of a bad conduct record: for whom, by whom, how long, and that nothing of it can be changed afterwards."""

from datetime import date, datetime, time

import pytest
from django.db import IntegrityError, transaction

from cases import documents, follow_up
from cases.models import CaseEvent
from cases.permissions import visible_cases
from gis_core.errors import NotPossibleNow
from oversight.conduct import acts, desk, falling, repeats
from oversight.models import BadConductRecord
from oversight.models.conduct import ConductState
from oversight.refusals import NotNow, Refused, SamePerson
from tests.factories import make_case, make_user
from tests.oversight.scene import DECIDED, FIRST, SECOND, decided, drafted, firm, noon, published


def refused_field(call, *given, **told):
    with pytest.raises(Refused) as caught:
        call(*given, **told)
    return caught.value.field


def test_a_record_goes_from_draft_to_publication_and_each_step_stays(people):
    record = published(people)
    assert (record.publish_from, record.publish_until) == (date(2026, 3, 2), date(2026, 9, 2))
    assert [act.verb for act in record.acts.all()] == ["draft", "propose", "approve", "publish"]
    assert [act.by for act in record.acts.all()] == [people.keeper, people.keeper, people.leader, people.keeper]


def test_it_is_to_be_published_within_seven_days_of_the_decision(people):
    assert drafted(people).publish_by == date(2026, 3, 9)


def test_the_first_day_is_neither_past_nor_later_than_the_deadline(people):
    record = acts.approve(acts.propose(drafted(people), by=people.keeper), by=people.leader)
    told = {"by": people.keeper, "at": noon(date(2026, 3, 5))}
    assert refused_field(acts.publish, record, publish_from=date(2026, 3, 4), **told) == "publish_from"
    assert refused_field(acts.publish, record, publish_from=date(2026, 3, 10), **told) == "publish_from"
    late = acts.publish(record, by=people.keeper, at=noon(date(2026, 4, 1)))
    assert late.publish_from == date(2026, 4, 1)  # late, and yet better than never


@pytest.mark.parametrize(("code", "fault"), [("", "party"), ("91110000600037341M", "party")])
def test_a_party_without_a_sound_code_has_no_record(people, code, fault):
    case, decision = decided(code=code)
    told = {"party": case.parties.get(), "decision": decision, "uses": ["awards"], "facts": "甲", "by": people.keeper}
    assert refused_field(acts.draft, **told) == fault


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uses": []}, "uses"),
        ({"facts": " "}, "facts"),
        ({"facts": "长" * 1001}, "facts"),
        ({"months": 5}, "months"),
        ({"months": 37}, "months"),
        ({"penalty_until": date(2029, 3, 3)}, "penalty_until"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(people, changes, field):
    case, decision = decided()
    told = {"party": case.parties.get(), "decision": decision, "uses": ["awards"], "facts": "甲", "by": people.keeper}
    assert refused_field(acts.draft, **{**told, **changes}) == field
    assert BadConductRecord.objects.count() == 0


def test_one_record_per_firm_and_decision_until_it_is_withdrawn(people):
    record = drafted(people)
    again = {
        "party": record.case.parties.get(), "decision": record.decision, "uses": ["awards"], "facts": "甲",
        "by": people.keeper,
    }  # fmt: skip
    assert refused_field(acts.draft, **again) == "party"
    acts.withdraw(record, by=people.keeper, note="重复")
    assert acts.draft(**again).state == ConductState.DRAFTED


def test_another_case_s_party_is_refused(people):
    _case, decision = decided()
    stranger = firm(make_case(), code=SECOND)
    told = {"party": stranger, "decision": decision, "uses": ["awards"], "facts": "甲", "by": people.keeper}
    assert refused_field(acts.draft, **told) == "party"


def test_the_period_is_never_shorter_than_the_penalty_itself(people):
    assert published(people, penalty_until=date(2027, 1, 1)).publish_until == date(2027, 1, 1)
    assert published(people, penalty_until=date(2026, 4, 1)).publish_until == date(2026, 9, 2)
    assert published(people, months=36).publish_until == date(2029, 3, 2)


def test_a_month_without_that_day_ends_on_its_last(people):
    assert published(people, date(2026, 8, 31)).publish_until == date(2027, 2, 28)


def test_whoever_prepared_it_cannot_approve_it(people):
    both = make_user("supervision_officer", "leader")
    record = drafted(people)
    record = acts.propose(record, by=both)
    with pytest.raises(SamePerson):
        acts.approve(record, by=both)
    assert acts.approve(record, by=people.leader).approver == people.leader


def test_the_database_itself_refuses_one_person_for_both(people):
    record = published(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        BadConductRecord.objects.filter(pk=record.pk).update(approver=record.handler)


def test_what_was_sent_back_is_changed_and_proposed_anew(people):
    record = acts.propose(drafted(people), by=people.keeper)
    assert refused_field(acts.send_back, record, by=people.leader, note=" ") == "note"
    record = acts.send_back(record, by=people.leader, note="事实写清楚")
    record = acts.change(record, uses=["awards", "permits"], facts="乙", months=12, by=people.other_keeper)
    assert [use.value for use in record.uses] == ["permits", "awards"]
    assert record.handler == people.other_keeper
    assert acts.propose(record, by=people.keeper).state == ConductState.PROPOSED


def test_a_published_record_cannot_be_changed(people):
    with pytest.raises(NotNow):
        acts.change(published(people), uses=["awards"], facts="乙", by=people.keeper)


def test_shortening_needs_a_second_person_and_leaves_three_months(people):
    record = published(people)
    on = {"at": noon(date(2026, 4, 1))}
    ask = {"by": people.keeper, "note": "已补办许可证", **on}
    assert refused_field(acts.ask_shortening, record, until=date(2026, 6, 1), **ask) == "until"
    assert refused_field(acts.ask_shortening, record, until=date(2026, 9, 2), **ask) == "until"
    assert refused_field(acts.ask_shortening, record, until=date(2026, 7, 1), **{**ask, "note": ""}) == "note"
    record = acts.ask_shortening(record, until=date(2026, 6, 2), **ask)
    assert record.publish_until == date(2026, 9, 2)
    with pytest.raises(SamePerson):
        acts.shorten(record, by=people.keeper, **on)
    with pytest.raises(NotNow):
        acts.ask_shortening(record, until=date(2026, 7, 1), **ask)
    record = acts.shorten(record, by=people.leader, **on)
    assert (record.state, record.publish_until) == (ConductState.SHORTENED, date(2026, 6, 2))
    assert record.acts.last().data == {"before": "2026-09-02", "until": "2026-06-02"}


def test_a_shortening_is_never_below_the_penalty_s_own_period_or_before_today(people):
    record = published(people, penalty_until=date(2026, 8, 1))
    ask = {"by": people.keeper, "note": "已整改"}
    assert refused_field(acts.ask_shortening, record, until=date(2026, 7, 31), at=noon(DECIDED), **ask) == "until"
    other = published(people)
    late = {"at": noon(date(2026, 8, 10)), **ask}
    assert refused_field(acts.ask_shortening, other, until=date(2026, 8, 9), **late) == "until"
    assert acts.ask_shortening(other, until=date(2026, 8, 10), **late).shorten_to == date(2026, 8, 10)


def test_a_refused_shortening_leaves_the_period(people):
    on = {"at": noon(date(2026, 4, 1))}
    record = acts.ask_shortening(published(people), until=date(2026, 7, 1), by=people.keeper, note="已整改", **on)
    record = acts.keep_period(record, by=people.leader, note="整改未验收", **on)
    assert (record.state, record.publish_until, record.shorten_to) == ("published", date(2026, 9, 2), None)


def test_an_expired_record_is_not_shortened(people):
    with pytest.raises(NotPossibleNow):
        acts.ask_shortening(
            published(people), until=date(2026, 9, 1), by=people.keeper, note="甲", at=noon(date(2026, 9, 3))
        )


def annulled(case, day):
    CaseEvent.objects.create(region=case.region, case=case, verb="annul_decision", status="investigating", at=noon(day))


def ruled(case, day, result):
    case.reliefs.create(
        region=case.region, kind="suit", body="法院", document="1", filed_on=DECIDED, recorded_at=noon(DECIDED),
        result=result, ended_on=day,
    )  # fmt: skip


FALL = date(2026, 4, 30)  # a Thursday before the holiday of the first to fifth of May
FALLS = {
    "void": lambda record: documents.void(record.decision, by=None, reason="有误", at=noon(FALL)),
    "annulled here": lambda record: annulled(record.case, FALL),
    "annulled on appeal": lambda record: ruled(record.case, FALL, "annulled"),
    "changed on appeal": lambda record: ruled(record.case, FALL, "changed"),
}


@pytest.mark.parametrize("how", FALLS)
def test_when_the_decision_falls_the_record_is_due_within_three_working_days(people, how):
    record = published(people)
    assert desk.to_withdraw(record.region_id, FALL) == []
    FALLS[how](record)
    ((due, fallen),) = desk.to_withdraw(record.region_id, FALL)
    # 6, 7 and 8 May 2026: the first to the fifth are a holiday
    assert (due.pk, fallen) == (record.pk, falling.Fallen(FALL, date(2026, 5, 8)))
    gone = acts.withdraw(record, by=people.keeper, note="决定已失效")
    assert gone.acts.last().data == {"fell_on": "2026-04-30", "withdraw_by": "2026-05-08"}
    assert desk.to_withdraw(record.region_id, FALL) == []


@pytest.mark.parametrize("result", ["upheld", "withdrawn"])
def test_a_decision_that_was_upheld_stands(people, result):
    record = published(people)
    ruled(record.case, FALL, result)
    assert desk.to_withdraw(record.region_id, FALL) == []


def test_an_annulment_before_the_decision_is_an_earlier_one_s(people):
    record = published(people)
    annulled(record.case, date(2026, 2, 27))
    assert desk.to_withdraw(record.region_id, FALL) == []


@pytest.mark.parametrize(("asked", "fell"), [(DECIDED, "first"), (date(2026, 4, 13), "second")])
def test_a_ruling_fells_the_decision_that_it_was_asked_about_and_no_other(people, asked, fell):
    """Decided on 2 March, and anew on 13 April while a suit may be under way; the court rules on 30 April."""
    case, first = decided()
    second = documents.issue(case, "penalty_decision", by=None, at=noon(date(2026, 4, 13)))
    told = {"kind": "suit", "body": "法院", "document": "1", "filed_on": asked, "recorded_at": noon(asked)}
    case.reliefs.create(region=case.region, **told, result="annulled", ended_on=FALL)
    ((one, day),) = falling.falls([first, second]).items()
    assert (one, day) == ({"first": first, "second": second}[fell].pk, FALL)
    assert acts.may_rest_on(case) == [{"first": second, "second": first}[fell]]


def test_nothing_new_rests_on_a_decision_that_fell(people):
    record = drafted(people)
    FALLS["annulled here"](record)
    with pytest.raises(NotNow):
        acts.propose(record, by=people.keeper)
    assert acts.may_rest_on(record.case) == []


@pytest.mark.parametrize("table", ["acts", "views"])
def test_what_was_done_and_seen_is_never_changed(people, table):
    record = published(people)
    record.views.create(region_id=record.region_id, by=people.leader)
    for change in (lambda rows: rows.update(at=noon(DECIDED)), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(getattr(record, table).all())


def test_decisions_without_a_record_are_named_with_their_deadline(people):
    case, decision = decided()
    decided(code="")
    drafted(people)
    (one,) = desk.without_record(case.region_id, DECIDED)
    assert (one.decision.pk, one.publish_by) == (decision.pk, date(2026, 3, 9))


def test_a_decision_of_the_small_hours_is_of_the_city_s_day(people):
    """01:30 in the city is the day before in UTC."""
    case, _decision = decided(at=datetime.combine(DECIDED, time(1, 30)))
    (one,) = desk.without_record(case.region_id, DECIDED)
    assert one.publish_by == date(2026, 3, 9)


def test_a_firm_that_comes_back_is_counted_by_case_and_year(people):
    for year in (2024, 2026, 2026):
        firm(make_case(at=noon(date(year, 5, 6))))
    firm(make_case(at=noon(date(2025, 5, 6))), code=SECOND)
    firm(make_case(status="void", at=noon(date(2025, 5, 6))), code=SECOND)
    found, years = repeats.parties(people.keeper)
    assert [(one.uscc, one.cases, one.by_year) for one in found] == [(FIRST, 3, {2024: 1, 2026: 2})]
    assert years == [2024, 2026]


def test_a_registered_person_comes_back_as_a_firm_does_and_is_masked(people):
    for year in (2025, 2026):
        firm(make_case(at=noon(date(year, 5, 6))), name="王小明", natural=True)
    (one,), _years = repeats.parties(people.keeper)
    assert (one.uscc, one.name, one.cases) == (FIRST, "王某某", 2)


def test_sites_come_back_within_the_radius_that_is_asked_for(people):
    """Two cases 100 m apart (0.0009 degrees of latitude), of two years, a third far away."""
    for lat, year in ((34.787, 2024), (34.7879, 2026), (34.8, 2026)):
        make_case(lat=lat, at=noon(date(year, 5, 6)))
    assert repeats.sites(people.keeper, 50)[1] == 0
    (site,), number = repeats.sites(people.keeper, 200)
    assert (site.cases, sorted(site.years), number) == (2, [2024, 2026], 1)


@pytest.mark.parametrize(
    ("visits", "today", "next_visit", "late", "over"),
    [
        ([], date(2026, 3, 31), date(2026, 3, 31), 0, False),
        ([], date(2026, 4, 2), date(2026, 3, 31), 2, False),
        ([date(2026, 4, 5)], date(2026, 5, 4), date(2026, 5, 5), 0, False),
        ([date(2026, 4, 5), date(2026, 5, 10)], date(2026, 5, 29), None, 0, False),
        ([date(2026, 4, 5), date(2026, 5, 10)], date(2026, 5, 30), None, 0, True),
        ([], date(2026, 6, 30), date(2026, 3, 31), 91, False),
    ],
)
def test_the_next_visit_follows_the_one_before_until_the_plan_ends(people, visits, today, next_visit, late, over):
    """Closed on 1 March, every 30 days until 30 May."""
    case = make_case(status="follow_up")
    case.events.create(region_id=case.region_id, verb="close", status="closed", at=noon(date(2026, 3, 1)))
    dossier = {"follow_up_until": date(2026, 5, 30), "follow_up_every_days": 30}
    type(case).dossier.related.related_model.objects.update_or_create(
        case=case, region_id=case.region_id, defaults=dossier
    )
    for day in visits:
        case.inspections.create(region_id=case.region_id, kind="follow_up", held_at=noon(day))
    (plan,) = follow_up.plans(visible_cases(people.keeper), today)
    assert (plan.next_visit, plan.days_late, plan.over) == (next_visit, late, over)
