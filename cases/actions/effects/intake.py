"""From the clue to the filing."""

from cases.actions.act import Act


def triage(act: Act):
    if act.given["is_major"]:
        act.set(act.case, is_major=True)


def confirm_land(act: Act):
    act.set(act.case, land_ownership=act.given["land_ownership"])
    act.set(act.dossier, land_evidence=act.given["evidence"])


def hand_over(act: Act):
    act.set(act.case, handling_unit=act.given["unit"], addressee=act.given["addressee"])
    act.involve(act.given["unit"])


def take_back(act: Act):
    act.set(act.case, handling_unit=None, addressee=None)


def require_joint(act: Act):
    """From now on the group's first lead unit organises (S42); of a filed case it takes the file over."""
    act.set(act.case, is_joint=True)
    act.involve(act.case.lead_unit)
    if act.arrow.to is None:
        _take_over(act, act.case.lead_unit)


def _take_over(act: Act, unit):
    """Whom the case was addressed to is of another unit then, and out of it."""
    act.set(act.case, handling_unit=unit)
    if act.case.addressee and act.case.addressee.unit_id != unit.pk:
        act.set(act.case, addressee=None)


def file_case(act: Act):
    """The filing unit takes the case over."""
    if act.case.is_joint:
        _take_over(act, act.case.lead_unit)
    act.involve(act.case.handling_unit)
    name_handlers(act)


def name_handlers(act: Act):
    handler, co_handler = act.given["handlers"]
    act.set(act.dossier, handler=handler, co_handler=co_handler)
