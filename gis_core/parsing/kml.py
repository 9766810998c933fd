"""KML placemarks, one in memory at a time. Runs in the limited process.

Read with expat and not with GDAL, whose KML driver drops ExtendedData and holds the whole file. NetworkLinks are
never followed.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from gis_core.parsing.geojson import WRONG_SHAPE, wkb_of
from gis_core.parsing.unreadable import Unreadable
from gis_core.parsing.xml_elements import elements

_GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")


def open_kml(path: Path):
    """(header, features): `name`, `description` and the ExtendedData. KML has no place for a CRS."""
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    return {"epsg": None, "wkt": None, "count": None}, _features(path)


def _features(path: Path) -> Iterator[tuple]:
    for number, placemark in elements(path, "kml", "Placemark"):
        yield number, *_read(placemark)


def _read(placemark: Element) -> tuple:
    properties = _properties(placemark)
    try:
        shapes = [_geojson(child) for child in placemark if child.tag in _GEOMETRIES]
        return wkb_of(shapes[0]) if shapes else None, properties, None
    except WRONG_SHAPE:
        return None, properties, "geometry"


def _properties(placemark: Element) -> dict:
    found = {name: placemark.findtext(name) for name in ("name", "description") if placemark.find(name) is not None}
    for data in placemark.iterfind("ExtendedData/Data"):
        found[data.get("name", "")] = data.findtext("value")
    for data in placemark.iterfind("ExtendedData/SchemaData/SimpleData"):
        found[data.get("name", "")] = data.text
    return found


def _geojson(element: Element) -> dict:
    if element.tag == "MultiGeometry":
        return _collected([_geojson(child) for child in element if child.tag in _GEOMETRIES])
    if element.tag == "Polygon":
        rings = [element.find("outerBoundaryIs/LinearRing"), *element.iterfind("innerBoundaryIs/LinearRing")]
        return {"type": "Polygon", "coordinates": [_positions(ring) for ring in rings]}
    positions = _positions(element)
    if element.tag == "Point":
        return {"type": "Point", "coordinates": positions[0]}
    return {"type": "LineString", "coordinates": positions}


def _collected(parts: list[dict]) -> dict:
    """Parts of one kind become Multi…, as areas are expected to be; others stay a collection."""
    kinds = {part["type"] for part in parts}
    if len(kinds) == 1 and "GeometryCollection" not in kinds and not any(k.startswith("Multi") for k in kinds):
        return {"type": f"Multi{kinds.pop()}", "coordinates": [part["coordinates"] for part in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _positions(element: Element) -> list[tuple[float, ...]]:
    words = element.findtext("coordinates").split()
    return [tuple(map(float, word.split(",")[:2])) for word in words]
