"""A case goes the whole way, and every step that is missing something is refused with what is missing."""

import pytest

from cases.workflow import Status
from tests.cases.journey import Crew, Journey


@pytest.fixture
def crew(xingyang):
    return Crew()


def test_a_case_goes_from_the_report_to_the_archive(crew):
    journey = Journey(crew).to_archived()
    assert journey.case.status == Status.ARCHIVED
    assert journey.case.due_at is None
