"""Tiles of the cases as they stood on a day: points where they are few, exact counts where they are many.

Every tile is one range of `CaseSpell.quad`, and so is every cell in it.
"""

from collections.abc import Iterable

from cases.filters import describes
from cases.map_counts import CELL_ZOOMS, EMPTY, LAST_COUNTED_ZOOM, MOST_CLOSE, MOST_SINGLE
from cases.spells import matching, visible_spells
from cases.workflow import STAGES, Status
from gis_core.db.compiled import bound
from gis_core.tiles import PLACE, WORLD_BITS, Tile

SINGLES = f"""
SELECT ST_AsMVT(shown, %(layer)s, 4096, 'geom') FROM (
    SELECT c.case_no, stages.stage, s.status, s.channel, s.year, 1 AS count,
           {PLACE.format(wx="s.world_x", wy="s.world_y")} AS geom
    FROM ({{spells}}) s JOIN cases_case c ON c.id = s.case_id AND c.region_id = s.region_id
    JOIN (VALUES {", ".join(f"('{status}', '{STAGES[status]}')" for status in Status)}) stages (status, stage)
      ON stages.status = s.status
) shown
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver
COUNTS = f"""
SELECT ST_AsMVT(shown, %(layer)s, 4096, 'geom') FROM (
    SELECT count(*) AS count,
           {PLACE.format(wx="sum(world_x::bigint) / count(*)", wy="sum(world_y::bigint) / count(*)")} AS geom
    FROM ({{spells}}) s GROUP BY quad >> {{shift}}
) shown
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver


def query(tile: Tile, user, data: dict, states: Iterable[str], layer: str) -> tuple[str, dict]:
    """SQL and parameters of one encoded tile; `data` are the list's filters, cleaned, with the day in `at`."""
    spells = _in_tile(visible_spells(user, data["at"]), tile).filter(describes(data), status__in=list(states))
    spells = matching(spells, {**data, "bbox": None})
    return _drawn(tile, spells), {**tile.parameters, "layer": layer}


def _drawn(tile: Tile, spells) -> str:
    most = MOST_SINGLE if tile.z <= LAST_COUNTED_ZOOM else MOST_CLOSE
    if spells[: most + 1].count() > most:
        text = bound(spells.values("quad", "world_x", "world_y"))
        return COUNTS.format(spells=text, shift=2 * (WORLD_BITS - tile.z - CELL_ZOOMS))
    text = bound(spells.values("region_id", "case_id", "status", "channel", "year", "world_x", "world_y"))
    return SINGLES.format(spells=text) if text else EMPTY


def _in_tile(spells, tile: Tile):
    first, end = tile.cells(WORLD_BITS)
    return spells.filter(quad__gte=first, quad__lt=end)
