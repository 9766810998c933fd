"""A Shapefile written byte by byte from ESRI's 1998 description: reading is held to the format itself.

Shapes: None, (x, y), or a list of rings of (x, y), outer ring clockwise. Fields: (name, "C" or "N", length).
"""

import struct
from pathlib import Path

WGS84_PRJ = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
CGCS2000_PRJ = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
GK_114_PRJ = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
_NULL, _POINT, _POLYGON, _POINT_Z = 0, 1, 5, 11


def write(shp: Path, shapes, fields=(), rows=(), *, encoding="utf-8", prj=None, cpg=None, language_driver=0):
    """Write .shp, .shx and .dbf (and .prj, .cpg when given); returns the path of the .shp."""
    records = [_record(shape) for shape in shapes]
    kind = next((struct.unpack_from("<i", record)[0] for record in records if len(record) > 4), _POINT)
    shp.write_bytes(_main_file(records, kind))
    shp.with_suffix(".shx").write_bytes(_index_file(records, kind))
    shp.with_suffix(".dbf").write_bytes(_table(fields or [("id", "N", 5)],
                                               rows or [(n,) for n in range(len(shapes))],
                                               encoding, language_driver))  # fmt: skip
    for suffix, text in ((".prj", prj), (".cpg", cpg)):
        if text is not None:
            shp.with_suffix(suffix).write_text(text, encoding="ascii")
    return shp


def _record(shape) -> bytes:
    if shape is None:
        return struct.pack("<i", _NULL)
    if isinstance(shape, tuple):
        return struct.pack("<idd", _POINT, *shape) if len(shape) == 2 else struct.pack("<idddd", _POINT_Z, *shape, 0)
    return _polygon(shape)


def _polygon(rings) -> bytes:
    points = [point for ring in rings for point in ring]
    starts, start = [], 0
    for ring in rings:
        starts.append(start)
        start += len(ring)
    return b"".join(
        [
            struct.pack("<i4d2i", _POLYGON, *_box(points), len(rings), len(points)),
            struct.pack(f"<{len(starts)}i", *starts),
            *(struct.pack("<2d", *point) for point in points),
        ]
    )


def _box(points):
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _header(words: int, kind: int) -> bytes:
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i8d", 1000, kind, *[0.0] * 8)


def _main_file(records, kind) -> bytes:
    body = b"".join(struct.pack(">2i", number, len(record) // 2) + record for number, record in enumerate(records, 1))
    return _header(50 + len(body) // 2, kind) + body


def _index_file(records, kind) -> bytes:
    body, offset = b"", 50
    for record in records:
        body += struct.pack(">2i", offset, len(record) // 2)
        offset += 4 + len(record) // 2
    return _header(50 + len(body) // 2, kind) + body


def _table(fields, rows, encoding, language_driver) -> bytes:
    descriptors = b"".join(
        struct.pack("<11sc4xBB14x", name.encode(encoding)[:10], kind.encode(), length, 0)
        for name, kind, length in fields
    )
    width = 1 + sum(length for _name, _kind, length in fields)
    head = struct.pack("<4BIHH17xB2x", 3, 126, 11, 23, len(rows), 33 + len(descriptors), width, language_driver)
    return head + descriptors + b"\r" + b"".join(_row(fields, row, encoding) for row in rows) + b"\x1a"


def _row(fields, row, encoding) -> bytes:
    cells = b""
    for (_name, kind, length), value in zip(fields, row, strict=True):
        content = b"" if value is None else str(value).encode(encoding)[:length]
        cells += content.rjust(length) if kind == "N" else content.ljust(length)
    return b" " + cells
