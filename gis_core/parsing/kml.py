"""KML placemarks, one in memory at a time. Runs in the limited process.

Read with expat and not with GDAL, whose KML driver drops ExtendedData and holds the whole file. Expat is
told to stop at a document type, so no entity is ever expanded; NetworkLinks are never followed.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gis_core.parsing.geojson import WRONG_SHAPE, wkb_of
from gis_core.parsing.unreadable import Unreadable

_CHUNK_BYTES = 1 << 16

_GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")


def open_kml(path: Path):
    """(header, features): `name`, `description` and the ExtendedData. KML has no place for a CRS."""
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    return {"epsg": None, "wkt": None, "count": None}, _features(path)


class _Placemarks:
    """Collects the placemarks met since it was last asked; everything round them is dropped."""

    def __init__(self):
        self.found: list[Element] = []
        self.depth = 0
        self.is_kml = False
        self._builder = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_declaration):
        raise Unreadable("doctype")

    def _start(self, name, attributes):
        name = name.rpartition(" ")[2]
        self.is_kml = self.is_kml or name == "kml"
        if self._builder is None and name == "Placemark":
            self._builder, self.depth = TreeBuilder(), 0
        if self._builder:
            self.depth += 1
            self._builder.start(name, attributes)

    def _text(self, text):
        if self._builder:
            self._builder.data(text)

    def _end(self, name):
        if self._builder:
            self._builder.end(name.rpartition(" ")[2])
            self.depth -= 1
            if self.depth == 0:
                self.found.append(self._builder.close())
                self._builder = None

    def take(self) -> list[Element]:
        taken, self.found = self.found, []
        return taken


def _features(path: Path) -> Iterator[tuple]:
    reader, number = _Placemarks(), 0
    with path.open("rb") as handle:
        while True:
            chunk = handle.read(_CHUNK_BYTES)
            _parse(reader, chunk, number)
            for placemark in reader.take():
                number += 1
                yield number, *_read(placemark)
            if not chunk:
                break
    if not reader.is_kml:
        raise Unreadable("damaged")


def _parse(reader, chunk, number):
    try:
        reader.parser.Parse(chunk, not chunk)
    except expat.ExpatError as error:
        raise Unreadable("damaged_from" if reader.is_kml else "damaged", number + 1) from error


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
