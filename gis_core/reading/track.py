"""The points of a recorded track in a GPX or GeoJSON file, each with its time."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from gis_core.crs import Crs
from gis_core.moments import seconds
from gis_core.reading import Feature, ReadingError, open_features

KINDS = (".gpx", ".geojson", ".json")
MOST_POINTS = 500_000  # six points a second for a whole day
_TIMES = ("coordTimes", "times", "time")
_ACCURACIES = ("coordAccuracies", "accuracies", "accuracy")


def read_track(path, crs: Crs | str | None = None) -> tuple[list[tuple], Crs]:
    """([(x, y, seconds since 1970, metres of accuracy or None), …], their system); ReadingError says what is wrong.

    Of GeoJSON points with `time`, or lines and multipoints with a list of `coordTimes`.
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise ReadingError(_("%(file)s is no track: a GPX or GeoJSON file is needed.") % {"file": path.name})
    rows = []
    with open_features(path, crs) as reading:
        for feature in reading:
            rows.extend(_points(path, feature))
            if len(rows) > MOST_POINTS:
                raise ReadingError(
                    _("%(file)s has more than %(most)s points: split it.") % {"file": path.name, "most": MOST_POINTS}
                )
    if not rows:
        raise ReadingError(_("%(file)s holds no track points.") % {"file": path.name})
    return rows, reading.crs


def _points(path: Path, feature: Feature) -> Iterator[tuple]:
    place = {"file": path.name, "number": feature.number}
    if feature.fault or feature.geometry is None:
        raise ReadingError(_("%(file)s: the place of point %(number)s cannot be read.") % place)
    if feature.geometry.geom_type not in ("Point", "MultiPoint", "LineString", "MultiLineString"):
        raise ReadingError(_("%(file)s: feature %(number)s is neither points nor a line.") % place)
    places = shapely.get_coordinates(feature.geometry).tolist()
    times = _listed(feature.properties, _TIMES)
    if not any(time not in (None, "") for time in times):
        raise ReadingError(_("%(file)s: a track without times shows nothing; record it with times.") % place)
    if len(times) != len(places):
        raise ReadingError(_("%(file)s: feature %(number)s has not as many times as points.") % place)
    accuracies = _listed(feature.properties, _ACCURACIES)
    if len(accuracies) == 1:
        accuracies *= len(places)
    try:
        for (x, y), time, metres in zip_longest(places, times, accuracies[: len(places)]):
            yield x, y, seconds(time), None if metres in (None, "") else float(metres)
    except (TypeError, ValueError, OverflowError) as error:
        sentence = _("%(file)s: a time or an accuracy of point %(number)s cannot be read.")
        raise ReadingError(sentence % place) from error


def _listed(properties: dict, names) -> list:
    """What the first of `names` says that is there, flat: lists come as JSON, for each line one inside another."""
    value = next((properties[name] for name in names if properties.get(name) is not None), None)
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = json.loads(value)
    flat = value if isinstance(value, list) else [value]
    return [one for part in flat for one in (part if isinstance(part, list) else [part])]
