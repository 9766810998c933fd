"""What is computed when an edition is published: sizes, territories, holdings, the gap flag and the squares.

Holdings are what distances to another group run to: each area less the areas that go before it, so that
inside a special area the covered township's border counts for nothing. Planar metres in the edition's
CGCS2000 3-degree zone, whose scale is within 1 part in 10,000 of the ellipsoid's over a county.
"""

from django.db import connection

from boundaries import squares
from boundaries.models import Area

# Long edges are straight in degrees and bend in the zone: 300 m each keep the error under 2 mm.
LONGEST_EDGE_DEG = 0.003

SIZES = "UPDATE boundaries_area SET area_m2 = ST_Area(geom::geography) WHERE edition_id = %(edition)s"
TERRITORIES = """
UPDATE boundaries_cooperationgroup g SET territory =
    (SELECT ST_Multi(ST_Union(a.geom)) FROM boundaries_area a WHERE a.group_id = g.id)
WHERE g.edition_id = %(edition)s
"""
GAP = """
UPDATE boundaries_edition e SET has_gap = coalesce(ST_Area(ST_Difference(e.outline,
    (SELECT ST_Union(a.geom) FROM boundaries_area a WHERE a.edition_id = e.id))::geography) > 1, false)
WHERE e.id = %(edition)s RETURNING has_gap
"""
HOLDINGS = """
WITH area AS MATERIALIZED (
    SELECT id, group_id, geom, row_number() OVER (ORDER BY kind = ANY(%(special)s) DESC, area_m2, code) AS place
    FROM boundaries_area WHERE edition_id = %(edition)s
), own AS (
    SELECT a.id, a.group_id,
           CASE WHEN before.geom IS NULL THEN a.geom ELSE ST_Difference(a.geom, before.geom) END AS geom
    FROM area a CROSS JOIN LATERAL (
        SELECT ST_Union(b.geom) AS geom FROM boundaries_area b JOIN area USING (id)
        WHERE b.edition_id = %(edition)s AND b.geom && a.geom AND area.place < a.place
          AND ST_Relate(a.geom, b.geom, 'T********')
    ) before
)
INSERT INTO boundaries_holding (edition_id, area_id, group_id, geom)
SELECT %(edition)s, id, group_id,
       ST_Transform(ST_Segmentize(ST_CollectionExtract(geom, 3), %(longest_edge)s), %(metric)s)
FROM own WHERE NOT ST_IsEmpty(geom)
"""


def rebuild(edition) -> None:
    """Compute all of it anew for a draft."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(SIZES, {"edition": edition.pk})
        cursor.execute(TERRITORIES, {"edition": edition.pk})
        cursor.execute(GAP, {"edition": edition.pk})
        (edition.has_gap,) = cursor.fetchone()
        hold(edition, cursor)
        squares.rebuild(edition, cursor)
    edition.save(update_fields=["squares_per_degree"])


def hold(edition, cursor) -> None:
    """Compute the holdings anew; needs the areas' sizes."""
    cursor.execute("DELETE FROM boundaries_holding WHERE edition_id = %s", [edition.pk])
    cursor.execute(
        HOLDINGS,
        {
            "edition": edition.pk,
            "metric": edition.metric_srid,
            "special": list(Area.SPECIAL),
            "longest_edge": LONGEST_EDGE_DEG,
        },
    )
