"""Tables too long for memory as files for a spreadsheet: the rows come one at a time and go to a temporary file.

Columns are told beforehand how wide they are and what they hold, because nobody looks through the rows twice.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice
from tempfile import TemporaryFile

from django.http import FileResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from gis_core.tables import CSV, KINDS, MOST_TITLE, NOT_IN_A_TITLE, XLSX, as_text, bold, harmless, said, storable

MOST_ROWS = 1_048_576  # of one sheet, its header among them
MOST_TEXT = 32_767  # characters of one cell
DAY, AMOUNT = "yyyy-mm-dd", "#,##0.00"


@dataclass(frozen=True)
class Wide:
    """A column: its title, its width in characters, and how a number or a day is shown."""

    title: str
    width: int
    shown_as: str = ""


def answer(kind: str, name: str, columns: Sequence[Wide], rows: Iterable[Sequence]) -> FileResponse:
    """A download of `kind` (CSV, XLSX) called `name` without its ending; gone from the disk when it is sent."""
    file = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    try:
        {CSV: write_csv, XLSX: write_xlsx}[kind](file, name, columns, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{name}.{kind}"),
        "Cache-Control": "private, no-store",
    }
    return FileResponse(file, content_type=KINDS[kind], headers=headers)


def write_csv(file, _name: str, columns: Sequence[Wide], rows: Iterable[Sequence]) -> None:
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(column.title) for column in columns])
    writer.writerows([harmless(said(cell)) for cell in row] for row in rows)
    text.detach()  # writes what is left, and leaves the file open


def write_xlsx(file, name: str, columns: Sequence[Wide], rows: Iterable[Sequence]) -> None:
    """A further sheet for every million rows; each with a bold header that stays, and with filters on it."""
    book = Workbook(write_only=True)
    for place, part in enumerate(_sheets(rows), start=1):
        title = NOT_IN_A_TITLE.sub(" ", name)[: MOST_TITLE - 4]
        _fill(book.create_sheet(title if place == 1 else f"{title} ({place})"), columns, part)
    book.save(file)


def _sheets(rows: Iterable[Sequence]) -> Iterator[Iterable[Sequence]]:
    """The rows in parts that fit on a sheet, at least one part; each is to be read before the next is asked for."""
    rows = iter(rows)
    yield islice(rows, MOST_ROWS - 1)
    for row in rows:
        yield chain([row], islice(rows, MOST_ROWS - 2))


def _fill(sheet, columns: Sequence[Wide], rows: Iterable[Sequence]) -> None:
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width + 2
    sheet.append([bold(sheet, column.title) for column in columns])
    shapes = [column.shown_as for column in columns]
    for row in rows:
        sheet.append([_cell(sheet, value, shape) for value, shape in zip(row, shapes, strict=True)])


def _cell(sheet, value, shape: str):
    value = storable(value, MOST_TEXT)
    if isinstance(value, str):
        return as_text(sheet, value)
    if value is None or not shape:
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = shape
    return cell
