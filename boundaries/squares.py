"""Squares: an edition's ground cut small, so that one row answers for nearly every point.

A grid of small squares covers the areas. Most squares lie whole in one area: no polygon is asked there. Along
borders a square holds one row per area, neighbour or gap, in order of precedence, each with a shortened
polygon: runs of vertices beyond one side of the square keep only their ends. That moves lines beyond that
side and nowhere else, so for every point of the square the shortened polygon says exactly what the whole
one says, coordinate for coordinate; clipping would round. (It may cross itself outside the square, where
nobody asks it.)

Beside that each row holds the front: those border lines of other groups that may be nearest to any point of
the square. With c the centre of a quarter of the square, h half the quarter's diagonal and d the distance from
c to the nearest such line, no line farther than d + 2h from c can be nearest to a point of that quarter.
"""

import io
import math
from dataclasses import dataclass

import numpy as np
import shapely

from gis_core import crs, srid

REACH_M = 100.0  # accuracies up to this find all areas within reach in the square's own front
MARGIN_DEG = 1e-6  # squares overlap by this, so that rounding cannot put a point beside its square
SQUARES_PER_AREA, LEAST_SQUARES, MOST_SQUARES = 25, 20_000, 100_000
COLUMNS = "edition_id, x, y, rank, area_id, rule, name, piece, above, front, others"


@dataclass(frozen=True)
class Ground:
    """Polygons in order of precedence; `area`, `group` are empty for gaps and neighbours."""

    area: list[int | None]
    group: list[int | None]
    rule: list[str]
    name: list[str]
    shape: np.ndarray


@dataclass(frozen=True)
class Border:
    """Every segment of every holding, metres: `ends` is (n, 2, 2); `ring` numbers the ring it is part of."""

    ends: np.ndarray
    owner: np.ndarray
    group: np.ndarray
    ring: np.ndarray
    tree: shapely.STRtree
    extent: shapely.Polygon


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
    rank = _rank(square)
    piece, above = _pieces(grid, ground, square, member, whole, rank)
    front, others = _fronts(
        grid.quarter_centres(edition.metric_srid)[square],
        np.array([ground.group[number] or 0 for number in member]),
        _read_border(edition, cursor),
        grid.quarter_m,
    )
    cursor.execute("DELETE FROM boundaries_square WHERE edition_id = %s", [edition.pk])
    lines = zip(
        grid.x[square], grid.y[square], rank, *_named(ground, member),
        _hex(piece, srid.STORAGE), _hex(above, srid.STORAGE), _hex(front, edition.metric_srid), others,
        strict=True,
    )  # fmt: skip
    text = "".join(f"{edition.pk}\t" + "\t".join(map(str, line)) + "\n" for line in lines)
    cursor.copy_expert(f"COPY boundaries_square ({COLUMNS}) FROM STDIN", io.StringIO(text))
    edition.squares_per_degree = grid.per_degree


def _read_ground(edition, cursor) -> Ground:
    cursor.execute(
        GROUND, {"edition": edition.pk, "special": list(edition.areas.model.SPECIAL), "has_gap": edition.has_gap}
    )
    area, group, rule, name, geom = zip(*cursor.fetchall(), strict=True)
    return Ground(area, group, rule, name, shapely.from_wkb([bytes(wkb) for wkb in geom]))


def _read_border(edition, cursor) -> Border:
    """Owners in the order of their codes: of two lines equally near, the lower code comes first."""
    cursor.execute(
        "SELECT h.area_id, coalesce(h.group_id, 0), ST_AsBinary(h.geom) FROM boundaries_holding h"
        " JOIN boundaries_area a ON a.id = h.area_id WHERE h.edition_id = %s ORDER BY a.code",
        [edition.pk],
    )
    area, group, geom = zip(*cursor.fetchall(), strict=True)
    rings, holding = _rings(shapely.from_wkb([bytes(wkb) for wkb in geom]))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[1:] == ring[:-1]
    ends = np.stack([points[:-1], points[1:]], axis=1)[follows]
    ring = ring[:-1][follows]
    owner = holding[ring]
    extent = shapely.box(*shapely.total_bounds(rings))
    return Border(
        ends, np.array(area)[owner], np.array(group)[owner], ring, shapely.STRtree(shapely.linestrings(ends)), extent
    )


def _rings(shapes):
    """Every ring of the shapes, and the number of its shape."""
    polygons, number = shapely.get_parts(shapes, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    return rings, number[polygon]


def _members(grid: Grid, ground: Ground):
    """(square, ground, whole?) sorted by square and precedence; none after ground that covers its square."""
    tree = shapely.STRtree(grid.boxes)
    member, square = tree.query(ground.shape, predicate="intersects")
    covering = tree.query(ground.shape, predicate="covers")
    whole = np.isin(member * len(grid.x) + square, covering[0] * len(grid.x) + covering[1])
    order = np.lexsort((member, square))
    square, member, whole = square[order], member[order], whole[order]
    before = np.cumsum(whole) - whole
    kept = before == before[np.searchsorted(square, square)]
    return square[kept], member[kept], whole[kept]


def _rank(square):
    """0, 1, 2 … within each run of equal numbers."""
    return np.arange(len(square)) - np.searchsorted(square, square)


def _pieces(grid, ground, square, member, whole, rank):
    """Each row's shortened polygon (None: the whole square) and the collection of those that go before it."""
    rings = [_polygons(shape) for shape in ground.shape]
    piece = np.full(len(square), None)
    above = np.full(len(square), None)
    for row in np.flatnonzero(~whole | (rank > 0)):
        if not whole[row]:
            piece[row] = _shortened(rings[member[row]], grid.bounds[square[row]])
        if rank[row]:
            above[row] = shapely.GeometryCollection(list(piece[row - rank[row] : row]))
    return piece, above


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


def _fronts(centre, group, border: Border, quarter_m):
    """Each row's front, and the areas of its parts as text of an array."""
    pairs = [_lines_near(np.flatnonzero(group == own), centre, own, border, quarter_m) for own in np.unique(group)]
    row, line = np.concatenate(pairs, axis=1)
    front, others = np.full(len(centre), None), np.full(len(centre), "{}", dtype=object)
    if len(row):
        _collect(row, line, border, front, others)
    return front, others


def _lines_near(rows, centre, own, border: Border, quarter_m):
    """(row, segment) for all segments of other groups that matter to the rows' squares."""
    points = shapely.points(centre[rows].reshape(-1, 2))
    others = border.group != own
    if not others.any():
        return np.empty((2, 0), dtype=int)
    width = 4 * quarter_m + REACH_M
    while True:
        window = shapely.box(*(shapely.total_bounds(points) + np.array([-1, -1, 1, 1]) * width))
        near = border.tree.query(window)
        near = near[others[near]]
        if len(near):
            tree = shapely.STRtree(border.tree.geometries[near])
            _, distance = tree.query_nearest(points, all_matches=False, return_distance=True)
            wanted = np.maximum(distance + 2 * quarter_m, REACH_M + quarter_m) + 0.1
            if wanted.max() <= width or window.covers(border.extent):
                point, found = tree.query(points, predicate="dwithin", distance=wanted)
                pair = np.unique(point // 4 * len(near) + found)
                return np.stack([rows[pair // len(near)], near[pair % len(near)]])
        width = max(width * 2, wanted.max() if len(near) else 0)


def _collect(row, line, border: Border, front, others):
    """Segments that follow one another become one line, an owner's lines one part, a row's parts one front."""
    order = np.lexsort((line, row))
    row, line = row[order], line[order]
    new_part = _changes(row, border.owner[line])
    new_line = new_part | _changes(border.ring[line], line - np.arange(len(line)))
    last = np.append(new_line[1:], True)
    points = np.insert(border.ends[line, 0], np.flatnonzero(last) + 1, border.ends[line[last], 1], axis=0)
    number = np.cumsum(new_line) - 1
    number = np.insert(number, np.flatnonzero(last) + 1, number[last])
    lines = shapely.linestrings(points, indices=number)
    parts = shapely.multilinestrings(lines, indices=(np.cumsum(new_part) - 1)[new_line])
    part_row, part_owner = row[new_part], border.owner[line][new_part]
    its, place = np.unique(part_row, return_inverse=True)
    front[its] = shapely.geometrycollections(parts, indices=place)
    starts = np.flatnonzero(_changes(part_row))
    for target, owners in zip(its, np.split(part_owner, starts[1:]), strict=True):
        others[target] = "{" + ",".join(map(str, owners)) + "}"


def _changes(*columns):
    """True where a row differs from the row before it; the first always does."""
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _named(ground: Ground, member):
    """Area, rule and name of each row, as COPY text."""
    area = [r"\N" if ground.area[number] is None else ground.area[number] for number in member]
    return area, [ground.rule[number] for number in member], [_escaped(ground.name[number]) for number in member]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


def _hex(shapes, code):
    missing = shapely.is_missing(shapes)
    text = shapely.to_wkb(shapely.set_srid(shapes, code), hex=True, include_srid=True)
    return np.where(missing, r"\N", text)


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
