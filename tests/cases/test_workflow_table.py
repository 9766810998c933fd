"""Every pair of states is walked against a table written by hand."""

from collections import defaultdict
from itertools import product

import pytest

from cases import actions, workflow
from cases.models import Case
from cases.verbs import Verb
from cases.workflow import ENDED, TABLES, VERSION_1, Arrow, Status, Table
from tests.cases import expected_workflow
from tests.cases.journey import Crew
from tests.factories import make_case

EXPECTED = expected_workflow.expected()
STATES = expected_workflow.SETS["every"].split()
BESIDE = {
    "unmask",
    "report",
    "import",
    "assign",
    "override",
    "photo",
    "field_held",
    "field_settled",
    "evidence",
    "review_evidence",
}  # no arrows of the table


def product_arrows():
    return {(arrow.verb.value, origin.value): arrow for arrow in VERSION_1.arrows for origin in arrow.origins}


def test_the_states_are_those_of_the_notice_and_no_other():
    assert sorted(Status.values) == sorted(STATES)
    assert len(STATES) == 28
    assert sorted(ENDED) == sorted(expected_workflow.ENDED)


def test_each_verb_leads_from_a_state_in_one_way():
    told = [(arrow.verb, origin) for arrow in VERSION_1.arrows for origin in arrow.origins]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("origin", STATES)
def test_exactly_the_expected_verbs_lead_from_one_state_to_another(origin):
    """28 rows of 28 pairs: the set of verbs of each, empty sets too. `unmerge` leads to wherever the case was."""
    ours, theirs = defaultdict(set), defaultdict(set)
    for (verb, state), told in EXPECTED.items():
        if state == origin and told["to"] != "back":
            theirs[origin if told["to"] == "=" else told["to"]].add(verb)
    for (verb, state), arrow in product_arrows().items():
        if state == origin and not arrow.back:
            ours[arrow.leads_to(Status(origin)).value].add(verb)
    for target in STATES:
        assert (origin, target, ours[target]) == (origin, target, theirs[target])


def test_every_pair_of_states_is_asked_about():
    asked = set(product(STATES, STATES))
    assert len(asked) == 28 * 28
    assert {
        (state, told["to"]) for (_verb, state), told in EXPECTED.items() if told["to"] not in ("=", "back")
    } <= asked


@pytest.mark.parametrize(("verb", "state"), sorted(EXPECTED), ids=":".join)
def test_each_arrow_says_who_what_and_which_clocks(verb, state):
    arrow, told = product_arrows()[verb, state], EXPECTED[verb, state]
    assert {
        "verb": arrow.verb.value,
        "to": "back" if arrow.back else arrow.to.value if arrow.to else "=",
        "who": tuple(who.name.lower() for who in arrow.who),
        "needs": tuple(need.name.lower() for need in arrow.needs),
        "starts": arrow.starts,
        "stops": arrow.stops,
        "pauses": arrow.pauses,
        "resumes": arrow.resumes,
        "held": arrow.held,
        "while_held": arrow.while_held,
    } == told | {"verb": verb}


def test_every_verb_has_an_arrow_or_stands_beside_the_table():
    assert {verb for verb, _state in EXPECTED} | BESIDE == set(Verb.values)


def test_no_state_but_the_last_ones_is_a_dead_end():
    """From each of them some verb leads on, whatever else is missing."""
    onward = {state for (_verb, state), told in EXPECTED.items() if told["to"] not in ("=", state)}
    assert set(STATES) - onward == {"archived", "void", "transferred_out"}


def test_the_archive_is_reached_from_every_state_that_has_not_ended():
    ways = defaultdict(set)
    for (_verb, state), told in EXPECTED.items():
        ways[told["to"]].add(state)
    reached, new = set(), {"archived"}
    while new:
        reached |= new
        new = {state for target in new for state in ways[target]} - reached
    assert set(STATES) - reached == {"void", "transferred_out", "merged"}


@pytest.fixture
def two_versions(monkeypatch):
    """A second table in which a report is registered at once."""
    shortcut = Arrow(Verb.REGISTER, frozenset({Status.REPORTED}), Status.REGISTERED, VERSION_1.arrows[0].who)
    monkeypatch.setitem(TABLES, 2, Table((shortcut,)))
    monkeypatch.setattr(workflow, "CURRENT", 2)


def test_a_case_keeps_the_table_it_began_with(xingyang, two_versions):
    crew = Crew()
    old, new = make_case(), make_case(workflow_version=2)
    with pytest.raises(actions.Refused):
        actions.perform(old, "register", by=crew.dispatcher)
    assert actions.perform(new, "register", by=crew.dispatcher).status == Status.REGISTERED
    assert actions.perform(old, "triage", by=crew.platform).status == Status.TRIAGED
    with pytest.raises(actions.Refused):
        actions.perform(Case.objects.get(pk=new.pk), "submit", by=crew.dispatcher, given={"opinion": "x"})


def test_steps_are_those_of_the_case_s_own_table(xingyang, two_versions):
    by = Crew().dispatcher
    assert {step.verb for step in actions.steps(make_case(workflow_version=2), by)} == {Verb.REGISTER}
    assert Verb.TRIAGE in {step.verb for step in actions.steps(make_case(), by)}
