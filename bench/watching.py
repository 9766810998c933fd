"""Coverage of 10,000 cells with 1,000,000 track points and 100,000 open cases: everything anew, one patrol, a read.

In a database of its own, kept between runs. What is compared is equal: facts that one patrol's update leaves are
those of everything worked out anew.
"""

import math
import random
import uuid
from datetime import timedelta

from django.contrib.gis.geos import GEOSGeometry
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from bench import database
from bench.timing import Finding, percentile, ratio, seconds, timed
from boundaries import visits
from boundaries.models import GridCell, GridPost, Patrol, User
from cases import coverage
from cases.coverage import facts
from cases.models import Case, CellFacts, CoverageState
from gis_core import srid

NAME = "bench_enforcement_watch"
REGION = "410182"
CELLS, POINTS, OPEN_CASES = 10_000, 1_000_000, 100_000
OF_A_PATROL = 500
STEP_DEG = 0.0002  # of a walk, about 20 m
SIDE_DEG = 0.00315
ROUNDS, PATROLS = 5, 20
TILE = "/tiles/coverage-gaps/11/1668/812.mvt"
AT_ONCE = 50
GRID = f"""
INSERT INTO boundaries_gridcell (region_id, code, name, level, kind, area_code, schematic, valid_from, geom)
SELECT '{REGION}', lpad(left(a.code, 9), 9, '0') || lpad((row_number() OVER (ORDER BY a.code, s.i, s.j))::text, 6, '0'),
       'cell', 3, 'ordinary', a.code, true, '2020-01-01',
       ST_Multi(ST_CollectionExtract(ST_Intersection(a.geom, s.geom), 3))
FROM boundaries_area a JOIN boundaries_edition e ON e.id = a.edition_id
CROSS JOIN LATERAL ST_SquareGrid({SIDE_DEG}, a.geom) s
WHERE e.region_id = '{REGION}' AND ST_Area(ST_Intersection(a.geom, s.geom)) > 1e-7
"""
OPENED = """
ALTER TABLE cases_case DISABLE TRIGGER USER;
UPDATE cases_case SET status = 'investigating', ended_at = NULL WHERE ended_at IS NOT NULL;
ALTER TABLE cases_case ENABLE TRIGGER USER
"""
SEEN = """
SELECT c.id, sum(area) FROM boundaries_gridcell c CROSS JOIN LATERAL (
    SELECT ST_Area(ST_UnaryUnion(ST_Collect(v.seen))::geography) AS area FROM boundaries_patrolvisit v
    WHERE v.cell_id = c.id AND v.seen IS NOT NULL AND v.counts
) seen WHERE c.region_id = %s AND c.level >= 2 GROUP BY 1
"""
IN_CELLS = """
SELECT c.id, n FROM boundaries_gridcell c CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM cases_case k WHERE k.region_id = c.region_id AND ST_Covers(c.geom, k.geom)
) work WHERE c.region_id = %s AND c.level >= 2
"""
SIZES = "SELECT id, ST_Area(geom::geography) FROM boundaries_gridcell WHERE region_id = %s AND level >= 2"
STEPS = {"ground seen": SEEN, "cases in cells": IN_CELLS, "sizes": SIZES}


def findings():
    connections["default"].close()
    before = connection.settings_dict["NAME"]
    database.use(NAME)
    connection.settings_dict["NAME"] = NAME
    try:
        _fill()
        yield from _anew()
        yield from _one_patrol()
        yield from _read()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _fill():
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    database.fill(OPEN_CASES)
    with connection.cursor() as cursor:
        if Case.objects.open().count() < OPEN_CASES:
            cursor.execute(OPENED)
        cells = GridCell.objects.of_level(3).valid_on(timezone.localdate())
        if cells.count() < CELLS:
            print(f"Making {CELLS:,} cells and {POINTS:,} points of tracks; this takes a while, once.", flush=True)
            GridCell.objects.filter(parent__isnull=False).delete()
            GridCell.objects.all().delete()
            cursor.execute(GRID)
            Patrol.objects.all().delete()
    GridPost.objects.bulk_create(
        [GridPost(cell=cell, role="grid_worker", holder="网格员", valid_from=cell.valid_from)
         for cell in cells.filter(posts=None)]
    )  # fmt: skip
    _walk(random.Random(20150406))  # noqa: S311 -- seeded, not secret
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _walk(rng):
    missing = POINTS // OF_A_PATROL - Patrol.objects.count()
    while missing > 0:
        made = [
            _patrol(rng, timezone.now() - timedelta(days=rng.uniform(0, 14))) for _each in range(min(AT_ONCE, missing))
        ]
        visits.record(Patrol.objects.bulk_create(made))
        missing -= len(made)


def _patrol(rng, ended) -> Patrol:
    lon, lat, heading = rng.uniform(113.25, 113.5), rng.uniform(34.65, 34.9), rng.uniform(0, 2 * math.pi)
    line = []
    for _step in range(OF_A_PATROL):
        heading += rng.gauss(0, 0.15)
        lon, lat = lon + STEP_DEG * math.cos(heading), lat + STEP_DEG * math.sin(heading)
        line.append((lon, lat))
    text = ", ".join(f"{x:.7f} {y:.7f}" for x, y in line)
    started = ended - timedelta(seconds=20 * OF_A_PATROL)
    return Patrol(
        region_id=REGION, key=uuid.UUID(int=rng.getrandbits(128)), officer_name="网格员", started_at=started,
        ended_at=ended, source="gpx", result="nothing_found",
        points=GEOSGeometry(f"MULTIPOINT ({text})", srid=srid.STORAGE),
        times=[started.timestamp() + 20 * step for step in range(OF_A_PATROL)],
        track=GEOSGeometry(f"MULTILINESTRING (({text}))", srid=srid.STORAGE),
    )  # fmt: skip


def _counts() -> str:
    cells = GridCell.objects.valid_on(timezone.localdate()).of_level(3).count()
    points = Patrol.objects.count() * OF_A_PATROL
    return f"{cells:,} cells, {points:,} track points, {Case.objects.open().count():,} open cases"


def _everything():
    CoverageState.objects.filter(region=REGION).update(day=None)
    facts.fresh(REGION)


def _raw(text):
    with connection.cursor() as cursor:
        cursor.execute(text, [REGION])
        cursor.fetchall()


def _anew():
    _everything()
    found = {name: [] for name in ("whole", *STEPS)}
    for _round in range(ROUNDS):
        found["whole"].append(seconds(_everything))
        for name, text in STEPS.items():
            found[name].append(seconds(lambda text=text: _raw(text)))
    heaviest = max(STEPS, key=lambda name: sum(found[name]))
    middle, _least = ratio(found["whole"], found[heaviest])
    worst = max(a / b for a, b in zip(found["whole"], found[heaviest], strict=True))
    yield Finding(
        f"coverage of {_counts()}, everything anew, beside the raw SQL of its heaviest step ({heaviest})",
        f"{middle:.2f} × (worst round {worst:.2f} ×; {sorted(found['whole'])[ROUNDS // 2]:.2f} s)", "≤ 3 ×", worst <= 3,
    )  # fmt: skip


def _told():
    known = CellFacts.objects.filter(region=REGION).values_list("cell_id", "last_visit_at", "open_cases", "seen_m2")
    return {cell: its for cell, *its in known}


def _differ(one, other) -> bool:
    """By more than the order in which ground is put together makes: a tenth of a square metre."""
    return one is None or one[:2] != other[:2] or abs(one[2] - other[2]) > 0.1


def _one_patrol():
    rng = random.Random(7)  # noqa: S311 -- seeded, not secret
    whole = seconds(_everything)
    times, intake = [], []
    for _each in range(PATROLS):
        patrol = _patrol(rng, timezone.now())
        patrol.save()
        intake.append(seconds(lambda patrol=patrol: visits.record([patrol])))
        times.append(seconds(lambda: facts.fresh(REGION)))
    kept = _told()
    _everything()
    anew = _told()
    differing = sum(_differ(kept.get(cell), its) for cell, its in anew.items()) + len(kept.keys() - anew.keys())
    Patrol.objects.filter(ended_at__gte=timezone.now() - timedelta(minutes=10)).delete()
    facts.fresh(REGION)
    update = percentile(times, 50)
    yield Finding(
        "… one patrol of 500 points: what it touches worked out anew, beside everything",
        f"{whole / update:.0f} × cheaper ({update * 1000:.1f} ms, worst {max(times) * 1000:.1f} ms)",
        "≥ 100 ×", whole / update >= 100,
    )  # fmt: skip
    yield Finding("… its cells and the ground it saw, when it comes in", f"{percentile(intake, 50) * 1000:.1f} ms")
    yield Finding("… cells that differ from those of everything anew", str(differing), "0", not differing)


def _read():
    first, _found = timed(lambda: coverage.of(REGION))
    again = percentile([seconds(lambda: coverage.of(REGION)) for _each in range(20)], 50)
    yield Finding("… every cell's status read for a page, the first time in a minute", f"{first * 1000:.0f} ms")
    yield Finding("… again", f"{again * 1000:.1f} ms")
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="coordinator1"))
    for what, path in (("the coverage page, its first hundred rows", "/coverage/"), ("its tile at z11", TILE)):
        opened = [seconds(lambda path=path: client.get(path)) for _each in range(PATROLS)]
        yield Finding(
            f"… {what}, in this process",
            f"{percentile(opened, 50) * 1000:.0f} ms, p95 {percentile(opened, 95) * 1000:.0f} ms",
        )
