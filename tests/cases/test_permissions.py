"""What each person sees: the same part of the cases in lists, maps, counts, feeds and exports."""

# ruff: noqa: F811 -- fixtures are found by their names
import re
from itertools import product

import mapbox_vector_tile
import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from cases import permissions
from cases.permissions import Capability, Role, may, visible_cases
from gis_core import layers, tiles
from gis_core.tiles import Tile
from tests.cases.crowd import crowd, rows  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_case, make_user

CASE_NUMBER = re.compile(r"\b(?:XY|YS)-\d{4}-\d{5}\b")
OPEN = (
    "status IN ('reported', 'triaged', 'registered', 'submitted', 'approved', 'assigned', 'verifying',"
    " 'single_unit', 'joint_required', 'filed', 'investigating', 'ordered', 'complied', 'escalated_city', 'notified', 'reviewing',"
    " 'decided', 'served', 'enforcing')"
)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def numbers_in(answer):
    text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    return set(CASE_NUMBER.findall(text))


def test_capabilities_belong_to_the_roles_of_the_domain_page():
    every = set(Role)
    assert {capability.name: set(roles) for capability, roles in permissions.GRANTS.items()} == {
        "SEE_LAND": every,
        "SEE_CASES": every,
        "REPORT": every - {Role.PUBLICITY_OFFICER, Role.ASSESSOR, Role.LEGAL_OFFICER},
        "ACT": every,
        "ADD_EVIDENCE": every - {Role.PUBLICITY_OFFICER, Role.ASSESSOR, Role.LEGAL_OFFICER},
        "REVIEW_EVIDENCE": {Role.LEGAL_OFFICER},
        "READ_DOCUMENTS": every - {Role.GRID_MEMBER},
        "TAKE_STEPS": every - {Role.GRID_MEMBER},
        "HAND_OVER": {Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.GRID_COORDINATOR},
        "OVERRIDE": {Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.ADMINISTRATOR},
        "UNMASK": every - {Role.GRID_COORDINATOR, Role.GRID_MEMBER, Role.PUBLICITY_OFFICER, Role.ASSESSOR},
        "SEE_REPORTER": {Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.ADMINISTRATOR},
        "EXPORT": every - {Role.GRID_MEMBER},
        "SHARE_VIEWS": {Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.ADMINISTRATOR},
        "SEE_COVERAGE": every - {Role.GRID_MEMBER, Role.PUBLICITY_OFFICER, Role.LEGAL_OFFICER},
        "SEE_ROLL_UP": {Role.GRID_COORDINATOR, Role.DISPATCHER, Role.LEADER},
        "SEE_LEDGER": every - {Role.GRID_COORDINATOR, Role.GRID_MEMBER},
        "SEE_STATISTICS": every - {Role.GRID_MEMBER},
        "FREEZE_LEDGER": {Role.DISPATCHER, Role.ADMINISTRATOR},
        "EDIT_GRID": {Role.GRID_COORDINATOR, Role.ADMINISTRATOR},
        "RECORD_PATROL": {Role.GRID_MEMBER, Role.INSPECTOR, Role.LEAD_UNIT, Role.GROUP_CONVENER, Role.GRID_COORDINATOR},
        "JUDGE_PATROL": {Role.GRID_COORDINATOR},
        "PLAN_PATROL": {Role.GRID_COORDINATOR, Role.DISPATCHER, Role.GROUP_CONVENER},
        "USE_FIELD": {
            Role.INSPECTOR, Role.LEAD_UNIT, Role.GROUP_CONVENER, Role.SUPERVISION_OFFICER, Role.GRID_MEMBER,
            Role.GRID_COORDINATOR, Role.DISPATCHER, Role.PLATFORM_OFFICER,
        },
        "SETTLE_FIELD": {
            Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.ADMINISTRATOR, Role.LEAD_UNIT, Role.GROUP_CONVENER,
        },
        "KEEP_DEVICES": {Role.DISPATCHER, Role.PLATFORM_OFFICER, Role.ADMINISTRATOR},
        "SEE_CONDUCT": {
            Role.LEADER, Role.DISPATCHER, Role.SUPERVISION_OFFICER, Role.LEGAL_OFFICER, Role.ASSESSOR, Role.ADMINISTRATOR,
        },
        "KEEP_CONDUCT": {Role.SUPERVISION_OFFICER, Role.ADMINISTRATOR},
        "APPROVE_CONDUCT": {Role.LEADER},
        "EDIT_EXPOSURE": {Role.PUBLICITY_OFFICER},
        "APPROVE_EXPOSURE": {Role.LEADER},
        "SEE_EXPOSURE_DESK": {Role.PUBLICITY_OFFICER, Role.LEADER},
        "SEE_PUBLICITY": {Role.PUBLICITY_OFFICER, Role.LEADER},
        "KEEP_PUBLICITY": {Role.PUBLICITY_OFFICER},
        "SEE_CIRCULARS": every - {Role.GRID_MEMBER},
        "SEE_ALL_CIRCULARS": {Role.LEADER, Role.ASSESSOR, Role.DISPATCHER, Role.ADMINISTRATOR},
        "PROPOSE_CIRCULARS": {Role.ASSESSOR},
        "DECIDE_CIRCULARS": {Role.LEADER},
        "ANSWER_FOR_UNIT": every - {Role.GRID_MEMBER, Role.LEADER, Role.ASSESSOR, Role.ADMINISTRATOR},
        "SEE_ASSESSMENT": {Role.LEADER, Role.ASSESSOR, Role.DISPATCHER, Role.ADMINISTRATOR},
        "KEEP_ASSESSMENT": {Role.ASSESSOR, Role.ADMINISTRATOR},
        "ADMINISTER": {Role.ADMINISTRATOR},
    }  # fmt: skip


def test_somebody_with_two_roles_has_the_rights_of_both(xingyang):
    both = make_user("grid_member", "legal_officer")
    assert may(both, Capability.REPORT)
    assert may(both, Capability.EXPORT)
    assert not may(both, Capability.OVERRIDE)
    make_case()
    assert visible_cases(both).count() == 1


def test_an_account_that_was_closed_may_nothing_whatever_its_roles(xingyang):
    closed = make_user("dispatcher", is_superuser=True)
    client, token = client_of(closed), Token.objects.create(user=closed).key
    closed.is_active = False
    closed.save()
    assert not any(may(closed, capability) for capability in Capability)
    assert visible_cases(closed).count() == 0
    assert client.get(reverse("map")).status_code == 302
    assert client.get(reverse("api-cases")).status_code == 401
    assert Client().get(reverse("api-cases"), headers={"Authorization": f"Token {token}"}).status_code == 401


@pytest.mark.parametrize("header", ["Token wrong", "Token", "Token a b", "Token \u00e9", "Bearer x", "Basic YTpi"])
def test_a_wrong_token_is_answered_401(xingyang, header):
    answer = Client().get(reverse("api-cases"), headers={"Authorization": header})
    assert (answer.status_code, list(answer.json()), answer["WWW-Authenticate"]) == (401, ["detail"], "Token")


def test_a_token_opens_the_api_and_the_tiles_and_no_page(xingyang):
    headers = {"Authorization": f"Token {Token.objects.create(user=make_user('dispatcher')).key}"}
    assert Client().get(reverse("api-cases"), headers=headers).status_code == 200
    assert Client().get(reverse("tilejson", args=("open-cases",)), headers=headers).status_code == 200
    assert Client().get(reverse("map"), headers=headers).status_code == 302


def test_group_codes_mean_nothing_without_a_role_that_has_groups(xingyang):
    make_case()
    assert visible_cases(make_user("grid_member", group_codes=["G3"])).count() == 0
    assert visible_cases(make_user("inspector", group_codes=["G3"])).count() == 1
    assert visible_cases(make_user("inspector", group_codes=[])).count() == 0


def test_a_case_outside_every_group_is_for_those_who_see_all(xingyang):
    case = make_case(lon=113.3, lat=34.2)
    assert case.group_code == ""
    assert visible_cases(make_user("inspector", group_codes=["G1", "G2", "G3", ""])).exists() is False
    assert visible_cases(make_user("dispatcher")).get() == case


def test_an_override_hands_the_case_over_to_the_other_groups_people(xingyang):
    inspector = make_user("inspector", group_codes=["G1"])
    case = make_case()
    before = client_of(inspector).get(reverse("api-case", args=(case.case_no,))).status_code
    body = {"group": "G1", "reason": "现场核实"}
    client_of(make_user("dispatcher")).post(reverse("api-override", args=(case.case_no,)), body, "application/json")
    after = client_of(inspector).get(reverse("api-case", args=(case.case_no,))).status_code
    assert (before, after) == (404, 200)


def test_the_list_gives_each_their_cases_and_no_other(crowd):
    for watcher in crowd:
        client, found = client_of(watcher.user), []
        address = reverse("api-cases") + "?page_size=250"
        while address:
            page = client.get(address).json()
            found += [feature["properties"]["case_no"] for feature in page["features"]]
            address = page["next"]
        assert sorted(found) == sorted(watcher.sees()), watcher.name
        assert page["count"] == len(found)


def test_pages_name_no_case_that_is_not_theirs(crowd):
    for watcher in crowd:
        for name, status in product(("map", "case-rows"), ("open", "ended")):
            named = numbers_in(client_of(watcher.user).get(reverse(name), {"status": status}))
            theirs = set(watcher.sees(OPEN if status == "open" else f"NOT ({OPEN})"))
            assert named <= theirs, (watcher.name, name, status)
            assert bool(named) == bool(theirs), (watcher.name, name, status)


def test_the_export_holds_exactly_the_open_cases_that_the_person_sees(crowd):
    for watcher in crowd:
        if watcher.name in ("dispatcher", "inspector", "convener"):
            answer = client_of(watcher.user).get(reverse("export-map"))
            assert numbers_in(answer) == set(watcher.sees(OPEN)), watcher.name


def test_nearby_finds_exactly_what_lies_within_the_radius_and_is_theirs(crowd):
    """Distances by the ellipsoid of PostGIS, asked for directly."""
    close = f"ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint({SUOHE[0]}, {SUOHE[1]}), 4326)::geography) <= 20000"
    point = {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84"}
    for watcher in crowd:
        client = client_of(watcher.user)
        answer = client.get(reverse("api-nearby"), {**point, "radius": 20000, "limit": 500}).json()
        found = [feature["properties"]["case_no"] for feature in answer["features"]]
        assert sorted(found) == sorted(watcher.sees(f"{OPEN} AND {close}")), watcher.name
        page = client.get(reverse("nearby"), {**point, "radius": 5000})
        assert numbers_in(page) <= set(watcher.sees(OPEN)), watcher.name


SUMMARY_FILTERS = (
    {}, {"status": "open"}, {"status": "ended"}, {"status": "assigned"}, {"group": "G1"}, {"channel": "complaint"},
    {"year": "2024"}, {"status": "open", "group": "G3", "channel": "patrol"}, {"area": "410182001"},
    {"bbox": "113.3,34.7,113.45,34.85"}, {"q": "街道"}, {"q": "街道", "status": "open", "group": "G3"},
    {"bbox": "113.3,34.7,113.45,34.85", "status": "ended", "year": "2023"},
)  # fmt: skip


def in_sql(filters):
    """The list's filters as conditions, written apart from the product."""
    said = {
        "status": lambda value: {"open": OPEN, "ended": f"NOT ({OPEN})"}.get(value, f"status = '{value}'"),
        "group": lambda value: f"group_code = '{value}'",
        "area": lambda value: f"area_code = '{value}'",
        "channel": lambda value: f"channel = '{value}'",
        "year": lambda value: f"year = {value}",
        "bbox": lambda value: f"geom && ST_MakeEnvelope({value}, 4326)",
        "q": lambda value: f"(position('{value}' in address) > 0 OR position('{value}' in case_no) > 0)",
    }
    return " AND ".join(["true", *(said[key](value) for key, value in filters.items())])


def counted_in_sql(watcher, filters):
    """The summary's numbers, each dimension with the filters of the others."""
    columns = {"status": "status", "group": "group_code", "channel": "channel", "year": "year"}
    wanted = {"count": len(watcher.sees(in_sql(filters)))}
    for key, column in columns.items():
        others = in_sql({name: value for name, value in filters.items() if name != key})
        found = rows(
            f"SELECT {column}::text, count(*) FROM cases_case WHERE ({watcher.condition}) AND {others} GROUP BY 1"
        )
        wanted[f"by_{key}"] = dict(found)
    any_status = in_sql({name: value for name, value in filters.items() if name != "status"})
    return wanted, len(watcher.sees(f"{any_status} AND {OPEN} AND due_at < now()"))


def test_summary_and_list_count_what_the_person_sees_exactly(crowd):
    for watcher in crowd:
        client = client_of(watcher.user)
        for filters in SUMMARY_FILTERS:
            summary = client.get(reverse("api-summary"), filters).json()
            listed = client.get(reverse("api-cases"), {**filters, "page_size": 1}).json()["count"]
            wanted, overdue = counted_in_sql(watcher, filters)
            assert {name: summary[name] for name in wanted} == wanted, (watcher.name, filters)
            assert summary["by_stage"]["overdue"] == overdue, (watcher.name, filters)
            assert listed == wanted["count"], (watcher.name, filters)


def features_of(watcher, slug, tile, **filters):
    content = tiles.render(layers.find(slug), Tile(*tile), watcher.user, filters)
    return mapbox_vector_tile.decode(content)[slug]["features"] if content else []


def test_tiles_show_no_case_that_is_not_theirs_whatever_the_zoom(crowd):
    """Both layers of the whole region: zoom 7 in one tile, zoom 12 in every tile that holds a case."""
    tile_of_case = (
        "SELECT DISTINCT floor((ST_X(geom) + 180) / 360 * {n})::int,"
        " floor((0.5 - asinh(tan(radians(ST_Y(geom)))) / (2 * pi())) * {n})::int FROM cases_case"
    )
    for z in (7, 12):
        places = rows(tile_of_case.format(n=2**z))
        for watcher in crowd:
            shown, theirs = {"open-cases": 0, "history": 0}, {None, *watcher.sees()}
            for slug in shown:
                for x, y in places:
                    for feature in features_of(watcher, slug, (z, x, y)):
                        its = feature["properties"]
                        shown[slug] += its["count"]
                        assert its.get("case_no") in theirs, watcher.name
            assert shown["open-cases"] == len(watcher.sees(OPEN)), (watcher.name, z)
            assert shown["history"] == len(watcher.sees(f"NOT ({OPEN})")), (watcher.name, z)
