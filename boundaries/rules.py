"""Which thresholds hold for a cell: its own, else the narrowest rule that says something, else what is usual."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from boundaries.models import Area, CoverageRule
from boundaries.models.rule import USUAL

OF_POINTS = ("most_accuracy_m", "longest_break_s")  # asked before it is known in which cell a point lies
EVERYWHERE = ""  # instead of an area's code


def _narrowest(name: str) -> str:
    narrow_first = "(r.area_code <> '') DESC, r.level DESC"
    return f"(array_agg(r.{name} ORDER BY {narrow_first}) FILTER (WHERE r.{name} IS NOT NULL))[1] AS {name}"


def _settled(name: str) -> str:
    usual = USUAL[name]
    if isinstance(usual, tuple):
        usual = f"CASE WHEN places.urban THEN {usual[0]} ELSE {usual[1]} END"
    return f"coalesce(said.{name}, {usual}) AS {name}"


_OF_CELLS = f"""
    SELECT DISTINCT c.area_code, c.level, coalesce(a.kind = '{Area.Kind.SUBDISTRICT}', false) AS urban
    FROM boundaries_gridcell c
    LEFT JOIN boundaries_area a ON a.edition_id = %(edition)s AND a.code = c.area_code
    WHERE c.region_id = %(region)s AND {{which}}
"""  # noqa: S608 - only names of this project are put in
_OF_AREAS = f"""
    SELECT code AS area_code, %(level)s::int AS level, kind = '{Area.Kind.SUBDISTRICT}' AS urban
    FROM boundaries_area WHERE edition_id = %(edition)s
    UNION ALL SELECT '{EVERYWHERE}', %(level)s::int, false
"""  # noqa: S608 - likewise
_RULED = f"""
places AS ({{places}}), ruled AS MATERIALIZED (
    SELECT places.area_code, places.level, {", ".join(map(_settled, USUAL))}
    FROM places CROSS JOIN LATERAL (
        SELECT {", ".join(map(_narrowest, USUAL))} FROM boundaries_coveragerule r
        WHERE r.region_id = %(region)s AND r.level IN (0, places.level) AND r.area_code IN ('', places.area_code)
    ) said
)"""  # noqa: S608 - only names of this project are put in


def ruled(which: str) -> str:
    """Common table `ruled`: every threshold for each pair of area_code and level that has a cell for which `which`
    holds, a condition on the cell `c`. Needs %(region)s and %(edition)s."""
    return _RULED.format(places=_OF_CELLS.format(which=which))


def of_points(region) -> dict[str, float]:
    """`most_accuracy_m` and `longest_break_s` of the region: whether a point is believed does not hang on its cell."""
    rule = CoverageRule.objects.filter(region=region, level=0, area_code="").first()
    said = {name: rule and getattr(rule, name) for name in OF_POINTS}
    return {name: USUAL[name] if value is None else value for name, value in said.items()}


@dataclass(frozen=True)
class GroundRule:
    """What counts as a gap and as an overlap; the rest are slivers between two drawings of one line."""

    least_gap_m2: float
    least_roundness: float
    least_overlap_m2: float

    def is_gap(self, area_m2: float, around_m: float) -> bool:
        """Roundness is 4πA/P²: 1 for a circle (domain page 6, C1)."""
        round_enough = 4 * math.pi * area_m2 >= self.least_roundness * around_m**2
        return area_m2 >= self.least_gap_m2 and round_enough


class GroundRules:
    """Those of one tier, by the code of an area; a code that is none has what holds everywhere."""

    def __init__(self, told: Mapping[str, GroundRule]):
        self._told = told

    def of(self, area_code: str) -> GroundRule:
        return self._told.get(area_code) or self._told[EVERYWHERE]

    def is_overlap(self, area_m2: float, *area_codes: str) -> bool:
        """Of two cells in areas with different rules the stricter one holds."""
        return area_m2 > min(self.of(code).least_overlap_m2 for code in area_codes)


USUAL_GROUND = GroundRules({EVERYWHERE: GroundRule(**{name: USUAL[name] for name in GroundRule.__annotations__})})
_GROUND = f"WITH {_RULED.format(places=_OF_AREAS)} SELECT area_code, {', '.join(GroundRule.__annotations__)} FROM ruled"  # noqa: S608 - likewise


def of_ground(region: str, edition: int, level: int) -> GroundRules:
    with connection.cursor() as cursor:
        cursor.execute(_GROUND, {"region": region, "edition": edition, "level": level})
        return GroundRules({code: GroundRule(*told) for code, *told in cursor.fetchall()})
