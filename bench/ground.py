"""A made-up county of many small groups: 2,400 areas of 200 vertices each, and points spread over them.

60 columns × 40 rows; every edge between two areas is one wiggly line of 50 segments that both share, so
the areas cover the ground without gap or overlap. Each area is a group of its own: the hardest case, for
every border is then a border between groups.
"""

from datetime import date

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction

from boundaries import editions
from boundaries.models import Area, CooperationGroup, Edition, LeadUnit, Region, Unit
from gis_core import srid

REGION = "990000"
COLUMNS, ROWS, SEGMENTS = 60, 40, 50
WEST, SOUTH, EAST, NORTH = 113.05, 34.55, 113.60, 35.00
WIGGLE = 0.03  # of an edge's length
POINTS = """
DROP TABLE IF EXISTS bench_point;
CREATE TABLE bench_point AS SELECT n AS key, NULL::float8 AS accuracy_m,
    ST_SetSRID(ST_MakePoint({west} + random() * {width}, {south} + random() * {height}), {srid}) AS geom
FROM generate_series(1, {count}) n;
CREATE INDEX ON bench_point USING gist (geom);
ANALYZE bench_point;
"""


@transaction.atomic
def edition() -> Edition:
    """The made-up county's edition, published; made when it is missing."""
    if made := Edition.objects.published().filter(region=REGION).first():
        return made
    region, _made = Region.objects.get_or_create(code=REGION, defaults={"name": "示例县", "case_prefix": "B"})
    unit, _made = Unit.objects.get_or_create(
        region=region, code="unit", defaults={"name": "示例站", "kind": Unit.Kind.STATION}
    )
    draft = Edition.objects.create(region=region, name="示例版", valid_from=date(2015, 1, 1), outline=_outline())
    groups = CooperationGroup.objects.bulk_create(
        CooperationGroup(edition=draft, code=f"N{n}", name=f"第{n}组", order=n) for n in range(1, COLUMNS * ROWS + 1)
    )
    LeadUnit.objects.bulk_create(LeadUnit(group=group, unit=unit, lead_order=1) for group in groups)
    Area.objects.bulk_create(
        Area(edition=draft, group=group, code=f"9900{n:05}", name=f"第{n}区", kind="town", geom=geometry)
        for n, (group, geometry) in enumerate(zip(groups, _areas(), strict=True), 1)
    )
    return editions.publish(draft)


def make_points(count: int) -> None:
    """`bench_point` (key, geom, accuracy_m): the same points every time."""
    box = {"west": WEST, "south": SOUTH, "width": EAST - WEST, "height": NORTH - SOUTH}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SELECT setseed(0.21)")
        cursor.execute(POINTS.format(count=count, srid=srid.STORAGE, **box))


def _outline():
    return _multi(shapely.box(WEST, SOUTH, EAST, NORTH))


def _areas():
    rng = np.random.default_rng(1)
    xs, ys = np.linspace(WEST, EAST, COLUMNS + 1), np.linspace(SOUTH, NORTH, ROWS + 1)
    corner = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    across = {
        (i, j): _edge(corner[i, j], corner[i + 1, j], rng if 0 < j < ROWS else None)
        for i in range(COLUMNS)
        for j in range(ROWS + 1)
    }
    up = {
        (i, j): _edge(corner[i, j], corner[i, j + 1], rng if 0 < i < COLUMNS else None)
        for i in range(COLUMNS + 1)
        for j in range(ROWS)
    }
    for i in range(COLUMNS):
        for j in range(ROWS):
            sides = across[i, j], up[i + 1, j], across[i, j + 1][::-1], up[i, j][::-1]
            yield _multi(shapely.Polygon(np.vstack([side[:-1] for side in sides])))


def _edge(start, end, rng):
    """SEGMENTS + 1 points from `start` to `end`; a random walk beside the straight line, or the line itself."""
    along = np.linspace(0, 1, SEGMENTS + 1)
    points = start + (end - start) * along[:, None]
    if rng is None:
        return points
    walk = np.cumsum(rng.normal(0, 1, SEGMENTS + 1)) * along * (1 - along)  # edges meet only in corners
    across = np.array([-(end - start)[1], (end - start)[0]])
    return points + across * (WIGGLE * walk / np.abs(walk).max())[:, None]


def _multi(polygon):
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon([polygon]))), srid=srid.STORAGE)
