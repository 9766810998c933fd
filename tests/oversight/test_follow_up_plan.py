"""后续监管 end to end: the closing makes the plan by the region's own numbers, the list waits, a visit moves it on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import follow_up
from cases.models import Dossier, Practice
from cases.permissions import visible_cases
from oversight.views import conduct
from tests.cases.journey import Crew, Journey
from tests.factories import make_case, make_user
from tests.pages import words


@pytest.fixture
def closed(xingyang):
    """By numbers that the office edited: sixty days, a visit every twenty."""
    edited = {"follow_up_days": 60, "follow_up_every_days": 20}
    Practice.objects.update_or_create(region=xingyang.region, defaults=edited)
    return Journey(Crew()).to_closed()


def test_a_plan_arises_at_the_closing_is_overdue_without_a_visit_and_goes_on_with_one(closed, calendar, client):
    day, supervisor = timezone.localdate(closed.at), closed.crew.supervisor
    [plan] = follow_up.plans(visible_cases(supervisor), day)
    assert (plan.every_days, plan.until, plan.next_visit) == (20, day + timedelta(days=60), day + timedelta(days=20))
    client.force_login(supervisor)
    calendar.stand(day + timedelta(days=20))
    assert "超期" not in words(client.get(reverse("conduct-follow-up")))
    calendar.stand(day + timedelta(days=25))
    assert "超期 5 天" in words(client.get(reverse("conduct-follow-up")))
    closed.do("begin_follow_up", supervisor, days=24)
    closed.do("follow_up_visit", supervisor, officers=closed.crew.officers, findings="未复工", showed_id=True)
    seen = words(client.get(reverse("conduct-follow-up")))
    assert "超期" not in seen
    assert f"{timezone.localdate(closed.at) + timedelta(days=20):%Y-%m-%d}" in seen


def test_the_list_turns_its_pages_and_counts_what_is_overdue_on_all_of_them(xingyang, client, monkeypatch):
    monkeypatch.setattr(conduct, "A_PAGE", 2)
    today = timezone.localdate()
    numbers = []
    for late in (3, 2, 1):
        case = make_case(status="follow_up", at=timezone.now() - timedelta(days=30 + late))
        told = {"follow_up_until": today + timedelta(days=60), "follow_up_every_days": 30}
        Dossier.objects.update_or_create(case=case, region_id=case.region_id, defaults=told)
        numbers.append(case.case_no)
    client.force_login(make_user("supervision_officer"))
    for page, shown in ((1, numbers[:2]), (2, numbers[2:])):
        answer = client.get(reverse("conduct-follow-up"), {"page": page})
        assert [plan.case.case_no for plan in answer.context["page"]] == shown
        assert answer.context["late"] == 3
        assert f"{page * 2 - 1}–{min(page * 2, 3)} / 3" in words(answer)
