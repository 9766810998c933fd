"""What the database itself guarantees: region in every key, an append-only trail, exact tallies."""

from django.db import migrations

from gis_core.db.keys import region_foreign_key, region_key

CASE_SIDE = ("case", "caseevent", "casephoto", "reporter", "assignmentoverride")

# Written out: a migration keeps what was true when it ran.
OPEN_STATES = ", ".join(
    f"'{state}'"
    for state in [
        "reported",
        "triaged",
        "registered",
        "submitted",
        "approved",
        "assigned",
        "verifying",
        "single_unit",
        "joint_required",
        "filed",
        "investigating",
        "ordered",
        "complied",
        "escalated_city",
        "notified",
        "reviewing",
        "decided",
        "served",
        "enforcing",
    ]
)

APPEND_ONLY = """
CREATE FUNCTION refuse_change_of_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of a case is only ever added to.' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# One statement-level trigger per kind of write; a bulk import of any size is one upsert. Cells are taken in
# key order so that two writers cannot wait for each other in a circle.
TALLY = """
    INSERT INTO cases_casetally AS t
        (region_id, level, x, y, area_code, group_code, status, channel, year, n, sum_x, sum_y)
    SELECT region_id, level, wx >> (31 - level), wy >> (31 - level), area_code, group_code, status, channel, year,
           sum(sign), sum(sign * wx), sum(sign * wy)
    FROM (SELECT c.*, world_x(c.geom) AS wx, world_y(c.geom) AS wy FROM ({changes}) c) w,
         generate_series(12, 19) level
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    HAVING sum(sign) <> 0 OR sum(sign * wx) <> 0 OR sum(sign * wy) <> 0
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    ON CONFLICT (region_id, level, x, y, area_code, group_code, status, channel, year)
    DO UPDATE SET n = t.n + excluded.n, sum_x = t.sum_x + excluded.sum_x, sum_y = t.sum_y + excluded.sum_y;
"""
COLUMNS = "region_id, geom, area_code, group_code, status, channel, year"
# ruff: noqa: S608 -- only this file's constants are put into its statements
WRITES = {
    "insert": ("NEW TABLE AS added", f"SELECT 1 AS sign, {COLUMNS} FROM added"),
    "delete": ("OLD TABLE AS removed", f"SELECT -1 AS sign, {COLUMNS} FROM removed"),
    "update": (
        "OLD TABLE AS removed NEW TABLE AS added",
        f"SELECT 1 AS sign, {COLUMNS} FROM added UNION ALL SELECT -1, {COLUMNS} FROM removed",
    ),
}


def tally_trigger(write, tables, changes):
    return migrations.RunSQL(
        [
            f"CREATE FUNCTION tally_case_{write}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {TALLY.format(changes=changes)} RETURN NULL; END $$",
            f"CREATE TRIGGER tally_{write} AFTER {write} ON cases_case REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION tally_case_{write}()",
        ],
        [f"DROP TRIGGER tally_{write} ON cases_case", f"DROP FUNCTION tally_case_{write}()"],
    )


def append_only(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_trail()",
        f"DROP TRIGGER append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]
    operations = [
        *(region_key(f"cases_{table}") for table in CASE_SIDE),
        *(region_foreign_key(f"cases_{table}", "case_id", "cases_case") for table in CASE_SIDE[1:]),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION refuse_change_of_trail()"),
        append_only("cases_caseevent"),
        append_only("cases_assignmentoverride"),
        *(tally_trigger(write, *how) for write, how in WRITES.items()),
        migrations.RunSQL(
            "CREATE INDEX case_open_geography ON cases_case USING gist ((geom::geography))"
            f" WHERE status IN ({OPEN_STATES})",
            "DROP INDEX case_open_geography",
        ),
        migrations.RunSQL(
            f"CREATE INDEX case_open_geom ON cases_case USING gist (geom) WHERE status IN ({OPEN_STATES})",
            "DROP INDEX case_open_geom",
        ),
        migrations.RunSQL(
            f"CREATE INDEX case_open_due ON cases_case (region_id, due_at) WHERE status IN ({OPEN_STATES})",
            "DROP INDEX case_open_due",
        ),
    ]
