"""The documents that go out with a verb, numbered and kept in its transaction; a service is recorded with them."""

from collections.abc import Callable

from cases import documents
from cases.actions.act import Act
from cases.actions.refusals import BadInput
from cases.documents.words import inline
from cases.facts import Facts
from cases.models import Document, DocumentKind, Service
from cases.verbs import Verb

Kind = DocumentKind
DECISIONS = (Kind.PENALTY_DECISION, Kind.NO_PENALTY_DECISION)

# A document of an arrow that goes out only sometimes.
WANTED: dict[str, Callable[[Act], bool]] = {
    Kind.HEARING_NOTICE: lambda act: act.facts.hearing_required,
    Kind.PENALTY_DECISION: lambda act: bool(act.facts.penalised),
    Kind.NO_PENALTY_DECISION: lambda act: not act.facts.penalised,
}


def issue(act: Act) -> list[Document]:
    """Issue what the arrow says; the event names each by its number."""
    if not act.arrow.documents:
        return []
    facts = Facts(act.case, by=act.by, at=act.at)
    facts.dossier = act.dossier  # as the verb leaves it; the engine saves it in the end
    issued = [
        documents.issue(act.case, kind, by=act.by, at=act.at, extra=_told(act, kind), facts=facts)
        for kind in act.arrow.documents
        if kind not in WANTED or WANTED[kind](act)
    ]
    _hand_over(act, issued)
    act.data["documents"] = [{"kind": one.kind, "doc_no": one.doc_no, "id": one.pk} for one in issued]
    return issued


def _hand_over(act: Act, issued: list[Document]) -> None:
    """An order that the party took, or refused before a witness, on the spot (行政强制法 18)."""
    given = act.given
    if act.arrow.verb not in (Verb.ORDER_STOP, Verb.ORDER_RECTIFY):
        return
    if given["received_by"] or given["refused_to_sign"]:
        words = {name: given[name] for name in ("received_by", "refused_to_sign", "witness")}
        _served(
            issued[0], method=Service.Method.DIRECT, served_at=act.at, officers=given["officers"], by=act.by, **words
        )


def _served(document: Document, **service) -> Service:
    try:
        return documents.serve(document, **service)
    except documents.DocumentRefused as refused:
        raise BadInput({refused.field: [str(refused)]}) from refused


def _told(act: Act, kind: str) -> dict:
    """What the verb's own words say in the document, beside what the case says."""
    told = {"officers": list(act.given["officers"])} if act.given.get("officers") else {}
    return told | TOLD.get(kind, lambda _act: {})(act)


def _own_opinion(act: Act) -> dict:
    return {"text": act.note, "by": act.by, "date": act.at}


def _approval(act: Act) -> dict:
    """The handler's opinion, and who approved it; the leader's own words are in the paper that was signed."""
    leader = {"text": "", "by": act.given.get("approved_by"), "date": act.at}
    return {"opinions": {"handler": _own_opinion(act), "unit": {"text": "", "by": "", "date": ""}, "leader": leader}}


def _register(act: Act) -> dict:
    return {"opinions": {"registrar": _own_opinion(act)}} if act.note else {}


def _transfer(act: Act) -> dict:
    return {"transfer": {"to": act.given.get("to_authority"), "reason": inline(act.note)}}


def _decided(act: Act) -> dict:
    return {"opinions": {"leader": _own_opinion(act)}}


def _closing(act: Act) -> dict:
    paid = act.dossier.paid
    execution = f"已缴纳罚款人民币{paid:,.2f}元。{act.note}" if paid else act.note
    return {"closing": {"execution": execution, "closed_at": act.at}, **_approval(act)}


def _receipt(act: Act) -> dict:
    """The decision is served, and the receipt says how."""
    given = act.given
    decision = act.case.documents.filter(kind__in=DECISIONS, voided_at=None).last()
    words = ("method", "served_at", "received_by", "witness", "refused_to_sign", "proof")
    service = {name: given[name] for name in words}
    if decision is None:  # decided before documents were issued
        return {"service": service}
    served = _served(decision, officers=given["officers"], by=act.by, evidence=given["evidence"], **service)
    return {
        "service": {
            **service,
            "method": served.get_method_display(),
            "document_name": decision.name,
            "document_no": decision.doc_no,
        }
    }


TOLD: dict[str, Callable[[Act], dict]] = {
    Kind.REPORT_REGISTER: _register,
    Kind.FILING_APPROVAL: _approval,
    Kind.TRANSFER_LETTER: _transfer,
    Kind.PENALTY_DECISION: _decided,
    Kind.NO_PENALTY_DECISION: _decided,
    Kind.SERVICE_RECEIPT: _receipt,
    Kind.CLOSING_APPROVAL: _closing,
}
