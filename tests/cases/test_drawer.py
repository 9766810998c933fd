"""The hand-over drawer: a proposal for each case of a selection, each handed over on its own, conflicts told."""

import re

import pytest

from cases import actions
from cases.models import Case
from cases.views import handing as page
from tests.cases.journey import Crew
from tests.factories import make_case
from tests.pages import english, words

ADDRESS = "/hand-over/drawer/"
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


def opened(client, cases):
    return client.get(ADDRESS, {"case": [case.case_no for case in cases]})


def form(cases, unit=STATION, person="", **told):
    return {
        "case": [case.case_no for case in cases],
        **{f"unit-{case.case_no}": unit for case in cases},
        **{f"person-{case.case_no}": person for case in cases},
        **{f"version-{case.case_no}": case.version for case in cases},
        **told,
    }


def now(case):
    return Case.objects.get(pk=case.pk)


def test_the_drawer_proposes_unit_and_person_and_says_why(crew, office):
    [case] = approved(crew)
    html = opened(office, [case]).content.decode()
    assert re.search(r'<option value="safety_station" selected>', html)
    name = min(crew.first.username, crew.second.username)
    assert re.search(rf'<option value="{name}" data-unit="safety_station" selected>', html)
    assert "first lead unit of 第三协作组 · 0 in hand" in html
    assert "of the group · 0 in hand" in html


def test_what_cannot_be_handed_over_is_left_out_with_its_reason(crew, office):
    [ready, gone] = approved(crew, 2)
    early = make_case(by=crew.dispatcher, status="submitted")
    [grid] = [make_case(by=crew.dispatcher, channel="grid_feedback", status="approved")]
    [held] = approved(crew, hold="suspended")
    actions.perform(gone, "hand_over", by=crew.platform, given={"unit": STATION, "addressee": crew.first.username})
    answer = opened(office, [ready, gone, early, held])
    html, said = answer.content.decode(), words(answer)
    assert re.findall(r'name="case" value="([^"]+)"', html) == [ready.case_no]
    assert f"{gone.case_no} handed over already: {crew.platform}, " in said
    assert f"→ 安监站 · {crew.first}" in said
    assert f"{early.case_no} not approved: submitted for review" in said
    assert f"{held.case_no} suspended" in said
    office.force_login(crew.platform)
    assert f"{grid.case_no} another platform hands it over" in words(opened(office, [grid]))


def test_a_case_of_another_region_or_none_is_no_part_of_it(crew, office):
    [case] = approved(crew)
    answer = office.get(ADDRESS, {"case": [case.case_no, "XY-1999-00001", "<script>"]})
    assert set(re.findall(r"XY-\d+-\d+", answer.content.decode())) == {case.case_no}


@pytest.mark.parametrize("how_many", [0, page.AT_ONCE + 1])
def test_none_and_too_many_are_refused_with_a_sentence(crew, office, how_many):
    [case] = approved(crew)
    named = [case.case_no] * how_many
    assert office.get(ADDRESS, {"case": named}).status_code == (200 if named else 400)
    answer = office.post(ADDRESS, {**form([case]), "case": named})
    assert answer.status_code == 400
    assert ("at once" in answer.json()["detail"], "at least one" in answer.json()["detail"]) == (
        how_many > 0,
        not how_many,
    )
    assert now(case).status == "approved"


def test_of_more_the_first_that_are_ready_are_offered_and_how_many_are_left_is_said(crew, office, monkeypatch):
    """Of five chosen three are ready; two at once are handed over, and an address would not hold all the numbers."""
    monkeypatch.setattr(page, "AT_ONCE", 2)
    ready = approved(crew, 3)
    early = [make_case(by=crew.dispatcher, status="submitted") for _n in range(2)]
    named = [case.case_no for case in early + ready]
    answer = office.post(ADDRESS, {"look": " ".join(named)})
    in_order = [case.case_no for case in page.waiting(crew.dispatcher)]
    assert answer.status_code == 200
    assert re.findall(r'name="case" value="([^"]+)"', answer.content.decode()) == in_order[:2]
    assert "1 more that is ready stays selected" in words(answer)
    assert set(re.findall(r'data-skipped="([^"]+)"', answer.content.decode())) == set(named[:2])
    assert {case.status for case in Case.objects.filter(case_no__in=named[2:])} == {"approved"}
    assert "stays selected" not in words(opened(office, ready[:2]))


def test_each_is_handed_to_its_own_unit_and_person_and_the_version_is_given_back(crew, office):
    one, other = approved(crew, 2)
    told = form([one, other], text="请尽快办理")
    told |= {f"person-{one.case_no}": crew.second.username, f"unit-{other.case_no}": "quality_station"}
    answer = office.post(ADDRESS, told).json()
    assert answer == {
        "done": [{"case_no": case.case_no, "version": now(case).version} for case in (one, other)], "failed": []
    }  # fmt: skip
    assert (now(one).handling_unit.code, now(one).addressee) == (STATION, crew.second)
    assert (now(other).handling_unit.code, now(other).addressee) == ("quality_station", None)
    assert set(Case.objects.values_list("events__note", flat=True)) >= {"请尽快办理"}


def test_what_another_dispatcher_handed_over_meanwhile_is_told_and_the_others_are_done(crew, office):
    mine, theirs, wrong = approved(crew, 3)
    told = form([mine, theirs, wrong])
    told[f"person-{wrong.case_no}"] = crew.brigade.username
    actions.perform(theirs, "hand_over", by=crew.platform, given={"unit": "quality_station"})
    answer = office.post(ADDRESS, told).json()
    assert [one["case_no"] for one in answer["done"]] == [mine.case_no]
    why = {one["case_no"]: one["why"] for one in answer["failed"]}
    assert f"{crew.platform} at" in why[theirs.case_no]
    assert "→ 质监站" in why[theirs.case_no]
    assert f"{crew.brigade} is not of 安监站." in why[wrong.case_no]
    assert now(theirs).handling_unit.code == "quality_station"
    assert now(wrong).status == "approved"


def test_the_page_for_many_offers_the_person_too(crew, office):
    [case] = approved(crew)
    assert f'name="person-{case.case_no}"' in office.get("/hand-over/").content.decode()
    office.post("/hand-over/", {**form([case], person=crew.second.username), "verb": "hand_over"})
    assert now(case).addressee == crew.second


def test_more_cases_cost_no_more_queries(crew, office, django_assert_num_queries, django_assert_max_num_queries):
    cases = approved(crew)
    opened(office, cases)
    with django_assert_max_num_queries(20) as few:
        opened(office, cases)
    cases += approved(crew, 5)
    with django_assert_num_queries(len(few)):
        opened(office, cases)


def test_the_addressee_is_shown_on_page_list_and_card(crew, office):
    [case] = approved(crew)
    crew.second.display_name = "执法员二"
    crew.second.save()
    office.post(ADDRESS, form([case], person=crew.second.username))
    assert "安监站 · 执法员二" in words(office.get(case.get_absolute_url()))
    assert "执法员二" in words(office.get("/cases/rows/"))
    card = office.get(f"/api/v1/cases/{case.case_no}/").json()["properties"]
    assert card["addressee"] == {"username": crew.second.username, "name": "执法员二"}


# --- what the picker offers ---


def test_the_picker_names_every_area_and_every_cell_of_today(office, xingyang):
    html = office.get("/selection/places/").content.decode()
    of_areas = html.split("select-grid")[0]
    assert len(re.findall(r'<option value="[^"]', of_areas)) == 15
    assert len(re.findall(r'<option value="\d{15}"', html)) == 311
    assert html.index("索河街道一级网格 ·") < html.index("索河街道 001 号网格")
