"""The assignment block of the API and the pages: an answer with names, lead units and edition."""

from django.utils import timezone

from boundaries.models import CooperationGroup, Edition
from cases.assignment import Answer


def described(answer: Answer, edition: Edition) -> dict:
    """An automatic answer as the API gives it; `cases.serializers.AssignmentSerializer` documents the shape."""
    group = _group(edition, answer.group_code)
    return {
        "area": _named(answer.area_code, answer.area_name),
        "group": _named(answer.group_code, answer.group_name),
        "lead_unit": _named(answer.lead_code, answer.lead_name),
        "lead_units": _lead_units(group),
        "confidence": answer.confidence,
        "candidates": [
            {"code": code, "name": name}
            for code, name in zip(answer.candidate_codes, answer.candidate_names, strict=True)
        ],
        "outside": {"name": answer.outside_name or None} if answer.rule == "outside" else None,
        "reason": answer.reason,
        "edition": edition.name,
        "schematic": edition.schematic,
        "convener": group.convener if group else "",
        "border_distance_m": answer.border_distance_m,
        "override": None,
    }


def stored(case) -> dict:
    """The same block for a stored case: what holds now, the reason given when it was assigned, and who decided
    against it, if anybody did."""
    edition = case.edition
    group = _group(edition, case.group_code)
    leads = _lead_units(group)
    areas = dict(edition.areas.values_list("code", "name"))
    return {
        "area": _named(case.area_code, areas.get(case.area_code, "")),
        "group": _named(group.code, group.name) if group else None,
        "lead_unit": leads[0] if leads else None,
        "lead_units": leads,
        "confidence": case.confidence,
        "candidates": [{"code": code, "name": areas.get(code, "")} for code in case.candidate_codes],
        "outside": {"name": case.outside_name or None} if case.rule == "outside" else None,
        "reason": case.reason,
        "edition": edition.name,
        "schematic": edition.schematic,
        "convener": group.convener if group else "",
        "border_distance_m": case.border_distance_m,
        "override": _override(case, areas),
    }


def _override(case, areas) -> dict | None:
    """The person's decision in force, with the automatic answer that it goes against."""
    decided = case.overrides.select_related("by").first()
    if decided is None:
        return None
    automatic = _group(case.edition, case.auto_group_code)
    return {
        "by": str(decided.by),
        "at": timezone.localtime(decided.at).isoformat(),
        "reason": decided.reason,
        "automatic": {
            "area": _named(case.auto_area_code, areas.get(case.auto_area_code, "")),
            "group": _named(automatic.code, automatic.name) if automatic else None,
        },
    }


def _group(edition: Edition, code: str) -> CooperationGroup | None:
    return edition.groups.prefetch_related("lead_units__unit").filter(code=code).first() if code else None


def _lead_units(group) -> list[dict]:
    return [_named(lead.unit.code, lead.unit.name) for lead in group.lead_units.all()] if group else []


def _named(code: str, name: str) -> dict | None:
    return {"code": code, "name": name} if code else None
