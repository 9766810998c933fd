"""The ledger's files as others open them: the standard library, and LibreOffice where `make proof-ledger` asks for it."""

import csv
import os
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gis_core import long_tables
from oversight.ledger.columns import COLUMNS, Kind
from oversight.ledger.lines import Kind as LineKind
from oversight.ledger.lines import Line
from oversight.views.ledger import headings
from tests.hostile_cells import HOSTILE, kept, runs

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376, ST_Xstring
MOST = 32_767
TEXTS = [place for place, column in enumerate(COLUMNS, start=1) if column.kind == Kind.TEXT]


def lines():
    """A line for each text, which stands in every column of words; its day and amounts are sound."""
    sound = {Kind.DAY: "2026-03-02", Kind.YUAN: "60000.50", Kind.AREA: "666.67"}
    for text in HOSTILE:
        values = {column.key: sound.get(column.kind, text) for column in COLUMNS}
        yield Line(LineKind.ENTRY, "XY-2026-00001", values, {}, date(2026, 3, 1)).cells()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    for kind, write in (("xlsx", long_tables.write_xlsx), ("csv", long_tables.write_csv)):
        with (folder / f"ledger.{kind}").open("wb") as file:
            write(file, "执法台账", headings(), lines())
    return folder


def sheet_of(path) -> list[list[tuple[str, str]]]:
    """Rows of (type, text) of the first sheet; fails where anything in the file is a formula or leads outside."""
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "external" in name.lower() or "vba" in name.lower()]
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            root = _xml(book, "xl/sharedStrings.xml")
            shared = ["".join(one.text or "" for one in item.iter(f"{SHEET}t")) for item in root]
        root = _xml(book, "xl/worksheets/sheet1.xml")
    assert root.find(f".//{SHEET}f") is None
    assert root.find(f".//{SHEET}hyperlink") is None
    return [[_cell(cell, shared) for cell in row.iter(f"{SHEET}c")] for row in root.iter(f"{SHEET}row")]


def _xml(book, name):
    return ElementTree.fromstring(book.read(name))  # noqa: S314  written a moment ago, by us or by LibreOffice


def _cell(cell, shared):
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        text = "".join(one.text or "" for one in cell.iter(f"{SHEET}t"))
    else:
        text = cell.findtext(f"{SHEET}v") or ""
        text = shared[int(text)] if kind == "s" else text
    return kind, ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def test_there_are_a_thousand_hostile_texts_and_most_would_run_somewhere():
    assert len(set(HOSTILE)) >= 1000
    assert sum(map(runs, HOSTILE)) >= 1000


def test_a_reader_of_its_own_finds_every_text_as_it_was_and_no_formula(files):
    [head, *rows] = sheet_of(files / "ledger.xlsx")
    assert [text for _kind, text in head] == [one.title for one in headings()]
    for text, row in zip(HOSTILE, rows, strict=True):
        found = {row[place] for place in TEXTS}
        assert found == ({("inlineStr", kept(text, MOST))} if text else {("n", "")}), text[:40]


def test_days_and_amounts_are_numbers_with_their_formats(files):
    row = sheet_of(files / "ledger.xlsx")[1]
    found = {column.kind: row[place] for place, column in enumerate(COLUMNS, start=1)}
    days = (date(2026, 3, 2) - date(1899, 12, 30)).days  # as spreadsheets count
    assert (found[Kind.DAY], found[Kind.YUAN], found[Kind.AREA]) == (
        ("n", str(days)),
        ("n", "60000.5"),
        ("n", "666.67"),
    )


def test_the_csv_holds_the_same_texts(files):
    with (files / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        [_head, *rows] = csv.reader(file)
    for text, row in zip(HOSTILE, rows, strict=True):
        marked = "'" + text if runs(text) else text
        wanted = re.sub("[\ud800-\udfff]", "?", marked.replace("\x00", "�"))
        assert {row[place] for place in TEXTS} == {wanted}, text[:40]


office = pytest.mark.skipif(not os.environ.get("LEDGER_OFFICE"), reason="make proof-ledger")
READ_UTF8 = "44,34,76,1"
# … quoted texts, as shown; formulas would be written as formulas
TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,true"


def convert(source, to, folder, *options) -> Path:
    profile = folder / "profile"
    command = [
        shutil.which("soffice"),
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        *options,
        "--convert-to",
        to,
    ]
    done = subprocess.run([*command, "--outdir", folder, source], capture_output=True, timeout=600, check=False)
    made = folder / f"{source.stem}.{to.partition(':')[0]}"
    assert made.exists(), done.stderr.decode()
    return made


@office
def test_libreoffice_opens_the_workbook_runs_nothing_and_reads_every_text(files, tmp_path):
    made = convert(files / "ledger.xlsx", TO_CSV, tmp_path)
    with made.open(encoding="utf-8", newline="") as file:
        [head, *rows] = csv.reader(file)
    assert head == [one.title for one in headings()]
    for text, row in zip(HOSTILE, rows, strict=True):
        assert {row[place] for place in TEXTS} == {kept(text, MOST)}, text[:40]
    day, amount = (next(place for place, one in enumerate(COLUMNS, start=1) if one.kind == kind)
                   for kind in (Kind.DAY, Kind.YUAN))  # fmt: skip
    assert (rows[0][day], rows[0][amount]) == ("2026-03-02", "60,000.50")


@office
def test_libreoffice_saves_the_workbook_again_without_a_formula(files, tmp_path):
    [_head, *rows] = sheet_of(convert(files / "ledger.xlsx", "xlsx", tmp_path))
    assert len(rows) == len(HOSTILE)


@office
def test_libreoffice_opens_the_csv_without_a_formula(files, tmp_path):
    [_head, *rows] = sheet_of(convert(files / "ledger.csv", "xlsx", tmp_path, f"--infilter=CSV:{READ_UTF8}"))
    assert len(rows) == len(HOSTILE)


@office
def test_libreoffice_prints_the_workbook(tmp_path):
    with (tmp_path / "printed.xlsx").open("wb") as file:
        long_tables.write_xlsx(file, "执法台账", headings(), [next(lines())])
    made = convert(tmp_path / "printed.xlsx", "pdf", tmp_path).read_bytes()
    assert made.startswith(b"%PDF-")
