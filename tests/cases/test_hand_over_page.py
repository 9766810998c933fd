"""Many approved cases handed over at once: each proposed with its reasons, each an act of its own, and taken back."""

import re

import pytest

from boundaries.models import Unit
from cases import actions, handing
from cases.models import Case, CaseEvent
from cases.views import handing as page
from tests.cases.journey import Crew
from tests.factories import make_case
from tests.pages import english, words

STATION = "safety_station"


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def office(client, crew):
    client.force_login(crew.dispatcher)
    return english(client)


def approved(crew, how_many=1, **changes):
    return [make_case(by=crew.dispatcher, channel="complaint", status="approved", **changes) for _n in range(how_many)]


def form(cases, verb="hand_over", unit=STATION, **told):
    return {
        "verb": verb,
        "case": [case.case_no for case in cases],
        **{f"unit-{case.case_no}": unit for case in cases},
        **{f"version-{case.case_no}": case.version for case in cases},
        **told,
    }


def statuses(cases):
    return [Case.objects.get(pk=case.pk).status for case in cases]


def test_each_case_is_proposed_its_groups_first_lead_unit_with_the_reasons(crew, django_assert_num_queries):
    station = Unit.objects.get(code=STATION)
    make_case(by=crew.dispatcher, status="verifying", handling_unit=station)
    make_case(by=crew.dispatcher, status="closed", handling_unit=station)
    cases = approved(crew, 2) + approved(crew, lon=113.2773, lat=34.7808)
    cases = list(Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("lead_unit").order_by("pk"))
    with django_assert_num_queries(7):
        found = handing.proposals_for(cases)
    inside, _other, outside = (found[case] for case in cases)
    assert inside.unit == station
    assert "安监站" in inside.reasons[0]
    assert "第三协作组" in inside.reasons[0]
    assert "1" in inside.reasons[1]
    assert outside.unit is None


def test_what_waits_is_shown_with_its_proposal_and_nothing_else(crew, office):
    waiting = approved(crew)
    make_case(by=crew.dispatcher, channel="complaint")
    said = words(office.get("/hand-over/"))
    assert waiting[0].case_no in said
    assert "安监站 is the first lead unit of 第三协作组." in said
    assert len(re.findall(r'name="case"', office.get("/hand-over/").content.decode())) == 1


def test_fifty_at_once_are_fifty_acts(crew, office):
    cases = approved(crew, page.AT_ONCE)
    answer = office.post("/hand-over/", form(cases, text="请尽快办理"))
    assert answer.status_code == 200
    assert set(statuses(cases)) == {"assigned"}
    events = CaseEvent.objects.filter(verb="hand_over")
    assert events.count() == page.AT_ONCE
    assert set(events.values_list("note", "by")) == {("请尽快办理", crew.dispatcher.pk)}
    assert f"Done for {page.AT_ONCE} of {page.AT_ONCE} cases" in words(answer)


@pytest.mark.parametrize("how_many", [0, page.AT_ONCE + 1])
def test_none_and_too_many_are_refused_and_change_nothing(crew, office, how_many):
    case = approved(crew)[0]
    told = {**form([case]), "case": [case.case_no] * how_many}
    assert office.post("/hand-over/", told).status_code == 400
    assert statuses([case]) == ["approved"]


def test_what_fails_stays_chosen_with_its_reason_and_the_others_are_done(crew, office):
    done, stale, unitless, moved = approved(crew, 4)
    told = form([done, stale, unitless, moved])
    actions.perform(stale, "remark", by=crew.leader, given={"text": "注意"})
    told[f"unit-{unitless.case_no}"] = ""
    actions.perform(moved, "hand_over", by=crew.platform, given={"unit": "quality_station"})
    answer = office.post("/hand-over/", told)
    assert statuses([done, stale, unitless, moved]) == ["assigned", "approved", "approved", "assigned"]
    assert Case.objects.get(pk=moved.pk).handling_unit.code == "quality_station"
    html, said = answer.content.decode(), words(answer)
    assert "Done for 1 of 4 cases" in said
    assert "Somebody changed this case meanwhile" in said
    chosen = set(re.findall(r'name="case" value="([^"]+)" checked', html))
    assert chosen == {stale.case_no, unitless.case_no}


def test_the_unit_can_be_changed_for_each(crew, office):
    case = approved(crew)[0]
    office.post("/hand-over/", form([case], unit="quality_station"))
    assert Case.objects.get(pk=case.pk).handling_unit.code == "quality_station"


def test_what_was_handed_over_today_and_not_begun_is_taken_back(crew, office):
    begun, resting = cases = approved(crew, 2)
    office.post("/hand-over/", form(cases))
    fresh = [Case.objects.get(pk=case.pk) for case in cases]
    actions.perform(fresh[0], "begin_check", by=crew.first)
    page_now = office.get("/hand-over/").content.decode()
    undo = page_now.split('value="withdraw"')[1]
    assert (resting.case_no in undo, begun.case_no in undo) == (True, False)
    answer = office.post("/hand-over/", form(fresh, verb="withdraw", reason="交办有误"))
    assert statuses(cases) == ["verifying", "approved"]
    assert "Done for 1 of 2 cases" in words(answer)
    assert CaseEvent.objects.get(verb="withdraw").note == "交办有误"


def test_taking_back_asks_for_a_reason(crew, office):
    case = approved(crew)[0]
    office.post("/hand-over/", form([case]))
    answer = office.post("/hand-over/", form([Case.objects.get(pk=case.pk)], verb="withdraw"))
    assert "Done for 0 of 1 cases" in words(answer)
    assert statuses([case]) == ["assigned"]


def test_the_platform_is_offered_its_own_channels_alone(crew, client):
    grid = make_case(by=crew.dispatcher, channel="grid_feedback", status="approved")
    info = approved(crew)[0]
    for person, theirs, others in ((crew.coordinator, grid, info), (crew.platform, info, grid)):
        client.force_login(person)
        said = words(client.get("/hand-over/"))
        assert (theirs.case_no in said, others.case_no in said) == (True, False)
        client.post("/hand-over/", form([others]))
        assert statuses([others]) == ["approved"]


def test_a_case_of_another_region_or_none_is_passed_over(crew, office):
    case = approved(crew)[0]
    told = {**form([case]), "case": [case.case_no, "XY-1999-00001", "<script>"]}
    assert "Done for 1 of 1 cases" in words(office.post("/hand-over/", told))


def test_more_cases_cost_no_more_queries(crew, office, django_assert_num_queries, django_assert_max_num_queries):
    approved(crew)
    office.get("/hand-over/")
    with django_assert_max_num_queries(20) as few:
        office.get("/hand-over/")
    approved(crew, 5)
    with django_assert_num_queries(len(few)):
        office.get("/hand-over/")
