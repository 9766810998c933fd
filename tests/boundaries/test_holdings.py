"""What publishing computes of sizes, territories and holdings."""

import pyproj
import pytest
import shapely

from boundaries.models import Holding


def _shape(geometry):
    return shapely.from_wkb(bytes(geometry.wkb))


def test_an_areas_size_is_that_of_the_ellipsoid(xingyang):
    geod = pyproj.Geod(ellps="WGS84")
    for area in xingyang.areas.all():
        assert area.area_m2 == pytest.approx(abs(geod.geometry_area_perimeter(_shape(area.geom))[0]), rel=1e-6)


def test_a_groups_territory_is_the_union_of_its_areas(xingyang):
    for group in xingyang.groups.all():
        parts = shapely.union_all([_shape(area.geom) for area in group.areas.all()])
        assert _shape(group.territory).symmetric_difference(parts).area < 1e-12


def test_holdings_share_out_the_ground_without_overlap(xingyang):
    held = [_shape(holding.geom) for holding in Holding.objects.filter(edition=xingyang)]
    assert len(held) == 15
    assert sum(shape.area for shape in held) == pytest.approx(shapely.union_all(held).area, rel=1e-9)
