"""Documents issued from cases: their numbers, their words, and that they stay as they went out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from boundaries.models import Unit
from cases import documents
from cases.documents import words
from cases.documents.sample import SAMPLE
from cases.models import Document, DocumentKind, DocumentNumber
from gis_core.errors import NotPossibleNow
from tests import docx
from tests.factories import make_case, make_user
from tests.land import load_once
from tests.second_city import IN_G1
from tests.second_city import load as load_second_city

NOVEMBER = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # 9:30 in the bureau
FINE = {"decision": {"fine": Decimal("30000"), "facts": "当事人未取得施工许可证擅自施工。"}}


def issued(case, kind=DocumentKind.STOP_ORDER, at=NOVEMBER, by=None, **extra):
    return documents.issue(case, kind, by=by, at=at, extra=extra)


def said(document):
    return docx.text(bytes(document.content))


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_can_be_issued_from_a_bare_report_and_says_its_name_number_and_authority(xingyang, kind):
    document = issued(make_case(address="索河路1号", description="主体三层"), kind)
    text = said(document)
    assert document.name.replace(" ", "") in text.replace(" ", "")
    assert document.doc_no in text
    assert document.doc_no.startswith("荥建")
    assert document.doc_no.endswith("〔2026〕第001号")
    assert "None" not in text
    assert "{" not in text
    assert "待法制科确认" in text


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_what_a_document_is_told_has_the_shape_of_the_sample(xingyang, kind):
    told = documents.context(make_case(), kind)
    assert shape(told) == shape(SAMPLE)
    assert shape(told["violations"][0]) == shape(SAMPLE["violations"][0])


def shape(value):
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return type(value)


def test_the_authority_is_the_bureau_and_not_the_section_that_leads(xingyang):
    text = said(issued(make_case(), DocumentKind.PENALTY_DECISION, **FINE))
    assert text.splitlines()[0] == "荥阳市住房和城乡建设局"
    assert "安监站" not in text


def test_a_region_without_a_bureau_names_who_issued_its_notice(tmp_path, db):
    city = load_second_city(tmp_path, issued_by="乙市建设局", document_no="乙建〔2009〕3号")
    case = make_case(
        region=city.region, lon=IN_G1[0], lat=IN_G1[1], by=make_user("dispatcher", region_id=city.region_id)
    )
    document = issued(case)
    assert document.doc_no == "乙建责停字〔2026〕第001号"
    assert said(document).splitlines()[0] == "乙市建设局"


def test_a_notice_without_a_number_leaves_the_region_s_name_in_the_number(tmp_path, db):
    city = load_second_city(tmp_path)
    case = make_case(
        region=city.region, lon=IN_G1[0], lat=IN_G1[1], by=make_user("dispatcher", region_id=city.region_id)
    )
    assert issued(case).doc_no == "乙责停字〔2026〕第001号"


def test_the_fine_stands_in_figures_and_in_capitals_with_the_ways_of_redress(xingyang):
    text = said(issued(make_case(), DocumentKind.PENALTY_DECISION, **FINE))
    assert "罚款人民币30,000.00元（大写：叁万元整）" in text
    assert "六十日内向荥阳市人民政府申请行政复议" in text
    assert "六个月内依法向有管辖权的人民法院提起行政诉讼" in text
    assert "《中华人民共和国建筑法》第七条" in text


def test_officers_are_named_with_their_certificates(xingyang):
    station = Unit.objects.get(code="safety_station")
    officers = [
        make_user("inspector", display_name=f"执法员{sign}", officer_cert_no=f"1601000000{number}", unit=station)
        for number, sign in enumerate("甲乙", 1)
    ]
    text = said(issued(make_case(), DocumentKind.SITE_INSPECTION_RECORD, officers=officers))
    assert "执法员甲（证号16010000001）、执法员乙（证号16010000002）" in text


def test_what_is_missing_is_left_blank_to_be_filled_in_by_hand(xingyang):
    text = said(issued(make_case(), DocumentKind.RECTIFY_ORDER))
    assert "建筑面积＿＿＿＿平方米（合＿＿＿＿亩）" in text
    assert "于＿＿＿＿年＿＿月＿＿日前改正" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<w:p/></w:t>&amp; \"quoted\" 'one' ]]>",
        "{{ case.case_no }} {% for x in y %} {# z #} {_{ }_}",
        "某某工地😀🏗️\U0001f9d1\u200d\U0001f527",
        "长" * 5000,
        "${7*7} %s \\n",
    ],
    ids=["markup", "placeholders", "emoji", "long", "other-signs"],
)
def test_hostile_text_stands_in_the_document_as_it_was_written(xingyang, hostile):
    case = make_case(description=hostile)
    wanted = hostile.replace("{_{", "{{").replace("}_}", "}}")  # docxtpl's own way to write two braces
    for kind in (DocumentKind.REPORT_REGISTER, DocumentKind.TRANSFER_LETTER):
        assert wanted in said(issued(case, kind))


def test_control_characters_and_marks_of_direction_are_dropped_and_line_breaks_kept(xingyang):
    case = make_case(description="一\x0b\x07二\x1f\ufffe三\u202e四\r\n五\t六")
    text = said(issued(case, DocumentKind.REPORT_REGISTER))
    assert "一二三四\n五六" in text.replace("\t", "")


def test_the_reporter_is_not_in_the_register_that_everybody_reads(xingyang):
    case = make_case(reporter={"name": "举报某人", "phone": "13800000000"})
    text = said(issued(case, DocumentKind.REPORT_REGISTER))
    assert "举报某人" not in text
    assert "13800000000" not in text
    assert "依法为举报人保密" in text


def test_something_for_a_place_that_no_document_has_is_an_error(xingyang):
    with pytest.raises(words.UnknownPart, match=r"decision\.fines"):
        issued(make_case(), decision={"fines": 3})
    assert Document.objects.count() == 0


def test_documents_are_in_the_bureau_s_language_whoever_asks(xingyang):
    with translation.override("en"):
        assert "执法巡查" in said(issued(make_case(), DocumentKind.REPORT_REGISTER))


def test_numbers_run_per_kind_and_year_of_the_bureau_s_clock(xingyang):
    case = make_case()
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # 0:00 on 1 January in the bureau
    numbers = [
        issued(case, kind, at).doc_no
        for kind, at in (
            ("stop_order", NOVEMBER),
            ("filing_approval", NOVEMBER),
            ("stop_order", NOVEMBER),
            ("stop_order", new_year - timezone.timedelta(seconds=1)),
            ("stop_order", new_year),
        )
    ]
    assert numbers == [
        "荥建责停字〔2026〕第001号",
        "荥建罚立字〔2026〕第001号",
        "荥建责停字〔2026〕第002号",
        "荥建责停字〔2026〕第003号",
        "荥建责停字〔2027〕第001号",
    ]


def test_a_document_that_is_taken_back_leaves_no_gap(xingyang):
    case = make_case()
    issued(case)
    with transaction.atomic():
        issued(case)
        transaction.set_rollback(True)
    with pytest.raises(words.UnknownPart):  # caught inside the transaction that goes on
        issued(case, nothing_of_ours=1)
    assert issued(case).sequence == 2
    assert DocumentNumber.objects.get().last == 2


def test_many_at_once_get_numbers_without_gap_or_double(transactional_db):
    load_once()
    cases = [make_case() for _number in range(4)]
    together = Barrier(4)

    def press(case):
        try:
            together.wait()
            return [issued(case).sequence for _number in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        given = [number for numbers in pool.map(press, cases) for number in numbers]
    assert sorted(given) == list(range(1, 21))
    assert Document.objects.values("template").distinct().count() == 1


def test_a_preview_takes_no_number_and_is_not_kept(xingyang):
    content = documents.preview(make_case(address="索河路1号"), DocumentKind.STOP_ORDER)
    assert "索河路1号" in docx.text(content)
    assert "＿＿＿＿" in docx.paragraphs(content)[2]
    assert Document.objects.count() == DocumentNumber.objects.count() == 0


@pytest.mark.parametrize("change", ["content = 'x'", "doc_no = 'x'", "data = '{}'", "sequence = 9", "case_id = 0"])
def test_the_database_refuses_to_change_an_issued_document(xingyang, change):
    document = issued(make_case())
    with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic(), connection.cursor() as c:
        c.execute(f"UPDATE cases_document SET {change} WHERE id = %s", [document.pk])
    with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
        document.delete()


def test_a_void_document_stays_readable_and_keeps_its_number(xingyang):
    case, clerk = make_case(), make_user("dispatcher")
    first = documents.void(issued(case), by=clerk, reason=" 当事人名称有误 ", at=NOVEMBER)
    assert (first.void_reason, first.voided_by, first.voided_at) == ("当事人名称有误", clerk, NOVEMBER)
    assert first.doc_no in said(Document.objects.get(pk=first.pk))
    assert issued(case).sequence == 2
    with translation.override("en"), pytest.raises(NotPossibleNow, match="is void already"):
        documents.void(first, by=clerk, reason="又", at=NOVEMBER)


def test_a_document_is_not_void_without_a_reason(xingyang):
    with pytest.raises(documents.DocumentRefused) as refused:
        documents.void(issued(make_case()), by=None, reason="  ", at=NOVEMBER)
    assert refused.value.field == "reason"


def test_later_documents_name_the_earlier_ones_that_are_not_void(xingyang):
    case = make_case()
    filing = issued(case, DocumentKind.FILING_APPROVAL)
    wrong = issued(case, DocumentKind.PRIOR_NOTICE)
    documents.void(wrong, by=None, reason="作废", at=NOVEMBER)
    notice = issued(case, DocumentKind.PRIOR_NOTICE)
    text = said(issued(case, DocumentKind.PENALTY_DECISION, **FINE))
    closing = said(issued(case, DocumentKind.CLOSING_APPROVAL))
    assert f"（{notice.doc_no}）" in text
    assert filing.doc_no in closing
    assert wrong.doc_no not in text + closing


@pytest.mark.parametrize(
    ("yuan", "figures", "capital"),
    [
        ("0", "0.00", "零元整"),
        ("0.05", "0.05", "伍分"),
        ("10", "10.00", "壹拾元整"),
        ("1000.5", "1,000.50", "壹仟元伍角"),
        ("1.01", "1.01", "壹元零壹分"),
        ("100005", "100,005.00", "壹拾万零伍元整"),
        ("20000000", "20,000,000.00", "贰仟万元整"),
        ("100000001", "100,000,001.00", "壹亿零壹元整"),
        ("1234567.895", "1,234,567.90", "壹佰贰拾叁万肆仟伍佰陆拾柒元玖角"),
    ],
)
def test_amounts_are_written_in_figures_and_capitals(yuan, figures, capital):
    assert words.money(Decimal(yuan)) == {"figures": figures, "capital": capital}


@pytest.mark.parametrize(
    ("square_metres", "shown"),
    [(2000, ("2,000", "3.00")), (666.67, ("666.67", "1.00")), (0, ("0", "0.00")), (100000, ("100,000", "150.00"))],
)
def test_areas_are_written_in_square_metres_and_mu(square_metres, shown):
    """1 亩 is 2000/3 m²."""
    assert tuple(words.area(square_metres).values()) == shown


@pytest.mark.parametrize(
    ("value", "sample", "written"),
    [
        (date(2026, 1, 5), "", "2026年1月5日"),
        (NOVEMBER, "2026年11月2日", "2026年11月25日"),
        (NOVEMBER, "2026年11月2日9时30分", "2026年11月25日9时30分"),
        (datetime(2026, 12, 31, 16, 5, tzinfo=UTC), "2026年11月2日9时30分", "2027年1月1日0时05分"),
        (True, "", "是"),
        (False, "", "否"),
        (0, "", "0"),
        (None, "", ""),
    ],
)
def test_single_values_are_written_as_a_clerk_would(value, sample, written):
    assert words.text(value, sample) == written


@pytest.mark.parametrize(
    ("sentence", "within", "alone"),
    [
        ("已停工。", "已停工", "已停工。"),
        (" 已停工 ", "已停工", "已停工。"),
        ("", "", ""),
        ("一；二；", "一；二", "一；二。"),
    ],
)
def test_a_sentence_ends_once(sentence, within, alone):
    assert (words.inline(sentence), words.stopped(sentence)) == (within, alone)
