"""How the map stood on any day: a row per span in which a case stood unchanged, kept by triggers under any write."""

import django.db.models.deletion
from django.db import migrations, models

from gis_core.db.keys import region_key

# Written out: a migration keeps what was true when it ran.
ENDED = (
    "ARRAY['closed', 'follow_up', 'archived', 'not_registered', 'rejected', 'unfounded', 'transferred_out', 'void',"
    " 'merged']"
)
CALENDAR = "Asia/Shanghai"
ME = "pg_current_xact_id()::text::bigint"

COLUMNS = (
    "region_id, case_id, from_at, until_at, status, group_code, area_code, group_now, channel, year, world_x, world_y,"
    " quad, dated, xact"
)
# Of a case that comes in ended, report and end alone are known: between them it counts as reported.
ADD = f"""
    INSERT INTO cases_casespell ({COLUMNS})
    SELECT region_id, id, from_at, until_at, state, group_code, area_code, group_code, channel, year, world_x, world_y,
           world_cell, true, {ME}
    FROM (SELECT a.*, a.status = ANY ({ENDED}) AND coalesce(a.ended_at > a.reported_at, false) AS past FROM added a) c
    CROSS JOIN LATERAL (
        SELECT reported_at AS from_at, CASE WHEN past THEN ended_at END AS until_at,
               CASE WHEN past THEN 'reported' ELSE status END AS state
        UNION ALL SELECT ended_at, NULL, status WHERE past
    ) spans;
"""
# A case that is deleted was never there.
KEY = """
ALTER TABLE cases_casespell ADD CONSTRAINT cases_casespell_case_id_region_fk FOREIGN KEY (case_id, region_id)
REFERENCES cases_case (id, region_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
# A change takes effect when the case ended, else now; the act that follows in the same transaction says it better.
CHANGE = f"""
    IF NOT EXISTS (
        SELECT FROM added n JOIN removed o USING (id, region_id)
        WHERE (n.status, n.group_code, n.area_code, n.world_x, n.world_y, n.channel, n.year, n.reported_at, n.ended_at)
              IS DISTINCT FROM
              (o.status, o.group_code, o.area_code, o.world_x, o.world_y, o.channel, o.year, o.reported_at, o.ended_at)
    ) THEN
        RETURN NULL; -- most acts change none of it
    END IF;
    WITH changed AS MATERIALIZED (
        SELECT n.*, CASE WHEN n.ended_at IS DISTINCT FROM o.ended_at THEN coalesce(n.ended_at, now()) ELSE now() END AS moment
        FROM added n JOIN removed o USING (id, region_id)
        WHERE (n.status, n.group_code, n.area_code) IS DISTINCT FROM (o.status, o.group_code, o.area_code)
           OR (n.world_x, n.world_y) IS DISTINCT FROM (o.world_x, o.world_y)
    ), again AS (
        UPDATE cases_casespell s
        SET status = c.status, group_code = c.group_code, area_code = c.area_code,
            world_x = c.world_x, world_y = c.world_y, quad = c.world_cell
        FROM changed c
        WHERE s.case_id = c.id AND s.region_id = c.region_id AND s.until_at IS NULL AND NOT s.dated AND s.xact = {ME}
    ), over AS (
        UPDATE cases_casespell s SET until_at = greatest(s.from_at, c.moment)
        FROM changed c
        WHERE s.case_id = c.id AND s.region_id = c.region_id AND s.until_at IS NULL AND (s.dated OR s.xact <> {ME})
        RETURNING s.case_id, s.until_at
    )
    INSERT INTO cases_casespell ({COLUMNS})
    SELECT region_id, id, over.until_at, NULL, status, group_code, area_code, group_code, channel, year, world_x, world_y,
           world_cell, false, {ME}
    FROM changed JOIN over ON over.case_id = changed.id;

    UPDATE cases_casespell s SET group_now = n.group_code, channel = n.channel, year = n.year
    FROM added n JOIN removed o USING (id, region_id)
    WHERE (n.group_code, n.channel, n.year) IS DISTINCT FROM (o.group_code, o.channel, o.year)
      AND s.case_id = n.id AND s.region_id = n.region_id;

    UPDATE cases_casespell s SET from_at = least(n.reported_at, s.until_at)
    FROM added n JOIN removed o USING (id, region_id)
    WHERE n.reported_at <> o.reported_at
      AND s.case_id = n.id AND s.region_id = n.region_id
      AND s.id = (SELECT min(f.id) FROM cases_casespell f WHERE f.case_id = n.id AND f.region_id = n.region_id);
"""
DAYS = f"""
    INSERT INTO cases_caseday AS d (region_id, day, group_code, begun, ended)
    SELECT region_id, (moment AT TIME ZONE '{CALENDAR}')::date, group_code, sum(sign * begun), sum(sign * ended)
    FROM ({{changes}}) c CROSS JOIN LATERAL (VALUES (reported_at, 1, 0), (ended_at, 0, 1)) m (moment, begun, ended)
    WHERE moment IS NOT NULL
    GROUP BY 1, 2, 3
    HAVING sum(sign * begun) <> 0 OR sum(sign * ended) <> 0
    ORDER BY 1, 2, 3
    ON CONFLICT (region_id, day, group_code)
    DO UPDATE SET begun = d.begun + excluded.begun, ended = d.ended + excluded.ended;
"""
MOMENTS = "region_id, group_code, reported_at, ended_at"
# ruff: noqa: S608 -- only this file's constants are put into its statements
WRITES = {
    "insert": ("NEW TABLE AS added", ADD, f"SELECT 1 AS sign, {MOMENTS} FROM added"),
    "delete": ("OLD TABLE AS removed", "", f"SELECT -1 AS sign, {MOMENTS} FROM removed"),
    "update": (
        "OLD TABLE AS removed NEW TABLE AS added",
        CHANGE,
        f"SELECT 1 AS sign, {MOMENTS} FROM added UNION ALL SELECT -1, {MOMENTS} FROM removed",
    ),
}
DATE = f"""
BEGIN
    IF NOT EXISTS (SELECT FROM cases_casespell WHERE NOT dated AND xact = {ME}) THEN
        RETURN NULL; -- most acts begin no span
    END IF;
    WITH told AS (
        SELECT DISTINCT ON (case_id) case_id, region_id, at FROM added ORDER BY case_id, id
    ), begun AS (
        UPDATE cases_casespell s SET dated = true, from_at = greatest(before.from_at, told.at)
        FROM told, cases_casespell before
        WHERE s.case_id = told.case_id AND s.region_id = told.region_id AND s.until_at IS NULL
          AND NOT s.dated AND s.xact = {ME}
          AND before.id = (SELECT max(b.id) FROM cases_casespell b WHERE b.case_id = s.case_id
                           AND b.region_id = s.region_id AND b.id < s.id)
        RETURNING s.from_at, before.id AS before_id
    )
    UPDATE cases_casespell s SET until_at = begun.from_at FROM begun WHERE s.id = begun.before_id;
    RETURN NULL;
END
"""
# The same from the trail, for what was there before the triggers. The trail does not say from where a case was moved,
# nor whom a recheck took it from; the first act's own time does not count, but the report's; the last span is always the case as it stands.
BACKFILL = f"""
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY id) AS nth FROM cases_caseevent
), told AS (
    SELECT case_id, id, status, nth,
           max(CASE WHEN nth > 1 THEN at END) OVER (PARTITION BY case_id ORDER BY id) AS at
    FROM numbered
), decided AS (
    SELECT o.*, coalesce((SELECT min(e.at) FROM cases_caseevent e
                          WHERE e.case_id = o.case_id AND e.verb = 'override' AND e.at >= o.at), o.at) AS told_at,
           row_number() OVER (PARTITION BY case_id ORDER BY id) AS nth
    FROM cases_assignmentoverride o
), came AS (
    SELECT c.*, coalesce(t.status, c.status) AS first_status,
           coalesce(t.status, c.status) = ANY ({ENDED}) AND coalesce(c.ended_at > c.reported_at, false) AS past,
           coalesce(d.from_group_code, c.group_code) AS first_group, coalesce(d.from_area_code, c.area_code) AS first_area
    FROM cases_case c LEFT JOIN told t ON t.case_id = c.id AND t.nth = 1
    LEFT JOIN decided d ON d.case_id = c.id AND d.nth = 1
), marks AS (
    SELECT id AS case_id, reported_at AS at, 0::bigint AS place,
           CASE WHEN past THEN 'reported' ELSE first_status END AS status, first_group AS group_code,
           first_area AS area_code
    FROM came
    UNION ALL SELECT id, ended_at, 1, first_status, NULL, NULL FROM came WHERE past
    UNION ALL SELECT case_id, greatest(told.at, came.reported_at), told.id, told.status, NULL, NULL
    FROM told JOIN came ON came.id = case_id WHERE nth > 1
    UNION ALL SELECT case_id, greatest(told_at, came.reported_at), decided.id, NULL, decided.group_code,
                     decided.area_code
    FROM decided JOIN came ON came.id = case_id
), counted AS (
    SELECT *, count(status) OVER turn AS states, count(group_code) OVER turn AS groups
    FROM marks WINDOW turn AS (PARTITION BY case_id ORDER BY at, place)
), stood AS (
    SELECT case_id, at, place, max(status) OVER state AS status, max(group_code) OVER owner AS group_code,
           max(area_code) OVER owner AS area_code
    FROM counted
    WINDOW state AS (PARTITION BY case_id, states), owner AS (PARTITION BY case_id, groups)
), turned AS (
    SELECT *, (status, group_code, area_code) IS DISTINCT FROM (lag(status) OVER turn, lag(group_code) OVER turn,
               lag(area_code) OVER turn) AS new
    FROM stood WINDOW turn AS (PARTITION BY case_id ORDER BY at, place)
), spans AS (
    SELECT *, lead(at) OVER (PARTITION BY case_id ORDER BY at, place) AS until_at FROM turned WHERE new
)
INSERT INTO cases_casespell ({COLUMNS})
SELECT c.region_id, c.id, s.at, s.until_at,
       CASE WHEN s.until_at IS NULL THEN c.status ELSE s.status END,
       CASE WHEN s.until_at IS NULL THEN c.group_code ELSE s.group_code END,
       CASE WHEN s.until_at IS NULL THEN c.area_code ELSE s.area_code END,
       c.group_code, c.channel, c.year, c.world_x, c.world_y, c.world_cell, true, 0
FROM spans s JOIN cases_case c ON c.id = s.case_id
WHERE s.until_at IS NULL OR s.until_at > s.at
"""
BACKFILL_DAYS = DAYS.format(changes=f"SELECT 1 AS sign, {MOMENTS} FROM cases_case")


def spell_trigger(write, tables, text, changes):
    return migrations.RunSQL(
        [
            f"CREATE FUNCTION spell_case_{write}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {text} {DAYS.format(changes=changes)} RETURN NULL; END $$",
            f"CREATE TRIGGER spell_{write} AFTER {write} ON cases_case REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION spell_case_{write}()",
        ],
        [f"DROP TRIGGER spell_{write} ON cases_case", f"DROP FUNCTION spell_case_{write}()"],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("boundaries", "0004_one_row_a_square"),
        ("cases", "0020_counts_by_cell"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "region_id", "day", "group_code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("group_code", models.CharField(max_length=12)),
                ("begun", models.IntegerField()),
                ("ended", models.IntegerField()),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="boundaries.region"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseSpell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "clue reported"),
                            ("triaged", "classified"),
                            ("registered", "registered"),
                            ("submitted", "submitted for review"),
                            ("approved", "approved"),
                            ("assigned", "handed over"),
                            ("verifying", "preliminary check"),
                            ("single_unit", "handled by one unit"),
                            ("joint_required", "joint enforcement required"),
                            ("filed", "filed"),
                            ("investigating", "under investigation"),
                            ("ordered", "ordered to stop"),
                            ("complied", "order complied with"),
                            ("escalated_city", "escalated to the city"),
                            ("notified", "prior notice given"),
                            ("reviewing", "under legal review"),
                            ("decided", "decided"),
                            ("served", "served"),
                            ("enforcing", "being enforced"),
                            ("closed", "closed"),
                            ("follow_up", "follow-up supervision"),
                            ("archived", "archived"),
                            ("not_registered", "not registered"),
                            ("rejected", "refused"),
                            ("unfounded", "unfounded"),
                            ("transferred_out", "transferred out"),
                            ("void", "void"),
                            ("merged", "merged into another case"),
                        ],
                        max_length=16,
                    ),
                ),
                ("group_code", models.CharField(max_length=12)),
                ("area_code", models.CharField(max_length=12)),
                ("group_now", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("world_x", models.IntegerField(help_text="world pixels as in world_x()")),
                ("world_y", models.IntegerField()),
                ("quad", models.BigIntegerField()),
                ("dated", models.BooleanField(default=True)),
                ("xact", models.BigIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spells",
                        to="cases.case",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="boundaries.region",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["region", "quad"],
                        include=(
                            "from_at",
                            "until_at",
                            "status",
                            "group_code",
                            "group_now",
                            "case",
                            "world_x",
                            "world_y",
                        ),
                        name="spell_place",
                    ),
                    models.Index(fields=["xact"], condition=models.Q(("dated", False)), name="spell_undated"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_at", None)), fields=("region", "case"), name="one_spell_lasts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_at", None), ("until_at__gte", models.F("from_at")), _connector="OR"),
                        name="spell_runs_on",
                    ),
                ],
            },
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(BACKFILL_DAYS, migrations.RunSQL.noop),
        region_key("cases_casespell"),
        migrations.RunSQL(KEY, "ALTER TABLE cases_casespell DROP CONSTRAINT cases_casespell_case_id_region_fk"),
        *(spell_trigger(write, *how) for write, how in WRITES.items()),
        migrations.RunSQL(
            [
                f"CREATE FUNCTION date_spell() RETURNS trigger LANGUAGE plpgsql AS $$ {DATE} $$",
                "CREATE TRIGGER date_spell AFTER INSERT ON cases_caseevent REFERENCING NEW TABLE AS added"
                " FOR EACH STATEMENT EXECUTE FUNCTION date_spell()",
            ],
            ["DROP TRIGGER date_spell ON cases_caseevent", "DROP FUNCTION date_spell()"],
        ),
    ]
