"""The rejects file: each refused row as it came, to be mended and imported in its turn; and the command."""

import csv
from io import StringIO

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection

from cases.import_rejects import REASON, ROW, Rejects, as_they_came
from cases.models import Case
from gis_core.reading import Feature, ReadingError, open_rows
from gis_core.tables import harmless
from tests.cases.import_files import COLUMNS, geojson, imported, read_table, table
from tests.factories import SUOHE, make_user

FORMULAS = (
    "=1+1", "=cmd|'/c calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1",
    " =1+1", "'=1", "''=1+1", "＝1+1", "＋1", "－1+1", "＠SUM(1)", '=HYPERLINK("http://x","y")', "-nan",
    "+", "-", "--1", "+1e5x",
)  # fmt: skip
HARMLESS = ("", "索河路", "-1", "+1.5", "-1e5", "1=1", "a@b", "'引号'", "O'Brien", "#REF!")


@pytest.fixture
def rejects(tmp_path):
    return tmp_path / "退回.csv"


def mend(path, **changes):
    """Write `changes` into every row, as a person does in a spreadsheet."""
    columns, rows = read_table(path)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows({**row, **changes} for row in rows)


def test_a_refused_row_is_repeated_as_it_came_with_its_number_and_every_reason(tmp_path, xingyang, rejects):
    rows = [{}, {"lon": "东", "reported_at": "2024/5/6", "address": "甲,乙\n“丙”"}, {"channel": "电话"}]
    imported(table(tmp_path, rows), xingyang, rejects=rejects)
    columns, found = read_table(rejects)
    assert columns == [ROW, REASON, *COLUMNS]
    assert [row[ROW] for row in found] == ["2", "3"]
    assert found[0] | {ROW: "", REASON: ""} == {
        ROW: "", REASON: "", "lon": "东", "lat": str(SUOHE[1]), "channel": "patrol", "address": "甲,乙\n“丙”",
        "reported_at": "2024/5/6",
    }  # fmt: skip
    assert "lon" in found[0][REASON]
    assert "电话" in found[1][REASON]


def test_several_reasons_of_one_row_stand_together(tmp_path, xingyang, rejects):
    imported(
        table(tmp_path, [{"lon": 1, "channel": "电话", "reported_at": "2000-01-01"}]),
        xingyang,
        rejects=rejects,
    )
    (row,) = read_table(rejects)[1]
    assert len(row[REASON].split("; ")) == 3


def test_no_file_is_written_where_no_row_is_refused(tmp_path, xingyang, rejects):
    imported(table(tmp_path, [{}]), xingyang, rejects=rejects)
    assert not rejects.exists()


def test_a_mended_rejects_file_is_imported_as_if_it_had_been_right_at_once(tmp_path, xingyang, rejects):
    rows = [
        {"lon": "东", "address": "=1+1", "channel": "巡查"},
        {"lon": "东", "address": "'=甲", "channel": "举报"},
    ]
    imported(table(tmp_path, rows), xingyang, rejects=rejects)
    mend(rejects, lon="113.378")
    assert imported(rejects, xingyang).taken == 2
    found = Case.objects.order_by("case_no").values_list("address", "channel", "raw_lon", "raw_lat")
    assert list(found) == [
        ("=1+1", "patrol", 113.378, SUOHE[1]), ("'=甲", "complaint", 113.378, SUOHE[1]),
    ]  # fmt: skip


def test_rejects_of_rejects_have_the_first_files_columns_and_the_new_reason(tmp_path, xingyang, rejects):
    imported(table(tmp_path, [{}, {"lon": "东", "address": "=1"}]), xingyang, rejects=rejects)
    mend(rejects, lon="西")
    second = tmp_path / "second.csv"
    imported(rejects, xingyang, rejects=second)
    columns, (row,) = read_table(second)
    assert columns == [ROW, REASON, *COLUMNS]
    assert "西" in row[REASON]
    assert (row[ROW], row["address"]) == ("1", "'=1")


def test_columns_named_row_and_reason_are_the_files_own(tmp_path, xingyang, rejects):
    columns = ("row", "reason", *COLUMNS)
    path = table(tmp_path, [{"row": "七", "reason": "举报原因", "lon": "东"}], columns=columns)
    imported(path, xingyang, rejects=rejects)
    header, (row,) = read_table(rejects)
    assert header == [ROW, REASON, *columns]
    assert (row["row"], row["reason"], row[ROW]) == ("七", "举报原因", "1")
    mend(rejects, lon="113.378")
    imported(rejects, xingyang, mapping={"description": "reason"})
    assert Case.objects.get().description == "举报原因"


def test_a_point_of_geojson_survives_in_columns_of_its_own(tmp_path, xingyang, rejects):
    line = {"type": "LineString", "coordinates": [SUOHE, (113.4, 34.8)]}
    features = [
        (*SUOHE, {"channel": "电话", "lon": 1, "address": "甲"}), (line, {"channel": "patrol", "层数": 3}),
    ]  # fmt: skip
    imported(geojson(tmp_path, features), xingyang, default_channel="patrol", rejects=rejects)
    columns, (point, other) = read_table(rejects)
    assert columns == [
        ROW, REASON, "import_lon", "import_lat", "channel", "lon", "address", "import_geometry", "层数",
    ]  # fmt: skip
    assert (point["import_geometry"], other["import_geometry"]) == (
        "", f"LINESTRING ({SUOHE[0]} {SUOHE[1]}, 113.4 34.8)",
    )  # fmt: skip
    assert (point["import_lon"], point["import_lat"], other["import_lon"], other["层数"]) == (
        str(SUOHE[0]), str(SUOHE[1]), "", "3",
    )  # fmt: skip
    mend(rejects, channel="巡查")
    assert imported(rejects, xingyang).taken == 1
    assert Case.objects.get().geom.coords == SUOHE


def test_cells_beyond_the_header_are_kept_and_the_row_refused_until_they_are_empty(tmp_path, xingyang, rejects):
    path = table(tmp_path, [{}])
    with path.open("a", encoding="utf-8") as handle:
        handle.write("113.378,34.787,patrol,甲,乙,2024-05-06\n")
    assert imported(path, xingyang, rejects=rejects).refused == 1
    columns, (row,) = read_table(rejects)
    assert columns == [ROW, REASON, *COLUMNS, "import_more_cells_1"]
    assert row["import_more_cells_1"] == "2024-05-06"
    second = tmp_path / "second.csv"
    assert imported(rejects, xingyang, rejects=second).refused == 1
    assert read_table(second)[1][0]["import_more_cells_1"] == "2024-05-06"
    mend(rejects, address="甲,乙", reported_at="2024-05-06", import_more_cells_1="")
    assert imported(rejects, xingyang).taken == 1
    assert Case.objects.latest("id").address == "甲,乙"


def test_a_cell_longer_than_any_text_costs_its_row_alone_and_is_kept(tmp_path, xingyang, rejects):
    path = table(tmp_path, [{}, {"address": "长" * 200_000}, {}])
    outcome = imported(path, xingyang, rejects=rejects)
    assert (outcome.taken, outcome.refused) == (2, 1)
    assert read_table(rejects)[1][0]["address"] == "长" * 200_000
    mend(rejects, address="短")
    assert imported(rejects, xingyang).taken == 1


def test_a_quote_that_is_not_closed_loses_no_row_silently(tmp_path, xingyang):
    path = table(tmp_path, [{}])
    with path.open("a", encoding="utf-8") as handle:
        handle.write('113.378,34.787,patrol,"甲,2024-05-06\n113.378,34.787,patrol,乙,2024-05-06\n')
    with pytest.raises(ReadingError, match="3"):
        imported(path, xingyang)
    assert not Case.objects.exists()


def test_rows_with_signs_that_cannot_be_stored_are_refused(tmp_path, xingyang, rejects):
    features = [(*SUOHE, {"channel": "patrol", "address": text}) for text in ("甲\x00", "乙\x1b")]
    outcome = imported(geojson(tmp_path, features), xingyang, rejects=rejects)
    assert (outcome.taken, outcome.refused) == (1, 1)
    assert [row["address"] for row in read_table(rejects)[1]] == ["甲�"]
    assert imported(rejects, xingyang).refused == 0


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_rejects_file_begins_as_a_formula_does_and_each_comes_back_as_it_was(tmp_path, cell):
    with Rejects(tmp_path / "a.csv", places=False) as refuse:
        refuse.add([(Feature(1, None, {"a": cell, cell: "b"}), "gone")])
    header, (row,) = read_table(tmp_path / "a.csv")
    assert row["a"].startswith("'")
    assert all(name[0] not in "=+-@\t\r\n＝＋－＠" for name in header)
    with open_rows(tmp_path / "a.csv") as rows:
        (back,) = as_they_came(rows)
    assert back.properties["a"] == cell
    assert set(back.properties) == {"a", cell} or cell.strip() != cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_ordinary_cells_and_numbers_are_written_as_they_are(cell):
    assert harmless(cell) == cell


def test_every_cell_is_quoted_so_that_no_other_separator_parts_it(tmp_path):
    with Rejects(tmp_path / "a.csv", places=False) as refuse:
        refuse.add([(Feature(1, None, {"a": "x;=1+1"}), "gone")])
    assert '"x;=1+1"' in (tmp_path / "a.csv").read_text("utf-8-sig")


def test_a_point_without_coordinates_leaves_its_columns_empty(tmp_path):
    with Rejects(tmp_path / "a.csv", places=True) as refuse:
        refuse.add([(Feature(1, shapely.LineString([(1, 2), (3, 4)]), {}), "a"), (Feature(2, None, {}), "b")])
    assert [row["import_lon"] for row in read_table(tmp_path / "a.csv")[1]] == ["", ""]


def run(*arguments):
    out = StringIO()
    call_command("import_cases", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def refused(*arguments):
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_cases", *map(str, arguments), stdout=out, stderr=StringIO())
    return str(caught.value), out.getvalue()


def test_the_command_says_the_numbers_the_first_reasons_and_where_the_rows_are(tmp_path, xingyang):
    path = table(tmp_path, [{}, *[{"lon": "东"}] * 7])
    out = run(path, "--crs", "wgs84", "--user", make_user(username="importer").username)
    rejects = tmp_path / "案件.csv.rejects.csv"
    first, *reasons, last = out.splitlines()
    assert "1" in first
    assert "7" in first
    assert [reason.split(":")[0].strip() for reason in reasons] == ["2", "3", "4", "5", "6"]
    assert str(rejects) in last
    assert len(read_table(rejects)[1]) == 7
    assert Case.objects.get().reported_by.username == "importer"


def test_a_dry_run_writes_no_case_and_no_file_unless_one_is_named(tmp_path, xingyang, rejects):
    path = table(tmp_path, [{}, {"lon": "东"}])
    before = set(tmp_path.iterdir())
    dry = run(path, "--crs", "wgs84", "--dry-run").splitlines()
    assert set(tmp_path.iterdir()) == before
    run(path, "--crs", "wgs84", "--dry-run", "--rejects", rejects)
    assert len(read_table(rejects)[1]) == 1
    assert not Case.objects.exists()
    assert run(path, "--crs", "wgs84").splitlines()[:2] == dry[1:]


def test_columns_are_mapped_and_the_channel_named_on_the_command_line(tmp_path, xingyang):
    path = table(tmp_path, [{"东": SUOHE[0], "lat": SUOHE[1]}], columns=("东", "lat"))
    run(path, "--crs", "wgs84", "--map", "lon=东", "--channel", "superior_assigned")
    assert Case.objects.get().channel == "superior_assigned"


def test_an_import_that_breaks_off_says_what_was_taken_and_where_to_go_on(tmp_path, xingyang, monkeypatch):
    monkeypatch.setattr("cases.importing.BATCH", 3)
    path = table(tmp_path, [{}] * 4)
    sound = path.read_bytes()
    path.write_bytes(sound + b'"' + b"x" * 200_000)
    sentence, out = refused(path, "--crs", "wgs84")
    assert "--after 3" in sentence
    assert path.name in sentence
    assert "3" in out
    assert Case.objects.count() == 3
    path.write_bytes(sound)
    run(path, "--crs", "wgs84", "--after", 3)
    assert Case.objects.count() == 4


@pytest.mark.parametrize(
    "wrong",
    [("--crs", "mars"), ("--region", "999999"), ("--user", "nobody"), ("--map", "lon"), ("--map", "lon="),
     ("--map", "colour=a"), ("--map", "lon=没有"), ("--rejects", "/nowhere/a.csv"), ("--rejects", "案件.csv"),
     ("--rejects", ".")],
)  # fmt: skip
def test_what_the_command_does_not_know_is_refused_and_nothing_written(tmp_path, xingyang, monkeypatch, wrong):
    path = table(tmp_path, [{}])
    before = path.read_bytes()
    monkeypatch.chdir(tmp_path)
    refused(path, "--crs", "wgs84", *wrong)
    assert not Case.objects.exists()
    assert path.read_bytes() == before


def test_somebody_who_has_left_cannot_be_named_as_the_reporter(tmp_path, xingyang):
    make_user(username="gone", is_active=False)
    sentence, _out = refused(table(tmp_path, [{}]), "--crs", "wgs84", "--user", "gone")
    assert "gone" in sentence


@pytest.mark.parametrize("named", [(), ("--region", "000000")])
def test_without_any_region_nothing_can_be_imported_and_a_pack_is_asked_for(tmp_path, db, settings, named):
    settings.LANGUAGE_CODE = "en"
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE boundaries_region CASCADE")
    assert "load a pack" in refused(table(tmp_path, [{}]), "--crs", "wgs84", *named)[0]
