"""Files in: GeoJSON, Shapefile (also zipped), GeoPackage, KML, GPX, CSV and XLSX, with a declared CRS.

    with open_features(path, crs.parse("gcj02")) as reading:
        for feature in reading: …

One feature is in memory at a time. Everything but CSV is parsed in a process of its own, which may use
little memory, write nothing and reach no network. Coordinates stay as the file has them: `reading.crs`
says what they are, `gis_core.crs` converts them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gis_core.crs import Crs, parse
from gis_core.parsing.unreadable import Unreadable
from gis_core.reading.archive import check_sizes, unpack_shapefile
from gis_core.reading.declared import settled
from gis_core.reading.errors import (
    NoCrs,
    ReadingError,
    fault_sentence,
    reading_error,
    unknown_kind,
)
from gis_core.reading.limited import LimitedReader
from gis_core.reading.text_table import open_text_table

__all__ = ["Feature", "NoCrs", "Reading", "ReadingError", "Rows", "open_features", "open_rows"]

_FEATURE_KINDS = {
    ".geojson": "geojson", ".json": "geojson", ".shp": "shapefile", ".zip": "zip", ".gpkg": "geopackage",
    ".kml": "kml", ".gpx": "gpx",
}  # fmt: skip
_ROW_KINDS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx"}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature or row. `number` counts from 1, a table's header row apart.

    `fault` is a sentence when this one could not be read whole: what could be read is in `properties`.
    """

    number: int
    geometry: BaseGeometry | None
    properties: dict[str, str | int | float | None]
    fault: str | None = None


class _Source:
    """Iterates once; leaving the `with` block ends the process and removes what was unpacked."""

    def __init__(self, path: Path, header: dict, features, held: ExitStack):
        self.path = path
        self.count: int | None = header["count"]
        self._features, self._held = features, held
        self._iterator = self._read()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self._held.close()

    def __iter__(self) -> Iterator[Feature]:
        return self._iterator

    def __next__(self) -> Feature:
        return next(self._iterator)

    def _read(self) -> Iterator[Feature]:
        with self._held:
            try:
                for number, geometry, properties, fault in self._features:
                    yield Feature(number, geometry, properties, fault_sentence(fault))
            except Unreadable as error:
                raise reading_error(self.path, error.code, error.feature, error.detail) from error


class Reading(_Source):
    """Features of a file with places. `crs`: what the coordinates are in; `count`: where cheaply known."""

    crs: Crs


class Rows(_Source):
    """Rows of a table. `columns`: names in the header's order; `count`: lines, for a progress bar."""

    columns: list[str]


def open_features(path, crs: Crs | str | None = None) -> Reading:
    """`NoCrs` when neither `crs` nor the file says what the coordinates are; `ReadingError` otherwise."""
    path = _file(path)
    kind = _kind(path, _FEATURE_KINDS)
    declared = parse(crs) if isinstance(crs, str) else crs
    with ExitStack() as held:
        file = path
        if kind == "zip":
            kind, folder = "shapefile", held.enter_context(tempfile.TemporaryDirectory())
            file = unpack_shapefile(path, Path(folder))
        reader = _limited(kind, file, path, held)
        settled_crs = settled(path, reader.header, declared)
        reading = Reading(path, reader.header, reader, held.pop_all())
    reading.crs = settled_crs
    return reading


def open_rows(path) -> Rows:
    """Rows of a CSV or of the first sheet of an XLSX; their geometry is None."""
    path = _file(path)
    kind = _kind(path, _ROW_KINDS)
    with ExitStack() as held:
        header, features = _text_table(path, held) if kind == "csv" else _spreadsheet(path, held)
        rows = Rows(path, header, features, held.pop_all())
    rows.columns = header["columns"]
    return rows


def _text_table(path: Path, held: ExitStack):
    try:
        header, rows = open_text_table(path)
    except Unreadable as error:
        raise reading_error(path, error.code, error.feature, error.detail) from error
    held.callback(rows.close)
    return header, rows


def _spreadsheet(path: Path, held: ExitStack):
    try:
        with ZipFile(path) as archive:
            check_sizes(path, archive)
    except (BadZipFile, OSError) as error:
        raise reading_error(path, "damaged") from error
    reader = _limited("xlsx", path, path, held)
    return reader.header, reader


def _limited(kind: str, file: Path, shown: Path, held: ExitStack) -> LimitedReader:
    reader = LimitedReader(kind, file, shown)
    held.callback(reader.close)
    return reader


def _file(path) -> Path:
    """An ordinary file of this machine: GDAL's own paths (/vsicurl/…) name none."""
    if str(path).startswith("/vsi") or not (found := Path(path)).is_file():
        raise ReadingError(_("There is no file %(file)s.") % {"file": path})
    return found.absolute()


def _kind(path: Path, kinds: dict[str, str]) -> str:
    if path.stat().st_size == 0:
        raise reading_error(path, "empty")
    try:
        return kinds[path.suffix.lower()]
    except KeyError:
        raise unknown_kind(path, " ".join(kinds)) from None
