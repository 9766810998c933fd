"""How a document was served, and what the law asks to be written down of it."""

from datetime import timedelta

import pytest
from django.utils import translation

from cases import documents
from cases.models import Service
from tests.cases.test_documents import NOVEMBER, issued
from tests.factories import make_case, make_user


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def document(xingyang):
    return issued(make_case(), "penalty_decision")


def officers(*certificates):
    return [make_user("inspector", officer_cert_no=number) for number in certificates]


def serve(document, **changes):
    told = {"method": "direct", "served_at": NOVEMBER, "received_by": "某人", "by": None, **changes}
    if "officers" not in told:
        told["officers"] = officers("16010000001", "16010000002")
    return documents.serve(document, **told)


def test_a_service_keeps_how_when_to_whom_and_by_which_officers(document):
    service = serve(document, place="工地")
    assert (service.method, service.served_at, service.received_by, service.place) == (
        "direct",
        NOVEMBER,
        "某人",
        "工地",
    )
    assert [one.cert_no for one in service.officers.all()] == ["16010000001", "16010000002"]
    assert list(document.services.all()) == [service]


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "left", "received_by": "", "witness": "见证人"},
        {"method": "left", "received_by": "", "proof": "送达过程录像"},
        {"refused_to_sign": True, "witness": "见证人"},
        {"method": "post", "received_by": "", "proof": "EMS 1"},
        {"method": "announcement", "received_by": "", "proof": "政府网站"},
        {"method": "electronic", "received_by": "", "proof": "a@b"},
    ],
)
def test_each_way_is_accepted_with_its_proof(document, changes):
    assert serve(document, **changes).pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_by": " "}, "received_by"),
        ({"method": "left", "received_by": ""}, "witness"),
        ({"refused_to_sign": True}, "witness"),
        ({"method": "post"}, "proof"),
        ({"method": "announcement"}, "proof"),
        ({"method": "electronic"}, "proof"),
        ({"method": "pigeon"}, "method"),
        ({"served_at": NOVEMBER - timedelta(seconds=1)}, "served_at"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(document, changes, field):
    with pytest.raises(documents.DocumentRefused) as refused:
        serve(document, **changes)
    assert refused.value.field == field
    assert Service.objects.count() == 0


@pytest.mark.parametrize("certificates", [(), ("1",), ("1", ""), ("1", " ")])
def test_fewer_than_two_officers_with_certificates_cannot_serve(document, certificates):
    with pytest.raises(documents.DocumentRefused) as refused:
        serve(document, officers=officers(*certificates))
    assert refused.value.field == "officers"


def test_the_same_officer_twice_is_one(document):
    (one,) = officers("1")
    with pytest.raises(documents.DocumentRefused):
        serve(document, officers=[one, one])


def test_a_void_document_cannot_be_served(document):
    documents.void(document, by=None, reason="x", at=NOVEMBER)
    document.refresh_from_db()
    with pytest.raises(documents.DocumentRefused) as refused:
        serve(document)
    assert refused.value.field == "document"


def evidence_of(case):
    return case.evidence.create(
        region_id=case.region_id, medium="video", title="送达录像", original="x", sha256="0" * 64, size=1
    )


def test_a_piece_of_the_case_s_evidence_may_be_the_proof(document):
    piece = evidence_of(document.case)
    assert serve(document, method="left", received_by="", evidence=piece).evidence == piece


def test_evidence_of_another_case_proves_nothing_here(document):
    with pytest.raises(documents.DocumentRefused) as refused:
        serve(document, evidence=evidence_of(make_case()))
    assert refused.value.field == "evidence"
    assert Service.objects.count() == 0
