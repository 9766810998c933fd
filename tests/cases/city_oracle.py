"""Coverage of a random city worked out again from the domain page alone.

The second opinion is shapely's and Python's: areas in an equal-area projection of the ellipsoid, buffers in
Gauss–Kruger metres, percentiles by numpy. Nothing of `cases.coverage` or `boundaries.ground` is imported.
"""

import itertools
import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely

from gis_core import crs
from tests.cases.random_city import LIMITS, City, MadeCase, MadeCell, MadePatrol, located

A, E2 = 6378137.0, 0.0066943799901413165  # the ellipsoid of WGS 84
E = math.sqrt(E2)
METRIC = crs.parse("EPSG:4547")
SEGMENT_DEG = 0.0001


def square_metres(shape) -> float:
    """On the ellipsoid, by the equal-area cylinder: lon against the authalic q of lat (Snyder 1987, 3-12)."""
    if shape.is_empty:
        return 0.0

    def flat(points):
        s = np.sin(np.radians(points[:, 1]))
        q = (1 - E2) * (s / (1 - E2 * s * s) - np.log((1 - E * s) / (1 + E * s)) / (2 * E))
        return np.column_stack([np.radians(points[:, 0]) * A, q * A / 2])

    return shapely.transform(shapely.segmentize(shape, SEGMENT_DEG), flat).area


def metric(shape):
    return shapely.transform(shape, lambda points: np.column_stack(crs.from_wgs84(*points.T, METRIC)))


@dataclass
class Wanted:
    """A cell as the domain page has it."""

    staffed: bool
    embedded: bool
    days: float | None
    round_days: int
    share: float | None
    open_cases: int
    heat: float
    hot: bool
    silent: bool
    status: str = ""


def expected(city: City, end: datetime) -> tuple[dict[str, Wanted], dict[str, float]]:
    """Cells by code, and the figures of the ground, at `end`, the end of the day asked about."""
    active = {f"{number:015d}": cell for number, cell in enumerate(city.cells) if cell.until is None or cell.until <= 0}
    found = {code: _cell(city, cell) for code, cell in active.items()}
    if found:
        least = np.percentile([its.heat for its in found.values()], 80, method="inverted_cdf")
        for code, its in found.items():
            its.hot = its.heat >= least and any(_inside(active[code], case) for case in _true_until(city.cases))
            its.status = _status(its)
    return found, _ground(city, active.values())


def _status(its: Wanted) -> str:
    late = its.days is None or its.days > its.round_days
    if not its.staffed:
        return "unstaffed"
    if its.hot and (its.days is None or its.days > its.round_days / 2):
        return "hot_unpatrolled"
    if late:
        return "stale"
    return "thin" if its.share is not None and its.share < 0.6 else "ok"


def _cell(city: City, cell: MadeCell) -> Wanted:
    urban = city.kinds[cell.area] == "subdistrict"
    days, radius = (7, 50) if urban else (15, 100)
    days = cell.round_days or days
    walked = [patrol for patrol in city.patrols if patrol.counts and patrol.hours >= 0]
    entered = [patrol for patrol in walked if _enters(patrol, cell)]
    last = min((patrol.hours for patrol in entered), default=None)
    # A round begins at midnight, so many whole days before the day asked about.
    recent = [patrol for patrol in walked if patrol.line and patrol.hours <= (days + 1) * 24]
    share = None
    if any(_crosses(patrol, cell) for patrol in recent):
        ground = metric(cell.polygon)
        seen = shapely.union_all([metric(_line(patrol)).buffer(radius, quad_segs=16) for patrol in recent])
        share = seen.intersection(ground).area / ground.area
    here = [case for case in _true_until(city.cases) if _inside(cell, case)]
    new = [case for case in here if case.hours <= 91 * 24]
    own = [case for case in new if case.channel in ("grid_feedback", "patrol")]
    return Wanted(
        staffed=any(_on_duty(post) for post in cell.posts if post[0] != "embedded_grid_staff"),
        embedded=any(_on_duty(post) for post in cell.posts if post[0] == "embedded_grid_staff"),
        days=None if last is None else last / 24,
        round_days=days,
        share=share,
        open_cases=sum(_is_open(case) for case in here),
        heat=sum((3 if case.major else 1) * 0.5 ** (case.hours / 24 / 90) for case in here),
        hot=False,
        silent=last is not None and last <= 91 * 24 and bool(new) and not own,
    )


def _on_duty(post) -> bool:
    _role, first, last, leave = post
    there = first >= 0 and (last is None or last <= 0)
    return there and not (leave and leave[0] >= 0 and (leave[1] is None or leave[1] <= 0))


def _true_until(cases):
    for case in cases:
        gone = case.gone is None or case.gone >= 0
        if case.hours >= 0 and not (case.status in ("void", "unfounded") and gone):
            yield case


def _is_open(case: MadeCase) -> bool:
    if case.status in ("reported", "investigating"):
        return True
    return case.gone is not None and case.gone < 0


def _inside(cell: MadeCell, case: MadeCase) -> bool:
    return cell.polygon.covers(shapely.Point(located(case.x, case.y)))


def _line(patrol: MadePatrol):
    return shapely.LineString([located(*place) for place in patrol.line])


def _crosses(patrol: MadePatrol, cell: MadeCell) -> bool:
    return bool(patrol.line) and _line(patrol).intersects(cell.polygon)


def _enters(patrol: MadePatrol, cell: MadeCell) -> bool:
    places = [shapely.Point(located(*place)) for place in patrol.places]
    return _crosses(patrol, cell) or any(cell.polygon.covers(place) for place in places)


def _ground(city: City, cells) -> dict[str, float]:
    covered = shapely.union_all([cell.polygon for cell in cells])
    gap = slivers = 0.0
    for number, area in enumerate(city.areas):
        least, roundness = (_limit(city, name, number) for name in ("least_gap_m2", "least_roundness"))
        for piece in shapely.get_parts(area.difference(covered)):
            size, length = square_metres(piece), metric(piece).length
            if size and size >= least and 4 * math.pi * size / length**2 >= roundness:
                gap += size
            else:
                slivers += size
    ordinary = [cell for cell in cells if not cell.special]
    overlap = 0.0
    for one, other in itertools.combinations(ordinary, 2):
        parts = shapely.get_parts(one.polygon & other.polygon)
        size = square_metres(shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"]))
        if size > min(_limit(city, "least_overlap_m2", cell.area) for cell in (one, other)):
            overlap += size
    whole = shapely.union_all(city.areas)
    return {
        "whole_m2": sum(square_metres(area) for area in city.areas),
        "covered_m2": square_metres(covered & whole),
        "gap_m2": gap,
        "slivers_m2": slivers,
        "overlap_m2": overlap,
    }


def _limit(city: City, name: str, area: int) -> float:
    """The narrowest rule that says something: of the area and the tier, of the area, of the tier, of all."""
    place = list(LIMITS).index(name) + 2
    for asked in ((3, area), (0, area), (3, None), (0, None)):
        for rule in city.slivers:
            if rule[:2] == asked and rule[place] is not None:
                return rule[place]
    return LIMITS[name]
