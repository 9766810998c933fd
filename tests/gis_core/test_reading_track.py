"""Recorded tracks: GPX and GeoJSON, written here by hand."""

import json

import pytest

from gis_core.moments import seconds
from gis_core.reading import NoCrs, ReadingError
from gis_core.reading.track import read_track

AT = 1_764_294_000  # 2025-11-28 01:40 UTC
GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>"""
POINT = '<trkpt lat="34.787" lon="113.378"><time>2025-11-28T01:40:00Z</time></trkpt>'
ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
BOMB = f"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]><gpx>&j;</gpx>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/hostname">]><gpx><trk>&x;</trk></gpx>"""


def gpx(tmp_path, points, text=GPX):
    path = tmp_path / "a.gpx"
    path.write_text(text.format(points), "utf-8")
    return path


def geojson(tmp_path, *features):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def feature(kind, coordinates, **properties):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def refusal(path, crs=None):
    with pytest.raises(ReadingError) as refused:
        read_track(path, crs)
    return str(refused.value)


def test_a_gpx_gives_its_points_with_times_and_accuracy(tmp_path):
    extended = (
        '<trkpt lat="34.788" lon="113.379"><ele>120</ele><time>2025-11-28T01:41:00.5Z</time>'
        '<extensions><x:accuracy xmlns:x="urn:x">12.5</x:accuracy></extensions></trkpt>'
    )
    rows, system = read_track(gpx(tmp_path, POINT + extended))
    assert rows == [(113.378, 34.787, AT, None), (113.379, 34.788, AT + 60.5, 12.5)]
    assert system.name == "wgs84"


def test_a_gpx_may_be_declared_to_be_in_gcj02(tmp_path):
    assert read_track(gpx(tmp_path, POINT), "gcj02")[1].name == "gcj02"


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_a_gpx_with_entities_is_refused_before_any_is_expanded(tmp_path, text):
    path = tmp_path / "a.gpx"
    path.write_text(text, "utf-8")
    assert "a.gpx" in refusal(path)
    assert "文档类型" in refusal(path)


@pytest.mark.parametrize(
    ("points", "word"),
    [
        ("", "没有轨迹点"),
        ('<trkpt lat="34.787" lon="113.378"/>', "时间"),
        ('<trkpt lat="34.787" lon="113.378"><time>yesterday</time></trkpt>', "时间"),
        (POINT + '<trkpt lat="34.787"><time>2025-11-28T01:40:00Z</time></trkpt>', "2"),
        (POINT + "<trkpt", "损坏"),
    ],
    ids=["empty", "no times", "no time", "no place", "cut off"],
)
def test_a_gpx_that_is_no_track_gets_a_sentence(tmp_path, points, word):
    sentence = refusal(gpx(tmp_path, points))
    assert "a.gpx" in sentence
    assert word in sentence


def test_an_empty_file_another_root_and_another_kind_get_a_sentence(tmp_path):
    for name, text in {"a.gpx": "", "b.gpx": "<kml/>", "c.kml": "<kml/>"}.items():
        (tmp_path / name).write_text(text)
        assert name in refusal(tmp_path / name)


def test_200_000_points_of_a_gpx_are_read(tmp_path):
    assert len(read_track(gpx(tmp_path, POINT * 200_000))[0]) == 200_000


def test_more_points_than_a_day_can_have_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("gis_core.reading.track.MOST_POINTS", 2)
    assert "2" in refusal(gpx(tmp_path, POINT * 3))


@pytest.mark.parametrize("kind", ["LineString", "MultiPoint"])
def test_a_line_of_geojson_has_a_list_of_times(tmp_path, kind):
    line = feature(kind, [[113.378, 34.787], [113.379, 34.788]], coordTimes=["2025-11-28T01:40:00Z", AT + 60])
    assert read_track(geojson(tmp_path, line), "wgs84")[0] == [
        (113.378, 34.787, AT, None),
        (113.379, 34.788, AT + 60, None),
    ]


def test_lines_of_geojson_have_a_list_of_times_each(tmp_path):
    lines = feature(
        "MultiLineString",
        [[[113.378, 34.787], [113.379, 34.788]], [[113.38, 34.787], [113.381, 34.788]]],
        coordTimes=[[AT, AT + 60], [AT + 120, AT + 180]],
        accuracy=8,
    )
    rows = read_track(geojson(tmp_path, lines), "wgs84")[0]
    assert [row[2:] for row in rows] == [(AT + 60 * nth, 8.0) for nth in range(4)]


def test_points_of_geojson_have_a_time_each(tmp_path):
    points = [feature("Point", [113.378, 34.787 + nth / 1000], time=(AT + nth) * 1000, accuracy=9) for nth in (0, 1)]
    rows = read_track(geojson(tmp_path, *points), "wgs84")[0]
    assert rows == [(113.378, 34.787, AT, 9.0), (113.378, 34.788, AT + 1, 9.0)]


@pytest.mark.parametrize(
    "wrong",
    [
        feature("LineString", [[113.378, 34.787], [113.379, 34.788]], coordTimes=[AT]),
        feature("LineString", [[113.378, 34.787], [113.379, 34.788]]),
        feature("Point", [113.378, 34.787], time=AT, accuracy="near"),
        feature("Point", [113.378, 34.787], time=True),
        feature("Polygon", [[[113, 34], [114, 34], [114, 35], [113, 34]]], time=AT),
        {"type": "Feature", "properties": {"time": AT}, "geometry": None},
        "nothing",
    ],
)
def test_geojson_that_is_no_track_gets_a_sentence(tmp_path, wrong):
    assert "a.geojson" in refusal(geojson(tmp_path, wrong), "wgs84")


def test_geojson_without_a_system_has_it_declared(tmp_path):
    with pytest.raises(NoCrs):
        read_track(geojson(tmp_path, feature("Point", [113.378, 34.787], time=AT)))


@pytest.mark.parametrize(
    "value", [AT, AT * 1000, "2025-11-28T01:40:00Z", "2025-11-28T09:40:00+08:00", "2025-11-28T01:40:00", float(AT)]
)
def test_a_moment_is_written_in_many_ways(value):
    assert seconds(value) == AT


@pytest.mark.parametrize("value", [None, True, "", "soon", -1, 1e300, float("nan"), float("inf"), [AT], "²"])
def test_what_is_no_moment_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 - there is no sentence: the caller names file or field
        seconds(value)
