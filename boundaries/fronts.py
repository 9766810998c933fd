"""Fronts: the lines that a point's distance to another cooperation group is measured against.

For a point of area A the nearest ground of another group lies on the border of all other groups' ground
taken together (inner lines between them cannot be nearest), and no farther from A than
reach(A) = distance(c, others) + greatest distance(c, A), c being A's centre. So each area keeps just those
segments: exact, and a hundred times fewer than all borders. Planar metres in the edition's CGCS2000 3-degree
zone, whose scale is within 1 part in 10,000 of the ellipsoid's over a county.
"""

from django.db import connection

FRONTS = """
WITH area AS MATERIALIZED (
    SELECT id, group_id, ST_Transform(geom, %(metric)s) AS geom FROM boundaries_area WHERE edition_id = %(edition)s
), reach AS MATERIALIZED (
    SELECT a.id, a.group_id, a.geom,
           ST_MaxDistance(ST_Centroid(a.geom), a.geom)
           + (SELECT min(ST_Distance(ST_Centroid(a.geom), b.geom)) FROM area b
              WHERE b.group_id IS DISTINCT FROM a.group_id) AS metres
    FROM area a
    UNION ALL
    SELECT NULL, NULL, NULL, NULL
), border AS (
    SELECT r.id AS area_id, r.geom, r.metres, r.group_id, ST_Boundary(ST_Union(b.geom)) AS line
    FROM reach r JOIN area b ON r.id IS NULL
        OR (b.group_id IS DISTINCT FROM r.group_id AND ST_DWithin(b.geom, r.geom, r.metres))
    GROUP BY r.id, r.geom, r.metres, r.group_id
), segment AS (
    SELECT border.area_id, border.group_id, s.geom
    FROM border, ST_DumpSegments(border.line) s
    WHERE border.area_id IS NULL OR ST_DWithin(s.geom, border.geom, border.metres)
)
INSERT INTO boundaries_front (edition_id, area_id, other_area_id, geom)
SELECT %(edition)s, s.area_id, owner.id, ST_LineMerge(ST_Collect(s.geom))
FROM segment s CROSS JOIN LATERAL (
    SELECT b.id FROM area b
    WHERE (s.area_id IS NULL OR b.group_id IS DISTINCT FROM s.group_id)
      AND ST_DWithin(b.geom, ST_LineInterpolatePoint(s.geom, 0.5), 0.001)
    ORDER BY b.id LIMIT 1
) owner
GROUP BY s.area_id, owner.id
"""


def rebuild(edition) -> None:
    """Compute the fronts of a draft anew, with each area's size, each group's territory and the gap flag."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE boundaries_area SET area_m2 = ST_Area(geom::geography) WHERE edition_id = %s", [edition.pk])
        cursor.execute(
            "UPDATE boundaries_cooperationgroup g SET territory ="
            " (SELECT ST_Multi(ST_Union(a.geom)) FROM boundaries_area a WHERE a.group_id = g.id)"
            " WHERE g.edition_id = %s",
            [edition.pk],
        )
        cursor.execute("DELETE FROM boundaries_front WHERE edition_id = %s", [edition.pk])
        cursor.execute(FRONTS, {"edition": edition.pk, "metric": edition.metric_srid})
        cursor.execute(
            "UPDATE boundaries_edition e SET has_gap = coalesce(ST_Area(ST_Difference(e.outline,"
            " (SELECT ST_Union(a.geom) FROM boundaries_area a WHERE a.edition_id = e.id))::geography) > 1, false)"
            " WHERE e.id = %s RETURNING has_gap",
            [edition.pk],
        )
        (edition.has_gap,) = cursor.fetchone()
