"""GeoJSON and KML, written here by hand."""

import json

import pytest
import shapely

from gis_core.reading import NoCrs, ReadingError, open_features

POINT = {"type": "Point", "coordinates": [113.4, 34.8]}
CRS_4547 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}


def features(path, declared="wgs84"):
    with open_features(path, declared) as reading:
        return list(reading)


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geojson(tmp_path, *members, **top):
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": members, **top}, ensure_ascii=False),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT (113.4 34.8)",
        "LINESTRING (0 0, 1 1)",
        "POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1))",
        "MULTIPOINT ((0 0), (1 1))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 1 1))",
    ],
)
def test_every_kind_of_geojson_geometry_comes_out_as_it_went_in(tmp_path, wkt):
    geometry = shapely.from_wkt(wkt)
    (found,) = features(geojson(tmp_path, feature(json.loads(shapely.to_geojson(geometry)))))
    assert found.geometry == geometry


def test_properties_keep_their_kind_and_nested_ones_become_text(tmp_path):
    values = {"名称": "索河", "n": 3, "x": 1.5, "none": None, "list": [1, "二"]}
    (found,) = features(geojson(tmp_path, feature(POINT, **values)))
    assert found.properties == {**values, "list": '[1, "二"]'}
    assert [type(found.properties[name]) for name in ("n", "x")] == [int, float]


def test_height_is_dropped_and_no_geometry_is_none(tmp_path):
    high = {"type": "LineString", "coordinates": [[0, 0, 9], [1, 1, 9]]}
    empty = {"type": "Polygon", "coordinates": []}
    found = features(geojson(tmp_path, feature(high), feature(None), feature(empty)))
    assert [f.geometry and f.geometry.wkt for f in found] == ["LINESTRING (0 0, 1 1)", None, None]
    assert [f.fault for f in found] == [None, None, None]


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "Point", "coordinates": [113.4]},
        {"type": "Point", "coordinates": ["113.4", "34.8"]},
        {"type": "Point", "coordinates": None},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Heap", "coordinates": [0, 0]},
        {"type": "Polygon"},
        "POINT (1 1)",
        [1, 2],
    ],
)
def test_one_broken_geometry_is_its_own_fault_and_the_rest_is_read(tmp_path, broken):
    found = features(geojson(tmp_path, feature(POINT), feature(broken, no="7"), feature(POINT)))
    assert [bool(f.fault) for f in found] == [False, True, False]
    assert (found[1].number, found[1].geometry, found[1].properties) == (2, None, {"no": "7"})


@pytest.mark.parametrize("member", [None, 5, "x", [], {}])
def test_what_is_no_feature_is_a_fault(tmp_path, member):
    (found,) = features(geojson(tmp_path, member))
    assert found.fault


def test_a_single_feature_is_a_file_of_one(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(feature(POINT, a=1)))
    assert [f.properties for f in features(tmp_path / "a.json")] == [{"a": 1}]


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        (CRS_4547, "EPSG:4547"),
        ({"type": "name", "properties": {"name": "EPSG:4490"}}, "cgcs2000"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "wgs84"),
    ],
)
def test_the_crs_member_counts_wherever_it_stands(tmp_path, stated, name):
    for order in (("crs", "type", "features"), ("type", "features", "crs")):
        content = {"type": "FeatureCollection", "features": [feature(POINT, crs="no")] * 3, "crs": stated}
        (tmp_path / "a.geojson").write_text(json.dumps({key: content[key] for key in order}))
        with open_features(tmp_path / "a.geojson") as reading:
            assert (reading.crs.name, len(list(reading))) == (name, 3)


@pytest.mark.parametrize("top", [{}, {"crs": None}])
def test_geojson_without_a_crs_member_is_not_taken_for_wgs84(tmp_path, top):
    path = geojson(tmp_path, feature(POINT, crs="wgs84"), **top)
    with pytest.raises(NoCrs, match=r"a\.geojson"):
        open_features(path)
    assert len(features(path, "gcj02")) == 1


@pytest.mark.parametrize("stated", [{"type": "link", "properties": {"href": "http://127.0.0.1/x"}}, {}, "x"])
def test_a_crs_member_that_says_nothing_known_is_an_error(tmp_path, stated):
    with pytest.raises(ReadingError, match=r"a\.geojson"):
        open_features(geojson(tmp_path, feature(POINT), crs=stated))


def test_a_crs_member_against_the_declaration_is_refused_naming_both(tmp_path):
    with pytest.raises(ReadingError, match=r"a\.geojson.*EPSG:4547.*GCJ"):
        open_features(geojson(tmp_path, feature(POINT), crs=CRS_4547), "gcj02")


@pytest.mark.parametrize("cut", [1, 40, -1, -30])
def test_geojson_cut_short_is_a_sentence(tmp_path, cut):
    path = geojson(tmp_path, feature(POINT), feature(POINT))
    path.write_text(path.read_text()[:cut])
    with pytest.raises(ReadingError, match=r"a\.geojson"):
        features(path)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"5", b"null", b'"x"', b"\xff\xfe\x00", b"PK\x03\x04", b"<kml/>",
        b'{"type":"Topology"}',
        b'{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[NaN,1]}}]}',
        b'{"type":"FeatureCollection","features":' + b"[" * 100_000,
        b'{"type":"FeatureCollection","features":[{"properties":{"a":' + b"[" * 100_000,
        b'{"type":"FeatureCollection","features":[{"properties":{"a":"' + b"\xb9\xe3" + b'"}}]}',
    ],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_geojson_is_a_sentence(tmp_path, content):
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(ReadingError, match=r"a\.geojson"):
        features(path)


def test_a_number_beyond_all_numbers_gives_no_place(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(POINT)]}).replace("113.4", "1e999"))
    try:
        (found,) = features(path)
    except ReadingError as error:
        assert path.name in str(error)  # noqa: PT017  either answer is right
    else:
        assert found.fault or found.geometry is None or not shapely.is_valid(found.geometry)


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>{placemarks}</Folder></Document></kml>"""


def kml(tmp_path, placemarks, text=KML):
    path = tmp_path / "a.kml"
    path.write_text(text.replace("{placemarks}", placemarks), encoding="utf-8")
    return path


def test_placemarks_and_their_data_come_out_as_written(tmp_path):
    point, area, both = features(
        kml(
            tmp_path,
            """<Placemark><name>工地 &amp; 一</name><description><![CDATA[<b>x</b>]]></description>
              <ExtendedData><Data name="编号"><value>7</value></Data>
              <SchemaData><SimpleData name="乡镇">高村乡</SimpleData></SchemaData></ExtendedData>
              <Point><coordinates>113.4,34.8,120</coordinates></Point></Placemark>
            <Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 0,4 0,0</coordinates>
              </LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>
              1,1 2,1 2,2 1,2 1,1</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
            <Placemark><MultiGeometry><Point><coordinates>0,0</coordinates></Point>
              <Point><coordinates>1,1</coordinates></Point></MultiGeometry></Placemark>""",
        )
    )
    assert point.geometry.wkt == "POINT (113.4 34.8)"
    assert point.properties == {"name": "工地 & 一", "description": "<b>x</b>", "编号": "7", "乡镇": "高村乡"}
    assert shapely.equals(area.geometry, shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 2, 2))
    assert both.geometry.wkt == "MULTIPOINT ((0 0), (1 1))"


def test_a_placemark_without_place_is_none_and_a_broken_one_is_a_fault(tmp_path):
    nowhere, broken = features(
        kml(
            tmp_path,
            "<Placemark><name>a</name></Placemark>"
            "<Placemark><name>b</name><Point><coordinates>east,north</coordinates></Point></Placemark>",
        )
    )
    assert (nowhere.geometry, nowhere.fault) == (None, None)
    assert broken.geometry is None
    assert broken.fault


def test_kml_has_no_place_for_a_system_so_one_must_be_declared(tmp_path):
    with pytest.raises(NoCrs, match=r"a\.kml"):
        open_features(kml(tmp_path, ""))


@pytest.mark.parametrize("text", ["", "<kml>", "<html></html>", "{}", "<kml><Placemark></kml>", "\0\0"])
def test_what_is_no_kml_is_a_sentence(tmp_path, text):
    with pytest.raises(ReadingError, match=r"a\.kml"):
        features(kml(tmp_path, "", text))
