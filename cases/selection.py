"""Which cases lie in a shape: what a person draws on the map, or an area, a grid cell, a box that is named."""

from django.contrib.gis.geos import GEOSException, LinearRing, Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import GridCell
from gis_core import srid

MOST = 500  # cases chosen at once; more is said, and asks for a smaller shape
MOST_VERTICES = 2000
FEWEST = 4  # positions of a closed ring


class BadShape(ValueError):
    """The shape cannot be looked in; the sentence says why and what to do."""


def polygon(given) -> Polygon:
    """A GeoJSON Polygon in WGS 84 as a geometry; a ring need not repeat its first position."""
    if not isinstance(given, dict) or given.get("type") != "Polygon" or not isinstance(given.get("coordinates"), list):
        raise BadShape(_("A GeoJSON Polygon is needed: type and coordinates."))
    rings = [_ring(ring) for ring in given["coordinates"]]
    if not rings:
        raise BadShape(_("A shape needs at least three corners."))
    if sum(len(ring) - 1 for ring in rings) > MOST_VERTICES:
        raise BadShape(_("At most {number} corners: draw a simpler shape.").format(number=MOST_VERTICES))
    try:
        shape = Polygon(*(LinearRing(ring) for ring in rings), srid=srid.STORAGE)
    except GEOSException as error:
        raise BadShape(_("A shape needs at least three corners.")) from error
    if not shape.valid:
        raise BadShape(_("The shape crosses or touches itself ({where}): draw it again.").format(where=_where(shape)))
    return shape


def _ring(ring) -> list[tuple[float, float]]:
    if not isinstance(ring, list):
        raise BadShape(_("A GeoJSON Polygon is needed: type and coordinates."))
    if len(ring) > MOST_VERTICES + 1:
        raise BadShape(_("At most {number} corners: draw a simpler shape.").format(number=MOST_VERTICES))
    positions = [_position(one) for one in ring]
    if positions and positions[0] != positions[-1]:
        positions.append(positions[0])
    if len(positions) < FEWEST:
        raise BadShape(_("A shape needs at least three corners."))
    return positions


def _position(given) -> tuple[float, float]:
    """(lon, lat); NaN and infinity fail the comparison too."""
    if not isinstance(given, list) or len(given) < 2 or any(_is_no_number(one) for one in given[:2]):
        raise BadShape(_("A corner is [longitude, latitude] in degrees, WGS 84."))
    lon, lat = given[:2]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadShape(_("A corner is [longitude, latitude] in degrees, WGS 84."))
    return float(lon), float(lat)


def _is_no_number(value) -> bool:
    return isinstance(value, bool) or not isinstance(value, int | float)


def _where(shape: Polygon) -> str:
    """GEOS says the fault and its place in brackets: “Self-intersection[113.4 34.8]”."""
    place = shape.valid_reason.partition("[")[2].rstrip("]").split()
    return ", ".join(f"{float(number):.5f}" for number in place)


def cell_of(region, code: str) -> GridCell:
    """The region's grid cell of that code today."""
    cells = GridCell.objects.filter(region=region, code=code).valid_on(timezone.localdate())
    found = cells.order_by("-valid_from").first()
    if found is None:
        raise BadShape(_("There is no grid cell {code} today.").format(code=code))
    return found


def lying_in(cases, shape):
    """Those of `cases` that the shape covers, its edge and corners included."""
    return cases.filter(geom__coveredby=shape)
