"""A case on its page and in the map's drawer."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import AssignmentOverride, Case
from gis_core import crs
from tests.factories import SUOHE, make_case, make_user
from tests.pages import english, words

PHONE = {"name": "来电人", "phone": "138 0000 0000"}


@pytest.fixture
def dispatcher(xingyang):
    return make_user("dispatcher", display_name="调度员一")


@pytest.fixture
def page(client, dispatcher):
    client.force_login(dispatcher)
    return english(client)


def show(client, case, **headers):
    return client.get(case.get_absolute_url(), headers=headers)


def decide(client, case, **changes):
    told = {"answers": "G1:410182200", "reason": "现场在河东", "version": case.version, **changes}
    return client.post(reverse("case-override", args=[case.case_no]), told)


def test_the_page_says_what_where_who_answers_and_why(page):
    lon, lat = crs.from_wgs84(*SUOHE, crs.parse("gcj02"))
    case = make_case(
        lon=lon,
        lat=lat,
        crs="gcj02",
        accuracy_m=12,
        violations=["tendering", "planning_permit"],
        address="演武路 8 号",
        description="三层\n在建",
        due_at=timezone.now() + timedelta(days=5, hours=1),
    )
    said = words(show(page, case))
    for part in (
        case.case_no,
        "clue reported",
        "working days left",
        "演武路 8 号",
        "第三协作组 · 索河街道",
        "Primary lead unit: 安监站",
        case.reason,
        "Schematic boundaries",
        "荥建〔2015〕21号",
        "no tendering formalities",
        "no planning permit",
        "113.378000, 34.787000",
        f"{lon:.10g}, {lat:.10g} GCJ-02",
        "±12 m",
        "No evidence yet.",
    ):
        assert part in said


def test_the_drawer_of_the_map_gets_the_card_alone(page):
    case = make_case()
    answer = show(page, case, HX_Request="true")
    assert "<html" not in answer.content.decode()
    assert answer.content.decode().lstrip().startswith("<article")
    assert case.case_no in words(answer)
    assert "HX-Request" in answer["Vary"]


def test_a_missing_case_and_one_of_others_are_answered_alike(client, xingyang):
    foreign = make_case()
    client.force_login(make_user("inspector", group_codes=["G1"]))
    answers = [show(english(client), foreign), client.get("/cases/XY-2026-99999/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert words(answers[0]) == words(answers[1])


def test_a_case_of_ones_own_group_is_seen(client, xingyang):
    case = make_case()
    client.force_login(make_user("inspector", group_codes=["G3"]))
    assert show(client, case).status_code == 200


def test_that_somebody_reported_is_read_masked_by_the_office_and_by_whoever_took_it_down(client, xingyang):
    reporter = make_user("grid_member")
    case = make_case(by=reporter, reporter=PHONE)
    for user, sees in (
        (make_user("dispatcher"), True),
        (reporter, True),
        (make_user("inspector", group_codes=["G3"]), False),
        (make_user("leader"), False),
    ):
        client.force_login(user)
        said = words(show(client, case))
        assert ("138****0000" in said, "来某某" in said) == (sees, sees)
        assert PHONE["phone"] not in said
        assert PHONE["name"] not in said


def test_low_confidence_names_its_candidates(page):
    case = make_case(accuracy_m=5000)
    said = words(show(page, case))
    assert "to be confirmed" in said
    assert "索河街道" in said.split("Candidates:")[1].split("Reassign")[0]
    assert "城关乡" in said.split("Candidates:")[1].split("Reassign")[0]


def test_a_point_outside_is_said_with_the_neighbours_name(page):
    said = words(show(page, make_case(lon=113.2773, lat=34.7808)))
    assert "outside the region: 上街区" in said
    assert "Primary lead unit" not in said


def test_a_text_that_names_another_place_is_a_doubt_with_the_system_that_would_agree(page):
    said = words(show(page, make_case(named_area_code="410182200", suspected_crs="gcj02")))
    assert "The text names 城关乡, and the point does not lie there. Read as GCJ-02" in said


def test_the_trail_tells_each_act_with_its_person(page, dispatcher):
    case = make_case(by=dispatcher)
    decide(page, case)
    trail = words(show(page, case)).split("What happened")[-1]
    assert re.search(r"Reported · 调度员一 .* Reassigned by hand · 调度员一 现场在河东", trail)


def test_a_decision_against_the_answer_is_kept_beside_it(page, dispatcher):
    case = make_case()
    assert decide(page, case).url == case.get_absolute_url()
    case.refresh_from_db()
    assert (case.group_code, case.area_code, case.lead_unit.name) == ("G1", "410182200", "质监站")
    assert (case.auto_group_code, case.auto_area_code) == ("G3", "410182001")
    said = words(show(page, case))
    assert "第一协作组 · 城关乡 decided by hand" in said
    assert f"Automatic answer: {case.reason}" in said
    assert "现场在河东 调度员一" in said


def test_a_group_alone_may_be_decided_for(page):
    case = make_case()
    decide(page, case, answers="G2:")
    case.refresh_from_db()
    assert (case.group_code, case.area_code) == ("G2", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"answers": ""}, "answers"),
        ({"answers": "G9:"}, "answers"),
        ({"answers": "G1:410182001"}, "answers"),
        ({"version": "0"}, "version"),
        ({"version": ""}, "version"),
    ],
)
def test_a_decision_needs_a_reason_a_real_answer_and_the_case_as_it_was_read(page, changes, field):
    case = make_case()
    answer = decide(page, case, **changes)
    assert answer.status_code == 400
    assert list(answer.context["override_form"].errors) == [field]
    assert '<details class="override" open>' in answer.content.decode()
    assert AssignmentOverride.objects.count() == 0
    assert Case.objects.get().group_code == "G3"


def test_only_who_may_decide_is_offered_to_and_may(client, xingyang):
    case = make_case()
    client.force_login(make_user("inspector", group_codes=["G3"]))
    assert "Reassign" not in words(show(english(client), case))
    assert decide(client, case).status_code == 403
    assert AssignmentOverride.objects.count() == 0


def test_what_citizens_wrote_is_shown_as_text(page):
    case = make_case(
        address="<script>alert(1)</script>",
        description="<img src=x onerror=alert(1)>",
        reporter={"name": "<b>x"},
    )
    html = show(page, case).content.decode()
    for markup in ("<script>alert", "<img src=x", "<b>x"):
        assert markup not in html


def test_visitors_are_sent_to_the_sign_in_page(client, xingyang):
    assert show(client, make_case()).status_code == 302
