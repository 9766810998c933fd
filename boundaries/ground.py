"""Ground in no cell: what the working tier of the grid leaves uncovered of the areas, as SQL.

The difference is taken in storage coordinates, where neighbours share their vertices to the bit; reprojecting
first would shift long edges and make slivers. Slivers stay out: under 500 m² or thinner than 4πA/P² = 0.05.
"""

from datetime import date
from functools import lru_cache

from django.db import connection

LEAST_GAP_M2 = 500
LEAST_ROUNDNESS = 0.05
WORKING_TIER = 3

# Needs %(edition)s, %(region)s and %(day)s. Gives area_code, geom (polygon, lon/lat) and area_m2.
GAPS = f"""
SELECT area_code, geom, area_m2 FROM (
    SELECT a.code AS area_code, piece.geom, ST_Area(piece.geom::geography) AS area_m2,
           ST_Perimeter(piece.geom::geography) AS perimeter_m
    FROM boundaries_area a
    CROSS JOIN LATERAL (
        SELECT ST_Union(c.geom) AS geom FROM boundaries_gridcell c
        WHERE c.region_id = %(region)s AND c.level = {WORKING_TIER} AND c.geom && a.geom
          AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)
    ) covered
    CROSS JOIN LATERAL ST_Dump(coalesce(ST_Difference(a.geom, covered.geom), a.geom)) piece
    WHERE a.edition_id = %(edition)s {{within}}
) pieces
WHERE area_m2 >= {LEAST_GAP_M2} AND 4 * pi() * area_m2 / perimeter_m ^ 2 >= {LEAST_ROUNDNESS}
"""  # noqa: S608 - only constants of this module are put in


def gaps(within: str = "") -> str:
    """The query for ground in no cell; `within` may narrow it with a condition on `a.geom`."""
    return GAPS.format(within=within)


@lru_cache(maxsize=32)
def bare(edition: int, region: str, day: date, version: str) -> tuple[list[str], list[str]]:
    """Area codes and polygons (hexadecimal EWKB, lon/lat) of the ground in no cell, worked out once for as long as
    `version`, the land's, stays what it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT area_code, ST_AsHEXEWKB(geom) FROM ({gaps()}) bare",  # noqa: S608 - see above
            {"edition": edition, "region": region, "day": day},
        )
        rows = cursor.fetchall()
    return [code for code, _geom in rows], [geom for _code, geom in rows]
