"""What a document is told of its case: plain texts in the shape of `sample.json`, in the bureau's own language."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from boundaries.lands import Lands
from cases.documents.sample import SAMPLE
from cases.documents.words import shaped
from cases.models import Case, DocumentKind
from cases.models.case import Violation

# Which rule an act breaks and which one punishes it, where the case itself does not say (domain page 2.1).
LEGAL_BASIS = json.loads((Path(__file__).parent / "legal_basis.json").read_text("utf-8"))
BUREAU = "bureau"  # code of the unit in whose name documents go out, never a section's or a station's
LIST_MARK = "、"


def context(
    case: Case, kind: str, extra: dict | None = None, *, at: datetime | None = None, doc_no="", name=""
) -> dict:
    """Every placeholder of a document of `kind`; `extra` (same shape, plain values) goes before what the case says."""
    with translation.override(settings.LANGUAGE_CODE):
        issued = list(case.documents.filter(voided_at=None).only("kind", "doc_no", "issued_at", "data"))
        newest = {one.kind: one for one in issued}
        violations = _violations(case)
        facts = {
            "document": _document(kind, at or timezone.now(), doc_no, name),
            "authority": _authority(case),
            "case": _case(case, violations, newest),
            "violations": violations,
            "order": {"basis": _joined(one["penalty_basis"] for one in violations)},
            "notice": _notice(newest),
            "documents": [
                {"number": number, "name": one.name, "doc_no": one.doc_no, "date": one.issued_at}
                for number, one in enumerate(issued, 1)
            ],
            "remedy": _remedy(case),
        }
        return shaped(_merged(facts, extra or {}), SAMPLE)


def authority_name(case: Case) -> str:
    """The bureau, which alone may penalise (行政处罚法 38); a pack without one names who issued its notice."""
    bureau = case.region.units.filter(code=BUREAU).first()
    return bureau.name if bureau else case.edition.issued_by


def _document(kind, at, doc_no, name):
    return {
        "name": name or DocumentKind(kind).label,
        "doc_no": doc_no,
        "date": at,
        "year": str(timezone.localtime(at).year),
    }


def _authority(case):
    region = case.region.name
    return {"name": authority_name(case), "region": region, "government": f"{region}人民政府"}


def _remedy(case):
    """行政复议法 20, 行政诉讼法 46."""
    return {
        "reconsider_with": f"{case.region.name}人民政府",
        "reconsideration": "六十日",
        "lawsuit": "六个月",
        "court": "有管辖权的人民法院",
    }


def _case(case, violations, newest):
    lands = Lands()
    area = lands.area(case.edition_id, case.area_code) or {}
    group = lands.group(case.edition_id, case.group_code) or {}
    return {
        "case_no": case.case_no,
        "filing_no": getattr(newest.get(DocumentKind.FILING_APPROVAL), "doc_no", ""),
        "cause": f"涉嫌{_joined(one['act'] for one in violations)}" if violations else "",
        "channel": case.get_channel_display(),
        "address": case.address,
        "description": case.description,
        "area": area.get("name", ""),
        "group": group.get("name", ""),
        "lead_unit": case.lead_unit,
        "handling_unit": case.lead_unit,
        "violations": _joined(case.violation_labels),
        "land_ownership": case.get_land_ownership_display(),
        "lon": f"{case.geom.x:.6f}",
        "lat": f"{case.geom.y:.6f}",
        "accuracy": "" if case.accuracy_m is None else f"±{case.accuracy_m:.0f}米",
        "reported_at": case.reported_at,
        "due_at": case.due_at,
        "is_major": case.is_major,
    }


def _violations(case):
    return [
        {"number": number, "kind": Violation(kind).label, "unit": case.lead_unit, **LEGAL_BASIS[kind]}
        for number, kind in enumerate(case.violations, 1)
    ]


def _notice(newest):
    """The prior notice, which later documents refer to; how long the party has is the default (待法制科确认)."""
    notice = newest.get(DocumentKind.PRIOR_NOTICE)
    days = {"defence_days": 5, "hearing_days": 5}
    return {"no": notice.doc_no, "date": notice.issued_at, **days} if notice else days


def _joined(texts) -> str:
    return LIST_MARK.join(dict.fromkeys(filter(None, map(str, texts))))


def _merged(facts: dict, extra: dict) -> dict:
    """`extra` over `facts`, part by part; a list replaces a list."""
    merged = dict(facts)
    for key, value in extra.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged
