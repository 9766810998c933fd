"""A document on its page and as a file: who gets it, and that both say the same."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.http import parse_header_parameters

from cases import documents
from tests import docx
from tests.cases.test_documents import NOVEMBER, issued
from tests.factories import make_case, make_user
from tests.pages import english, words


@pytest.fixture
def document(xingyang):
    case = make_case(by=make_user("inspector"), address="索河路1号 <b>&", description="<script>alert(1)</script>")
    return issued(case, "transfer_letter", transfer={"to": "某局"})


@pytest.fixture
def reader(client, document):
    client.force_login(document.case.reported_by)
    return client


def page_of(document):
    return reverse("document", args=[document.pk])


def file_of(document):
    return reverse("document-file", args=[document.pk])


def test_the_page_says_what_the_file_says(reader, document):
    answer = reader.get(page_of(document))
    sheet = re.search(r'<article class="sheet.*?</article>', answer.content.decode(), re.DOTALL)[0]
    shown = "".join(unescape(re.sub(r"<[^>]+>", "", sheet)).split())
    assert shown == "".join(docx.text(bytes(document.content)).split())
    assert "<script>alert" not in sheet
    assert "<h1>案件移送函</h1>" in sheet


def test_the_file_is_handed_out_as_it_was_issued_and_can_do_nothing(reader, document):
    answer = reader.get(file_of(document))
    assert answer.content == bytes(document.content)
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    kind, name = parse_header_parameters(answer["Content-Disposition"])
    assert (kind, name["filename"]) == ("attachment", "荥建案移字〔2026〕第001号 案件移送函.docx")


@pytest.mark.parametrize("address", [page_of, file_of])
def test_a_document_of_a_case_one_may_not_see_is_as_missing_as_none(client, document, address):
    client.force_login(make_user("inspector"))
    assert client.get(address(document)).status_code == 404
    document.pk += 1
    assert client.get(address(document)).status_code == 404


@pytest.mark.parametrize("address", [page_of, file_of])
def test_nobody_reads_a_document_without_signing_in(client, document, address):
    assert client.get(address(document)).status_code == 302


def test_a_void_document_says_so_with_its_reason(reader, document):
    documents.void(document, by=make_user(display_name="经办人"), reason="名称有误", at=NOVEMBER)
    english(reader)
    said = words(reader.get(page_of(document)))
    assert "This document is void. 名称有误 · 经办人 · 2026-11-25 09:30" in said


def test_the_api_lists_the_documents_with_their_files_and_services(client, document, django_assert_max_num_queries):
    officers = [make_user("inspector", officer_cert_no=number) for number in ("1", "2")]
    documents.serve(document, method="direct", served_at=NOVEMBER, received_by="某人", officers=officers, by=None)
    issued(document.case, "stop_order")
    client.force_login(document.case.reported_by)
    address = reverse("api-documents", args=[document.case.case_no])
    client.get(address)
    with django_assert_max_num_queries(7):
        listed = client.get(address).json()
    assert [(one["doc_no"], one["name"]) for one in listed] == [
        ("荥建案移字〔2026〕第001号", "案件移送函"),
        ("荥建责停字〔2026〕第001号", "责令停止违法行为通知书"),
    ]
    assert listed[0]["file"] == file_of(document)
    assert listed[0]["services"] == [
        {"method": "direct", "served_at": "2026-11-25T09:30:00+08:00", "refused_to_sign": False}
    ]
    assert client.get(listed[0]["file"]).content == bytes(document.content)
