"""Cases on the map. Few in a tile: each with its number and stage. Many: exact counts, as the database keeps them.

Both halves take the person's scope and the list's filters, so the map never shows what the list does not.
"""

from functools import lru_cache

from django.db.models import F, Value
from django.utils.translation import gettext_lazy as _

from cases import map_counts, past_layers, versions
from cases.coverage import layer as coverage_layer  # noqa: F401 -- registers coverage-gaps, between land and cases
from cases.filters import CaseFilter, describes, is_tallied
from cases.map_counts import CELL_ZOOMS, EMPTY, LAST_COUNTED_ZOOM, MOST_CLOSE, MOST_SINGLE
from cases.models import Case
from cases.permissions import Capability, Scope, may, scope_of
from cases.workflow import ENDED, OPEN, Stage, Status
from gis_core.db.compiled import bound
from gis_core.layers import Layer, LegendEntry, register
from gis_core.tiles import PLACE, WORLD_BITS, Tile

MOST_READ = 5000  # cases of a layer in a tile that are read to find those
MOST_SIFTED = 10_000  # cases of a layer in a tile that are looked through for what somebody sees beside their groups

CELLS = ("cell", "n", "sum_x", "sum_y")
DRAWN = ("case_no", "stage_now", "status", "channel", "year", "due_at", "world_x", "world_y", "world_cell")
IN_TILE = "world_cell >= %(tile_first)s AND world_cell < %(tile_end)s"
SINGLES = f"""
SELECT ST_AsMVT(shown, %(layer)s, 4096, 'geom') FROM (
    SELECT case_no, stage_now AS stage, status, channel, year, extract(epoch FROM due_at)::bigint AS due, 1 AS count,
           {PLACE.format(wx="world_x", wy="world_y")} AS geom
    FROM ({{cases}}) c WHERE {IN_TILE}
) shown
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver
COUNTS = f"""
SELECT ST_AsMVT(shown, %(layer)s, 4096, 'geom') FROM (
    SELECT sum(n)::bigint AS count,
           {PLACE.format(wx="sum(sum_x) / sum(n)", wy="sum(sum_y) / sum(n)")} AS geom
    FROM counted GROUP BY cell HAVING sum(n) > 0
) shown
"""  # noqa: S608 - only constants are put in
KEPT = """
SELECT cell >> %(coarser)s AS cell, n, sum_x, sum_y FROM ({rows}) c
WHERE level = %(level)s AND cell >= %(first)s AND cell < %(end)s
"""
READ = f"SELECT world_cell >> %(cell_shift)s AS cell, n, sum_x, sum_y FROM ({{rows}}) c WHERE {IN_TILE}"  # noqa: S608 - likewise
EVERY = "SELECT sum(n) FROM ({rows}) c WHERE level = %(level)s AND cell >= %(first)s AND cell < %(end)s"
# What lies beside a person's groups is found by place in a tile that holds little, else by whose it is: of the two
# parts one is read.
SIFTED = f"{READ} AND coalesce((SELECT n FROM every), 0) <= %(most_sifted)s"  # noqa: S608 - likewise
THEIRS = f"{READ} AND (SELECT n FROM every) > %(most_sifted)s".replace("({rows})", "({rows} OFFSET 0)")  # noqa: S608 - likewise
# One statement a tile: what is not wanted is not computed.
EITHER = """
WITH every (n) AS MATERIALIZED ({every}), counted AS MATERIALIZED ({cells})
SELECT CASE WHEN (SELECT sum(n) FROM counted) > %(most_single)s OR (SELECT n FROM every) > %(most_read)s
    THEN ({counts}) ELSE ({singles}) END
"""
FOUND = f"""
WITH found AS MATERIALIZED (SELECT * FROM ({{cases}}) c WHERE {IN_TILE}), counted AS (
    SELECT world_cell >> %(cell_shift)s AS cell, 1 AS n, world_x AS sum_x, world_y AS sum_y FROM found
)
SELECT CASE WHEN (SELECT count(*) FROM found) > %(most_single)s THEN ({COUNTS}) ELSE ({{singles}}) END
"""  # noqa: S608 - likewise


def _query(slug: str, states):
    def query(tile: Tile, user, filters):
        wanted, scope = _cleaned(tuple(filters.items())), scope_of(user)
        if wanted["at"]:
            return past_layers.query(tile, user, wanted, states, slug)
        is_close = tile.z > LAST_COUNTED_ZOOM
        if is_tallied(wanted):
            kept = tuple((key, value) for key, value in wanted.items() if value)
            statement = _tallied(scope, kept, states, is_close)
        else:
            statement = _read(_found(scope, filters, states))
        return statement, {"layer": slug, **tile.parameters, **_cell_parameters(tile, wanted, is_close)}

    return query


def _cell_parameters(tile: Tile, wanted, is_close: bool) -> dict:
    level, cells = _levels(tile, wanted, is_close)
    (first, end), (tile_first, tile_end) = tile.cells(level), tile.cells(WORLD_BITS)
    return {
        "level": level, "first": first, "end": end, "coarser": 2 * (level - cells),
        "tile_first": tile_first, "tile_end": tile_end, "cell_shift": 2 * (WORLD_BITS - cells),
        "most_single": MOST_CLOSE if is_close else MOST_SINGLE, "most_read": MOST_READ,
        "most_sifted": MOST_SIFTED,
    }  # fmt: skip


@lru_cache(maxsize=1024)
def _cleaned(filters: tuple) -> dict:
    """The list's filters. `open` falls away: it is the list's usual state, beside which the history shows too."""
    form = CaseFilter(dict(filters), queryset=Case.objects.none()).form
    form.full_clean()
    data = {**form.cleaned_data, "bbox": None}
    return {**data, "status": ""} if data["status"] == "open" else data


def _levels(tile: Tile, wanted, is_close: bool) -> tuple[int, int]:
    """The level whose rows are read, and the level of the cells that are drawn: the tile's own, or coarser."""
    cells = tile.z + CELL_ZOOMS
    if is_close:
        return cells, cells
    if map_counts.counts_know(wanted):
        level = min(max(cells, map_counts.LEAST_LEVEL), map_counts.MOST_LEVEL)
    else:
        level = next((kept for kept in map_counts.TALLY_LEVELS if kept >= cells), map_counts.TALLY_LEVELS[-1])
    return level, min(cells, level)


@lru_cache(maxsize=512)
def _tallied(scope: Scope, wanted: tuple, states, is_close: bool) -> str:
    """The statement for filters that are counted by. The same text serves all tiles, and is made once."""
    data = dict(wanted)
    halves = map_counts.Halves.of(states)
    found = Case.objects.filter(scope.condition, describes(data), status__in=states)
    singles = bound(_drawn(found))
    if is_close or not singles:
        return _read(found)
    kept = map_counts.counts if map_counts.counts_know(data) else map_counts.tally
    rows = kept(scope, data, halves).filter(**({} if kept is map_counts.counts else {"status__in": states}))
    parts = [KEPT.format(rows=text) for text in [bound(rows.values("level", *CELLS))] if text]
    for beside in map_counts.beside(scope):
        text = bound(_as_cells(beside.filter(describes(data), status__in=states)))
        parts += [SIFTED.format(rows=text), THEIRS.format(rows=text)] if text else []
    every = bound(map_counts.counts(Scope.whole(scope.region), {}, halves).values("level", *CELLS))
    return EITHER.format(
        cells=" UNION ALL ".join(parts) or "SELECT 0, 0, 0, 0 LIMIT 0", every=EVERY.format(rows=every), counts=COUNTS,
        singles=SINGLES.format(cases=singles),
    )  # fmt: skip


def _found(scope: Scope, filters, states):
    """The cases under filters of which no count knows."""
    visible = Case.objects.filter(scope.condition, status__in=states)
    status = "" if filters.get("status") == "open" else filters.get("status", "")
    return CaseFilter({**filters, "status": status, "bbox": ""}, queryset=visible).qs


def _read(found) -> str:
    """The statement where the cases themselves are read: no count knows them, or the map is close to the ground."""
    text = bound(_drawn(found))
    return FOUND.format(cases=text, singles=SINGLES.format(cases="SELECT * FROM found")) if text else EMPTY


def _drawn(cases):
    return cases.with_stage().values(*DRAWN)


def _as_cells(cases):
    """Cases as rows of one each; the cell is the tile's, which the statement's parameters say."""
    return cases.annotate(n=Value(1), sum_x=F("world_x"), sum_y=F("world_y")).values(
        "world_cell", "n", "sum_x", "sum_y"
    )


def _sees_cases(user):
    return may(user, Capability.SEE_CASES)


def _stages(*stages):
    symbols = {"overdue": "triangle", "waiting": "circle", "assigned": "square", "working": "diamond",
               "check": "pentagon", "closed": "cross"}  # fmt: skip
    return lambda user=None: tuple(
        LegendEntry(stage.value, stage.label, symbols[stage.value], f"--s-{stage.value}") for stage in stages
    )


FIELDS = {"case_no": "String", "stage": "String", "status": "String", "channel": "String", "year": "Number",
          "due": "Number", "count": "Number"}  # fmt: skip

register(
    Layer(
        slug="open-cases",
        title=_("Open cases"),
        kind="point",
        query=_query("open-cases", OPEN),
        visible_to=_sees_cases,
        fields=FIELDS,
        legend=_stages(Stage.OVERDUE, Stage.WAITING, Stage.ASSIGNED, Stage.WORKING, Stage.CHECK),
        filterset=CaseFilter,
        maxzoom=19,
        version=versions.of,
        scope=scope_of,
    )
)
register(
    Layer(
        slug="history",
        title=_("Enforcement history"),
        kind="point",
        query=_query("history", tuple(status for status in Status if status in ENDED)),
        visible_to=_sees_cases,
        fields=FIELDS,
        legend=_stages(Stage.CLOSED),
        filterset=CaseFilter,
        maxzoom=19,
        version=versions.of,
        scope=scope_of,
        default=False,
    )
)
