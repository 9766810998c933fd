"""The short way answers as the usual one does, by one statement, and to nobody for longer than they may."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import InterfaceError, connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boundaries import short_way, sign_in
from boundaries.models import User
from cases import fast_features
from gis_core import tiles
from gis_core.db import prepared
from tests.factories import SUOHE, make_case, make_user

NEARBY = f"/api/v1/cases/nearby/?lon={SUOHE[0]}&lat={SUOHE[1]}&crs=wgs84"
TILE = "/tiles/open-cases/0/0/0.mvt"
LAND = "/tiles/areas/0/0/0.mvt"
PLACES = (TILE, LAND, NEARBY)
EXECUTED = re.compile(r"EXECUTE (\w+)")
AT_ONCE = prepared.as_prepared(sign_in._at_once()[0])[0]
USUAL = {"Accept": "application/json, */*"}  # a wish of its own, which the short way leaves to the other


@pytest.fixture
def somebody(xingyang):
    person = make_user("dispatcher")
    make_case(by=person)
    return person


@pytest.fixture
def signed_in(somebody):
    """Known to the process: their session was asked for before."""
    client = Client()
    client.force_login(somebody)
    for place in PLACES:
        assert client.get(place).status_code == 200
    return client


def statements(client, place, **headers):
    """The answer, and the names of the prepared statements that were executed for it."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(place, headers=headers)
    return answer, [found[1] for one in asked for found in [EXECUTED.search(one["sql"])] if found]


@pytest.mark.parametrize("place", PLACES)
def test_both_ways_answer_alike(signed_in, place):
    short, usual = signed_in.get(place), signed_in.get(place, headers=USUAL)
    assert (short.status_code, short.content) == (usual.status_code, usual.content)
    said = {name: value for name, value in usual.headers.items() if name not in ("Allow", "Vary")}
    assert {name: value for name, value in short.headers.items() if name != "Vary"} == said
    assert {"Cookie", "Authorization", "Accept-Language"} <= set(short["Vary"].split(", "))


@pytest.mark.parametrize("place", PLACES)
def test_who_asks_and_the_version_of_the_data_are_one_statement(signed_in, place):
    """The other is the tile or the cases themselves."""
    _answer, asked = statements(signed_in, place)
    assert (len(asked), asked[0]) == (2, AT_ONCE)
    _answer, usual = statements(signed_in, place, **USUAL)
    assert len(usual) > 2
    assert AT_ONCE not in usual


def test_nothing_new_is_said_by_one_statement(signed_in):
    told = signed_in.get("/api/v1/changes/")
    address = f"/api/v1/changes/?after={told.json()['cursor']}"
    answer, asked = statements(signed_in, address, **{"If-None-Match": told["ETag"]})
    assert (answer.status_code, answer["ETag"], asked) == (304, told["ETag"], [AT_ONCE])
    assert signed_in.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


def end_session(person):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def delete_session(person):
    Session.objects.all().delete()


def change_password(person):
    person.set_password("another long password")
    person.save()


def close_account(person):
    User.objects.filter(pk=person.pk).update(is_active=False)


def take_role_away(person):
    person.groups.clear()


@pytest.mark.parametrize(
    ("change", "status"),
    [(end_session, 401), (delete_session, 401), (change_password, 401), (close_account, 401), (take_role_away, 403)],
)
@pytest.mark.parametrize("place", PLACES)
def test_what_ends_a_right_counts_with_the_next_request(signed_in, somebody, place, change, status):
    """The land is for everybody who is signed in."""
    change(somebody)
    is_land = place == LAND and change is take_role_away
    assert signed_in.get(place).status_code == (200 if is_land else status)


def test_a_session_that_became_another_persons_shows_what_that_one_may_see(signed_in, somebody):
    other = Client()
    other.force_login(make_user("grid_member"))
    theirs = Session.objects.get(session_key=other.cookies["sessionid"].value).session_data
    Session.objects.filter(session_key=signed_in.cookies["sessionid"].value).update(session_data=theirs)
    assert signed_in.get(NEARBY).json()["features"] == []


def test_a_session_that_nobody_signed_is_worth_nothing(signed_in):
    data = Session.objects.get().session_data
    Session.objects.update(session_data=data[:-1] + ("A" if data[-1] != "A" else "B"))
    assert signed_in.get(TILE).status_code == 401


def test_both_ways_know_the_same_person(signed_in, somebody):
    request = HttpRequest()
    request.session = sign_in.SessionStore(signed_in.cookies["sessionid"].value)
    short, usual = sign_in.at_once(request.session.session_key), get_user(request)
    assert short == usual == somebody
    assert short.role_names == usual.role_names == ["dispatcher"]


def test_the_views_own_permissions_are_asked(signed_in, monkeypatch):
    monkeypatch.setattr(tiles.IsAuthenticated, "has_permission", lambda *_given: False)
    assert signed_in.get(TILE).status_code == 403


def test_a_token_goes_before_a_session(signed_in):
    assert signed_in.get(TILE, headers={"Authorization": "Token no"}).status_code == 401


def test_what_is_wrong_is_said_with_its_field(signed_in):
    assert set(signed_in.get(NEARBY + "&radius=0").json()) == {"radius"}
    assert set(signed_in.get(NEARBY + "&colour=red").json()) == {"colour"}
    assert set(signed_in.get(TILE + "?year=x").json()) == {"year"}
    assert signed_in.get(NEARBY, headers={"Host": "elsewhere.example"}).status_code == 400
    assert set(signed_in.get(NEARBY + "&a=1" * 1001).json()) == {"detail"}


def test_labels_are_in_the_language_that_is_asked_for(signed_in):
    words = [
        signed_in.get(NEARBY, headers={"Accept-Language": code}).json()["features"][0]["properties"]["status_label"]
        for code in ("en", "zh-hans")
    ]
    assert words == ["clue reported", "线索已上报"] or words[0] != words[1]


def test_a_tile_that_is_too_slow_is_asked_of_the_database_once(signed_in, monkeypatch):
    drawn = []

    def never(*given):
        drawn.append(given)
        raise tiles.TileTooSlow

    monkeypatch.setattr(tiles, "render", never)
    answer = signed_in.get(TILE)
    assert (answer.status_code, len(drawn)) == (503, 1)
    assert "zoom in" in answer.json()["detail"] or answer.json()["detail"]


def test_a_connection_that_broke_is_no_fault_of_who_asks(transactional_db, monkeypatch):
    """The statement fails as on a connection whose server was restarted; the usual way opens another."""
    client = Client()
    client.force_login(make_user())

    def broken(_key):
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(sign_in, "at_once", broken)
    before = connection.connection
    assert client.get(LAND).status_code in (200, 204)
    assert connection.connection is not before


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head"])
def test_only_what_reads_goes_the_short_way(signed_in, monkeypatch, method):
    monkeypatch.setattr(short_way.sign_in, "at_once", lambda _key: pytest.fail("the short way was gone"))
    getattr(signed_in, method)(TILE)


def test_one_form_for_all_keeps_nothing_of_what_it_checked(signed_in, monkeypatch):
    asked = []
    monkeypatch.setattr(fast_features, "near", lambda _user, _point, *given: asked.append(given) or [])
    signed_in.get(NEARBY + "&radius=77&limit=3")
    signed_in.get(NEARBY)
    assert asked == [(77, 3), (1000, 50)]
