"""Every open case's assignment computed anew, in one statement per edition, from what the case stores.

A case keeps the edition it was taken down under; ended cases are never touched; an override keeps what the
person decided, and only the automatic answer beside it is renewed.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from boundaries.models import Edition
from cases import assignment
from cases.models import Case, CaseEvent
from cases.workflow import OPEN

MOST_LINES = 50
POINTS = (
    "(SELECT id AS key, geom, accuracy_m FROM cases_case WHERE edition_id = %(edition)s AND status = ANY(%(open)s))"
)
DIFFERENT = """
WITH answer AS MATERIALIZED ({answers}), different AS (
    SELECT c.id, c.region_id, c.case_no, c.auto_area_code, c.auto_group_code, c.confidence AS was, a.*
    FROM answer a JOIN cases_case c ON c.id = a.key
    WHERE (c.rule, c.confidence, c.auto_area_code, c.auto_group_code, c.border_group_code, c.candidate_codes,
           c.outside_name, c.reason)
          IS DISTINCT FROM (a.rule, a.confidence, a.area_code, a.group_code, a.border_group_code,
                            a.candidate_codes, a.outside_name, a.reason)
       OR abs(c.border_distance_m - a.border_distance_m) > 0.001
       OR (c.border_distance_m IS NULL) <> (a.border_distance_m IS NULL)
)
"""
LIST = (
    DIFFERENT
    + """
SELECT case_no, auto_area_code, auto_group_code, was, area_code, group_code, confidence FROM different ORDER BY case_no
"""
)
APPLY = (
    DIFFERENT  # noqa: S608 - put together from constants
    + """
, changed AS (
    UPDATE cases_case c SET
        rule = d.rule, confidence = d.confidence, auto_area_code = d.area_code, auto_group_code = d.group_code,
        border_distance_m = d.border_distance_m, border_group_code = d.border_group_code,
        candidate_codes = d.candidate_codes, outside_name = d.outside_name, reason = d.reason,
        area_code = CASE WHEN o.id IS NULL THEN d.area_code ELSE c.area_code END,
        group_code = CASE WHEN o.id IS NULL THEN d.group_code ELSE c.group_code END,
        lead_unit_id = CASE WHEN o.id IS NULL THEN d.lead_id ELSE c.lead_unit_id END,
        version = c.version + 1
    FROM different d
    LEFT JOIN LATERAL (SELECT id FROM cases_assignmentoverride WHERE case_id = d.id LIMIT 1) o ON true
    WHERE c.id = d.id AND c.status = ANY(%(open)s)
    RETURNING c.id, c.region_id, c.status
)
INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note)
SELECT region_id, id, %(verb)s, status, now(), '' FROM changed
"""
)


@dataclass
class Differences:
    """What a recheck found; `lines` names the first fifty."""

    cases: int
    number: int
    lines: list[str]


def differences() -> Differences:
    """Open cases whose stored automatic answer is not what the stored inputs give today."""
    found = [row for edition in _editions() for row in _run(LIST, edition)]
    lines = [
        f"{case_no}: {area or '-'}/{group or '-'} ({was}) → {new_area or '-'}/{new_group or '-'} ({confidence})"
        for case_no, area, group, was, new_area, new_group, confidence in found[:MOST_LINES]
    ]
    return Differences(cases=Case.objects.open().count(), number=len(found), lines=lines)


@transaction.atomic
def apply() -> int:
    """Store the renewed answers with an event each; returns how many cases changed."""
    return sum(_run(APPLY, edition) for edition in _editions())


def _editions():
    return Edition.objects.filter(pk__in=Case.objects.open().values("edition").distinct()).select_related("region")


def _run(text: str, edition: Edition):
    parameters = assignment.parameters_to_store(edition)
    answers = assignment.ANSWERS.format(points=POINTS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with assignment.planned_for_many(cursor):
            cursor.execute(
                text.format(answers=answers), {**parameters, "open": list(OPEN), "verb": CaseEvent.Verb.ASSIGN}
            )
            return cursor.fetchall() if cursor.description else cursor.rowcount
