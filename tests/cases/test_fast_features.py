"""Cases as GeoJSON by one statement: held to the serializer's answer word for word, and to pyproj's distances."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pyproj import Geod
from rest_framework.renderers import JSONRenderer

from boundaries.lands import Lands
from boundaries.models import Unit
from cases import bulk, demonstration, fast_features
from cases.models import Case
from cases.permissions import Role, visible_cases
from cases.serializers import CaseSerializer, NearCaseSerializer
from cases.workflow import Status
from tests.factories import SUOHE, make_case, make_user

ELLIPSOID = Geod(ellps="WGS84")
HERE = Point(*SUOHE, srid=4326)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(xingyang):
    """300 made-up cases of all states, and a few at the edges of what a row may hold."""
    for rows in demonstration.rows(xingyang.region, xingyang, 300, seed=11):
        bulk.insert(xingyang.region, xingyang, rows)
    units = Unit.objects.filter(region=xingyang.region)
    make_case(lon=100, lat=30)  # outside: no area, no group, no unit
    make_case(violations=[], address="", description='"引号" <b>\\ \u2028', accuracy_m=None)
    make_case(is_joint=True, is_major=True, hold="suspended", handling_unit=units.last(), suspected_crs="gcj02")
    make_case(due_at=timezone.now() - timedelta(seconds=1)), make_case(due_at=None), make_case(accuracy_m=12.5)
    make_case(case_no="荥 2026/ 1?".replace("/", "-"), reported_at=timezone.now().replace(microsecond=0))
    return xingyang


def said_slowly(serializer, cases):
    data = serializer(cases, many=True, context={"lands": Lands()}).data
    return json.loads(JSONRenderer().render(data))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_says_what_the_serializer_says_in_its_order_and_language(city, language):
    for cases in (Case.objects.newest_first(), Case.objects.nearest_due_first()):
        with translation.override(language):
            slow = said_slowly(CaseSerializer, cases.select_related("lead_unit", "handling_unit"))["features"]
            assert fast_features.page(cases) == slow
            assert len(slow) > 300


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nearby_says_what_the_serializer_says(city, language):
    with translation.override(language):
        cases = Case.objects.open().select_related("lead_unit", "handling_unit").nearest(HERE, 20_000, 20)
        slow = said_slowly(NearCaseSerializer, cases)["features"]
        assert fast_features.near(make_user("dispatcher"), HERE, 20_000, 20) == slow
        assert len(slow) == 20


def test_the_two_addresses_answer_with_exactly_that(city, client):
    user = make_user("dispatcher")
    client.force_login(user)
    answer = client.get(reverse("api-cases"), {"status": "open", "page_size": 7, "page": 3}).json()
    slow = said_slowly(CaseSerializer, Case.objects.open().newest_first()[14:21])
    assert answer["features"] == slow["features"]
    assert answer["count"] == Case.objects.open().count()
    assert {"page=2", "page_size=7", "status=open"} <= set(answer["previous"].partition("?")[2].split("&"))
    near = client.get(reverse("api-nearby"), {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "radius": 5000}).json()
    assert near == said_slowly(NearCaseSerializer, Case.objects.open().nearest(HERE, 5000, 50))


def apart(case):
    return ELLIPSOID.inv(*SUOHE, case.geom.x, case.geom.y)[2]


@pytest.mark.parametrize(("radius", "most"), [(20_000, 300), (3000, 10), (800, 500), (1, 5)])
def test_nearby_is_in_the_order_of_true_distances_as_all_cases_measured_one_by_one(city, radius, most):
    by_hand = sorted((round(apart(case), 4), case.pk, case.case_no) for case in Case.objects.open())
    expected = [number for metres, _pk, number in by_hand if metres <= radius][:most]
    found = fast_features.near(make_user("dispatcher"), HERE, radius, most)
    assert [one["id"] for one in found] == expected


def test_a_case_that_the_sphere_takes_for_the_farther_one_still_comes_first(xingyang):
    """998.3 m north looks farther on a sphere than 998.8 m east, and is nearer."""
    north, east = make_case(lon=SUOHE[0], lat=SUOHE[1] + 0.0090), make_case(lon=SUOHE[0] + 0.010911, lat=SUOHE[1])
    found = fast_features.near(make_user("dispatcher"), HERE, 2000, 1)
    assert apart(north) < apart(east)
    assert [one["id"] for one in found] == [north.case_no]


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_nearby_keeps_to_what_the_person_may_see(city, role):
    unit = Unit.objects.filter(region=city.region).last()
    user = make_user(*filter(None, [role]), group_codes=["G1"], unit=unit)
    make_case(by=user), make_case(units_involved=[unit.pk])
    seen = set(visible_cases(user).open().values_list("case_no", flat=True))
    assert {one["id"] for one in fast_features.near(user, HERE, 3e6, 500)} == seen


def test_every_open_state_is_near_and_no_ended_one(xingyang):
    cases = {status: make_case(status=status) for status in Status}
    found = {one["id"] for one in fast_features.near(make_user("dispatcher"), HERE, 100, 500)}
    assert found == {cases[status].case_no for status in Status if cases[status].is_open}


def test_somebody_of_another_region_finds_nothing_near(city):
    assert fast_features.near(make_user("dispatcher", region_id=None), HERE, 50_000, 500) == []


def test_a_page_is_one_statement_and_nearby_too(city):
    user = make_user("dispatcher")
    for act in (lambda: fast_features.page(Case.objects.newest_first()[:50]), lambda: _near(user)):
        with CaptureQueriesContext(connection) as asked:
            act()
        words = [one["sql"].split()[0] for one in asked if "auth_group" not in one["sql"]]
        assert (
            len([word for word in words if word in ("SELECT", "EXECUTE")]) == 1
        )  # beside who asks, and what is prepared


def _near(user):
    return fast_features.near(user, HERE, 5000, 50)


def test_cases_that_are_no_plain_rows_are_refused(city):
    with pytest.raises(ValueError, match="plain"):
        fast_features.page(Case.objects.distinct())


def test_answers_are_laid_out_for_reading_where_the_client_asks_for_it(city, client):
    client.force_login(make_user("dispatcher"))
    compact, laid_out = (
        client.get(reverse("api-cases"), headers={"Accept": kind}).content.decode()
        for kind in ("application/json", "application/json; indent=4")
    )
    assert "\n" not in compact
    assert '\n    "features": [' in laid_out
    assert json.loads(compact) == json.loads(laid_out)
