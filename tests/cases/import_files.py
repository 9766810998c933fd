"""Files of cases for the tests of importing them."""

import csv
import json

from cases.import_rows import RowReader
from cases.importing import import_cases
from gis_core import crs
from tests.factories import SUOHE

COLUMNS = ("lon", "lat", "channel", "address", "reported_at")
SOUND = {"lon": SUOHE[0], "lat": SUOHE[1], "channel": "patrol", "address": "", "reported_at": "2024-05-06"}


def table(tmp_path, rows, *, columns=COLUMNS, name="案件.csv", encoding="utf-8"):
    """A CSV; each row of `rows` is a dict of what is not as in SOUND."""
    path = tmp_path / name
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(handle, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**SOUND, **row} for row in rows)
    return path


def geojson(tmp_path, features, name="案件.geojson"):
    """`features`: (lon, lat, properties) or (geometry, properties)."""
    path = tmp_path / name
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Point", "coordinates": where} if len(where) == 2 else where[0],
            }
            for *where, properties in features
        ],
    }
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def imported(path, edition, system="wgs84", mapping=None, default_channel="", **options):
    reader = RowReader(mapping or {}, default_channel)
    return import_cases(path, edition.region, system and crs.parse(system), reader=reader, **options)


def read_table(path):
    """The header and the rows of a CSV, read by the standard library."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        return reader.fieldnames, list(reader)
