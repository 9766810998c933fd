"""Ground in no cell, ground in two, and ground of no group: the grid held against the land, as SQL.

Differences are taken in storage coordinates, where neighbours share their vertices to the bit; reprojecting
first would shift long edges and make slivers. Square metres are those of the ellipsoid. What is too small or too thin
by the area's rule is no gap but a sliver (domain page 6, C1), told beside.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from boundaries.models import GridCell, MeasuredArea
from boundaries.rules import GroundRules, of_ground
from gis_core import srid
from gis_core.db.measured import square_metres
from gis_core.kept import Kept

WORKING_TIER, COARSER_TIER = 3, 2
MOST_KEPT = 32  # grids of a region and day

IN_FORCE = """c.region_id = %(region)s AND c.level = %(level)s
          AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)"""
# Needs %(edition)s, %(region)s, %(level)s, %(day)s and %(areas)s. Polygons in lon/lat, those of slivers among them.
PIECES = f"""
SELECT area_code, ST_AsHEXEWKB(geom), area_m2, around_m FROM (
    SELECT a.code AS area_code, piece.geom, {square_metres("piece.geom")} AS area_m2,
           ST_Perimeter(piece.geom::geography) AS around_m
    FROM boundaries_area a
    CROSS JOIN LATERAL (
        SELECT ST_Union(c.geom) AS geom FROM boundaries_gridcell c WHERE {IN_FORCE} AND c.geom && a.geom
    ) covered
    CROSS JOIN LATERAL ST_Dump(coalesce(ST_Difference(a.geom, covered.geom), a.geom)) piece
    WHERE a.edition_id = %(edition)s AND a.code = ANY(%(areas)s)
) pieces
WHERE area_m2 > 0
"""  # noqa: S608 - only constants of this module are put in
WHOLE = f"""
SELECT code, {square_metres("geom")} FROM boundaries_area WHERE edition_id = %(edition)s AND code = ANY(%(areas)s)
"""  # noqa: S608 - likewise
OVERLAPS = f"""
SELECT one, other, area_m2, ST_AsHEXEWKB(geom), areas FROM (
    SELECT c.code AS one, d.code AS other, ARRAY[c.area_code, d.area_code] AS areas,
           ST_CollectionExtract(ST_Intersection(c.geom, d.geom), 3) AS geom
    FROM boundaries_gridcell c
    JOIN boundaries_gridcell d ON d.id > c.id AND d.geom && c.geom AND ST_Relate(c.geom, d.geom, 'T********')
    WHERE {IN_FORCE} AND {IN_FORCE.replace("c.", "d.")} AND '{GridCell.Kind.SPECIAL}' NOT IN (c.kind, d.kind)
) pairs CROSS JOIN LATERAL (SELECT {square_metres("geom")} AS area_m2) size
WHERE area_m2 > 0 ORDER BY one, other
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
TOGETHER = ""  # instead of an area's code
CELLS_PRINT = "md5(coalesce(string_agg(c.id || ':' || c.xmin, ',' ORDER BY c.id), ''))"
FINGERPRINTS = f"""
SELECT a.code, (SELECT {CELLS_PRINT} FROM boundaries_gridcell c WHERE {IN_FORCE} AND c.geom && a.geom)
FROM boundaries_area a WHERE a.edition_id = %(edition)s
UNION ALL SELECT '{TOGETHER}', {CELLS_PRINT} FROM boundaries_gridcell c WHERE {IN_FORCE}
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
    """The ground on a day; an area is worked out when its cells are not those that it was worked out for before.

    `version` is the land's: as long as it stays what it is, nothing is asked.
    """
    told = {"edition": edition, "region": region, "day": day, "level": level}
    return _kept.get((edition, region, day, level, version), lambda: _ground(told))


def _ground(told) -> Ground:
    prints = dict(_rows(FINGERPRINTS, told))
    known = MeasuredArea.objects.filter(
        edition=told["edition"], level=told["level"], fingerprint__in=set(prints.values())
    )
    found = {row.area_code: row.found for row in known if prints.get(row.area_code) == row.fingerprint}
    missing = [code for code in prints if code not in found]
    made = _measure(told, missing) if missing else {}
    MeasuredArea.objects.bulk_create(
        [
            MeasuredArea(
                edition_id=told["edition"], area_code=code, level=told["level"], fingerprint=prints[code], found=its
            )
            for code, its in made.items()
        ],
        ignore_conflicts=True,
    )
    return _judged(found | made, told["level"], of_ground(told["region"], told["edition"], told["level"]))


def _judged(found: dict[str, dict], level: int, rules: GroundRules) -> Ground:
    """What is a gap and what a sliver, what an overlap and what none: so a new rule measures nothing anew."""
    together = found.pop(TOGETHER)
    gaps, slivers = [], {code: [] for code in found}
    for code, its in sorted(found.items()):
        for geom, area_m2, around_m in its["pieces"]:
            if rules.of(code).is_gap(area_m2, around_m):
                gaps.append(Gap(code, geom, area_m2))
            else:
                slivers[code].append(area_m2)
    return Ground(
        level=level,
        whole_m2={code: its["whole_m2"] for code, its in found.items()},
        gaps=tuple(gaps),
        slivers={code: len(its) for code, its in slivers.items()},
        slivers_m2={code: sum(its) for code, its in slivers.items()},
        overlaps=tuple(Overlap(*pair) for *pair, areas in together["overlaps"] if rules.is_overlap(pair[2], *areas)),
        unanswered_m2=together["unanswered_m2"],
    )


def _measure(told, codes: list[str]) -> dict[str, dict]:
    """What MeasuredArea keeps, of these areas."""
    told = {**told, "areas": codes}
    found = {code: {"whole_m2": whole_m2, "pieces": []} for code, whole_m2 in _rows(WHOLE, told)}
    for code, *piece in _rows(PIECES, told):
        found[code]["pieces"].append(piece)
    if TOGETHER in codes:
        ((unanswered_m2,),) = _rows(UNANSWERED, told)
        found[TOGETHER] = {"overlaps": _rows(OVERLAPS, told), "unanswered_m2": unanswered_m2}
    return found


def _rows(text, told):
    with connection.cursor() as cursor:
        cursor.execute(text, told)
        return cursor.fetchall()
