"""`make proof-assignment`: a million points by the bulk path, the single path and shapely, compared one by one.

Random points over the region and round it, and every vertex and segment middle of every border among them.
PROOF_POINTS (1,000,000) and PROOF_SINGLE (all of them) are taken from the environment.
"""

import os
import sys
import time

import django
import numpy as np
import shapely

from bench import database

COMPARED = (
    "rule, area_code, group_code, lead_code, border_distance_m, confidence, candidate_codes, outside_name, reason"
)


def main() -> int:
    database.use()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
    django.setup()
    database.fill(0)
    from boundaries.models import Edition

    edition = Edition.objects.current("410182")
    count = int(os.environ.get("PROOF_POINTS", "1000000"))
    lon, lat, on_border = _points(edition, count)
    _store(lon, lat)
    took, areas = _bulk(edition)
    print(f"{len(lon):,} points, {on_border:,} of them on borders; bulk path: {took:.0f} s", flush=True)
    start = time.monotonic()
    expected = _by_shapely(edition, lon, lat)
    wrong = int(np.sum(areas != expected))
    print(f"another area than shapely's: {wrong}  ({time.monotonic() - start:.0f} s)", flush=True)
    single = int(os.environ.get("PROOF_SINGLE", count))
    took, differing = _single(edition, single)
    print(f"single path, {single:,} of them: {took:.0f} s; another answer than the bulk path's: {differing}")
    return 1 if wrong or differing else 0


def _points(edition, count):
    rng = np.random.default_rng(20150406)
    west, south, east, north = edition.outline.extent
    rings = [shapely.get_coordinates(shapely.from_wkb(bytes(area.geom.wkb))) for area in edition.areas.all()]
    border = np.unique(np.concatenate(rings + [(ring[1:] + ring[:-1]) / 2 for ring in rings]), axis=0)
    spread = rng.uniform((west - 0.005, south - 0.005), (east + 0.005, north + 0.005), (count - len(border), 2))
    return *np.concatenate([border, spread]).T, len(border)


def _store(lon, lat):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; DROP TABLE IF EXISTS proof_point")
        cursor.execute(
            "CREATE TABLE proof_point AS SELECT n::int AS key, ST_SetSRID(ST_MakePoint(x, y), 4326) AS geom,"
            " CASE mod(n, 3) WHEN 0 THEN NULL WHEN 1 THEN 50.0 ELSE 8.0 END::float8 AS accuracy_m"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS t(x, y, n)",
            [lon.tolist(), lat.tolist()],
        )
        cursor.execute("ANALYZE proof_point; ANALYZE boundaries_square")


def _bulk(edition):
    from django.db import connection, transaction

    from cases import assignment

    start = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor, assignment.planned_for_many(cursor):
        cursor.execute("DROP TABLE IF EXISTS proof_bulk")
        query = assignment.ANSWERS.format(points="proof_point")
        cursor.execute(f"CREATE TABLE proof_bulk AS {query}", assignment.parameters_for(edition))
    took = time.monotonic() - start
    with connection.cursor() as cursor:
        cursor.execute("SELECT area_code FROM proof_bulk ORDER BY key")
        return took, np.array([code for (code,) in cursor.fetchall()])


def _by_shapely(edition, lon, lat):
    """The rule with shapely: in or within 1e-9° of a polygon; special, then smaller, then lower code."""
    areas = sorted(edition.areas.all(), key=lambda area: (not area.is_special, area.area_m2, area.code))
    points = shapely.points(lon, lat)
    found = np.full(len(lon), "", dtype="<U12")
    for area in areas:
        shape = shapely.from_wkb(bytes(area.geom.wkb))
        shapely.prepare(shape)
        found[(found == "") & shapely.dwithin(shape, points, 1e-9)] = area.code
    return found


def _single(edition, count):
    """The single look-up's own statement, once per point, inside the database."""
    from django.db import connection

    from cases import assignment

    query = assignment.ANSWERS.format(points="(SELECT p.key, p.geom, p.accuracy_m)")
    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
        cursor.execute(
            f"CREATE TEMP TABLE proof_single AS SELECT one.* FROM"
            f" (SELECT * FROM proof_point ORDER BY key LIMIT {count}) p CROSS JOIN LATERAL ({query}) one",
            assignment.parameters_for(edition),
        )
        took = time.monotonic() - start
        cursor.execute("RESET enable_hashjoin; RESET enable_mergejoin")
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE"
            f" ({_columns('one')}) IS DISTINCT FROM ({_columns('many')}))"
            " FROM proof_single one JOIN proof_bulk many USING (key)"
        )
        compared, differing = cursor.fetchone()
    return took, differing + count - compared


def _columns(table):
    return ", ".join(f"{table}.{column}" for column in COMPARED.split(", "))


if __name__ == "__main__":
    sys.exit(main())
