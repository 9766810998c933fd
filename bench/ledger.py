"""The ledger of all cases as a workbook: lines a second, memory as it grows, and the file read by another reader.

    python -m bench.ledger [LINES]

`make proof-ledger` calls it with a million, in a copy of the bench's database that is thrown away. There every case has
a file, a party, a violation and a document, so that each line is read from as many tables as a city's. Memory is what
the process holds as it passes each of WATCHED lines.
"""

import os
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import django

from bench import database

COPY = "bench_enforcement_ledger"
LINES = 1_000_000
WATCHED = (50_000, 200_000, 1_000_000)
MOST_GROWTH_MB = 30
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Each case that has none gets a row like the table's first, with these columns its own.
TOLD = {
    "cases_dossier": "'contract_price', one.id % 9000000",
    "cases_party": "'name', '某建设公司' || one.id",
    "cases_caseviolation": "'act', '擅自施工 ' || one.id",
    "cases_document": (
        "'prefix', 'bench', 'year', 2020, 'sequence', one.id % 2147483647, 'doc_no', '荥建罚〔2020〕' || one.id,"
        " 'content', '\\x', 'voided_at', NULL"
    ),
}
FILL = """
INSERT INTO {table} SELECT made.* FROM cases_case one
JOIN {table} sample ON sample.id = (SELECT min(id) FROM {table})
CROSS JOIN LATERAL jsonb_populate_record(sample, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('{table}', 'id')), 'case_id', one.id, 'region_id', one.region_id, {told}
)) made
WHERE NOT EXISTS (SELECT 1 FROM {table} known WHERE known.case_id = one.id AND known.region_id = one.region_id)
"""


def main(lines: int) -> int:
    database.use()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
    django.setup()
    from django.db import connection

    database.fill(lines)
    connection.close()
    _do(f"DROP DATABASE IF EXISTS {COPY}")
    _do(f"CREATE DATABASE {COPY} TEMPLATE {database.NAME}")
    try:
        connection.settings_dict["NAME"] = COPY
        _complete()
        return _measure()
    finally:
        connection.close()
        _do(f"DROP DATABASE {COPY}")


def _do(statement: str):
    """On a connection of its own, and closed at once: an open one would keep others from making databases."""
    with database.connect("postgres") as plain, plain.cursor() as cursor:
        cursor.execute(statement)


def _complete():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table, told in TOLD.items():
            cursor.execute(FILL.format(table=table, told=told))
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _measure() -> int:
    from boundaries.models import User
    from cases.permissions import visible_cases
    from gis_core import long_tables
    from oversight.ledger.book import LiveBook
    from oversight.views.ledger import headings

    user, resident = User.objects.get(username="dispatcher1"), {}
    book = LiveBook(user.region_id, visible_cases(user), {}, month=None)
    expected = book.sums.count
    with tempfile.TemporaryFile() as file:
        began = time.perf_counter()
        long_tables.write_xlsx(file, "ledger", headings(), _watched(book.lines(), resident))
        seconds, size = time.perf_counter() - began, file.tell()
        return _say(expected, _read(file), seconds, size, resident)


def _watched(lines, resident):
    for number, line in enumerate(lines, start=1):
        if number in WATCHED:
            resident[number] = _resident_mb()
        yield line.cells()


def _read(file) -> tuple[int, int]:
    """Rows below the headings and formulas of all sheets, as the standard library finds them."""
    rows = formulas = 0
    with zipfile.ZipFile(file) as book:
        for name in book.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            with book.open(name) as sheet:
                for _event, element in ElementTree.iterparse(sheet):  # noqa: S314  our own file
                    formulas += element.tag == f"{SHEET}f"
                    if element.tag == f"{SHEET}row":
                        rows += 1
                        element.clear()
            rows -= 1
    return rows, formulas


def _say(expected, found, seconds, size, resident) -> int:
    rows, formulas = found
    grown = max(resident.values()) - min(resident.values()) if resident else 0
    print(f"{expected:,} cases, {rows:,} lines in the file, {formulas} formulas")
    print(f"{rows / seconds:,.0f} lines/s, {seconds:.0f} s, {size / (1 << 20):.0f} MB on the disk")
    for passed, megabytes in resident.items():
        print(f"resident after {passed:,} lines: {megabytes:.0f} MB")
    print(f"grown by {grown:.0f} MB (at most {MOST_GROWTH_MB})")
    return int(rows != expected or formulas > 0 or grown > MOST_GROWTH_MB)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES))
