"""What a person can do with a case now, and what stands before it: shown before any button is pressed."""

from dataclasses import dataclass

from cases.actions.engine import obstacles
from cases.facts import Facts
from cases.models import Case
from cases.permissions import may_act
from cases.verbs import Verb
from cases.workflow import Arrow, Status


@dataclass(frozen=True)
class Step:
    """An arrow that is this person's; `obstacles` are the sentences of what is missing, none where it is open.
    `leads_on` where it moves the case, and is no matter beside the procedure."""

    arrow: Arrow
    obstacles: tuple[str, ...]
    leads_on: bool

    @property
    def verb(self) -> Verb:
        return self.arrow.verb

    @property
    def is_open(self) -> bool:
        return not self.obstacles


def steps(case: Case, by, facts: Facts | None = None) -> list[Step]:
    """The person's steps in the table's order; each verb once."""
    facts = facts or Facts(case, by=by)
    arrows = case.table.from_state(Status(case.status))
    return [_step(arrow, facts) for arrow in arrows if any(may_act(by, who, case) for who in arrow.who)]


def step(case: Case, verb: str, by) -> Step | None:
    """The person's step of that verb; None where it is none of theirs from here."""
    return next((one for one in steps(case, by) if one.verb == verb), None)


def _step(arrow: Arrow, facts: Facts) -> Step:
    leads_on = arrow.back or arrow.to not in (None, facts.case.status)
    return Step(arrow, tuple(obstacles(arrow, facts)), leads_on)
