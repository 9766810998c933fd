"""Long tables: what a spreadsheet reads back is what was written, nothing in it runs, and rows are not kept in memory."""

import csv
from datetime import date
from io import BytesIO, StringIO
from itertools import chain

import openpyxl
import pytest

from gis_core import long_tables
from gis_core.long_tables import AMOUNT, DAY, Wide, write_csv, write_xlsx
from gis_core.tables import looks_like_formula
from tests.hostile_cells import FORMULAS

COLUMNS = [Wide("编号", 12), Wide("金额", 14, AMOUNT), Wide("日期", 12, DAY)]
PLAIN = ["荥阳市索河街道", "豫A0001", "建筑面积 2,000 m²", "𠮷野家", "1e5", "0012", "2026-03-02", "a" * 300]


def read(columns, rows):
    out = BytesIO()
    write_xlsx(out, "执法台账", columns, iter(rows))
    return openpyxl.load_workbook(BytesIO(out.getvalue()))


def test_of_a_thousand_hostile_strings_none_is_a_formula_and_the_chinese_is_intact():
    assert len(FORMULAS) >= 1000
    sheet = read([Wide("地点", 20)], ([text] for text in FORMULAS)).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert len(cells) == len(FORMULAS)
    for cell, text in zip(cells, FORMULAS, strict=True):
        assert cell.data_type == "s"
        assert not looks_like_formula(cell.value) or cell.value.startswith("'")
        assert "".join(filter(_is_chinese, cell.value)) == "".join(filter(_is_chinese, text))


def _is_chinese(letter):
    return "\u4e00" <= letter <= "\u9fff" or letter == "𠮷"


def test_texts_that_are_none_of_it_stand_as_they_were_written():
    sheet = read([Wide("地点", 20)], ([text] for text in PLAIN)).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == PLAIN


def test_the_same_strings_run_nowhere_from_a_csv_either():
    out = BytesIO()
    write_csv(out, "", [Wide("地点", 20)], ([text] for text in FORMULAS))
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    [_head, *rows] = csv.reader(StringIO(out.getvalue().decode("utf-8-sig"), newline=""))
    assert len(rows) == len(FORMULAS)
    assert all(row[0].startswith("'") or not looks_like_formula(row[0]) for row in rows)


def test_numbers_and_days_are_typed_the_header_is_bold_and_stays_and_widths_are_told():
    sheet = read(COLUMNS, [["XY-2026-00001", 60000.0, date(2026, 3, 2)], ["XY-2026-00002", None, None]]).active
    assert sheet.title == "执法台账"
    assert sheet.freeze_panes == "B2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["A"].width == 14
    amount, day = sheet["B2"], sheet["C2"]
    assert (amount.value, amount.number_format, day.value.date(), day.number_format) == (60000, AMOUNT, date(2026, 3, 2), DAY)  # fmt: skip
    assert [cell.value for cell in sheet[3]] == ["XY-2026-00002", None, None]


@pytest.mark.parametrize(
    ("rows", "sheets"), [(0, [0]), (1, [1]), (9, [9]), (10, [9, 1]), (18, [9, 9]), (19, [9, 9, 1])]
)
def test_more_rows_than_a_sheet_holds_go_on_in_a_further_one(monkeypatch, rows, sheets):
    monkeypatch.setattr(long_tables, "MOST_ROWS", 10)
    book = read([Wide("n", 5)], ([number] for number in range(rows)))
    told = [[row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book]
    assert [len(part) for part in told] == sheets
    assert list(chain.from_iterable(told)) == list(range(rows))


def test_a_text_longer_than_a_cell_holds_is_cut_with_a_sign():
    value = read([Wide("t", 5)], [["长" * 40_000]]).active["A2"].value
    assert (len(value), value[-1]) == (32_767, "…")
