"""How far and which way, as the phone works it out without a line: against PROJ's geodesics."""

import random

import pytest
from django.contrib.staticfiles import finders
from pyproj import Geod

pytestmark = pytest.mark.django_db  # no row is read, but the browser's fixture comes with a database

ELLIPSOID = Geod(ellps="WGS84")
CENTRE = (113.378, 34.787)  # 荥阳
FAR_M = 20_000
POSITIONS, CASES = 1_000, 60
NEARLY_M, NEARLY_DEG = 0.001, 1e-6
ASKED = """async ([from, places]) => {
  const { inverse } = await import("/static/gis_core/field/geodesic.mjs");
  return from.map((here) => places.map((place) => { const { metres, bearing } = inverse(here, place); return [metres, bearing]; }));
}"""


@pytest.fixture
def ask(chromium):
    """A page of this host with the module alone: no server is needed to count."""
    context = chromium.new_context()
    page = context.new_page()
    module = finders.find("gis_core/field/geodesic.mjs")
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.route("**/geodesic.mjs", lambda route: route.fulfill(path=module, content_type="text/javascript"))
    page.goto("http://127.0.0.1/")
    yield lambda here, places: page.evaluate(ASKED, [here, places])
    context.close()


def _somewhere(rng, centre=CENTRE, far=FAR_M):
    """A place up to `far` metres away, evenly over the ground."""
    lon, lat, _back = ELLIPSOID.fwd(*centre, rng.uniform(0, 360), far * rng.random() ** 0.5)
    return lon, lat


def _turned(one, other):
    """Degrees between two directions."""
    return abs((one - other + 180) % 360 - 180)


def test_the_order_from_a_thousand_random_positions_is_that_of_the_ellipsoid(ask):
    rng = random.Random(6)  # noqa: S311 - the same places every time
    cases = [_somewhere(rng) for _case in range(CASES)]
    positions = [_somewhere(rng) for _position in range(POSITIONS)]
    for here, found in zip(positions, ask(positions, cases), strict=True):
        azimuth, _back, metres = ELLIPSOID.inv(*zip(*[here] * CASES, strict=True), *zip(*cases, strict=True))
        nearest_first = sorted(range(CASES), key=metres.__getitem__)
        assert sorted(range(CASES), key=lambda case: found[case][0]) == nearest_first
        assert max(abs(ours - theirs) for (ours, _way), theirs in zip(found, metres, strict=True)) < NEARLY_M
        assert max(_turned(way, theirs) for (_m, way), theirs in zip(found, azimuth, strict=True)) < NEARLY_DEG


def test_two_cases_a_step_apart_are_told_apart_at_twenty_kilometres(ask):
    rng = random.Random(7)  # noqa: S311 - the same places every time
    for _time in range(50):
        here, way = _somewhere(rng), rng.uniform(0, 360)
        near = ELLIPSOID.fwd(*here, way, FAR_M)[:2]
        farther = ELLIPSOID.fwd(*here, way + 90, FAR_M + 0.5)[:2]
        [[(first, _), (second, _)]] = ask([here], [near, farther])
        assert second - first == pytest.approx(0.5, abs=NEARLY_M)


def test_one_stands_at_a_case_itself(ask):
    [[(metres, bearing)]] = ask([CENTRE], [CENTRE])
    assert (metres, bearing) == (0, 0)


@pytest.mark.parametrize(("way", "metres"), [(0, 0.5), (90, 1), (180, 30), (270, 50), (45, 20_000)])
def test_the_bearing_turns_clockwise_from_north(ask, way, metres):
    there = ELLIPSOID.fwd(*CENTRE, way, metres)[:2]
    [[(far, bearing)]] = ask([CENTRE], [there])
    assert far == pytest.approx(metres, abs=NEARLY_M)
    assert _turned(bearing, way) < 0.001
