"""The night tells people what presses: each clock once a colour, each late urging once."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from cases import nightly
from cases.models import Notice
from cases.reminders import Reminders
from tests.cases.journey import Crew, Journey
from tests.cases.test_clocks import at
from tests.factories import make_classified


@pytest.fixture
def crew(xingyang):
    return Crew()


def a_night(region, now):
    reminders = Reminders(region, now)
    nightly.recompute(region, now, reminders.tell)
    reminders.urge_again()
    return reminders.written


def kinds(person):
    return list(Notice.objects.filter(to=person).order_by("id").values_list("kind", flat=True))


def test_a_clock_is_told_once_a_colour_to_whoever_is_next(crew, xingyang):
    case = make_classified(
        by=crew.dispatcher, channel="complaint", at=at("2026-03-02")
    )  # D01: 15 working days, to the 23rd
    region = xingyang.region
    assert a_night(region, at("2026-03-10 02:00")) == 0
    assert a_night(region, at("2026-03-24 02:00")) == 2
    assert a_night(region, at("2026-03-24 03:00")) == 0
    assert a_night(region, at("2026-03-25 02:00")) == 0
    assert kinds(crew.dispatcher) == kinds(crew.platform) == ["clock:D01:red"]
    assert kinds(crew.leader) == kinds(crew.first) == kinds(crew.coordinator) == []
    assert case.case_no in Notice.objects.filter(to=crew.platform).get().text


def test_a_clock_that_runs_anew_is_told_anew(crew, xingyang):
    case = make_classified(by=crew.dispatcher, channel="complaint", at=at("2026-03-02"))
    a_night(xingyang.region, at("2026-03-24 02:00"))
    case.clocks.update(started_at=at("2026-04-01"))
    assert a_night(xingyang.region, at("2026-05-20 02:00")) == 2


def test_a_late_urging_is_told_once_to_both_sides(crew, xingyang):
    journey = Journey(crew).to_verifying()
    journey.do("supervise", crew.leader, demand="抓紧", due_at=journey.later(days=1))
    urging = journey.case.urgings.get()
    Notice.objects.all().delete()
    on_time, late = urging.due_at, urging.due_at + timedelta(seconds=1)
    for now, told in (
        (on_time, []),
        (late, [f"urging:{urging.pk}"]),
        (late + timedelta(days=1), [f"urging:{urging.pk}"]),
    ):
        Reminders(xingyang.region, now).urge_again()
        assert kinds(crew.leader) == kinds(crew.first) == kinds(crew.second) == told
    assert kinds(crew.brigade) == []


def test_an_answered_urging_is_not_told(crew, xingyang):
    journey = Journey(crew).to_verifying()
    journey.do("supervise", crew.leader, demand="抓紧", due_at=journey.later(days=1))
    journey.do("reply_supervision", crew.first, reply="已办")
    Notice.objects.all().delete()
    Reminders(xingyang.region, journey.at + timedelta(days=9)).urge_again()
    assert not Notice.objects.exists()


def test_more_cases_cost_the_night_no_more_queries(crew, xingyang, django_assert_num_queries):
    pressing = []
    nightly.recompute(xingyang.region, at("2026-03-24 02:00"), pressing.append)
    for _number in range(6):
        make_classified(by=crew.dispatcher, channel="complaint", at=at("2026-03-02"))
    nightly.recompute(xingyang.region, at("2026-03-24 02:00"), pressing.append)
    reminders = Reminders(xingyang.region, at("2026-03-24 02:00"))
    with django_assert_num_queries(3):
        reminders.tell(pressing[-1])
    assert reminders.written == 12


def test_the_nightly_command_writes_them(crew, capsys):
    make_classified(by=crew.dispatcher, channel="complaint", at=at("2026-03-02"))
    call_command("nightly")
    call_command("nightly")
    assert Notice.objects.filter(kind="clock:D01:red").count() == 2
