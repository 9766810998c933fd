"""Ground in no cell, ground in two, and ground of no group: the grid held against the land, as SQL.

Differences are taken in storage coordinates, where neighbours share their vertices to the bit; reprojecting
first would shift long edges and make slivers. Square metres are those of the ellipsoid. Slivers are no gaps: under
500 m² or thinner than 4πA/P² = 0.05 (domain page 6, C1); they are told beside.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from boundaries.models import GridCell
from gis_core import srid
from gis_core.db.measured import square_metres
from gis_core.kept import Kept

LEAST_GAP_M2 = 500
LEAST_ROUNDNESS = 0.05
LEAST_OVERLAP_M2 = 500
WORKING_TIER, COARSER_TIER = 3, 2
MOST_KEPT = 32  # grids of a region and day

IN_FORCE = """c.region_id = %(region)s AND c.level = %(level)s
          AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)"""
# Needs %(edition)s, %(region)s, %(level)s and %(day)s. Gives area_code, geom (polygon, lon/lat), area_m2 and `gap`,
# which is false for slivers.
PIECES = f"""
SELECT area_code, geom, area_m2,
       area_m2 >= {LEAST_GAP_M2} AND 4 * pi() * area_m2 / nullif(perimeter_m, 0) ^ 2 >= {LEAST_ROUNDNESS} AS gap
FROM (
    SELECT a.code AS area_code, piece.geom, {square_metres("piece.geom")} AS area_m2,
           ST_Perimeter(piece.geom::geography) AS perimeter_m
    FROM boundaries_area a
    CROSS JOIN LATERAL (
        SELECT ST_Union(c.geom) AS geom FROM boundaries_gridcell c WHERE {IN_FORCE} AND c.geom && a.geom
    ) covered
    CROSS JOIN LATERAL ST_Dump(coalesce(ST_Difference(a.geom, covered.geom), a.geom)) piece
    WHERE a.edition_id = %(edition)s
) pieces
WHERE area_m2 > 0
"""  # noqa: S608 - only constants of this module are put in
WHOLE = f"SELECT code, {square_metres('geom')} FROM boundaries_area WHERE edition_id = %(edition)s"  # noqa: S608
OVERLAPS = f"""
SELECT one, other, area_m2, ST_AsHEXEWKB(geom) FROM (
    SELECT c.code AS one, d.code AS other, ST_CollectionExtract(ST_Intersection(c.geom, d.geom), 3) AS geom
    FROM boundaries_gridcell c JOIN boundaries_gridcell d ON d.id > c.id AND ST_Overlaps(c.geom, d.geom)
                                                          OR d.id <> c.id AND ST_Contains(c.geom, d.geom)
    WHERE {IN_FORCE} AND {IN_FORCE.replace("c.", "d.")} AND '{GridCell.Kind.SPECIAL}' NOT IN (c.kind, d.kind)
) pairs CROSS JOIN LATERAL (SELECT {square_metres("geom")} AS area_m2) size
WHERE area_m2 > {LEAST_OVERLAP_M2} ORDER BY one, other
"""  # noqa: S608 - likewise

# Of the region's outline what is in no area and no neighbour's (C1b).
UNANSWERED = f"""
SELECT coalesce(sum({square_metres("piece.geom")}), 0)
FROM boundaries_edition e CROSS JOIN LATERAL ST_Dump(
    ST_Difference(ST_Difference(e.outline, (SELECT ST_Union(geom) FROM boundaries_area WHERE edition_id = e.id)),
        coalesce((SELECT ST_Union(geom) FROM boundaries_neighbour WHERE edition_id = e.id),
                 ST_SetSRID('POLYGON EMPTY'::geometry, {srid.STORAGE})))) piece
WHERE e.id = %(edition)s
"""  # noqa: S608 - likewise
LEVELS = f"SELECT DISTINCT level FROM boundaries_gridcell c WHERE {IN_FORCE.replace('= %(level)s', '> 1')}"  # noqa: S608


@dataclass(frozen=True)
class Gap:
    """A piece of ground in no cell; `geom` is hexadecimal EWKB, lon/lat."""

    area_code: str
    geom: str
    area_m2: float


@dataclass(frozen=True)
class Overlap:
    """Two cells, by code, that both answer for the same ground."""

    one: str
    other: str
    area_m2: float
    geom: str


@dataclass(frozen=True)
class Ground:
    """The grid of one tier on a day, held against the areas of that day's edition; square metres by area code."""

    level: int
    whole_m2: dict[str, float]
    gaps: tuple[Gap, ...]
    slivers: dict[str, int]
    slivers_m2: dict[str, float]
    overlaps: tuple[Overlap, ...]
    unanswered_m2: float


_kept = Kept(MOST_KEPT)


def working_tier(region: str, day: date) -> int:
    """The tier that is watched: village groups, or villages where a city has no finer cells (domain page 6)."""
    with connection.cursor() as cursor:
        cursor.execute(LEVELS, {"region": region, "day": day})
        levels = {level for (level,) in cursor.fetchall()}
    return COARSER_TIER if COARSER_TIER in levels and WORKING_TIER not in levels else WORKING_TIER


def measured(edition: int, region: str, day: date, level: int, version: str) -> Ground:
    """Worked out once for as long as `version`, the land's, stays what it is."""
    return _kept.get((edition, region, day, level, version), lambda: _measure(edition, region, day, level))


def _measure(edition: int, region: str, day: date, level: int) -> Ground:
    told = {"edition": edition, "region": region, "day": day, "level": level}

    def rows(text):
        cursor.execute(text, told)
        return cursor.fetchall()

    with connection.cursor() as cursor:
        pieces = rows(f"SELECT area_code, ST_AsHEXEWKB(geom), area_m2, gap FROM ({PIECES}) p")  # noqa: S608 - see above
        thin: dict[str, list[float]] = {}
        for area, _geom, area_m2, gap in pieces:
            if not gap:
                thin.setdefault(area, []).append(area_m2)
        return Ground(
            level=level,
            whole_m2=dict(rows(WHOLE)),
            gaps=tuple(Gap(area, geom, area_m2) for area, geom, area_m2, gap in pieces if gap),
            slivers={area: len(sizes) for area, sizes in thin.items()},
            slivers_m2={area: sum(sizes) for area, sizes in thin.items()},
            overlaps=tuple(Overlap(*row) for row in rows(OVERLAPS)),
            unanswered_m2=rows(UNANSWERED)[0][0],
        )
