"""Coordinate systems, held against three independent sources: the vectors, prcoords and pyproj."""

import csv
import threading
from math import inf, nan
from pathlib import Path

import numpy as np
import prcoords
import pyproj
import pytest
import shapely
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gis_core import crs

VECTORS = Path(__file__).parents[2] / "fixtures" / "coordinate_vectors.csv"
GEOD = pyproj.Geod(ellps="WGS84")
CITY_SEAT = (113.383, 34.787)
lon_in_china = st.floats(74, 135)
lat_in_china = st.floats(4, 53)


def metres_between(here, there):
    return GEOD.inv(*here, *there)[2]


def vectors():
    with VECTORS.open(newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            pairs = {
                system: (float(row[f"lon_{system}"]), float(row[f"lat_{system}"]))
                for system in ("wgs84", "gcj02", "bd09")
            }
            yield pytest.param(pairs, id=row["place"])


@pytest.mark.parametrize("pairs", list(vectors()))
@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_the_vectors_hold_to_a_tenth_of_a_metre_both_ways(pairs, system):
    declared = crs.parse(system)
    assert metres_between(crs.to_wgs84(*pairs[system], declared), pairs["wgs84"]) < 0.1
    assert metres_between(crs.from_wgs84(*pairs["wgs84"], declared), pairs[system]) < 0.1


def test_gcj02_lies_600_metres_and_bd09_1330_metres_from_the_truth_at_the_city_seat():
    assert metres_between(crs.from_wgs84(*CITY_SEAT, crs.parse("gcj02")), CITY_SEAT) == pytest.approx(604, abs=1)
    assert metres_between(crs.from_wgs84(*CITY_SEAT, crs.parse("bd09")), CITY_SEAT) == pytest.approx(1330, abs=2)


@given(lon=lon_in_china, lat=lat_in_china)
def test_the_forward_formulas_agree_with_prcoords_everywhere_in_china(lon, lat):
    gcj = prcoords.wgs_gcj(prcoords.Coords(lat, lon), check_china=False)
    bd = prcoords.gcj_bd(gcj)
    assert crs.from_wgs84(lon, lat, crs.parse("gcj02")) == pytest.approx((gcj.lon, gcj.lat), abs=1e-8)
    assert crs.from_wgs84(lon, lat, crs.parse("bd09")) == pytest.approx((bd.lon, bd.lat), abs=1e-8)


@pytest.mark.parametrize("system", ["wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4547", "EPSG:4526", "EPSG:3857"])
@given(lon=lon_in_china, lat=lat_in_china)
def test_there_and_back_again_is_within_a_billionth_of_a_degree(system, lon, lat):
    declared = crs.parse(system)
    if system.startswith("EPSG:45"):
        lon = 109 + (lon - 74) / 6.1  # a 3-degree zone is exact near its meridian only
    there = crs.from_wgs84(lon, lat, declared)
    assert crs.to_wgs84(*there, declared) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize("code", [4547, 4526, 3857, 32649, 4490])
def test_epsg_codes_agree_with_pyproj_and_take_easting_first(code):
    theirs = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(*CITY_SEAT)
    declared = crs.parse(f"EPSG:{code}")
    assert crs.from_wgs84(*CITY_SEAT, declared) == pytest.approx(theirs, abs=1e-3)
    assert crs.to_wgs84(*theirs, declared) == pytest.approx(CITY_SEAT, abs=1e-8)


def test_cgcs2000_is_taken_as_wgs84_to_the_last_digit():
    assert crs.to_wgs84(*CITY_SEAT, crs.parse("cgcs2000")) == CITY_SEAT


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "EPSG:4547"])
def test_arrays_give_exactly_what_single_pairs_give(system):
    declared = crs.parse(system)
    lons, lats = crs.from_wgs84(np.array([113.2, 113.383]), np.array([34.85, 34.787]), declared)
    assert [lons[1], lats[1]] == list(crs.from_wgs84(*CITY_SEAT, declared))
    back = crs.to_wgs84(lons, lats, declared)
    assert np.allclose(back, [[113.2, 113.383], [34.85, 34.787]], atol=1e-9)


def test_a_single_pair_comes_back_as_plain_floats():
    assert [type(value) for value in crs.to_wgs84(113, 34, crs.parse("bd09"))] == [float, float]


def test_outside_the_formulas_rectangle_gcj02_is_not_shifted():
    tokyo = (139.69, 35.69)
    assert crs.from_wgs84(*tokyo, crs.parse("gcj02")) == tokyo
    assert crs.to_wgs84(*tokyo, crs.parse("gcj02")) == tokyo


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "EPSG:4547"])
def test_a_pair_without_answer_comes_out_as_not_a_number_and_spoils_no_other(system):
    declared = crs.parse(system)
    good = crs.from_wgs84(*CITY_SEAT, declared)
    lons, lats = crs.to_wgs84([good[0], nan, inf], [good[1], 34.0, inf], declared)
    assert (lons[0], lats[0]) == pytest.approx(CITY_SEAT, abs=1e-9)
    for field in (1, 2):
        with pytest.raises(crs.BadCoordinate):
            crs.check_lon_lat(lons[field], lats[field])


def test_the_arrays_of_the_caller_are_left_as_they_were():
    lons, lats = np.array([443529.0]), np.array([3851136.0])
    crs.to_wgs84(lons, lats, crs.parse("EPSG:4547"))
    assert (lons[0], lats[0]) == (443529.0, 3851136.0)


def test_an_area_keeps_its_shape_and_its_hole():
    """A square of 0.01° with a square hole, given in GCJ-02."""
    area = shapely.box(113.38, 34.78, 113.39, 34.79) - shapely.box(113.384, 34.784, 113.386, 34.786)
    shifted = shapely.transform(area, lambda points: np.column_stack(crs.from_wgs84(*points.T, crs.parse("gcj02"))))
    back = crs.geometry_to_wgs84(shifted, crs.parse("gcj02"))
    assert shapely.equals_exact(back, area, tolerance=1e-9)
    assert not shapely.equals_exact(shifted, area, tolerance=1e-3)


def test_threads_do_not_share_a_transformation():
    """PROJ's objects are not safe to share: eight threads at once get the single thread's answers."""
    declared = crs.parse("EPSG:4547")
    easting = np.linspace(400_000, 500_000, 2_000)
    expected = crs.to_wgs84(easting, np.full(2_000, 3_851_136.0), declared)
    answers = []

    def convert():
        answers.append(crs.to_wgs84(easting, np.full(2_000, 3_851_136.0), declared))

    threads = [threading.Thread(target=convert) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(np.array_equal(answer, expected) for answer in answers)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("wgs84", "wgs84"), ("WGS84", "wgs84"), ("Gcj02", "gcj02"), ("GCJ-02", "gcj02"), (" bd09 ", "bd09"),
        ("CGCS2000", "cgcs2000"), ("EPSG:4547", "EPSG:4547"), ("epsg:4547", "EPSG:4547"),
        ("EPSG:4326", "wgs84"), ("EPSG:4490", "cgcs2000"),
    ],
)  # fmt: skip
def test_one_system_has_one_name_however_it_is_written(text, name):
    assert crs.parse(text).name == name
    assert crs.parse(crs.parse(text).name) == crs.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", None, "unknown", "mars", "4547", "EPSG:", "EPSG:0", "EPSG:-1", "EPSG:99999", "EPSG:12345678",
     "EPSG:\uff14\uff15\uff14\uff17", "EPSG:4978", "EPSG:5773", "/vsicurl/x", "+proj=longlat", "gcj02;drop"],
)  # fmt: skip
def test_what_names_no_system_of_places_is_refused_with_a_sentence(text, caplog):
    with pytest.raises(crs.UnknownCrs) as refused:
        crs.parse(text)
    assert len(str(refused.value)) > 15  # a sentence, in Chinese too
    assert not caplog.records


@pytest.mark.parametrize("code", [2362, 4610, 2414, 4214, 4555])
def test_old_chinese_datums_are_refused_because_proj_would_only_guess(code):
    declared = pyproj.CRS(code)
    assert (
        "Ballpark"
        in pyproj.transformer.TransformerGroup(
            declared.geodetic_crs, 4326, area_of_interest=pyproj.aoi.AreaOfInterest(113, 34, 114, 35)
        )
        .transformers[0]
        .description
    )
    with pytest.raises(crs.UnknownCrs, match=f"EPSG:{code}"):
        crs.parse(f"EPSG:{code}")


def test_only_the_two_systems_of_map_providers_are_offsets():
    assert {name for name, _label in crs.NAMED if crs.parse(name).is_offset} == {"gcj02", "bd09"}
    assert [name for name, _label in crs.NAMED] == ["wgs84", "cgcs2000", "gcj02", "bd09"]


@pytest.mark.parametrize(
    ("lon", "lat", "field"),
    [
        (nan, 34.7, "lon"), (113.3, nan, "lat"), (inf, 34.7, "lon"), (113.3, -inf, "lat"),
        (34.787, 113.383, "lon"), (72.9, 34.7, "lon"), (136.1, 34.7, "lon"), (113.3, 2.9, "lat"),
        (113.3, 54.1, "lat"), (0, 0, "lon"), (-113.3, 34.7, "lon"), (443529, 3851136, "lon"),
    ],
)  # fmt: skip
def test_a_pair_that_is_no_place_in_china_names_the_field(lon, lat, field):
    with pytest.raises(crs.BadCoordinate) as refused:
        crs.check_lon_lat(lon, lat)
    assert refused.value.field == field


def test_swapped_numbers_are_called_swapped():
    with translation.override("en"), pytest.raises(crs.BadCoordinate, match="swapped"):
        crs.check_lon_lat(34.787, 113.383)


@pytest.mark.parametrize(("lon", "lat"), [(73, 3), (136, 54), (113.383, 34.787)])
def test_the_edges_of_china_are_china(lon, lat):
    assert crs.check_lon_lat(lon, lat) is None
