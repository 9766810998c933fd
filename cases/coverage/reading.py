"""Coverage read from the database: of today from the facts that are kept, of a day gone by worked out anew."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import ground, versions
from boundaries.duty import ANSWERING, ON_DUTY
from boundaries.ground import Ground
from boundaries.rules import ruled
from cases.coverage import facts
from cases.coverage.cells import ORDER, CellCoverage, GapCoverage
from cases.coverage.facts import THEN
from cases.coverage.figures import Figures, figures_of
from cases.spells import end_of
from cases.workflow import OPEN
from gis_core.kept import Kept

DAY_S = 86_400
MOST_KEPT = 8  # regions and days, as whole tables

# From when on nobody answered for the cell `s`: the day behind the last on which somebody was on duty, under its code
# and not its row alone, for a cell drawn anew is a new row. Of posts that never had such a day the first one's begin.
SINCE = f"""
    SELECT coalesce(max(duty.last), min(p.valid_from) - 1) + 1
    FROM boundaries_gridcell g JOIN boundaries_gridpost p ON p.cell_id = g.id
    CROSS JOIN LATERAL (SELECT least(p.valid_to, %(day)s::date) AS day) ends
    LEFT JOIN LATERAL (
        SELECT coalesce(min(l.first_day) - 1, ends.day) AS last FROM boundaries_postleave l
        WHERE l.post_id = p.id AND l.first_day <= ends.day AND (l.last_day IS NULL OR l.last_day >= ends.day)
        HAVING coalesce(min(l.first_day) - 1, ends.day) >= p.valid_from
    ) duty ON true
    WHERE g.region_id = %(region)s AND g.code = s.code AND p.role IN ({ANSWERING}) AND p.valid_from <= ends.day
"""  # noqa: S608 - only constants are put in
CELLS = f"""
WITH {{facts}}, shown AS MATERIALIZED (
    SELECT c.id, c.code, c.name, c.area_code, c.kind AS cell_kind, f.*,
           coalesce(c.patrol_days, ruled.patrol_days) AS patrol_days, ruled.least_track_share, ruled.hot_percentile,
           f.heat * exp({math.log(2)!r} / {DAY_S} / ruled.half_life_days
                        * extract(epoch FROM %(midnight)s::timestamptz - %(moment)s::timestamptz)::float8) AS heat_now,
           f.last_visit_at >= ((%(day)s::date - ruled.silent_days::int)::timestamp AT TIME ZONE %(zone)s)
               AND f.reports = 0 AND f.others > 0 AS silent
    FROM boundaries_gridcell c JOIN facts f ON f.cell_id = c.id JOIN ruled USING (area_code, level)
    WHERE c.region_id = %(region)s AND {THEN}
), marks AS MATERIALIZED (
    SELECT p, (SELECT percentile_disc(p) WITHIN GROUP (ORDER BY heat_now) FROM shown) AS least
    FROM (SELECT DISTINCT hot_percentile AS p FROM shown) ps
)
SELECT s.id, s.code, s.name, s.area_code, s.cell_kind, s.area_m2, s.patrol_days, s.last_visit_at, s.last_patrol_id,
       CASE WHEN s.tracked THEN least(s.seen_m2 / nullif(s.area_m2, 0), 1) END AS share, s.least_track_share,
       s.open_cases, s.heat_now, s.cases > 0 AND s.heat_now >= marks.least AS hot, coalesce(s.silent, false),
       s.others_true, s.true_cases,
       coalesce(staff.answering, '{{{{}}}}'), coalesce(staff.embedded, false),
       CASE WHEN staff.answering IS NULL THEN ({SINCE}) END
FROM shown s JOIN marks ON marks.p = s.hot_percentile
LEFT JOIN (
    SELECT p.cell_id, array_agg(p.holder ORDER BY p.deputy_of_id IS NOT NULL, p.role, p.id)
           FILTER (WHERE p.role IN ({ANSWERING})) AS answering, bool_or(p.role NOT IN ({ANSWERING})) AS embedded
    FROM boundaries_gridpost p WHERE {ON_DUTY} GROUP BY p.cell_id
) staff ON staff.cell_id = s.id
ORDER BY s.code
"""  # noqa: S608 - only constants are put in
KEPT_FACTS = (
    f"{ruled(THEN)}, facts AS (SELECT cell_id, {facts.COLUMNS} FROM cases_cellfacts WHERE region_id = %(region)s)"  # noqa: S608 - likewise
)
IN_GAPS = f"""
SELECT work.open_cases FROM unnest(%(gaps)s::geometry[]) WITH ORDINALITY gap (geom, place) CROSS JOIN LATERAL (
    SELECT count(*) AS open_cases FROM cases_case k
    WHERE k.region_id = %(region)s AND k.geom && gap.geom AND ST_Covers(gap.geom, k.geom) AND k.reported_at <= %(until)s
      AND (k.status IN ({", ".join(f"'{state}'" for state in OPEN)}) OR k.ended_at > %(until)s)
) work ORDER BY gap.place
"""  # noqa: S608 - likewise


@dataclass(frozen=True)
class Coverage:
    """A region's coverage as of `moment`; for today that is the minute in which it was asked."""

    region: str
    day: date
    moment: datetime
    version: str
    level: int
    cells: tuple[CellCoverage, ...]
    gaps: tuple[GapCoverage, ...]
    ground: Ground

    @cached_property
    def by_risk(self) -> tuple:
        """Cells and gaps, by status and then the greatest risk first."""
        return tuple(sorted((*self.gaps, *self.cells), key=lambda one: (ORDER[one.status], -one.risk, one.code)))

    @cached_property
    def figures(self) -> Figures:
        return figures_of(self.cells, self.ground)

    def within(self, areas: Collection[str]) -> "Coverage":
        """Of these areas alone."""
        told = {
            name: {code: value for code, value in getattr(self.ground, name).items() if code in areas}
            for name in ("whole_m2", "slivers", "slivers_m2")
        }
        codes = {cell.code for cell in self.cells if cell.area_code in areas}
        ground_of = replace(
            self.ground,
            gaps=tuple(gap for gap in self.ground.gaps if gap.area_code in areas),
            overlaps=tuple(pair for pair in self.ground.overlaps if {pair.one, pair.other} & codes),
            unanswered_m2=0.0,
            **told,
        )
        return replace(
            self,
            cells=tuple(cell for cell in self.cells if cell.area_code in areas),
            gaps=tuple(gap for gap in self.gaps if gap.area_code in areas),
            ground=ground_of,
        )


def of(region: str, day: date | None = None) -> Coverage | None:
    """Coverage of today, or as it was at the end of a day gone by; None where no edition was in force then.

    Raises ValueError for a day to come.
    """
    today = timezone.localdate()
    day = day or today
    if day > today:
        raise ValueError(_("That day is yet to come."))
    found = facts.fresh(region) if day == today else facts.standing(region)
    moment = timezone.now().replace(second=0, microsecond=0) if day == today else end_of(day)
    read = _read.get((region, day, found.version), lambda: _of(region, day, moment, found.version))
    if read is None or read.moment == moment:
        return read
    return _aged.get((region, moment, found.version), lambda: _as_of(read, moment))


_read, _aged = Kept(MOST_KEPT), Kept(MOST_KEPT)


def _as_of(read: Coverage, moment: datetime) -> Coverage:
    """The same some minutes later: only how long ago patrols ended has changed."""
    cells = tuple(replace(cell, days=_days(cell.last_visit_at, moment)) for cell in read.cells)
    return replace(read, moment=moment, cells=cells)


def _of(region: str, day: date, moment: datetime, version: str) -> Coverage | None:
    parameters = facts.told(region, day, level=ground.working_tier(region, day), moment=moment)
    if parameters["edition"] is None:
        return None
    today = day == timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(facts=KEPT_FACTS if today else facts.facts(THEN)), parameters)
        cells = tuple(_cell(row, moment) for row in cursor.fetchall())
        held = ground.measured(parameters["edition"], region, day, parameters["level"], versions.of_land())
        cursor.execute(IN_GAPS, {**parameters, "gaps": [gap.geom for gap in held.gaps]})
        gaps = tuple(
            GapCoverage(gap.area_code, gap.geom, gap.area_m2, open_cases, number)
            for number, (gap, (open_cases,)) in enumerate(zip(held.gaps, cursor.fetchall(), strict=True), 1)
        )
    return Coverage(region, day, moment, version, parameters["level"], cells, gaps, held)


def _cell(row, moment: datetime) -> CellCoverage:
    *its, holders, embedded, since = row
    return CellCoverage(*its, tuple(holders), embedded, since, _days(its[7], moment))


def _days(last_visit_at: datetime | None, moment: datetime) -> float | None:
    return None if last_visit_at is None else max((moment - last_visit_at).total_seconds() / DAY_S, 0.0)
