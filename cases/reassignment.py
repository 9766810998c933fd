"""Every open case's assignment computed anew, in one statement per edition, from what the case stores.

A case keeps the edition it was taken down under; ended cases are never touched; an override keeps what the
person decided, and only the automatic answer beside it is renewed.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from boundaries.models import Edition
from cases import assignment, stored_inputs
from cases.models import Case
from cases.verbs import Verb
from cases.workflow import OPEN

MOST_LINES = 50
POINTS = (
    "(SELECT id AS key, geom, accuracy_m FROM cases_case WHERE edition_id = %(edition)s AND status = ANY(%(open)s))"
)
COMPARED = {
    "rule": "a.rule", "confidence": "a.confidence", "auto_area_code": "a.area_code", "auto_group_code": "a.group_code",
    "border_group_code": "a.border_group_code", "candidate_codes": "a.candidate_codes",
    "outside_name": "a.outside_name", "reason": "a.reason",
    "area_code": "CASE WHEN o.id IS NULL THEN a.area_code ELSE o.area_code END",
    "group_code": "CASE WHEN o.id IS NULL THEN a.group_code ELSE o.group_code END",
    "lead_unit_id": "CASE WHEN o.id IS NULL THEN a.lead_id ELSE o.lead_id END",
}  # fmt: skip
OVERRIDES = """
SELECT DISTINCT ON (o.case_id) o.case_id, o.region_id, o.id, o.area_code, o.group_code, l.unit_id AS lead_id
FROM cases_assignmentoverride o
JOIN boundaries_edition e ON e.id = %(edition)s AND e.region_id = o.region_id
LEFT JOIN boundaries_cooperationgroup g ON g.edition_id = e.id AND g.code = o.group_code
LEFT JOIN boundaries_leadunit l ON l.group_id = g.id AND l.lead_order = 1
ORDER BY o.case_id, o.id DESC
"""
DIFFERENT = f"""
WITH answer AS MATERIALIZED ({{answers}}), compared AS (
    SELECT c.id, c.region_id, c.case_no, c.version AS seen_version, c.area_code AS area_was,
           c.group_code AS group_was, c.confidence AS confidence_was, a.border_distance_m,
           {", ".join(f"{ought} AS {column}" for column, ought in COMPARED.items())},
           array_remove(ARRAY[
               {
    ", ".join(
        f"CASE WHEN c.{column} IS DISTINCT FROM {ought} THEN '{column}' END" for column, ought in COMPARED.items()
    )
},
               CASE WHEN abs(c.border_distance_m - a.border_distance_m) > 0.001
                      OR (c.border_distance_m IS NULL) <> (a.border_distance_m IS NULL) THEN 'border_distance_m' END
           ], NULL) AS columns
    FROM answer a JOIN cases_case c ON c.id = a.key
    LEFT JOIN ({OVERRIDES}) o ON o.case_id = c.id AND o.region_id = c.region_id
), different AS (SELECT * FROM compared WHERE columns <> '{{{{}}}}')
"""  # noqa: S608 - put together from this module's constants alone
LIST = f"""
{DIFFERENT}
SELECT case_no, area_was, group_was, confidence_was, area_code, group_code, confidence, columns
FROM different ORDER BY case_no
"""  # noqa: S608 - put together from this module's constants alone
# A case that somebody changes at the same time is left to the next run: its version is another by then.
APPLY = f"""
{DIFFERENT}, changed AS (
    UPDATE cases_case c SET version = c.version + 1, border_distance_m = d.border_distance_m,
        {", ".join(f"{column} = d.{column}" for column in COMPARED)}
    FROM different d
    WHERE c.id = d.id AND c.version = d.seen_version AND c.status = ANY(%(open)s)
    RETURNING c.id, c.region_id, c.status
)
INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note)
SELECT region_id, id, %(verb)s, status, now(), '' FROM changed RETURNING case_id
"""  # noqa: S608 - put together from this module's constants alone


@dataclass
class Differences:
    """What a recheck found; `lines` names the first fifty."""

    cases: int
    number: int
    lines: list[str]


def differences() -> Differences:
    """Open cases of which something stored is not what the stored inputs give today: point, doubts, answer."""
    found = {}
    for edition in _editions():
        for row in stored_inputs.differing(edition):
            found.setdefault(row.case_no, []).append(", ".join(row.values))
        for case_no, *before_and_after, columns in _run(LIST, edition):
            found.setdefault(case_no, []).append(f"{_said(*before_and_after)} [{', '.join(columns)}]")
    lines = [f"{case_no}: {'; '.join(parts)}" for case_no, parts in sorted(found.items())[:MOST_LINES]]
    return Differences(cases=Case.objects.open().count(), number=len(found), lines=lines)


def _said(area, group, confidence, new_area, new_group, new_confidence) -> str:
    return f"{area or '-'}/{group or '-'} ({confidence}) → {new_area or '-'}/{new_group or '-'} ({new_confidence})"


@transaction.atomic
def apply() -> int:
    """Store what the inputs give, with an event and a new version each time; returns how many cases changed."""
    changed = set()
    for edition in _editions():
        changed.update(row.pk for row in stored_inputs.differing(edition) if _renew(row))
        changed.update(pk for (pk,) in _run(APPLY, edition))
    return len(changed)


def _renew(row: stored_inputs.Renewed) -> bool:
    """Point and doubts, before the answer that rests on them; False where somebody has changed the case."""
    values = {**row.values, "version": row.version + 1}
    if not Case.objects.filter(pk=row.pk, version=row.version).update(**values):
        return False
    case = Case.objects.only("region", "status").get(pk=row.pk)
    case.events.create(region_id=case.region_id, verb=Verb.ASSIGN, status=case.status)
    return True


def _editions():
    return Edition.objects.filter(pk__in=Case.objects.open().values("edition").distinct()).select_related("region")


def _run(text: str, edition: Edition):
    parameters = assignment.parameters_to_store(edition)
    answers = assignment.ANSWERS.format(points=POINTS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with assignment.planned_for_many(cursor):
            cursor.execute(text.format(answers=answers), {**parameters, "open": list(OPEN), "verb": Verb.ASSIGN})
            return cursor.fetchall()
