"""Which verbs the phone has, and when a case has moved on from what the phone knew: a table, and no model.

What is written down on the spot adds to a case and takes nothing away: an arrival, an inspection, what a unit saw.
Such verbs commute: they are done on the case as it stands, in whatever order they come. An order and a re-check say
how things stand with the party. Two of them that knew nothing of each other, or one that did not know of a step of
the office, are rivals: the later to come is kept and not in force until a person has read both.
"""

from boundaries.models import User
from cases.permissions import may_ever
from cases.verbs import Verb
from cases.workflow import EVERY_OPEN, Status, Table

COMMUTING = frozenset(
    {
        Verb.ARRIVE,
        Verb.BEGIN_CHECK,
        Verb.INSPECT,
        Verb.CONTRIBUTE,
        Verb.SIGN_IN,
        Verb.RECORD_VIOLENCE,
        Verb.REMARK,
        Verb.BEGIN_FOLLOW_UP,
        Verb.FOLLOW_UP_VISIT,
    }
)
STATING = frozenset({Verb.ORDER_STOP, Verb.ORDER_RECTIFY, Verb.RECHECK_PASSED, Verb.RECHECK_FAILED})
VERBS = COMMUTING | STATING
# Done by the first who comes; the second finds it done.
ONCE = frozenset({Verb.BEGIN_CHECK, Verb.SIGN_IN, Verb.BEGIN_FOLLOW_UP})


def is_step(event) -> bool:
    """Whether something happened that a statement of the field has to know of."""
    return event.verb in STATING or (event.from_status != event.status and event.verb not in COMMUTING)


def offered(table: Table, user: User) -> dict[str, list[str]]:
    """The phone's verbs of each open state that the person may have, in the table's order."""
    theirs = [one for one in table.arrows if one.verb in VERBS and any(may_ever(user, who) for who in one.who)]
    found = {status: [one.verb for one in theirs if status in one.origins] for status in Status}
    return {
        str(status): [str(verb) for verb in verbs] for status, verbs in found.items() if status in EVERY_OPEN or verbs
    }


def leads(table: Table) -> dict[str, dict[str, str]]:
    """Where the phone's verbs take a case, by the state that it is in: so that the next step is offered before the
    server has heard of this one. What leaves it where it is, is left out."""
    found = {status: [one for one in table.from_state(status) if one.verb in VERBS] for status in Status}
    moves = {
        str(status): {str(one.verb): str(one.to) for one in arrows if one.leads_to(status) != status}
        for status, arrows in found.items()
    }
    return {status: verbs for status, verbs in moves.items() if verbs}
