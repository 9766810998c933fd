"""What is told of one cell or gap beside its row: people, the last patrol and what it rests on, thirty days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import GridPost, PatrolVisit
from cases.coverage.cells import CellCoverage, GapCoverage
from cases.coverage.facts import NOTHING
from cases.coverage.reading import Coverage
from cases.coverage.table import Row
from cases.spells import end_of

STRIP_DAYS = 30
PATROLLED = """
SELECT (v.ended_at AT TIME ZONE %(zone)s)::date, count(*) FROM boundaries_patrolvisit v
WHERE v.cell_id = %(cell)s AND v.entered AND v.counts AND v.ended_at >= %(since)s AND v.ended_at < %(until)s GROUP BY 1
"""
REPORTED = """
SELECT (k.reported_at AT TIME ZONE %(zone)s)::date, count(*)
FROM cases_case k JOIN boundaries_gridcell c ON c.id = %(cell)s AND k.region_id = c.region_id
    AND k.geom && c.geom AND ST_Covers(c.geom, k.geom)
WHERE k.reported_at >= %(since)s AND k.reported_at < %(until)s AND k.status <> ALL(%(nothing)s)
GROUP BY 1
"""


@dataclass(frozen=True)
class StripDay:
    """Bars stand on a line 18 px down, patrols above it and reports below."""

    day: date
    patrols: int
    reports: int

    @property
    def up_height(self) -> int:
        return _height(self.patrols)

    @property
    def up(self) -> int:
        return 17 - self.up_height

    @property
    def down_height(self) -> int:
        return _height(self.reports)


def _height(number: int) -> int:
    """One and two can be told apart, three and more are many."""
    return min(number, 3) * 5 + 1


@dataclass(frozen=True)
class Card:
    """One row of the table, told in full."""

    coverage: Coverage
    row: Row

    @property
    def one(self) -> CellCoverage | GapCoverage:
        return self.row.one

    @cached_property
    def posts(self) -> list[GridPost]:
        """Who is posted there on that day, deputies behind those they stand in for; leave is told of each."""
        day = self.coverage.day
        posts = GridPost.objects.filter(cell=self.one.pk).valid_on(day).select_related("unit")
        on_duty = set(posts.on_duty(day).values_list("pk", flat=True))
        found = sorted(posts, key=lambda post: (post.role == GridPost.Role.EMBEDDED_GRID_STAFF, post.pk))
        for post in found:
            post.is_away = post.pk not in on_duty
        return found

    @cached_property
    def last_visit(self) -> PatrolVisit | None:
        visits = PatrolVisit.objects.filter(cell=self.one.pk, patrol=self.one.last_patrol)
        return visits.select_related("patrol").defer("seen", "patrol__track", "patrol__points").first()

    @cached_property
    def strip(self) -> list[StripDay]:
        """The last thirty days, the coverage's own the last: patrols that count and cases reported."""
        first = self.coverage.day - timedelta(days=STRIP_DAYS - 1)
        told = {
            "zone": str(timezone.get_default_timezone()), "cell": self.one.pk,
            "since": end_of(first - timedelta(days=1)), "until": end_of(self.coverage.day),
            "nothing": [status.value for status in NOTHING],
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(PATROLLED, told)
            patrols = dict(cursor.fetchall())
            cursor.execute(REPORTED, told)
            reports = dict(cursor.fetchall())
        days = (first + timedelta(days=number) for number in range(STRIP_DAYS))
        return [StripDay(day, patrols.get(day, 0), reports.get(day, 0)) for day in days]

    @property
    def strip_patrols(self) -> int:
        return sum(day.patrols for day in self.strip)

    @property
    def strip_reports(self) -> int:
        return sum(day.reports for day in self.strip)

    @property
    def strip_said(self) -> str:
        """The strip in words, for whoever does not see it: the days on which something was."""
        return "; ".join(
            _("{day}: {patrols} patrols, {reports} reports").format(
                day=day.day.isoformat(), patrols=day.patrols, reports=day.reports
            )
            for day in self.strip
            if day.patrols or day.reports
        ) or _("Nothing in thirty days")
