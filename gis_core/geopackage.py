"""GeoPackage (OGC 12-128) out: layers of WGS 84 geometry in one file, for QGIS and ArcGIS.

Written with sqlite3 itself, in memory: the format is four small tables and a header before each geometry.
"""

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from django.contrib.gis.gdal import SpatialReference
from django.contrib.gis.geos import GEOSGeometry

from gis_core import srid

CONTENT_TYPE = "application/geopackage+sqlite3"
TEXT, REAL, WHOLE = "TEXT", "DOUBLE", "INTEGER"
APPLICATION, VERSION = 0x47504B47, 10300  # “GPKG”, 1.3.0
HEADER = b"GP\0\x03" + struct.pack("<i", srid.STORAGE)  # little endian, an envelope of four numbers follows
TABLES = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE,
    max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL PRIMARY KEY REFERENCES gpkg_contents (table_name), column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
"""


@dataclass(frozen=True)
class FileLayer:
    """A layer of the file. `name` and the names of `columns` (name, TEXT | REAL | WHOLE) are plain ASCII words;
    `title` is for people. Rows are (geometry, *values)."""

    name: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[tuple]


def written(layers: Iterable[FileLayer]) -> bytes:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        db.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _systems())
        for layer in layers:
            _write(db, layer)
        db.commit()
        return db.serialize()


def _systems():
    system = SpatialReference(srid.STORAGE)
    return [
        ("Undefined Cartesian", -1, "NONE", -1, "undefined", ""),
        ("Undefined geographic", 0, "NONE", 0, "undefined", ""),
        (system.name, srid.STORAGE, "EPSG", srid.STORAGE, system.wkt, ""),
    ]


def _write(db, layer: FileLayer) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in layer.columns)
    db.execute(f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom BLOB, {columns})')
    marks = ", ".join("?" for _column in layer.columns)
    boxes = []
    for geometry, *values in layer.rows:
        boxes.append(geometry.extent)
        db.execute(f'INSERT INTO "{layer.name}" VALUES (NULL, ?, {marks})', (_blob(geometry), *values))  # noqa: S608 - a name of ours, see FileLayer
    box = _around(boxes)
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id)"
        " VALUES (?, 'features', ?, ?, ?, ?, ?, ?)",
        (layer.name, layer.title, *box, srid.STORAGE),
    )
    db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (layer.name, srid.STORAGE))


def _blob(geometry: GEOSGeometry) -> bytes:
    west, south, east, north = geometry.extent
    return HEADER + struct.pack("<4d", west, east, south, north) + bytes(geometry.wkb)


def _around(boxes) -> tuple:
    if not boxes:
        return (None,) * 4
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
