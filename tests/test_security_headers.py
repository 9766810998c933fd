"""What every answer says to the browser, and what the browser must say to be believed."""

# ruff: noqa: F811 -- fixtures are found by their names
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests import policy_table as policy
from tests.actors import KEYS, make_objects
from tests.factories import make_user
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.policy_people import OWN_REPORT
from tests.second_city import load as load_second_city
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise

WITHOUT_CASES = ("responsibility", "password")
PASSWORD = "a long enough password"


@pytest.fixture
def answers(xingyang, tmp_path, settings):
    """(route, answer to the dispatcher) of every route that can be read, and of addresses that lead nowhere."""
    settings.MEDIA_ROOT = tmp_path
    user = make_user("dispatcher")
    case = make_objects(user, load_second_city(tmp_path))[OWN_REPORT]
    client = Client()
    client.force_login(user)
    found = [("missing", client.get("/no/such/page/")), ("refused", client.get(reverse("case-new") + "?lon=x"))]
    for name, route in policy.ROUTES.items():
        if "GET" in route.let_in:
            arguments = (*KEYS[route.objects](case), *route.arguments) if route.objects else route.arguments
            answer = client.get(reverse(name.split()[0], args=arguments), route.query)
            b"".join(answer)  # an open photo is closed at its end
            found.append((name, answer))
    found.append(("anonymous", Client().get("/")))
    found.append(("sign-in page", Client().get(reverse("sign-in"))))
    return found


def directives(answer):
    policy_text = answer["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in policy_text.split(";") if part.strip()}


def test_every_answer_says_what_a_browser_may_do_with_it(answers):
    for name, answer in answers:
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin" or name == "api-docs", name


def test_scripts_and_styles_come_from_ourselves_alone(answers):
    for name, answer in answers:
        said = directives(answer)
        if "sandbox" in said:
            continue  # a photo or an exported file: it may do nothing here
        assert said["frame-ancestors"] == ["'none'"], name
        assert said["object-src"] == ["'none'"], name
        assert said["default-src"] == ["'self'"], name
        for kind in ("script-src", "style-src"):
            assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(said[kind]), name
        assert not any(word.startswith("http") for words in said.values() for word in words), name


def test_no_page_holds_what_the_policy_forbids(answers):
    """A script or style inside a page carries the answer's nonce; no style or event handler stands on an element."""
    for name, answer in answers:
        if not answer["Content-Type"].startswith("text/html") or "sandbox" in answer["Content-Security-Policy"]:
            continue
        page = answer.content.decode()
        nonces = {word for words in directives(answer).values() for word in words if word.startswith("'nonce-")}
        for tag in re.findall(r"<(?:script|style)\b[^>]*>", page):
            inside = "src=" not in tag
            assert (
                not inside
                or any(f'nonce="{nonce[7:-1]}"' in tag for nonce in nonces)
                or 'type="application/json"' in tag
            ), (name, tag)
        assert re.findall(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", page) == [], name
        assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", page) == [], name


def test_pages_with_cases_are_kept_by_no_cache(answers):
    for name, answer in answers:
        is_refused = answer.status_code == 403  # there is nothing in it
        if (
            policy.ROUTES.get(name)
            and policy.ROUTES[name].door == "page"
            and name not in WITHOUT_CASES
            and not is_refused
        ):
            assert {"no-store", "private"} & set(answer.headers.get("Cache-Control", "").replace(",", "").split()), name


@pytest.fixture
def person(xingyang, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = make_user("dispatcher", username="somebody")
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client, **changes):
    return client.post(reverse("sign-in"), {"username": "somebody", "password": PASSWORD, **changes})


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(person, client):
    client.get(reverse("sign-in"))
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    assert sign_in(client).status_code == 302
    mine = client.cookies["sessionid"].value
    assert mine != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert client.get("/").status_code == 200
    client.post(reverse("sign-out"))
    stolen = Client()
    stolen.cookies["sessionid"] = mine
    assert stolen.get("/").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(person, client):
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(person, client):
    wrong, unknown = sign_in(client, password="no"), sign_in(client, username="nobody", password="no")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    said = [
        re.search(r'<[^>]*errorlist.*?</ul>|role="alert".*?</', page.content.decode(), re.S)
        for page in (wrong, unknown)
    ]
    assert said[0]
    assert said[0][0] == said[1][0]


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"]
)
def test_signing_in_never_leads_to_another_site(person, client, elsewhere):
    answer = client.post(reverse("sign-in"), {"username": "somebody", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"
    moved = Client().post(reverse("set_language"), {"language": "en", "next": elsewhere})
    assert "example.org" not in moved["Location"]


def test_no_page_takes_a_post_without_its_token(xingyang, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    user = make_user("dispatcher")
    case = make_objects(user, load_second_city(tmp_path))[OWN_REPORT]
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    for name, route in policy.ROUTES.items():
        if "POST" in route.let_in:
            arguments = (*KEYS[route.objects](case), *route.arguments) if route.objects else route.arguments
            kind = {"content_type": "application/json"} if route.door == "api" and not route.uploads else {}
            answer = client.post(reverse(name, args=arguments), route.body, **kind)
            assert answer.status_code == 403, name


def test_a_script_with_a_token_needs_no_cookie_and_no_csrf(xingyang):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("api-reports"), {}, "application/json", headers={"Authorization": "Token wrong"})
    assert answer.status_code == 401
