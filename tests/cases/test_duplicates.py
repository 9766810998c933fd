"""Likely duplicates: near, recent, in the same words, with the same party; of those alone that the person sees."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pyproj import Geod

from cases import duplicates
from cases.models import Case, Party
from tests.factories import SUOHE, make_case, make_user
from tests.pages import english, words

HERE = Point(*SUOHE, srid=4326)
GEOD = Geod(ellps="WGS84")


def moved(metres, bearing=0):
    lon, lat, _back = GEOD.fwd(*SUOHE, bearing, metres)
    return {"lon": lon, "lat": lat}


def likely(**told):
    return duplicates.likely(Case.objects.all(), HERE, **{"at": timezone.now(), **told})


def numbers(found):
    return [one.case.case_no for one in found]


@pytest.mark.parametrize("bearing", [0, 45, 90, 180, 270])
@pytest.mark.parametrize(("metres", "offered"), [(99.9, True), (100.1, False)])
def test_a_case_within_100_metres_is_offered_whichever_way_it_lies(xingyang, bearing, metres, offered):
    case = make_case(**moved(metres, bearing))
    assert numbers(likely()) == ([case.case_no] if offered else [])


def test_metres_are_those_of_an_independent_geodesic(xingyang):
    make_case(**moved(61.8, 123))
    (one,) = likely()
    assert one.distance_m == pytest.approx(61.8, abs=0.01)
    assert one.reasons[0].split()[0] in ("62", "相距")


@pytest.mark.parametrize(
    ("status", "ended_days", "offered"),
    [
        ("filed", None, True),
        ("closed", 729, True),
        ("closed", 731, False),
        ("archived", 1, True),
        ("closed", None, False),
        ("void", 1, False),
        ("merged", 1, False),
    ],
)
def test_open_cases_and_those_ended_in_24_months_are_offered(xingyang, status, ended_days, offered):
    ended = ended_days and timezone.now() - timedelta(days=ended_days)
    make_case(status=status, ended_at=ended)
    assert bool(likely()) == offered


def test_an_open_case_is_offered_however_old_it_is(xingyang):
    make_case(reported_at=timezone.now() - timedelta(days=3000))
    (one,) = likely()
    assert one.days == 3000


def test_the_nearer_goes_first(xingyang):
    far, near = make_case(**moved(80)), make_case(**moved(10))
    assert numbers(likely()) == [near.case_no, far.case_no]


def test_the_newer_goes_first(xingyang):
    old, new = make_case(), make_case()
    Case.objects.filter(pk=old.pk).update(reported_at=timezone.now() - timedelta(days=300))
    assert numbers(likely()) == [new.case_no, old.case_no]


def test_the_same_words_go_before_a_nearer_place(xingyang):
    near, same = make_case(**moved(5)), make_case(**moved(20), address="演武路 8 号", description="三层在建")
    found = likely(text="演武路8号\n三层在建")
    assert numbers(found) == [same.case_no, near.case_no]
    assert (len(found[0].reasons), len(found[1].reasons)) == (3, 2)


def party(case, **words):
    return Party.objects.create(region=case.region, case=case, kind="developer", **words)


@pytest.mark.parametrize("named", ["name", "uscc"])
def test_the_same_party_is_a_reason_by_name_and_by_credit_code(xingyang, named):
    near, same = make_case(**moved(5)), make_case(**moved(20))
    one = party(same, name="某某置业有限公司", uscc="91410182MA40000000")
    found = likely(parties=[getattr(one, named), ""])
    assert numbers(found) == [same.case_no, near.case_no]
    assert len(found[0].reasons) == 3


def test_a_party_without_a_code_is_not_the_same_as_another_without_one(xingyang):
    party(make_case(), name="甲")
    mine = make_case()
    party(mine, name="乙")
    (one,) = duplicates.of_case(Case.objects.all(), mine)
    assert len(one.reasons) == 2


def test_no_reason_tells_who_the_party_is(xingyang):
    party(make_case(), name="王某人", is_natural=True)
    assert "王" not in " ".join(likely(parties=["王某人"])[0].reasons)


def test_a_case_is_no_duplicate_of_itself_nor_of_what_it_was_merged_with(xingyang):
    case, into, other = make_case(), make_case(), make_case()
    Case.objects.filter(pk=case.pk).update(merged_into=into)
    case.refresh_from_db()
    assert numbers(duplicates.of_case(Case.objects.all(), case)) == [other.case_no]
    assert numbers(duplicates.of_case(Case.objects.all(), into)) == [other.case_no]


@pytest.mark.parametrize("text", ["", " ", "%_'\";--", "\x01", "😀" * 3000, "{0}{case}%(metres)s", "a\n\nb"])
def test_any_text_is_only_compared(xingyang, text):
    make_case(description="演武路")
    (one,) = likely(text=text)
    assert 0 < one.score <= 1


def test_ten_are_offered_at_most(xingyang):
    for number in range(12):
        make_case(**moved(number))
    assert len(likely()) == 10


def test_the_index_on_the_place_answers(xingyang):
    make_case()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    assert "cases_case_geom" in duplicates._near(Case.objects.all(), HERE, timezone.now()).explain()


def test_the_page_of_a_case_shows_them_with_the_reasons(client, xingyang):
    case, other = make_case(), make_case(**moved(12), address="演武路 8 号")
    client.force_login(make_user("dispatcher"))
    answer = english(client).get(case.get_absolute_url())
    assert "Likely the same matter" in words(answer)
    assert other.get_absolute_url() in answer.content.decode()
    assert "12 m away" in words(answer)


def test_neither_page_nor_api_offers_a_case_that_the_person_does_not_see(client, xingyang):
    make_case()
    user = make_user("grid_member")
    client.force_login(user)
    mine = make_case(by=user)
    assert "Likely the same matter" not in words(english(client).get(mine.get_absolute_url()))
    assert [one["case_no"] for one in report(client)["likely_duplicates"]] == [mine.case_no]


def report(client, **words):
    body = {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "channel": "patrol", **words}
    answer = client.post(reverse("api-reports"), json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    return answer.json()


def test_the_answer_to_a_report_names_them(client, xingyang):
    client.force_login(make_user("dispatcher"))
    other = make_case(**moved(30))
    told = report(english(client))
    assert told["likely_duplicates"] == [
        {"case_no": other.case_no, "distance_m": pytest.approx(30, abs=0.1),
         "reasons": ["30 m away", "reported 0 days apart"]}
    ]  # fmt: skip
