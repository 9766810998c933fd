"""Fronts: the border lines of other groups' holdings that a square measures distances against.

With c the centre of a quarter of the square, h half the quarter's diagonal and d the distance from c to the
nearest such line, no line farther than d + 2h from c can be nearest to a point of that quarter.
"""

from dataclasses import dataclass

import numpy as np
import shapely

REACH_M = 100.0  # accuracies up to this find all areas within reach in the square's own fronts


@dataclass(frozen=True)
class Border:
    """Every segment of every holding, metres: `ends` is (n, 2, 2); `ring` numbers the ring it is part of."""

    ends: np.ndarray
    owner: np.ndarray
    group: np.ndarray
    ring: np.ndarray
    tree: shapely.STRtree
    extent: shapely.Polygon


def read_border(edition, cursor) -> Border:
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


def fronts(centre, group, border: Border, quarter_m, metric_srid) -> list[tuple[list[str], list[str]]]:
    """Each row's fronts (one per area beyond, as hexadecimal EWKB) and the ids of those areas.

    `centre` is (rows, 4, 2) in metres, the centres of each square's quarters; `group` the row's own.
    """
    pairs = [_lines_near(np.flatnonzero(group == own), centre, own, border, quarter_m) for own in np.unique(group)]
    row, line = np.concatenate(pairs, axis=1)
    found = [([], [])] * len(centre)
    if len(row):
        for number, its_fronts, owners in _collected(row, line, border, metric_srid):
            found[number] = its_fronts.tolist(), owners.tolist()
    return found


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


def _collected(row, line, border: Border, metric_srid):
    """Segments that follow one another become one line, an owner's lines of a row one front.

    Gives (row, fronts, owners) for each row that has any.
    """
    order = np.lexsort((line, row))
    row, line = row[order], line[order]
    new_front = _changes(row, border.owner[line])
    new_line = new_front | _changes(border.ring[line], line - np.arange(len(line)))
    last = np.append(new_line[1:], True)
    points = np.insert(border.ends[line, 0], np.flatnonzero(last) + 1, border.ends[line[last], 1], axis=0)
    number = np.cumsum(new_line) - 1
    number = np.insert(number, np.flatnonzero(last) + 1, number[last])
    lines = shapely.linestrings(points, indices=number)
    front = shapely.multilinestrings(lines, indices=(np.cumsum(new_front) - 1)[new_line])
    single = shapely.get_num_geometries(front) == 1
    front[single] = shapely.get_geometry(front[single], 0)
    front = shapely.to_wkb(shapely.set_srid(front, metric_srid), hex=True, include_srid=True)
    its, starts = np.unique(row[new_front], return_index=True)
    owner = border.owner[line][new_front].astype(str)
    return zip(its, np.split(front, starts[1:]), np.split(owner, starts[1:]), strict=True)


def _changes(*columns):
    """True where a row differs from the row before it; the first always does."""
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed
