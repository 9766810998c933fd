"""How far cases lie from what units and people are at already: their other open cases, the cells they are posted to.

Metres on the ellipsoid. Each answer is one query, however many cases are asked about.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from boundaries.duty import ON_DUTY
from boundaries.models import User
from cases.models import Case
from cases.workflow import OPEN

REACH_M = 10_000  # a unit has thousands of cases: farther than this the nearest is not looked for

TO_UNITS = """
SELECT c.id, near.metres
FROM cases_case c CROSS JOIN LATERAL (
    SELECT ST_Distance(o.geom::geography, c.geom::geography) AS metres FROM cases_case o
    WHERE o.region_id = c.region_id AND o.handling_unit_id = c.lead_unit_id AND o.id <> c.id
      AND o.status IN %(open)s AND ST_DWithin(o.geom::geography, c.geom::geography, %(reach)s)
    ORDER BY o.geom::geography <-> c.geom::geography LIMIT 1
) near
WHERE c.region_id = %(region)s AND c.id = ANY(%(cases)s)
"""
TO_PEOPLE = """
SELECT c.id, o.addressee_id, min(ST_Distance(o.geom::geography, c.geom::geography))
FROM cases_case c JOIN cases_case o ON o.region_id = c.region_id AND o.id <> c.id
WHERE c.region_id = %(region)s AND c.id = ANY(%(cases)s)
  AND o.addressee_id IS NOT NULL AND o.addressee_id = ANY(%(people)s) AND o.status IN %(open)s
GROUP BY c.id, o.addressee_id
"""
TO_POSTS = f"""
SELECT DISTINCT ON (c.id, p.user_id) c.id, p.user_id, g.name, ST_Distance(g.geom::geography, c.geom::geography)
FROM cases_case c CROSS JOIN boundaries_gridpost p JOIN boundaries_gridcell g ON g.id = p.cell_id
WHERE c.region_id = %(region)s AND c.id = ANY(%(cases)s) AND p.user_id = ANY(%(people)s)
  AND {ON_DUTY}
  AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to >= %(day)s)
ORDER BY c.id, p.user_id, ST_Distance(g.geom::geography, c.geom::geography), g.level DESC, g.code
"""  # noqa: S608 - only a constant is put in


def to_units(cases: Sequence[Case]) -> dict[int, float]:
    """Case → metres to the nearest other open case that its first lead unit handles, within REACH_M."""
    return dict(_rows(TO_UNITS, cases, reach=REACH_M))


def to_people(cases: Sequence[Case], people: Iterable[User]) -> dict[tuple[int, int], float]:
    """(case, person) → metres to the nearest other open case that is addressed to the person."""
    return {(case, person): metres for case, person, metres in _rows(TO_PEOPLE, cases, people=_keys(people))}


def to_posts(cases: Sequence[Case], people: Iterable[User], day) -> dict[tuple[int, int], tuple[str, float]]:
    """(case, person) → the nearest cell that the person is posted to on that day and not on leave from, and metres: 0
    inside it."""
    rows = _rows(TO_POSTS, cases, people=_keys(people), day=day)
    return {(case, person): (cell, metres) for case, person, cell, metres in rows}


def _keys(people: Iterable[User]) -> list[int]:
    return [person.pk for person in people]


def _rows(text: str, cases: Sequence[Case], **asked):
    if not cases:
        return []
    told = {"region": cases[0].region_id, "cases": [case.pk for case in cases], "open": tuple(OPEN), **asked}
    with connection.cursor() as cursor:
        cursor.execute(text, told)
        return cursor.fetchall()
