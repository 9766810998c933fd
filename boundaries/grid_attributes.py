"""What may be said of a drafted cell, attribute by attribute; a refusal names the attribute."""

from django.utils.translation import gettext as _

from boundaries import grid_codes, grid_faults
from boundaries.models import DraftCell, GridCell, GridDraft

MOST_DAYS = 3660
_LONGEST = {"code": 15, "name": 60, "parent_code": 15, "area_code": 12}


class BadAttribute(ValueError):
    """`field` is the attribute that cannot be so."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


def checked_attributes(draft: GridDraft, said: dict, cell: DraftCell | None = None) -> dict:
    """The attributes as they will be stored; BadAttribute for the first that cannot be."""
    for name, longest in _LONGEST.items():
        said = {**said, name: said[name].strip()} if name in said else said
        if len(said.get(name, "")) > longest:
            raise BadAttribute(name, _("At most {longest} characters.").format(longest=longest))
    if said.get("kind", GridCell.Kind.ORDINARY) not in GridCell.Kind.values:
        raise BadAttribute("kind", _("A cell is ordinary or special."))
    days = said.get("patrol_days")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadAttribute("patrol_days", _("Between 1 and {most} days.").format(most=MOST_DAYS))
    _check_homes(draft, said)
    _check_code(draft, said, cell)
    return said


def _check_homes(draft, said):
    if said.get("area_code") and said["area_code"] not in {land.code for land in grid_codes.lands_of(draft)}:
        raise BadAttribute("area_code", _("There is no area {code}.").format(code=said["area_code"]))
    if said.get("parent_code") and said["parent_code"] not in {one.code for one in grid_codes.parents_of(draft)}:
        raise BadAttribute("parent_code", _("The tier above has no cell {code}.").format(code=said["parent_code"]))


def _check_code(draft, said, cell):
    if "code" not in said:
        return
    others = draft.cells.standing().filter(code=said["code"]).exclude(pk=cell and cell.pk)
    if taken := others.first():
        raise BadAttribute("code", _("The code is that of {cell} already.").format(cell=taken))
    if GridCell.objects.filter(region=draft.region, code=said["code"]).exclude(level=draft.level).exists():
        raise BadAttribute("code", _("The code is that of a cell of another tier."))
    its = {name: said.get(name, getattr(cell, name, "")) for name in ("area_code", "parent_code", "name")}
    checked = grid_faults.Cell(code=said["code"], level=draft.level, geom=None, **its)
    lands = {land.code: land for land in grid_codes.lands_of(draft)}
    above = {one.code: one for one in grid_codes.parents_of(draft)}
    if why := grid_faults.code_fault(checked, lands.get(its["area_code"]), above.get(its["parent_code"])):
        raise BadAttribute("code", why)
