"""From the clue to the filing."""

from cases.actions.act import Act
from cases.models import CaseViolation
from cases.models.case import Violation
from cases.proposals import BASES


def triage(act: Act):
    if act.given["is_major"]:
        act.set(act.case, is_major=True)


def confirm_land(act: Act):
    act.set(act.case, land_ownership=act.given["land_ownership"])
    act.set(act.dossier, land_evidence=act.given["evidence"])


def hand_over(act: Act):
    act.set(act.case, handling_unit=act.given["unit"])
    act.involve(act.given["unit"])


def take_back(act: Act):
    act.set(act.case, handling_unit=None)


def require_joint(act: Act):
    """From now on the group's first lead unit organises (S42); of a filed case it takes the file over."""
    act.set(act.case, is_joint=True)
    act.involve(act.case.lead_unit)
    if act.arrow.to is None:
        act.set(act.case, handling_unit=act.case.lead_unit)


def file_case(act: Act):
    """The filing unit takes the case over."""
    if act.case.is_joint:
        act.set(act.case, handling_unit=act.case.lead_unit)
    act.involve(act.case.handling_unit)
    name_handlers(act)


def name_handlers(act: Act):
    handler, co_handler = act.given["handlers"]
    act.set(act.dossier, handler=handler, co_handler=co_handler)


def store_violation(act: Act, kind: str, *, what: str, basis: str, unit) -> CaseViolation:
    """The case's violation of that kind, new or corrected; the list on the case names it too."""
    found = next((one for one in act.facts.violations if one.kind == kind), None)
    found = found or CaseViolation(region_id=act.case.region_id, case=act.case, kind=kind)
    found.act, found.basis, found.handling_unit = what, basis or BASES[Violation(kind)], unit
    found.save()
    act.involve(unit)
    if kind not in act.case.violations:
        act.set(act.case, violations=[*act.case.violations, kind])
    return found
