"""The ground cut into equal hexagons, so that places compare whatever borders run through them.

The cells lie in the metric plane of the zone and are numbered from its origin, so that the same place is in the same
cell in every answer. Domain page 7: H3.
"""

import math
import re
from dataclasses import dataclass

from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from gis_core import srid

SIZES = (500, 1000, 2000)  # metres between opposite sides, and so between the middles of neighbours
SAID = re.compile(f"({'|'.join(map(str, SIZES))}):(-?[0-9]{{1,5}}):(-?[0-9]{{1,5}})", re.ASCII)
EASTING_M = 500_000  # of the zone's middle meridian
REACH_M = 1_500_000  # from it: farther out the plane says nothing about places
FARTHEST_NORTH_M = 8_000_000
EDGE = 1e-5  # degrees, a metre: a straight side of the plane is a little bent in degrees

# Common tables over `{cases}`, a query of `columns` and of `geom` in degrees; `numbered` has the columns and each
# case's cell. A cell's number is its axial coordinates, q to the east and r to the north by 60°; the nearest middle is
# found by rounding the three cube coordinates and mending the one that was rounded furthest, so that a point on a
# common side is in one cell alone. `side` is a cell's own, the distance from its middle to a corner.
NUMBERED = f"""
placed AS (
    SELECT {{columns}}, (sqrt(3) / 3 * x - y / 3) / {{side}} AS q, (2.0 / 3 * y) / {{side}} AS r FROM (
        SELECT {{columns}}, ST_X(plane) AS x, ST_Y(plane) AS y FROM (
            SELECT {{columns}}, ST_Transform(geom, {srid.GAUSS_KRUGER}) AS plane FROM ({{cases}}) c
        ) points) coordinates
), rounded AS (
    SELECT {{columns}}, round(q) AS q, round(-q - r) AS s, round(r) AS r,
           abs(round(q) - q) AS off_q, abs(round(-q - r) + q + r) AS off_s, abs(round(r) - r) AS off_r FROM placed
), numbered AS (
    SELECT {{columns}}, (CASE WHEN off_q > off_s AND off_q > off_r THEN -s - r ELSE q END)::int AS q,
           (CASE WHEN off_r >= off_s AND NOT (off_q > off_s AND off_q > off_r) THEN -q - s ELSE r END)::int AS r
    FROM rounded
)"""  # noqa: S608 - numbers alone are put in


def side_of(metres: float) -> float:
    return metres / math.sqrt(3)


def corners_of(metres: float) -> list[tuple[float, float]]:
    """A closed ring round (0, 0), in metres."""
    half, side = metres / 2, side_of(metres)
    ring = [(0, side), (half, side / 2), (half, -side / 2), (0, -side), (-half, -side / 2), (-half, side / 2)]
    return [*ring, ring[0]]


@dataclass(frozen=True)
class Cell:
    """One hexagon, `metres` between its opposite sides."""

    metres: int
    q: int
    r: int

    @classmethod
    def read(cls, text: str) -> "Cell | None":
        """Of `metres:q:r`; None for what says no cell of the plane."""
        said = SAID.fullmatch(text)
        cell = cls(*map(int, said.groups())) if said else None
        return cell if cell and cell.is_on_the_ground else None

    def __str__(self):
        return f"{self.metres}:{self.q}:{self.r}"

    @property
    def middle(self) -> tuple[float, float]:
        """In the metric plane."""
        return self.metres * (self.q + self.r / 2), 1.5 * side_of(self.metres) * self.r

    @property
    def is_on_the_ground(self) -> bool:
        x, y = self.middle
        return abs(x - EASTING_M) < REACH_M and 0 < y < FARTHEST_NORTH_M

    @property
    def outline(self) -> Polygon:
        """In degrees, WGS 84."""
        x, y = self.middle
        shape = Polygon([(x + east, y + north) for east, north in corners_of(self.metres)], srid=srid.GAUSS_KRUGER)
        return shape.transform(srid.STORAGE, clone=True)


def lying_in(cases: QuerySet, cell: Cell) -> QuerySet:
    """Those that the counts by hexagon find in this cell."""
    west, south, east, north = cell.outline.extent
    envelope = f"ST_MakeEnvelope(%s, %s, %s, %s, {srid.STORAGE})"
    near = f"SELECT id, geom FROM cases_case WHERE geom && {envelope}"  # noqa: S608 - likewise
    numbered = NUMBERED.format(columns="id", cases=near, side=side_of(cell.metres))
    box = [west - EDGE, south - EDGE, east + EDGE, north + EDGE]
    within = f"SELECT unnest(ARRAY(WITH {numbered} SELECT id FROM numbered WHERE q = %s AND r = %s))"  # noqa: S608 - likewise
    return cases.filter(pk__in=RawSQL(within, [*box, cell.q, cell.r]))  # noqa: S611 - values are bound
