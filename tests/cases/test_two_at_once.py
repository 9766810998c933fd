"""Two people act on a case at the same moment: one wins, the other is told who did what, and nobody waits for ever."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection

from cases import actions
from cases.clocks import ClockRefused
from cases.models import Case
from gis_core.errors import NotPossibleNow
from tests.cases import expected_workflow
from tests.cases.journey import Crew
from tests.cases.sound_words import Words
from tests.cases.standing import stand
from tests.land import load_once

EXPECTED = expected_workflow.expected()
ROUNDS = 12


@pytest.fixture
def crew(transactional_db):
    load_once()
    return Crew()


def at_once(*acts):
    """What each gave or raised; all begin together, each in a connection of its own."""
    start = Barrier(len(acts))

    def one(act):
        start.wait()
        try:
            return act()
        except (NotPossibleNow, actions.CaseChanged, actions.NotYours, actions.BadInput, ClockRefused) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts, timeout=30))


def does(case, verb, by, *, version=None, **given):
    return lambda: actions.perform(case, verb, by=by, given=given, version=version)


def trail(case):
    return list(case.events.order_by("id").values_list("verb", "from_status", "status", "version"))


def test_of_two_who_read_the_same_version_one_wins_and_the_other_is_told_by_whom(crew):
    for _number in range(ROUNDS):
        case = stand(crew, "submitted")
        told = at_once(
            does(case, "approve", crew.leader, version=1, opinion="同意"),
            does(case, "remark", crew.dispatcher, version=1, text="补充"),
        )
        won = [one for one in told if isinstance(one, Case)]
        lost = [one for one in told if isinstance(one, actions.CaseChanged)]
        assert (len(won), len(lost)) == (1, 1)
        (event,) = lost[0].events
        assert (event, event.version) == (case.events.get(version=2), 2)
        assert str(event.by) in str(lost[0])
        assert len(trail(case)) == 2


def test_of_two_who_read_nothing_the_second_is_asked_again_in_the_state_that_the_first_made(crew):
    for _number in range(ROUNDS):
        case = stand(crew, "submitted")
        told = at_once(
            does(case, "approve", crew.leader, opinion="同意"), does(case, "reject", crew.leader, reason="不同意")
        )
        assert sorted(type(one).__name__ for one in told) == ["Case", "Refused"]
        ((_report, _from, _to, _one), (_verb, origin, status, version)) = trail(case)
        fresh = Case.objects.get(pk=case.pk)
        assert (origin, status, version) == ("submitted", fresh.status, fresh.version)


def test_two_whose_acts_bear_each_other_are_both_done_one_after_the_other(crew):
    case = stand(crew, "filed")
    told = at_once(*(does(case, "remark", person, text="x") for person in (crew.first, crew.dispatcher, crew.leader)))
    assert all(isinstance(one, Case) for one in told)
    assert [version for *_rest, version in trail(case)] == [1, 2, 3, 4]


def test_a_double_press_is_done_once(crew):
    case = stand(crew, "triaged")
    told = at_once(*(does(case, "register", crew.dispatcher, version=1) for _press in range(4)))
    assert sum(isinstance(one, Case) for one in told) == 1
    assert case.documents.count() == 1


def test_two_cases_merged_into_each_other_do_not_wait_for_ever_and_one_goes_on(crew):
    for _number in range(ROUNDS):
        one, other = stand(crew, "triaged"), stand(crew, "triaged")
        told = at_once(
            does(one, "merge", crew.dispatcher, into=other.case_no, reason="同一工地"),
            does(other, "merge", crew.dispatcher, into=one.case_no, reason="同一工地"),
        )
        assert sorted(type(each).__name__ for each in told) == ["BadInput", "Case"]
        assert sorted(Case.objects.filter(pk__in=(one.pk, other.pk)).values_list("status", flat=True)) == [
            "merged", "triaged",
        ]  # fmt: skip


def test_one_receipt_entered_twice_at_once_pays_once(crew):
    cases = [stand(crew, "served", dossier={"fine": 100}) for _number in range(2)]
    paid = {"amount": "60", "paid_on": "2026-01-05", "receipt_no": "0001"}
    told = at_once(*(does(case, "pay", crew.first, **paid) for case in cases))
    assert sorted(type(one).__name__ for one in told) == ["BadInput", "Case"]


def test_any_two_verbs_at_once_leave_a_whole_chain(crew):
    """Pairs drawn from each state's verbs; a seed of its own, so that a failure comes again."""
    dice, people = random.Random(7), list(vars(crew).values())  # noqa: S311 -- nothing is kept secret
    for state in ("reported", "triaged", "approved", "assigned", "verifying", "investigating", "ordered", "reviewing",
                  "served", "enforcing"):  # fmt: skip
        verbs = sorted(verb for verb, origin in EXPECTED if origin == state)
        case = stand(crew, state)
        words = Words(crew, case.reported_at)
        acts = [
            does(case, verb, dice.choice(people), **words.of(verb)) for verb in dice.sample(verbs, 2) for _two in "ab"
        ]
        told = at_once(*acts)
        events = trail(case)
        assert len(events) == 1 + sum(isinstance(one, Case) for one in told)
        assert [version for *_rest, version in events] == list(range(1, len(events) + 1))
        assert all(later[1] in (earlier[2], "") for earlier, later in pairwise(events[1:]))
        assert all(EXPECTED[verb, origin]["to"] in ("=", "back", status) for verb, origin, status, _v in events[1:])


def test_the_page_the_api_and_a_script_leave_the_same_event(xingyang, client):
    """Three equal cases, the same verb, three doors; the page's door as soon as there is one."""
    crew = Crew()
    client.force_login(crew.leader)
    script, api, page = (stand(crew, "submitted") for _door in range(3))
    actions.perform(script, "reject", by=crew.leader, given={"reason": "  证据不足  "}, version=1)
    answer = client.post(
        f"/api/v1/cases/{api.case_no}/actions/reject/", {"reason": "  证据不足  "}, content_type="application/json",
        headers={"if-match": '"1"'},
    )  # fmt: skip
    assert answer.status_code == 200
    url = f"/cases/{page.case_no}/actions/reject/"
    answer = client.post(url, {"reason": "  证据不足  ", "version": "1"})
    rows = [row(script), row(api)]
    if answer.status_code != 404:
        assert answer.status_code == 302
        rows.append(row(page))
    assert all(one == rows[0] for one in rows)
    assert rows[0]["status"] == "rejected"


def row(case):
    event = case.events.order_by("id").last()
    told = {
        name: getattr(event, name)
        for name in ("verb", "from_status", "status", "by_id", "unit_id", "version", "note", "data")
    }
    return told | {"due_at": Case.objects.get(pk=case.pk).due_at, "clocks": case.clocks.running().count()}
