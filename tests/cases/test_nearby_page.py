"""The list of open cases round a place, for somebody on a phone."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pyproj import Geod

from gis_core import crs
from tests.factories import SUOHE, make_case, make_user
from tests.pages import english, words

ELLIPSOID = Geod(ellps="WGS84")


@pytest.fixture
def page(client, xingyang):
    client.force_login(make_user("dispatcher"))
    return english(client)


def at(bearing, metres):
    """A place so many metres from SUOHE in a direction, by pyproj."""
    lon, lat, _back = ELLIPSOID.fwd(*SUOHE, bearing, metres)
    return {"lon": lon, "lat": lat}


def look(page, **query):
    return page.get(reverse("nearby"), {"lon": SUOHE[0], "lat": SUOHE[1], **query})


def listed(answer):
    return [case.case_no for case in answer.context["cases"]]


def test_without_a_place_the_page_says_why_it_asks_and_offers_other_ways(page):
    answer = page.get(reverse("nearby"))
    said = words(answer)
    assert "Your position is needed to sort open cases by distance." in said
    assert "By coordinates" in said
    assert "By area" in said
    assert len(answer.context["areas"]) == 15
    assert "cases" not in answer.context


def test_cases_are_listed_nearest_first_with_distance_and_direction(page):
    far = make_case(**at(180, 150), address="万山路")
    near = make_case(**at(45, 68), address="演武路")
    answer = look(page)
    assert listed(answer) == [near.case_no, far.case_no]
    said = words(answer)
    assert re.search(r"演武路 .*? ↗ north-east 68 m", said)
    assert re.search(r"万山路 .*? ↓ south 150 m", said)


@pytest.mark.parametrize(("radius", "found"), [(500, 1), (1000, 2), (3000, 3), (5000, 4)])
def test_the_radius_decides_what_is_listed(page, radius, found):
    for metres in (499, 999, 2999, 4999, 5001):
        make_case(**at(90, metres))
    assert len(listed(look(page, radius=radius))) == found


def test_a_kilometre_is_looked_round_when_nothing_else_is_asked(page):
    make_case(**at(0, 999))
    make_case(**at(0, 1001))
    assert len(listed(look(page))) == 1


def test_ended_cases_are_not_listed(page):
    make_case(status="closed")
    assert listed(look(page)) == []


def test_the_deadline_is_said_and_coloured(page):
    now = timezone.now()
    make_case(due_at=now - timedelta(days=1, minutes=1))
    html = look(page).content.decode()
    assert '<span class="due over">1 d overdue</span>' in html
    assert 'data-stage="overdue"' in html


@pytest.mark.parametrize("name", ["gcj02", "bd09", "cgcs2000"])
def test_a_place_in_another_system_is_converted_once(page, name):
    case = make_case()
    lon, lat = crs.from_wgs84(*SUOHE, crs.parse(name))
    answer = look(page, lon=lon, lat=lat, crs=name)
    assert answer.context["cases"][0].distance_m == pytest.approx(0, abs=0.1)
    assert listed(answer) == [case.case_no]
    assert f"lon={SUOHE[0]:.6f}&amp;lat={SUOHE[1]:.6f}&amp;radius=3000" in answer.content.decode()


def test_the_page_says_where_one_stands_and_how_surely(page):
    assert "Position ±8 m · 索河街道（第三协作组）" in words(look(page, accuracy=8))
    assert "near a border, to be confirmed" in words(look(page, accuracy=5000))


def test_an_area_chosen_by_name_is_looked_at_from_its_middle(page, xingyang):
    middle = xingyang.areas.get(code="410182X01").geom.point_on_surface
    case = make_case(lon=middle.x, lat=middle.y)
    answer = page.get(reverse("nearby"), {"area": "410182X01"})
    assert listed(answer) == [case.case_no]
    assert "From the middle of 环翠峪" in words(answer)
    assert "area=410182X01&amp;radius=500" in answer.content.decode()


def test_an_empty_list_says_how_far_was_looked_and_offers_the_next_radius(page):
    answer = look(page, radius=1000)
    assert "No open case within 1 km" in words(answer)
    assert "Look within 3 km" in words(answer)
    assert "Look within" not in words(look(page, radius=5000))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"lat": ""}, "The other half of the coordinates is missing."),
        ({"lon": "34.787", "lat": "113.378"}, "swapped"),
        ({"lon": "nan"}, "Enter a number."),
        ({"crs": "mars"}, "Select a valid choice."),
        ({"radius": "7"}, "Select a valid choice."),
        ({"radius": "abc"}, "Select a valid choice."),
        ({"accuracy": "-1"}, "greater than or equal to 0"),
        ({"area": "nowhere"}, "Select a valid choice."),
        ({"lon": "", "lat": "", "coordinates": "here"}, "Two numbers, longitude first"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence_and_the_form(page, query, sentence):
    answer = look(page, **query)
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert "By coordinates" in words(answer)


def test_an_inspector_sees_the_cases_of_their_groups_alone(client, xingyang):
    theirs = make_case()
    make_case(group_code="G1")
    client.force_login(make_user("inspector", group_codes=["G3"]))
    answer = look(english(client))
    assert listed(answer) == [theirs.case_no]
    assert "1 open case within 1 km" in words(answer)


def test_who_may_report_is_offered_to_report_from_here(client, xingyang):
    client.force_login(make_user("inspector"))
    here = f"{reverse('case-new')}?lon={SUOHE[0]:.6f}&amp;lat={SUOHE[1]:.6f}&amp;crs=wgs84&amp;accuracy_m=8"
    assert here in look(client, accuracy=8).content.decode()
    client.force_login(make_user("assessor"))
    assert reverse("case-new") + "?lon" not in look(client).content.decode()


def test_the_nearest_fifty_are_listed_the_rest_counted_and_the_page_stays_small(page):
    by = make_user("dispatcher")
    for metres in range(1, 53):
        make_case(by=by, **at(90, metres * 10), address="荥阳市演武路与商隐路交叉口向东约一百米路南侧厂房")
    answer = look(page)
    assert len(listed(answer)) == 50
    assert "52 open cases within 1 km, the nearest 50 shown" in words(answer)
    assert len(answer.content) < 60_000


def test_a_longer_list_costs_no_more_queries(page):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            look(page)
        return len(queries)

    make_case()
    short = cost()
    for metres in range(5):
        make_case(**at(10, 20 * metres))
    assert cost() == short


def test_visitors_are_sent_to_the_sign_in_page(client, xingyang):
    answer = look(client)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))
