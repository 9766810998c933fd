"""A case goes the whole way, and every step that is missing something is refused with what is missing."""

from datetime import date

import pytest
from django.utils import timezone

from cases.waiting import waiting_for
from cases.workflow import Status
from tests.cases.journey import BRIGADE, Crew, Journey


@pytest.fixture
def crew(xingyang):
    return Crew()


def test_a_case_goes_from_the_report_to_the_archive(crew):
    journey = Journey(crew).to_archived()
    assert journey.case.status == Status.ARCHIVED
    assert journey.case.due_at is None


def test_a_case_waits_for_whose_step_is_next(crew):
    """Each state's people find it among theirs, and nobody else does."""
    journey = Journey(crew)
    people = {name: person for name, person in vars(crew).items() if person.groups.exists()}

    def waits_for():
        return {name for name, person in people.items() if waiting_for(person).filter(pk=journey.case.pk).exists()}

    assert waits_for() == {"platform", "dispatcher"}
    journey.to_verifying()
    assert waits_for() == {"first", "second"}
    crew.elsewhere = crew.officer(BRIGADE, "豫A0009")
    journey.do("require_joint", crew.first, officers=crew.officers, findings="情况属实")
    assert waits_for() == {"first", "second"}


def test_an_invited_unit_is_awaited_until_it_has_signed_in(crew):
    journey = Journey(crew).to_filed()
    assert not waiting_for(crew.brigade).exists()
    journey.do("plan_joint", crew.first, units=[BRIGADE], planned_from=journey.later(hours=2))
    assert waiting_for(crew.brigade).get() == journey.case
    journey.do("sign_in", crew.brigade)
    assert not waiting_for(crew.brigade).exists()


def test_an_urging_waits_for_its_unit_until_it_is_answered(crew):
    journey = Journey(crew).to_decided()
    journey.do("supervise", crew.assessor, demand="尽快送达", due_at=journey.later(days=2))
    assert waiting_for(crew.first).get() == journey.case
    assert crew.first.notices.filter(kind="supervise").count() == 1
    journey.do("reply_supervision", crew.second, reply="明日送达")
    assert journey.case.urgings.get().reply == "明日送达"


def test_a_report_runs_against_its_classification_and_its_check(crew):
    """One working day and fifteen (D27a, D01), from Monday, 2 March 2026."""
    journey = Journey(crew)
    assert set(journey.case.clocks.running().values_list("code", flat=True)) == {"D01", "D27a"}
    assert timezone.localdate(journey.case.due_at) == date(2026, 3, 3)
    journey.do("triage", crew.platform)
    assert set(journey.case.clocks.running().values_list("code", flat=True)) == {"D01"}
    assert timezone.localdate(journey.case.due_at) == date(2026, 3, 23)
