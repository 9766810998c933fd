"""Random small cities, written to the database; `tests.cases.city_oracle` works their coverage out again."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString, Point
from hypothesis import strategies as st

from boundaries import visits
from boundaries.models import CoverageRule, Edition, GridCell, Patrol, Region
from cases.models import Case
from gis_core import srid

WEST, SOUTH, STEP = 113.4, 34.75, 0.01  # of the city's corner; a cell is about 0.9 × 1.1 km
LIMITS = {"least_gap_m2": 500, "least_roundness": 0.05, "least_overlap_m2": 500}


@dataclass(frozen=True)
class MadeCell:
    """Columns and rows of STEP, with a corner pulled aside; `posts` are (role, first, last or None, leave or None) in
    days before the day asked about."""

    column: int
    row: int
    pull: float
    area: int
    special: bool
    until: int | None
    round_days: int | None
    posts: tuple

    @property
    def polygon(self):
        x, y = WEST + self.column * STEP, SOUTH + self.row * STEP
        side = STEP * (1.4 if self.special else 1)
        corners = [(x, y), (x + side, y), (x + side + self.pull, y + side), (x, y + side)]
        return shapely.Polygon([(round(a, 7), round(b, 7)) for a, b in corners])


@dataclass(frozen=True)
class MadePatrol:
    """`hours` before the end of the day asked about it ended; a line or single places in the city's cells."""

    hours: float
    line: tuple
    places: tuple
    counts: bool


@dataclass(frozen=True)
class MadeCase:
    """`gone` hours before the end of the day it ended, if it did."""

    x: float
    y: float
    hours: float
    gone: float | None
    status: str
    channel: str
    major: bool


@dataclass
class City:
    """Areas are columns of the land, `kinds` theirs; what is drawn stands in `cells`, `patrols`, `cases`. `slivers`
    are (tier, area or None for every one, least gap, least roundness, least overlap) of rules; None says nothing."""

    columns: int
    rows: int
    kinds: tuple
    slivers: tuple = ()
    cells: list[MadeCell] = field(default_factory=list)
    patrols: list[MadePatrol] = field(default_factory=list)
    cases: list[MadeCase] = field(default_factory=list)

    @property
    def areas(self):
        width = self.columns / len(self.kinds)
        return [
            shapely.box(WEST + n * width * STEP, SOUTH, WEST + (n + 1) * width * STEP, SOUTH + self.rows * STEP)
            for n in range(len(self.kinds))
        ]


def within(least, most):
    return st.floats(least, most, allow_nan=False).map(lambda number: round(number, 5))


SLIVERS = st.tuples(
    st.sampled_from((0, 3, 2)),
    st.sampled_from((None, 0)),
    st.sampled_from((None, 0.0, 900_000.0, 1_500_000.0)),
    st.sampled_from((None, 0.0, 0.4, 0.77)),
    st.sampled_from((None, 0.0, 100_000.0)),
)


@st.composite
def cities(draw):
    columns, rows = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    kinds = tuple(draw(st.lists(st.sampled_from(("subdistrict", "town")), min_size=1, max_size=2)))
    city = City(columns, rows, kinds, tuple(draw(st.lists(SLIVERS, max_size=3, unique_by=lambda rule: rule[:2]))))
    width = columns / len(kinds)
    post = st.tuples(
        st.sampled_from(("grid_leader", "grid_worker", "embedded_grid_staff")),
        st.integers(0, 40),
        st.one_of(st.none(), st.integers(-3, 10)),
        st.one_of(st.none(), st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(-2, 3)))),
    )
    for column in range(columns):
        for row in range(rows):
            if draw(st.integers(0, 4)) == 0:
                continue  # ground in no cell
            city.cells.append(
                MadeCell(
                    column, row, draw(st.sampled_from((0.0, 0.0, 0.002, -0.002))), min(int(column / width), len(kinds) - 1),
                    draw(st.integers(0, 5)) == 0, draw(st.sampled_from((None, None, None, -1, 0, 1))),
                    draw(st.sampled_from((None, None, 3))),
                    tuple(draw(st.lists(post.filter(_sound), max_size=2))),
                )
            )  # fmt: skip
    x, y = within(-0.3, columns + 0.3), within(-0.3, rows + 0.3)
    place = st.tuples(x, y)
    hours = st.one_of(
        st.sampled_from((0.0, 3 * 24.0, 7 * 24.0, 15 * 24.0, 3.5 * 24)), within(0, 24 * 20), within(-48, 0)
    )
    city.patrols = draw(
        st.lists(
            st.builds(
                MadePatrol,
                hours,
                st.one_of(st.just(()), st.lists(place, min_size=2, max_size=4, unique=True).map(tuple)),
                st.lists(place, max_size=2).map(tuple),
                st.integers(0, 6).map(bool),
            ),
            max_size=6,
        )
    )
    city.cases = draw(
        st.lists(
            st.builds(
                MadeCase, x, y, within(-30, 24 * 400), st.one_of(st.none(), within(-30, 24 * 100)),
                st.sampled_from(("reported", "investigating", "closed", "void", "unfounded")),
                st.sampled_from(("grid_feedback", "patrol", "complaint", "superior_assigned")), st.booleans(),
            ),
            max_size=12,
        )
    )  # fmt: skip
    return city


def _sound(post) -> bool:
    _role, first, last, leave = post
    return (last is None or last <= first) and (leave is None or leave[1] is None or leave[1] <= leave[0])


def located(x, y):
    return round(WEST + x * STEP, 7), round(SOUTH + y * STEP, 7)


def write(city: City, code: str, day: date, end: datetime) -> None:
    """Everything into the database; `end` is the moment asked about, the end of `day`."""
    region = Region.objects.create(code=code, name="丁市", case_prefix="DS")
    outline = shapely.union_all(city.areas)
    edition = Edition.objects.create(
        region=region, name="第一版", valid_from=date(2020, 1, 1), outline=_stored(outline)
    )
    for number, (kind, shape) in enumerate(zip(city.kinds, city.areas, strict=True)):
        edition.areas.create(code=f"A{number}", name=f"{number}镇", kind=kind, geom=_stored(shape))
    Edition.objects.filter(pk=edition.pk).update(status="published")
    for tier, area, *told in city.slivers:
        where = {"level": tier, "area_code": "" if area is None else f"A{area}"}
        CoverageRule.objects.create(region=region, **where, **dict(zip(LIMITS, told, strict=True)))
    for number, cell in enumerate(city.cells):
        row = GridCell.objects.create(
            region=region, code=f"{number:015d}", name=f"{number}号", level=3, area_code=f"A{cell.area}",
            kind="special" if cell.special else "ordinary", valid_from=date(2020, 1, 1), patrol_days=cell.round_days,
            valid_to=None if cell.until is None else day - timedelta(days=cell.until), geom=_stored(cell.polygon),
        )  # fmt: skip
        for role, first, last, leave in cell.posts:
            post = row.posts.create(
                role=role, holder=role, valid_from=day - timedelta(days=first),
                valid_to=None if last is None else day - timedelta(days=last),
            )  # fmt: skip
            if leave:
                post.leaves.create(
                    first_day=day - timedelta(days=leave[0]),
                    last_day=None if leave[1] is None else day - timedelta(days=leave[1]),
                )
    made = [_patrol(region, patrol, end) for patrol in city.patrols]
    visits.record(made)
    Case.objects.bulk_create(_case(region, edition, number, case, end) for number, case in enumerate(city.cases))


def _stored(shape):
    if shape.geom_type == "Polygon":
        shape = shapely.MultiPolygon([shape])
    return GEOSGeometry(shapely.to_wkb(shape, hex=True), srid=srid.STORAGE)


def _patrol(region, made: MadePatrol, end: datetime) -> Patrol:
    ended = end - timedelta(hours=made.hours)
    line = (
        MultiLineString(LineString([located(*place) for place in made.line]), srid=srid.STORAGE) if made.line else None
    )
    patrol = Patrol.objects.create(
        region=region, officer_name="网格员", started_at=ended - timedelta(hours=1), ended_at=ended, source="phone",
        result="nothing_found", track=line, counts=made.counts,
    )  # fmt: skip
    for place in made.places:
        patrol.check_ins.create(at=ended, geom=Point(located(*place), srid=srid.STORAGE))
    return patrol


def _case(region, edition, number, made: MadeCase, end: datetime) -> Case:
    lon, lat = located(made.x, made.y)
    reported = end - timedelta(hours=made.hours)
    gone = (
        None if made.status in ("reported", "investigating") or made.gone is None else end - timedelta(hours=made.gone)
    )
    return Case(
        region=region, edition=edition, case_no=f"DS-{number}", status=made.status, channel=made.channel,
        is_major=made.major, geom=Point(lon, lat, srid=srid.STORAGE), raw_lon=lon, raw_lat=lat, raw_crs="wgs84",
        rule="township", confidence="high", year=reported.year, reported_at=reported,
        ended_at=gone and max(gone, reported),
    )  # fmt: skip
