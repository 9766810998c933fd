"""No page and no answer reads a table of cases from end to end, and none asks more where there are more cases.

Every route of the URL map that answers GET is asked as the policy table says, by people of different scopes, the
lists under every filter. EXPLAIN tells the plan of each statement; with sequential scans
forbidden one is left only where no index serves, and so is a walk of a whole index.
"""

# ruff: noqa: F811 -- fixtures are found by their names
import json
import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import feed
from cases.views import map as map_page
from tests import policy_table as policy
from tests.actors import KEYS, make_actor, make_objects
from tests.cases.crowd import rows
from tests.factories import make_case
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.second_city import load as load_second_city
from tests.test_permission_matrix import reverse
from tests.test_schema import FILTERS, QUERIES

# One of each scope: sees all, sees groups and a unit, sees own reports alone.
SCOPES = ("dispatcher", "inspector", "grid_member")
# What an office writes once and reads whole, and a row a day and group: few however many cases there are.
RULES = {"cases_caseday", "cases_deadlinerule", "cases_workdaycorrection", "cases_documenttemplate", "cases_discretiontier",
         "cases_practice", "cases_casenumber", "cases_documentnumber"}  # fmt: skip
ASKS = re.compile(r"\s*(SELECT|WITH|EXECUTE)\b(?!.*FOR UPDATE).*", re.DOTALL)
CASE_SIDE = {model._meta.db_table for model in apps.get_app_config("cases").get_models()} - RULES

EVERY_FILTER = (
    {"status": ""}, {"status": "ended"}, {"status": "approved"}, {"group": "G1"}, {"group": "none"},
    {"area": "410182001"}, {"channel": "patrol"}, {"year": "2026"}, {"q": "厂房"}, {"q": "工业园区"},
    {"q": "XY-2026-0"}, {"bbox": "113.37,34.78,113.39,34.80"}, {"bbox": "113.37,34.78,113.39,34.80", "q": "厂房"},
    {"status": "ended", "group": "G2", "channel": "complaint", "year": "2025"},
    {"violation": "tendering"}, {"land_ownership": "state"}, {"major": "yes"}, {"joint": "yes"}, {"confidence": "low"},
    {"hold": "suspended"}, {"overdue": "yes"}, {"unit": "quality_station"}, {"grid": "410182001000001"},
    {"hexagon": "1000:-1780:4447"}, {"numbers": "XY-2026-00001,XY-2026-00002"},
    {"reported_from": "2026-01-01", "reported_to": "2026-02-01"},
)  # fmt: skip
ORDERED = ({"ordering": "due"}, {"ordering": "due", "status": "", "group": "G1"})
FILTERED = {
    "map": EVERY_FILTER + ORDERED,
    "case-rows": EVERY_FILTER + ORDERED,
    "case-news": EVERY_FILTER,
    "api-cases": EVERY_FILTER + ORDERED,
    "api-summary": EVERY_FILTER,
    "export-map": EVERY_FILTER,
    "tile open-cases": EVERY_FILTER,
    "tile history": EVERY_FILTER,
}


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def second_city(xingyang, media, tmp_path):
    return load_second_city(tmp_path)


@contextmanager
def explained():
    """The plans of every statement that asks a table of cases, made once all were asked."""
    plans = []
    with CaptureQueriesContext(connection) as captured:
        yield plans
    asked = {query["sql"] for query in captured if ASKS.match(query["sql"])}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_custom_plan")
        for text in sorted(asked):
            plan = _plan(cursor, text)
            if any(
                whole_reads(plan)
            ):  # of a few rows a walk in order is as good as an index: where there is one, take it
                cursor.execute(WALKS.format("off"))
                plan = _plan(cursor, text)
                cursor.execute(WALKS.format("on"))
            plans.append(plan)
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = auto")


WALKS = "SET LOCAL enable_indexscan = {0}; SET LOCAL enable_indexonlyscan = {0}"


def _plan(cursor, text) -> dict:
    cursor.execute("EXPLAIN (FORMAT JSON) " + text)
    return {**cursor.fetchone()[0][0], "Query Text": text}


def whole_reads(plan):
    """Nodes that read all of a table of cases: sequential scans, and walks of an index that no condition narrows."""
    for node in _nodes(plan["Plan"]):
        if node.get("Relation Name") in CASE_SIDE:
            kind = node["Node Type"]
            if kind == "Seq Scan" or (kind.startswith("Index") and not {"Index Cond", "Order By"} & node.keys()):
                yield f"{kind} {node['Relation Name']} {node.get('Index Name', '')}: {plan['Query Text'][:300]}"


def _nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def asked(name, actor_name, user, objects):
    """(what it is, address, query, statuses) of every GET that this person may make, lists under every filter."""
    for route_name, route in policy.ROUTES.items():
        if actor_name not in route.let_in.get("GET", ()):
            continue
        keys = [()]
        if route.objects:
            keys = [KEYS[route.objects](objects[owner]) for owner in objects if owner in route.sees[actor_name]][:1]
        for key in keys:
            address = reverse(route_name.split()[0], args=(*key, *route.arguments))
            yield route_name, address, route.query, set(route.statuses("GET"))
            for query in (*FILTERED.get(route_name, ()), *PLACES_OF_A_LIST.get(route_name, ())):
                yield f"{route_name} {query}", address, query() if callable(query) else query, {200, 204}


def _cursor():
    return {"after": str(feed.current())}


def _around():
    return {"status": "", "around": rows("SELECT case_no FROM cases_case ORDER BY id LIMIT 1")[0][0]}


BESIDE = "2026-01-01T00:00:00+00:00_1"
PIECES = ({"from": "1"}, {"from": "1", "ordering": "due", "status": ""}, {"ahead": BESIDE}, {"before": BESIDE}, _around)
PLACES_OF_A_LIST = {"case-rows": PIECES, "api-changes": (_cursor,), "api-cases": ({"page": "1", "page_size": "1"},)}


@pytest.mark.parametrize("name", SCOPES)
def test_no_route_reads_a_table_of_cases_from_end_to_end(name, second_city):
    user = make_actor(name, second_city)
    objects = make_objects(user, second_city)
    client = Client()
    client.force_login(user)
    wrong, seen = {}, 0
    for what, address, query, allowed in asked(name, name, user, objects):
        with explained() as plans:
            answer = client.get(address, query)
            b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in allowed, (what, answer.status_code)
        seen += len(plans)
        if faults := [fault for plan in plans for fault in whole_reads(plan)]:
            wrong[what] = faults
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert seen > 300  # the plans are told, and not lost on the way


def test_what_reads_all_of_a_table_is_found(xingyang):
    with explained() as plans, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE description = 'x'")
        cursor.execute("SELECT * FROM cases_case WHERE region_id = '410182' ORDER BY reported_at DESC LIMIT 5")
    assert sorted(bool(list(whole_reads(plan))) for plan in plans) == [False, True]


def test_the_nearest_cases_are_found_by_an_index_inside_of_their_function_too(xingyang):
    """EXPLAIN stops at a function: its own two statements are asked here, with its parameters written out."""
    ((body,),) = rows("SELECT prosrc FROM pg_proc WHERE proname = 'nearby_cases'")
    words = {"of_region": "'410182'", "everything": "false", "groups": "ARRAY['G1']", "reporter": "1", "unit": "1::bigint",
             "radius_m": "500", "reach": "500", "most": "50",
             "here": "ST_SetSRID(ST_MakePoint(113.378, 34.787), 4326)::geography"}  # fmt: skip
    selects = re.findall(r"(SELECT one\.geom.*?LIMIT most|SELECT one\.id.*?LIMIT most)", body, re.DOTALL)
    assert len(selects) == 2
    with explained() as plans, connection.cursor() as cursor:
        for text in selects:
            cursor.execute(re.sub(r"(?<![.\w])(" + "|".join(words) + r")\b", lambda found: words[found[1]], text))
    assert [list(whole_reads(plan)) for plan in plans] == [[], []]


def test_every_answer_of_the_api_that_takes_the_list_s_filters_is_asked_with_them():
    takes = {path for path, names in QUERIES.items() if names >= FILTERS}
    of_routes = {"/api/v1/cases/": "api-cases", "/api/v1/cases/summary/": "api-summary",
                 "/tiles/{layer}/{z}/{x}/{y}.mvt": "tile open-cases", "/api/v1/cases/selection/": "api-selection"}  # fmt: skip
    assert takes == set(of_routes)
    assert set(of_routes.values()) - {"api-selection"} <= set(FILTERED)  # that is asked by POST: test_selection.py


def test_twelve_cases_cost_no_more_queries_than_two(second_city, monkeypatch):
    monkeypatch.setattr(map_page, "ROWS", 100)
    user = make_actor("dispatcher", second_city)
    objects = make_objects(user, second_city)
    client = Client()
    client.force_login(user)
    for _number in range(2):
        make_case(status="approved", address="厂房")  # what finds nothing asks less
    few = _counted(client, user, objects)
    for number in range(10):
        case = make_case(status="approved" if number % 2 else "reported", address="厂房")
        case.notices.create(region=case.region, to=user, kind="remark", text="某案", at=case.reported_at)
    many = _counted(client, user, objects)
    assert {what: (few[what], n) for what, n in many.items() if n > few[what]} == {}


def _counted(client, user, objects):
    counts = {}
    for _time in ("to fill what is kept for a while", "to count"):
        for what, address, query, _allowed in asked("dispatcher", "dispatcher", user, objects):
            connection.queries_log.clear()  # it holds 9,000 and no more
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address, query)
                b"".join(answer) if answer.streaming else answer.content
            counts[what] = len(captured)
    return counts
