"""Every route × actor × method × owner, generated from the URL map, against the policy table."""

# ruff: noqa: F811 -- fixtures are found by their names
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from cases.models import Case, CaseEvent
from cases.permissions import Role
from tests import policy_bodies as sent
from tests import policy_table as policy
from tests.actors import KEYS, NONE_SUCH, a_photo, make_actor, make_objects
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.policy_people import ACTORS, ROLES, SEES, WITHOUT_REGION
from tests.second_city import load as load_second_city
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes_in(patterns, namespace=""):
    """(name, names of the parts of its address) of every route, those of included URL maps too."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes_in(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", tuple(pattern.pattern.regex.groupindex)


ROUTED = dict(sorted(routes_in(get_resolver().url_patterns)))
OURS = [name for name in ROUTED if not name.startswith(policy.ADMINISTRATION)]
ADMINISTRATION = {name: parts for name, parts in ROUTED.items() if name not in OURS}


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def second_city(xingyang, tmp_path):
    return load_second_city(tmp_path)


def test_every_route_is_in_the_policy_table_and_the_table_names_no_other():
    assert sorted({name.split()[0] for name in policy.ROUTES}) == OURS


def test_every_role_of_the_product_is_an_actor_of_the_table():
    assert sorted(ROLES) == sorted(Role.values)


class Actor:
    """A client of somebody, and the addresses of the objects that are theirs or others'."""

    def __init__(self, name, second_city):
        self.name = name
        self.user = make_actor(name, second_city)
        self.objects = make_objects(self.user, second_city)
        self.client = Client(raise_request_exception=False)
        if self.user:
            self.client.force_login(self.user)
        self.cookies = self.client.cookies
        self.written = written()

    def ask(self, method, route, address):
        """The answer, with whatever it wrote taken back."""
        self.client.cookies = self.cookies.copy()
        kind = {"content_type": "application/json"} if route.door == "api" and not route.uploads else {}
        data = (
            route.query if method == "GET" else {**route.body, **({route.uploads: a_photo()} if route.uploads else {})}
        )
        if method not in ("GET", "POST"):
            data, kind = b"{}", {"content_type": "application/json"}
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(address, data, **kind)
            answer.changed = written() != self.written
            transaction.set_rollback(True)
        if answer.streaming:
            b"".join(answer)
        return answer


def written():
    return Case.objects.count(), CaseEvent.objects.count()


def addresses(route_name, route, actor):
    """(owner, address) of one route: one address without an owner, or one per object."""
    name = route_name.split()[0]
    if not route.objects:
        yield "", reverse(name, args=route.arguments)
        return
    for owner, case in actor.objects.items():
        yield owner, reverse(name, args=(*KEYS[route.objects](case), *route.arguments))


def expected(route, actor, method, owner):
    """The statuses that the table allows, as a set."""
    offered = method in route.let_in
    let_in = actor.name in (route.let_in[method] if offered else frozenset().union(*route.let_in.values()))
    if route.door == "open":
        return set(route.statuses(method)) if offered else {405, *route.statuses("other")}
    if actor.name == "anonymous":
        return {401} if route.door == "api" else ({302} if offered else {302, 405})
    if not let_in:
        return {403} if offered else {403, 405}
    if not offered:
        return {405}
    if actor.name == WITHOUT_REGION and method in route.needs_region:
        return {400}
    if owner and owner not in route.sees[actor.name]:
        return {404}
    return set(route.statuses(method))


@pytest.mark.parametrize("name", ACTORS)
def test_every_route_answers_every_actor_as_the_table_says(name, second_city):
    actor = Actor(name, second_city)
    wrong, cells = [], 0
    for route_name, route in policy.ROUTES.items():
        for method in METHODS:
            for owner, address in addresses(route_name, route, actor):
                answer = actor.ask(method, route, address)
                wanted = expected(route, actor, method, owner)
                cells += 1
                if answer.status_code not in wanted:
                    wrong.append((method, route_name, owner, answer.status_code, sorted(wanted)))
                elif answer.status_code >= 400 and answer.changed:
                    wrong.append((method, route_name, owner, "refused, but wrote"))
    assert not wrong, "\n".join(map(str, wrong))
    assert cells >= len(METHODS) * len(policy.ROUTES)


def test_anonymous_visitors_of_a_page_are_led_to_the_sign_in_page_and_back(second_city):
    actor = Actor("anonymous", second_city)
    for route_name, route in policy.ROUTES.items():
        if route.door == "page" and "GET" in route.let_in:
            for _owner, address in addresses(route_name, route, actor):
                answer = Client().get(address)
                assert answer["Location"] == f"{reverse('sign-in')}?next={address}"


def what_it_says(answer, address):
    """The body without what differs by its nature from answer to answer: nonce, token, the address itself."""
    body = answer.content.decode().replace(address, "")
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", body)


@pytest.mark.parametrize("name", ["inspector", "grid_member", "dispatcher", "other region"])
def test_anothers_object_and_a_missing_one_give_the_same_answer(name, second_city):
    actor = Actor(name, second_city)
    for route_name, route in policy.ROUTES.items():
        for method in [method for method, who in route.let_in.items() if route.objects and name in who]:
            missing = reverse(route_name, args=(*NONE_SUCH[route.objects], *route.arguments))
            nothing = actor.ask(method, route, missing)
            for owner, address in addresses(route_name, route, actor):
                if owner in route.sees[name]:
                    continue
                answer = actor.ask(method, route, address)
                assert answer.status_code == 404
                assert what_it_says(answer, address) == what_it_says(nothing, missing), route_name
                assert nothing.headers.keys() == answer.headers.keys()


@pytest.mark.parametrize("name", [name for name in ACTORS if name not in ("anonymous", "no role", "no region")])
def test_personal_data_reach_only_who_may_read_them_and_asks_for_them(name, second_city):
    """Of the reporter and of a party, on the page and in the API: never unasked; asked for, as the table says."""
    actor = Actor(name, second_city)
    client = Client()
    client.force_login(actor.user)
    for owner in SEES[name]:
        case = actor.objects[owner]
        unasked = [client.get(reverse(page, args=(case.case_no,))).content for page in ("api-case", "case-detail")]
        assert [text for text in unasked if REPORTERS_PHONE in text or PARTYS_PHONE in text] == []
        for route, phone in ASKED.items():
            address = reverse(route, args=KEYS[policy.ROUTES[route].objects](case))
            kind = {"content_type": "application/json"} if route.startswith("api-") else {}
            may = name in policy.ROUTES[route].let_in["POST"] and owner in policy.ROUTES[route].sees[name]
            content = client.post(address, sent.WHY, **kind).content
            assert (phone in content, b"13800000000" in content and b"13900000000" in content) == (may, False), route


REPORTERS_PHONE, PARTYS_PHONE = b"13800000000", b"13900000000"
ASKED = {
    "case-unmask-reporter": REPORTERS_PHONE,
    "api-unmask-reporter": REPORTERS_PHONE,
    "case-unmask-party": PARTYS_PHONE,
    "api-unmask-party": PARTYS_PHONE,
}


@pytest.mark.parametrize("name", [*ACTORS])
def test_django_s_own_administration_is_for_the_administrator_alone(name, second_city):
    client = Client()
    user = make_actor(name, second_city)
    if user:
        client.force_login(user)
    for route, parts in ADMINISTRATION.items():
        if route in ("admin:None", "admin:login", "admin:logout"):
            continue
        known = {"app_label": "auth", "content_type_id": 1}
        answer = client.get(reverse(route, kwargs={part: known.get(part, 1) for part in parts}))
        led_away = answer.status_code == 302 and "/login/" in answer["Location"]
        assert led_away == (name != "superuser"), route
