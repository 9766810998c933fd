"""Role × unit × state × verb, each cell asserted against a policy written by hand, for the API and for the page."""

import json
import os
from functools import cache

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from boundaries.models import Unit
from cases import actions
from cases.models import Case, CaseEvent
from tests.cases import expected_workflow, verb_policy
from tests.cases.verb_policy import HANDLES, INVITED, LEADS, PEOPLE, ROLES, STRANGER, Person
from tests.factories import make_case, make_user
from tests.second_city import load as load_second_city

STATES = expected_workflow.SETS["every"].split()
EXPECTED = expected_workflow.expected()
VERBS = sorted({verb for verb, _state in EXPECTED})
FULL = os.environ.get("VERB_MATRIX") == "full"  # `make proof-verbs`: every verb in every state, for every door
# What an allowed person is told who says nothing with the verb: done, words are missing, or the case lacks something.
DONE = {"api": 200, "page": 302}


class Stage:
    """A case in every state, and a client for every person."""

    def __init__(self, region_id, channel="complaint"):
        self.channel = channel
        units = {unit.code: unit for unit in Unit.objects.filter(region=region_id)}
        self.people = {person: self.account(person, units) for person in PEOPLE}
        reporter = self.people[Person("grid_member", "grid_office", reported=True)]
        self.cases = {state: self.case(state, reporter, units) for state in STATES}
        self.clients = {person: self.client(account) for person, account in self.people.items()}

    @staticmethod
    def account(person, units):
        group = "G1" if person.unit == STRANGER else "G3"
        return make_user(person.role, unit=units[person.unit], group_codes=[group])

    def case(self, state, reporter, units):
        return make_case(
            by=reporter, channel=self.channel, status=state, handling_unit=units[HANDLES], lead_unit=units[LEADS],
            units_involved=[units[code].pk for code in (HANDLES, LEADS, INVITED)],
        )  # fmt: skip

    @staticmethod
    def client(account):
        client = Client(raise_request_exception=False)
        client.force_login(account)
        return client

    def press(self, door, person, state, verb):
        """The status of doing a verb without a word; what was done is taken back."""
        case = self.cases[state]
        with transaction.atomic():
            if door == "api":
                url = f"/api/v1/cases/{case.case_no}/actions/{verb}/"
                answer = self.clients[person].post(url, json.dumps({}), content_type="application/json")
            else:
                url = reverse("case-act", args=(case.case_no, verb))
                answer = self.clients[person].post(url, {"version": case.version})
            transaction.set_rollback(answer.status_code == DONE[door])
        return answer.status_code

    def allowed(self, door, person, state, verb):
        """The statuses that the policy foresees."""
        if not person.sees:
            return {404}
        if (verb, state) not in EXPECTED:
            return {409}
        return {DONE[door], 400, 409} if verb in expected_verbs(person, state, self.channel) else {403}

    def wrong_cells(self, door, cells):
        told = ((person, state, verb, self.press(door, person, state, verb)) for person, state, verb in cells)
        return [cell for cell in told if cell[-1] not in self.allowed(door, *cell[:-1])]


expected_verbs = cache(verb_policy.verbs)


def doors():
    try:
        reverse("case-act", args=("XY-2026-00001", "triage"))
    except NoReverseMatch:
        return ("api",)
    return ("api", "page")


def arrows_once():
    """(state, verb): each line of the table in one state that it leads on from."""
    lines = {}
    for (verb, state), told in EXPECTED.items():
        lines.setdefault((verb, told["to"], told["who"]), state)
    return [(state, verb) for (verb, _to, _who), state in lines.items()]


@pytest.fixture
def stage(xingyang):
    return Stage(xingyang.region_id)


def trail():
    return CaseEvent.objects.count(), sum(Case.objects.values_list("version", flat=True))


def test_the_people_of_the_matrix_are_of_every_role():
    assert {person.role for person in PEOPLE} == set(ROLES)


def test_everybody_is_offered_exactly_their_verbs_in_every_state(stage):
    wrong = []
    for state, case in stage.cases.items():
        for person, client in stage.clients.items():
            answer = client.get(f"/api/v1/cases/{case.case_no}/actions/")
            told = {step["verb"] for step in answer.json()} if answer.status_code == 200 else answer.status_code
            if told != (expected_verbs(person, state) if person.sees else 404):
                wrong.append((person, state, told))
    assert wrong == []


def test_of_the_two_platforms_the_one_acts_that_the_channel_belongs_to(xingyang):
    stage = Stage(xingyang.region_id, channel="grid_feedback")
    for state, case in stage.cases.items():
        for role in ("platform_officer", "grid_coordinator"):
            person = Person(role, verb_policy.SECTIONS[role])
            offered = {step.verb.value for step in actions.steps(case, stage.people[person])}
            assert (state, role, offered) == (state, role, expected_verbs(person, state, "grid_feedback"))


@pytest.mark.parametrize("door", doors())
def test_every_arrow_is_done_by_its_people_and_refused_to_all_others(stage, door):
    before = trail()
    cells = [(person, state, verb) for state, verb in arrows_once() for person in PEOPLE]
    if door == "page" and not FULL:
        cells = cells[::5]  # pages take longer; five and the number of people have no common factor: all get their turn
    assert stage.wrong_cells(door, cells) == []
    assert trail() == before


@pytest.mark.parametrize("door", doors())
def test_no_verb_is_done_in_a_state_that_it_does_not_lead_on_from(stage, door):
    before = trail()
    nowhere = {verb: [state for state in STATES if (verb, state) not in EXPECTED] for verb in VERBS}
    dispatcher = Person("dispatcher", "joint_office")
    cells = [(dispatcher, states[0], verb) for verb, states in nowhere.items() if states]
    assert stage.wrong_cells(door, cells) == []
    assert trail() == before


@pytest.mark.parametrize("role", ROLES)
def test_nobody_of_another_region_finds_the_case(stage, role, tmp_path):
    elsewhere = load_second_city(tmp_path)
    unit = Unit.objects.get(region=elsewhere.region_id, code="office")
    client = Stage.client(make_user(role, region_id=elsewhere.region_id, unit=unit, group_codes=["G3"]))
    case = stage.cases["investigating"]
    assert client.get(f"/api/v1/cases/{case.case_no}/actions/").status_code == 404
    for verb in ("remark", "inspect", "void"):
        url = f"/api/v1/cases/{case.case_no}/actions/{verb}/"
        assert client.post(url, "{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("door", doors())
@pytest.mark.parametrize("states", [[state] for state in STATES] if FULL else [STATES], ids=lambda states: states[0])
def test_every_cell_of_the_whole_product(stage, door, states):
    """Every verb × person × state: each state by itself for `make proof-verbs`, else every 101st of all. 101 is prime
    to their numbers, so that every one of them gets its turn."""
    before = trail()
    cells = [(person, state, verb) for state in states for verb in VERBS for person in PEOPLE]
    assert stage.wrong_cells(door, cells if FULL else cells[::101]) == []
    assert trail() == before
