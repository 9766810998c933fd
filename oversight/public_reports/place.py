"""A point for a place that was told in words: somewhere in the area, with a radius that says so."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point

from boundaries.models import Area


@dataclass(frozen=True)
class Somewhere:
    """A point of an area in WGS 84 degrees; the whole area lies within `accuracy_m` metres of it."""

    lon: float
    lat: float
    accuracy_m: float


def somewhere_in(area: Area) -> Somewhere:
    """The radius reaches the area's farthest corner: an assignment by such a point is one to be confirmed."""
    point = area.geom.point_on_surface
    metric = area.edition.metric_srid
    here = point.transform(metric, clone=True)
    hull = area.geom.convex_hull.transform(metric, clone=True)
    radius = max(here.distance(Point(*corner, srid=metric)) for corner in hull.exterior_ring)
    return Somewhere(point.x, point.y, float(round(radius)))
