"""How far a case has gone: inspection, order, notice, hearing, decision, and who said what of it."""

from cases.deadline_rules import RuleBook
from cases.documents.matter import joined
from cases.documents.words import inline, stopped
from cases.facts import Facts
from cases.legal_bases import USUAL
from cases.models import CaseEvent, CaseViolation, Document, DocumentKind, Inspection
from cases.models.case import Violation
from cases.verbs import Verb

UNTOLD = "当事人在规定期限内未提出陈述、申辩意见"
# Whose opinion an event is, in the order of the forms; the newest of its verbs speaks.
SAID_BY = {
    "registrar": (Verb.TRIAGE, Verb.REGISTER),
    "unit": (Verb.SUBMIT, Verb.SUBMIT_REVIEW),
    "legal": (Verb.PASS_REVIEW,),
    "leader": (Verb.APPROVE, Verb.DECIDE),
}
QUOTED = (
    *(verb for verbs in SAID_BY.values() for verb in verbs),
    Verb.HEAR_DEFENCE, Verb.SCHEDULE_HEARING, Verb.HOLD_HEARING, Verb.DISCUSS,
)  # fmt: skip


def told(facts: Facts, issued: list[Document]) -> dict:
    said = {event.verb: event for event in facts.case.events.filter(verb__in=QUOTED).select_related("by")}
    return {
        "inspection": _inspection(facts),
        "order": _order(facts),
        "notice": _notice(facts, issued),
        "hearing": _hearing(facts, said),
        "decision": _decision(facts, said),
        "opinions": {whose: _opinion(said, verbs) for whose, verbs in SAID_BY.items()},
        "closing": {"outcome": joined(one.get_outcome_display() for one in facts.violations if one.outcome)},
    }


def _inspection(facts: Facts) -> dict:
    held = [one for one in facts.inspections if one.held_at]
    if not held:
        return {}
    newest = held[-1]
    return {
        "started_at": newest.held_at,
        "findings": newest.findings,
        "units": [_present(row) for row in newest.units.all()],
    }


def _present(row) -> dict:
    return {
        "name": row.unit,
        "state": "到场" if row.signed_in_at else "未到场",
        "signed_in_by": row.signed_in_by,
        "absence_reason": row.absence_reason,
    }


def _order(facts: Facts) -> dict:
    """The newest order, and the rules that let us give one."""
    basis = joined(USUAL[kind].penalty_basis for kind in _kinds(facts))
    if not facts.orders:
        return {"basis": basis}
    order = facts.orders[-1]
    return {"basis": basis, "issued_at": order.issued_at, "due_at": order.due_at, "measures": inline(order.demands)}


def _kinds(facts: Facts) -> list[Violation]:
    return [Violation(one.kind) for one in facts.violations] or facts.named_kinds


def _notice(facts: Facts, issued) -> dict:
    """The prior notice, which later documents refer to, and how many working days the party has (D08, D06)."""
    rules = RuleBook(facts.case.region_id)
    days = {
        name: rule.amount
        for name, code in (("defence_days", "D08"), ("hearing_days", "D06"))
        if (rule := rules.on(code, facts.today))
    }
    notice = next((one for one in reversed(issued) if one.kind == DocumentKind.PRIOR_NOTICE), None)
    return {"no": notice.doc_no, "date": notice.issued_at, **days} if notice else days


def _hearing(facts: Facts, said: dict[str, CaseEvent]) -> dict:
    dossier, called, held = facts.dossier, said.get(Verb.SCHEDULE_HEARING), said.get(Verb.HOLD_HEARING)
    return {
        "requested": bool(dossier.hearing_requested_at),
        "held_at": dossier.hearing_held_at,
        "place": called and called.note,
        "chair": called and called.data.get("chair"),
        "result": held and inline(held.note),
    }


def _decision(facts: Facts, said: dict[str, CaseEvent]) -> dict:
    dossier, fined = facts.dossier, facts.penalised
    return {
        "fine": facts.fine if fined else None,
        "facts": _found_on_site(facts),
        "other_penalty": "责令改正违法行为" if fined and facts.orders else "",
        "discretion": joined(inline(one.reason) for one in fined),
        "reason": joined(
            inline(one.reason) for one in facts.violations if one.outcome == CaseViolation.Outcome.NO_PENALTY
        ),
        "defence": _defence(dossier, said),
        "review": _note(said, Verb.PASS_REVIEW),
        "discussion": _note(said, Verb.DISCUSS),
        "decided_by": dossier.decided_by,
        "decided_at": dossier.decided_at,
    }


def _found_on_site(facts: Facts) -> str:
    """What the newest inspection that looked into the case found; before one, what was reported."""
    kinds = (Inspection.Kind.JOINT, Inspection.Kind.SITE)
    found = [one.findings for one in facts.inspections if one.kind in kinds and one.held_at and one.findings]
    return stopped(found[-1] if found else facts.case.description)


def _defence(dossier, said) -> str:
    if Verb.HEAR_DEFENCE in said and dossier.defence_at:
        return f"当事人陈述、申辩：{inline(said[Verb.HEAR_DEFENCE].note)}"
    return UNTOLD if dossier.decided_at else ""


def _note(said, verb) -> str:
    return said[verb].note if verb in said else ""


def _opinion(said: dict[str, CaseEvent], verbs) -> dict:
    """The newest of these acts; an older one where the newest said nothing would be another matter's."""
    events = sorted((said[verb] for verb in verbs if verb in said), key=lambda event: event.pk)
    return {"text": events[-1].note, "by": events[-1].by, "date": events[-1].at} if events else {}
