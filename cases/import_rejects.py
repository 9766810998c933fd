"""The rejects file: every refused row as it came, with its number and its reasons, to be mended and imported.

A spreadsheet would run a cell that begins like a formula: such a cell gets an apostrophe before it, which is
taken away again when the file is imported.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

from cases.import_rows import REJECT_LAT, REJECT_LON, REJECT_SHAPE
from gis_core.reading import Feature
from gis_core.tables import harmless, looks_like_formula

ROW, REASON = "import_row", "import_reason"


class Rejects:
    """Takes refused rows; leaving the `with` block writes the file, if a row was refused and `path` is given.

    A row with a geometry gets its point in two columns (`places`), one that is no point its text in a third, for
    whoever finds the point. Rows wait in a nameless temporary file
    until all columns are known: features need not have the same.
    """

    def __init__(self, path: Path | None, *, places: bool):
        self._path, self._places, self._columns = path, places, {}
        self._waiting = TemporaryFile("w+", encoding="ascii")  # noqa: SIM115  closed by our own __exit__

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        with self._waiting:
            if self._path and self._columns:
                self._write()

    def add(self, refused: Iterable[tuple[Feature, str]]) -> None:
        for feature, reason in refused if self._path else ():
            cells = {ROW: feature.number, REASON: reason, **self._point(feature), **feature.properties}
            self._columns.update(dict.fromkeys(cells))
            self._waiting.write(json.dumps(cells) + "\n")

    def _point(self, feature: Feature) -> dict:
        if not self._places:
            return {}
        shape = feature.geometry
        if shape is None:
            return {REJECT_LON: None, REJECT_LAT: None}
        if shape.geom_type == "Point":
            return {REJECT_LON: shape.x, REJECT_LAT: shape.y}
        return {REJECT_LON: None, REJECT_LAT: None, REJECT_SHAPE: shape.wkt}

    def _write(self) -> None:
        self._waiting.seek(0)
        with self._path.open("w", encoding="utf-8-sig", errors="replace", newline="") as handle:
            # All quoted: in a spreadsheet that parts cells at semicolons none of them opens inside another.
            writer = csv.writer(handle, quoting=csv.QUOTE_ALL)
            writer.writerow(map(harmless, self._columns))
            for cells in map(json.loads, self._waiting):
                writer.writerow([harmless(cells.get(column)) for column in self._columns])


def as_they_came(rows: Iterable[Feature]) -> Iterator[Feature]:
    """The rows of a rejects file as they stood in the file that they were refused from."""
    for row in rows:
        cells = {_as_it_was(name): _as_it_was(cell) for name, cell in row.properties.items()}
        yield replace(row, properties={name: cells[name] for name in cells if name not in (ROW, REASON)})


def _as_it_was(cell):
    is_marked = isinstance(cell, str) and cell.startswith("'") and looks_like_formula(cell)
    return cell[1:] if is_marked else cell
