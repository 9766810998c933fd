"""Who may do which verb on which case, written down from the notice and the domain page 1.2; imports nothing of the
product. `expected_workflow` says whom an arrow names, this page which roles and units those are."""

from dataclasses import dataclass
from itertools import product

from tests.cases import expected_workflow

ROLES = (
    "leader", "dispatcher", "platform_officer", "grid_coordinator", "group_convener", "lead_unit", "inspector",
    "grid_member", "supervision_officer", "publicity_officer", "assessor", "legal_officer", "administrator",
)  # fmt: skip
OF_A_UNIT = ("group_convener", "lead_unit", "inspector", "supervision_officer")
SEE_EVERYTHING = tuple(
    role for role in ROLES if role not in ("group_convener", "lead_unit", "inspector", "grid_member")
)

# The units of the matrix's cases: who handles, who files a joint case (the group's first lead), who is invited.
HANDLES, LEADS, INVITED, STRANGER = "urban_construction_brigade", "safety_station", "quality_station", "energy_section"
SECTIONS = {
    "leader": "leading_group", "dispatcher": "joint_office", "platform_officer": "info_platform_office",
    "grid_coordinator": "grid_office", "grid_member": "grid_office", "publicity_officer": "publicity_section",
    "assessor": "inspection_section", "legal_officer": "legal_section", "administrator": "joint_office",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    role: str
    unit: str
    reported: bool = False

    @property
    def sees(self) -> bool:
        """Those of a stranger's unit belong to another group."""
        return self.role in SEE_EVERYTHING or self.reported or (self.role in OF_A_UNIT and self.unit != STRANGER)


PEOPLE = (
    *(Person(role, unit) for role, unit in product(OF_A_UNIT, (HANDLES, LEADS, INVITED, STRANGER))),
    *(Person(role, unit) for role, unit in SECTIONS.items()),
    Person("grid_member", "grid_office", reported=True),
)

ONE_ROLE = {
    "office": ("dispatcher",), "leader": ("leader",), "legal": ("legal_officer",),
    "supervision": ("supervision_officer",), "publicity": ("publicity_officer",), "anybody": ROLES,
    "urgers": ("dispatcher", "platform_officer", "leader", "assessor"),
}  # fmt: skip


def means(who: str, person: Person, state: str, channel: str) -> bool:
    """Whether an arrow that names `who` means that person."""
    if who == "platform":
        return person.role == ("grid_coordinator" if channel == "grid_feedback" else "platform_officer")
    if who in ONE_ROLE:
        return person.role in ONE_ROLE[who]
    units = {
        "handling_unit": (HANDLES,),
        "filing_unit": (LEADS,) if state == "joint_required" else (HANDLES,),
        "unit_at_work": (HANDLES, LEADS, INVITED),
    }[who]
    return person.role in OF_A_UNIT and person.unit in units


def verbs(person: Person, state: str, channel: str = "complaint") -> set[str]:
    """The verbs that are the person's in that state."""
    return {
        verb
        for (verb, origin), told in expected_workflow.expected().items()
        if origin == state and any(means(who, person, state, channel) for who in told["who"])
    }
