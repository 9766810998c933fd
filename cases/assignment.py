"""Which area, cooperation group and lead unit answer for a point, and why.

The rule is the domain page's 4.6: the areas that cover the point (a border point lies in both), special area
before township, then the smaller, then the lower code; near another group's border or inside the accuracy
circle the confidence is low and the candidates are named; outside is said with the neighbour's name and never
snapped. One SQL text serves one point and a million: each point finds its square (`boundaries.squares`), by
index for one, by one hash table for many.
"""

from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from boundaries import squares
from boundaries.models import Edition
from cases.models.case import Rule
from gis_core import srid

# A border drawn from phone positions is not known better than this, whatever the accuracy claims.
LEAST_REACH_M = 30.0
# Within this of a border a point lies on it: 0.1 mm, far above rounding (1e-14°), far below any survey.
ON_BORDER_DEG = 1e-9
# Areas whose distances differ by no more are equally near: the lower code goes first.
EQUALLY_NEAR_M = 0.0005

SINGLE_POINT = (
    f"(SELECT 1 AS key, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), {srid.STORAGE}) AS geom,"
    " %(accuracy_m)s::float8 AS accuracy_m)"
)

# The row of the point's square that holds it; none beyond the grid, or where nobody's polygon is.
PLACED = f"""
SELECT p.key, p.geom, greatest(p.accuracy_m, %(least_reach)s) AS reach_m,
       ST_Transform(p.geom, %(metric_srid)s::int) AS here, s.area_id, s.rule, s.name, s.front, s.others,
       s.x IS NULL OR coalesce(p.accuracy_m > {squares.REACH_M}, false) AS beyond
FROM {{points}} p
LEFT JOIN boundaries_square s ON s.edition_id = %(edition)s
    AND s.x = floor(ST_X(p.geom) * %(per_degree)s)::int AND s.y = floor(ST_Y(p.geom) * %(per_degree)s)::int
    AND (s.piece IS NULL OR ST_DWithin(s.piece, p.geom, {ON_BORDER_DEG}))
    AND (s.above IS NULL OR NOT ST_DWithin(s.above, p.geom, {ON_BORDER_DEG}))
OFFSET 0
"""  # noqa: S608 - constants of this module alone
# Holdings of other groups, for points beyond what a square's front knows. The edition's own are taken first: the
# index on geometry would walk those of other editions too, and lines of another zone cannot be measured against.
OTHERS = """
FROM (SELECT * FROM boundaries_holding WHERE edition_id = %(edition)s OFFSET 0) h
WHERE h.group_id IS DISTINCT FROM (SELECT own.group_id FROM boundaries_area own WHERE own.id = p.area_id)
"""
CODE = "(SELECT a.code FROM boundaries_area a WHERE a.id = {area})"
NEAREST = f"""
SELECT area_id FROM (
    SELECT h.area_id, ST_Distance(h.geom, p.here) AS distance_m {OTHERS} ORDER BY h.geom <-> p.here LIMIT 9
) nearest ORDER BY round(distance_m / {EQUALLY_NEAR_M}), {CODE.format(area="nearest.area_id")} LIMIT 1
"""  # noqa: S608 - constants of this module alone
DISTANT = f"""
SELECT p.*, CASE WHEN p.beyond THEN ({NEAREST}) END AS far_id,
       CASE WHEN p.beyond THEN (SELECT min(distance_m) FROM (
                SELECT ST_Distance(h.geom, p.here) AS distance_m {OTHERS} ORDER BY h.geom <-> p.here LIMIT 1) nearest)
            ELSE ST_Distance(p.front, p.here) END AS distance_m
FROM ({PLACED}) p OFFSET 0
"""  # noqa: S608 - constants of this module alone
PART = "ST_Distance(ST_GeometryN(p.front, {n}), p.here)"
# Which part of the front it was. Written out for the first few: a subquery per point would cost more than all else.
WHICH = "\n".join(
    f"WHEN cardinality(p.others) = {n} OR {PART.format(n=n)} <= p.distance_m + {EQUALLY_NEAR_M} THEN p.others[{n}]"
    for n in range(1, 5)
)
MEASURED = f"""
SELECT p.*, coalesce(p.distance_m <= p.reach_m, false) AS is_near, CASE
       WHEN p.beyond THEN p.far_id
       {WHICH}
       ELSE (SELECT p.others[n] FROM generate_series(5, cardinality(p.others)) n
             WHERE {PART.format(n="n")} <= p.distance_m + {EQUALLY_NEAR_M} ORDER BY n LIMIT 1) END AS near_id
FROM ({DISTANT}) p OFFSET 0
"""  # noqa: S608 - constants of this module alone
# The point's own area, then those of other groups within reach, nearest first.
WITHIN = f"""
SELECT id FROM (
    SELECT p.area_id AS id, -1 AS place WHERE p.area_id IS NOT NULL
    UNION ALL
    SELECT id, CASE WHEN id = p.near_id THEN 0 ELSE round(distance_m / {EQUALLY_NEAR_M}) END
    FROM (
        SELECT p.others[n] AS id, {PART.format(n="n")} AS distance_m
        FROM generate_series(1, cardinality(p.others)) n WHERE NOT p.beyond
        UNION ALL
        SELECT h.area_id, ST_Distance(h.geom, p.here) {OTHERS} AND p.beyond AND ST_DWithin(h.geom, p.here, p.reach_m)
    ) other WHERE distance_m <= p.reach_m
) listed ORDER BY place, {CODE.format(area="listed.id")}
"""  # noqa: S608 - constants of this module alone
AREAS = """
SELECT a.id, a.code, a.name, g.code AS group_code, g.name AS group_name,
       u.id AS lead_id, u.code AS lead_code, u.name AS lead_name
FROM boundaries_area a
JOIN boundaries_cooperationgroup g ON g.id = a.group_id
LEFT JOIN boundaries_leadunit l ON l.group_id = g.id AND l.lead_order = 1
LEFT JOIN boundaries_unit u ON u.id = l.unit_id
WHERE a.edition_id = %(edition)s
"""
BESIDE = f"""
SELECT n.name FROM boundaries_neighbour n
WHERE n.edition_id = %(edition)s AND ST_DWithin(n.geom, p.geom, {ON_BORDER_DEG}) ORDER BY n.code LIMIT 1
"""  # noqa: S608 - constants of this module alone
NAMES = """CASE WHEN p.is_near THEN ARRAY(
    SELECT (SELECT a.{column} FROM boundaries_area a WHERE a.id = listed.id)
    FROM unnest(p.candidates) WITH ORDINALITY AS listed(id, place) ORDER BY place
) ELSE '{{{{}}}}' END"""
# Reads `key`, `geom` (lon/lat point) and `accuracy_m` (metres or NULL) from {points}; gives one row per key.
# `OFFSET 0` keeps a step's results from being computed once per use. What few points need stands in CASE: there
# a subquery costs the others nothing.
ANSWERS = f"""
SELECT key, rule, area_code, area_name, group_code, group_name, lead_id, lead_code, lead_name,
       distance_m AS border_distance_m, border_group_code, border_group_name,
       CASE WHEN is_near THEN 'low' ELSE 'high' END AS confidence,
       candidate_codes, candidate_names, CASE WHEN rule = 'outside' THEN name ELSE '' END AS outside_name,
       CASE WHEN area_id IS NOT NULL THEN format(%(say_inside)s, area_name, group_name, lead_name)
            WHEN rule = 'gap' THEN %(say_gap)s WHEN name = '' THEN %(say_far)s ELSE format(%(say_outside)s, name) END
       || CASE WHEN border_group_code = '' OR (area_id IS NULL AND NOT is_near) THEN ''
               ELSE format(%(say_border)s, border_group_name, round(distance_m)) END
       || CASE WHEN is_near THEN format(%(say_low)s, round(reach_m), array_to_string(candidate_names, %(comma)s))
               ELSE '' END AS reason
FROM (
    SELECT p.key, p.area_id, p.is_near, p.distance_m, p.reach_m, coalesce(p.rule, 'outside') AS rule,
           CASE WHEN p.rule IS NULL THEN coalesce(({BESIDE}), '') ELSE p.name END AS name,
           coalesce(own.code, '') AS area_code, coalesce(own.name, '') AS area_name,
           coalesce(own.group_code, '') AS group_code, coalesce(own.group_name, '') AS group_name,
           own.lead_id, coalesce(own.lead_code, '') AS lead_code, coalesce(own.lead_name, '') AS lead_name,
           coalesce(near.group_code, '') AS border_group_code, coalesce(near.group_name, '') AS border_group_name,
           {NAMES.format(column="code")} AS candidate_codes, {NAMES.format(column="name")} AS candidate_names
    FROM (SELECT p.*, CASE WHEN p.is_near THEN ARRAY({WITHIN}) END AS candidates FROM ({MEASURED}) p OFFSET 0) p
    LEFT JOIN ({AREAS}) own ON own.id = p.area_id
    LEFT JOIN ({AREAS}) near ON near.id = p.near_id
    OFFSET 0
) answered
"""  # noqa: S608 - put together from this module's constants alone


class NoEditionInForce(LookupError):
    """No map of responsibility was in force on that day."""


@dataclass(frozen=True)
class Answer:
    """Who answers for one point. Codes are empty where nobody does; distances in metres."""

    key: int
    rule: str
    area_code: str
    area_name: str
    group_code: str
    group_name: str
    lead_id: int | None
    lead_code: str
    lead_name: str
    border_distance_m: float | None
    border_group_code: str
    border_group_name: str
    confidence: str
    candidate_codes: list[str]
    candidate_names: list[str]
    outside_name: str
    reason: str

    def stored(self, edition: Edition) -> dict:
        """The answer as the columns of a case (`cases.models.case.Assignment`)."""
        same = ("rule", "confidence", "border_distance_m", "border_group_code", "candidate_codes",
                "outside_name", "reason", "area_code", "group_code")  # fmt: skip
        mine = asdict(self)
        return {
            **{name: mine[name] for name in same},
            "edition_id": edition.pk,
            "auto_area_code": self.area_code,
            "auto_group_code": self.group_code,
            "lead_unit_id": self.lead_id,
        }


def edition_in_force(region, day=None) -> Edition:
    """The region's edition on `day`; NoEditionInForce with a sentence when there is none."""
    edition = Edition.objects.current(region, day)
    if edition is None:
        raise NoEditionInForce(_("No map of responsibility is in force on that day; load a pack first."))
    return edition


def locate(lon: float, lat: float, edition: Edition, accuracy_m: float | None = None) -> Answer:
    """Who answers for a WGS 84 point under `edition`; `accuracy_m` is the radius the position may be off by."""
    parameters = {**parameters_for(edition), "lon": lon, "lat": lat, "accuracy_m": accuracy_m}
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS.format(points=SINGLE_POINT), parameters)
        return Answer(*cursor.fetchone())


@contextmanager
def planned_for_many(cursor):
    """Within a transaction: hash the squares and names once, for statements that answer many points.

    PostGIS declares its functions so dear that all plans look alike to the planner beside them; left alone it
    looks each name up by index a million times.
    """
    settings = {"enable_nestloop": "off", "enable_mergejoin": "off", "work_mem": "256MB"}
    cursor.execute("SELECT name, setting || coalesce(unit, '') FROM pg_settings WHERE name = ANY(%s)", [list(settings)])
    before = dict(cursor.fetchall())
    _set_locally(cursor, settings)
    yield
    _set_locally(cursor, before)


def _set_locally(cursor, settings: dict) -> None:
    for name, value in settings.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def parameters_to_store(edition: Edition) -> dict:
    """The same with sentences in the bureau's own language: what is stored reads alike, whoever asked."""
    with translation.override(settings.LANGUAGE_CODE):
        return parameters_for(edition)


def parameters_for(edition: Edition) -> dict:
    """What ANSWERS needs beside its points: the edition, the constants, and its sentences in today's language."""
    return {
        "edition": edition.pk,
        "metric_srid": edition.metric_srid,
        "per_degree": edition.squares_per_degree,
        "least_reach": LEAST_REACH_M,
        **_sentences(edition.region.name),
    }


def _sentences(region: str) -> dict:
    """The sentences as formats of PostgreSQL's format(): translated here, filled in there."""
    blanks = {"region": region, "area": "%1$s", "group": "%2$s", "lead": "%3$s"}
    say = {
        "say_inside": _("In {area}, {group}; primary lead unit: {lead}"),
        "say_gap": _("Within {region}, but in no responsibility area (responsibility gap): the dispatcher decides"),
        "say_outside": _("In {area}, outside {region}"),
        "say_far": _("Outside {region} and its neighbours"),
    }
    return {
        **{name: sentence.format(**blanks) for name, sentence in say.items()},
        "say_border": _("; {distance} m to the border of {group}").format(group="%1$s", distance="%2$s"),
        "say_low": _("; nearer than {reach} m, may belong to {candidates}: the dispatcher confirms").format(
            reach="%1$s", candidates="%2$s"
        ),
        "comma": _(", "),
    }


def is_answered(answer: Answer) -> bool:
    """True where a cooperation group answers; gaps and points outside wait for the dispatcher."""
    return answer.rule in (Rule.TOWNSHIP, Rule.SPECIAL_AREA)
