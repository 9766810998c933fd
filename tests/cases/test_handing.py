"""To whom a case is proposed, and why: reckoned by hand for two officers of 安监站 over 索河街道."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from boundaries.models import Area, GridCell, GridPost, Unit
from cases import actions, handing
from cases.handing import InHand
from cases.models import Case
from tests.cases.journey import Crew
from tests.factories import SUOHE, make_case

LON, LAT = SUOHE
# On the ellipsoid at 34.787° N a degree of longitude is 91.53 km, of latitude 110.93 km: these are 915 m and 111 m.
EAST_915_M, NORTH_111_M = 0.01, 0.001


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def _english(settings):
    settings.LANGUAGE_CODE = "en"


pytestmark = pytest.mark.usefixtures("_english")


def approved(crew, **changes):
    return make_case(by=crew.dispatcher, channel="complaint", status="approved", **changes)


def in_hands_of(person, crew, **changes):
    return make_case(by=crew.dispatcher, status="verifying", handling_unit=person.unit, addressee=person, **changes)


def proposed(*cases):
    read = Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("lead_unit")
    found = handing.proposals_for(sorted(read, key=lambda case: [one.pk for one in cases].index(case.pk)))
    return list(found.values())


def posted(person, *, here=True, **changes):
    """Put the person on duty in a grid cell of 索河街道 that holds the point, or in one that does not."""
    area = Area.objects.get(edition__status="published", geom__covers=make_case().geom)
    cells = GridCell.objects.filter(area_code=area.code).exclude(level=1)
    covering = {"geom__covers": make_case().geom}
    cell = cells.filter(**covering).first() if here else cells.exclude(**covering).first()
    words = {"role": "grid_worker", "holder": str(person), "valid_from": date(2020, 1, 1), **changes}
    return GridPost.objects.create(cell=cell, user=person, **words)


def test_who_has_less_in_hand_is_proposed_and_both_loads_are_said(crew):
    in_hands_of(crew.first, crew)
    in_hands_of(crew.first, crew, lon=LON + EAST_915_M)
    in_hands_of(crew.second, crew, lon=LON + EAST_915_M)
    make_case(by=crew.dispatcher, status="closed", handling_unit=crew.first.unit, addressee=crew.second)
    [found] = proposed(approved(crew))
    assert (found.unit.code, found.person) == ("safety_station", crew.second)
    assert found.unit_why == ("first lead unit of 第三协作组", "3 in hand", "0 m to its nearest open case")
    assert found.person_why == ("of the group", "1 in hand", "915 m to the nearest case in hand")


def test_of_two_with_as_much_in_hand_the_nearer_is_proposed(crew):
    in_hands_of(crew.first, crew, lon=LON + EAST_915_M)
    in_hands_of(crew.second, crew, lat=LAT + NORTH_111_M)
    [found] = proposed(approved(crew))
    assert found.person == crew.second
    assert found.person_why[-1] == "111 m to the nearest case in hand"


def test_of_two_that_are_alike_the_account_name_decides(crew):
    [found] = proposed(approved(crew))
    assert found.person == min((crew.first, crew.second), key=lambda one: one.username)
    assert found.person_why == ("of the group", "0 in hand")


def test_the_cases_of_one_hand_over_are_shared_out(crew):
    found = proposed(*(approved(crew) for _n in range(4)))
    assert [one.person for one in found] == [crew.first, crew.second, crew.first, crew.second]
    assert found[0].person_why[1] == "0 in hand"
    assert found[3].person_why[1] == "0 in hand, 1 more just now"


def test_who_is_on_duty_on_the_ground_comes_before_who_has_less_in_hand(crew):
    in_hands_of(crew.second, crew)
    post = posted(crew.second)
    [found] = proposed(approved(crew))
    assert found.person == crew.second
    assert found.person_why == (f"on duty in {post.cell}", "1 in hand", "0 m to the nearest case in hand")


@pytest.mark.parametrize("days", [{"valid_to": date(2021, 1, 1)}, {"valid_from": date(2090, 1, 1)}])
def test_a_posting_that_is_over_or_still_to_come_counts_for_nothing(crew, days):
    posted(crew.second, **days)
    [found] = proposed(approved(crew))
    assert found.person == crew.first


@pytest.mark.parametrize(("first", "last", "away"), [(0, 0, True), (-9, None, True), (-9, -1, False), (1, 9, False)])
def test_who_is_on_leave_today_counts_as_not_posted(crew, first, last, away):
    """`first` and `last` day of the leave, in days from today."""
    in_hands_of(crew.second, crew)
    post, today = posted(crew.second), timezone.localdate()
    days = [None if one is None else today + timedelta(days=one) for one in (first, last)]
    post.leaves.create(first_day=days[0], last_day=days[1])
    [found] = proposed(approved(crew))
    assert found.person == (crew.first if away else crew.second)
    assert any(str(post.cell) in why for why in found.person_why) == (not away)


def test_a_posting_elsewhere_is_said_with_its_distance(crew):
    post = posted(crew.first, here=False)
    [found] = proposed(approved(crew))
    assert found.person == crew.first
    assert found.person_why[-1].endswith(f"to {post.cell}, where they are on duty")


def test_whoever_is_not_of_the_group_comes_after_those_who_are(crew):
    crew.first.group_codes = ["G1"]
    crew.first.save()
    in_hands_of(crew.second, crew)
    [found] = proposed(approved(crew))
    assert found.person == crew.second


@pytest.mark.parametrize("how", [{"is_active": False}, {"unit": None}])
def test_who_has_left_or_has_no_unit_is_not_proposed(crew, how):
    for name, value in how.items():
        setattr(crew.first, name, value)
    crew.first.save()
    [found] = proposed(approved(crew))
    assert found.person == crew.second


def test_a_unit_without_accounts_is_proposed_as_a_whole(crew):
    for person in (crew.first, crew.second):
        person.delete()
    [found] = proposed(approved(crew))
    assert (found.unit.code, found.person) == ("safety_station", None)
    assert found.person_why == ("nobody of the unit has an account here",)


def test_where_nobody_answers_nobody_is_proposed(crew):
    [found] = proposed(approved(crew, lon=113.2773, lat=34.7808))
    assert (found.unit, found.person) == (None, None)
    assert found.unit_why == ("no group answers here",)


def test_the_case_itself_and_cases_of_others_are_not_its_nearest(crew):
    case = approved(crew, handling_unit=Unit.objects.get(code="safety_station"))
    make_case(by=crew.dispatcher, status="verifying", handling_unit=crew.brigade.unit, addressee=crew.brigade)
    [found] = proposed(case)
    assert "nearest" not in " ".join(found.unit_why + found.person_why)


def test_more_cases_cost_no_more_queries(crew, django_assert_num_queries):
    cases = [approved(crew) for _n in range(5)]
    read = list(Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("lead_unit"))
    with django_assert_num_queries(7):
        handing.proposals_for(read)
    assert handing.proposals_for([]) == {}


def test_in_hand_counts_the_region_alone(crew):
    in_hands_of(crew.first, crew)
    assert InHand.of("000000") == InHand({}, {}, [])
    assert InHand.of(crew.first.region_id).people == {crew.first.pk: 1}


# --- the verb with its addressee ---


def hand(case, crew, **given):
    return actions.perform(case, "hand_over", by=crew.dispatcher, given={"unit": "safety_station", **given})


def test_a_case_is_addressed_to_somebody_of_its_unit(crew):
    case = hand(approved(crew), crew, addressee=crew.first.username)
    assert case.addressee == crew.first
    assert case.events.last().data["addressee"]["name"] == str(crew.first)


def test_nobody_of_another_unit_is_addressed_and_nothing_changes(crew):
    case = approved(crew)
    with pytest.raises(actions.BadInput) as refused:
        hand(case, crew, addressee=crew.brigade.username)
    assert list(refused.value.errors) == ["addressee"]
    case.refresh_from_db()
    assert (case.status, case.addressee) == ("approved", None)


@pytest.mark.parametrize("name", ["dispatcher", "nobody"])
def test_who_acts_for_no_unit_is_addressed_nothing(crew, name):
    with pytest.raises(actions.BadInput) as refused:
        hand(approved(crew), crew, addressee=getattr(crew, name, crew.leader).username)
    assert list(refused.value.errors) == ["addressee"]


@pytest.mark.parametrize(("verb", "by"), [("withdraw", "dispatcher"), ("return_back", "first")])
def test_taken_back_or_returned_a_case_is_nobodys(crew, verb, by):
    case = hand(approved(crew), crew, addressee=crew.first.username)
    case = actions.perform(case, verb, by=getattr(crew, by), given={"reason": "交办有误"})
    assert (case.handling_unit, case.addressee) == (None, None)


def test_handed_on_to_another_unit_the_addressee_changes_with_it(crew):
    case = hand(approved(crew), crew, addressee=crew.first.username)
    case = hand(case, crew, unit="quality_station")
    assert (case.handling_unit.code, case.addressee) == ("quality_station", None)


def test_the_addressee_is_told_by_name_and_the_unit_is_told(crew):
    case = hand(approved(crew), crew, addressee=crew.first.username)
    told = dict(case.notices.values_list("to", "text"))
    assert set(told) == {crew.first.pk, crew.second.pk}
    assert told[crew.first.pk] == told[crew.second.pk] + " · to you by name"
    case = hand(case, crew, addressee=crew.second.username)
    assert case.notices.filter(to=crew.second.pk).order_by("-pk")[0].text.endswith("to you by name")


def test_who_comes_too_late_reads_who_handed_it_over_when_and_to_whom(crew):
    case = approved(crew)
    hand(case, crew, addressee=crew.first.username)
    with pytest.raises(actions.CaseChanged) as changed:
        actions.perform(case, "hand_over", by=crew.platform, given={"unit": "quality_station"}, version=case.version)
    assert f"{crew.dispatcher} at" in str(changed.value)
    assert f"hand over → 安监站 · {crew.first}" in str(changed.value)
