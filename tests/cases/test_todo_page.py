"""What waits for each person, the nearest deadline first; the urgings of both sides; the notices."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Notice
from cases.views import todo
from tests.cases.journey import Crew, Journey
from tests.factories import make_case, make_user
from tests.pages import english, words


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def sign_in(client):
    def _sign_in(person):
        client.force_login(person)
        return english(client)

    return _sign_in


def listed(answer):
    return re.findall(r'<a href="/cases/(XY-[\d-]+)/#next"', answer.content.decode())


def due(case, **left):
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(**left))
    return case.case_no


def test_the_nearest_deadline_stands_first_and_none_last(crew, sign_in):
    cases = [make_case(by=crew.dispatcher, channel="complaint") for _number in range(4)]
    second, first, third = due(cases[0], days=2), due(cases[1], days=-1), due(cases[2], days=9)
    Case.objects.filter(pk=cases[3].pk).update(due_at=None)
    answer = sign_in(crew.dispatcher).get("/todo/")
    assert listed(answer) == [first, second, third, cases[3].case_no]


def test_each_person_sees_what_is_theirs_alone(crew, sign_in):
    reported = make_case(by=crew.dispatcher, channel="complaint")
    grid = make_case(by=crew.dispatcher, channel="grid_feedback")
    submitted = make_case(by=crew.dispatcher, status="submitted")
    handed = Journey(crew).to_verifying().case
    for person, theirs in (
        (crew.platform, {reported}),
        (crew.coordinator, {grid}),
        (crew.leader, {submitted}),
        (crew.first, {handed}),
        (crew.brigade, set()),
        (crew.legal, set()),
        (make_user("grid_member"), set()),
    ):
        answer = sign_in(person).get("/todo/")
        assert set(listed(answer)) == {case.case_no for case in theirs}, person


def test_states_are_counted_and_chosen(crew, sign_in):
    for status in ("reported", "reported", "registered"):
        make_case(by=crew.dispatcher, channel="complaint", status=status)
    client = sign_in(crew.dispatcher)
    said = words(client.get("/todo/"))
    assert "Clue reported 2" in said
    assert "Registered 1" in said
    assert len(listed(client.get("/todo/", {"state": "reported"}))) == 2
    assert len(listed(client.get("/todo/", {"state": "nonsense"}))) == 3


def test_overdue_ones_are_chosen_and_counted(crew, sign_in):
    late = due(make_case(by=crew.dispatcher, channel="complaint"), minutes=-1)
    due(make_case(by=crew.dispatcher, channel="complaint"), minutes=1)
    client = sign_in(crew.dispatcher)
    assert "Overdue 1" in words(client.get("/todo/"))
    assert listed(client.get("/todo/", {"kind": "overdue"})) == [late]


def test_who_is_called_to_an_inspection_is_reminded_until_they_signed_in(crew, sign_in):
    journey = Journey(crew).to_filed()
    journey.do("plan_joint", crew.first, units=["urban_construction_brigade"], planned_from=journey.later(hours=2))
    client = sign_in(crew.brigade)
    assert listed(client.get("/todo/", {"kind": "sign_in"})) == [journey.case.case_no]
    journey.do("sign_in", crew.brigade)
    assert listed(client.get("/todo/")) == []


def test_an_urging_stands_on_both_sides_until_it_is_answered(crew, sign_in):
    journey = Journey(crew).to_verifying()
    journey.do("supervise", crew.leader, demand="请尽快核实", due_at=journey.later(days=2))
    assert "You urged 安监站" in words(sign_in(crew.leader).get("/todo/"))
    client = sign_in(crew.first)
    assert f"{crew.leader} urges your unit" in words(client.get("/todo/"))
    assert listed(client.get("/todo/", {"kind": "urged"})) == [journey.case.case_no]
    journey.do("reply_supervision", crew.first, reply="已到现场")
    assert "请尽快核实" not in words(client.get("/todo/"))
    assert "请尽快核实" not in words(sign_in(crew.leader).get("/todo/"))


def test_pages_follow_one_another_without_a_gap_or_a_double(crew, sign_in, monkeypatch):
    monkeypatch.setattr(todo, "ROWS", 2)
    cases = [make_case(by=crew.dispatcher, channel="complaint") for _number in range(7)]
    same = timezone.now()
    for case, at in zip(cases, (same, same, same, same, None, None, None), strict=True):
        Case.objects.filter(pk=case.pk).update(due_at=at)
    client, found, address = sign_in(crew.dispatcher), [], "/todo/"
    while address:
        answer = client.get(address)
        found += listed(answer)
        more = re.search(r'class="row-more" href="([^"]*)"', answer.content.decode())
        address = more and more[1].replace("&amp;", "&")
    assert found == [case.case_no for case in cases]


@pytest.mark.parametrize(
    "after", ["x", "_", "none_", "none_x", "2026-13-01T00:00:00_1", "2026-01-01_1", "9_" + "9" * 30]
)
def test_a_key_that_is_none_begins_at_the_beginning(crew, sign_in, after):
    case = make_case(by=crew.dispatcher, channel="complaint")
    assert listed(sign_in(crew.dispatcher).get("/todo/", {"after": after})) == [case.case_no]


def test_nothing_waiting_says_so(crew, sign_in):
    assert "Nothing waits for you" in words(sign_in(crew.legal).get("/todo/"))


def test_more_cases_cost_no_more_queries(crew, sign_in, django_assert_num_queries, django_assert_max_num_queries):
    make_case(by=crew.dispatcher, channel="complaint")
    client = sign_in(crew.dispatcher)
    client.get("/todo/")
    with django_assert_max_num_queries(16) as few:
        client.get("/todo/")
    for _number in range(5):
        make_case(by=crew.dispatcher, channel="complaint")
    with django_assert_num_queries(len(few)):
        client.get("/todo/")


# Notices


def notice(person, case, **changes):
    return Notice.objects.create(
        region_id=case.region_id, case=case, to=person, kind="remark", at=timezone.now(),
        **{"text": f"{case.case_no} 已登记", **changes},
    )  # fmt: skip


def test_the_bell_counts_what_is_unread_and_the_list_has_it_newest_first(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    notice(crew.legal, case, text="第一条")
    notice(crew.legal, case, text="第二条")
    notice(crew.leader, case, text="别人的")
    client = sign_in(crew.legal)
    said = words(client.get("/notices/"))
    assert 'aria-label="Notices, 2 unread"' in client.get("/notices/").content.decode()
    assert said.index("第二条") < said.index("第一条")
    assert "别人的" not in said


def test_a_notice_that_is_opened_is_read_and_leads_to_its_case(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    mine, other = notice(crew.legal, case), notice(crew.legal, case)
    answer = sign_in(crew.legal).post(reverse("notice-read", args=[mine.pk]))
    assert answer.url == case.get_absolute_url()
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.read_at is None, other.read_at is None) == (False, True)
    assert words(sign_in(crew.legal).get("/notices/", {"unread": "1"})).count("已登记") == 1


def test_somebody_elses_notice_is_not_found_and_stays_unread(crew, sign_in):
    theirs = notice(crew.leader, make_case(by=crew.dispatcher))
    assert sign_in(crew.legal).post(reverse("notice-read", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_all_are_marked_read_but_nobody_elses(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    notice(crew.legal, case), notice(crew.legal, case), notice(crew.leader, case)
    sign_in(crew.legal).post(reverse("notices-read"))
    assert Notice.objects.filter(read_at__isnull=True).values_list("to", flat=True).get() == crew.leader.pk
    assert "bell" in sign_in(crew.legal).get("/notices/").content.decode()
