"""Bulk assignment against the plain join, and the single look-up."""

import statistics

from django.db import connection, transaction

from bench import ground
from bench.timing import Finding, interleaved, milliseconds, ratio
from boundaries.models import Edition
from cases import assignment

POINTS = 1_000_000
PLAIN = (
    "CREATE TABLE bench_plain AS SELECT p.key, a.id AS area_id FROM bench_point p"
    " JOIN bench_area a ON ST_Covers(a.geom, p.geom)"
)
AREA_ALONE = f"SELECT key, area_id FROM ({assignment.PLACED}) placed"
DIFFERENT = (
    "SELECT count(*) FROM bench_plain p FULL JOIN bench_ours o USING (key) LEFT JOIN boundaries_area a"
    " ON a.id = p.area_id WHERE a.code IS DISTINCT FROM o.area_code"
)


def findings(rounds: int) -> list[Finding]:
    edition = ground.edition()
    ground.make_points(POINTS)
    _areas_alone(edition)
    return [*_bulk(edition, rounds, 0), *_bulk(edition, rounds, 2), *_single(edition)]


def _areas_alone(edition) -> None:
    _run("DROP TABLE IF EXISTS bench_area")
    _run("CREATE TABLE bench_area AS SELECT id, geom FROM boundaries_area WHERE edition_id = %s", [edition.pk])
    _run("CREATE INDEX ON bench_area USING gist (geom)")
    _run("ANALYZE bench_area")
    _run("ANALYZE boundaries_square")


def _bulk(edition, rounds, workers):
    found = interleaved(
        rounds,
        plain=lambda: _made("bench_plain", PLAIN, workers),
        area=lambda: _ours("bench_area_only", AREA_ALONE, edition, workers),
        full=lambda: _ours("bench_ours", assignment.ANSWERS, edition, workers),
    )
    mismatches = _run(DIFFERENT)
    how = "one process" if workers == 0 else "default, up to 3 processes"
    rate = {name: f"{POINTS / statistics.median(took):,.0f} rows/s" for name, took in found.items()}
    yield Finding(f"plain ST_Covers join of 1,000,000 points to 2,400 areas, {how}", rate["plain"])
    for name, what in (("area", "area alone"), ("full", "full answer with distance, candidates and sentence")):
        median, worst = ratio(found["plain"], found[name])
        yield Finding(
            f"bulk assignment, {what}, {how}",
            f"{rate[name]}; {median:.1f} × plain (worst round {worst:.1f} ×)", "≥ 9 ×", median >= 9,
        )  # fmt: skip
    yield Finding(f"points with another area than the plain join's, {how}", str(mismatches), "0", mismatches == 0)


def _ours(table, query, edition, workers):
    with transaction.atomic(), connection.cursor() as cursor, assignment.planned_for_many(cursor):
        query = query.format(points="bench_point")
        _made(table, f"CREATE TABLE {table} AS {query}", workers, assignment.parameters_for(edition))


def _made(table, statement, workers, parameters=None):
    with transaction.atomic():
        _run("SET LOCAL statement_timeout = 0")
        _run(f"SET LOCAL max_parallel_workers_per_gather = {workers}")
        _run(f"DROP TABLE IF EXISTS {table}")
        _run(statement, parameters)


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


def _run(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0] if cursor.description else None
