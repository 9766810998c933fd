"""What a phone carries: enough to work without a line, and nothing that its person may not see."""

import gzip
import json
from datetime import datetime, timedelta

import prcoords
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from shapely.geometry import shape

from boundaries.models import GridCell
from cases import actions, follow_up
from cases.field.rules import VERBS
from cases.models import Case
from cases.permissions import visible_cases
from tests.cases.field.phones import Phone
from tests.cases.journey import Crew
from tests.cases.standing import joint, order, stand
from tests.factories import SUOHE, make_case, make_user

URL = "/api/v1/field/pack/"


@pytest.fixture
def crew(xingyang):
    return Crew()


def carried(user, **query):
    answer = Phone(user).client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_it_says_what_the_phone_needs_of_each_case(crew):
    case = stand(crew, "ordered", is_major=True, address="索河路北侧")
    order(case, "disobeyed")
    called = joint(case, crew.first.unit, crew.brigade.unit, present=[crew.first.unit])
    (told,) = carried(crew.first)["cases"]
    assert (told["no"], told["version"], told["status"], told["is_major"]) == (case.case_no, 1, "ordered", True)
    assert (told["stop_order"]["state"], told["mine"], told["unit"]) == ("disobeyed", True, "safety_station")
    assert told["joint"]["id"] == called.pk
    assert {one["code"]: one["signed_in"] for one in told["joint"]["units"]} == {
        "safety_station": True, "urban_construction_brigade": False,
    }  # fmt: skip


def test_it_says_where_a_step_leads_and_nothing_of_those_that_leave_a_case_where_it_is(crew):
    told = carried(crew.first)
    assert told["leads"]["filed"] == {"inspect": "investigating"}
    assert told["leads"]["assigned"] == {"begin_check": "verifying"}
    assert "order_stop" not in told["leads"]["ordered"]
    assert told["statuses"]["investigating"] == "调查取证"


def test_each_person_is_offered_what_their_role_may_do_on_a_case_that_is_theirs_and_no_more(crew):
    """Beside what the case's own page offers them, state by state."""
    people = (crew.first, crew.dispatcher, crew.supervisor, make_user("grid_member"), make_user("group_convener"))
    for person in people:
        told = carried(person)["verbs"]
        for status in ("filed", "investigating", "ordered", "follow_up"):
            mine = [person.unit_id] if person.unit_id else []
            case = stand(crew, status, handling_unit=person.unit, is_joint=True, units_involved=mine)
            joint(case, *filter(None, {crew.first.unit, person.unit}))
            on_page = {str(step.verb) for step in actions.steps(case, person)}
            assert set(told.get(status, [])) == on_page & set(VERBS), (person.username, status)
    assert "order_stop" in carried(crew.first)["verbs"]["investigating"]


def test_each_violation_names_its_units_and_a_case_those_that_it_names_ones_own_for(crew):
    case = stand(crew, "investigating")
    case.found_violations.create(
        region_id=case.region_id, kind="construction_permit", act="x", basis="x", handling_unit=crew.first.unit
    )
    told = carried(crew.first)
    units = {one["value"]: [unit["name"] for unit in one["units"]] for one in told["words"]["violations"]}
    assert {kind: names for kind, names in units.items() if names} == {
        "quality_supervision": ["质监站", "质安科"], "safety_supervision": ["安监站", "质安科"], "tendering": ["招标办"],
    }  # fmt: skip
    assert len(units) == 7
    assert told["cases"][0]["named_ours"] == ["construction_permit"]


def test_the_maps_of_the_phones_are_handed_the_place_in_their_own_systems(crew):
    make_case(by=crew.dispatcher)
    (told,) = carried(crew.dispatcher)["cases"]
    wgs = (SUOHE[1], SUOHE[0])
    for name, converted in (("gcj02", prcoords.wgs_gcj(wgs)), ("bd09", prcoords.wgs_bd(wgs))):
        assert told[name] == pytest.approx([converted.lon, converted.lat], abs=1e-5)


def test_a_person_carries_the_open_cases_that_they_see_and_no_other(crew):
    seen, ended = make_case(by=crew.dispatcher), make_case(by=crew.dispatcher, status="void")
    foreign = make_user("inspector", unit=crew.quality.unit, group_codes=["G1"])
    assert [one["no"] for one in carried(crew.first)["cases"]] == [seen.case_no]
    assert carried(foreign)["cases"] == []
    assert ended.case_no not in json.dumps(carried(crew.dispatcher))
    assert carried(make_user("grid_member"))["cases"] == []


def test_ones_own_units_cases_come_first_and_then_the_nearest(crew):
    far, near = make_case(by=crew.dispatcher, lon=SUOHE[0] + 0.01), make_case(by=crew.dispatcher)
    mine = stand(crew, "filed", geom=make_case(by=crew.dispatcher, lon=SUOHE[0] + 0.02).geom)
    told = [one["no"] for one in carried(crew.first, lon=SUOHE[0], lat=SUOHE[1])["cases"]]
    assert told[0] == mine.case_no
    assert told.index(near.case_no) < told.index(far.case_no)


def test_the_areas_say_who_answers_as_the_server_does(crew, xingyang):
    areas = carried(crew.first)["areas"]
    assert {one["code"] for one in areas} == set(xingyang.areas.values_list("code", flat=True))
    (home,) = [one for one in areas if shape(one["geometry"]).covers(shapely.Point(SUOHE))]
    case = make_case(by=crew.dispatcher)
    assert (home["code"], home["group"]["code"]) == (case.area_code, case.group_code)
    assert home["lead_units"][0]["code"] == case.lead_unit.code


def test_a_supervision_officer_carries_what_the_desk_lists_the_next_visit_first_and_nobody_else_does(crew):
    """Closed 1, 40 and 35 days ago, a visit every 30 days: two are overdue, the plan that ends first is not due yet."""
    stand(crew, "filed")
    today = timezone.localdate()
    made = {}
    for name, status, closed, until in (
        ("ends first", "follow_up", 1, 60), ("forgotten", "closed", 40, 90), ("late", "follow_up", 35, 80)
    ):  # fmt: skip
        made[name] = stand(crew, status, dossier={"follow_up_until": today + timedelta(days=until)})
        at = timezone.now() - timedelta(days=closed)
        made[name].events.create(region_id=made[name].region_id, verb="close", status="closed", at=at)
    stand(crew, "closed")  # without a plan
    stand(crew, "archived")
    told = carried(crew.supervisor)["cases"]
    wanted = [made[name].case_no for name in ("forgotten", "late", "ends first")]
    assert [(one["no"], one["mine"]) for one in told[:3]] == [(number, True) for number in wanted]
    assert [plan.case.case_no for plan in follow_up.plans(visible_cases(crew.supervisor), today)] == wanted
    assert timezone.localdate(datetime.fromisoformat(told[0]["due_at"])) == today - timedelta(days=10)
    assert {one["status"] for one in told[3:]} == {"filed"}
    assert {one["status"] for one in carried(crew.first)["cases"]} == {"filed"}
    assert carried(crew.supervisor)["leads"]["closed"] == {"begin_follow_up": "follow_up"}


def test_of_chosen_areas_it_carries_their_cells_and_cases_and_those_of_ones_own_unit(crew, xingyang):
    other = GridCell.objects.of_level(3).exclude(area_code="410182001").first().area_code
    make_case(by=crew.dispatcher)
    mine = stand(crew, "filed")
    told = carried(crew.first, areas=other)
    assert [one["no"] for one in told["cases"]] == [mine.case_no]
    assert {cell["area_code"] for cell in told["cells"]} == {other}


def test_who_may_be_the_second_officer_holds_a_certificate_and_is_not_oneself(crew):
    told = {one["username"] for one in carried(crew.first)["colleagues"]}
    assert told == {crew.second.username, crew.brigade.username, crew.quality.username}


def test_the_verbs_of_a_state_are_those_of_the_table(crew):
    told = carried(crew.first)["verbs"]
    assert set(told["investigating"]) == {
        "arrive", "inspect", "sign_in", "contribute", "order_stop", "order_rectify", "recheck_passed", "recheck_failed",
        "record_violence", "remark",
    }  # fmt: skip
    assert "follow_up_visit" in carried(crew.supervisor)["verbs"]["follow_up"]
    assert "order_stop" not in told["filed"]


def test_a_hundred_cases_cost_no_more_queries_than_ten_and_travel_small(crew):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = Phone(crew.first).client.get(URL, headers={"Accept-Encoding": "gzip"})
        return len(asked), len(answer.content), answer

    for _number in range(3):
        stand(crew, "filed")
    cost()  # what is read once a process
    few, _bytes, _answer = cost()
    first = Case.objects.values().first()
    stored = {field.attname for field in Case._meta.concrete_fields if not field.generated} - {"id"}
    told = {name: value for name, value in first.items() if name in stored}
    Case.objects.bulk_create(Case(**{**told, "case_no": f"XY-2026-{number}"}) for number in range(90000, 90097))
    many, size, answer = cost()
    assert many == few
    assert len(json.loads(gzip.decompress(answer.content))["cases"]) == 100
    assert size < 40_000


def test_the_orders_of_a_case_are_carried_as_they_would_say_now(crew):
    case = stand(crew, "investigating", address="索河路北侧")
    told = Phone(crew.first).client.get(f"/api/v1/field/cases/{case.case_no}/").json()
    text = "".join(told["papers"]["stop_order"])
    assert "责令停止违法行为通知书" in text
    assert "索河路北侧" in text
    assert "〔要求〕" in text


@pytest.mark.parametrize(("query", "name"), [({"lon": "x"}, "lon"), ({"lat": "91"}, "lat"), ({"area": "1"}, "area")])
def test_a_query_that_cannot_be_is_refused_by_its_name(crew, query, name):
    answer = Phone(crew.first).client.get(URL, query)
    assert (answer.status_code, list(answer.json())) == (400, [name])


def test_the_servers_time_comes_with_it(crew):
    told = timezone.datetime.fromisoformat(carried(crew.first)["at"])
    assert abs(timezone.now() - told) < timezone.timedelta(seconds=30)
