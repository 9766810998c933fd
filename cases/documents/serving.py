"""How a document reached its party (送达), with what proves it: 行政处罚法 61, 行政强制法 18."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.documents.issuing import DocumentRefused
from cases.facts import FEWEST_OFFICERS
from cases.models import Document, Service, ServiceOfficer

Method = Service.Method


@transaction.atomic
def serve(
    document: Document,
    *,
    method: str,
    served_at: datetime,
    officers,
    by,
    place="",
    received_by="",
    witness="",
    refused_to_sign=False,
    proof="",
    evidence=None,
) -> Service:
    """Write down that a document was served. DocumentRefused names what the law asks for and is missing."""
    officers = list(officers)
    _check_document(document, served_at)
    _check_officers(officers)
    _check_proof(method, received_by, witness, refused_to_sign, proof or evidence or "")
    if evidence and evidence.case_id != document.case_id:
        raise DocumentRefused("evidence", _("The evidence belongs to another case."))
    service = Service.objects.create(
        region_id=document.region_id, document=document, method=method, served_at=served_at, place=place,
        received_by=received_by, witness=witness, refused_to_sign=refused_to_sign, proof=proof, evidence=evidence,
        recorded_by=by,
    )  # fmt: skip
    ServiceOfficer.objects.bulk_create(
        ServiceOfficer(region_id=document.region_id, service=service, officer=one, cert_no=one.officer_cert_no)
        for one in officers
    )
    return service


def _check_document(document, served_at):
    if document.voided_at:
        raise DocumentRefused("document", _("{document} is void and cannot be served.").format(document=document))
    if served_at < document.issued_at:
        raise DocumentRefused("served_at", _("A document cannot be served before it was issued."))


def _check_officers(officers):
    """Two with certificates (行政处罚法 42)."""
    if len({one.pk for one in officers if one.officer_cert_no.strip()}) < FEWEST_OFFICERS:
        raise DocumentRefused("officers", _("Two officers with certificate numbers serve a document."))


def _check_proof(method, received_by, witness, refused_to_sign, proof):
    """`proof` is a text or a piece of evidence."""
    proof = str(proof).strip()
    if method not in Method.values:
        raise DocumentRefused("method", _("There is no such way to serve a document."))
    if method == Method.DIRECT and not refused_to_sign and not received_by.strip():
        raise DocumentRefused("received_by", _("Say who received the document."))
    if (refused_to_sign or method == Method.LEFT) and not (witness.strip() or proof):
        raise DocumentRefused("witness", _("Where nobody signs, name a witness or say what the recording shows."))
    if method in (Method.POST, Method.ANNOUNCEMENT, Method.ELECTRONIC) and not proof:
        raise DocumentRefused("proof", _("Say what proves it: the mail's number, where it was announced, the address."))
