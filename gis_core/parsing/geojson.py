"""GeoJSON, one feature in memory at a time. Runs in the limited process."""

import json
import mmap
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import ijson
import shapely
from shapely.geometry import shape

from gis_core import srid
from gis_core.parsing.unreadable import Unreadable

_POINT = struct.Struct("<BIdd")
WRONG_SHAPE = (TypeError, ValueError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError)


def open_geojson(path: Path):
    """(header, features). The header's CRS is the old `crs` member, wherever in the file it stands."""
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    kind, stated = _outline(path)
    if kind not in ("FeatureCollection", "Feature"):
        raise Unreadable("not_geojson")
    return {**_embedded(stated), "count": None}, _features(path, kind)


def wkb_of(geometry: dict | None) -> bytes | None:
    """Two-dimensional WKB of a GeoJSON geometry; None for null and for an empty one."""
    if geometry is None:
        return None
    if geometry["type"] == "Point" and len(geometry["coordinates"]) >= 2:
        return _POINT.pack(1, 1, *geometry["coordinates"][:2])
    made = shape(geometry)
    return None if made.is_empty else shapely.to_wkb(shapely.force_2d(made), byte_order=1)


def _outline(path: Path):
    """(type, crs member or None): members of the outermost object only."""
    kind = stated = None
    awaited = {"type", "crs"} if _mentions_crs(path) else {"type"}
    with path.open("rb") as handle:
        try:
            for name, event, value in ijson.parse(handle, use_float=True):
                if name == "type" and event == "string":
                    kind = value
                    awaited.discard("type")
                elif name.startswith("crs"):
                    stated = _crs_word(stated, name, value)
                    awaited.discard("crs" if name == "crs" and event in ("end_map", "null") else "")
                if not awaited:
                    break
        except ijson.JSONError as error:
            raise Unreadable("damaged") from error
    return kind, stated


def _crs_word(stated, name, value):
    """`{"type": "name", "properties": {"name": …}}`; anything else is stated, but not understood."""
    if name == "crs" and value is None and stated is None:
        return None
    return str(value) if name == "crs.properties.name" else stated or ""


def _mentions_crs(path: Path) -> bool:
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b'"crs"') >= 0


def _embedded(stated: str | None) -> dict:
    if stated is None:
        return {"epsg": None, "wkt": None}
    if re.search(r"CRS:?84$", stated, re.ASCII):
        return {"epsg": srid.STORAGE, "wkt": stated}
    code = re.search(r"EPSG:(?:[^:]*:)?([0-9]{1,7})$", stated, re.ASCII | re.IGNORECASE)
    return {"epsg": int(code[1]) if code else None, "wkt": stated or "crs"}


def _features(path: Path, kind: str) -> Iterator[tuple]:
    number = 0
    with path.open("rb") as handle:
        try:
            for feature in ijson.items(handle, "features.item" if kind == "FeatureCollection" else "",
                                       use_float=True):  # fmt: skip
                number += 1
                yield number, *_read(feature)
        except ijson.JSONError as error:
            raise Unreadable("damaged_from", number + 1) from error


def _read(feature) -> tuple:
    """(wkb, properties, fault) — a feature that is no feature is a fault of its own, not of the file."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    plain = {name: _plain(value) for name, value in properties.items()} if isinstance(properties, dict) else {}
    try:
        return wkb_of(feature["geometry"]), plain, None
    except (*WRONG_SHAPE, struct.error):
        return None, plain, "geometry"


def _plain(value):
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
