"""Tables for spreadsheets: read back as a spreadsheet reads them."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from gis_core import tables

COLUMNS = ("姓名", "数", "日期", "时刻")
MOMENT = datetime.fromisoformat("2026-11-28T09:05:07+08:00")
ROWS = [("张三", 3, date(2026, 11, 28), MOMENT), ("=1+1", 0, None, None)]


def test_a_csv_has_its_mark_and_times_as_people_write_them():
    text = tables.as_csv("汇总", COLUMNS, ROWS)
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines() == [
        "姓名,数,日期,时刻",
        "张三,3,2026-11-28,2026-11-28 09:05",
        "'=1+1,0,,",
    ]


def test_an_xlsx_has_real_numbers_and_dates_and_no_formula():
    sheet = openpyxl.load_workbook(BytesIO(tables.as_xlsx("汇总/[1]", COLUMNS, ROWS))).active
    rows = list(sheet.iter_rows())
    assert [[cell.value for cell in row] for row in rows] == [
        list(COLUMNS),
        ["张三", 3, datetime(2026, 11, 28), datetime(2026, 11, 28, 9, 5)],  # noqa: DTZ001 - a sheet knows no zone
        ["'=1+1", 0, None, None],
    ]
    assert {cell.data_type for cell in rows[2]} <= {"s", "n"}
    assert (sheet.freeze_panes, sheet.title, rows[0][0].font.bold) == ("A2", "汇总  1 ", True)


@pytest.mark.parametrize("rows", [[], [("a\x0bb\x00", None, None, None)]])
def test_no_rows_and_letters_that_no_sheet_may_hold_make_a_sound_file(rows):
    book = openpyxl.load_workbook(BytesIO(tables.as_xlsx("x", COLUMNS, rows)))
    assert book.active.max_row == 1 + len(rows)


def test_the_answer_is_a_download_with_its_name_and_is_kept_nowhere():
    answer = tables.answer("xlsx", "汇总 2026-11", COLUMNS, ROWS)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "2026-11.xlsx" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
