"""A believable demonstration set: made-up cases on real ground, each marked as demonstration.

Sites gather round one seat and a few villages per area (places drawn at random inside the area: no published
village coordinate is used), spread over ten years, through every channel and state. Same seed, same set.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import shapely
from django.utils import timezone

from boundaries.models import Edition, Region
from cases.actions import case_numbers
from cases.bulk import Row
from cases.clocks import NewClocks
from cases.models.case import Channel, LandOwnership, Violation
from cases.naming import Names
from cases.workflow import BEFORE_DECISION, OPEN, UNFILED, Status
from gis_core import crs

YEARS = 10
OPEN_DAYS = 300  # younger cases are open the likelier, the younger they are
GRID_WORKER_SHARE = 0.04
LINGERING_SHARE = 0.05  # of the older ones are still open
HANDLING_DAYS = 150
CHANNEL_SHARES = {
    Channel.GRID_FEEDBACK: 0.38,
    Channel.COMPLAINT: 0.27,
    Channel.PATROL: 0.2,
    Channel.SUPERIOR_ASSIGNED: 0.1,
    Channel.OTHER: 0.05,
}
ENDED_SHARES = {
    Status.ARCHIVED: 0.55,
    Status.CLOSED: 0.12,
    Status.FOLLOW_UP: 0.06,
    Status.UNFOUNDED: 0.13,
    Status.TRANSFERRED_OUT: 0.09,
    Status.REJECTED: 0.04,
    Status.VOID: 0.01,
}
# Until it is checked a clue runs against D01, a filed case until its decision against D03.
CLOCKS = {
    **dict.fromkeys(UNFILED - {Status.SINGLE_UNIT, Status.JOINT_REQUIRED}, "D01"),
    **dict.fromkeys(BEFORE_DECISION, "D03"),
}
BEGUN_WITHIN_DAYS = {"D01": 30, "D03": 105}
SYSTEMS = {"wgs84": 0.7, "gcj02": 0.2, "bd09": 0.06, "cgcs2000": 0.04}
SITES = ("厂房", "住宅楼", "综合楼", "仓库", "商铺", "沿街门面", "办公楼", "养老院", "学校附属楼", "冷库")
ROADS = ("东段北侧", "西段南侧", "与村道交叉口", "加油站旁", "小学对面", "中段路东", "物流园内", "工业园区内")
SMALL_DEG2 = 0.003  # about 30 km²: areas smaller than that are built up the most densely
MISNAMED_SHARE = 0.02  # of the addresses name the township where the reporter comes from
DESCRIPTION = "演示数据，并非真实案件。"
SPREAD_DEG = 0.008  # standard deviation round a village, about 800 m


def rows(
    region: Region, edition: Edition, how_many: int, seed: int, batch=20_000, grid_worker=None
) -> Iterator[list[Row]]:
    """Batches of made-up cases, oldest first; `grid_worker` (a user's id) reported some of the grid feedback."""
    rng = np.random.default_rng(seed)
    land, clocks = Land(edition, rng), {code: NewClocks(region, code) for code in BEGUN_WITHIN_DAYS}
    days = np.sort(rng.uniform(0, 365 * YEARS, how_many))[::-1]
    now = timezone.localtime().replace(microsecond=0)
    for start in range(0, how_many, batch):
        ages = days[start : start + batch]
        made = _batch(region, land, rng, [now - timedelta(days=float(age)) for age in ages], now)
        yield [_reported_by(_with_clock(row, clocks, now, rng), grid_worker, rng) for row in made]


class Land:
    """Where made-up sites lie, and what people there call the place."""

    def __init__(self, edition: Edition, rng):
        self.names = Names(edition)
        self._areas = [(area.name, shapely.from_wkb(bytes(area.geom.wkb))) for area in edition.areas.all()]
        self.places = self._places(rng)
        shapely.prepare([shape for _name, shape in self._areas])

    def _places(self, rng) -> list[tuple]:
        """(name, lon, lat, weight) of one seat and some villages per area; small areas are built up densest."""
        places = []
        for name, shape in self._areas:
            seat = shape.representative_point()
            density = SMALL_DEG2 / (shape.area + SMALL_DEG2)
            places.append((name, seat.x, seat.y, 3 + 12 * density))
            for lon, lat in inside(shape, rng, 8):
                places.append((name, lon, lat, 0.4 + rng.gamma(1.5, 0.6)))
        return places

    def name_at(self, lon, lat, otherwise: str) -> str:
        """The area there; beyond all of them, what the place near by is called."""
        point = shapely.Point(lon, lat)
        return next((name for name, shape in self._areas if shape.covers(point)), otherwise)


def inside(shape, rng, how_many) -> list[tuple[float, float]]:
    """(lon, lat) drawn evenly over the shape."""
    west, south, east, north = shape.bounds
    found = []
    while len(found) < how_many:
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        if shape.covers(shapely.Point(lon, lat)):
            found.append((lon, lat))
    return found


def _batch(region, land: Land, rng, moments: list[datetime], now) -> list[Row]:
    numbers = _numbers(region, moments)
    weights = np.array([place[3] for place in land.places])
    chosen = rng.choice(len(land.places), len(moments), p=weights / weights.sum())
    scatter = rng.normal(0, SPREAD_DEG, (len(moments), 2)) * rng.gamma(1.2, 0.7, (len(moments), 1))
    return [
        _row(land, land.places[place], shift, number, moment, now, rng)
        for place, shift, number, moment in zip(chosen, scatter, numbers, moments, strict=True)
    ]


def _numbers(region, moments) -> list[str]:
    """Case numbers in the order of the moments, taken from the region's own counters."""
    by_year = {}
    for year in sorted({moment.year for moment in moments}):
        wanted = sum(moment.year == year for moment in moments)
        by_year[year] = iter(case_numbers(region, year, wanted))
    return [next(by_year[moment.year]) for moment in moments]


def _row(land: Land, place, shift, number, moment, now, rng) -> Row:
    name, lon, lat, _weight = place
    system = crs.parse(_pick(SYSTEMS, rng))
    raw = crs.from_wgs84(lon + shift[0], lat + shift[1] * 0.82, system)
    raw_lon, raw_lat = (round(float(number), 7) for number in raw)
    lon, lat = map(float, crs.to_wgs84(raw_lon, raw_lat, system))
    if rng.random() >= MISNAMED_SHARE:
        name = land.name_at(lon, lat, otherwise=name)
    address = f"{name}{rng.choice(ROADS)}{rng.choice(SITES)}"
    status, ended_at = _fate(moment, now, rng)
    kinds = rng.choice(Violation.values, rng.choice((1, 1, 1, 2, 2, 3)), replace=False)
    return Row(
        lon=lon,
        lat=lat,
        raw_lon=raw_lon,
        raw_lat=raw_lat,
        raw_crs=system.name,
        accuracy_m=float(rng.choice((5, 8, 12, 20, 35, 60))),
        case_no=number,
        channel=_pick(CHANNEL_SHARES, rng).value,
        violations=[str(kind) for kind in kinds],
        land_ownership=_pick(
            {LandOwnership.STATE: 0.8, LandOwnership.UNVERIFIED: 0.15, LandOwnership.COLLECTIVE: 0.05}, rng
        ).value,
        address=address,
        description=DESCRIPTION,
        is_major=bool(rng.random() < 0.04),
        status=status.value,
        year=moment.year,
        reported_at=moment,
        ended_at=ended_at,
        source_client="demonstration",
        demonstration=True,
        **land.names.doubts(f"{address} {DESCRIPTION}", (raw_lon, raw_lat), (lon, lat)),
    )


def _reported_by(row: Row, grid_worker, rng) -> Row:
    reports = grid_worker and row.channel == Channel.GRID_FEEDBACK and rng.random() < GRID_WORKER_SHARE
    return replace(row, reported_by=grid_worker) if reports else row


def _fate(moment, now, rng):
    """Where a case of that age stands: recent ones mostly open, old ones mostly ended."""
    age = (now - moment).days
    if rng.random() < max(LINGERING_SHARE, 0.95 - age / OPEN_DAYS):
        reach = max(1, round(len(OPEN) * min(1.0, age / OPEN_DAYS + 0.15)))
        return OPEN[int(rng.integers(0, reach))], None
    return _pick(ENDED_SHARES, rng), min(now, moment + timedelta(days=float(rng.uniform(5, HANDLING_DAYS))))


def _with_clock(row: Row, clocks: dict[str, NewClocks], now, rng) -> Row:
    """The deadline that the case's state runs against, begun so lately that some are missed and none for long."""
    code = CLOCKS.get(row.status)
    if code is None:
        return row
    lately = now - timedelta(days=float(rng.uniform(0, BEGUN_WITHIN_DAYS[code])))
    return replace(row, **Row.clock(clocks[code].of(max(row.reported_at, lately))))


def _pick(shares: dict, rng):
    keys = list(shares)
    weights = np.array(list(shares.values()))
    return keys[int(rng.choice(len(keys), p=weights / weights.sum()))]
