"""What a document is told of its case: plain texts in the shape of `sample.json`, in the bureau's own language."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation

from cases.documents import matter, proceedings
from cases.documents.sample import SAMPLE
from cases.documents.words import shaped
from cases.facts import Facts
from cases.models import Case, DocumentKind

BUREAU = "bureau"  # code of the unit in whose name documents go out, never a section's or a station's


def context(
    case: Case, kind: str, extra: dict | None = None, *, at: datetime | None = None, doc_no="", name="", facts=None
) -> dict:
    """Every placeholder of a document of `kind`; `extra` (same shape, plain values) goes before what the case says.

    `facts` may hold a dossier that is not saved yet, in the midst of a verb.
    """
    facts = facts or Facts(case, at=at)
    with translation.override(settings.LANGUAGE_CODE):
        issued = list(case.documents.filter(voided_at=None).only("case", "kind", "doc_no", "issued_at", "data"))
        told = {
            "document": _document(kind, at or timezone.now(), doc_no, name),
            "authority": _authority(case),
            "remedy": _remedy(case),
            **matter.told(facts, issued),
            **proceedings.told(facts, issued),
        }
        return shaped(_merged(told, extra or {}), SAMPLE)


def authority_name(case: Case) -> str:
    """The bureau, which alone may penalise (行政处罚法 38); a pack without one names who issued its notice."""
    bureau = case.region.units.filter(code=BUREAU).first()
    return bureau.name if bureau else case.edition.issued_by


def _document(kind, at, doc_no, name):
    year = str(timezone.localtime(at).year)
    return {"name": name or DocumentKind(kind).label, "doc_no": doc_no, "date": at, "year": year}


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


def _merged(told: dict, extra: dict) -> dict:
    """`extra` over what was told, part by part; a list replaces a list."""
    merged = dict(told)
    for key, value in extra.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged
