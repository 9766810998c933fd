"""Pasted coordinates: how people write them, in which order, and what is none. Zones are checked against PROJ."""

import pytest
from pyproj import Transformer

from gis_core import crs, pasted

LON, LAT = 113.378, 34.787


@pytest.mark.parametrize(
    "text",
    ["113.378, 34.787", "34.787,113.378", "113.378 34.787", "113.378，34.787", "（113.378，34.787）", "34.787；113.378",
     "113.378°E 34.787°N", "N34.787 E113.378", "东经113.378 北纬34.787", "北纬 34.787°，东经 113.378°",
     "lon=113.378 lat=34.787", "lat: 34.787, lng: 113.378", "１１３．３７８，３４．７８７", "+113.378/+34.787", "  113.378\t34.787\n"],
)  # fmt: skip
def test_degrees_are_read_however_they_are_written_and_whichever_comes_first(text):
    found = pasted.read(text)
    assert (found.x, found.y, found.system, found.is_degrees) == (LON, LAT, "wgs84", True)


@pytest.mark.parametrize(
    "text",
    ["113°22'40.8\"E 34°47'13.2\"N", "34°47′13.2″N, 113°22′40.8″E", "东经113度22分40.8秒，北纬34度47分13.2秒",
     "113°22.68' 34°47.22'", "113° 22' 40.8'' 34° 47' 13.2''"],
)  # fmt: skip
def test_minutes_and_seconds_are_parts_of_sixty(text):
    """22′40.8″ = 0.378°, 47′13.2″ = 0.787°, by hand."""
    found = pasted.read(text)
    assert (found.x, found.y) == pytest.approx((LON, LAT), abs=1e-9)


@pytest.mark.parametrize(("code", "zone"), [(4547, None), (4526, 38)])
@pytest.mark.parametrize("northing_first", [False, True])
def test_metres_of_a_zone_are_found_with_and_without_its_number_in_either_order(code, zone, northing_first):
    easting, northing = Transformer.from_crs(4490, code, always_xy=True).transform(LON, LAT)
    assert (easting > 38_000_000) == (zone is not None)
    pair = (northing, easting) if northing_first else (easting, northing)
    found = pasted.read(f"{pair[0]:.3f}, {pair[1]:.3f}")
    assert (found.system, found.is_degrees) == (f"EPSG:{code}", False)
    assert crs.to_wgs84(found.x, found.y, crs.parse(found.system)) == pytest.approx((LON, LAT), abs=1e-7)


def test_another_meridian_is_another_zone():
    easting, northing = Transformer.from_crs(4490, 4546, always_xy=True).transform(111.2, LAT)
    assert pasted.read(f"{easting:.2f} {northing:.2f}", meridian=111).system == "EPSG:4546"


@pytest.mark.parametrize(
    "text",
    ["", "索河街道", "113.378", "113.378,", "113.378 34.787 5", "13.378, 4.787, ", "200, 34", "113.378, 113.378",
     "2026-11-28", "XY-2026-00001", "410182001001003", "113°61'0\"E 34°47'13\"N", "北纬113.378 东经34.787", "1e2, 34.7",
     "nan, nan", "inf 34", "999999999, 99999999", "٣٤, ١١٣", "113.378;DROP TABLE, 34.787", "0 0", "500000, 10"],
)  # fmt: skip
def test_what_is_no_place_in_china_is_no_pair(text):
    assert pasted.read(text) is None
