"""Tiles from indexes alone: each case's cell in a column, and counts per cell that triggers keep."""

import django.db.models.deletion
from django.db import migrations, models

import gis_core.db.functions

# ruff: noqa: S608 -- only this file's constants are put into its statements
# Written out: a migration keeps what was true when it ran.
OPEN = (
    "reported", "triaged", "registered", "submitted", "approved", "assigned", "verifying", "single_unit",
    "joint_required", "filed", "investigating", "ordered", "complied", "escalated_city", "notified", "reviewing",
    "decided", "served", "enforcing",
)  # fmt: skip
ENDED = [
    "archived", "closed", "follow_up", "merged", "not_registered", "rejected", "transferred_out", "unfounded", "void",
]  # fmt: skip
OPEN_STATES, ENDED_STATES = (", ".join(f"'{state}'" for state in states) for states in (OPEN, ENDED))
DRAWN = (
    "case_no", "status", "channel", "year", "due_at", "group_code", "area_code", "world_x", "world_y", "reported_by",
    "units_involved",
)  # fmt: skip

# Bits of two numbers of 31 in turn, x in the even places: the masks are 0000FFFF…, 00FF…, 0F…, 33…, 55….
MORTON = """
CREATE FUNCTION morton(x bigint, y bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    x := x & 2147483647;
    y := y & 2147483647;
    x := (x | (x << 16)) & 281470681808895;
    y := (y | (y << 16)) & 281470681808895;
    x := (x | (x << 8)) & 71777214294589695;
    y := (y | (y << 8)) & 71777214294589695;
    x := (x | (x << 4)) & 1085102592571150095;
    y := (y | (y << 4)) & 1085102592571150095;
    x := (x | (x << 2)) & 3689348814741910323;
    y := (y | (y << 2)) & 3689348814741910323;
    RETURN ((x | (x << 1)) & 6148914691236517205) | (((y | (y << 1)) & 6148914691236517205) << 1);
END $$
"""
WORLD_CELL = """
CREATE FUNCTION world_cell(geom geometry) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT morton(world_x(geom), world_y(geom)) $$
"""
# A stored column is computed while a backup is read in, when no schema is on the path.
PATHS = [
    f"ALTER FUNCTION {function}(geometry) SET search_path FROM CURRENT"
    for function in ("world_x", "world_y", "world_cell")
]
COLUMNS = """
ALTER TABLE cases_case
    ADD COLUMN world_x bigint GENERATED ALWAYS AS (world_x(geom)) STORED,
    ADD COLUMN world_y bigint GENERATED ALWAYS AS (world_y(geom)) STORED,
    ADD COLUMN world_cell bigint GENERATED ALWAYS AS (world_cell(geom)) STORED
"""

# One statement per kind of write, whatever its size; what a write leaves as it was nets out before anything else.
# Rows are taken in key order so that two writers do not wait for each other in a circle.
COUNT = f"""
    WITH net AS MATERIALIZED (
        SELECT region_id, world_x, world_y, world_cell, area_code, group_code, status, channel, year, sum(sign) AS n,
               status IN ({ENDED_STATES}) AS ended
        FROM ({{changes}}) c GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(sign) <> 0
    ), tallied AS (
        INSERT INTO cases_casetally AS t
            (region_id, level, ended, cell, area_code, group_code, status, channel, year, n, sum_x, sum_y)
        SELECT region_id, level, ended, world_cell >> (62 - 2 * level), area_code, group_code, status, channel, year,
               sum(n), sum(n * world_x), sum(n * world_y)
        FROM net, unnest(ARRAY[0, 13, 15, 17]) level
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        HAVING sum(n) <> 0 OR sum(n * world_x) <> 0 OR sum(n * world_y) <> 0
        ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ON CONFLICT (region_id, level, ended, cell, area_code, group_code, status, channel, year)
        DO UPDATE SET n = t.n + excluded.n, sum_x = t.sum_x + excluded.sum_x, sum_y = t.sum_y + excluded.sum_y
    )
    INSERT INTO cases_casecount AS t (region_id, level, facet, cell, n, sum_x, sum_y)
    SELECT region_id, level, facet, world_cell >> (62 - 2 * level), sum(n), sum(n * world_x), sum(n * world_y)
    FROM net, generate_series(13, 19) level,
         unnest(ARRAY[CASE WHEN ended THEN 'ended' ELSE 'open' END,
                      CASE WHEN ended THEN 'ended:' ELSE 'open:' END || group_code]) facet
    GROUP BY 1, 2, 3, 4
    HAVING sum(n) <> 0 OR sum(n * world_x) <> 0 OR sum(n * world_y) <> 0
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (region_id, level, facet, cell)
    DO UPDATE SET n = t.n + excluded.n, sum_x = t.sum_x + excluded.sum_x, sum_y = t.sum_y + excluded.sum_y;
"""
TELL = """
    PERFORM bump_data_version('cases:' || region_id) FROM (SELECT DISTINCT region_id FROM ({changes}) c) changed;
"""
COUNTED = "region_id, world_x, world_y, world_cell, area_code, group_code, status, channel, year"
WRITES = {
    "insert": ("NEW TABLE AS added", f"SELECT 1 AS sign, {COUNTED} FROM added"),
    "delete": ("OLD TABLE AS removed", f"SELECT -1 AS sign, {COUNTED} FROM removed"),
    "update": (
        "OLD TABLE AS removed NEW TABLE AS added",
        f"SELECT 1 AS sign, {COUNTED} FROM added UNION ALL SELECT -1, {COUNTED} FROM removed",
    ),
}
EVERY = f"SELECT 1 AS sign, {COUNTED} FROM cases_case"
ALL_ANEW = f"""
CREATE FUNCTION tally_all_cases() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE cases_case IN SHARE MODE;
    TRUNCATE cases_casetally, cases_casecount;
    {COUNT.format(changes=EVERY)}
    {TELL.format(changes=EVERY)}
END $$
"""
DUE = "CREATE INDEX case_open_due ON cases_case (region_id, due_at) {beside} WHERE status IN ({states})"


def count_trigger(write, tables, changes):
    return migrations.RunSQL(
        [
            f"DROP TRIGGER tally_{write} ON cases_case",
            f"CREATE OR REPLACE FUNCTION tally_case_{write}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" {COUNT.format(changes=changes)} {TELL.format(changes=changes)} RETURN NULL; END $$",
            f"CREATE TRIGGER tally_{write} AFTER {write} ON cases_case REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION tally_case_{write}()",
        ],
    )


TRAIL = f"""
CREATE FUNCTION trail_grew() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN {TELL.format(changes="SELECT region_id FROM added")} RETURN NULL; END $$
"""


def generated(name, function, **extra):
    field = models.GeneratedField(
        db_persist=True, expression=function("geom"), null=True, output_field=models.BigIntegerField(), **extra
    )
    return migrations.AddField(model_name="case", name=name, field=field)


def cell_index(name, states):
    return migrations.AddIndex(
        model_name="case",
        index=models.Index(
            condition=models.Q(("status__in", states)), fields=["region", "world_cell"], include=DRAWN, name=name
        ),
    )


def counted(name, *key):
    """The number and the sums per cell; `key` are the fields that a row is told apart by, beside region and cell."""
    region = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="boundaries.region"
    )
    fields = [
        ("level", models.PositiveSmallIntegerField()),
        ("cell", models.BigIntegerField()),
        ("n", models.BigIntegerField()),
        ("sum_x", models.BigIntegerField()),
        ("sum_y", models.BigIntegerField()),
        *key,
        ("region", region),
    ]
    return migrations.CreateModel(name=name, fields=fields, options={"abstract": False})


def composite(*names):
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("boundaries", "0005_data_version"), ("cases", "0019_small_pictures")]
    operations = [
        migrations.RunSQL([MORTON, WORLD_CELL, *PATHS]),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(COLUMNS)],  # together: each alone would write the table anew
            state_operations=[
                generated(
                    "world_cell",
                    gis_core.db.functions.WorldCell,
                    help_text="the two interleaved: every tile of every zoom is one range of it",
                ),
                generated("world_x", gis_core.db.functions.WorldX),
                generated("world_y", gis_core.db.functions.WorldY),
            ],
        ),
        cell_index("case_cell_open", OPEN),
        cell_index("case_cell_ended", ENDED),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("reported_by__isnull", False)),
                fields=["region", "reported_by", "world_cell"],
                include=tuple(name for name in DRAWN if name != "reported_by"),
                name="case_cell_of_reporter",
            ),
        ),
        migrations.DeleteModel("CaseTally"),
        counted(
            "CaseTally",
            ("pk", composite("region_id", "level", "ended", "cell", "area_code", "group_code", "status", "channel",
                             "year")),
            ("ended", models.BooleanField()),
            ("area_code", models.CharField(max_length=12)),
            ("group_code", models.CharField(max_length=12)),
            ("status", models.CharField(max_length=16)),
            ("channel", models.CharField(max_length=20)),
            ("year", models.PositiveSmallIntegerField()),
        ),
        counted(
            "CaseCount",
            ("pk", composite("region_id", "level", "facet", "cell")),
            ("facet", models.CharField(max_length=20)),
        ),
        *(count_trigger(write, *how) for write, how in WRITES.items()),
        migrations.RunSQL([ALL_ANEW, "SELECT tally_all_cases()"]),
        migrations.RunSQL(
            [
                TRAIL,
                "CREATE TRIGGER trail_grew AFTER INSERT ON cases_caseevent REFERENCING NEW TABLE AS added"
                " FOR EACH STATEMENT EXECUTE FUNCTION trail_grew()",
                "DROP INDEX case_open_due",
                DUE.format(beside="INCLUDE (status, group_code, area_code, channel, year)", states=OPEN_STATES),
            ]
        ),
    ]  # fmt: skip
