"""What a case is about: place, parties, violations with their legal basis, officers, evidence."""

from dataclasses import asdict

from boundaries.lands import Lands
from cases.facts import Facts
from cases.legal_bases import USUAL
from cases.models import Case, Document, DocumentKind
from cases.models.case import Violation
from cases.models.dossier import CaseViolation, Party
from cases.verbs import Verb

LIST_MARK = "、"
CLUE_CHECK = "D01"


def told(facts: Facts, issued: list[Document]) -> dict:
    violations = _violations(facts)
    parties = sorted(map(_party, facts.parties), key=lambda one: one["role"] != Party.Kind.DEVELOPER)
    for party in parties:
        del party["role"]
    return {
        "case": _case(facts, violations, issued),
        "site": _site(facts.dossier),
        "party": parties[0] if parties else {},
        "parties": parties,
        "violations": violations,
        "officers": [one for one in (facts.dossier.handler, facts.dossier.co_handler) if one],
        "evidence": _evidence(facts.case),
        "documents": [
            {"number": number, "name": one.name, "doc_no": one.doc_no, "date": one.issued_at}
            for number, one in enumerate(issued, 1)
        ],
    }


def joined(texts) -> str:
    """Each text once, in order."""
    return LIST_MARK.join(dict.fromkeys(filter(None, map(str, texts))))


def _case(facts: Facts, violations, issued) -> dict:
    case, dossier, lands = facts.case, facts.dossier, Lands()
    acts = joined(one["act"] for one in violations)
    flags = ("refuses_to_comply", "repeat_offender", "safety_danger", "violent_resistance")
    return {
        "case_no": case.case_no,
        "filing_no": next((one.doc_no for one in reversed(issued) if one.kind == DocumentKind.FILING_APPROVAL), ""),
        "cause": f"涉嫌{acts}" if acts else "",
        "channel": case.get_channel_display(),
        "address": case.address,
        "description": case.description,
        "area": (lands.area(case.edition_id, case.area_code) or {}).get("name"),
        "group": (lands.group(case.edition_id, case.group_code) or {}).get("name"),
        "lead_unit": case.lead_unit,
        "handling_unit": case.handling_unit or case.lead_unit,
        "violations": joined(one["kind"] for one in violations),
        "land_ownership": case.get_land_ownership_display(),
        "land_evidence": dossier.land_evidence,
        "lon": f"{case.geom.x:.6f}",
        "lat": f"{case.geom.y:.6f}",
        "accuracy": "" if case.accuracy_m is None else f"±{case.accuracy_m:.0f}米",
        "reported_at": case.reported_at,
        "filed_at": case.events.filter(verb=Verb.FILE_CASE).values_list("at", flat=True).last(),
        "due_at": _clue_check_due(case),
        "is_major": case.is_major,
        "is_joint": case.is_joint,
        "video_archive_no": dossier.video_archive_no,
        **{name: getattr(dossier, name) for name in flags},
    }


def _clue_check_due(case: Case):
    clock = case.clocks.filter(code=CLUE_CHECK).last()
    return clock.due_at if clock else case.due_at


def _site(dossier) -> dict:
    return {
        "contract_price": dossier.contract_price,
        "construction_cost": dossier.construction_cost,
        "land_area": dossier.land_area_m2,
        "floor_area": dossier.floor_area_m2,
        "storeys": dossier.storeys,
        "construction_stage": dossier.get_construction_stage_display(),
        "violation_start": dossier.violation_start,
        "violation_end": dossier.violation_end,
    }


def _party(party: Party) -> dict:
    names = ("name", "uscc", "id_no", "phone", "address", "legal_representative", "is_natural")
    return {
        "role": party.kind,
        "kind": party.get_kind_display(),
        **{name: getattr(party, name) for name in names},
    }


def _violations(facts: Facts) -> list[dict]:
    """Those found, or before any was, those reported."""
    if facts.violations:
        return [_found(number, one) for number, one in enumerate(facts.violations, 1)]
    return [
        {"number": number, "kind": kind.label, "unit": facts.case.lead_unit, **asdict(USUAL[kind])}
        for number, kind in enumerate(facts.named_kinds, 1)
    ]


def _found(number: int, found: CaseViolation) -> dict:
    """A basis that a person wrote stands for the rule broken and the one that punishes it alike."""
    kind = Violation(found.kind)
    usual = USUAL[kind]
    edited = found.basis != usual.both
    return {
        "number": number,
        "kind": kind.label,
        "act": found.act or usual.act,
        "basis": found.basis if edited else usual.basis,
        "penalty_basis": found.basis if edited else usual.penalty_basis,
        "unit": found.handling_unit,
        "outcome": found.get_outcome_display() if found.outcome else "",
        "fine": found.fine,
        "reason": found.reason,
    }


def _evidence(case: Case) -> list[dict]:
    """What may be used: evidence of a device only after its review (行政处罚法 41)."""
    usable = [one for one in case.evidence.all() if one.is_usable]
    return [
        {
            "number": number,
            "kind": one.get_kind_display(),
            "title": one.title or one.get_medium_display(),
            "taken_at": one.captured_at or one.added_at,
        }
        for number, one in enumerate(usable, 1)
    ]
