"""The demonstration set: believable, marked, the same for the same seed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from boundaries.models import Liaison, PostLeave, Region, User
from cases import bulk, clocks, demonstration, reassignment
from cases.accounts import PEOPLE, make_demonstration_people
from cases.demonstration_stories import STORIES
from cases.models import Case, CaseEvent
from cases.models.case import Channel
from cases.permissions import Role
from cases.verbs import Verb
from cases.workflow import OPEN
from tests.factories import make_user


def made(edition, how_many, seed=3, batch=20_000, **words):
    batches = demonstration.rows(edition.region, edition, how_many, seed, batch, **words)
    return sum(bulk.insert(edition.region, edition, rows, Verb.REPORT) for rows in batches)


def test_several_batches_of_one_transaction_are_each_made_once(xingyang):
    with transaction.atomic():
        assert made(xingyang, 50, batch=20) == 50
    assert Case.objects.count() == 50
    assert Case.objects.values("case_no").distinct().count() == 50


def test_every_case_is_marked_and_has_its_event(xingyang):
    made(xingyang, 300)
    assert Case.objects.filter(demonstration=True, source_client="demonstration").count() == 300
    assert CaseEvent.objects.filter(verb="report").values("case").distinct().count() == 300
    assert not Case.objects.exclude(description="演示数据，并非真实案件。").exists()


def test_points_doubts_and_answers_are_what_the_stored_inputs_give(xingyang):
    made(xingyang, 1500)
    assert reassignment.differences().lines == []
    assert 10 < Case.objects.exclude(named_area_code="").count() < 150


def test_the_date_of_a_case_is_that_of_a_clock_that_its_page_shows(xingyang):
    made(xingyang, 400)
    shown = {case: (clocks.nearest_due(case), [face.code for face in clocks.standing(case)])
             for case in Case.objects.filter(status__in=OPEN)}  # fmt: skip
    assert all(case.due_at == due for case, (due, _codes) in shown.items())
    assert {code for _due, codes in shown.values() for code in codes} == {"D01", "D03"}
    assert all(codes == ["D03"] for case, (_due, codes) in shown.items() if case.status == "investigating")
    assert any(case.due_at is None for case in shown)  # decided: nothing that we must do by a day
    late = sum(case.due_at < timezone.now() for case in shown if case.due_at)
    assert 0 < late < len(shown) / 2


def test_the_set_covers_every_channel_group_and_ten_years(xingyang):
    made(xingyang, 1500)
    assert set(Case.objects.values_list("channel", flat=True)) == set(Channel.values)
    assert {"G1", "G2", "G3"} <= set(Case.objects.values_list("group_code", flat=True))
    assert len(set(Case.objects.values_list("year", flat=True))) >= 10
    assert 100 < Case.objects.filter(status__in=OPEN).count() < 700
    assert Case.objects.filter(status__in=OPEN, ended_at__isnull=False).count() == 0
    assert Case.objects.exclude(status__in=OPEN).filter(ended_at__isnull=True).count() == 0


def test_numbers_follow_the_moments_of_the_reports(xingyang):
    made(xingyang, 200)
    for year in set(Case.objects.values_list("year", flat=True)):
        numbers = list(Case.objects.filter(year=year).order_by("reported_at", "id").values_list("case_no", flat=True))
        assert numbers == [f"XY-{year}-{n:05}" for n in range(1, len(numbers) + 1)]


def test_the_same_seed_makes_the_same_sites(xingyang):
    first, second, other = (
        [
            (row.lon, row.lat, row.channel)
            for rows in demonstration.rows(xingyang.region, xingyang, 40, seed)
            for row in rows
        ]
        for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_a_grid_worker_has_some_reports_of_their_own(xingyang):
    worker = make_user(Role.GRID_MEMBER)
    made(xingyang, 600, grid_worker=worker.pk)
    own = Case.objects.filter(reported_by=worker)
    assert 0 < own.count() < 60
    assert set(own.values_list("channel", flat=True)) == {Channel.GRID_FEEDBACK}


@pytest.mark.parametrize("wrong", [{"cases": -5}, {"cases": 1, "seed": -1}, {"cases": 1, "region": "999999"}])
def test_the_command_refuses_what_it_cannot_make_and_makes_nothing(xingyang, wrong):
    with pytest.raises(CommandError):
        call_command("make_demo", **wrong)
    assert not Case.objects.exists()


def test_without_an_edition_in_force_there_is_no_demonstration(xingyang):
    region = Region.objects.create(code="410183", name="丙市", case_prefix="BS")
    with pytest.raises(CommandError):
        call_command("make_demo", cases=1, region=region.code)


@pytest.fixture
def people(xingyang, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # sixteen slow ones
    return {person.username: person for person in make_demonstration_people(xingyang.region)}


def test_there_is_one_account_per_role_that_the_notice_names(people):
    roles = {person.groups.get().name for person in people.values()}
    assert roles >= {role.value for role in Role} - {Role.LEAD_UNIT.value}
    assert {name for name in people if name.startswith("inspector")} == {
        "inspector1",
        "inspector2",
        "inspector3",
    }
    assert [people[f"inspector{n}"].group_codes for n in (1, 2, 3)] == [["G1"], ["G2"], ["G3"]]


def test_accounts_that_exist_are_left_as_they_are(people, xingyang):
    people["dispatcher1"].set_password("changed by its owner")
    people["dispatcher1"].save()
    again = {person.username: person for person in make_demonstration_people(xingyang.region)}
    assert len(again) == len(PEOPLE)
    assert again["dispatcher1"].check_password("changed by its owner")


def test_each_groups_first_lead_unit_has_two_officers_with_made_up_numbers(people, xingyang):
    holders = [person for person in people.values() if person.officer_cert_no]
    assert sorted(person.officer_cert_no for person in holders) == [f"演示-000{n}" for n in range(1, 8)]
    assert people["supervisor1"] in holders  # who follows up
    for group in xingyang.groups.all():
        first = group.lead_units.get(lead_order=1).unit
        assert len([person for person in holders if person.unit == first]) == 2


def test_an_old_demonstration_account_gets_its_number_and_a_changed_one_keeps_its_own(people, xingyang):
    for name, number in (("inspector1", ""), ("inspector2", "豫A0001")):
        people[name].officer_cert_no = number
        people[name].save()
    again = {person.username: person for person in make_demonstration_people(xingyang.region)}
    assert again["inspector1"].officer_cert_no == "演示-0001"
    assert again["inspector2"].officer_cert_no == "豫A0001"
    again["inspector1"].refresh_from_db()
    assert again["inspector1"].officer_cert_no == "演示-0001"


@pytest.mark.parametrize(("told", "kept"), [("", ""), (" 豫A0001 ", "豫A0001"), ("9" * 40, "9" * 40)])
def test_a_person_is_added_with_their_certificate(xingyang, told, kept):
    call_command("add_person", "zjz1", role="inspector", cert=told, stdout=StringIO())
    assert User.objects.get(username="zjz1").officer_cert_no == kept


def test_a_certificate_number_that_does_not_fit_is_refused_and_adds_nobody(xingyang):
    with pytest.raises(CommandError, match="40"):
        call_command("add_person", "zjz1", role="inspector", cert="9" * 41)
    assert not User.objects.filter(username="zjz1").exists()


@pytest.fixture
def short(monkeypatch):
    """A play of two stories, for what the command decides about it."""
    monkeypatch.setattr("cases.management.commands.make_demo.STORIES", STORIES[:2])


def make_demo(**words):
    call_command("make_demo", stdout=StringIO(), **words)
    played = Case.objects.filter(source_client="demonstration_play").count()
    return Case.objects.count(), played


def test_the_played_ones_are_among_the_cases_asked_for_and_made_once(short, people):
    assert make_demo(cases=5) == (5, 2)
    assert make_demo(cases=5) == (10, 2)


def test_somebody_is_posted_on_leave_with_a_deputy_and_some_units_have_their_person_once(short, people):
    """The demonstration's grid worker is embedded staff, so that what they reported is summed up."""
    for _again in range(2):
        make_demo(cases=1)
        assert list(people["gridworker1"].posts.values_list("role", flat=True)) == ["embedded_grid_staff"]
        [away] = PostLeave.objects.all()
        assert away.post.deputies.count() == 1
        assert (away.post.cell.posts.answering().on_duty(timezone.localdate()).count(), Liaison.objects.count()) == (
            1,
            5,
        )


def test_a_set_without_room_for_all_stories_has_none(short, people):
    assert make_demo(cases=1) == (1, 0)
    assert make_demo(cases=0) == (1, 0)


def test_without_the_demonstration_people_nobody_acts(short, xingyang):
    assert make_demo(cases=5) == (5, 0)


def test_set_up_plays_into_a_demonstration_that_is_there_and_only_once(short, people, settings, monkeypatch):
    monkeypatch.setattr("cases.management.commands.prepare.STORIES", STORIES[:2])
    settings.OWN_DATABASE = False
    assert make_demo(cases=1) == (1, 0)
    for _again in range(2):
        call_command("prepare", stdout=StringIO())
        assert Case.objects.count() == 3
