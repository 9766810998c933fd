"""Nearest cases: true distances on the ellipsoid, in true order, however few are asked for."""

import pytest
from django.contrib.gis.geos import Point
from pyproj import Geod

from cases.models import Case
from tests.factories import SUOHE, make_case, make_user

ELLIPSOID = Geod(ellps="WGS84")
HERE = Point(*SUOHE, srid=4326)
# North and east of the same point: on a sphere the first looks farther, on the ellipsoid it is nearer.
NORTH, EAST = (SUOHE[0], SUOHE[1] + 0.0090), (SUOHE[0] + 0.010911, SUOHE[1])


def apart(place):
    return ELLIPSOID.inv(*SUOHE, *place)[2]


@pytest.fixture
def two_ways(xingyang):
    by = make_user("dispatcher")
    for lon, lat in (NORTH, EAST):
        make_case(lon=lon, lat=lat, by=by)


def test_distances_are_those_of_the_ellipsoid(two_ways):
    found = Case.objects.nearest(HERE, 2000, 10)
    assert [case.distance_m for case in found] == pytest.approx(sorted([apart(NORTH), apart(EAST)]), abs=0.001)


def test_the_order_is_the_ellipsoid_s_even_where_the_sphere_says_otherwise(two_ways):
    assert apart(NORTH) < apart(EAST)
    (nearest,) = Case.objects.nearest(HERE, 2000, 1)
    assert nearest.geom.coords == pytest.approx(NORTH)


def test_the_radius_itself_is_near_and_a_millimetre_less_is_not(two_ways):
    assert len(Case.objects.nearest(HERE, apart(NORTH) + 0.001, 10)) == 1
    assert len(Case.objects.nearest(HERE, apart(NORTH) - 0.001, 10)) == 0


def test_bearings_run_clockwise_from_north(two_ways):
    assert [case.bearing_deg for case in Case.objects.nearest(HERE, 2000, 10)] == pytest.approx([0, 90], abs=0.01)
