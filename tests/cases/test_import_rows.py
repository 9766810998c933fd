"""One row of a file: which cell says what, and every reason why a row is refused."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import shapely
from django.utils import timezone
from django.utils.translation import override

from cases.import_rows import RowReader, UnknownColumn, shown
from cases.models.case import Channel, LandOwnership, Violation
from cases.workflow import ENDED, Status

CITY = ZoneInfo("Asia/Shanghai")
SOUND = {"lon": "113.378", "lat": "34.787", "channel": "patrol"}


def read(mapping=None, *, default_channel="", geometry=None, **cells):
    return RowReader(mapping or {}, default_channel).read({**SOUND, **cells}, geometry)


def read_only(**cells):
    """The row of a file that has these columns and no other."""
    return RowReader({}).read(cells)


def fault(**cells):
    """The one sentence of a row with one fault."""
    (sentence,) = read(**cells).faults
    return sentence


def test_a_row_of_stored_values_is_read_as_it_stands():
    row = read(
        violations="planning_permit;tendering", land_ownership="state", address="索河路 1 号",
        description="地基", accuracy_m="12.5", reported_at="2024-05-06T07:08:09+08:00",
    )  # fmt: skip
    assert (row.raw, row.faults) == ((113.378, 34.787), [])
    assert row.details == {
        "accuracy_m": 12.5, "channel": "patrol", "violations": ["planning_permit", "tendering"],
        "land_ownership": "state", "address": "索河路 1 号", "description": "地基",
        "reported_at": datetime(2024, 5, 6, 7, 8, 9, tzinfo=CITY), "status": "reported", "ended_at": None,
    }  # fmt: skip


def test_what_is_left_out_has_its_usual_value():
    before = timezone.now()
    row = read()
    assert before <= row.details.pop("reported_at") <= timezone.now()
    assert row.details == {
        "accuracy_m": None, "channel": "patrol", "violations": [], "land_ownership": "unverified",
        "address": "", "description": "", "status": "reported", "ended_at": None,
    }  # fmt: skip


def test_chinese_columns_and_values_are_found_by_themselves():
    row = read_only(
        经度="113.378", 纬度="34.787", 案件来源="信访投诉", 违法类型="未取得规划许可、未依法招投标",
        土地性质="国有", 建设地点="索河路", 情况说明="三层", 举报时间="2024年5月6日", 定位精度="20",
    )  # fmt: skip
    assert (row.raw, row.faults) == ((113.378, 34.787), [])
    assert row.details == {
        "accuracy_m": 20.0, "channel": "complaint", "violations": ["planning_permit", "tendering"],
        "land_ownership": "state", "address": "索河路", "description": "三层",
        "reported_at": datetime(2024, 5, 6, tzinfo=CITY), "status": "reported", "ended_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "names", [("Lon", "LAT"), ("Longitude", "Latitude"), ("X", "Y"), ("东经", "北纬"), (" lng ", "lat")]
)
def test_a_column_is_found_in_capitals_and_with_blanks(names):
    row = read_only(**dict(zip(names, ("113.378", "34.787"), strict=True)), channel="patrol")
    assert (row.raw, row.faults) == ((113.378, 34.787), [])


def test_of_two_columns_for_one_field_the_first_with_something_in_it_counts():
    row = read_only(**SOUND, 地点="乙地", 地址=" ")
    assert row.details["address"] == "乙地"
    assert read_only(**SOUND, 地点="乙地", 地址="甲地").details["address"] == "甲地"


def test_a_mapped_column_comes_before_every_usual_name():
    row = read({"address": "备注", "lon": "东"}, 备注="甲地", address="乙地", 东="113.5")
    assert (row.details["address"], row.raw) == ("甲地", (113.5, 34.787))


def test_each_row_is_read_by_its_own_columns():
    reader = RowReader({})
    first = reader.read({**SOUND, "地址": "甲地"})
    second = reader.read({**SOUND, "位置": "乙地"})
    assert (first.details["address"], second.details["address"]) == ("甲地", "乙地")


@pytest.mark.parametrize("enumeration", [Channel, Violation, LandOwnership, Status])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_value_is_understood_by_its_name_in_both_languages(enumeration, language):
    column = {
        Channel: "channel", Violation: "violations", LandOwnership: "land_ownership", Status: "status",
    }[enumeration]  # fmt: skip
    for member in enumeration:
        with override(language):
            name = str(member.label)
        expected = [member.value] if enumeration is Violation else member.value
        assert read(**{column: name}).details[column] == expected


@pytest.mark.parametrize(
    ("word", "channel"),
    [("网格", "grid_feedback"), ("举报", "complaint"), ("交办", "superior_assigned"), ("日常巡查", "patrol"),
     (" PATROL ", "patrol")],
)  # fmt: skip
def test_what_offices_write_for_a_channel_is_understood(word, channel):
    assert read(channel=word).details["channel"] == channel


@pytest.mark.parametrize("sign", [";", ",", "、", "；", "，", "|", "/", " ; "])
def test_several_violations_stand_in_one_cell_each_once(sign):
    cell = sign.join(["未取得规划许可", "tendering", "未取得规划许可", ""])
    assert read(violations=cell).details["violations"] == ["planning_permit", "tendering"]


def test_a_list_of_violations_comes_from_geojson_as_its_text():
    row = read(violations='["planning_permit", "tendering"]')
    assert row.details["violations"] == ["planning_permit", "tendering"]


def test_the_named_channel_counts_for_rows_that_name_none():
    assert read(channel="", default_channel="complaint").details["channel"] == "complaint"
    assert read(channel="巡查", default_channel="complaint").details["channel"] == "patrol"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-06", (2024, 5, 6)),
        ("2024/5/6", (2024, 5, 6)),
        ("2024.5.6", (2024, 5, 6)),
        ("2024年5月6日", (2024, 5, 6)),
        ("20240506", (2024, 5, 6)),
        (20240506, (2024, 5, 6)),
        ("2024/5/6 9:05", (2024, 5, 6, 9, 5)),
        ("2024-05-06 09:05:07", (2024, 5, 6, 9, 5, 7)),
        ("2024-05-06T09:05", (2024, 5, 6, 9, 5)),
        ("2024年5月6日 14时", (2024, 5, 6, 14)),
        ("2024年5月6日14时5分", (2024, 5, 6, 14, 5)),
        ("2024年5月6日 14点05分07秒", (2024, 5, 6, 14, 5, 7)),
        ("2024-05-06T01:05:00Z", (2024, 5, 6, 9, 5)),
        ("2024-02-29", (2024, 2, 29)),
    ],
)
def test_a_date_may_be_written_in_many_ways_and_is_the_citys_own_time(written, moment):
    row = read(reported_at=written)
    assert row.faults == []
    assert row.details["reported_at"] == datetime(*moment, tzinfo=CITY)


@pytest.mark.parametrize(
    "written",
    ["昨天", "2024-02-30", "2024-13-01", "06/05/2024", "45418", "2024", "2024-05-06 25:00", "0001-01-01",
     "1899-12-31", "2024-05-06 下午", "9999999999"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_the_cell(written):
    assert written in fault(reported_at=written)


def closed(**cells):
    return {"status": "已结案", "reported_at": "2024-05-06 10:00", "ended_at": "2024-06-01", **cells}


def test_a_case_that_has_ended_is_read_with_its_end():
    row = read(**closed())
    assert (row.faults, row.details["status"], row.details["ended_at"]) == (
        [], "closed", datetime(2024, 6, 1, tzinfo=CITY),
    )  # fmt: skip
    assert read_only(**SOUND, 案件状态="已归档", 举报日期="2024-05-06", 结案日期="2024/6/1").faults == []


def test_a_case_may_end_at_the_moment_or_on_the_day_of_its_report_but_not_before():
    reported = datetime(2024, 5, 6, 10, tzinfo=CITY)
    for written in ("2024-05-06", "2024-05-06 10:00"):
        row = read(**closed(ended_at=written))
        assert (row.faults, row.details["ended_at"]) == ([], reported)
    for written in ("2024-05-05", "2024-05-05 23:59", "2024-05-06 09:59"):
        assert "ended_at" in fault(**closed(ended_at=written))


@pytest.mark.parametrize("status", Status)
def test_an_end_belongs_to_the_ended_states_and_to_no_other(status):
    has_ended = status in ENDED
    assert (read(**closed(status=status.value)).faults == []) is has_ended
    assert (read(**closed(status=status.value, ended_at="")).faults == []) is not has_ended


def test_an_end_without_a_status_is_a_fault():
    assert "ended_at" in fault(**closed(status=""))


@pytest.mark.parametrize("written", ["昨天", "9999-12-31"])
def test_an_end_that_is_no_past_moment_is_one_fault_that_names_it(written):
    assert "ended_at" in fault(**closed(ended_at=written))


def test_a_moment_in_the_future_is_refused_and_today_is_not():
    tomorrow = timezone.localtime() + timedelta(days=1)
    assert "reported_at" in fault(reported_at=tomorrow.isoformat())
    assert "reported_at" in fault(reported_at="9999-12-31")
    assert read(reported_at=timezone.localdate().isoformat()).faults == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [("lon", None), ("lat", ""), ("lon", "   "), ("lon", "113°22′"), ("lat", "三十四"), ("lon", "113,378"),
     ("lon", 10**400), ("lon", "nan"), ("lat", "-inf"), ("channel", None), ("channel", "电话"), ("violations", "未取得规划许可;别的"),
     ("land_ownership", "私有"), ("status", "办理中"), ("accuracy_m", "-1"), ("accuracy_m", "nan"), ("accuracy_m", "100001"),
     ("accuracy_m", "约二十米"), ("address", "长" * 201), ("description", "长" * 5001),
     ("address", "索河\x00路"), ("description", "半个字\ud83d")],
)  # fmt: skip
def test_a_cell_that_cannot_be_taken_is_refused_by_the_name_of_its_field(column, cell):
    assert column in fault(**{column: cell})


def test_the_longest_texts_and_the_widest_accuracy_are_taken():
    row = read(address="长" * 200, description="长" * 5000, accuracy_m=100_000)
    assert row.faults == []
    assert len(row.details["description"]) == 5000


def test_every_fault_of_a_row_is_told_at_once():
    row = read(lon="东", channel="电话", accuracy_m="-1", reported_at="昨天")
    assert [next(name for name in ("lon", "channel", "accuracy_m", "reported_at") if name in sentence)
            for sentence in row.faults] == ["lon", "accuracy_m", "channel", "reported_at"]  # fmt: skip
    assert row.raw is None


def test_a_geometry_comes_before_columns_and_must_be_a_point():
    row = read(geometry=shapely.Point(113.4, 34.8))
    assert (row.raw, row.faults) == ((113.4, 34.8), [])
    line = read(geometry=shapely.LineString([(113.4, 34.8), (113.5, 34.8)]))
    assert (line.raw, len(line.faults)) == (None, 1)


def test_a_row_that_has_neither_a_geometry_nor_columns_for_one_misses_its_geometry(settings):
    settings.LANGUAGE_CODE = "en"
    assert read_only(channel="patrol").faults == ["the geometry is missing"]
    assert read_only(channel="patrol", lon="", lat="34.787").faults == ["lon: is missing"]


def test_a_hostile_cell_is_shown_short_and_without_control_signs():
    sentence = fault(channel="\x1b[31m红\r\n" + "长" * 100)
    assert sentence.isprintable()
    assert len(sentence) < 80
    assert shown("短") == "短"
    assert shown("长" * 40) == "长" * 40
    assert shown("长" * 41) == "长" * 40 + "…"


def test_the_mapping_may_name_only_fields_that_reports_have():
    with pytest.raises(UnknownColumn, match=r"colour.*lon"):
        RowReader({"colour": "颜色"})


def test_a_mapped_column_must_be_in_the_file():
    with pytest.raises(UnknownColumn, match="地点"):
        RowReader({"address": "地点"}).check_columns(SOUND, places=False)
    RowReader({"address": "地点"}).check_columns([*SOUND, "地点"], places=False)


@pytest.mark.parametrize("missing", ["lon", "lat", "channel"])
def test_a_file_without_a_needed_column_is_refused_whole_with_the_columns_it_has(missing):
    columns = [name for name in SOUND if name != missing] + ["编号"]
    with pytest.raises(UnknownColumn, match=rf"{missing}.*编号"):
        RowReader({}).check_columns(columns, places=False)


def test_geometries_and_a_named_channel_make_columns_for_them_unnecessary():
    RowReader({}, "patrol").check_columns(["编号"], places=True)
    with pytest.raises(UnknownColumn, match="channel"):
        RowReader({}).check_columns(["编号"], places=True)
