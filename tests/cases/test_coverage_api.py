"""Coverage for programs: the page's figures and rows, and one cell in full."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from boundaries.models import GridCell
from cases import coverage
from tests.factories import SUOHE, make_case, make_patrol, make_user

URL = "/api/v1/coverage/"


@pytest.fixture
def client(xingyang):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_user("grid_coordinator"))
    return client


def at_suohe():
    return GridCell.objects.get(level=3, geom__covers=f"SRID=4326;POINT({SUOHE[0]} {SUOHE[1]})")


def test_figures_and_rows_are_those_of_coverage(client, xingyang):
    make_patrol()
    found = coverage.of(xingyang.region_id)
    told = client.get(URL, {"page_size": 1000}).json()
    assert told["figures"]["gap_m2"] == pytest.approx(found.figures.gap_m2)
    assert told["figures"]["stale"] == found.figures.stale == 295
    assert [row["code"] for row in told["rows"]] == [one.code for one in found.by_risk]
    assert [row["reasons"] for row in told["rows"][:3]] != [[]] * 3
    assert (told["count"], told["pages"]) == (len(found.by_risk), 1)


def test_a_cell_says_when_it_was_visited_and_how_long_ago(client):
    patrol = make_patrol(ended_at=timezone.now() - timedelta(days=2))
    (row,) = client.get(URL, {"q": at_suohe().code}).json()["rows"]
    assert row["last_visit_at"][:16] == timezone.localtime(patrol.ended_at).isoformat()[:16]
    assert row["days"] == pytest.approx(2, abs=0.001)
    assert (row["status"], row["patrol_days"], row["due_soon"], row["is_gap"]) == ("ok", 7, False, False)


def test_a_status_is_asked_for_whatever_is_worse_beside_it(client):
    told = client.get(URL, {"status": "stale", "page_size": 1000}).json()
    assert told["count"] == told["figures"]["stale"]
    assert {row["status"] for row in told["rows"]} == {"unstaffed", "stale"}


def test_a_gap_has_no_watch_of_its_own(client):
    row = client.get(URL, {"status": "gap"}).json()["rows"][0]
    assert (row["is_gap"], row["holders"], row["days"], row["silent"]) == (True, [], None, None)
    assert row["risk"] == (1 + row["open_cases"]) * 365
    full = client.get(f"{URL}cells/{row['code']}/").json()
    assert (full["posts"], full["strip"], full["last_visit"]) == ([], [], None)


def test_a_cell_in_full_has_people_patrol_and_thirty_days(client):
    patrol = make_patrol(officer_name="某巡查员")
    make_case()
    told = client.get(f"{URL}cells/{at_suohe().code}/").json()
    assert {post["role"] for post in told["posts"]} <= {"grid_worker", "grid_leader", "embedded_grid_staff"}
    assert (told["last_visit"]["patrol"], told["last_visit"]["evidence"]) == (patrol.pk, "check_in")
    assert told["last_visit"]["officer"] == "某巡查员"
    assert len(told["strip"]) == 30
    assert (sum(day["patrols"] for day in told["strip"]), sum(day["reports"] for day in told["strip"])) == (1, 1)


def test_a_day_gone_by_is_answered_as_it_was(client):
    make_patrol()
    before = timezone.localdate() - timedelta(days=2)
    (row,) = client.get(URL, {"q": at_suohe().code, "at": before}).json()["rows"]
    assert (row["status"], row["days"]) == ("stale", None)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"at": "2999-01-01"}, 400, "at"),
        ({"at": "yesterday"}, 400, "at"),
        ({"status": "bad"}, 400, "status"),
        ({"page": 0}, 400, "page"),
        ({"page": 99}, 404, "detail"),
        ({"sort": "name"}, 400, "sort"),
        ({"at": "2000-01-01"}, 409, "detail"),
    ],
)
def test_what_cannot_be_answered_is_said_by_its_field(client, query, status, field):
    answer = client.get(URL, query)
    assert (answer.status_code, list(answer.json())) == (status, [field])


def test_foreign_cells_are_told_to_nobody_of_another_group(xingyang):
    client = Client()
    client.force_login(make_user("lead_unit", group_codes=["G1"]))
    theirs = set(xingyang.areas.filter(group__code="G1").values_list("code", flat=True))
    told = client.get(URL, {"page_size": 1000}).json()
    assert {row["area_code"] for row in told["rows"]} == theirs
    assert told["figures"]["cells"] == sum(not row["is_gap"] for row in told["rows"])
    assert client.get(URL, {"area": "410182001"}).json()["count"] == 0
    assert client.get(f"{URL}cells/{at_suohe().code}/").status_code == 404


def test_whose_patrol_it_was_is_told_only_to_whoever_looks_at_everybodys(xingyang):
    make_patrol()
    client = Client()
    client.force_login(make_user("leader"))
    assert client.get(f"{URL}cells/{at_suohe().code}/").json()["last_visit"]["officer"] is None
