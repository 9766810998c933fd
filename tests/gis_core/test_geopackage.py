"""GeoPackages that we write, read by GDAL."""

import pytest
from django.contrib.gis.gdal import DataSource
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon

from gis_core import srid
from gis_core.geopackage import REAL, TEXT, WHOLE, FileLayer, written

COLUMNS = (("name", TEXT), ("size", REAL), ("number", WHOLE))


def square(west, south):
    return Polygon.from_bbox((west, south, west + 1, south + 2))


def read(tmp_path, *layers):
    path = tmp_path / "out.gpkg"
    path.write_bytes(written(layers))
    return DataSource(str(path))


def test_geometry_and_values_come_back_as_they_were(tmp_path):
    hole = Polygon(((0, 0), (4, 0), (4, 4), (0, 4), (0, 0)), ((1, 1), (2, 1), (2, 2), (1, 1)))
    shapes = [square(113, 34), MultiPolygon(square(10, 10), square(20, 20)), hole]
    rows = [
        (shape, name, number / 2, number)
        for shape, name, number in zip(shapes, ("格", "", "'\"="), (1, 2, 3), strict=True)
    ]
    (layer,) = read(tmp_path, FileLayer("cells", "网格", COLUMNS, rows))
    assert layer.srs.srid == srid.STORAGE
    assert [(one.get("name"), one.get("size"), one.get("number")) for one in layer] == [row[1:] for row in rows]
    assert [GEOSGeometry(one.geom.wkt).equals(shape) for one, shape in zip(layer, shapes, strict=True)] == [True] * 3


def test_a_layer_says_where_it_lies(tmp_path):
    rows = [(square(113, 34), "", 0, 0), (square(110, 36), "", 0, 0)]
    (layer,) = read(tmp_path, FileLayer("cells", "", COLUMNS, rows))
    assert layer.extent.tuple == (110, 34, 114, 38)


def test_several_layers_and_an_empty_one_are_one_file(tmp_path):
    layers = [FileLayer("one", "甲", COLUMNS, [(square(0, 0), None, None, None)]), FileLayer("none", "乙", COLUMNS, [])]
    found = read(tmp_path, *layers)
    assert [(layer.name, layer.num_feat) for layer in found] == [("one", 1), ("none", 0)]
    assert next(iter(found["one"])).get("name") is None


def test_two_layers_of_one_name_are_refused(tmp_path):
    layers = [FileLayer("one", "", COLUMNS, []), FileLayer("one", "", COLUMNS, [])]
    with pytest.raises(Exception, match="already exists"):
        written(layers)
