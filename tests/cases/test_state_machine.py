"""Random people, verbs and words, time moving on: no state that the table forbids, no event lacking, none twice."""

import os
import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases import actions, clocks
from cases.actions.refusals import BadInput, NotYours
from cases.clocks import ClockRefused
from cases.models import Case
from gis_core.errors import NotPossibleNow
from tests.cases import expected_workflow
from tests.cases.journey import Crew, Journey
from tests.cases.sound_words import Words
from tests.cases.standing import evidence
from tests.factories import make_case

EXPECTED = expected_workflow.expected()
VERBS = sorted({verb for verb, _state in EXPECTED})
FROM = {
    state: sorted(verb for verb, origin in EXPECTED if origin == state)
    for state in expected_workflow.SETS["every"].split()
}
ALL_STOPPED = ("not_registered", "rejected", "unfounded", "transferred_out", "void", "merged", "archived")
LAST = ("void", "transferred_out", "archived", "merged")  # hardly anything leads on from there
REFUSED = (NotPossibleNow, NotYours, BadInput, ClockRefused)
# `make proof-verbs` asks for more: MACHINE_RUNS=2000 of 50 steps each.
RUNS, STEPS = int(os.environ.get("MACHINE_RUNS", "25")), 50
ODD_WORDS = st.sampled_from(
    ["", "\0", "\ud800", "x" * 6000, None, True, 7, 10**400, [], ["x"], [{}], {"a": 1}, "NaN", "9999-12-31T23:59:59Z",
     "1999-01-01T00:00", "-1", "unknown"]
)  # fmt: skip
SPANS = [timedelta(**span) for span in ({"minutes": 1}, {"hours": 5}, {"days": 1}, {"days": 8}, {"days": 60})]
SEEDS = st.integers(0, 2**32)  # of a choice among many: small numbers are drawn oftenest, and would choose the same


class WorkOnACase(RuleBasedStateMachine):
    """One case, taken up at a waypoint, in a savepoint of its own."""

    crew: Crew
    waypoints: dict
    done: Counter

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.just_now, self.thrown = None, 0

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(at=st.sampled_from(["reported", "verifying", "filed", "investigating", "notified", "decided"]))
    def take_up(self, at):
        self.pk, self.at, self.other = self.waypoints[at]
        self.before = Case.objects.get(pk=self.pk)
        self.acknowledged = 0
        self.events_at_first = self.before.events.count()

    def person_for(self, verb):
        """Somebody whom the table names, as far as the case is in the crew's hands."""
        who = EXPECTED[verb, self.before.status]["who"][0]
        crew = self.crew
        return {"office": crew.dispatcher, "platform": crew.platform, "leader": crew.leader, "legal": crew.legal,
                "supervision": crew.supervisor, "publicity": crew.publicity, "urgers": crew.assessor,
                "anybody": crew.coordinator}.get(who, crew.first)  # fmt: skip

    @rule(seed=SEEDS)
    def a_likely_step(self, seed):
        """Mostly a verb that leads on, by one of its people, in sound words; on hold, what is open then."""
        dice = self.dice(seed)
        if self.before.status in LAST:
            self.take_up(dice.choice(list(self.waypoints)))
        verbs = FROM[self.before.status]
        if self.before.hold and dice.random() < 0.7:
            verbs = ["resume"]
        onward = [verb for verb in verbs if self.leads_on(verb)]
        verb = dice.choice(onward if onward and dice.random() < 0.5 else verbs)
        self.do(self.person_for(verb), verb, self.words(verb, dice))

    def dice(self, seed):
        """Drawn seeds are often alike; thrown again, they fall otherwise."""
        self.thrown += 1
        return random.Random(f"{seed} {self.thrown}")  # noqa: S311 -- nothing is kept secret

    def leads_on(self, verb):
        return EXPECTED[verb, self.before.status]["to"] not in ("=", "back", self.before.status, *ALL_STOPPED)

    @rule(seed=SEEDS)
    def anybody_does_anything(self, seed):
        dice = self.dice(seed)
        verb = dice.choice(VERBS)
        self.do(dice.choice(list(vars(self.crew).values())), verb, self.words(verb, dice))

    @rule(seed=SEEDS, odd=ODD_WORDS)
    def a_step_in_odd_words(self, seed, odd):
        dice = self.dice(seed)
        verb = dice.choice(FROM[self.before.status])
        words = self.words(verb, dice)
        self.do(self.person_for(verb), verb, {**words, dice.choice([*words, "unknown"]): odd})

    def words(self, verb, dice):
        """Time moves on before anybody speaks."""
        self.at += dice.choice(SPANS)
        return Words(self.crew, self.at, self.other).of(verb)

    @rule(device=st.booleans())
    def evidence_comes_in(self, device):
        evidence(self.before, from_device=device, reviewed_at=self.at if device else None, medium="video")

    def do(self, by, verb, words):
        last = self.before.events.order_by("id").last().pk
        try:
            with transaction.atomic():
                done = actions.perform(self.before, verb, by=by, given=words, at=self.at)
        except REFUSED:
            self.just_now = ("refused", verb, last)
            return
        self.acknowledged += 1
        self.done[verb] += 1
        self.just_now = ("done", verb, last)
        assert done.pk == self.pk

    @invariant()
    def the_file_is_sound(self):
        case = Case.objects.get(pk=self.pk)
        if self.just_now:
            self.one_event_or_none(case, *self.just_now)
        self.just_now = None
        self.chain_is_whole(case)
        self.dates_agree(case)
        self.papers_agree(case)
        self.before = case

    def one_event_or_none(self, case, outcome, verb, last):
        new = list(case.events.filter(pk__gt=last))
        if outcome == "refused":
            assert new == []
            assert case.version == self.before.version
            return
        (event,) = new
        told = EXPECTED[verb, self.before.status]
        assert (event.verb, event.from_status, event.status) == (verb, self.before.status, case.status)
        assert told["to"] in ("back", case.status) or (told["to"] == "=" and case.status == self.before.status)
        assert (event.version, case.version) == (self.before.version + 1, self.before.version + 1)

    def chain_is_whole(self, case):
        events = list(case.events.order_by("id").values_list("from_status", "status", "version"))
        assert len(events) == self.events_at_first + self.acknowledged
        assert [version for _origin, _status, version in events] == list(range(1, case.version + 1))
        assert all(this[0] == before[1] for before, this in pairwise(events))
        assert events[-1][1] == case.status

    def dates_agree(self, case):
        running = list(case.clocks.running().select_related("rule"))
        ends = [one.due_at for one in running if one.rule.kind == "limit" and one.due_at]
        assert case.due_at == clocks.nearest_due(case) == min(ends, default=None)
        assert bool(case.ended_at) == (case.status in expected_workflow.ENDED)
        if case.status in ALL_STOPPED:
            assert running == []
        assert not (case.hold and case.ended_at)

    def papers_agree(self, case):
        dossier = case.dossier
        assert all(one.officer_rows.exclude(officer_cert_no="").count() >= 2
                   for one in case.inspections.exclude(held_at=None))  # fmt: skip
        assert dossier.paid == sum(one.amount for one in case.payments.all())
        if case.status in ("decided", "served", "enforcing"):
            self.decision_is_lawful(case, dossier)

    def decision_is_lawful(self, case, dossier):
        assert dossier.legal_reviewed_at
        if not dossier.fine:
            return
        assert dossier.notified_at <= dossier.decided_at
        if dossier.fine >= 50_000:
            over = case.clocks.filter(code="D06").last()
            lapsed = over is not None and over.due_at < dossier.decided_at and not dossier.hearing_requested_at
            assert dossier.hearing_waived_at or dossier.hearing_held_at or lapsed
        assert not dossier.hearing_requested_at or dossier.hearing_held_at or dossier.fine < 50_000


@pytest.fixture
def machine(xingyang):
    crew = Crew()
    ways = {"decided": Journey.to_decided, "reported": lambda way: way, "verifying": Journey.to_verifying, "filed": Journey.to_filed,
            "investigating": Journey.to_investigating, "notified": Journey.to_notified}  # fmt: skip
    other = make_case(by=crew.dispatcher).case_no

    def taken_up(go):
        way = Journey(crew)
        go(way)
        if not hasattr(way.case, "dossier"):
            way.do("remark", crew.dispatcher, text="x")
        return way.case.pk, way.at, other

    class Machine(WorkOnACase):
        waypoints = {name: taken_up(go) for name, go in ways.items()}
        done = Counter()

    Machine.crew = crew
    return Machine


def test_whatever_anybody_does_the_case_stays_within_the_table_and_its_trail_is_whole(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None, print_blob=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
        ),
    )  # fmt: skip
    told = ", ".join(f"{verb} {number}" for verb, number in machine.done.most_common())
    print(f"{sum(machine.done.values())} acts of {len(machine.done)} verbs: {told}")  # noqa: T201 -- the proof's figures
    assert len(machine.done) > 30
