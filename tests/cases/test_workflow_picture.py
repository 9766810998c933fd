"""The picture of the states in docs/developing.md shows every way of the table, and no other."""

import re

from django.conf import settings

from cases.verbs import Verb
from cases.workflow import CURRENT, TABLES, Status

LINE = re.compile(r"^    (\w+) --> (\w+): ([\w, ]+)$", re.MULTILINE)
# From nearly everywhere; the text below the picture says from where.
NOT_DRAWN = {Verb.TRANSFER_OUT, Verb.VOID, Verb.MERGE, Verb.UNMERGE}


def drawn():
    page = (settings.BASE_DIR / "docs" / "developing.md").read_text("utf-8")
    (picture,) = re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)
    return {(origin, to, verb) for origin, to, verbs in LINE.findall(picture) for verb in verbs.split(", ")}


def test_the_picture_of_the_states_is_the_table_in_force():
    moving = [arrow for arrow in TABLES[CURRENT].arrows if arrow.to and arrow.verb not in NOT_DRAWN]
    ways = {(origin, arrow.to, arrow.verb) for arrow in moving for origin in arrow.origins if origin != arrow.to}
    assert drawn() == {(str(origin), str(to), str(verb)) for origin, to, verb in ways}


def test_what_is_not_drawn_leads_from_where_the_text_says():
    table = TABLES[CURRENT]
    origins = {
        verb: {one for arrow in table.arrows if arrow.verb == verb for one in arrow.origins} for verb in NOT_DRAWN
    }
    order = list(Status)
    at_work = order[order.index(Status.VERIFYING) : order.index(Status.ESCALATED_CITY) + 1]
    assert origins[Verb.TRANSFER_OUT] == {Status.TRIAGED, Status.REGISTERED, Status.APPROVED, *at_work}
    assert origins[Verb.VOID] == set(order[: order.index(Status.DECIDED)])
    assert origins[Verb.MERGE] == set(order[: order.index(Status.FILED)])
