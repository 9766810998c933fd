"""The page's frame: language, name, sign-in and the answers for whoever watches the server."""

import pytest
from django.db import DatabaseError, connection

from gis_core.views import short_name
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("region", "short"), [("荥阳市", "荥阳"), ("中牟县", "中牟"), ("上街区", "上街区"), (None, "")]
)
def test_a_region_goes_into_the_title_without_its_rank(region, short):
    assert short_name(region) == short


@pytest.mark.parametrize(("code", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_the_sign_in_page_speaks_the_chosen_language_and_offers_the_other(client, code, lang):
    client.cookies["django_language"] = code
    page = client.get("/sign-in/").content.decode()
    other = "en" if code == "zh-hans" else "zh-hans"
    assert f'<html lang="{lang}">' in page
    assert f'name="language" value="{other}"' in page


def test_a_wrong_password_is_said_and_signs_nobody_in(client, django_user_model):
    django_user_model.objects.create_user("clerk", password="right one")
    response = client.post("/sign-in/", {"username": "clerk", "password": "wrong one"})
    assert 'role="alert"' in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_process_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_readiness_asks_the_database_and_says_when_it_is_silent(client):
    assert client.get("/readyz").status_code == 200

    def silent(*_arguments):
        raise DatabaseError

    with connection.execute_wrapper(silent):
        assert client.get("/readyz").status_code == 503


def test_pages_name_no_other_host(client):
    page = client.get("/sign-in/").content.decode()
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page


def test_a_person_chooses_a_new_password_and_stays_signed_in(client, xingyang):
    person = make_user("inspector")
    person.set_password("first-word-2026")
    person.save()
    client.login(username=person.username, password="first-word-2026")
    words = {"new_password1": "second-word-2026", "new_password2": "second-word-2026"}
    assert client.post("/password/", {"old_password": "wrong", **words}).status_code == 200
    assert client.post("/password/", {"old_password": "first-word-2026", **words}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("second-word-2026")
    assert client.get("/").status_code == 200
