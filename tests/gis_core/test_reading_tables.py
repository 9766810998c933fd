"""CSV and XLSX as offices and citizens' hotlines export them."""

import datetime as dt
import tracemalloc
import zipfile

import openpyxl
import pytest

from gis_core.reading import ReadingError, open_rows

TEXT = "编号,经度,说明\r\n1,113.4,索河街道\r\n2,,高村乡\r\n"
ROWS = [
    {"编号": "1", "经度": "113.4", "说明": "索河街道"},
    {"编号": "2", "经度": None, "说明": "高村乡"},
]


def rows(path):
    with open_rows(path) as found:
        return list(found)


def table(tmp_path, text, encoding="utf-8", name="a.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_gives_the_same_rows(tmp_path, encoding, delimiter):
    with open_rows(table(tmp_path, TEXT.replace(",", delimiter), encoding)) as found:
        assert (found.columns, found.count) == (["编号", "经度", "说明"], 2)
        assert [(row.number, row.geometry, row.properties, row.fault) for row in found] == [
            (1, None, ROWS[0], None),
            (2, None, ROWS[1], None),
        ]


def test_one_gbk_word_in_the_last_row_decides_the_encoding(tmp_path):
    text = "a,b\n" + "1,plain\n" * 200_000 + "2,广武镇\n"
    with open_rows(table(tmp_path, text, "gbk")) as found:
        last = None
        for last in found:  # noqa: B007  the last one is asked for
            pass
    assert last.properties == {"a": "2", "b": "广武镇"}


def test_a_quoted_cell_keeps_its_separators_quotes_and_line_breaks(tmp_path):
    (row,) = rows(table(tmp_path, 'a,b\n"x, ""y""\nz",2\n'))
    assert row.properties == {"a": 'x, "y"\nz', "b": "2"}


def test_empty_lines_are_left_out_but_counted_as_a_spreadsheet_counts_them(tmp_path):
    assert [row.number for row in rows(table(tmp_path, "a,b\n1,2\n\n,\n3,4"))] == [1, 4]


def test_a_row_with_too_many_cells_is_a_fault_and_a_short_one_is_filled_up(tmp_path):
    long, short, spare = rows(table(tmp_path, "a,b\n1,x,y\n2\n3,z,,\n"))
    assert long.fault
    assert long.properties == {"a": "1", "b": "x", "import_more_cells_1": "y"}
    assert (short.properties, short.fault) == ({"a": "2", "b": None}, None)
    assert spare.fault is None


def test_cells_beyond_the_header_that_were_put_aside_are_a_fault_until_they_are_empty(tmp_path):
    filled, mended, more = rows(table(tmp_path, "a,import_more_cells_1\n1,y\n2,\n3,y,z\n"))
    assert (filled.fault, filled.properties["import_more_cells_1"]) == (more.fault, "y")
    assert mended.fault is None
    assert more.properties == {"a": "3", "import_more_cells_1": "y", "import_more_cells_2": "z"}


def test_of_very_many_cells_beyond_the_header_the_last_are_kept_in_one(tmp_path):
    (row,) = rows(table(tmp_path, "a\n" + ",".join(map(str, range(1_000)))))
    assert len(row.properties) == 21
    assert row.properties["import_more_cells_19"] == "19"
    assert row.properties["import_more_cells_20"].startswith("20,21,")
    assert row.properties["import_more_cells_20"].endswith(",999")


def test_a_cell_far_longer_than_any_text_ends_no_file(tmp_path):
    long, after = rows(table(tmp_path, f"a,b\n{'x' * 200_000},1\ny,2\n"))
    assert (len(long.properties["a"]), after.properties) == (200_000, {"a": "y", "b": "2"})


@pytest.mark.parametrize(
    ("text", "line"),
    [('a,b\n1,"x\n2,y\n3,z\n', 2), ('a,b\n"1\n",x\n2,"y\n3,z\n', 4), ('a,b\n1,"x\n2,"y"\n', 2), ('a,"b\n1,2\n', 1),
     ('a,b\n1,"x"y\n', 2)],
)  # fmt: skip
def test_a_quote_that_is_not_closed_takes_no_row_into_its_cell_and_is_told_with_its_line(
    tmp_path, settings, text, line
):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(ReadingError, match=rf"a\.csv: in the row that begins in line {line} a quotation mark"):
        rows(table(tmp_path, text))


def test_a_quote_within_an_unquoted_cell_is_a_sign_like_others(tmp_path):
    assert rows(table(tmp_path, 'a,b\n1,5" 管\n'))[0].properties == {"a": "1", "b": '5" 管'}


def test_columns_without_a_name_are_not_read(tmp_path):
    with open_rows(table(tmp_path, " a ,,b,\n1,2,3,4\n")) as found:
        assert found.columns == ["a", "b"]
        assert [row.properties for row in found] == [{"a": "1", "b": "3"}]


def test_a_header_alone_is_a_table_of_no_rows(tmp_path):
    assert rows(table(tmp_path, "a,b")) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b",,\n1,2,3\n", b"a,a\n1,2\n", b"\x89PNG\r\n\0\0\0", b"a,b\n1,\xff\xff\xff\n",
     b"a\n" + b'"' + b"x" * 200_000, b"a\n" + b"x" * 10_000_001, b"\xff\xfea\x00,\x00b"],
    ids=["empty", "blank", "no names", "same name", "image", "no encoding", "open quote", "endless cell", "half a utf-16"],
)  # fmt: skip
def test_what_is_no_table_is_a_sentence(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ReadingError, match=r"a\.csv"):
        rows(path)


def test_300_000_rows_take_no_more_memory_than_300(tmp_path):
    def peak(count):
        path = table(tmp_path, "lon,lat,text\n" + "113.4,34.8,索河街道\n" * count)
        tracemalloc.start()
        with open_rows(path) as found:
            assert sum(1 for _ in found) == count
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(300_000) < peak(300) + (4 << 20)  # a look at the encoding takes chunks of 1 MB


def workbook(tmp_path, *cells, name="a.xlsx"):
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def test_a_workbook_gives_numbers_dates_and_text(tmp_path):
    path = workbook(
        tmp_path,
        ["编号", "经度", "日期", "时刻", "说明"],
        [1, 113.4, dt.datetime(2024, 5, 6), dt.datetime(2024, 5, 6, 7, 8), "索河"],  # noqa: DTZ001  cells have no zone
        [None] * 5,
        ["3", None, None, None, ""],
    )
    with open_rows(path) as found:
        assert found.columns == ["编号", "经度", "日期", "时刻", "说明"]
        first, third = list(found)
    assert first.properties == {
        "编号": 1, "经度": 113.4, "日期": "2024-05-06", "时刻": "2024-05-06 07:08:00", "说明": "索河",
    }  # fmt: skip
    assert third.number == 3
    assert third.properties == {"编号": "3", "经度": None, "日期": None, "时刻": None, "说明": None}


def test_a_formula_is_never_computed_and_never_shown(tmp_path):
    path = workbook(tmp_path, ["a", "b"], ["=1+1", '=HYPERLINK("http://127.0.0.1")'], ["x", "y"])
    assert [row.properties for row in rows(path)] == [{"a": "x", "b": "y"}]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x05\x06" + bytes(18)])
def test_what_only_calls_itself_a_workbook_is_refused(tmp_path, content):
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(ReadingError, match=r"a\.xlsx"):
        rows(tmp_path / "a.xlsx")


def test_an_empty_sheet_has_no_header(tmp_path):
    with pytest.raises(ReadingError, match=r"a\.xlsx"):
        rows(workbook(tmp_path))


def test_a_workbook_whose_sheet_is_cut_short_is_a_sentence(tmp_path):
    path = workbook(tmp_path, ["a"], *[[number] for number in range(2_000)])
    cut = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(cut, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            target.writestr(member, content[: len(content) // 2] if "sheet1" in member.filename else content)
    with pytest.raises(ReadingError, match=r"cut\.xlsx"):
        rows(cut)


def test_a_workbook_that_unpacks_without_end_is_refused_unopened(tmp_path):
    path = workbook(tmp_path, ["a"], [1])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings2.xml", bytes(50 << 20))
    with pytest.raises(ReadingError, match=r"a\.xlsx.*50 MB"):
        open_rows(path)
