"""The reading half of the API, tried as somebody who writes scripts against it would: values, edges, faults."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from boundaries.models import Area
from cases import actions
from cases.models import Case
from tests.actors import a_photo
from tests.factories import SUOHE, make_case, make_user
from tests.policy_bodies import POINT

ASSIGNMENT = {"area", "group", "lead_unit", "lead_units", "confidence", "candidates", "outside", "reason", "edition",
              "schematic"}  # fmt: skip
PROPERTIES = {
    "case_no", "status", "status_label", "stage", "channel", "channel_label", "violations", "violation_labels",
    "land_ownership", "address", "description", "reported_at", "due_at", "area", "group", "lead_unit", "confidence",
    "reason", "version", "url",
}  # fmt: skip


@pytest.fixture
def api(xingyang):
    client = Client(headers={"Authorization": f"Token {Token.objects.create(user=make_user('dispatcher')).key}"})

    def get(name, *args, **query):
        answer = client.get(reverse(name, args=args), query)
        return answer.status_code, answer.json()

    get.client = client
    return get


def faults(answer):
    """Fields of a refusal; every one of them has at least one sentence."""
    status, said = answer
    assert status == 400, said
    assert all(isinstance(sentence, str) and len(sentence) > 5 for sentences in said.values() for sentence in sentences)
    return sorted(said)


def test_a_place_says_who_answers_for_it_and_why(api):
    status, answer = api("api-locate", **POINT)
    assert status == 200
    assert set(answer) >= ASSIGNMENT
    assert answer["area"] == {"code": "410182001", "name": "索河街道"}
    assert answer["group"] == {"code": "G3", "name": "第三协作组"}
    assert answer["lead_unit"] == {"code": "safety_station", "name": "安监站"}
    assert [unit["name"] for unit in answer["lead_units"]] == ["安监站", "建管科", "招标办"]
    assert (answer["confidence"], answer["candidates"], answer["outside"]) == ("high", [], None)
    assert answer["edition"] == "2015 版责任分区"
    assert answer["schematic"] is True
    assert "索河街道" in answer["reason"]
    assert "安监站" in answer["reason"]


def test_the_same_place_in_four_systems_is_the_same_place(api):
    """索河's seat by public converters, to 7 decimals (see fixtures/coordinate_vectors.csv for the method)."""
    same = {"wgs84": (113.378, 34.787), "cgcs2000": (113.378, 34.787), "EPSG:4490": (113.378, 34.787),
            "gcj02": (113.3838, 34.7855), "bd09": (113.3903, 34.7914), "epsg:4547": (443108.0, 3850875.0)}  # fmt: skip
    for crs, (lon, lat) in same.items():
        status, answer = api("api-locate", lon=lon, lat=lat, crs=crs)
        assert (status, answer["area"] and answer["area"]["code"]) == (200, "410182001"), crs


def test_outside_is_said_with_the_neighbours_name_and_nobody_answers(api, xingyang):
    near = xingyang.neighbours.first()
    point = near.geom.point_on_surface
    _status, answer = api("api-locate", lon=point.x, lat=point.y, crs="wgs84")
    assert (answer["area"], answer["group"], answer["lead_unit"], answer["lead_units"]) == (None, None, None, [])
    assert answer["outside"] == {"name": near.name}
    _status, far = api("api-locate", lon=100, lat=30, crs="wgs84")
    assert far["outside"] == {"name": None}


def test_a_wide_accuracy_makes_the_answer_low_and_names_candidates(api):
    _status, answer = api("api-locate", **POINT, accuracy=2000)
    assert answer["confidence"] == "low"
    assert len(answer["candidates"]) > 1
    assert {"code", "name"} == set(answer["candidates"][0])


WRONG_POINTS = [
    ({"lon": 34.787, "lat": 113.378}, "lon", "swapped"),
    ({"lon": "nan"}, "lon", ""), ({"lat": "NaN"}, "lat", ""), ({"lon": "inf"}, "lon", ""), ({"lat": "-Infinity"}, "lat", ""),
    ({"lon": "1e400"}, "lon", ""), ({"lon": 2.35}, "lon", "outside China"), ({"lat": 80}, "lat", "outside China"),
    ({"lon": "abc"}, "lon", ""), ({"lon": ""}, "lon", ""), ({"lon": "113,378"}, "lon", ""), ({"lon": "113\x00"}, "lon", ""),
    ({"lon": "1" * 2000}, "lon", ""), ({"crs": "mars"}, "crs", "mars"), ({"crs": ""}, "crs", ""),
    ({"crs": "EPSG:1"}, "crs", ""), ({"crs": "EPSG:99999999999"}, "crs", ""), ({"crs": "wgs84\x00"}, "crs", ""),
    ({"crs": "x" * 500}, "crs", ""), ({"crs": "EPSG:2334"}, "crs", ""), ({"crs": "EPSG:4979"}, "crs", None),
    ({"crs": "EPSG:4547", "lon": 1e30, "lat": 1e30}, "lon", ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "word"), WRONG_POINTS, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("name", ["api-locate", "api-nearby"])
def test_a_wrong_place_is_refused_with_its_field_and_a_sentence(api, name, change, field, word):
    status, said = api(name, **{**POINT, **change})
    if word is None:
        assert status in (200, 400)  # a system with heights: either way, never an error
        return
    assert faults((status, said)) == [field]
    if word:
        english = api.client.get(reverse(name), {**POINT, **change}, headers={"Accept-Language": "en"}).json()
        assert word in english[field][0]


@pytest.mark.parametrize("missing", ["lon", "lat", "crs"])
@pytest.mark.parametrize("name", ["api-locate", "api-nearby"])
def test_what_is_missing_is_named(api, name, missing):
    assert faults(api(name, **{key: value for key, value in POINT.items() if key != missing})) == [missing]


@pytest.mark.parametrize("accuracy", ["-1", "nan", "inf", "x", "100001", "1" * 400])
def test_a_wrong_accuracy_is_named(api, accuracy):
    assert faults(api("api-locate", **POINT, accuracy=accuracy)) == ["accuracy"]


@pytest.mark.parametrize(
    ("field", "values"),
    [("radius", ["0", "-5", "nan", "inf", "x", "50001"]), ("limit", ["0", "-1", "501", "1.5", "x", "9" * 30, "nan"])],
)
def test_a_wrong_radius_or_limit_is_named(api, field, values):
    for value in values:
        assert faults(api("api-nearby", **POINT, **{field: value})) == [field], value


def test_nearby_is_nearest_first_with_metres_and_bearing(api):
    """One step of 0.001° is 110.94 m north and 91.52 m east: the ellipsoid's radii of curvature at 34.787°."""
    north = make_case(lon=SUOHE[0], lat=SUOHE[1] + 0.001)
    east = make_case(lon=SUOHE[0] + 0.001, lat=SUOHE[1])
    here, closed = make_case(), make_case(status="closed")
    status, answer = api("api-nearby", **POINT, radius=200)
    found = [
        (f["properties"]["case_no"], f["properties"]["distance_m"], f["properties"]["bearing_deg"])
        for f in answer["features"]
    ]
    assert (status, answer["type"]) == (200, "FeatureCollection")
    assert [number for number, _m, _deg in found] == [here.case_no, east.case_no, north.case_no]
    assert closed.case_no not in {number: 0 for number, _m, _deg in found}
    assert [metres for _no, metres, _deg in found] == pytest.approx([0, 91.52, 110.94], abs=0.06)
    assert [degrees for _no, _m, degrees in found] == [None, pytest.approx(90, abs=0.1), pytest.approx(0, abs=0.1)]
    _status, nearer = api("api-nearby", **POINT, radius=100)
    assert len(nearer["features"]) == 2
    _status, one = api("api-nearby", **POINT, radius=200, limit=1)
    assert [feature["properties"]["case_no"] for feature in one["features"]] == [here.case_no]


def test_however_many_are_near_one_question_finds_them(api, django_assert_max_num_queries):
    """Who asks, their role, the reach, the cases, and the names of areas and groups."""
    for _number in range(30):
        make_case()
    with django_assert_max_num_queries(6):
        assert len(api("api-nearby", **POINT)[1]["features"]) == 30


GEOMETRIES = {
    "api-areas": {'boundaries_area"."geom'},
    "api-groups": set(),
    "api-units": set(),
    "api-grids": {'boundaries_gridcell"."geom'},
}


@pytest.mark.parametrize("name", GEOMETRIES)
def test_reference_data_read_no_geometry_but_what_they_show(api, name):
    with CaptureQueriesContext(connection) as asked:
        assert api(name)[0] == 200
    columns = re.compile(r'"(\w+"\."(?:geom|territory|outline))"')
    assert {column for query in asked for column in columns.findall(query["sql"])} == GEOMETRIES[name]


MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00")


def test_every_moment_is_told_in_the_citys_own_time(api, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    start = api("api-changes")[1]["cursor"]
    body = json.dumps({"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "channel": "patrol"})
    made = api.client.post(reverse("api-reports"), body, "application/json").json()
    actions.add_photos(Case.objects.get(), [a_photo()], by=None)
    one = api("api-case", made["case_no"])[1]["properties"]
    listed = api("api-cases")[1]["features"][0]["properties"]
    told = [made["reported_at"], one["reported_at"], one["due_at"], one["photos"][0]["added_at"], listed["reported_at"]]
    told += [change["at"] for change in api("api-changes", after=start)[1]["changes"]]
    assert all(MOMENT.fullmatch(moment) for moment in told), told
    assert made["reported_at"] == one["reported_at"] == listed["reported_at"]


def test_the_list_is_a_feature_collection_newest_first(api):
    cases = [make_case().case_no for _number in range(3)]
    status, page = api("api-cases", page_size=2)
    assert (status, page["type"], page["count"], page["previous"]) == (200, "FeatureCollection", 3, None)
    assert [feature["properties"]["case_no"] for feature in page["features"]] == cases[:0:-1]
    assert "page=2" in page["next"]
    assert set(page["features"][0]["properties"]) >= PROPERTIES
    assert page["features"][0]["geometry"] == {
        "type": "Point",
        "coordinates": [pytest.approx(SUOHE[0]), pytest.approx(SUOHE[1])],
    }
    last = api.client.get(page["next"]).json()
    assert ([f["properties"]["case_no"] for f in last["features"]], last["next"]) == (cases[:1], None)


def test_a_hundred_thousand_parameters_of_a_list_never_break_it(api):
    make_case()
    for page_size in ("0", "-1", "x", "1e3", "", "9" * 30, str(10**9), "\x00", "٣"):
        status, page = api("api-cases", page_size=page_size)
        assert status in (200, 400), page_size
        assert len(page.get("features", [])) <= 1
    for page in ("0", "-1", "2", "x", "", "9" * 30, str(10**30), "1.0", "\x00", "last"):
        assert api("api-cases", page=page)[0] in (200, 400, 404), page


FILTERS = {
    "bbox": ["1,2,3", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "113.4,34,113.3,35", "0,35,1,34", "0,0,0,0", "-181,0,1,1",
             "0,-91,1,1", "0,0,1,1,1", "1e400,0,1,1", "\x00", ",,,"],
    "status": ["OPEN", "nothing", "open,ended", "\x00"],
    "channel": ["phone", "\x00"],
    "year": ["abc", "1", "99999", "2024.5", "nan", "inf", "9" * 40, "1e400", "\x00", "-2024", "2024\x00"],
    "group": ["x" * 13, "\x00"],
    "area": ["x" * 13, "\x00"],
    "q": ["x" * 61, "a\x00b"],
}  # fmt: skip


@pytest.mark.parametrize("field", FILTERS)
@pytest.mark.parametrize("name", ["api-cases", "api-summary"])
def test_a_wrong_filter_is_refused_with_its_name(api, name, field):
    for value in FILTERS[field]:
        assert faults(api(name, **{field: value})) == [field], value


def test_several_wrong_filters_are_named_at_once(api):
    assert faults(api("api-cases", bbox="1", year="x", status="y")) == ["bbox", "status", "year"]


def test_what_the_list_does_not_find_is_no_fault(api):
    make_case()
    assert api("api-cases", format="json")[1]["count"] == 1
    assert api("api-cases", group="G9")[1]["count"] == 0
    assert api("api-cases", q="'; DROP TABLE cases_case; --")[1]["count"] == 0
    assert Case.objects.count() == 1


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png, */*;q=0.1", "nonsense"])
def test_the_api_speaks_json_whatever_is_accepted_or_says_that_it_does(api, accept):
    answer = api.client.get(reverse("api-cases"), headers={"Accept": accept})
    assert answer.status_code in (200, 406)
    assert answer["Content-Type"].startswith("application/json")


def test_one_case_is_a_feature_whose_version_is_its_etag(api):
    case = make_case(reporter={"name": "某人", "phone": "13800000000"})
    answer = api.client.get(reverse("api-case", args=(case.case_no,)))
    feature = answer.json()
    assert (feature["type"], feature["properties"]["case_no"], answer["ETag"]) == ("Feature", case.case_no, '"1"')
    assert set(feature["properties"]["assignment"]) >= ASSIGNMENT
    assert feature["properties"]["reporter"] == {"name": "某某", "phone": "138****0000", "note": "", "masked": True}


@pytest.mark.parametrize("number", ["XY-1-1", "x" * 300, "%00", "..", "%2e%2e", "'", "索河", "XY-2026-00001%0a"])
def test_a_number_of_no_case_is_404(api, number):
    make_case()
    for path in ("", "actions/override/"):
        answer = api.client.get(f"/api/v1/cases/{number}/{path}")
        assert answer.status_code in (404, 405), number


def test_areas_are_fifteen_features_with_their_groups(api, xingyang):
    status, answer = api("api-areas")
    assert (status, answer["type"], answer["count"]) == (200, "FeatureCollection", 15)
    shown = {f["properties"]["code"]: (f["properties"]["name"], f["properties"]["group"]) for f in answer["features"]}
    assert shown == {
        a.code: (a.name, a.group.code) for a in Area.objects.filter(edition=xingyang).select_related("group")
    }
    assert answer["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert all(feature["properties"]["schematic"] for feature in answer["features"])


def test_groups_list_their_lead_units_in_the_notices_order(api):
    _status, groups = api("api-groups")
    assert [(group["code"], [unit["name"] for unit in group["lead_units"]]) for group in groups] == [
        ("G1", ["质监站", "节能科", "公用事业科"]),
        ("G2", ["城建大队", "村镇科", "质安科"]),
        ("G3", ["安监站", "建管科", "招标办"]),
    ]


def test_units_and_grid_cells_are_those_of_the_pack(api, xingyang):
    assert len(api("api-units")[1]) == xingyang.region.units.count() == 18
    status, cells = api("api-grids", page_size=1000)
    assert (status, cells["count"]) == (200, xingyang.region.grid_cells.count())
    assert {feature["properties"]["staffed"] for feature in cells["features"]} == {True, False}


def test_somebody_of_no_region_gets_empty_lists_and_a_sentence(xingyang):
    client = Client()
    client.force_login(make_user("dispatcher", region_id=None))
    make_case()
    assert client.get(reverse("api-cases")).json()["count"] == 0
    assert client.get(reverse("api-summary")).json()["count"] == 0
    refused = client.get(reverse("api-locate"), POINT)
    assert (refused.status_code, len(refused.json())) == (400, 1)


def test_errors_are_json_and_sentences_follow_the_language(api):
    chinese = api.client.get(reverse("api-locate"), {**POINT, "lon": 1}, headers={"Accept-Language": "zh-CN"})
    english = api.client.get(reverse("api-locate"), {**POINT, "lon": 1}, headers={"Accept-Language": "en"})
    assert json.loads(english.content) == {"lon": ["The longitude lies outside China (73 to 136 degrees)."]}
    assert set(chinese.json()) == {"lon"}


def test_cases_by_deadline_have_the_nearest_first_and_those_without_one_last(api):
    days = {"late": -1, "soon": 1, "far": 9, "never": None}
    cases = {name: make_case() for name in ("never", "far", "late", "soon")}
    for name, left in days.items():
        due_at = left and timezone.now() + timedelta(days=left)
        Case.objects.filter(pk=cases[name].pk).update(due_at=due_at)
    for query in ({}, {"status": "open"}):
        _status, found = api("api-cases", ordering="due", **query)
        numbers = [feature["properties"]["case_no"] for feature in found["features"]]
        assert numbers == [cases[name].case_no for name in days]
    assert api("api-cases", ordering="nonsense")[0] == 400
