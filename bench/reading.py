"""What people ask of a million cases: nearby, lists, summary, recheck; and the plans behind everything, tiles too."""

import statistics

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from bench.timing import Finding, milliseconds, seconds
from boundaries.models import User
from cases import fast_features, feed, reassignment, summary
from cases.filters import CaseFilter
from cases.models import Case, CaseEvent
from cases.permissions import visible_cases
from gis_core import layers, srid, tiles

SEAT = (113.378, 34.787)
KNN = (
    "SELECT id, geom::geography <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography AS d FROM cases_case"
    " WHERE region_id = '410182' AND status IN ({states}) ORDER BY d LIMIT 50"
)


def findings() -> list[Finding]:
    user = User.objects.get(username="dispatcher1")
    return [*_nearby(user), *_pages(user), _recheck()]


def _tile_at(lon, lat, z):
    return tiles.Tile(z, *(_world(axis, lon, lat) >> (tiles.WORLD_BITS - z) for axis in ("world_x", "world_y")))


def _world(function, lon, lat):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(ST_SetSRID(ST_MakePoint(%s, %s), {srid.STORAGE}))", [lon, lat])
        return cursor.fetchone()[0]


def _nearby(user):
    point = Point(*SEAT, srid=srid.STORAGE)
    states = ", ".join(f"'{state}'" for state in reassignment.OPEN)
    with connection.cursor() as cursor:
        raw = milliseconds(lambda: (cursor.execute(KNN.format(states=states), SEAT), cursor.fetchall()))
    ours = milliseconds(lambda: fast_features.near(user, point, 2000, 50))
    yield Finding("nearby, 50 cases: raw KNN", f"{raw[0]:.1f} ms, p95 {raw[1]:.1f} ms")
    yield Finding(
        "nearby, 50 cases: the product's statement to GeoJSON",
        f"{ours[0]:.1f} ms, p95 {ours[1]:.1f} ms; {ours[1] / raw[1]:.1f} × raw p95", "≤ 2.5 ×", ours[1] <= 2.5 * raw[1],
    )  # fmt: skip


def _pages(user):
    for name, queryset in questions(user).items():
        median, slow = milliseconds(lambda queryset=queryset: list(queryset.all()), 10)
        yield Finding(name, f"{median:.1f} ms, p95 {slow:.1f} ms")
    median, slow = milliseconds(lambda: summary.summary(user, {"status": "open"}), 10)
    yield Finding("summary with the filter open", f"{median:.1f} ms, p95 {slow:.1f} ms")


def questions(user):
    """Every query of pages and API on cases, as querysets, by what it is."""

    def found(who=user, **data):
        return CaseFilter(data, queryset=visible_cases(who).for_list().newest_first()).qs

    inspector, worker = (User.objects.get(username=name) for name in ("inspector1", "gridworker1"))
    number = Case.objects.order_by("-id").values_list("case_no", flat=True)[0]
    return {
        "list page, open, sees all": found(status="open")[:50],
        "list page, all, sees all": found()[:50],
        "list page, open, one group": found(inspector, status="open")[:50],
        "list page, own reports": found(worker)[:50],
        "list page, one area and channel": found(area="410182001", channel="patrol")[:50],
        "count of open cases of a group and year": found(status="open", group="G1", year=2025)
        .order_by()
        .values("region")
        .annotate(n=Count("id")),
        "list page in a box": found(bbox="113.37,34.78,113.39,34.80", status="open")[:50],
        "search, 2 characters": found(q="厂房")[:50],
        "search, 4 characters": found(q="工业园区")[:50],
        "search, case number": found(q=number)[:50],
    }


def _recheck():
    results = []
    took = seconds(lambda: results.append(reassignment.differences()))
    return Finding(
        f"assign --recheck of {results[0].cases:,} open cases", f"{took:.1f} s, {results[0].number} differences",
        "0", results[0].number == 0,
    )  # fmt: skip


def plans() -> list[tuple[str, str, str]]:
    """(question, how the case tables are read, milliseconds) from EXPLAIN (ANALYZE, BUFFERS)."""
    user = User.objects.get(username="dispatcher1")
    near = Point(*SEAT, srid=srid.STORAGE)
    rows = [(name, *_explained(_text_of(queryset))) for name, queryset in questions(user).items()]
    for z in (9, 13, 16):
        rows += _explained_parts(
            f"tile z{z}", lambda z=z: tiles.render(layers.find("open-cases"), _tile_at(*SEAT, z), user, {})
        )
    rows += _explained_parts("nearby, 2 km", lambda: fast_features.near(user, near, 2000, 50))
    rows += _explained_parts(
        "changes after a cursor", lambda: feed.page(_earlier(), user.region_id, visible_cases(user))
    )
    rows += _explained_parts("summary", lambda: summary.summary(user, {"status": "open"}))
    return rows


def _earlier() -> feed.Cursor:
    """The cursor before the newest transaction that wrote events: its page is full after any import."""
    xact = CaseEvent.objects.order_by("-id").values_list("xact", flat=True)[0]
    return feed.Cursor(f"{xact}:{xact}:")


def _text_of(queryset):
    text, parameters = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        return cursor.mogrify(text, parameters).decode()


def _explained_parts(name, act):
    """Every statement that reads cases, those planned once by their names."""
    with CaptureQueriesContext(connection) as captured:
        act()
    asked = [query["sql"] for query in captured if query["sql"].lstrip().startswith(("SELECT", "WITH", "EXECUTE"))]
    explained = [row for row in map(_explained, asked) if "cases_" in row[0] or "case_" in row[0]]
    return [(f"{name}, query {number}", *row) for number, row in enumerate(explained, 1)]


def _explained(text):
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = " + ("force_generic_plan" if text.startswith("EXECUTE") else "auto"))
        took = []
        for _time in range(3):
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + text)
            plan = cursor.fetchone()[0][0]
            took.append(plan["Execution Time"])
    return ", ".join(dict.fromkeys(_reads(plan["Plan"]))), f"{statistics.median(took):.1f}"


def _reads(node):
    if "Index Name" in node:
        yield f"{node['Node Type']} {node['Index Name']}"
    elif node.get("Relation Name", "").startswith("cases_") and "Bitmap" not in node["Node Type"]:
        yield f"{node['Node Type']} {node['Relation Name']}"
    for child in node.get("Plans", ()):
        yield from _reads(child)
