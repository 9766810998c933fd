"""Grid coverage on the map: every cell of the working tier with its status, and ground in no cell or in two.

The tile says when a cell was visited and how often it should be, so that a map can show another standard at once. A
second layer has a point inside each cell for its letter, in the one tile that holds the point, and says from which
zoom on the letter has room: a cell's ground comes in as many pieces as there are tiles.
"""

import hashlib

from django.utils.translation import gettext_lazy as _

from boundaries.layers import LandFilter, day_of, land_is_schematic
from cases import coverage
from cases.coverage.cells import Kind
from cases.coverage.classes import CLASSES, DUE, OVERLAP
from gis_core import srid
from gis_core.days import DayFilter, not_to_come
from gis_core.layers import Layer, LegendEntry, register
from gis_core.tiles import BUFFER, ENVELOPE, EXTENT, Tile

CELLS = ("ids", "kinds", "visits", "rounds", "hot", "thin", "silent", "due")
LETTERS = "coverage-letters"
LETTER_RADIUS = 5.2  # px, of the circle that a letter needs
PIXELS_A_METRE = 512 / 40075016.68  # of the projection of the tiles at zoom 0
TILE = f"""
WITH {ENVELOPE}, told AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(kinds)s::text[], %(visits)s::bigint[], %(rounds)s::int[], %(hot)s::int[], %(thin)s::int[],
        %(silent)s::int[], %(due)s::int[]
    ) told (id, kind, visit, round_days, hot, thin, silent, due)
), ground AS (
    SELECT * FROM unnest(%(ground_kinds)s::text[], %(ground_codes)s::text[], %(ground_areas)s::text[],
                         %(ground)s::geometry[]) ground (kind, code, area_code, geom)
), held AS (
    SELECT c.id, told.kind, c.code, c.name, c.area_code, visit, round_days, hot, thin, silent, due,
           ST_Transform(c.geom, {srid.TILES}) AS geom
    FROM envelope, boundaries_gridcell c JOIN told ON told.id = c.id
    WHERE c.region_id = %(region)s AND c.geom && envelope.storage
    UNION ALL
    SELECT NULL, kind, code, '', area_code, NULL, NULL, NULL, NULL, NULL, NULL, ST_Transform(ground.geom, {srid.TILES})
    FROM ground, envelope WHERE ground.geom && envelope.storage
), shown AS (
    SELECT id, kind, code, name, area_code, visit, round_days, hot, thin, silent, due,
           ST_AsMVTGeom(geom, plane, {EXTENT}, {BUFFER}) AS geom
    FROM held, envelope
), middles AS MATERIALIZED (
    SELECT *, ST_PointOnSurface(geom) AS middle FROM held
), letters AS (
    SELECT id, kind, area_code, visit, hot, thin, due, ST_AsMVTGeom(middle, plane, {EXTENT}, {BUFFER}) AS geom,
           (ceil(10 * log2) / 10)::real AS least_zoom
    FROM middles, envelope,
    LATERAL (SELECT greatest(ST_Distance(middle, ST_Boundary(middles.geom)), 1)) room (radius),
    LATERAL (SELECT ln({LETTER_RADIUS / PIXELS_A_METRE} / radius) / ln(2)) needed (log2)
    WHERE ST_X(middle) >= ST_XMin(plane) AND ST_X(middle) < ST_XMax(plane)
      AND ST_Y(middle) >= ST_YMin(plane) AND ST_Y(middle) < ST_YMax(plane)
)
SELECT (SELECT ST_AsMVT(shown, 'coverage-gaps', {EXTENT}, 'geom', 'id') FROM shown WHERE geom IS NOT NULL)
    || (SELECT ST_AsMVT(letters, '{LETTERS}', {EXTENT}, 'geom', 'id') FROM letters WHERE geom IS NOT NULL)
"""  # noqa: S608 - only constants are put in
SYMBOLS = {
    Kind.GAP: ("hatch", "--hatch"),
    Kind.UNSTAFFED: ("dots", "--hatch"),
    Kind.HOT_UNPATROLLED: ("fill", "--c-hot"),
    Kind.STALE: ("fill", "--c-stale"),
    Kind.THIN: ("lines", "--c-thin"),
    DUE: ("fill", "--c-due"),
    Kind.OK: ("fill", "--c-ok"),
    OVERLAP: ("cross", "--text"),
}


class CoverageFilter(LandFilter):
    """`at`: coverage as it was at the end of that day."""

    at = DayFilter(
        method="unchanged",
        label=_("as of"),
        validators=[not_to_come],
        help_text="Coverage as it was at the end of that day; as of now when it is left out.",
    )


def _query(tile: Tile, user, filters):
    found = coverage.of(user.region_id, day_of(filters)) if user.region_id else None
    cells, gaps, overlaps = (found.cells, found.gaps, found.ground.overlaps) if found else ((), (), ())
    told = [
        (
            cell.pk, cell.status.value, int(cell.last_visit_at.timestamp()) if cell.last_visit_at else None,
            cell.patrol_days, int(cell.hot), int(cell.thin), int(cell.silent), int(cell.due_soon),
        )
        for cell in cells
    ]  # fmt: skip
    ground = [
        *((Kind.GAP.value, gap.code, gap.area_code, gap.geom) for gap in gaps),
        *((OVERLAP, f"{pair.one} {pair.other}", "", pair.geom) for pair in overlaps),
    ]
    return TILE, {
        **tile.parameters,
        "region": user.region_id,
        **_columns(CELLS, told),
        **_columns(("ground_kinds", "ground_codes", "ground_areas", "ground"), ground),
    }


def _columns(names, rows) -> dict[str, list]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def legend(values) -> tuple[LegendEntry, ...]:
    """The classes by their values, in the order of CLASSES, each with its letter."""
    shown = (one for one in CLASSES.values() if one.value in values)
    return tuple(LegendEntry(one.value, one.label, *SYMBOLS[one.value], one.letter) for one in shown)


def _version(user) -> str:
    """Changes with the data, and when the hour alone turns a cell from one status to another."""
    found = coverage.of(user.region_id) if user.region_id else None
    states = "".join(f"{cell.status.value[0]}{cell.due_soon:d}" for cell in found.cells) if found else ""
    return f"{found and found.version} {hashlib.blake2b(states.encode(), digest_size=8).hexdigest()}"


register(
    Layer(
        slug="coverage-gaps",
        title=_("Grid coverage"),
        kind="polygon",
        query=_query,
        filterset=CoverageFilter,
        visible_to=lambda user: user.is_authenticated,  # of a cell its status and last visit; no case, nobody's name
        version=_version,
        scope=lambda user: user.region_id,
        fields={
            "kind": "String",
            "code": "String",
            "name": "String",
            "area_code": "String",
            "visit": "Number",
            "round_days": "Number",
            "hot": "Number",
            "thin": "Number",
            "silent": "Number",
            "due": "Number",
        },
        parts={
            LETTERS: {
                "kind": "String",
                "area_code": "String",
                "visit": "Number",
                "hot": "Number",
                "thin": "Number",
                "due": "Number",
                "least_zoom": "Number",
            }
        },
        schematic=land_is_schematic,
        legend=lambda user=None: legend(Kind.values),
    )
)
