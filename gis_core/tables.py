"""A table as a file for a spreadsheet: CSV with its mark, so that Excel reads UTF-8, or XLSX.

A spreadsheet would run a cell that begins like a formula: such a cell gets an apostrophe before it.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CSV, XLSX = "csv", "xlsx"
KINDS = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # readers take _x0041_ for A: ECMA-376, ST_Xstring
NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]]")
MOST_TITLE = 31  # characters of a sheet's name
WIDEST = 48  # characters


def harmless(cell):
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\x00", "�")  # no table may hold it
    return f"'{cell}" if looks_like_formula(cell) else cell


def looks_like_formula(cell: str) -> bool:
    """Apostrophes and blanks before it count for nothing, so a mark changes no answer. Numbers are none."""
    text = cell.lstrip("' ")
    return text != "" and text[0] in _FORMULA_STARTS and not _NUMBER.fullmatch(text)


def answer(kind: str, name: str, columns: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """A download of `kind` (CSV, XLSX) called `name` without its ending."""
    content = {CSV: as_csv, XLSX: as_xlsx}[kind](name, columns, rows)
    return HttpResponse(
        content,
        content_type=KINDS[kind],
        headers={
            "Content-Disposition": content_disposition_header(True, f"{name}.{kind}"),
            "Cache-Control": "private, no-store",
        },
    )


def as_csv(_name: str, columns: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(harmless, columns))
    writer.writerows([harmless(said(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def as_xlsx(name: str, columns: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """One sheet: a bold header that stays, columns as wide as what is in them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_A_TITLE.sub(" ", name)[:MOST_TITLE])
    sheet.freeze_panes = "A2"
    rows = [[storable(cell) for cell in row] for row in rows]
    for place, column in enumerate(columns):
        widest = max((_width(str(row[place])) for row in rows if row[place] is not None), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(widest, _width(column)) + 2, WIDEST)
    sheet.append([bold(sheet, column) for column in columns])
    for row in rows:
        sheet.append([as_text(sheet, cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def said(cell):
    """Times in the city's own zone, as people write them."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
    return cell.isoformat() if isinstance(cell, date) else cell


def storable(cell, most: int | None = None):
    """As a workbook may hold it: no formula, no sign that XML has not, one kind of line break, at most so many
    characters, times in the city's own zone."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).replace(tzinfo=None, second=0, microsecond=0)
    if not isinstance(cell, str):
        return cell
    text = _NOT_IN_XML.sub("�", harmless(cell)).replace("\r\n", "\n").replace("\r", "\n")
    if most and len(text) > most:
        text = text[: most - 1] + "…"
    return _ESCAPE.sub("_x005F_", text)


def as_text(sheet, cell):
    """A text that spells an error, as `#REF!`, is a text still; whatever else is as it was."""
    if not isinstance(cell, str) or cell not in ERROR_CODES:
        return cell
    told = WriteOnlyCell(sheet, value=cell)
    told.data_type = "s"
    return told


def _width(text: str) -> int:
    """A Chinese character is as wide as two letters."""
    return sum(1 + (ord(letter) > 0x2E7F) for letter in text)


def bold(sheet, text: str):
    cell = WriteOnlyCell(sheet, value=harmless(text))
    cell.font = Font(bold=True)
    return cell
