"""XLSX rows of the first sheet. Runs in the limited process: shared strings are held in memory whole."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gis_core.parsing.columns import Columns
from gis_core.parsing.unreadable import Unreadable

_BROKEN = (
    BadZipFile,
    InvalidFileException,
    KeyError,
    ParseError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
)


def open_spreadsheet(path: Path):
    """(header, rows). A formula gives the value it had when the file was saved."""
    try:
        sheet = load_workbook(path, read_only=True, data_only=True, keep_links=False).worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        columns = Columns.of(map(_plain, next(rows, ())))
    except (*_BROKEN, IndexError) as error:
        raise Unreadable("damaged") from error
    count = sheet.max_row - 1 if sheet.max_row else None
    return {"epsg": None, "wkt": None, "count": count, "columns": columns.names}, _rows(rows, columns)


def _rows(rows, columns: Columns) -> Iterator[tuple]:
    number = 0
    try:
        for cells in rows:
            number += 1
            if any(cell is not None for cell in cells):
                properties, fault = columns.read([_plain(cell) for cell in cells])
                yield number, None, properties, fault
    except _BROKEN as error:
        raise Unreadable("damaged_from", number + 1) from error


def _plain(value):
    if isinstance(value, dt.datetime):
        return str(value.date() if value.time() == dt.time() else value)
    if value is None or isinstance(value, str | int | float):
        return None if value == "" else value
    return str(value)
