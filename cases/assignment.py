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

from boundaries.fronts import REACH_M
from boundaries.models import Edition
from gis_core import srid
from gis_core.errors import NotPossibleNow

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

# The first holders and fronts are asked in the row itself: a subquery per point would cost more than all else.
INLINE = range(1, 5)
IN_PIECE = f"s.pieces[{{n}}] IS NULL OR ST_DWithin(s.pieces[{{n}}], p.geom, {ON_BORDER_DEG})"
# The point's square, and which of its holders has the point: none beyond the grid, or where nobody's polygon is.
HELD = f"""
SELECT p.key, p.geom, p.accuracy_m, s.area_ids, s.rules, s.names, s.fronts, s.others, s.starts, CASE
       WHEN s.x IS NULL THEN NULL WHEN s.pieces IS NULL THEN 1
       {" ".join(f"WHEN cardinality(s.pieces) >= {n} AND ({IN_PIECE.format(n=n)}) THEN {n}" for n in INLINE)}
       WHEN cardinality(s.pieces) > {len(INLINE)} THEN square_holder(s.pieces, p.geom, {ON_BORDER_DEG}) END AS holder
FROM {{points}} p
LEFT JOIN boundaries_square s ON s.edition_id = %(edition)s
    AND s.x = floor(ST_X(p.geom) * %(per_degree)s)::int AND s.y = floor(ST_Y(p.geom) * %(per_degree)s)::int
OFFSET '0'
"""  # noqa: S608 - constants of this module alone
PLACED = f"""
SELECT p.key, p.geom, greatest(p.accuracy_m, %(least_reach)s) AS reach_m,
       ST_Transform(p.geom, %(metric_srid)s::int) AS here,
       p.area_ids[p.holder] AS area_id, p.rules[p.holder] AS rule, p.names[p.holder] AS name,
       p.fronts, p.others, p.starts[p.holder] AS before, p.starts[p.holder + 1] - p.starts[p.holder] AS beside,
       p.holder IS NULL OR coalesce(p.accuracy_m > {REACH_M}, false) AS beyond
FROM ({HELD}) p OFFSET '0'
"""  # noqa: S608 - constants of this module alone
# What an area's sentences say is put together once per area; a point adds its distance alone.
AREAS = """
SELECT a.id, a.code, a.name, a.group_id, g.code AS group_code, g.name AS group_name,
       u.id AS lead_id, u.code AS lead_code, u.name AS lead_name,
       format(%(say_inside)s, a.name, g.name, u.name) AS say_inside,
       format(%(say_border)s, g.name) AS say_border, format(%(say_border_after)s, g.name) AS say_border_after
FROM boundaries_area a
JOIN boundaries_cooperationgroup g ON g.id = a.group_id
LEFT JOIN boundaries_leadunit l ON l.group_id = g.id AND l.lead_order = 1
LEFT JOIN boundaries_unit u ON u.id = l.unit_id
WHERE a.edition_id = %(edition)s
"""
METRES = "CASE WHEN p.beside >= {n} THEN ST_Distance(p.fronts[p.before + {n}], p.here) END AS m{n}"
APART = f"""
SELECT p.*, own.code, own.name AS area_name, own.group_id, own.group_code, own.group_name, own.lead_id, own.lead_code,
       own.lead_name, own.say_inside, {", ".join(METRES.format(n=n) for n in INLINE)}
FROM ({PLACED}) p LEFT JOIN ({AREAS}) own ON own.id = p.area_id OFFSET '0'
"""  # noqa: S608 - constants of this module alone
# What only rare points need is left out of the other rows: beyond here they travel between processes.
MEASURED = f"""
SELECT key, geom, here, area_id, rule, name, code, area_name, group_id, group_code, group_name, lead_id, lead_code,
       lead_name, say_inside, reach_m, beyond, is_rare, before, beside, metres,
       CASE WHEN is_rare THEN fronts END AS fronts, CASE WHEN is_rare THEN others END AS others, CASE
       {" ".join(f"WHEN m{n} <= metres + {EQUALLY_NEAR_M} THEN others[before + {n}]" for n in INLINE)} END AS near_id
FROM (
    SELECT p.*, least({", ".join(f"p.m{n}" for n in INLINE)}) AS metres, p.beyond OR p.beside > {len(INLINE)}
           OR {" + ".join(f"coalesce(p.m{n} <= p.reach_m, false)::int" for n in INLINE)} > 1 AS is_rare
    FROM ({APART}) p OFFSET '0'
) p OFFSET '0'
"""  # noqa: S608 - constants of this module alone
# A rare point is within reach of several areas of other groups, or beyond what its square's fronts know. Of the
# holdings the edition's own are taken first: the index on geometry would walk other editions' too, and lines of
# another zone cannot be measured against.
OTHERS = f"""
FROM (
    SELECT o.*, round(o.metres / {EQUALLY_NEAR_M}) AS turn, a.code, a.name
    FROM (
        SELECT p.others[p.before + n] AS id, ST_Distance(p.fronts[p.before + n], p.here) AS metres
        FROM generate_series(1, p.beside) n WHERE NOT p.beyond
        UNION ALL
        SELECT h.area_id, ST_Distance(h.geom, p.here)
        FROM (SELECT * FROM boundaries_holding WHERE edition_id = %(edition)s OFFSET 0) h
        WHERE p.beyond AND h.group_id IS DISTINCT FROM p.group_id
    ) o JOIN boundaries_area a ON a.id = o.id
) o
"""  # noqa: S608 - constants of this module alone
BESIDE = f"""
SELECT n.name FROM boundaries_neighbour n
WHERE n.edition_id = %(edition)s AND ST_DWithin(n.geom, p.geom, {ON_BORDER_DEG}) ORDER BY n.code LIMIT 1
"""  # noqa: S608 - constants of this module alone
NEAREST = f"""
SELECT p.*, coalesce(p.distance_m <= p.reach_m, false) AS is_near FROM (
    SELECT p.key, p.geom, p.here, p.area_id, p.rule, p.name, p.code, p.area_name, p.group_id, p.group_code,
           p.group_name, p.lead_id, p.lead_code, p.lead_name, p.say_inside, p.reach_m, p.beyond, p.is_rare, p.before,
           p.beside, p.fronts, p.others,
           CASE WHEN p.is_rare THEN (SELECT min(o.metres) {OTHERS}) ELSE p.metres END AS distance_m,
           CASE WHEN p.is_rare THEN (SELECT o.id {OTHERS} ORDER BY o.turn, o.code LIMIT 1) ELSE p.near_id END AS near_id
    FROM ({MEASURED}) p OFFSET '0'
) p OFFSET '0'
"""  # noqa: S608 - constants of this module alone
# The point's own area, then those of other groups within reach, nearest first.
CANDIDATES = f"""CASE WHEN NOT p.is_near THEN ARRAY[]::varchar[] ELSE
    CASE WHEN p.area_id IS NOT NULL THEN ARRAY[p.{{own}}] END || CASE WHEN NOT p.is_rare THEN ARRAY[near.{{column}}]
    ELSE ARRAY(SELECT o.{{column}} {OTHERS} WHERE o.metres <= p.reach_m ORDER BY o.turn, o.code) END END"""
# Reads `key`, `geom` (lon/lat point) and `accuracy_m` (metres or NULL) from {points}; gives one row per key.
# OFFSET '0' keeps a step's results from being computed once per use. (Written as a number it would be a cast, and
# the planner would then take the step for one that several processes cannot share.) What few points need stands in
# CASE: there a subquery costs the others nothing.
ANSWERS = f"""
SELECT key, rule, area_code, area_name, group_code, group_name, lead_id, lead_code, lead_name,
       distance_m AS border_distance_m, border_group_code, border_group_name,
       CASE WHEN is_near THEN 'low' ELSE 'high' END AS confidence,
       candidate_codes, candidate_names, CASE WHEN rule = 'outside' THEN name ELSE '' END AS outside_name,
       CASE WHEN area_id IS NOT NULL THEN say_inside
            WHEN rule = 'gap' THEN %(say_gap)s WHEN name = '' THEN %(say_far)s ELSE format(%(say_outside)s, name) END
       || CASE WHEN border_group_code = '' OR (area_id IS NULL AND NOT is_near) THEN ''
               ELSE say_border || round(distance_m)::int::text || say_border_after END
       || CASE WHEN is_near THEN format(%(say_low)s, round(reach_m), array_to_string(candidate_names, %(comma)s))
               ELSE '' END AS reason
FROM (
    SELECT p.key, p.area_id, p.is_near, p.distance_m, p.reach_m, coalesce(p.rule, 'outside') AS rule,
           CASE WHEN p.rule IS NULL THEN coalesce(({BESIDE}), '') ELSE p.name END AS name,
           coalesce(p.code, '') AS area_code, coalesce(p.area_name, '') AS area_name,
           coalesce(p.group_code, '') AS group_code, coalesce(p.group_name, '') AS group_name,
           p.lead_id, coalesce(p.lead_code, '') AS lead_code, coalesce(p.lead_name, '') AS lead_name, p.say_inside,
           coalesce(near.group_code, '') AS border_group_code, coalesce(near.group_name, '') AS border_group_name,
           near.say_border, near.say_border_after,
           {CANDIDATES.format(own="code", column="code")} AS candidate_codes,
           {CANDIDATES.format(own="area_name", column="name")} AS candidate_names
    FROM ({NEAREST}) p
    LEFT JOIN ({AREAS}) near ON near.id = p.near_id
    OFFSET '0'
) answered
"""  # noqa: S608 - put together from this module's constants alone


class NoEditionInForce(NotPossibleNow):
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
    before, after = _("; {distance} m to the border of {group}").replace("{group}", "%1$s").split("{distance}")
    return {
        **{name: sentence.format(**blanks) for name, sentence in say.items()},
        "say_border": before,
        "say_border_after": after,
        "say_low": _("; nearer than {reach} m, may belong to {candidates}: the dispatcher confirms").format(
            reach="%1$s", candidates="%2$s"
        ),
        "comma": _(", "),
    }
