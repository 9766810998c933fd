"""CSV rows: UTF-8 with or without its mark, UTF-16, or GB18030 as Excel in China saves it."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from gis_core.parsing.columns import Columns
from gis_core.parsing.unreadable import Unreadable

_CHUNK_BYTES = 1 << 20
_DELIMITERS = (",", "\t", ";")
# Long texts are for whoever knows what the column may hold; beyond this a quote was never closed. Python's own
# limit, 131,072, would end the file at one long cell. It is one for the whole process.
_MOST_CELL_CHARACTERS = 10_000_000
csv.field_size_limit(_MOST_CELL_CHARACTERS)


def open_text_table(path: Path):
    """(header, rows). `count` is the number of lines: with line breaks inside cells there are fewer rows."""
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    encoding, lines = _encoding_and_lines(path)
    rows = _cells(path, encoding)
    _number, cells = next(rows, (0, []))
    columns = Columns.of(cells)
    return {"count": max(lines - 1, 0), "columns": columns.names}, _rows(rows, columns)


def _rows(rows, columns: Columns) -> Iterator[tuple]:
    for number, cells in rows:
        if any(cells):
            properties, fault = columns.read(cells)
            yield number, None, properties, fault


def _cells(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(0, header), then (1, first row) and so on; empty lines are counted, as a spreadsheet counts them.

    A quote that is not closed would take the following rows into its cell: the file is wrong from there on.
    """
    number = begins = 0
    with path.open(encoding=encoding, newline="") as handle:
        try:
            delimiter = _delimiter(handle.readline())
            handle.seek(0)
            reader = csv.reader(handle, delimiter=delimiter, strict=True)
            for number, cells in enumerate(reader):
                yield number, cells
                begins = reader.line_num
        except UnicodeError as error:
            raise Unreadable("damaged_from", number + 1) from error
        except csv.Error as error:
            raise Unreadable("open_quote", begins + 1) from error


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _encoding_and_lines(path: Path) -> tuple[str, int]:
    """The whole file is looked at: the first Chinese word may stand in its last row."""
    with path.open("rb") as handle:
        mark = handle.read(3)
        handle.seek(0)
        if mark[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", sum(chunk.count(b"\n") for chunk in _chunks(handle))
        decoder = codecs.getincrementaldecoder("utf-8")()
        is_utf8, lines, last = True, 0, b""
        for chunk in _chunks(handle):
            if b"\0" in chunk:
                raise Unreadable("damaged")
            is_utf8 = is_utf8 and _accepts(decoder, chunk)
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    is_utf8 = is_utf8 and _accepts(decoder, b"", final=True)
    return "utf-8-sig" if is_utf8 else "gb18030", lines + (last != b"\n")


def _chunks(handle) -> Iterator[bytes]:
    while chunk := handle.read(_CHUNK_BYTES):
        yield chunk


def _accepts(decoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
