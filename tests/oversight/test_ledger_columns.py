"""Each column of the ledger, computed by hand on cases that six people took all the way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from cases.models import Case, Party
from oversight.ledger import columns
from oversight.ledger.records import read
from tests.cases.journey import Crew, Journey
from tests.factories import make_case


@pytest.fixture
def journey(xingyang):
    return Journey(Crew(), address="荥阳市索河街道演武路12号 13812345678", violations=["construction_permit"])


def line_of(case):
    with translation.override("zh-hans"):
        [record] = read(Case.objects.filter(pk=case.pk))
        return columns.values(record)


def test_every_column_of_an_archived_case_is_what_was_done(journey):
    journey.to_filed()
    journey.do("name_party", journey.crew.first, kind="person", name="王小明", is_natural=True)
    journey.do("describe_site", journey.crew.first, floor_area_m2=2000.01, land_area_m2=666.67)
    journey = _on_to_the_archive(journey)
    line = line_of(journey.case)
    documents = line.pop("documents")
    case = journey.case
    assert line == {
        "case_no": case.case_no,
        "channel": "信访投诉",
        "reported": "2026-03-02",
        "registered": "2026-03-02",
        "filed": "2026-03-02",
        "decided": "2026-03-19",
        "ended": "2026-03-23",
        "status": "已归档",
        "address": "荥阳市索河街道演武路12号 ***",
        "area": "索河街道",
        "group": "第三协作组",
        "lead_unit": "安监站",
        "unit": "安监站",
        "land": "国有",
        "major": "否",
        "joint": "是",
        "present": "安监站、城建大队",
        "absent": "质监站（另有任务）",
        "parties": "建设单位：荥阳某建设有限公司、个人：王某某",
        "violations": "未取得施工许可证（开工报告）",
        "bases": "未取得施工许可证（开工报告）：" + case.found_violations.get().basis,
        "stop_orders": "",
        "rectify_orders": "",
        "rechecks": "",
        "escalated": "",
        "decision": "未取得施工许可证（开工报告）：罚款 60000.00 元",
        "fine": "60000.00",
        "paid": "60000.00",
        "floor_m2": "2000.01",
        "floor_mu": "3.00",
        "land_m2": "666.67",
        "land_mu": "1.00",
        "closing": "已结案，局领导一批准",
        "archive_no": "2026-001",
        "summary": "罚款已缴，已停工整改",
    }
    assert documents.split("、") == [f"{paper.get_kind_display()} {paper.doc_no}" for paper in _papers(case)]
    assert len(_papers(case)) >= 4


def _papers(case):
    translation.activate("zh-hans")
    return list(case.documents.order_by("pk"))


def _on_to_the_archive(journey):
    """The rest of `Journey.to_archived`, from the filing on."""
    found = Journey.__new__(Journey)
    found.__dict__.update(journey.__dict__)
    found.to_filed = lambda: found
    return found.to_archived()


def test_orders_their_recheck_and_the_report_to_the_city_are_told_with_their_days(journey):
    crew = journey.crew
    journey.to_investigating()
    journey.do("order_stop", crew.first, demands="立即停工", due_at=journey.later(days=3), officers=crew.officers)
    issued = timezone.localdate(journey.at)
    journey.do("recheck_failed", crew.first, days=4, officers=crew.officers, findings="仍在施工")
    failed = timezone.localdate(journey.at)
    journey.do("escalate", crew.first, reason="拒不停工", to_authority="市查违办")
    line = line_of(journey.case)
    due = timezone.localdate(journey.case.orders.get().due_at)
    assert line["stop_orders"] == f"下达 {issued}，期限 {due}，未停止（改正）"
    assert line["rechecks"] == f"复查未通过 {failed}"
    assert line["escalated"] == f"上报市查违办 {timezone.localdate(journey.at)}"


def test_an_annulled_document_is_still_told_as_void(journey):
    journey.to_filed()
    paper = journey.case.documents.order_by("pk").first()
    type(paper).objects.filter(pk=paper.pk).update(voided_at=timezone.now(), void_reason="错填")
    assert f"{paper.doc_no}（作废）" in line_of(journey.case)["documents"]


def test_a_case_just_reported_has_empty_columns_and_no_file(xingyang):
    line = line_of(make_case(at=datetime(2026, 3, 31, 16, 30, tzinfo=UTC)))
    assert line["reported"] == "2026-04-01"  # half past midnight in 荥阳
    empty = ("registered", "filed", "decided", "ended", "fine", "paid", "floor_m2", "land_mu", "decision", "closing",
             "summary", "parties", "present", "absent", "documents", "bases")  # fmt: skip
    assert {name: line[name] for name in empty} == dict.fromkeys(empty, "")


@pytest.mark.parametrize(
    ("size", "told"), [(None, ""), (0, "0.00"), (666.67, "1.00"), (333.33, "0.50"), (1, "0.00"), (100_000, "150.00")]
)
def test_a_mu_is_666_67_square_metres(size, told):
    assert columns.plain(columns.mu(size)) == told


def test_a_value_gets_its_type_back_for_a_spreadsheet():
    known = columns.BY_KEY
    assert known["reported"].typed("2026-03-02") == date(2026, 3, 2)
    assert known["fine"].typed("60000.00") == 60000
    assert known["fine"].typed("") is None
    assert known["address"].typed("=1+1") == "=1+1"


def test_columns_that_are_summed_are_numbers():
    assert all(columns.BY_KEY[key].kind.is_number for key in columns.SUMMED)
    assert Decimal("666.67") == columns.M2_PER_MU


def test_natural_persons_are_masked_and_firms_are_not(journey):
    journey.to_filed()
    for natural, name in ((True, "欧阳小明"), (False, "河南某公司")):
        Party.objects.create(
            region=journey.case.region, case=journey.case, kind="contractor", is_natural=natural, name=name,
            uscc="91410182MA44Q0J22X", phone="13800000000",
        )  # fmt: skip
    told = line_of(journey.case)["parties"]
    assert "欧阳小明" not in told
    assert "13800000000" not in told
    assert "欧某某" in told
    assert "河南某公司（91410182MA44Q0J22X）" in told
