"""Patrols by the API: taken down once, read by who went and by who judges them."""

import json
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from rest_framework.test import APIClient

from boundaries.models import GridCell, Patrol
from tests.cases.patrol_scene import START, WAY, body
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("xingyang")
LIST = "/api/v1/patrols/"


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def walker(xingyang):
    return make_user("grid_member", display_name="王网格")


@pytest.fixture
def judge(xingyang):
    return make_user("grid_coordinator")


def send(user, told=None, **headers):
    told = json.dumps(body() if told is None else told)  # Python's own writes what is no number too
    return client_of(user).post(LIST, told, content_type="application/json", headers=headers)


def covering(lon, lat):
    """Codes of the cells that a place lies in, asked of GeoDjango and not of the visits."""
    return set(
        GridCell.objects.filter(level__gte=2, geom__covers=Point(lon, lat, srid=4326)).values_list("code", flat=True)
    )


def test_a_patrol_is_taken_down_and_says_what_it_visited(walker):
    answer = send(walker)
    told = answer.json()
    assert answer.status_code == 201
    expected = set().union(*(covering(*place) for place in WAY))
    assert {cell["code"] for cell in told["cells"] if cell["entered"]} >= expected != set()
    assert (told["officer"], told["result"], told["counts"], told["doubts"]) == ("王网格", "nothing_found", True, [])
    assert (told["points"], told["check_ins"], told["source"]) == (3, 1, "phone")
    assert Patrol.objects.get().started_at == START


def test_doubts_come_as_code_and_sentence(walker):
    far = body(points=[*body()["points"], [113.378, 40.0, START.timestamp() + 240, 8]])
    assert send(walker, far).json()["doubts"] == [
        {"code": "outside", "sentence": "有点位在辖区外 1 公里以上：这些点不采用。", "spoils": False}
    ]


@pytest.mark.parametrize("way", ["header", "field"])
def test_the_same_key_again_is_the_same_patrol(walker, way):
    key = str(uuid4())
    headers, told = ({"Idempotency-Key": key}, body()) if way == "header" else ({}, body(key=key))
    first, again = send(walker, told, **headers), send(walker, told, **headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Patrol.objects.count() == 1


def test_a_key_for_another_patrol_is_refused(walker):
    key = str(uuid4())
    send(walker, body(key=key))
    assert send(walker, body(key=key, note="别的")).status_code == 422
    assert send(make_user("grid_member"), body(key=key)).status_code == 422


def point(*row):
    return body(points=[list(row)])


@pytest.mark.parametrize(
    ("told", "field"),
    [(body(result="fine"), "result"),
     (body(started_at="gestern"), "started_at"),
     (body(started_at=START.timestamp() + 700), "ended_at"),
     (body(points=[], check_ins=[]), "points"),
     (body(points={"0": 1}), "points"),
     (point(113.378, 34.787), "points"),
     (point("113.378", 34.787, START.timestamp()), "points"),
     (point(113.378, 34.787, True), "points"),
     (point(113.378, 34.787, START.timestamp(), -1), "points"),
     (point(113.378, 34.787, START.timestamp(), 8, 9), "points"),
     (point(1e400, 34.787, START.timestamp()), "points"),
     (point(34.787, 113.378, START.timestamp()), "points"),
     (body(points=["abc"]), "points"),
     (body(check_ins=[{"lon": 113.378, "lat": 34.787}]), "check_ins"),
     (body(crs="mars"), "crs"),
     (body(key="1"), "key"),
     (body(distance_km=12), "distance_km"),
     (body(case_nos=["X" * 25]), "case_nos")],
)  # fmt: skip
def test_what_is_no_patrol_is_refused_with_its_field(walker, told, field):
    answer = send(walker, told)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert Patrol.objects.count() == 0


def test_a_key_that_is_none_or_two_is_refused(walker):
    assert "Idempotency-Key" in send(walker, **{"Idempotency-Key": "now"}).json()
    assert "key" in send(walker, body(key=str(uuid4())), **{"Idempotency-Key": str(uuid4())}).json()


def test_a_day_of_a_point_a_second_is_taken(walker):
    """86,000 points are more than what other bodies may have."""
    at = START.timestamp()
    points = [[113.378 + nth * 1e-8, 34.787, at + nth, 8] for nth in range(86_000)]
    answer = send(walker, body(points=points, check_ins=[], ended_at=at + 86_000))
    assert (answer.status_code, answer.json()["points"]) == (201, 86_000)


def ids(user, query=""):
    return [row["id"] for row in client_of(user).get(LIST + query).json()["results"]]


def test_one_sees_ones_own_and_the_coordinator_everybodys(walker, judge):
    other = make_user("inspector")
    mine, theirs = send(walker).json()["id"], send(other, body(points=[])).json()["id"]
    assert (ids(walker), ids(other)) == ([mine], [theirs])
    assert set(ids(judge)) == {mine, theirs}
    assert client_of(walker).get(f"{LIST}{theirs}/").status_code == 404
    assert client_of(make_user("dispatcher")).get(LIST).status_code == 403


def test_the_list_is_narrowed_by_cell_person_and_day(walker, judge):
    kept = send(walker).json()
    cell = next(one["code"] for one in kept["cells"] if one["entered"])
    seen = next((one["code"] for one in kept["cells"] if not one["entered"]), "000")
    assert ids(judge, f"?cell={cell}") == [kept["id"]]
    assert ids(judge, f"?cell={seen}") == []
    assert ids(judge, f"?officer={walker.username}") == [kept["id"]]
    assert ids(judge, f"?officer={judge.username}") == []
    assert ids(judge, "?from=2026-11-20&to=2026-11-20") == [kept["id"]]
    assert ids(judge, "?from=2026-11-21") == ids(judge, "?to=2026-11-19") == []


@pytest.mark.parametrize(("query", "field"), [("from=yesterday", "from"), ("who=x", "who"), ("page=0", "page")])
def test_a_query_that_is_none_is_refused_with_its_name(walker, query, field):
    answer = client_of(walker).get(f"{LIST}?{query}")
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_page_of_the_list_takes_as_many_queries_as_a_page_of_one(walker, django_assert_num_queries):
    client = client_of(walker)
    for nth in range(3):
        send(walker, body(note=str(nth), points=[]))
    with django_assert_num_queries(3):  # roles, patrols, their visits
        assert client.get(LIST).json()["count"] == 3


def test_one_patrol_is_a_feature_with_its_track_and_check_ins(walker):
    pk = send(walker).json()["id"]
    told = client_of(walker).get(f"{LIST}{pk}/").json()
    assert told["geometry"] == {"type": "MultiLineString", "coordinates": [[list(place) for place in WAY]]}
    [stop] = told["properties"]["stops"]
    assert (stop["lon"], stop["lat"], stop["note"], stop["accuracy_m"]) == (*WAY[0], "东门", 8)


def test_a_patrol_of_check_ins_has_no_geometry(walker):
    pk = send(walker, body(points=[])).json()["id"]
    assert client_of(walker).get(f"{LIST}{pk}/").json()["geometry"] is None


def test_the_coordinator_accepts_a_doubtful_patrol_once(walker, judge):
    send(walker)
    again = send(make_user("grid_member")).json()
    assert (again["counts"], [doubt["code"] for doubt in again["doubts"]]) == (False, ["same_track"])
    address = f"{LIST}{again['id']}/accept/"
    assert client_of(judge).post(address, {"why": " "}).json() == {"why": ["该字段不能为空。"]}
    assert client_of(judge).post(address, {"why": "两人同行"}).json()["counts"] is True
    assert client_of(judge).post(address, {"why": "两人同行"}).status_code == 409
