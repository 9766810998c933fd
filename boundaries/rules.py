"""Which thresholds hold for a cell: its own, else the narrowest rule that says something, else what is usual."""

from boundaries.models import Area, CoverageRule
from boundaries.models.rule import USUAL

OF_POINTS = ("most_accuracy_m", "longest_break_s")  # asked before it is known in which cell a point lies


def _narrowest(name: str) -> str:
    narrow_first = "(r.area_code <> '') DESC, r.level DESC"
    return f"(array_agg(r.{name} ORDER BY {narrow_first}) FILTER (WHERE r.{name} IS NOT NULL))[1] AS {name}"


def _settled(name: str) -> str:
    usual = USUAL[name]
    if isinstance(usual, tuple):
        usual = f"CASE WHEN places.urban THEN {usual[0]} ELSE {usual[1]} END"
    return f"coalesce(said.{name}, {usual}) AS {name}"


_RULED = f"""
places AS (
    SELECT DISTINCT c.area_code, c.level, coalesce(a.kind = '{Area.Kind.SUBDISTRICT}', false) AS urban
    FROM boundaries_gridcell c
    LEFT JOIN boundaries_area a ON a.edition_id = %(edition)s AND a.code = c.area_code
    WHERE c.region_id = %(region)s AND {{which}}
), ruled AS MATERIALIZED (
    SELECT places.area_code, places.level, {", ".join(map(_settled, USUAL))}
    FROM places CROSS JOIN LATERAL (
        SELECT {", ".join(map(_narrowest, USUAL))} FROM boundaries_coveragerule r
        WHERE r.region_id = %(region)s AND r.level IN (0, places.level) AND r.area_code IN ('', places.area_code)
    ) said
)"""  # noqa: S608 - only names of this project are put in


def ruled(which: str) -> str:
    """Common table `ruled`: every threshold for each pair of area_code and level that has a cell for which `which`
    holds, a condition on the cell `c`. Needs %(region)s and %(edition)s."""
    return _RULED.format(which=which)


def of_points(region) -> dict[str, float]:
    """`most_accuracy_m` and `longest_break_s` of the region: whether a point is believed does not hang on its cell."""
    rule = CoverageRule.objects.filter(region=region, level=0, area_code="").first()
    said = {name: rule and getattr(rule, name) for name in OF_POINTS}
    return {name: USUAL[name] if value is None else value for name, value in said.items()}
