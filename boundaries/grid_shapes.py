"""Dividing areas into cells of like size: hexagons, squares, or the ground nearest to each of some points.

All lines, those of the areas too, are noded together and the faces between them taken: neighbours share every corner
to the bit, and nothing is left out or taken twice. Nothing here is random: points that are not given come of a seed.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely

from boundaries import polygons
from boundaries.grid_faults import Land
from gis_core import crs

LEAST_SHARE = 0.3  # of a whole cell; what the areas' borders leave smaller joins a neighbour
_SEED, _ROUNDS = 20150406, 4
_MARGIN_M = 1.0  # lines go on so far beyond a border, so that they surely meet it
SHAPES = ("hexagon", "square", "voronoi")


def divide(
    areas: Sequence[Land], shape: str, size_m: float, points: Sequence[tuple] = ()
) -> list[tuple[Land, shapely.Geometry]]:
    """(area, cell) for all ground of the areas. `size_m`: the width of a cell; of `voronoi` that of a square of its
    size where no `points` (lon, lat) are given. An area without a point of its own is one cell."""
    if not areas:
        return []
    plane = _plane_of(areas)
    local = [shapely.transform(area.geom, lambda places: np.column_stack(crs.from_wgs84(*places.T, plane)))
             for area in areas]  # fmt: skip
    if shape == "voronoi":
        given = np.column_stack(crs.from_wgs84(*np.array(points, dtype=float).reshape(-1, 2).T, plane))
        lines = _voronoi(local, given, size_m)
    else:
        lines = _lattice(local, size_m, {"hexagon": _hexagons, "square": _squares}[shape])
    back = shapely.transform(lines, lambda places: np.column_stack(crs.to_wgs84(*places.T, plane)))
    faces = _faces(areas, back)
    least = LEAST_SHARE * _whole(shape, size_m, local, len(faces) if shape == "voronoi" and len(points) else 0)
    return _without_slivers(faces, least)


def _plane_of(areas):
    west, _south, east, _north = shapely.total_bounds([area.geom for area in areas])
    return crs.parse(f"EPSG:{polygons.metric_srid_for((west + east) / 2)}")


def _whole(shape: str, size_m: float, local, number: int) -> float:
    """Square metres of a cell that no border cuts; of points that are given, a tenth of what they have on average."""
    if number:
        return sum(area.area for area in local) / number / 10
    return size_m**2 * (np.sqrt(3) / 2 if shape == "hexagon" else 1)


def _lattice(local, size_m, make) -> np.ndarray:
    """Outlines of the tiles that touch an area; corners to the millimetre, so that tiles have them in common."""
    tiles = make(shapely.total_bounds(local), size_m)
    tree = shapely.STRtree(tiles)
    touching = np.unique(np.concatenate([tree.query(area, "intersects") for area in local]))
    return shapely.boundary(tiles[touching])


def _squares(bounds, size) -> np.ndarray:
    west, south, east, north = bounds
    x, y = np.meshgrid(np.arange(west - size / 2, east + size, size), np.arange(south - size / 2, north + size, size))
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    rings = np.stack([np.stack([x.ravel() + size * dx, y.ravel() + size * dy], axis=1) for dx, dy in corners], axis=1)
    return shapely.polygons(np.round(rings, 3))


def _hexagons(bounds, size) -> np.ndarray:
    """Standing on a corner, `size` from side to side; every other row is half a cell further east."""
    west, south, east, north = bounds
    radius = size / np.sqrt(3)
    columns = np.arange(-1, (east - west) / size + 2)
    rows = np.arange(-1, (north - south) / (1.5 * radius) + 2)
    column, row = map(np.ravel, np.meshgrid(columns, rows))
    # Corners on a lattice of half widths and half radii: one place has one pair of numbers.
    half_x, half_y = 2 * column + row % 2, 3 * row
    corners = [(0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1)]
    rings = np.stack([np.stack([half_x + dx, half_y + dy], axis=1) for dx, dy in corners], axis=1)
    return shapely.polygons(np.round(rings * (size / 2, radius / 2) + (west, south), 3))


def _voronoi(local, given, size_m) -> np.ndarray:
    """Edges between the points of each area, drawn a little beyond its border."""
    edges = []
    for area in local:
        inside = given[shapely.intersects_xy(area, *given.T)] if len(given) else _seeded(area, size_m)
        if len(inside) > 1:
            whole = shapely.voronoi_polygons(shapely.MultiPoint(inside), extend_to=area.buffer(size_m), only_edges=True)
            edges.append(shapely.intersection(whole, area.buffer(_MARGIN_M)))
    return np.array(edges, dtype=object)


def _seeded(area, size_m) -> np.ndarray:
    """Points spread over the area: by a seed, then moved into the middle of their own ground a few times."""
    number = max(1, round(area.area / size_m**2))
    chance = np.random.default_rng(_SEED)
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < number:
        thrown = chance.uniform((west, south), (east, north), (4 * number, 2))
        found = np.vstack([found, thrown[shapely.contains_xy(area, *thrown.T)]])[:number]
    for _round in range(_ROUNDS if number > 1 else 0):
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(found), extend_to=area))
        found = shapely.get_coordinates(shapely.centroid(shapely.intersection(cells, area)))
    return found


def _faces(areas: Sequence[Land], lines) -> list[tuple[Land, shapely.Geometry]]:
    borders = [shapely.boundary(area.geom) for area in areas]
    noded = shapely.union_all([*borders, *lines])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    tree = shapely.STRtree([area.geom for area in areas])
    face, area = tree.query(shapely.point_on_surface(faces), "intersects")
    first = dict(zip(face[::-1], area[::-1], strict=True))  # of areas that lie over one another the first has it
    return [(areas[first[place]], faces[place]) for place in sorted(first)]


def _without_slivers(faces, least_m2: float) -> list[tuple[Land, shapely.Geometry]]:
    """Faces that are too small join the one of their area with which they share the longest line."""
    sides = _sides(faces)
    size = {place: polygons.square_metres(face) for place, (_area, face) in enumerate(faces)}
    members = {place: [place] for place in size}
    for small in sorted(size, key=lambda place: (size[place], place)):
        if size[small] >= least_m2 or not sides[small]:
            continue
        home = max(sides[small], key=lambda other: (sides[small][other], -other))
        size[home] += size.pop(small)
        members[home] += members.pop(small)
        for other, length in sides.pop(small).items():
            del sides[other][small]
            if other != home:
                sides[home][other] += length
                sides[other][home] += length
    return [
        (faces[place][0], shapely.union_all([faces[each][1] for each in group]))
        for place, group in sorted(members.items())
    ]


def _sides(faces) -> dict[int, dict[int, float]]:
    """How long a line each face shares with each other one of its area; in degrees, which is enough to compare."""
    holders = defaultdict(list)
    for place, (_area, face) in enumerate(faces):
        for ring in shapely.get_rings(face):
            corners = list(map(tuple, shapely.get_coordinates(ring)))
            for edge in pairwise(corners):
                holders[min(edge), max(edge)].append(place)
    sides = defaultdict(lambda: defaultdict(float))
    for (start, end), both in holders.items():
        if len(both) == 2 and faces[both[0]][0] is faces[both[1]][0]:
            length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
            sides[both[0]][both[1]] += length
            sides[both[1]][both[0]] += length
    return sides
