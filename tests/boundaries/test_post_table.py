"""Posts from a table: every fault of every row, all or nothing, whatever a spreadsheet made of it."""

from datetime import date

import openpyxl
import pytest

from boundaries import post_table
from boundaries.models import GridCell, GridPost
from gis_core.reading import ReadingError
from tests.factories import make_user

HEAD = "网格编码,岗位,姓名,账号,单位,协作组,开始日期,最后一天\n"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def cell(xingyang):
    cell = GridCell.objects.filter(region=xingyang.region, level=3).first()
    GridPost.objects.filter(cell=cell).delete()
    return cell


def tried(cell, rows, *, head=HEAD, dry_run=False):
    lines = post_table.read_text(head + rows.replace("CELL", cell.code))
    return post_table.post_all(cell.region, lines, dry_run=dry_run)


def faults(outcome):
    return {line.number: line.faults for line in outcome.faulty}


def test_sound_rows_become_posts_with_everything_that_was_told(cell):
    person = make_user("grid_member", username="li4", display_name="李四")
    outcome = tried(
        cell,
        "CELL,网格长,张三,,安监站,第三协作组,2026-06-01,2026-06-30\nCELL,embedded_grid_staff,,li4,,G1,2026-06-02,\n",
    )
    assert (outcome.done, outcome.faulty) == (True, [])
    leader, embedded = cell.posts.order_by("valid_from")
    assert (leader.role, leader.holder, leader.unit.code, leader.group_code) == (
        "grid_leader",
        "张三",
        "safety_station",
        "G3",
    )
    assert (leader.valid_from, leader.valid_to) == (date(2026, 6, 1), date(2026, 6, 30))
    assert (embedded.holder, embedded.user, embedded.group_code, embedded.valid_to) == ("李四", person, "G1", None)


def test_a_dry_run_posts_nothing_and_says_the_same(cell):
    outcome = tried(cell, "CELL,网格员,张三,,,,2026-06-01,\n", dry_run=True)
    assert (outcome.done, len(outcome.sound), cell.posts.count()) == (False, 1, 0)


def test_every_fault_of_every_row_is_told_and_nothing_is_posted(cell):
    outcome = tried(
        cell,
        "CELL,网格员,张三,,,,2026-06-01,\n"
        "000000000000000,管理员,,nobody,无此单位,G9,2026-13-01,明天\n"
        "CELL,网格员,,,,,,\n"
        "CELL,网格长,王五,,,,2026-06-02,2026-06-01\n",
    )
    found = faults(outcome)
    assert set(found) == {2, 3, 4}
    assert len(found[2]) == 8 - 1  # all but the name, which the account would give
    assert [sentence.split(":")[0] for sentence in found[3]] == ["开始日期", "姓名"]
    assert found[4] == ["最后一天: The post ends before it begins, on 2026-06-02."]
    assert cell.posts.count() == 0


def test_rows_are_held_against_one_another(cell):
    outcome = tried(cell, "CELL,网格长,张三,,,,2026-06-01,\nCELL,网格长,李四,,,,2026-06-30,\n")
    assert list(faults(outcome)) == [2]
    assert "张三" in faults(outcome)[2][0]
    assert cell.posts.count() == 0


@pytest.mark.parametrize("text", ["2026-06-01", "2026/6/1", "2026.6.1", "2026年6月1日", "2026-06-01T00:00:00"])
def test_a_day_is_understood_however_a_spreadsheet_writes_it(cell, text):
    tried(cell, f"CELL,网格员,张三,,,,{text},\n")
    assert cell.posts.get().valid_from == date(2026, 6, 1)


@pytest.mark.parametrize("text", ["2026-02-29", "06-01", "20260601", "6月1日"])
def test_what_is_no_day_is_said(cell, text):
    assert "is no day" in faults(tried(cell, f"CELL,网格员,张三,,,,{text},\n"))[1][0]


def test_tabs_columns_in_any_order_and_names_of_either_language(cell):
    tried(cell, "张三\t2026-06-01\tgrid_worker\tCELL\n", head="Name\tvalid_from\tROLE\tcell\n")
    assert cell.posts.get().holder == "张三"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("网格编码,姓名\n1,2\n", "lacks 岗位, 开始日期"),
        (HEAD.strip() + ",电话\n1,2,3,4,5,6,7,8,9\n", "unknown columns: 电话"),
        (HEAD, "no row"),
        ("", "empty|header"),
        (HEAD + '1,"x\n', "quotation"),
    ],
)
def test_a_table_that_cannot_be_taken_gets_a_sentence(xingyang, text, said):
    with pytest.raises(ReadingError, match=said):
        post_table.read_text(text)


def test_too_many_rows_are_refused_before_any_is_tried(xingyang, monkeypatch):
    monkeypatch.setattr(post_table, "MOST_ROWS", 2)
    with pytest.raises(ReadingError, match="at most 2 rows"):
        post_table.read_text(HEAD + "1,2,3,4,5,6,7,8\n" * 3)


def test_an_xlsx_with_real_dates_and_codes_as_numbers(cell, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["网格编码", "岗位", "姓名", "开始日期"])
    book.active.append([int(cell.code), "网格员", "张三", date(2026, 6, 1)])
    book.save(tmp_path / "a.xlsx")
    outcome = post_table.post_all(cell.region, post_table.read(tmp_path / "a.xlsx"))
    assert (outcome.done, cell.posts.get().valid_from) == (True, date(2026, 6, 1))


def test_what_was_read_comes_back_as_text_that_reads_the_same(cell):
    rows = "CELL,网格员,张\t三,,,,2026-06-01,\n".replace("CELL", cell.code)
    lines = post_table.read_text(HEAD + rows)
    again = post_table.read_text(post_table.as_text(lines))
    assert [line.cells | {"holder": "张 三"} for line in lines] == [line.cells for line in again]
