"""What makes a polygon fit to be an area, and what two areas may share. Shapely, WGS 84 degrees; sizes in metres."""

from collections.abc import Sequence

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from gis_core import crs, srid
from gis_core.db.measured import STEP_DEG

EQUAL_AREA = 6933  # EPSG: cylindrical, in which every size is that of the ellipsoid
FIRST_ZONE_SRID, FIRST_ZONE = 4534, 25  # EPSG: CGCS2000 3-degree Gauss–Kruger, central meridian 75° E
# Borders drawn apart overlap by slivers; more than this is two units answering for one site.
OVERLAP_TOLERANCE_M2 = 1_000


def metric_srid_for(lon: float) -> int:
    """EPSG code of the CGCS2000 3-degree zone whose central meridian is nearest to `lon` (75–135° E)."""
    zone = min(max(round(lon / 3), FIRST_ZONE), FIRST_ZONE + 20)
    return FIRST_ZONE_SRID + zone - FIRST_ZONE


def converted(geometry, system: crs.Crs) -> tuple[shapely.Geometry | None, str]:
    """(in WGS 84, what is wrong). Corners that PROJ cannot place are no numbers, and rings of such do not close."""
    try:
        return geometry and crs.geometry_to_wgs84(geometry, system), ""
    except shapely.errors.GEOSException:
        return None, _("has corners that {system} cannot place").format(system=system.label)


def shape_fault(geometry) -> str:
    """Why it is no sound polygon, wherever it lies; empty when it is one."""
    if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        return _("is not a polygon")
    if not geometry.is_valid:
        return _("invalid polygon ({why})").format(why=shapely.is_valid_reason(geometry))
    return ""


def place_fault(geometry) -> str:
    """Why its corners can be no places in China, in longitude and latitude; empty when they can."""
    west, south, east, north = geometry.bounds
    try:
        crs.check_lon_lat(west, south)
        crs.check_lon_lat(east, north)
    except crs.BadCoordinate as error:
        return str(error)
    return ""


def overlaps(shapes: Sequence, special: Sequence[bool]) -> list[tuple[int, int, float]]:
    """(one, other, square metres) of pairs on the same level that share more than slivers, by position.

    A special area lies in townships by nature and goes before them; two of a kind would answer both.
    """
    if not len(shapes):
        return []
    pairs = np.sort(shapely.STRtree(shapes).query(shapes, "intersects").T, axis=1)
    shared = (
        (int(first), int(second), square_metres(shapes[first].intersection(shapes[second])))
        for first, second in np.unique(pairs, axis=0)
        if first != second and special[first] == special[second]
    )
    return [pair for pair in shared if pair[2] > OVERLAP_TOLERANCE_M2]


def square_metres(geometry) -> float:
    """On the ellipsoid, its lines straight on the map: to 1 in 10⁹ what `gis_core.db.measured` says in the database."""
    if not geometry.area:  # most of what two areas share is a line
        return 0.0
    return _in(EQUAL_AREA, shapely.segmentize(geometry, STEP_DEG)).area


def metres_around(geometry) -> float:
    """The length of its border, in the plane of the zone in which it lies."""
    return _in(metric_srid_for(geometry.centroid.x), geometry).length


def _in(code: int, geometry) -> shapely.Geometry:
    plane = crs.parse(f"EPSG:{code}")
    return shapely.transform(geometry, lambda points: np.column_stack(crs.from_wgs84(*points.T, plane)))


def of_stored(geometry: GEOSGeometry) -> shapely.Geometry:
    return shapely.from_wkb(bytes(geometry.wkb))


def to_store(geometry) -> GEOSGeometry:
    """As every table of the land keeps it: a multipolygon without heights."""
    if geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry, output_dimension=2)), srid=srid.STORAGE)
