"""Bulk assignment against the plain ways to the same answers, and the single look-up."""

import statistics

from django.db import connection, transaction

from bench import ground
from bench.timing import Finding, interleaved, milliseconds, ratio
from boundaries.models import Edition
from cases import assignment

POINTS, SOME = 1_000_000, 50_000
# Answers are written to unlogged tables: what is compared is the join, and not the log that both would write.
PLAIN = (
    "CREATE UNLOGGED TABLE bench_plain AS SELECT p.key, a.id AS area_id FROM bench_point p"
    " JOIN bench_area a ON ST_Covers(a.geom, p.geom)"
)
AREA_ALONE = f"SELECT key, area_id FROM ({assignment.PLACED}) placed"
DIFFERENT = (
    "SELECT count(*) FROM bench_plain p FULL JOIN bench_ours o USING (key) LEFT JOIN boundaries_area a"
    " ON a.id = p.area_id WHERE a.code IS DISTINCT FROM o.area_code"
)
# What a GIS hand writes for area, nearest area of another group and its distance: index order is by degrees, so the
# first three are measured.
PLAIN_FULL = """
CREATE UNLOGGED TABLE bench_plain_full AS
SELECT p.key, a.code AS area_code, near.metres FROM bench_some p JOIN bench_area a ON ST_Covers(a.geom, p.geom)
CROSS JOIN LATERAL (
    SELECT min(metres) AS metres FROM (
        SELECT ST_Distance(o.geom::geography, p.geom::geography) AS metres FROM bench_area o
        WHERE o.group_id <> a.group_id ORDER BY o.geom <-> p.geom LIMIT 3
    ) three
) near
"""
# Geography looks for the nearest place on a sphere and measures it on the ellipsoid: up to 1 in 1,000 too long, where
# ours is within 1 in 5,000 (`tests/cases/test_assignment.py` compares it with a plane laid through each point).
DISTANT = """
SELECT count(*) FROM bench_plain_full p FULL JOIN bench_ours_some o USING (key) WHERE
p.area_code IS DISTINCT FROM o.area_code OR abs(p.metres - o.border_distance_m) IS DISTINCT FROM
    least(abs(p.metres - o.border_distance_m), 0.001 * p.metres + 0.05)
"""


def findings(rounds: int):
    edition = ground.edition()
    ground.make_points(POINTS)
    plain_tables(edition)
    yield from _bulk(edition, rounds, 0)
    yield from _bulk(edition, rounds, 2)
    yield from _full(edition, rounds)
    yield from _single(edition)


def plain_tables(edition) -> None:
    run("DROP TABLE IF EXISTS bench_area, bench_some")
    run(
        "CREATE TABLE bench_area AS SELECT id, code, group_id, geom FROM boundaries_area WHERE edition_id = %s",
        [edition.pk],
    )
    run("CREATE INDEX ON bench_area USING gist (geom)")
    run("CREATE TABLE bench_some AS SELECT * FROM bench_point WHERE key <= %s", [SOME])
    for table in ("bench_area", "bench_some", "boundaries_square"):
        run(f"ANALYZE {table}")


def _bulk(edition, rounds, workers):
    found = interleaved(
        rounds,
        plain=lambda: _made("bench_plain", PLAIN, workers),
        area=lambda: ours("bench_area_only", AREA_ALONE, edition, workers),
        full=lambda: ours("bench_ours", assignment.ANSWERS, edition, workers),
    )
    mismatches = run(DIFFERENT)
    how = "one process" if workers == 0 else "default, up to 3 processes"
    rate = {name: f"{POINTS / statistics.median(took):,.0f} rows/s" for name, took in found.items()}
    yield Finding(f"plain ST_Covers join of 1,000,000 points to 2,400 areas, {how}", rate["plain"])
    median, worst = ratio(found["plain"], found["area"])
    yield Finding(
        f"bulk assignment, the area as the plain join gives it, {how}",
        f"{rate['area']}; {median:.1f} × plain (worst round {worst:.1f} ×)", "≥ 9 ×", median >= 9,
    )  # fmt: skip
    median, worst = ratio(found["plain"], found["full"])
    yield Finding(
        f"bulk assignment, full answer beside the area alone of the plain join, {how}",
        f"{rate['full']}; {median:.1f} × (worst round {worst:.1f} ×)",
    )
    yield Finding(f"points with another area than the plain join's, {how}", str(mismatches), "0", mismatches == 0)


def _full(edition, rounds):
    """Area, nearest other group, its distance, confidence, candidates, sentence; plainly, the first three."""
    found = interleaved(
        rounds,
        plain=lambda: _made("bench_plain_full", PLAIN_FULL, 0),
        ours=lambda: ours("bench_ours_some", assignment.ANSWERS, edition, 0, "bench_some"),
    )
    median, worst = ratio(found["plain"], found["ours"])
    mismatches = run(DISTANT)
    yield Finding(
        f"full answer to {SOME:,} points against plain SQL for area and distance alone, one process",
        f"{median:.1f} × (worst round {worst:.1f} ×)", "≥ 9 ×", median >= 9,
    )  # fmt: skip
    yield Finding("points with another area or distance than plain SQL's", str(mismatches), "0", mismatches == 0)


def ours(table, query, edition, workers, points="bench_point"):
    with transaction.atomic(), connection.cursor() as cursor, assignment.planned_for_many(cursor):
        query = query.format(points=points)
        _made(table, f"CREATE UNLOGGED TABLE {table} AS {query}", workers, assignment.parameters_for(edition))


def _made(table, statement, workers, parameters=None):
    with transaction.atomic():
        run("SET LOCAL statement_timeout = 0")
        run(f"SET LOCAL max_parallel_workers_per_gather = {workers}")
        run(f"DROP TABLE IF EXISTS {table}")
        run(statement, parameters)


def _single(edition):
    town = Edition.objects.current("410182")
    for what, where, point in (("15 areas", town, (113.378, 34.787)), ("2,400 areas", edition, (113.301, 34.803))):
        median, slow = milliseconds(lambda point=point, where=where: assignment.locate(*point, where))
        inside = _in_database(point, where)
        yield Finding(f"one point among {what}, as Python sees it", f"{median:.1f} ms, p95 {slow:.1f} ms")
        yield Finding(f"one point among {what}, executing in the database", f"{inside:.2f} ms", "< 2 ms", inside < 2)


def _in_database(point, edition):
    parameters = {**assignment.parameters_for(edition), "lon": point[0], "lat": point[1], "accuracy_m": None}
    query = assignment.ANSWERS.format(points=assignment.SINGLE_POINT)
    with connection.cursor() as cursor:
        took = []
        for _time in range(20):
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}", parameters)
            took.append(cursor.fetchone()[0][0]["Execution Time"])
    return statistics.median(took)


def run(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0] if cursor.description else None
