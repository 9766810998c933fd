"""The smallest GeoPackage, its tables written by hand from OGC 12-128."""

import sqlite3
import struct

import pyproj
import shapely


def geopackage(tmp_path, rows, *, code=4326, layers=("cases",), fields=("名称 TEXT", "size REAL")):
    """The three tables of the standard and the layers. Rows: (blob, *fields)."""
    names, marks = ", ".join(field.split()[0] for field in fields), ", ".join("?" for _field in fields)
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as db:
        db.executescript(
            """PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
              organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
              description TEXT);
            CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
              identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT
              (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
              srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
              geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
              m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));"""
        )
        systems = [("none", 0, "NONE", 0, "undefined", ""), ("none", -1, "NONE", -1, "undefined", "")]
        if code > 0:
            systems.append(("system", code, "EPSG", code, _wkt(code), ""))
        db.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", systems)
        for layer in layers:
            db.execute(f"CREATE TABLE {layer} (fid INTEGER PRIMARY KEY, geom BLOB, {', '.join(fields)})")
            db.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES (?, 'features', ?)",
                (layer, code),
            )
            db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (layer, code))
            db.executemany(f"INSERT INTO {layer} (geom, {names}) VALUES (?, {marks})", rows)
    db.close()
    return path


def _wkt(code):
    return pyproj.CRS(code).to_wkt("WKT1_GDAL")


def blob(geometry, code=4326):
    return b"GP\0\x01" + struct.pack("<i", code) + shapely.to_wkb(geometry, byte_order=1)
