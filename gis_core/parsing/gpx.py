"""GPX track points, one in memory at a time. Runs in the limited process.

Routes and waypoints are plans and marks, not where somebody was: they are left alone.
"""

from collections.abc import Iterator
from pathlib import Path

from gis_core import srid
from gis_core.parsing.geojson import wkb_of
from gis_core.parsing.unreadable import Unreadable
from gis_core.parsing.xml_elements import elements


def open_gpx(path: Path):
    """(header, features): points with `time` and, where an extension says it, `accuracy` in metres."""
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    return {"epsg": srid.STORAGE, "wkt": "WGS 84", "count": None}, _features(path)


def _features(path: Path) -> Iterator[tuple]:
    for number, point in elements(path, "gpx", "trkpt"):
        told = {"time": point.findtext("time"), "accuracy": point.findtext("extensions//accuracy")}
        try:
            place = {"type": "Point", "coordinates": [float(point.get("lon", "")), float(point.get("lat", ""))]}
            yield number, wkb_of(place), told, None
        except ValueError:
            yield number, None, told, "geometry"
