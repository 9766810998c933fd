"""The documents that go out with the verbs of a whole case, and what they say."""

import pytest
from django.utils import timezone

from boundaries.models import Unit
from cases import actions, documents
from cases.models import CaseEvent, Document, DocumentNumber, Service
from cases.verbs import Verb
from tests import docx
from tests.cases.journey import START, Crew, Journey


@pytest.fixture
def journey(xingyang):
    crew = Crew()
    for person, name in ((crew.first, "执法员甲"), (crew.second, "执法员乙"), (crew.leader, "局领导一")):
        person.display_name = name
        person.save()
    return Journey(crew, address="索河路1号工地", description="未见施工许可证公示")


def papers(journey) -> dict[str, str]:
    """Kind → text of the newest document of the case."""
    return {one.kind: docx.text(bytes(one.content)) for one in journey.case.documents.all()}


def hold(case, **fields):
    """A piece of evidence as a row; its file matters to nobody here."""
    return case.evidence.create(region_id=case.region_id, **{"medium": "photo", "original": "x", "size": 1, **fields})


def flat(text):
    return "".join(text.split())


def test_a_case_to_the_archive_leaves_its_documents_in_order(journey):
    journey.to_archived()
    assert [one.doc_no for one in journey.case.documents.all()] == [
        "荥建举登字〔2026〕第001号",
        "荥建罚立字〔2026〕第001号",
        "荥建现检字〔2026〕第001号",
        "荥建罚告字〔2026〕第001号",
        "荥建听告字〔2026〕第001号",
        "荥建罚决字〔2026〕第001号",
        "荥建送证字〔2026〕第001号",
        "荥建结案字〔2026〕第001号",
    ]
    for one in journey.case.documents.all():
        event = journey.case.events.get(verb__in=Verb, data__documents__contains=[{"id": one.pk}])
        assert (event.at, event.by) == (one.issued_at, one.issued_by)
        assert {"kind": one.kind, "doc_no": one.doc_no, "id": one.pk} in event.data["documents"]


def test_each_says_what_the_case_says(journey):
    journey.to_archived()
    said = {kind: flat(text) for kind, text in papers(journey).items()}
    assert "索河路1号工地" in said["report_register"]
    assert "核查期限2026年3月23日" in said["report_register"]  # 15 working days after 2 March
    for part in (
        "某建设有限公司", "荥国用（2014）第0012号", "未取得施工许可证擅自施工",
        "执法员甲（证号豫A0001）、执法员乙（证号豫A0002）", "同意立案", "签名：执法员甲2026年3月2日", "签名：局领导一2026年3月2日",
    ):  # fmt: skip
        assert part in said["filing_approval"], part
    assert "主体已建至三层" in said["site_inspection_record"]
    for part in ("安监站（到场，执法员甲）", "城建大队（到场，", "质监站（未到场，另有任务）"):
        assert part in said["site_inspection_record"], part
    for kind in ("prior_notice", "hearing_notice", "penalty_decision"):
        assert "罚款人民币60,000.00元（大写：陆万元整）" in said[kind], kind
        assert "主体已建至三层" in said[kind], kind
    for kind in ("prior_notice", "penalty_decision"):
        assert "裁量基准" in said[kind], kind


def test_the_decision_tells_the_notice_the_defence_and_the_hearing(journey):
    journey.to_decided()
    said = flat(papers(journey)["penalty_decision"])
    assert "当事人：荥阳某建设有限公司" in said
    told = timezone.localtime(journey.case.dossier.notified_at)
    day = f"{told.year}年{told.month}月{told.day}日"
    assert f"本机关于{day}向当事人送达《行政处罚事先告知书》（荥建罚告字〔2026〕第001号）" in said
    assert "当事人陈述、申辩：当事人陈述。" in said
    held = timezone.localtime(journey.case.dossier.hearing_held_at)
    assert (
        f"本机关于{held.year}年{held.month}月{held.day}日{held.hour}时00分在局三楼会议室举行听证，听证意见：听证笔录"
        in said
    )


def test_the_receipt_and_the_service_name_the_decision(journey):
    journey.to_archived()
    service = Service.objects.get()
    decision = journey.case.documents.get(kind="penalty_decision")
    assert (service.document, service.method, service.received_by) == (decision, "direct", "法定代表人")
    assert [one.cert_no for one in service.officers.all()] == ["豫A0001", "豫A0002"]
    said = flat(papers(journey)["service_receipt"])
    assert "行政处罚决定书文书编号荥建罚决字〔2026〕第001号" in said
    assert "送达方式直接送达" in said
    closing = flat(papers(journey)["closing_approval"])
    assert "已缴纳罚款人民币60,000.00元。罚款已缴，已停工整改" in closing
    assert decision.doc_no in closing


def test_below_the_threshold_no_hearing_is_offered(journey):
    journey.to_notified(fine="49999.99")
    assert "hearing_notice" not in papers(journey)
    assert "prior_notice" in papers(journey)


def test_without_a_penalty_the_decision_is_the_other_one(journey):
    crew = journey.crew
    journey.to_investigating()
    hold(journey.case, sha256="0" * 64)
    journey.do(
        "set_outcome", crew.first, violation="construction_permit", outcome="no_penalty", reason="轻微并及时改正"
    )
    journey.do("submit_review", crew.first, opinion="报请审核")
    journey.do("pass_review", crew.legal, opinion="程序合法")
    journey.do("discuss", crew.leader, participants="班子", minutes="一致同意")
    journey.do("decide", crew.leader, opinion="不予处罚")
    said = papers(journey)
    assert "penalty_decision" not in said
    assert "鉴于轻微并及时改正" in flat(said["no_penalty_decision"])


def test_orders_say_what_must_be_done_and_by_when(journey):
    crew = journey.crew
    journey.to_investigating()
    journey.do("order_stop", crew.first, officers=crew.officers, demands="立即停止施工。", due_at=journey.later(days=1))
    journey.do("order_rectify", crew.first, officers=crew.officers, demands="补办手续", due_at="2026-04-01T17:00")
    said = {kind: flat(text) for kind, text in papers(journey).items()}
    assert "立即停止上述违法行为，并按以下要求处理：立即停止施工。逾期" in said["stop_order"]
    assert "于2026年4月1日前改正上述违法行为，并按以下要求处理：补办手续" in said["rectify_order"]
    assert "《建设工程质量管理条例》第五十七条" in said["rectify_order"]


def test_a_basis_that_a_person_wrote_is_the_one_in_the_documents(journey):
    journey.to_investigating()
    found = journey.case.found_violations.get()
    found.basis = "《某条例》第九条"
    found.save()
    crew = journey.crew
    journey.do("order_stop", crew.first, officers=crew.officers, demands="停止", due_at=journey.later(days=1))
    assert "违反了《某条例》第九条的规定" in flat(papers(journey)["stop_order"])


def test_a_case_that_is_not_ours_goes_with_a_letter(journey):
    crew = journey.crew
    journey.do("triage", crew.platform)
    journey.do("transfer_out", crew.dispatcher, to_authority="上街区住建局", reason="工地位于上街区")
    said = flat(papers(journey)["transfer_letter"])
    assert "上街区住建局：" in said
    assert "经核实，工地位于上街区" in said


def test_a_refused_verb_takes_no_number(journey):
    journey.to_decided()
    before = list(DocumentNumber.objects.values_list("prefix", "last"))
    too_early = timezone.localtime(START).isoformat()
    with pytest.raises(actions.BadInput) as refused:
        journey.do(
            "serve", journey.crew.first, officers=journey.crew.officers, method="direct", received_by="某人",
            proof="回证", served_at=too_early,
        )  # fmt: skip
    assert list(refused.value.errors) == ["served_at"]
    assert list(DocumentNumber.objects.values_list("prefix", "last")) == before
    assert Service.objects.count() == 0
    assert journey.case.documents.filter(kind="service_receipt").count() == 0


def test_a_verb_that_fails_after_its_document_leaves_none(journey, monkeypatch):
    crew = journey.crew
    journey.do("triage", crew.platform)
    journey.do("confirm_land", crew.dispatcher, land_ownership="state", evidence="证")
    monkeypatch.setattr(CaseEvent, "save", _fail)
    with pytest.raises(ZeroDivisionError):
        journey.do("register", crew.dispatcher)
    assert Document.objects.count() == DocumentNumber.objects.count() == 0


def _fail(*_given, **_options):
    raise ZeroDivisionError


def test_documents_go_out_in_the_bureau_s_name_whatever_unit_files(journey):
    journey.to_decided()
    assert Unit.objects.get(code="safety_station").name not in papers(journey)["penalty_decision"]


def test_the_evidence_is_listed_by_kind_and_title_and_what_may_not_be_used_is_left_out(journey):
    journey.to_investigating()
    case = journey.case
    hold(case, sha256="1" * 64, title="三层主体照片", captured_at=START)
    hold(case, sha256="2" * 64, title="施工合同", kind="documentary", medium="scan", captured_at=START)
    hold(case, sha256="3" * 64, title="无人机航拍", medium="video", from_device=True)
    hold(case, sha256="4" * 64, title="监控录像", medium="video", from_device=True, reviewed_at=START)
    told = documents.context(case, "penalty_decision")["evidence"]
    assert [(one["number"], one["title"]) for one in told] == [
        ("1", "三层主体照片"),
        ("2", "施工合同"),
        ("3", "监控录像"),
    ]
    assert told[1] == {"number": "2", "kind": "书证", "title": "施工合同", "taken_at": "2026年3月2日9时00分"}
    said = flat(docx.text(documents.preview(case, "penalty_decision")))
    assert "1．视听资料《三层主体照片》；2．书证《施工合同》；3．视听资料《监控录像》。" in said
