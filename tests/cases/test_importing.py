"""Cases from files: every kind of file, every coordinate system, batch by batch."""

import datetime as dt
import os
import subprocess
import sys
import threading
import zipfile

import openpyxl
import pyproj
import pytest
from django.db import connection, connections

from boundaries import editions
from boundaries.models import Edition
from cases import importing
from cases.import_rows import UnknownColumn
from cases.importing import Interrupted
from cases.models import Case, CaseEvent
from gis_core.crs import UnknownCrs
from gis_core.reading import NoCrs, ReadingError
from tests.cases.import_files import geojson, imported, table
from tests.factories import SUOHE, make_user
from tests.gis_core import shapefile_writer

# One place in the four systems: the vectors of fixtures/coordinate_vectors.csv.
SEAT = {
    "wgs84": (113.383, 34.787),
    "cgcs2000": (113.383, 34.787),
    "gcj02": (113.3895371, 34.78620085),
    "bd09": (113.39593537, 34.79248736),
}
# In 京城路街道; the GCJ-02 pair of the same place, read as WGS 84, lies in 乔楼镇.
JINGCHENG_GCJ02 = (113.363498, 34.763145)
JINGCHENG_CODE = "410182002"
SHANGJIE = (113.3, 34.8)


def one_case():
    return Case.objects.get()


def addresses():
    return list(Case.objects.order_by("case_no").values_list("address", flat=True))


def numbered(count):
    return [{"address": f"第{number}处"} for number in range(1, count + 1)]


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)


@pytest.mark.parametrize("system", SEAT)
def test_a_point_of_each_named_system_is_converted_once_and_kept_as_it_came(tmp_path, xingyang, system):
    lon, lat = SEAT[system]
    imported(table(tmp_path, [{"lon": lon, "lat": lat}]), xingyang, system)
    case = one_case()
    assert case.geom.coords == pytest.approx(SEAT["wgs84"], abs=1e-6)
    assert (case.raw_lon, case.raw_lat, case.raw_crs) == (lon, lat, system)


@pytest.mark.parametrize("code", [4547, 4526, 32649])
def test_eastings_and_northings_are_converted_as_proj_converts_them(tmp_path, xingyang, code):
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(*SEAT["wgs84"])
    imported(table(tmp_path, [{"lon": x, "lat": y}]), xingyang, f"EPSG:{code}")
    case = one_case()
    assert case.geom.coords == pytest.approx(SEAT["wgs84"], abs=1e-8)
    assert (case.raw_lon, case.raw_lat, case.raw_crs) == (x, y, f"EPSG:{code}")


def test_swapped_eastings_and_northings_are_refused_with_a_hint(tmp_path, xingyang):
    x, y = pyproj.Transformer.from_crs(4326, 4547, always_xy=True).transform(*SEAT["wgs84"])
    outcome = imported(table(tmp_path, [{"lon": y, "lat": x}, {"lon": 1, "lat": 2}]), xingyang, "EPSG:4547")
    swapped, far = outcome.first_reasons
    assert (outcome.taken, outcome.refused) == (0, 2)
    assert swapped.removeprefix("1") != far.removeprefix("2")


@pytest.mark.parametrize(
    "pair", [(34.787, 113.383), ("nan", 34.787), (113.383, "inf"), (2.35, 48.86), (0, 0), ("1e400", 34)]
)
def test_a_pair_that_is_no_place_in_china_is_refused(tmp_path, xingyang, pair):
    outcome = imported(table(tmp_path, [dict(zip(("lon", "lat"), pair, strict=True)), {}]), xingyang)
    assert (outcome.taken, outcome.refused) == (1, 1)


def test_a_pair_that_the_system_cannot_place_is_refused_by_the_name_of_its_fields(tmp_path, xingyang):
    (reason,) = imported(table(tmp_path, [{"lon": 1e15, "lat": 1e15}]), xingyang, "EPSG:4547").first_reasons
    assert "lon" in reason
    assert "lat" in reason


def test_a_case_from_a_file_has_all_that_a_reported_one_has(tmp_path, xingyang):
    by = make_user("dispatcher")
    imported(table(tmp_path, [{"address": "索河路", "reported_at": "2024-05-06 10:00"}]), xingyang, by=by)
    case = one_case()
    assert (case.case_no, case.year, case.status) == (
        f"{xingyang.region.case_prefix}-2024-00001", 2024, "reported",
    )  # fmt: skip
    assert (case.rule, case.area_code, case.group_code, case.lead_unit.code) == (
        "township", "410182001", "G3", "safety_station",
    )  # fmt: skip
    assert case.reason.startswith("位于索河街道")
    # The 15th working day after Monday, 6 May 2024: Saturday the 11th made up for a holiday.
    assert case.due_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date() == dt.date(2024, 5, 24)
    assert (case.reported_by, case.source_client) == (by, "import")
    clock = case.clocks.get()
    assert (clock.code, clock.rule.code, clock.started_at, clock.due_at) == (
        "D01",
        "D01",
        case.reported_at,
        case.due_at,
    )
    assert list(case.events.values_list("verb", "status", "by")) == [("import", "reported", by.pk)]


def test_history_comes_in_as_it_ended_and_is_neither_open_nor_due(tmp_path, xingyang):
    columns = ("lon", "lat", "channel", "reported_at", "状态", "结案日期")
    rows = [{"状态": "已结案", "结案日期": "2024-06-01"}, {"状态": "调查取证"}, {"状态": "已分类"}, {}]
    assert imported(table(tmp_path, rows, columns=columns), xingyang).taken == 4
    ended, investigated, triaged, reported = Case.objects.order_by("case_no")
    assert (ended.status, ended.ended_at.isoformat(), ended.due_at) == ("closed", "2024-05-31T16:00:00+00:00", None)
    assert (investigated.status, investigated.due_at, triaged.status) == ("investigating", None, "triaged")
    assert triaged.due_at == reported.due_at
    assert set(Case.objects.overdue()) == {triaged, reported}
    assert [case.clocks.count() for case in (ended, investigated, triaged, reported)] == [0, 0, 1, 1]
    assert [case.events.get().status for case in (ended, reported)] == ["closed", "reported"]


def test_chinese_headers_need_no_mapping_and_others_are_mapped(tmp_path, xingyang):
    columns = ("经度", "纬度", "案件来源", "哪里")
    row = {"经度": SUOHE[0], "纬度": SUOHE[1], "案件来源": "网格反馈", "哪里": "索河路"}
    imported(table(tmp_path, [row], columns=columns), xingyang, mapping={"address": "哪里"})
    assert (one_case().channel, one_case().address) == ("grid_feedback", "索河路")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_may_be_in_any_of_the_usual_encodings(tmp_path, xingyang, encoding):
    imported(table(tmp_path, [{"address": "广武镇"}], encoding=encoding), xingyang)
    assert one_case().address == "广武镇"


def test_an_xlsx_gives_its_dates_and_numbers(tmp_path, xingyang):
    book = openpyxl.Workbook()
    book.active.append(["经度", "纬度", "来源", "日期", "地址"])
    book.active.append([*SUOHE, "执法巡查", dt.datetime(2024, 5, 6, 9, 30), 12])  # noqa: DTZ001  Excel has no zones
    book.active.append([*SUOHE, "执法巡查", dt.date(2024, 5, 7), None])
    book.active.append([*SUOHE, "执法巡查", "2024/5/8", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert imported(tmp_path / "a.xlsx", xingyang).taken == 3
    found = Case.objects.order_by("case_no").values_list("reported_at", "address")
    city = dt.timezone(dt.timedelta(hours=8))
    assert [(moment.astimezone(city).isoformat(), address) for moment, address in found] == [
        ("2024-05-06T09:30:00+08:00", "12"),
        ("2024-05-07T00:00:00+08:00", ""),
        ("2024-05-08T00:00:00+08:00", ""),
    ]


def test_geojson_points_bring_their_place_themselves(tmp_path, xingyang):
    path = geojson(tmp_path, [(*SUOHE, {"channel": "patrol", "violations": ["tendering"]})])
    imported(path, xingyang)
    assert (one_case().geom.coords, one_case().violations) == (SUOHE, ["tendering"])


@pytest.mark.parametrize("zipped", [False, True])
def test_a_projected_shapefile_with_gbk_attributes_needs_no_declaration(tmp_path, xingyang, zipped):
    point = pyproj.Transformer.from_crs(4326, 4547, always_xy=True).transform(*SUOHE)
    path = shapefile_writer.write(
        tmp_path / "a.shp", [point], [("来源", "C", 20), ("地址", "C", 40)], [("信访投诉", "索河路")],
        encoding="gbk", prj=shapefile_writer.GK_114_PRJ,
    )  # fmt: skip
    if zipped:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in ("shp", "shx", "dbf", "prj"):
                archive.write(tmp_path / f"a.{part}", f"a.{part}")
    imported(path, xingyang, None)
    case = one_case()
    assert (case.channel, case.address, case.raw_crs) == ("complaint", "索河路", "EPSG:4547")
    assert case.geom.coords == pytest.approx(SUOHE, abs=1e-8)


def test_without_a_coordinate_system_nothing_is_read(tmp_path, xingyang):
    with pytest.raises(UnknownCrs, match="--crs"):
        imported(table(tmp_path, [{}]), xingyang, None)
    with pytest.raises(NoCrs):
        imported(geojson(tmp_path, [(*SUOHE, {"channel": "patrol"})]), xingyang, None)


@pytest.mark.parametrize(
    ("content", "error"),
    [("", ReadingError), ("\n", ReadingError), ("lon,lat,lat,channel\n1,2,3,patrol\n", ReadingError),
     ("a,b\n1,2\n", UnknownColumn), ("lon,lat\n113,34\n", UnknownColumn)],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_refused_whole(tmp_path, xingyang, content, error):
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(error):
        imported(tmp_path / "a.csv", xingyang)
    assert not Case.objects.exists()


def test_a_mapped_column_must_be_in_geojson_too(tmp_path, xingyang):
    path = geojson(tmp_path, [(*SUOHE, {"channel": "patrol", "where": "甲"}), (*SUOHE, {"at": "乙"})])
    with pytest.raises(UnknownColumn, match="哪里"):
        imported(path, xingyang, mapping={"address": "哪里"})
    outcome = imported(path, xingyang, mapping={"address": "at"}, default_channel="patrol")
    assert (outcome.taken, addresses()) == (2, ["", "乙"])


def test_a_header_alone_is_an_import_of_nothing(tmp_path, xingyang):
    outcome = imported(table(tmp_path, []), xingyang)
    assert (outcome.taken, outcome.refused) == (0, 0)


def test_a_dry_run_says_the_numbers_of_the_real_run_and_writes_nothing(tmp_path, xingyang):
    rows = [{}, {"lon": "东"}, {"reported_at": "2014-01-01"}, {"lat": 1}, {"reported_at": "2999-01-01"}, {}]
    path = table(tmp_path, rows)
    said = imported(path, xingyang, dry_run=True)
    assert not Case.objects.exists()
    assert not CaseEvent.objects.exists()
    done = imported(path, xingyang)
    assert said == done
    assert (done.taken, done.refused, Case.objects.count()) == (2, 4, 2)


def test_a_day_before_every_edition_is_refused_by_row_and_the_first_day_is_not(tmp_path, xingyang):
    rows = [{"reported_at": "2015-04-05 23:59:59"}, {"reported_at": "2015-04-06"}]
    outcome = imported(table(tmp_path, rows), xingyang)
    assert (outcome.taken, outcome.refused) == (1, 1)
    assert "reported_at" in outcome.first_reasons[0]


def test_a_row_is_assigned_by_the_edition_of_its_day(tmp_path, xingyang):
    later = Edition.objects.create(region=xingyang.region, name="新版", valid_from=dt.date(2020, 1, 1))
    group = later.groups.create(code="G9", name="第九协作组", order=1)
    group.lead_units.create(unit=xingyang.region.units.first(), lead_order=1)
    suohe = xingyang.areas.get(code="410182001")
    later.areas.create(code="1", name="合并区", kind="town", geom=suohe.geom, group=group)
    editions.publish(later)
    days = ("2020-01-01", "2019-12-31", "2024-05-06")
    imported(table(tmp_path, [{"reported_at": day} for day in days]), xingyang)
    found = Case.objects.order_by("reported_at").values_list("group_code", "edition")
    assert list(found) == [("G3", xingyang.pk), ("G9", later.pk), ("G9", later.pk)]


def test_points_outside_the_region_are_kept_and_say_whose_they_are(tmp_path, xingyang):
    imported(table(tmp_path, [{"lon": SHANGJIE[0], "lat": SHANGJIE[1]}, {"lon": 120, "lat": 30}]), xingyang)
    found = Case.objects.order_by("case_no").values_list("rule", "area_code", "group_code", "outside_name")
    assert list(found) == [("outside", "", "", "上街区"), ("outside", "", "", "")]


def test_a_text_that_names_another_area_is_doubted_with_the_system_in_which_both_agree(tmp_path, xingyang):
    rows = [
        {"lon": JINGCHENG_GCJ02[0], "lat": JINGCHENG_GCJ02[1], "address": "京城路街道某工地"},
        {"address": "京城路街道某工地"},
        {"address": "索河街道某工地"},
        {"address": "京城路街道与索河街道之间"},
    ]
    imported(table(tmp_path, rows), xingyang)
    assert list(Case.objects.order_by("case_no").values_list("named_area_code", "suspected_crs")) == [
        (JINGCHENG_CODE, "gcj02"), (JINGCHENG_CODE, ""), ("", ""), ("", ""),
    ]  # fmt: skip


def test_numbers_run_through_each_year_in_the_order_of_the_file(tmp_path, xingyang, small_batches):
    years = (2023, 2024, 2023, 2024, 2024, 2023, 2023)
    rows = [{"reported_at": f"{year}-03-01", "address": str(row)} for row, year in enumerate(years)]
    imported(table(tmp_path, rows), xingyang)
    found = Case.objects.order_by("address").values_list("case_no", flat=True)
    assert [number.partition("-")[2] for number in found] == [
        "2023-00001", "2024-00001", "2023-00002", "2024-00002", "2024-00003", "2023-00003", "2023-00004",
    ]  # fmt: skip


def test_the_year_of_a_number_is_that_of_the_city(tmp_path, xingyang):
    imported(table(tmp_path, [{"reported_at": "2023-12-31T16:00:00Z"}]), xingyang)
    assert (one_case().year, one_case().case_no.split("-")[1]) == (2024, "2024")


@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_batches_leave_no_row_out_and_take_none_twice(tmp_path, xingyang, small_batches, count):
    seen = []
    outcome = imported(table(tmp_path, numbered(count)), xingyang, progress=lambda done, of: seen.append((done, of)))
    assert outcome.taken == count
    assert sorted(addresses()) == sorted(row["address"] for row in numbered(count))
    assert seen == [(min(done, count), count) for done in range(3, count + 3, 3)]


def test_a_failing_batch_leaves_nothing_of_itself_and_the_import_can_go_on_behind_the_last_one(
    tmp_path, xingyang, small_batches
):
    path, prefix = table(tmp_path, numbered(8)), xingyang.region.case_prefix
    imported(table(tmp_path, [{"address": "挡路"}], name="b.csv"), xingyang)
    Case.objects.update(case_no=f"{prefix}-2024-00006")
    with pytest.raises(Interrupted) as caught:
        imported(path, xingyang)
    outcome = caught.value.outcome
    assert (outcome.taken, outcome.refused, outcome.last_row) == (3, 0, 3)
    assert Case.objects.count() == 4
    Case.objects.filter(address="挡路").update(case_no=f"{prefix}-2024-99999")
    assert imported(path, xingyang, after=outcome.last_row).taken == 5
    assert addresses() == [*(row["address"] for row in numbered(8)), "挡路"]
    # 挡路 had taken 1: the batch that failed has used up no number.
    numbers = Case.objects.exclude(address="挡路").order_by("case_no").values_list("case_no", flat=True)
    assert list(numbers) == [f"{prefix}-2024-{number:05}" for number in range(2, 10)]


def test_a_person_who_stops_an_import_keeps_what_was_taken(tmp_path, xingyang, small_batches):
    def stop(done, of):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        imported(table(tmp_path, numbered(8)), xingyang, progress=stop)
    assert (caught.value.outcome.taken, Case.objects.count()) == (6, 6)


def test_a_file_that_is_damaged_half_way_keeps_the_batches_before(tmp_path, xingyang, small_batches):
    path = table(tmp_path, numbered(4))
    with path.open("a", encoding="utf-8") as handle:
        handle.write('"' + "x" * 200_000 + "\n")
    with pytest.raises(Interrupted) as caught:
        imported(path, xingyang)
    assert (caught.value.outcome.taken, caught.value.outcome.last_row, Case.objects.count()) == (3, 3, 3)
    assert isinstance(caught.value.__cause__, ReadingError)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_share_out_the_numbers_without_gap_or_double(tmp_path, xingyang, small_batches):
    def run(path):
        try:
            imported(path, xingyang)
        except BaseException as error:  # noqa: BLE001  a thread's error is told by the test
            errors.append(error)
        finally:
            connections.close_all()

    errors = []
    years = [{"reported_at": f"{2023 + number % 2}-03-01"} for number in range(20)]
    reverse = [{"reported_at": f"{2024 - number % 2}-03-01"} for number in range(20)]
    paths = [table(tmp_path, rows, name=f"{name}.csv") for name, rows in (("a", years), ("b", reverse))]
    threads = [threading.Thread(target=run, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    prefix = xingyang.region.case_prefix
    assert sorted(Case.objects.values_list("case_no", flat=True)) == [
        f"{prefix}-{year}-{number:05}" for year in (2023, 2024) for number in range(1, 21)
    ]


PEAK = """
import resource, sys
from pathlib import Path
import django
from django.db import connections
django.setup()
connections["default"].settings_dict["NAME"] = sys.argv[2]
from boundaries.models import Region
from cases.import_rows import RowReader
from cases.importing import import_cases
from gis_core import crs
outcome = import_cases(Path(sys.argv[1]), Region.objects.get(), crs.WGS84, reader=RowReader({}), dry_run=True,
                       rejects=Path(sys.argv[1] + ".rejects"))
print(outcome.taken + outcome.refused, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_kb(path):
    """(rows, peak of resident memory in kB) of reading, checking and rejecting a file in its own process."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(path), connection.settings_dict["NAME"]],
        capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_core.settings"},
    )  # fmt: skip
    rows, peak = done.stdout.split()
    return int(rows), int(peak)


def half_refused(tmp_path, count):
    rows = [{"address": "某路" * 40, "lon": 1 + 112 * (number % 2)} for number in range(count)]
    return table(tmp_path, rows, name=f"{count}.csv")


def test_three_times_the_rows_need_no_more_memory(tmp_path, xingyang):
    (few, peak_few), (many, peak_many) = (peak_kb(half_refused(tmp_path, count)) for count in (10_000, 30_000))
    assert (few, many) == (10_000, 30_000)
    assert peak_many - peak_few < 10_000
