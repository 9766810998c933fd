"""GeoPackage, as `geopackage_writer` writes it from OGC 12-128."""

import pytest
import shapely

from gis_core.reading import NoCrs, ReadingError, open_features
from tests.gis_core.geopackage_writer import blob, geopackage


def features(path, declared="wgs84"):
    with open_features(path, declared) as reading:
        return list(reading)


def test_geopackage_features_come_out_as_written(tmp_path):
    rows = [
        (blob(shapely.Point(113.4, 34.8)), "索河", 1.5),
        (blob(shapely.box(0, 0, 1, 1)), None, None),
        (None, "x", 0),
    ]
    with open_features(geopackage(tmp_path, rows)) as reading:
        assert (reading.crs.name, reading.count) == ("wgs84", 3)
        found = list(reading)
    assert [f.properties for f in found] == [
        {"名称": "索河", "size": 1.5}, {"名称": None, "size": None}, {"名称": "x", "size": 0},
    ]  # fmt: skip
    assert [f.geometry for f in found] == [shapely.Point(113.4, 34.8), shapely.box(0, 0, 1, 1), None]


def test_the_geopackages_own_system_is_known(tmp_path):
    with open_features(geopackage(tmp_path, [], code=4547)) as reading:
        assert reading.crs.name == "EPSG:4547"


def test_a_geopackage_of_an_undefined_system_needs_a_declaration(tmp_path):
    path = geopackage(tmp_path, [(blob(shapely.Point(1, 1), 0), "a", 1)], code=0)
    with pytest.raises(NoCrs, match=r"a\.gpkg"):
        open_features(path)
    assert len(features(path, "bd09")) == 1


def test_several_layers_are_named_and_refused(tmp_path):
    with pytest.raises(ReadingError, match=r"a\.gpkg.*areas.*cases"):
        features(geopackage(tmp_path, [], layers=("areas", "cases")))


def test_reading_a_geopackage_changes_nothing_in_it_or_beside_it(tmp_path):
    path = geopackage(tmp_path, [(blob(shapely.Point(1, 1)), "a", 1)])
    before = path.read_bytes()
    assert len(features(path)) == 1
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.parametrize("kept", [1, 100, 5_000, 20_000])
def test_a_geopackage_cut_short_is_a_sentence(tmp_path, kept):
    path = geopackage(tmp_path, [(blob(shapely.Point(1, 1)), "a" * 100, 1)] * 500)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ReadingError, match=r"a\.gpkg"):
        features(path)


def test_a_file_of_another_kind_under_this_name_is_a_sentence(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"not a database at all")
    with pytest.raises(ReadingError, match=r"a\.gpkg"):
        features(tmp_path / "a.gpkg")
