"""What is known of each grid cell's watch, kept up to date: only what a change touched is worked out anew.

Triggers mark cells and places under any write; whoever reads next works those out, one at a time a region. A new day
begins everything anew, for its windows move. Of a day gone by the same is worked out by the same SQL and not kept.
Where a case lay then and whether it was true is what is known today: a correction mends the past as well.
"""

import math
import time
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from boundaries import versions
from boundaries.models import Edition, PatrolVisit
from boundaries.rules import ruled
from boundaries.visits import LEAST_LEVEL
from cases.models import CellFacts, CoverageState
from cases.models.case import Channel
from cases.proposals import FOUND_TRUE
from cases.spells import end_of
from cases.workflow import OPEN, Status
from gis_core.db.measured import square_metres

NOTHING = (Status.UNFOUNDED, Status.VOID, Status.MERGED)  # there was no case, or it is another's
ATTEMPTS = 3
OWN_CHANNELS = (Channel.GRID_FEEDBACK, Channel.PATROL)  # found by those who watch


def _listed(values) -> str:
    return ", ".join(f"'{value}'" for value in values)


COLUMNS = (
    "area_m2, last_visit_at, last_patrol_id, tracked, seen, seen_m2, open_cases, cases, heat, reports, others,"
    " others_true, true_cases"
)
DAYS_AGO = "((%(day)s::date - {days}::int)::timestamp AT TIME ZONE %(zone)s)"
_FACTS = f"""
{{ruled}}, watched AS MATERIALIZED (
    SELECT c.id, c.geom, c.region_id, coalesce(c.patrol_days, ruled.patrol_days) AS patrol_days,
           ruled.half_life_days, ruled.major_weight, ruled.silent_days
    FROM boundaries_gridcell c JOIN ruled USING (area_code, level)
    WHERE c.region_id = %(region)s AND {{which}}
), facts AS (
    SELECT w.id AS cell_id, {square_metres("w.geom")} AS area_m2,
           visit.ended_at AS last_visit_at, visit.patrol_id AS last_patrol_id,
           coalesce(seen.tracked, false) AS tracked, seen.ground AS seen,
           coalesce({square_metres("seen.ground")}, 0) AS seen_m2, work.*
    FROM watched w
    LEFT JOIN LATERAL (
        SELECT v.ended_at, v.patrol_id FROM boundaries_patrolvisit v
        WHERE v.cell_id = w.id AND v.entered AND v.counts AND v.ended_at <= %(until)s
        ORDER BY v.ended_at DESC LIMIT 1
    ) visit ON true
    LEFT JOIN LATERAL (
        SELECT bool_or(v.entered AND v.evidence = '{PatrolVisit.Evidence.TRACK}') AS tracked,
               ST_UnaryUnion(ST_Collect(v.seen)) AS ground
        FROM boundaries_patrolvisit v
        WHERE v.cell_id = w.id AND v.seen IS NOT NULL AND v.counts
          AND v.ended_at >= {DAYS_AGO.format(days="w.patrol_days")} AND v.ended_at <= %(until)s
    ) seen ON true
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE is_open) AS open_cases, count(*) AS cases,
               coalesce(sum(CASE WHEN k.is_major THEN w.major_weight ELSE 1 END * exp(
                   -{math.log(2)!r} * extract(epoch FROM %(midnight)s::timestamptz - k.reported_at)::float8
                   / 86400 / w.half_life_days)), 0) AS heat,
               count(*) FILTER (WHERE recent AND own) AS reports,
               count(*) FILTER (WHERE recent AND NOT own) AS others,
               count(*) FILTER (WHERE recent AND NOT own AND is_true) AS others_true,
               count(*) FILTER (WHERE recent AND is_true) AS true_cases
        FROM (
            SELECT k.is_major, k.reported_at, k.status IN ({_listed(FOUND_TRUE)}) AS is_true,
                   k.channel IN ({_listed(OWN_CHANNELS)}) AS own,
                   k.status IN ({_listed(OPEN)}) OR coalesce(k.ended_at > %(until)s, false) AS is_open,
                   k.reported_at >= {DAYS_AGO.format(days="w.silent_days")} AS recent
            FROM cases_case k
            WHERE k.region_id = w.region_id AND k.geom && w.geom AND ST_Covers(w.geom, k.geom)
              AND k.reported_at <= %(until)s
              AND NOT (k.status IN ({_listed(NOTHING)}) AND coalesce(k.ended_at <= %(until)s, true))
        ) k
    ) work
)"""  # noqa: S608 - only constants are put in
LASTING = f"c.level >= {LEAST_LEVEL} AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)"
THEN = "c.level = %(level)s AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)"
KEEP = f"""
WITH {{facts}}
INSERT INTO cases_cellfacts (region_id, cell_id, {COLUMNS})
SELECT %(region)s, cell_id, {COLUMNS} FROM facts
ON CONFLICT (region_id, cell_id) DO UPDATE
SET ({COLUMNS}) = ROW({", ".join(f"excluded.{name}" for name in COLUMNS.split(", "))})
"""  # noqa: S608 - likewise
# What a visit that came in adds to what is known already.
GROW = f"""
WITH {{ruled}}, added AS (
    SELECT v.cell_id, max(v.ended_at) FILTER (WHERE v.entered) AS last_visit_at,
           (array_agg(v.patrol_id ORDER BY v.ended_at DESC) FILTER (WHERE v.entered))[1] AS last_patrol_id,
           coalesce(bool_or(recent AND v.entered AND v.evidence = '{PatrolVisit.Evidence.TRACK}'), false) AS tracked,
           ST_Union(v.seen) FILTER (WHERE recent) AS seen
    FROM boundaries_patrolvisit v JOIN boundaries_gridcell c ON c.id = v.cell_id JOIN ruled USING (area_code, level)
    CROSS JOIN LATERAL (
        SELECT v.seen IS NOT NULL
            AND v.ended_at >= {DAYS_AGO.format(days="coalesce(c.patrol_days, ruled.patrol_days)")} AS recent
    ) of_round
    WHERE v.id = ANY(%(visits)s) AND v.counts AND v.ended_at <= %(until)s
    GROUP BY v.cell_id
), grown AS MATERIALIZED (
    SELECT f.cell_id, a.last_visit_at, a.last_patrol_id, a.tracked,
           CASE WHEN f.seen IS NOT NULL AND a.seen IS NOT NULL THEN ST_Union(f.seen, a.seen)
                ELSE coalesce(f.seen, a.seen) END AS seen
    FROM added a JOIN cases_cellfacts f ON f.region_id = %(region)s AND f.cell_id = a.cell_id
)
UPDATE cases_cellfacts f
SET last_visit_at = greatest(f.last_visit_at, g.last_visit_at), tracked = f.tracked OR g.tracked,
    last_patrol_id = CASE WHEN f.last_visit_at >= g.last_visit_at THEN f.last_patrol_id
                          ELSE coalesce(g.last_patrol_id, f.last_patrol_id) END,
    seen = g.seen, seen_m2 = coalesce({square_metres("g.seen")}, 0)
FROM grown g WHERE f.region_id = %(region)s AND f.cell_id = g.cell_id
"""  # noqa: S608 - likewise
# By cell the visits that came in, or none where something else happened too; no cell where all is to be done anew.
TAKE = """
WITH taken AS (
    DELETE FROM cases_cellmark WHERE region_id = %(region)s RETURNING cell_id, place, visit_id
), marked AS (
    SELECT cell_id AS id, visit_id FROM taken WHERE place IS NULL
    UNION ALL
    SELECT c.id, NULL FROM taken JOIN boundaries_gridcell c ON ST_Covers(c.geom, taken.place)
    WHERE taken.place IS NOT NULL AND c.region_id = %(region)s
)
SELECT id, CASE WHEN bool_and(visit_id IS NOT NULL) THEN array_agg(visit_id) ELSE '{}' END FROM marked GROUP BY id
"""
STANDING = """
SELECT coalesce((SELECT sum(number) FROM boundaries_dataversion WHERE scope = ANY(%(scopes)s)), 0),
       (SELECT day FROM cases_coveragestate WHERE region_id = %(region)s),
       EXISTS (SELECT FROM cases_cellmark WHERE region_id = %(region)s)
"""


def facts(which: str) -> str:
    """Common table `facts`: one row a cell for which `which` holds, as of %(until)s, a moment of %(day)s; its heat as
    of %(midnight)s. Brings `ruled` with it."""
    return _FACTS.format(ruled=ruled(which), which=which)


def told(region: str, day: date, **more) -> dict:
    """The parameters of _FACTS for a day of the region; `until` is its end, and for today as long as it lasts."""
    edition = Edition.objects.current(region, day)
    return {
        "region": region, "edition": edition and edition.pk, "day": day, "midnight": end_of(day), "until": end_of(day),
        "zone": settings.TIME_ZONE, **more,
    }  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """`version` changes with any committed write that coverage hangs on, and with the day; `is_fresh`: the kept facts
    hold all of them."""

    version: str
    is_fresh: bool


def standing(region: str) -> Standing:
    """One small query."""
    today = timezone.localdate()
    scopes = [versions.LAND, f"watch:{region}", f"cases:{region}"]
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"region": region, "scopes": scopes})
        number, day, is_marked = cursor.fetchone()
    return Standing(f"{number} {today}", day == today and not is_marked)


def fresh(region: str) -> Standing:
    """The same, with the kept facts brought up to what is committed now.

    What somebody wrote meanwhile is taken in too: else what is read from the facts would pass for that write's version.
    Where writes never cease, the version says that the facts are behind.
    """
    for _attempt in range(ATTEMPTS):
        found = standing(region)
        if found.is_fresh:
            return found
        _keep(region, timezone.localdate())
    found = standing(region)
    return found if found.is_fresh else replace(found, version=f"{found.version} behind {time.monotonic_ns()}")


@transaction.atomic
def _keep(region: str, today: date) -> None:
    CoverageState.objects.get_or_create(region_id=region)
    state = CoverageState.objects.select_for_update().get(region=region)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"region": region})
        marked = dict(cursor.fetchall())
    if None in marked or state.day != today:
        _begin_anew(region, today)
        CoverageState.objects.filter(region=region).update(day=today)
        return
    _grow(region, today, {cell: visits for cell, visits in marked.items() if visits})
    if changed := [cell for cell, visits in marked.items() if not visits]:
        work_out(region, today, "AND c.id = ANY(%(cells)s)", cells=changed)


def _grow(region: str, today: date, came_in: dict[int, list[int]]) -> None:
    visits = [visit for of_cell in came_in.values() for visit in of_cell]
    if visits:
        parameters = told(region, today, cells=list(came_in), visits=visits)
        with connection.cursor() as cursor:
            cursor.execute(GROW.format(ruled=ruled("c.id = ANY(%(cells)s)")), parameters)


def _begin_anew(region: str, today: date) -> None:
    CellFacts.objects.filter(region=region).delete()
    work_out(region, today)


def work_out(region: str, today: date, which: str = "", **more) -> None:
    """Write the facts of the cells that `which` leaves, of those that have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(facts=facts(f"{LASTING} {which}")), told(region, today, **more))
