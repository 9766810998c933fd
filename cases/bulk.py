"""Many cases at once: COPY into a staging table, one assignment statement, one INSERT … SELECT.

The single report and a million imported rows go through the same assignment SQL. A batch is one transaction.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from boundaries.models import Edition, Region
from cases import assignment
from cases.models import Clock
from cases.verbs import Verb
from gis_core import srid

STAGING = f"""
CREATE TEMP TABLE IF NOT EXISTS case_staging (
    key int, row jsonb, geom geometry(Point, {srid.STORAGE}), accuracy_m float8
) ON COMMIT DELETE ROWS;
TRUNCATE case_staging -- an earlier batch of the same transaction is still in it
"""
INSERT = """
WITH answer AS MATERIALIZED ({answers})
INSERT INTO cases_case (
    region_id, case_no, status, channel, violations, land_ownership, address, description, is_major, geom,
    raw_lon, raw_lat, raw_crs, accuracy_m, source_client, named_area_code, suspected_crs, year, reported_at,
    reported_by_id, due_at, ended_at, demonstration, version, edition_id, rule, confidence, auto_area_code,
    auto_group_code, border_distance_m, border_group_code, candidate_codes, outside_name, reason, area_code,
    group_code, lead_unit_id)
SELECT %(region)s, s.row->>'case_no', s.row->>'status', s.row->>'channel',
       ARRAY(SELECT jsonb_array_elements_text(s.row->'violations')), s.row->>'land_ownership', s.row->>'address',
       s.row->>'description', (s.row->>'is_major')::boolean, s.geom, (s.row->>'raw_lon')::float8,
       (s.row->>'raw_lat')::float8, s.row->>'raw_crs', s.accuracy_m, s.row->>'source_client',
       s.row->>'named_area_code', s.row->>'suspected_crs', (s.row->>'year')::int,
       (s.row->>'reported_at')::timestamptz, (s.row->>'reported_by')::bigint, (s.row->>'due_at')::timestamptz,
       (s.row->>'ended_at')::timestamptz, (s.row->>'demonstration')::boolean, 1, %(edition)s, a.rule, a.confidence,
       a.area_code, a.group_code, a.border_distance_m, a.border_group_code, a.candidate_codes, a.outside_name,
       a.reason, a.area_code, a.group_code, a.lead_id
FROM case_staging s JOIN answer a USING (key)
RETURNING id, case_no, status, reported_at, reported_by_id, due_at
"""
EVENTS = """
WITH made AS ({insert}), clocks AS (
    INSERT INTO cases_clock (region_id, case_id, rule_id, code, started_at, due_at, stopped_by)
    SELECT r.region_id, made.id, r.id, r.code, (s.row->>'clock_started_at')::timestamptz, due_at, ''
    FROM made JOIN case_staging s ON s.row->>'case_no' = case_no
         JOIN cases_deadlinerule r ON r.id = (s.row->>'clock_rule')::bigint
)
INSERT INTO cases_caseevent (region_id, case_id, verb, status, by_id, at, note)
SELECT %(region)s, id, %(verb)s, status, reported_by_id, now(), '' FROM made
"""


@dataclass(frozen=True)
class Row:
    """One case to write; `lon`/`lat` are WGS 84, the raw pair is as it came.

    `clock_rule` is the deadline rule whose clock runs from `clock_started_at` to `due_at`: the case's one clock.
    """

    lon: float
    lat: float
    raw_lon: float
    raw_lat: float
    raw_crs: str
    case_no: str
    channel: str
    year: int
    reported_at: datetime
    accuracy_m: float | None = None
    status: str = "reported"
    violations: list[str] = field(default_factory=list)
    land_ownership: str = "unverified"
    address: str = ""
    description: str = ""
    is_major: bool = False
    source_client: str = "import"
    named_area_code: str = ""
    suspected_crs: str = ""
    reported_by: int | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    demonstration: bool = False
    clock_rule: int | None = None
    clock_started_at: datetime | None = None

    @staticmethod
    def clock(clock: Clock | None) -> dict:
        """The fields of a row that say its clock; nothing for none."""
        if clock is None:
            return {}
        return {"due_at": clock.due_at, "clock_rule": clock.rule_id, "clock_started_at": clock.started_at}


@transaction.atomic
def insert(region: Region, edition: Edition, rows: Sequence[Row], verb=Verb.IMPORT) -> int:
    """Write one batch with its assignments and events; returns how many. All of it or nothing."""
    parameters = {**assignment.parameters_to_store(edition), "region": region.pk, "verb": verb}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(STAGING)
        cursor.copy_expert("COPY case_staging FROM STDIN", io.StringIO("".join(map(_line, range(len(rows)), rows))))
        cursor.execute("ANALYZE case_staging")
        answers = assignment.ANSWERS.format(points="case_staging")
        with assignment.planned_for_many(cursor):
            cursor.execute(EVENTS.format(insert=INSERT.format(answers=answers)), parameters)
            return cursor.rowcount


def _line(key: int, row: Row) -> str:
    """One line of COPY text: key, JSON, EWKT, accuracy."""
    values = json.dumps(vars(row), default=str, ensure_ascii=False).replace("\\", "\\\\")
    point = f"SRID={srid.STORAGE};POINT({row.lon!r} {row.lat!r})"
    accuracy = r"\N" if row.accuracy_m is None else repr(float(row.accuracy_m))
    return f"{key}\t{values}\t{point}\t{accuracy}\n"
