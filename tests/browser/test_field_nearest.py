"""The nearest cases on the phone: their order against PROJ's geodesics, and what somebody without a position sees."""

import math
import random

import pytest
from django.utils import timezone
from pyproj import Geod

from boundaries.models import Area
from cases.models import Case

HERE = {"longitude": 113.378, "latitude": 34.787, "accuracy": 8}
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
WGS84 = Geod(ellps="WGS84")
PIECES = "/static/gis_core/field"
ROWS = ".near-list a"
ASK_ORDER = """async ([module, cases, places]) => {
  const { nearest } = await import(module);
  return places.map(([lon, lat]) => nearest(cases, { lon, lat }).map(({ kase, metres, bearing }) => [kase.no, metres, bearing]));
}"""


@pytest.fixture
def phone(visit):
    def _phone(username="inspector3", **options):
        return visit(username, **{**PHONE, "permissions": ["geolocation"], "geolocation": HERE, **options})

    return _phone


def numbers(page):
    return [href.split("/")[-1] for href in page.eval_on_selector_all(ROWS, "rows => rows.map((row) => row.hash)")]


def test_a_thousand_random_positions_give_the_order_of_the_ellipsoid(phone):
    """Forty cases and a thousand places within 20 km, and cases on the same meridian and parallel as the place."""
    draw = random.Random(6)  # noqa: S311 - a fixed draw, no secret
    somewhere = lambda: (draw.uniform(113.28, 113.48), draw.uniform(34.70, 34.88))  # noqa: E731
    cases = [{"no": f"C{n:02}", "lon": lon, "lat": lat} for n, (lon, lat) in enumerate(somewhere() for _ in range(40))]
    places = [somewhere() for _ in range(998)] + [(cases[0]["lon"], 34.7), (113.3, cases[1]["lat"])]
    page = phone()
    page.open("/field/")
    said = page.page.evaluate(ASK_ORDER, [f"{PIECES}/today.mjs", cases, places])
    for (lon, lat), rows in zip(places, said, strict=True):
        size = len(cases)
        there = [[one["lon"] for one in cases], [one["lat"] for one in cases]]
        bearings, _back, metres = WGS84.inv([lon] * size, [lat] * size, *there)
        true = sorted(zip(metres, (one["no"] for one in cases), bearings, strict=True))
        assert [no for no, _metres, _bearing in rows] == [no for _metres, no, _bearing in true]
        for (_no, far, way), (true_far, _no2, true_way) in zip(rows, true, strict=True):
            assert far == pytest.approx(true_far, abs=0.001)
            assert true_far < 1 or abs((way - true_way + 180) % 360 - 180) < 0.001


@pytest.mark.parametrize(("username", "groups"), [("inspector3", ["G3"]), ("dispatcher1", ["G1", "G2", "G3", "G4"])])
def test_the_list_is_the_open_cases_of_the_person_within_the_radius_and_the_nearest_first(phone, username, groups):
    """Of three groups the inspector sees one; the order and the number are PROJ's."""
    visitor = phone(username)
    visitor.open("/field/")
    page = visitor.page
    page.wait_for_selector(".stand >> text=清单")
    page.check("[name=radius][value='5000']", force=True)
    page.wait_for_selector(".count >> text=5 公里内")
    shown = numbers(page)
    near = []
    for case in Case.objects.open().filter(group_code__in=groups):
        metres = WGS84.inv(HERE["longitude"], HERE["latitude"], case.geom.x, case.geom.y)[2]
        if metres <= 5000:
            near.append((metres, case.case_no))
    assert shown == [no for _metres, no in sorted(near)]
    assert shown
    assert f"{len(shown)} 件" in page.inner_text(".count")
    assert "定位精度 ±8 米" in page.inner_text(".stand")
    assert "索河街道（第三协作组）" in page.inner_text(".stand")
    assert visitor.complaints == []


def test_a_term_that_is_over_an_order_in_force_and_a_major_case_are_said_in_words(phone):
    case = Case.objects.open().filter(group_code="G3").nearest_due_first().first()
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timezone.timedelta(hours=30), is_major=True)
    case.orders.create(
        region_id=case.region_id, kind="stop", demands="停工", issued_at=timezone.now(), due_at=timezone.now()
    )
    visitor = phone(geolocation={"longitude": case.geom.x, "latitude": case.geom.y, "accuracy": 8})
    visitor.open("/field/")
    row = visitor.page.wait_for_selector(f"{ROWS}[href='#case/{case.case_no}'] >> text=责令停止中")
    assert row
    said = visitor.page.inner_text(f"{ROWS}[href='#case/{case.case_no}']")
    for word in ("超期 1 天", "责令停止中", "重大", "就在此处"):
        assert word in said, said


def test_without_a_position_the_list_is_there_and_a_place_is_chosen_by_hand(phone, city):
    """The most urgent first; from the middle of an area the nearest to that middle."""
    visitor = phone(permissions=[])
    visitor.open("/field/")
    page = visitor.page
    page.wait_for_selector(ROWS)
    assert page.is_visible("text=没有定位")
    area = Area.objects.get(edition=city, name="京城路街道")
    page.select_option("#start-area", area.code)
    page.wait_for_selector(".stand >> text=从京城路街道中心算起")
    page.check("[name=radius][value='5000']", force=True)
    middle = visitor.page.evaluate(
        f"async () => (await import('{PIECES}/place.mjs')).standpoint()",
    )
    assert (middle["lon"], middle["lat"]) == pytest.approx(area.geom.centroid.coords, abs=1e-6)
    reached = [
        (WGS84.inv(middle["lon"], middle["lat"], case.geom.x, case.geom.y)[2], case.case_no)
        for case in Case.objects.open().filter(group_code="G3")
    ]
    assert numbers(page) == [no for metres, no in sorted(reached) if metres <= 5000]


def test_a_refused_position_is_said_with_the_way_to_allow_it(phone):
    visitor = phone(permissions=[])
    visitor.open("/field/")
    visitor.page.wait_for_selector(".ask")
    visitor.page.tap("text=使用我的位置")
    visitor.page.wait_for_selector(".locate-says >> text=定位被拒绝")
    assert visitor.page.is_visible("text=请在浏览器中允许")


@pytest.mark.parametrize(
    ("system", "part"),
    [
        ("高德地图", "to=113.6,34.6,"),
        ("腾讯地图", "tocoord=34.6,113.6&"),
        ("百度地图", "location=34.7,113.7&"),
        ("系统地图", "geo:34.5,113.5?q=34.5,113.5("),
    ],
)
def test_each_map_is_handed_the_place_in_its_own_system(phone, system, part):
    """WGS 84 113.5, 34.5; GCJ-02 113.6, 34.6; BD-09 113.7, 34.7."""
    visitor = phone()
    visitor.open("/field/")
    visitor.page.wait_for_selector("#field-chip:visible")  # all words are there
    script = f"""async () => (await import('{PIECES}/ways.mjs')).ways(
      {{ no: "XY-1", lon: 113.5, lat: 34.5, gcj02: [113.6, 34.6], bd09: [113.7, 34.7] }})"""
    found = {name: address for name, address, _system in visitor.page.evaluate(script)}
    assert part in found[system]


def test_the_tiles_of_an_area_are_those_of_the_web_mercator_scheme(phone):
    """A square over 荥阳, by hand from the scheme's own formula."""
    visitor = phone()
    visitor.open("/field/")
    west, south, east, north = 113.37, 34.78, 113.39, 34.80
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    areas = [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]
    script = "async ([module, areas]) => (await import(module)).addresses('/basemap/{z}/{x}/{y}.png', areas)"
    found = visitor.page.evaluate(script, [f"{PIECES}/tiles.mjs", areas])
    wanted = []
    for zoom in range(10, 17):
        columns = [int((lon + 180) / 360 * 2**zoom) for lon in (west, east)]
        lines = [
            int((1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2 * 2**zoom)
            for lat in (north, south)
        ]
        wanted += [
            f"{visitor.address}/basemap/{zoom}/{x}/{y}.png"
            for x in range(columns[0], columns[1] + 1)
            for y in range(lines[0], lines[1] + 1)
        ]
    assert sorted(found) == sorted(wanted)
    assert len(found) > 20
