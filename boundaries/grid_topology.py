"""Drawing cells so that neighbours keep their common line: the same corners on both sides of it, to the bit.

Shapely, WGS 84 degrees. Where two cells meet, each has every corner of the other as a corner of its own; then a corner
that moves, moves in all of them, and neither ground in no cell nor in two can open between them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import shapely
from django.utils.translation import gettext as _

from boundaries import polygons

SAME = 1e-9  # degrees, a tenth of a millimetre: what arithmetic makes of one place
LEAST_PIECE_M2 = 1  # smaller pieces are what arithmetic leaves of a line
_METRES = np.array([111_320.0, 110_940.0])  # a degree of longitude at the equator, a degree of latitude near 35° N
Key = int | str


class Untenable(ValueError):
    """The ground cannot be drawn like that; `key` is the cell that stands in the way, if it is one."""

    def __init__(self, sentence: str, key: Key | None = None):
        super().__init__(sentence)
        self.key = key


def shared(shapes: Mapping[Key, shapely.Geometry]) -> dict[Key, shapely.Geometry]:
    """Those that change when each gets the corners of the others that lie on its edges. Where two corners are one place
    but not the same numbers, the cell that comes later has the say."""
    now = dict(shapes)
    for key, shape in shapes.items():
        near = [now[other] for other in now if other != key and _are_near(shape, now[other])]
        now[key] = with_corners(shape, shapely.get_coordinates(near))
    return {key: shape for key, shape in now.items() if shape is not shapes[key]}


def _are_near(one, other) -> bool:
    west, south, east, north = one.bounds
    its_west, its_south, its_east, its_north = other.bounds
    apart = max(its_west - east, west - its_east, its_south - north, south - its_north)
    return apart <= SAME


def with_corners(shape: shapely.Geometry, places: np.ndarray) -> shapely.Geometry:
    """The shape with those of the places that lie on its edges as corners; the very same object where none is new."""
    west, south, east, north = shape.bounds
    x, y = places.reshape(-1, 2).T
    near = (x >= west - SAME) & (x <= east + SAME) & (y >= south - SAME) & (y <= north + SAME)
    corners = set(map(tuple, shapely.get_coordinates(shape)))
    new = [place for place in np.unique(places.reshape(-1, 2)[near], axis=0) if tuple(place) not in corners]
    if not new:
        return shape
    made = _rebuilt(shape, lambda ring: _ring_with(ring, np.array(new), SAME))
    return shape if shapely.equals_exact(made, shape) else made


def _rebuilt(shape, change: Callable[[np.ndarray], np.ndarray]) -> shapely.Geometry:
    """The polygon or polygons with every ring changed; Untenable where a ring closes no ground any more."""

    def changed(ring):
        return _closed(change(_ring(ring)))

    parts = [
        shapely.Polygon(changed(part.exterior), [changed(hole) for hole in part.interiors])
        for part in shapely.get_parts(shape)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(ring) -> np.ndarray:
    return shapely.get_coordinates(ring)


def _rings(shapes) -> list[np.ndarray]:
    return [_ring(ring) for ring in shapely.get_rings(shapely.get_parts(shapes))]


def _closed(ring: np.ndarray) -> np.ndarray:
    """Without corners twice in a row, and ending where it begins."""
    ring = ring[:-1] if len(ring) and np.array_equal(ring[0], ring[-1]) else ring
    ring = ring[np.any(ring != np.roll(ring, 1, axis=0), axis=1)]
    if len(ring) < 3:
        raise Untenable(_("A cell needs at least three corners."))
    return np.vstack([ring, ring[:1]])


def _ring_with(ring: np.ndarray, places: np.ndarray, reach: float, scale: np.ndarray | float = 1.0) -> np.ndarray:
    """The ring with each place on the edge that is nearest to it, if that is within reach of it and beside it; a place
    that is a corner already takes its stead."""
    ring = ring.copy()
    apart = np.hypot(*np.moveaxis(places[:, None] - ring, 2, 0))
    for place, corner in np.argwhere(apart <= SAME):
        ring[corner] = places[place]
    places = places[~(apart <= SAME).any(axis=1)]
    if not len(places):
        return ring
    edge, along, off = _nearest_edge(ring, places, scale)
    beside = (off <= reach) & (along > 0) & (along < 1)
    order = np.lexsort((along[beside], edge[beside]))
    return np.insert(ring, edge[beside][order] + 1, places[beside][order], axis=0)


def _nearest_edge(ring: np.ndarray, places: np.ndarray, scale):
    """(which edge, how far along it from 0 to 1, how far off) for each place."""
    start, way = ring[:-1] * scale, np.diff(ring, axis=0) * scale
    apart = (places * scale)[:, None] - start
    along = np.clip((apart * way).sum(axis=2) / np.maximum((way**2).sum(axis=1), 1e-300), 0, 1)
    off = np.hypot(*np.moveaxis(apart - along[..., None] * way, 2, 0))
    edge, each = off.argmin(axis=1), np.arange(len(places))
    return edge, along[each, edge], off[each, edge]


def snapped(shape: shapely.Geometry, targets: Sequence[shapely.Geometry], metres: float) -> shapely.Geometry:
    """The drawn shape with its corners on the targets' corners or else edges, and on its edges the targets' corners,
    where these are within so many metres; Untenable where it would cross itself."""
    scale = metre_scale(shape)
    reach = shape.buffer(2 * metres / scale.min()).bounds
    near = [target for target in targets if target.intersects(shapely.box(*reach))]
    if not near or metres <= 0:
        return shape
    corners = np.unique(shapely.get_coordinates(near), axis=0)
    rings = _rings(near)

    def change(ring):
        landed = np.array([_landed(place, corners, rings, metres, scale) for place in ring])
        return _ring_with(_closed(landed), corners, metres, scale)

    made = _rebuilt(shape, change)
    return checked(made, _("Snapped to its neighbours the outline would cross itself: draw it closer to them."))


def metre_scale(shape: shapely.Geometry) -> np.ndarray:
    """Metres of a degree east and of a degree north where the shape lies, to half a percent."""
    _west, south, _east, north = shape.bounds
    return _METRES * (np.cos(np.radians((south + north) / 2)), 1)


def _landed(place, corners, rings, metres, scale):
    """The place, or the corner or else the spot on an edge that it means."""
    off = np.hypot(*((corners - place) * scale).T)
    if off.min() <= metres:
        return corners[off.argmin()]
    spots = []
    for ring in rings:
        edge, along, apart = (found[0] for found in _nearest_edge(ring, place[None], scale))
        spots.append((apart, tuple(ring[edge] + along * (ring[edge + 1] - ring[edge]))))
    apart, spot = min(spots)
    return spot if apart <= metres else place


def landed(place: tuple, targets: Sequence[shapely.Geometry], metres: float) -> tuple[float, float]:
    """The corner of a target, or else the spot on its edge, that is within so many metres; else the place itself."""
    point = np.array(place, dtype=float)
    if metres <= 0 or not targets:
        return tuple(point)
    corners, rings = shapely.get_coordinates(targets), _rings(targets)
    return tuple(map(float, _landed(point, corners, rings, metres, metre_scale(shapely.Point(place)))))


def line_on_corners(line: shapely.LineString, shape: shapely.Geometry, metres: float) -> shapely.LineString:
    """The line through those corners of the shape that it all but meets."""
    corners, scale = shapely.get_coordinates(shape), metre_scale(shape)

    def meant(place):
        off = np.hypot(*((corners - place) * scale).T)
        return corners[off.argmin()] if off.min() <= metres else place

    return shapely.transform(line, lambda places: np.array([meant(place) for place in places]))


def checked(shape: shapely.Geometry, sentence: str, key: Key | None = None) -> shapely.Geometry:
    if not shape.is_valid or shape.is_empty:
        raise Untenable(sentence, key)
    return shape


def cut(shape: shapely.Geometry, others: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """What of the shape is in none of the others; Untenable where nothing is."""
    return _of_pieces(shapely.difference(shape, shapely.union_all(list(others))))


def within(shape: shapely.Geometry, home: shapely.Geometry) -> shapely.Geometry:
    return _of_pieces(shapely.intersection(shape, home))


def _of_pieces(shape) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if polygons.square_metres(part) >= LEAST_PIECE_M2]
    if not parts:
        raise Untenable(_("All of this ground is in other cells already, or in no area."))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def divided(shape: shapely.Geometry, line: shapely.LineString, reach_m: float) -> list[shapely.Geometry]:
    """The pieces that a line across the shape makes of it, the largest first; its ends may fall short by `reach_m`."""
    lines = shapely.union_all([shape.boundary, _lengthened(line, reach_m / metre_scale(shape).min())])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    shapely.prepare(shape)
    pieces = [
        face
        for face in faces
        if shape.covers(face.representative_point()) and polygons.square_metres(face) >= LEAST_PIECE_M2
    ]
    if len(pieces) <= shapely.get_num_geometries(shape):
        raise Untenable(_("The line must cross the cell from edge to edge."))
    return sorted(pieces, key=lambda piece: -piece.area)


def _lengthened(line: shapely.LineString, degrees: float) -> shapely.LineString:
    places = shapely.get_coordinates(line)
    if len(places) < 2 or np.array_equal(places[0], places[-1]):
        raise Untenable(_("A line needs two different ends."))
    ends = [
        end + (end - inner) / np.hypot(*(end - inner)) * degrees
        for end, inner in ((places[0], places[1]), (places[-1], places[-2]))
    ]
    return shapely.LineString([ends[0], *places, ends[1]])


def joined(shapes: Iterable[shapely.Geometry]) -> shapely.Geometry:
    """One piece of ground; Untenable where the shapes do not hang together by a common side."""
    made = shapely.union_all(list(shapes))
    if made.geom_type != "Polygon":
        raise Untenable(_("These cells have no side in common, so they make no single piece of ground."))
    return made


def moved(shapes: Mapping[Key, shapely.Geometry], moves: Sequence[tuple]) -> dict[Key, shapely.Geometry]:
    """Those shapes that change when corners go elsewhere: `moves` are pairs of places, from and to. A place on an edge
    becomes a corner of every shape that has the edge. Untenable, with the cell's key, where a ring would cross
    itself."""
    starts = np.array([start for start, _end in moves], dtype=float)
    ends = np.array([end for _start, end in moves], dtype=float)

    def change(ring):
        ring = ring.copy()
        apart = np.hypot(*np.moveaxis(ring[:, None] - starts, 2, 0))
        corner, move = np.nonzero(apart <= SAME)
        ring[corner] = ends[move]
        return ring

    changed = {}
    for key, shape in shapes.items():
        made = _rebuilt(with_corners(shape, starts), change)
        if not shapely.equals_exact(made, shape):
            changed[key] = checked(made, _("Moved there the outline would cross itself."), key)
    if not changed:
        raise Untenable(_("No cell has a corner or an edge at that place."))
    return changed


def pruned(shapes: Mapping[Key, shapely.Geometry], places: Sequence[tuple]) -> dict[Key, shapely.Geometry]:
    """Those shapes that change when corners are gone, each from every ring that has it; its two neighbours on the ring
    are joined. Untenable, with the cell's key, where a third line ends at the corner, so that ground would open between
    cells, and where a ring would have fewer than three corners, cross itself or lose its ground."""
    gone = np.array(places, dtype=float)
    whole = dict(shapes) | shared(shapes)
    _check_no_third_line(whole, gone)
    changed = {}
    for key, shape in whole.items():
        if _is_any(shapely.get_coordinates(shape), gone).any():
            changed[key] = _without(shape, gone, key)
    if not changed:
        raise Untenable(_("No cell has a corner at that place."))
    return changed


def _is_any(corners: np.ndarray, places: np.ndarray) -> np.ndarray:
    """For each corner whether it is one of the places."""
    return (np.hypot(*np.moveaxis(corners[:, None] - places, 2, 0)) <= SAME).any(axis=1)


def _check_no_third_line(shapes: Mapping[Key, shapely.Geometry], places: np.ndarray) -> None:
    """The cells at a corner must have the same two edges there: then what one gives, the other takes."""
    ends = [set() for _place in places]
    for key, shape in shapes.items():
        for ring in _rings([with_corners(shape, places)]):
            ring = ring[:-1]
            apart = np.hypot(*np.moveaxis(ring[:, None] - places, 2, 0))
            for corner, place in np.argwhere(apart <= SAME):
                ends[place] |= {tuple(ring[corner - 1]), tuple(ring[(corner + 1) % len(ring)])}
                if len(ends[place]) > 2:
                    raise Untenable(
                        _("More than two lines meet at this corner: without it ground would open between cells."), key
                    )


def _without(shape: shapely.Geometry, places: np.ndarray, key: Key) -> shapely.Geometry:
    try:
        made = _rebuilt(shape, lambda ring: ring[~_is_any(ring, places)])
    except Untenable as error:
        raise Untenable(str(error), key) from error
    checked(made, _("Without this corner the outline would cross itself."), key)
    if polygons.square_metres(made) < LEAST_PIECE_M2:
        raise Untenable(_("Without this corner nothing of its ground would be left."), key)
    return made
