"""Which area, cooperation group and lead unit answer for a point, and why.

The rule is the domain page's 4.6: the areas that cover the point (a border point lies in both), special area
before township, then the smaller, then the lower code; near another group's border or inside the accuracy
circle the confidence is low and the candidates are named; outside is said with the neighbour's name and never
snapped. One SQL text serves one point and a million: polygons stand outside, points inside
(`CROSS JOIN LATERAL … OFFSET 0`), because the textbook join unpacks each polygon again for every point.
"""

from dataclasses import asdict, dataclass

from django.db import connection
from django.utils.translation import gettext as _

from boundaries.models import Area, Edition
from cases.models.case import Rule
from gis_core import srid

# A border drawn from phone positions is not known better than this, whatever the accuracy claims.
LEAST_REACH_M = 30.0

SINGLE_POINT = (
    f"(SELECT 1 AS key, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), {srid.STORAGE}) AS geom,"
    " %(accuracy_m)s::float8 AS accuracy_m)"
)

# Reads `key`, `geom` (lon/lat point) and `accuracy_m` (metres or NULL) from {points}; gives one row per key.
ANSWERS = """
WITH ground AS MATERIALIZED (
    SELECT a.id AS area_id, a.code AS area_code, a.name, a.geom, a.group_id,
           CASE WHEN a.kind = ANY(%(special)s) THEN 'special_area' ELSE 'township' END AS rule,
           row_number() OVER (ORDER BY a.kind = ANY(%(special)s) DESC, a.area_m2, a.code) AS precedence
    FROM boundaries_area a WHERE a.edition_id = %(edition)s
    UNION ALL
    SELECT NULL, '', e.name, e.outline, NULL, 'gap', 1000001
    FROM boundaries_edition e WHERE e.id = %(edition)s AND e.outline IS NOT NULL AND %(has_gap)s
    UNION ALL
    SELECT NULL, '', n.name, n.geom, NULL, 'outside', 1000001 + row_number() OVER (ORDER BY n.code)
    FROM boundaries_neighbour n WHERE n.edition_id = %(edition)s
), front AS MATERIALIZED (
    SELECT f.area_id, array_agg(f.geom ORDER BY f.id) AS lines, array_agg(f.other_area_id ORDER BY f.id) AS others
    FROM boundaries_front f WHERE f.edition_id = %(edition)s GROUP BY f.area_id
), covered AS (
    SELECT DISTINCT ON (p.key) p.key, p.geom, p.accuracy_m, g.precedence
    FROM ground g
    CROSS JOIN LATERAL (SELECT key, geom, accuracy_m FROM {points} q WHERE ST_Covers(g.geom, q.geom) OFFSET 0) p
    ORDER BY p.key, g.precedence
), placed AS (
    SELECT key, geom, accuracy_m, precedence FROM covered
    UNION ALL
    SELECT p.key, p.geom, p.accuracy_m, NULL FROM {points} p
    WHERE NOT EXISTS (SELECT FROM covered c WHERE c.key = p.key)
), measured AS (
    SELECT p.key, g.area_id, coalesce(g.area_code, '') AS area_code, coalesce(g.name, '') AS name, g.group_id,
           coalesce(g.rule, 'outside') AS rule, near.distance_m, near.area_id AS near_id, near.within,
           greatest(p.accuracy_m, %(least_reach)s) AS reach_m
    FROM placed p
    LEFT JOIN ground g USING (precedence)
    LEFT JOIN front f ON f.area_id IS NOT DISTINCT FROM g.area_id
    LEFT JOIN LATERAL (
        SELECT min(d) AS distance_m, (array_agg(other ORDER BY d))[1] AS area_id,
               array_agg(other ORDER BY d) FILTER (WHERE d <= greatest(p.accuracy_m, %(least_reach)s)) AS within
        FROM (SELECT other, ST_Distance(line, here.geom) AS d
              FROM (SELECT ST_Transform(p.geom, %(metric_srid)s::int) AS geom OFFSET 0) here,
                   unnest(f.lines, f.others) AS u(line, other)) far
    ) near ON true
)
SELECT m.key, m.rule, m.area_code,
       CASE WHEN m.area_id IS NULL THEN '' ELSE m.name END AS area_name,
       coalesce(g.code, '') AS group_code, coalesce(g.name, '') AS group_name,
       u.id AS lead_id, coalesce(u.code, '') AS lead_code, coalesce(u.name, '') AS lead_name,
       m.distance_m AS border_distance_m, coalesce(ng.code, '') AS border_group_code,
       coalesce(ng.name, '') AS border_group_name,
       CASE WHEN m.within IS NULL THEN 'high' ELSE 'low' END AS confidence,
       coalesce(c.codes, '{{}}') AS candidate_codes, coalesce(c.names, '{{}}') AS candidate_names,
       CASE WHEN m.rule = 'outside' THEN m.name ELSE '' END AS outside_name,
       format(CASE WHEN m.rule = 'gap' THEN %(say_gap)s WHEN m.rule = 'outside' AND m.name = '' THEN %(say_far)s
                   WHEN m.rule = 'outside' THEN %(say_outside)s ELSE %(say_inside)s END,
              m.name, g.name, u.name)
       || CASE WHEN m.distance_m IS NULL OR (m.area_id IS NULL AND m.within IS NULL) THEN ''
               ELSE format(%(say_border)s, ng.name, round(m.distance_m)) END
       || CASE WHEN m.within IS NULL THEN ''
               ELSE format(%(say_low)s, round(m.reach_m), array_to_string(c.names, %(comma)s)) END AS reason
FROM measured m
LEFT JOIN boundaries_cooperationgroup g ON g.id = m.group_id
LEFT JOIN boundaries_leadunit l ON l.group_id = g.id AND l.lead_order = 1
LEFT JOIN boundaries_unit u ON u.id = l.unit_id
LEFT JOIN boundaries_area na ON na.id = m.near_id
LEFT JOIN boundaries_cooperationgroup ng ON ng.id = na.group_id
LEFT JOIN LATERAL (
    SELECT array_agg(a.code ORDER BY o.ord) AS codes, array_agg(a.name ORDER BY o.ord) AS names
    FROM unnest(CASE WHEN m.area_id IS NULL THEN m.within ELSE m.area_id || m.within END)
         WITH ORDINALITY AS o(id, ord) JOIN boundaries_area a ON a.id = o.id
    WHERE m.within IS NOT NULL
) c ON true
"""


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


def parameters_for(edition: Edition) -> dict:
    """What ANSWERS needs beside its points: the edition, the constants, and its sentences in today's language."""
    return {
        "edition": edition.pk,
        "metric_srid": edition.metric_srid,
        "special": list(Area.SPECIAL),
        "has_gap": edition.has_gap,
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
