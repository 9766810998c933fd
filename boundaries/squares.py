"""Squares: an edition's ground cut small, so that one row answers for nearly every point.

A grid of small squares covers the areas. Most squares lie whole in one area: no polygon is asked there. Along
borders a square has several holders (areas, neighbours, the gap) in order of precedence, each with a shortened
polygon: runs of vertices beyond one side of the square keep only their ends. That moves lines beyond that
side and nowhere else, so for every point of the square the shortened polygon says exactly what the whole
one says, coordinate for coordinate; clipping would round. (It may cross itself outside the square, where
nobody asks it.)

Where the ground leaves nothing of a square free, the last holder needs no polygon: what none before it holds is
its own. Beside that each holder has its fronts (`boundaries.fronts`): the lines that distances run to.
"""

import io
import math
from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.fronts import fronts, read_border
from boundaries.models import Area
from gis_core import crs, srid

NOTHING = "NULL"  # an element of an array that is empty
MARGIN_DEG = 1e-6  # squares overlap by this, so that rounding cannot put a point beside its square
SQUARES_PER_AREA, LEAST_SQUARES, MOST_SQUARES = 25, 20_000, 100_000
COLUMNS = "edition_id, x, y, area_ids, rules, names, pieces, fronts, others, starts"


@dataclass(frozen=True)
class Ground:
    """Polygons in order of precedence; `area`, `group` are empty for gaps and neighbours."""

    area: list[int | None]
    group: list[int | None]
    rule: list[str]
    name: list[str]
    shape: np.ndarray

    def holder(self, number) -> tuple:
        """(area or NOTHING, rule, name) of one."""
        area = self.area[number]
        return NOTHING if area is None else area, self.rule[number], self.name[number]


class Grid:
    """Squares over the areas' extent, one square wider on each side."""

    def __init__(self, shapes, how_many: int):
        west, south, east, north = shapely.total_bounds(shapes)
        self.per_degree = math.ceil(math.sqrt(how_many / max((east - west) * (north - south), 1e-9)))
        first = np.floor(np.array([west, south]) * self.per_degree).astype(int) - 1
        last = np.floor(np.array([east, north]) * self.per_degree).astype(int) + 1
        x, y = np.meshgrid(np.arange(first[0], last[0] + 1), np.arange(first[1], last[1] + 1))
        self.x, self.y = x.ravel(), y.ravel()
        self.boxes = shapely.box(*self._corner(0, -MARGIN_DEG), *self._corner(1, MARGIN_DEG))
        self.bounds = shapely.bounds(self.boxes)
        self.quarter_m = 112_000 / self.per_degree * math.hypot(1, math.cos(math.radians(south))) / 4 + 1

    def _corner(self, step, margin):
        return (self.x + step) / self.per_degree + margin, (self.y + step) / self.per_degree + margin

    def quarter_centres(self, metric_srid: int) -> np.ndarray:
        """Metres: (squares, 4, 2)."""
        system = crs.parse(f"EPSG:{metric_srid}")
        quarters = np.array([(self.x + dx, self.y + dy) for dx in (0.25, 0.75) for dy in (0.25, 0.75)])
        lon, lat = quarters.swapaxes(0, 1) / self.per_degree
        return np.stack(crs.from_wgs84(lon, lat, system), axis=-1).swapaxes(0, 1)


def how_many(areas: int) -> int:
    return min(max(SQUARES_PER_AREA * areas, LEAST_SQUARES), MOST_SQUARES)


def rebuild(edition, cursor) -> None:
    """Compute a draft's squares anew from its areas, gap, neighbours and holdings."""
    ground = _read_ground(edition, cursor)
    grid = Grid(ground.shape[[area is not None for area in ground.area]], how_many(edition.areas.count()))
    square, member, whole = _members(grid, ground)
    piece = _pieces(grid, ground, square, member, whole)
    its_fronts = fronts(
        grid.quarter_centres(edition.metric_srid)[square],
        np.array([ground.group[number] or 0 for number in member]),
        read_border(edition, cursor),
        grid.quarter_m,
        edition.metric_srid,
    )
    cursor.execute("DELETE FROM boundaries_square WHERE edition_id = %s", [edition.pk])
    starts = np.flatnonzero(np.append(True, square[1:] != square[:-1]))
    lines = (
        _line(edition.pk, grid, square[rows[0]], [ground.holder(number) for number in member[rows]],
              piece[rows], [its_fronts[row] for row in rows])
        for rows in np.split(np.arange(len(square)), starts[1:])
    )  # fmt: skip
    cursor.copy_expert(f"COPY boundaries_square ({COLUMNS}) FROM STDIN", io.StringIO("".join(lines)))
    edition.squares_per_degree = grid.per_degree


def _line(edition_id, grid: Grid, square, holders, pieces, fronts) -> str:
    """One square as a line of COPY text."""
    area, rule, name = zip(*holders, strict=True)
    values = (
        edition_id, grid.x[square], grid.y[square], _array(area), _array(rule), _array(map(_quoted, name)),
        _array(pieces, ":") if pieces[0] != NOTHING else r"\N",
        _array((front for its, _owners in fronts for front in its), ":"),
        _array(owner for _fronts, its in fronts for owner in its),
        _array(np.cumsum([0] + [len(its) for its, _owners in fronts])),
    )  # fmt: skip
    return "\t".join(map(str, values)) + "\n"


def _array(values, between=",") -> str:
    """The text of an array; PostGIS parts those of geometries by colons."""
    return "{" + between.join(map(str, values)) + "}"


def _quoted(text: str) -> str:
    """An element of an array, within COPY text."""
    element = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + element.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ") + '"'


def _read_ground(edition, cursor) -> Ground:
    cursor.execute(GROUND, {"edition": edition.pk, "special": list(Area.SPECIAL), "has_gap": edition.has_gap})
    area, group, rule, name, geom = zip(*cursor.fetchall(), strict=True)
    return Ground(area, group, rule, name, shapely.from_wkb([bytes(wkb) for wkb in geom]))


def _members(grid: Grid, ground: Ground):
    """(square, ground, whole?) sorted by square and precedence; none after ground that covers its square.

    The last of a square that all ground together fills counts as whole too: it holds what those before it leave.
    """
    tree = shapely.STRtree(grid.boxes)
    member, square = tree.query(ground.shape, predicate="intersects")
    covering = tree.query(ground.shape, predicate="covers")
    whole = np.isin(member * len(grid.x) + square, covering[0] * len(grid.x) + covering[1])
    order = np.lexsort((member, square))
    square, member, whole = square[order], member[order], whole[order]
    before = np.cumsum(whole) - whole
    kept = before == before[np.searchsorted(square, square)]
    square, member, whole = square[kept], member[kept], whole[kept]
    filled = tree.query(shapely.union_all(ground.shape), predicate="covers")
    return square, member, whole | (np.isin(square, filled) & np.append(square[1:] != square[:-1], True))


def _pieces(grid, ground, square, member, whole):
    """Each row's shortened polygon as hexadecimal EWKB; NOTHING where it holds all that is left of its square."""
    rings = [_polygons(shape) for shape in ground.shape]
    piece = np.full(len(square), None)
    for row in np.flatnonzero(~whole):
        piece[row] = _shortened(rings[member[row]], grid.bounds[square[row]])
    text = shapely.to_wkb(shapely.set_srid(piece, srid.STORAGE), hex=True, include_srid=True)
    return np.where(whole, NOTHING, text)


def _polygons(shape):
    """Per polygon its rings as arrays, not closed."""
    return [
        [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(polygon)]
        for polygon in shapely.get_parts(shape)
    ]


def _shortened(polygons, bounds):
    short = [[_shortened_ring(ring, bounds) for ring in rings] for rings in polygons]
    return shapely.MultiPolygon(
        [(shell, [hole for hole in holes if len(hole) > 2]) for shell, *holes in short if len(shell) > 2]
    )


def _shortened_ring(ring, bounds):
    west, south, east, north = bounds
    for axis, sign, limit in ((0, -1, -west), (0, 1, east), (1, -1, -south), (1, 1, north)):
        beyond = ring[:, axis] * sign > limit
        around = np.concatenate((beyond[-1:], beyond, beyond[:1]))
        ring = ring[~(around[:-2] & beyond & around[2:])]
        if len(ring) < 3:
            break
    return ring


GROUND = """
SELECT area_id, group_id, rule, name, ST_AsBinary(geom) FROM (
    SELECT id AS area_id, group_id, CASE WHEN kind = ANY(%(special)s) THEN 'special_area' ELSE 'township' END AS rule,
           name, geom, 1 AS turn, row_number() OVER (ORDER BY kind = ANY(%(special)s) DESC, area_m2, code) AS place
    FROM boundaries_area WHERE edition_id = %(edition)s
    UNION ALL
    SELECT NULL, NULL, 'gap', name, outline, 2, 1 FROM boundaries_edition
    WHERE id = %(edition)s AND outline IS NOT NULL AND %(has_gap)s
    UNION ALL
    SELECT NULL, NULL, 'outside', name, geom, 3, row_number() OVER (ORDER BY code) FROM boundaries_neighbour
    WHERE edition_id = %(edition)s
) ground ORDER BY turn, place
"""
