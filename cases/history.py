"""Enforcement history in figures: by year, by area, sites that come back, orders that were not obeyed, escalations.

Each within what the person sees. Domain page 7: H1, H2, H4 and H6.
"""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from boundaries.models import Edition
from cases import map_counts, versions
from cases.filters import MOST_NUMBERS, describes
from cases.models import CaseEvent, Order, Practice
from cases.permissions import scope_of, visible_cases
from cases.spells import end_of
from cases.verbs import Verb
from cases.workflow import Status
from gis_core import srid
from gis_core.db.compiled import bound
from gis_core.kept import Kept

MOST_SITES, MOST_LISTED = 50, 30
NEAREST_ZOOM, PIXELS_ROUND = 17, 150  # of a map opened on a site: so far in, so many on each side of its middle
PIXEL_M = 78_271.5  # at zoom 0 on the equator
DAYS_A_MONTH = 30.4375
M2_PER_KM2 = 1_000_000
NO_VIOLATION = (Status.VOID, Status.MERGED, Status.UNFOUNDED, Status.NOT_REGISTERED)
# Chains in which each case lies within reach of another, in metres of the zone; two at least.
SITES = f"""
SELECT n, ST_X(middle), ST_Y(middle), first, last, numbers, years,
       ST_MaxDistance(together, ST_Centroid(together)), count(*) OVER () FROM (
    SELECT count(*) AS n, min(reported_at) AS first, max(reported_at) AS last,
           ST_Transform(ST_Centroid(ST_Collect(plane)), {srid.STORAGE}) AS middle, ST_Collect(plane) AS together,
           (array_agg(case_no ORDER BY reported_at DESC, case_no DESC))[1:{MOST_NUMBERS}] AS numbers,
           array_agg(year) AS years
    FROM (SELECT *, ST_ClusterDBSCAN(plane, %(metres)s, 2) OVER () AS site FROM (
        SELECT case_no, reported_at, year, ST_Transform(geom, {srid.GAUSS_KRUGER}) AS plane FROM ({{cases}}) c
    ) placed) clustered
    WHERE site IS NOT NULL GROUP BY site
) sites ORDER BY n DESC, last DESC, middle LIMIT {MOST_SITES}
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver
_sites = Kept(64)  # by scope, period and version: a second's work over a million cases


@dataclass(frozen=True)
class Year:
    year: int
    open: int
    ended: int

    @property
    def cases(self) -> int:
        return self.open + self.ended


@dataclass(frozen=True)
class AreaFigures:
    """`per_km2` counts cases per square kilometre; `level` runs from 1 to 5 by fifths of the rates, or is 0."""

    code: str
    name: str
    group: str
    cases: int
    ended: int
    per_km2: float
    level: int = 0

    @property
    def ended_percent(self) -> float | None:
        return 100 * self.ended / self.cases if self.cases else None


@dataclass(frozen=True)
class Site:
    """Where cases came back: how many, the middle of their points in degrees, first and last report, their numbers (the
    newest, as many as the list can be asked for), the year of each case, and how far from the middle they lie."""

    cases: int
    lon: float
    lat: float
    first: datetime
    last: datetime
    numbers: list[str]
    years: list[int]
    reach_m: float

    @property
    def is_listed(self) -> bool:
        """Whether the list can be asked for exactly these cases."""
        return len(self.numbers) == self.cases

    @property
    def zoom(self) -> int:
        """At which a map round the middle has them all."""
        across = PIXELS_ROUND * PIXEL_M * math.cos(math.radians(self.lat))
        return min(NEAREST_ZOOM, math.floor(math.log2(across / max(self.reach_m, 1))))


def by_year(user) -> list[Year]:
    """The latest year first."""
    opened, ended = (_counted(user, {"status": half}, "year") for half in ("open", "ended"))
    return [Year(year, opened[year], ended[year]) for year in sorted(opened | ended, reverse=True)]


def by_area(user, year: int | None = None) -> list[AreaFigures]:
    """Every area of the edition in force, the densest first; cases of one year, or of all."""
    edition = Edition.objects.current(user.region_id)
    if edition is None:
        return []
    wanted = {"year": year} if year else {}
    every, ended = (_counted(user, {**wanted, **more}, "area_code") for more in ({}, {"status": "ended"}))
    found = [
        AreaFigures(
            area.code, area.name, area.group.name if area.group else "", every[area.code], ended[area.code],
            every[area.code] / (area.area_m2 / M2_PER_KM2),
        )
        for area in edition.areas.for_list()
    ]  # fmt: skip
    return _levelled(sorted(found, key=lambda one: (-one.per_km2, one.code)))


def _levelled(areas: list[AreaFigures]) -> list[AreaFigures]:
    """Fifths by rank, the densest in the fifth; areas without a case in none."""
    some = [one for one in areas if one.cases]
    levels = {one.code: 5 - 5 * place // len(some) for place, one in enumerate(some)}
    return [AreaFigures(**{**vars(one), "level": levels.get(one.code, 0)}) for one in areas]


def _counted(user, data: dict, column: str) -> Counter:
    counted = Counter()
    live = visible_cases(user).filter(describes(data))
    for rows, n in map_counts.sources(scope_of(user), data, live):
        for value, number in rows.values_list(column).annotate(total=n).order_by():
            counted[value] += number
    return +counted


def repeat_sites(user, day: date) -> tuple[list[Site], int]:
    """Places where, in the months of the region's practice that end with `day`, cases lie within its metres of one
    another (24 months and 50 m unless the office says otherwise): the fullest, and how many there are in all."""
    practice, end = Practice.of(user.region_id), end_of(day)
    since = end - timedelta(days=practice.repeat_months * DAYS_A_MONTH)
    key = (scope_of(user), day, practice.repeat_metres, practice.repeat_months, versions.of(user))
    cases = visible_cases(user).filter(reported_at__gte=since, reported_at__lt=end).exclude(status__in=NO_VIOLATION)
    return _sites.get(key, lambda: clustered(cases, practice.repeat_metres))


def clustered(cases, metres: int) -> tuple[list[Site], int]:
    """Where of these cases two or more lie within so many metres of one another, and how many such places there are."""
    text = bound(cases.values("case_no", "reported_at", "year", "geom"))
    if text is None:
        return [], 0
    with connection.cursor() as cursor:
        cursor.execute(SITES.format(cases=text), {"metres": metres})
        rows = cursor.fetchall()
    return [Site(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def disobeyed_orders(user, year: int | None = None):
    """Stop orders that a re-check found disobeyed (notice 五.3), the newest first."""
    found = Order.objects.filter(
        region=user.region_id, kind=Order.Kind.STOP, state=Order.State.DISOBEYED, case__in=visible_cases(user)
    )
    found = found.filter(issued_at__year=year) if year else found
    return found.select_related("case").defer("case__search").order_by("-issued_at", "-id")


def escalations(user, year: int | None = None):
    """Reports to the city's office for illegal construction (市查违办), the newest first."""
    found = CaseEvent.objects.filter(region=user.region_id, verb=Verb.ESCALATE).seen_by(visible_cases(user))
    found = found.filter(at__year=year) if year else found
    return found.select_related("case", "unit").order_by("-at", "-id")


def last_day(year: int | None, today: date) -> date:
    """The day that the months of repeated cases end with."""
    return min(date(year, 12, 31), today) if year else today
