"""Which cells a patrol visited, and what ground of them it saw: worked out from geometry, by the database.

Metres are those of the ellipsoid. A track is drawn without its least wiggles before it is widened: the edge of the
ground seen moves by less than that share of the radius, the least of `WIGGLES` that leaves `MOST_CORNERS`. The first
is enough for a day's walk; a receiver that trembles twice a second for a day needs more, by less than it trembles. It
is widened in pieces: what winds about itself costs the square of its corners otherwise.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from boundaries.models import Edition, Patrol, PatrolVisit
from boundaries.models.patrol import Doubt
from boundaries.rules import of_points, ruled

LEAST_LEVEL = 2  # a township is too much ground for one patrol to show anything of
WIGGLES = (0.02, 0.05, 0.1, 0.2, 0.4)
MOST_CORNERS = 5000
PIECE = 64  # corners that are widened at once
DEGREE_M = 111_000  # of latitude; a degree of longitude is shorter, so what is looked at is more than enough
QUARTER = 16  # corners of a quarter circle


def _pieces(source: str, way: str, more: str = "") -> str:
    """Rows of a line each, of at most PIECE legs, or a point where somebody stood still: asked one by one, a long way
    costs what its pieces cost."""
    return f"""
    SELECT id{more}, CASE WHEN ST_Length(line) > 0 THEN line ELSE ST_StartPoint(line) END AS piece FROM (
        SELECT id{more}, ST_MakeLine(array_prepend(
            (array_agg(was ORDER BY nth))[1], array_agg(geom ORDER BY nth))) AS line
        FROM (
            SELECT {source}.id{more}, dumped.geom, dumped.path[1] AS part, dumped.path[2] - 2 AS nth,
                   lag(dumped.geom) OVER (PARTITION BY {source}.id{more}, dumped.path[1] ORDER BY dumped.path[2]) AS was
            FROM {source}, LATERAL ST_DumpPoints({way}) dumped
        ) points
        WHERE nth >= 0 GROUP BY id{more}, part, nth / {PIECE}
    ) lines"""  # noqa: S608 - only constants are put in


VISITS = f"""
WITH {{ruled}}, walked AS MATERIALIZED (
    SELECT p.id, p.ended_at, p.counts, p.track, i.place AS checked FROM boundaries_patrol p
    LEFT JOIN LATERAL (
        SELECT ST_Collect(i.geom) AS place FROM boundaries_checkin i
        WHERE i.patrol_id = p.id AND coalesce(i.accuracy_m, 0) <= %(most_accuracy_m)s
    ) i ON true
    WHERE p.region_id = %(region)s AND {{patrols}}
), drawn AS MATERIALIZED (
    SELECT walked.id, metres, (
        SELECT way FROM unnest(ARRAY{list(WIGGLES)}) WITH ORDINALITY wiggles (share, nth)
        CROSS JOIN LATERAL ST_Simplify(track, metres * share / {DEGREE_M}, true) way
        WHERE nth = {len(WIGGLES)} OR ST_NPoints(way) <= {MOST_CORNERS} LIMIT 1
    ) AS way
    FROM walked CROSS JOIN (SELECT DISTINCT track_radius_m AS metres FROM ruled WHERE level >= {LEAST_LEVEL}) radii
    WHERE track IS NOT NULL
), widened AS MATERIALIZED (
    SELECT id, metres, ST_Union(ST_Buffer(piece::geography, metres, 'quad_segs={QUARTER}')::geometry) AS ground
    FROM ({_pieces("drawn", "ST_Multi(way)", ", metres")}) pieces GROUP BY id, metres
), steps AS MATERIALIZED ({_pieces("walked", "track")}
), cells AS (
    SELECT c.id, c.geom, ruled.track_radius_m AS metres FROM boundaries_gridcell c JOIN ruled USING (area_code, level)
    WHERE c.region_id = %(region)s AND c.level >= {LEAST_LEVEL} AND {{cells}}
), shown AS (
    SELECT walked.id AS patrol_id, cells.id AS cell_id, walked.ended_at, walked.counts, EXISTS (
               SELECT FROM steps WHERE steps.id = walked.id AND ST_Intersects(cells.geom, steps.piece)
           ) AS on_track, false AS checked_in,
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
