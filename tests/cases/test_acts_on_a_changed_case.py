"""The second of two callers is told what happened since what they have read, and nothing of theirs is done."""

import pytest
from rest_framework.test import APIClient

from tests.cases.journey import Crew, Journey


@pytest.fixture
def changed(xingyang):
    """Reported (version 1), classified (2) and remarked on (3)."""
    crew = Crew()
    journey = Journey(crew).do("triage", crew.platform).do("remark", crew.leader, text="请抓紧")
    client = APIClient()
    client.force_authenticate(crew.dispatcher)
    return client, journey.case


def register(client, case, if_match):
    address = f"/api/v1/cases/{case.case_no}/actions/register/"
    return client.post(address, {}, format="json", headers={"if-match": if_match})


@pytest.mark.parametrize(
    ("if_match", "since"),
    [
        ('"1"', ["triage", "remark"]),
        ('W/"2"', ["remark"]),
        ('"1", "2"', ["remark"]),
        ('"elsewhere"', ["report", "triage", "remark"]),
        (f'"{"9" * 30}"', ["report", "triage", "remark"]),
        ('"99"', []),
    ],
)
def test_what_happened_since_the_version_read_is_told_and_no_more(changed, if_match, since):
    client, case = changed
    answer = register(client, case, if_match)
    assert answer.status_code == 412
    assert [one["verb"] for one in answer.json()["changes"]] == since
    case.refresh_from_db()
    assert (case.status, case.version) == ("triaged", 3)


def test_the_times_of_changes_are_the_citys_own(changed):
    client, case = changed
    assert register(client, case, '"2"').json()["changes"][0]["at"] == "2026-03-02T11:00:00+08:00"


@pytest.mark.parametrize("if_match", ['"3"', 'W/"3"', "*", '"1", "3"'])
def test_a_header_that_names_the_version_as_it_is_lets_the_verb_be_done(changed, if_match):
    client, case = changed
    assert register(client, case, if_match).json()["properties"]["status"] == "registered"
