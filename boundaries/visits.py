"""Which cells a patrol visited, and what ground of them it saw: worked out from geometry, by the database.

Metres are those of the ellipsoid. A track is drawn without its least wiggles (`WIGGLE`) before it is widened: the
edge of the ground seen moves by less than that share of the radius.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from boundaries.models import Edition, Patrol, PatrolVisit
from boundaries.models.patrol import Doubt
from boundaries.rules import of_points, ruled

LEAST_LEVEL = 2  # a township is too much ground for one patrol to show anything of
WIGGLE = 0.02
DEGREE_M = 111_000  # of latitude; a degree of longitude is shorter, so what is looked at is more than enough
QUARTER = 16  # corners of a quarter circle

VISITS = f"""
WITH {{ruled}}, walked AS MATERIALIZED (
    SELECT p.id, p.ended_at, p.counts, p.track, i.place AS checked FROM boundaries_patrol p
    LEFT JOIN LATERAL (
        SELECT ST_Collect(i.geom) AS place FROM boundaries_checkin i
        WHERE i.patrol_id = p.id AND coalesce(i.accuracy_m, 0) <= %(most_accuracy_m)s
    ) i ON true
    WHERE p.region_id = %(region)s AND {{patrols}}
), widened AS MATERIALIZED (
    SELECT walked.id, metres, ST_Buffer(
        ST_Simplify(track, metres * {WIGGLE} / {DEGREE_M})::geography, metres, 'quad_segs={QUARTER}'
    )::geometry AS ground
    FROM walked CROSS JOIN (SELECT DISTINCT track_radius_m AS metres FROM ruled WHERE level >= {LEAST_LEVEL}) radii
    WHERE track IS NOT NULL
), cells AS (
    SELECT c.id, c.geom, ruled.track_radius_m AS metres FROM boundaries_gridcell c JOIN ruled USING (area_code, level)
    WHERE c.region_id = %(region)s AND c.level >= {LEAST_LEVEL} AND {{cells}}
), shown AS (
    SELECT walked.id AS patrol_id, cells.id AS cell_id, walked.ended_at, walked.counts,
           ST_Intersects(walked.track, cells.geom) AS on_track, false AS checked_in,
           ST_CollectionExtract(ST_Intersection(widened.ground, cells.geom), 3) AS seen
    FROM walked JOIN widened ON widened.id = walked.id
    JOIN cells ON cells.metres = widened.metres AND ST_Intersects(cells.geom, widened.ground)
    UNION ALL
    SELECT walked.id, cells.id, walked.ended_at, walked.counts, false, true, NULL
    FROM walked JOIN cells ON ST_Intersects(cells.geom, walked.checked)
)
INSERT INTO boundaries_patrolvisit (patrol_id, cell_id, entered, evidence, ended_at, counts, seen)
SELECT patrol_id, cell_id, bool_or(on_track OR checked_in),
       CASE WHEN bool_or(on_track) OR NOT bool_or(checked_in) THEN '{PatrolVisit.Evidence.TRACK}'
            ELSE '{PatrolVisit.Evidence.CHECK_IN}' END,
       ended_at, counts, (array_agg(seen) FILTER (WHERE NOT ST_IsEmpty(seen)))[1]
FROM shown GROUP BY patrol_id, cell_id, ended_at, counts
ON CONFLICT (patrol_id, cell_id) DO UPDATE
SET entered = excluded.entered, evidence = excluded.evidence, ended_at = excluded.ended_at, counts = excluded.counts,
    seen = excluded.seen
"""  # noqa: S608 - only constants are put in
OF_PATROLS = {"patrols": "p.id = ANY(%(ids)s)", "cells": "true"}
# Of a cell that is new: the patrols that came near it, however long ago.
OF_CELLS = {
    "patrols": f"""EXISTS (
        SELECT FROM boundaries_gridcell n WHERE n.id = ANY(%(ids)s) AND (
            p.track && ST_Expand(n.geom, 2000.0 / {DEGREE_M})
            OR EXISTS (SELECT FROM boundaries_checkin i WHERE i.patrol_id = p.id AND ST_Covers(n.geom, i.geom))))""",  # noqa: S608 - likewise
    "cells": "c.id = ANY(%(ids)s)",
}


@transaction.atomic
def record(patrols: Sequence[Patrol]) -> None:
    """Work out anew what these patrols of one region visited; of one that touches no cell, say so (NO_EVIDENCE)."""
    if not patrols:
        return
    ids = [patrol.pk for patrol in patrols]
    PatrolVisit.objects.filter(patrol__in=ids).delete()
    _write(patrols[0].region_id, ids, OF_PATROLS)
    inside = set(PatrolVisit.objects.filter(patrol__in=ids, entered=True).values_list("patrol_id", flat=True))
    for patrol in patrols:
        doubts = [doubt for doubt in patrol.doubts if doubt != Doubt.NO_EVIDENCE]
        doubts += [] if patrol.pk in inside else [Doubt.NO_EVIDENCE.value]
        if doubts != patrol.doubts:
            patrol.doubts = doubts
            patrol.save(update_fields=["doubts"])


@transaction.atomic
def record_of_cells(region, cells: Sequence[int]) -> None:
    """The same for cells, by key, that are new or whose ground or rules changed."""
    PatrolVisit.objects.filter(cell__in=cells).delete()
    _write(region, list(cells), OF_CELLS)


def _write(region, ids, which) -> None:
    edition = Edition.objects.current(region)
    told = {"region": getattr(region, "pk", region), "edition": edition and edition.pk, "ids": ids, **of_points(region)}
    with connection.cursor() as cursor:
        cursor.execute(VISITS.format(ruled=ruled(which["cells"]), **which), told)
