"""Random histories of five phones: cuts, repeats, any order, clocks two days wrong, restarts.

Each history is played twice and more, its records delivered in other orders. What is in force and what waits, taken
together, must be the same; nothing is lost; every conflict shows both values; and once a person has decided by what
the records say, the cases stand alike too. `HISTORIES` says how many; the whole proof is `make proof-field`.
"""

import json
import os
import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cases import actions, field
from cases.field.rules import STATING
from cases.models import Case, CaseEvent, FieldRecord, Inspection
from tests.cases.field.phones import Phone
from tests.cases.journey import Crew
from tests.cases.sound_words import Words
from tests.cases.standing import joint, order, stand

HISTORIES = int(os.environ.get("HISTORIES", "12"))
ORDERS = 3
# The stricter first: what the office of the test believes of two phones that say different things.
STRICT = ("order_stop", "order_rectify", "recheck_failed", "recheck_passed")
BEGINNINGS = ("assigned", "filed", "investigating", "ordered", "complied")
VERBS = ("arrive", "begin_check", "inspect", "contribute", "order_stop", "order_rectify", "recheck_passed", "recheck_failed",
         "record_violence", "remark")  # fmt: skip


@pytest.fixture
def crew(xingyang):
    return Crew()


class History:
    """What happens, decided by `seed` alone: cases, steps of the office, records of five phones, deliveries."""

    def __init__(self, seed: int, crew: Crew):
        self.dice = random.Random(seed)  # noqa: S311 - a test
        self.crew = crew
        self.at = timezone.now()
        self.words = Words(crew, self.at)
        self.cases = [self._case() for _number in range(self.dice.randint(1, 3))]
        officers = (crew.first, crew.second, crew.first, crew.second, crew.first)
        self.phones = [Phone(one, ahead=timedelta(hours=self.dice.choice((0, 0, 48, -48, 7)))) for one in officers]
        self.records = [(phone, record) for phone in self.phones for record in self._away(phone)]
        for _step in range(self.dice.randint(0, 2)):
            self._office()

    def _case(self) -> Case:
        status = self.dice.choice(BEGINNINGS)
        case = stand(self.crew, status)
        if status in ("ordered", "complied"):
            order(case, "in_force" if status == "ordered" else "complied")
        joint(case, self.crew.first.unit, self.crew.brigade.unit, held=self.dice.random() < 0.5)
        return case

    def _away(self, phone: Phone):
        """What a phone records without a line, in its own order."""
        for number in range(self.dice.randint(0, 4)):
            if self.dice.random() < 0.15:
                yield phone.report(description=f"{phone.key} {number}")
                continue
            verb = self.dice.choice(VERBS)
            words = {**self.words.of(verb)}
            for name in ("findings", "demands", "text"):
                if name in words:
                    words[name] = f"{phone.key} {number}"
            yield phone.act(self.dice.choice(self.cases), verb, words, ago=timedelta(minutes=self.dice.randint(0, 600)))

    def _office(self):
        """A step of the office while the phones are away."""
        case = actions.lock(self.dice.choice(self.cases))
        verbs = [one.verb for one in actions.steps(case, self.crew.second) if not one.obstacles and one.verb in STATING]
        if verbs:
            verb = self.dice.choice(sorted(verbs))
            actions.perform(case, verb, by=self.crew.second, given=self.words.of(verb))

    def deliveries(self, number: int) -> list:
        """The records in some order, some of them more than once: a cut line hides whether they arrived."""
        dice = random.Random(f"{number} {self.at}")  # noqa: S311 - likewise
        sent = [one for one in self.records for _time in range(dice.choice((1, 1, 1, 2, 3)))]
        dice.shuffle(sent)
        return sent


def play(history: History, number: int):
    """Deliver, and say how everything stands: before anybody decides, and after."""
    answers = {}
    for phone, record in history.deliveries(number):
        if random.random() < 0.1:  # noqa: S311 - a restarted phone has its queue and nothing else
            phone.client.cookies.clear()
        answer = phone.send(record)
        assert answer.status_code == 201, answer.content
        first = answers.setdefault(record["key"], answer.content)
        assert answer.content == first
    nothing_is_lost(history)
    told = before = standing(history)
    for kept in decisions():
        decide(history, kept)
        told = standing(history)
    return before, told


def nothing_is_lost(history: History):
    kept = {str(row.key): row for row in FieldRecord.objects.select_related("event")}
    assert set(kept) == {record["key"] for _phone, record in history.records}
    for _phone, record in history.records:
        row = kept[record["key"]]
        assert row.words == record["words"]
        assert row.state in ("done", "conflict"), row.state
        if row.state == "conflict":
            assert row.why
            event = CaseEvent.objects.get(verb="field_held", data__record=record["key"])
            assert event.data["act"] == record["verb"]
        else:
            assert row.event.verb == record.get("verb", "report")
            assert row.event.case_id == row.case_id
    assert (
        Case.objects.filter(source_client="field").count() == Counter(r["kind"] for _p, r in history.records)["report"]
    )


def rivals(case) -> list[FieldRecord]:
    """The statements of phones on a case, in force or waiting: what is said of one matter."""
    return list(FieldRecord.objects.filter(case=case, verb__in=STATING).order_by("key"))


def standing(history: History) -> list:
    """How the cases and the records stand, without what merely tells the order of arrival.

    Where a statement waits, those that it may clash with are one matter, each with its words; which of them is in
    force for the time being is the office's to decide. Where none waits, the case's state counts too, unless one
    phone said two things one after the other: a decision on single statements does not settle which story holds.
    """
    told = []
    for case in Case.objects.filter(pk__in=[case.pk for case in history.cases]).order_by("pk"):
        waits = FieldRecord.objects.filter(case=case, state="conflict").exists()
        facts = Counter(
            (row.verb, json.dumps(row.words, sort_keys=True), row.state)
            for row in FieldRecord.objects.filter(case=case).exclude(verb__in=STATING)
        )
        stated = rivals(case)
        said = Counter((row.verb, json.dumps(row.words, sort_keys=True)) for row in stated)
        stories = stated and max(Counter(row.device_id for row in stated).values()) > 1
        disputed = waits or (FieldRecord.objects.filter(case=case).exclude(decided_at=None).exists() and stories)
        told.append((case.case_no, facts, said, waits, None if disputed else outcome(case)))
    return told


def outcome(case) -> tuple:
    orders = list(case.orders.order_by("id"))
    visits = Counter(Inspection.objects.filter(case=case, kind="site").values_list("findings", flat=True))
    return case.status, bool(orders) and orders[-1].state, visits


def decisions():
    """The kept records, one after the other, the stricter first."""
    while kept := sorted(FieldRecord.objects.filter(state="conflict"), key=strictness):
        yield kept[0]


def strictness(row) -> tuple:
    return (STRICT.index(row.verb) if row.verb in STRICT else len(STRICT), str(row.key))


def decide(history: History, kept: FieldRecord):
    """By what is said alone: the strictest statement on the case holds."""
    take = min(rivals(kept.case), key=strictness, default=None) == kept
    try:
        with transaction.atomic():
            field.settle(kept, by=history.crew.dispatcher, take=take, why="以从严者为准")
    except actions.Refused:
        field.settle(kept, by=history.crew.dispatcher, take=False, why="程序不允许")


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_whatever_phones_and_lines_do_the_end_is_the_same_and_nothing_is_lost(crew, seed):
    found = []
    history = History(seed, crew)
    for number in range(ORDERS):
        point = transaction.savepoint()
        found.append(play(history, number))
        transaction.savepoint_rollback(point)
    for other in found[1:]:
        for when, (mine, theirs) in zip(("before", "after"), zip(found[0], other, strict=True), strict=True):
            for one, two in zip(mine, theirs, strict=True):
                assert one == two, when
