"""The map's six classes as a filter: each alone, several together, exactly as the page's own symbols say them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case
from cases.workflow import Stage
from tests.cases.crowd import fill
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(xingyang, client):
    """A crowd of demonstration cases, and one of each kind whose class the clock decides."""
    client.force_login(make_user("dispatcher"))
    fill(xingyang, 300)
    now = timezone.now()
    for status in ("approved", "investigating", "closed"):
        for due_at in (None, now - timedelta(hours=1), now + timedelta(hours=1)):
            make_case(status=status, due_at=due_at)
    return list(Case.objects.all())


def found(client, stages, **more):
    asked = {"stage": stages, "status": "", "page_size": 1000, **more}
    answer = client.get("/api/v1/cases/", asked)
    assert answer.status_code == 200, answer.content
    return {one["properties"]["case_no"] for one in answer.json()["features"]}


@pytest.mark.parametrize("stages", [*Stage.values, "overdue,check", "waiting,working,closed", ",".join(Stage.values)])
def test_those_classes_and_no_others(client, cases, stages):
    expected = {case.case_no for case in cases if case.stage.value in stages.split(",")}
    assert expected
    assert found(client, stages) == expected


def test_without_a_class_all_are_there_and_other_filters_hold_beside_one(client, cases):
    assert found(client, "") == {case.case_no for case in cases}
    both = {case.case_no for case in cases if case.stage == Stage.WAITING and case.channel == "patrol"}
    assert found(client, "waiting", channel="patrol") == both


def test_the_legend_counts_each_class_whichever_are_shown(client, cases):
    def counted(stage):
        return client.get("/api/v1/cases/summary/", {"stage": stage}).json()

    assert counted("waiting")["by_stage"] == counted("")["by_stage"]
    assert counted("waiting")["count"] == sum(case.stage == Stage.WAITING for case in cases)


def test_a_class_that_is_none_is_refused_by_its_name(client, cases):
    client.cookies["django_language"] = "en"
    answer = client.get("/api/v1/cases/", {"stage": "waiting,late"})
    assert answer.status_code == 400
    assert answer.json()["stage"][0].startswith("There is no stage late.")


def test_a_day_gone_by_knows_no_class(client, cases):
    today = timezone.localdate().isoformat()
    answer = client.get("/api/v1/cases/", {"stage": "waiting", "at": today})
    assert (answer.status_code, list(answer.json())) == (400, ["stage"])
