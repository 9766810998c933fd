"""查处率 and 按期结案率 at their edges, on single cases; test_demonstration_play counts a whole set by hand."""

import json
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases import metrics
from cases.metrics import Figures, Period
from cases.models import Case, Clock, DeadlineRule
from cases.verbs import Verb
from tests.factories import make_case, make_user

# Single cases at the edges. D03 of 3 March 2026 ends on 1 June.


@pytest.fixture
def region(xingyang):
    return xingyang.region


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def limit(due, stopped=None, case=None, **changes):
    """A filed case whose limit ends then."""
    case = case or make_case(at=at("2026-03-01T09:00"), **{"status": "investigating", **changes})
    rule = DeadlineRule.objects.get(region=case.region, code="D03")
    due, stopped = at(due), stopped and at(stopped)
    Clock.objects.create(
        region=case.region,
        case=case,
        rule=rule,
        code="D03",
        started_at=case.reported_at,
        due_at=due,
        stopped_at=stopped,
    )
    return case


def event(case, verb, moment, **fields):
    case.events.create(region=case.region, verb=verb, status=case.status, by=make_user(), at=at(moment), **fields)


def on_time(region, since=None, until=None, now="2026-12-01T00:00"):
    one = metrics.figures(region, Period(since, until), now=at(now))[""]
    return one.due, one.deferred, one.on_time


def test_where_nothing_counts_there_is_no_rate(region):
    none = metrics.figures(region)
    assert none == {"": Figures()}
    assert (none[""].handling_rate, none[""].on_time_rate) == (None, None)


def test_where_all_that_was_due_is_deferred_there_is_no_rate(region):
    event(limit("2026-06-01T23:59:59"), Verb.DEFER, "2026-05-01T09:00")
    assert on_time(region) == (1, 1, 0)
    assert metrics.figures(region)[""].on_time_rate is None


@pytest.mark.parametrize(
    ("stopped", "expected"),
    [("2026-06-01T23:59:59", 1), ("2026-06-02T00:00:00", 0), (None, 0), ("2026-03-02T09:00:00", 1)],
)
def test_the_last_second_of_the_limit_is_in_time(region, stopped, expected):
    limit("2026-06-01T23:59:59", stopped)
    assert on_time(region) == (1, 0, expected)


def test_a_limit_that_has_not_ended_is_not_due_though_the_case_is_closed(region):
    limit("2026-06-01T23:59:59", "2026-04-01T09:00")
    assert on_time(region, now="2026-06-01T23:59:59") == (0, 0, 0)
    assert on_time(region, now="2026-06-02T00:00:00") == (1, 0, 1)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2026, 6, 1), date(2026, 6, 1), 1),
        (date(2026, 6, 2), None, 0),
        (None, date(2026, 5, 31), 0),
        (None, None, 1),
    ],
)
def test_first_and_last_day_of_a_period_are_in_it(region, since, until, expected):
    limit("2026-06-01T23:59:59")
    assert on_time(region, since, until)[0] == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], 0),
        ([("defer", "2026-06-01T23:59:59")], 1),
        ([("defer", "2026-06-02T00:00:00")], 0),
        ([("defer", "2026-05-01T09:00"), ("resume", "2026-05-20T09:00")], 0),
        ([("defer", "2026-05-01T09:00"), ("resume", "2026-06-20T09:00")], 1),
        ([("defer", "2026-05-01T09:00"), ("resume", "2026-05-20T09:00"), ("defer", "2026-05-21T09:00")], 1),
        ([("suspend", "2026-05-01T09:00")], 0),
    ],
)
def test_deferred_is_who_was_so_when_the_limit_ended(region, events, expected):
    case = limit("2026-06-01T23:59:59")
    for verb, moment in events:
        event(case, verb, moment)
    assert on_time(region)[:2] == (1, expected)


def test_a_deferral_behind_the_decision_takes_nothing_away(region):
    event(limit("2026-06-01T23:59:59", "2026-05-01T09:00"), Verb.DEFER, "2026-05-10T09:00")
    assert on_time(region) == (1, 0, 1)


def test_a_limit_that_began_anew_is_one_case_and_kept_only_with_both(region):
    case = limit("2026-06-01T23:59:59", "2026-05-01T09:00")
    limit("2026-09-01T23:59:59", None, case=case)
    assert on_time(region) == (1, 0, 0)
    assert on_time(region, until=date(2026, 6, 30)) == (1, 0, 1)


@pytest.mark.parametrize("status", ["void", "merged", "unfounded", "registered", "transferred_out"])
def test_what_was_not_found_true_counts_nowhere(region, status):
    make_case(status=status)
    assert metrics.figures(region)[""].found_true == 0


def test_a_void_case_was_not_due(region):
    limit("2026-06-01T23:59:59", "2026-05-01T09:00", status="void")
    assert on_time(region) == (0, 0, 0)


def handled(region, since=None, until=None):
    one = metrics.figures(region, Period(since, until))[""]
    return one.found_true, one.with_result


@pytest.mark.parametrize(
    ("origin", "expected"), [("verifying", 0), ("registered", 0), ("filed", 1), ("investigating", 1)]
)
def test_a_transfer_counts_behind_the_preliminary_check(region, origin, expected):
    case = make_case(status="transferred_out")
    event(case, Verb.TRANSFER_OUT, "2026-05-01T09:00", from_status=origin)
    assert handled(region) == (expected, expected)


@pytest.mark.parametrize(
    ("states", "expected"),
    [(["complied"], 1), (["in_force"], 0), (["disobeyed"], 0), (["complied", "in_force"], 0), ([], 0)],
)
def test_an_order_is_a_result_once_it_is_obeyed_and_none_is_open(region, states, expected):
    case = make_case(status="investigating")
    for state in states:
        case.orders.create(
            region=region, kind="stop", state=state, demands="停", issued_at=case.reported_at, due_at=case.reported_at
        )
    assert handled(region) == (1, expected)


def test_a_case_counts_in_the_period_of_its_first_registration(region):
    case = make_case(at=at("2026-01-31T09:00"), status="decided")
    assert handled(region, date(2026, 1, 1), date(2026, 1, 31)) == (1, 1)
    event(case, Verb.REGISTER, "2026-02-28T23:59:59")
    event(case, Verb.REGISTER, "2026-04-01T00:00:00")
    months = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 3, 1), None)]
    assert [handled(region, *month)[0] for month in months] == [0, 1, 0]
    assert handled(region) == (1, 1)


def test_all_but_one_is_never_shown_as_all():
    assert Figures(found_true=1_000_000, with_result=999_999).handling_rate == 99.99
    assert Figures(found_true=3, with_result=3).handling_rate == 100.0


def test_figures_ask_as_often_for_many_cases_as_for_one(region, django_assert_num_queries):
    limit("2026-06-01T23:59:59")
    for _number in range(3):
        make_case(status="decided")
    with django_assert_num_queries(3):
        metrics.figures(region)


def said(**options):
    out = StringIO()
    call_command("figures", stdout=out, **options)
    return out.getvalue()


def test_the_command_says_the_figures_and_gives_a_script_the_numbers(region):
    make_case(status="decided", at=at("2026-01-31T09:00"))
    Case.objects.update(group_code="G3")
    told = json.loads(said(as_json=True, group="*", since="2026-01-31", until="2026-01-31"))
    assert (told["region"], told["from"], told["to"]) == ("410182", "2026-01-31", "2026-01-31")
    assert [(one["group"], one["found_true"], one["handling_rate"], one["on_time_rate"]) for one in told["figures"]] == [
        (None, 1, 100.0, None), ("G3", 1, 100.0, None),
    ]  # fmt: skip
    assert "100.00 %" in said()
    assert said(group="G1").startswith("G1：查处率 —")


@pytest.mark.parametrize(
    "wrong", [{"since": "yesterday"}, {"until": "2026-02-30"}, {"since": "2026-02-01", "until": "2026-01-31"}]
)
def test_a_period_that_is_none_is_refused(region, wrong):
    with pytest.raises(CommandError):
        said(**wrong)
