"""Cases on the map. Few in a tile: each with its number and stage. Many: exact counts, from the tally.

Both halves take the person's scope and the list's filters, so the map never shows what the list does not.
"""

from django.contrib.gis.geos import Polygon
from django.db.models import F, Sum, Value
from django.utils.translation import gettext_lazy as _

from cases import past_layers
from cases.filters import CaseFilter, describes
from cases.models import Case, CaseTally
from cases.permissions import Capability, may, scope_of, visible_cases
from cases.workflow import ENDED, OPEN, Stage, Status
from gis_core.db.compiled import bound
from gis_core.db.functions import WorldX, WorldY
from gis_core.layers import Layer, LegendEntry, register
from gis_core.tiles import PLACE, WORLD_BITS, Tile

CELL_ZOOMS = 4  # a cell is a tile four zooms deeper: 16 × 16 per tile, 32 screen pixels apart
LEAST_LEVEL, MOST_LEVEL = 12, 19  # levels the tally keeps
MOST_SINGLE = 400  # cases of a tile that are still drawn one by one
MOST_READ = 5000  # cases of a layer in a tile that are read to find those
CELL = ("cell_x", "cell_y", "n", "sum_x", "sum_y")
EMPTY = "SELECT NULL::bytea"
LAST_COUNTED_ZOOM = MOST_LEVEL - CELL_ZOOMS

SINGLES = f"""
SELECT ST_AsMVT(shown, %(layer)s, 4096, 'geom') FROM (
    SELECT case_no, stage_now AS stage, status, channel, year, extract(epoch FROM due_at)::bigint AS due, 1 AS count,
           {PLACE.format(wx="wx", wy="wy")} AS geom
    FROM ({{cases}}) c
) shown
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver
COUNTS = f"""
SELECT ST_AsMVT(shown, %(layer)s, 4096, 'geom') FROM (
    SELECT sum(n)::bigint AS count,
           {PLACE.format(wx="sum(sum_x) / sum(n)", wy="sum(sum_y) / sum(n)")} AS geom
    FROM ({{cells}}) c GROUP BY cell_x, cell_y HAVING sum(n) > 0
) shown
"""  # noqa: S608 - the inner queries are Django's, with their values bound by the driver


def _query(slug: str, states):
    def query(tile: Tile, user, filters):
        data = _cleaned(filters)
        if data["at"]:
            return past_layers.query(tile, user, data, states, slug)
        shown = _counts if _too_many(tile, user, data, states) else _singles
        return shown(tile, user, data, states), {**tile.parameters, "layer": slug}

    return query


def _cleaned(filters) -> dict:
    """The list's filters. `open` falls away: it is the list's usual state, beside which the history shows too."""
    form = CaseFilter(filters, queryset=Case.objects.none()).form
    form.full_clean()
    data = {**form.cleaned_data, "bbox": None}
    return {**data, "status": ""} if data["status"] == "open" else data


def _too_many(tile: Tile, user, data, states) -> bool:
    """True where single points would be slow to read or too dense to see."""
    if tile.z > LAST_COUNTED_ZOOM:
        return False
    if data["q"]:
        return _in_tile(tile, visible_cases(user), data, states)[: MOST_SINGLE + 1].count() > MOST_SINGLE
    cells = _cells(tile, user).filter(status__in=states)
    found = cells.aggregate(every=Sum("n", default=0), wanted=Sum("n", filter=describes(data), default=0))
    return found["wanted"] > MOST_SINGLE or found["every"] > MOST_READ


def _cells(tile: Tile, user):
    """Tally rows of the tile in the person's groups, at the level whose cells the tile shows."""
    scope = scope_of(user)
    level = _level(tile)
    deeper = level - tile.z
    cells = CaseTally.objects.filter(
        region=scope.region,
        level=level,
        x__range=(tile.x << deeper, ((tile.x + 1) << deeper) - 1),
        y__range=(tile.y << deeper, ((tile.y + 1) << deeper) - 1),
    )
    return cells if scope.everything else cells.filter(group_code__in=scope.groups)


def _level(tile: Tile) -> int:
    return max(LEAST_LEVEL, tile.z + CELL_ZOOMS)


def _counts(tile: Tile, user, data, states) -> str:
    """Counts of the tally; what it cannot know (text searched for, who reported) is counted from the cases."""
    if data["q"]:
        sources = [_live_cells(tile, visible_cases(user), data, states)]
    else:
        tallied = _cells(tile, user).filter(describes(data), status__in=states)
        sources = [tallied.annotate(cell_x=F("x"), cell_y=F("y")).values(*CELL)]
        if not scope_of(user).everything:
            own = visible_cases(user).exclude(group_code__in=scope_of(user).groups)
            sources.append(_live_cells(tile, own, data, states))
    parts = [text for text in map(bound, sources) if text]
    return COUNTS.format(cells=" UNION ALL ".join(parts)) if parts else EMPTY


def _live_cells(tile: Tile, cases, data, states):
    shift = WORLD_BITS - _level(tile)
    return _in_tile(tile, cases, data, states).annotate(
        cell_x=F("wx").bitrightshift(shift), cell_y=F("wy").bitrightshift(shift), n=Value(1),
        sum_x=F("wx"), sum_y=F("wy"),
    ).values(*CELL)  # fmt: skip


def _singles(tile: Tile, user, data, states) -> str:
    cases = _in_tile(tile, visible_cases(user), data, states).with_stage()
    text = bound(cases.values("case_no", "stage_now", "status", "channel", "year", "due_at", "wx", "wy"))
    return SINGLES.format(cases=text) if text else EMPTY


def _in_tile(tile: Tile, cases, data, states):
    """The tile's cases, filtered, with their world pixels `wx`, `wy`; one on the seam is in one tile only."""
    found = cases.in_box(Polygon.from_bbox(tile.bounds)).filter(describes(data), status__in=states)
    if data["q"]:
        found = found.matching(data["q"])
    found = found.annotate(wx=WorldX("geom"), wy=WorldY("geom"))
    side = 2**tile.shift
    x0, y0 = tile.x * side, tile.y * side
    return found.filter(wx__gte=x0, wx__lt=x0 + side, wy__gte=y0, wy__lt=y0 + side)


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
        default=False,
    )
)
