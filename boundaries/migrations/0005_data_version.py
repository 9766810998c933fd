"""A number that changes with every committed write, told in one indexed read."""

from django.db import migrations, models

# Once a transaction and scope: the setting holds the transaction's number, and falls back with a savepoint as the
# change does. A row that another writer holds is passed over, so that nobody waits for a long import. Steps are
# random: a number that was taken back is not met again with other contents.
BUMP = """
CREATE FUNCTION bump_data_version(changed text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mark text := 'data_version.s' || encode(changed::bytea, 'hex');
    mine text := pg_current_xact_id()::text;
    step bigint := 1 + floor(random() * 1000000000)::bigint;
BEGIN
    IF current_setting(mark, true) = mine THEN
        RETURN;
    END IF;
    PERFORM set_config(mark, mine, true);
    UPDATE boundaries_dataversion SET number = number + step WHERE id = (
        SELECT id FROM boundaries_dataversion WHERE scope = changed LIMIT 1 FOR UPDATE SKIP LOCKED
    );
    IF NOT FOUND THEN
        INSERT INTO boundaries_dataversion (scope, number) VALUES (changed, step);
    END IF;
END $$
"""
LAND = ("edition", "area", "cooperationgroup", "leadunit", "unit", "neighbour", "gridcell", "gridpost")
LAND_CHANGED = """
CREATE FUNCTION land_changed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM bump_data_version('land'); RETURN NULL; END $$
"""


def tells_of_changes(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER land_changed AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION land_changed()",
        f"DROP TRIGGER land_changed ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("boundaries", "0004_one_row_a_square")]
    operations = [
        migrations.CreateModel(
            name="DataVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(db_index=True, max_length=40)),
                ("number", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(BUMP, "DROP FUNCTION bump_data_version(text)"),
        migrations.RunSQL(LAND_CHANGED, "DROP FUNCTION land_changed()"),
        *(tells_of_changes(f"boundaries_{table}") for table in LAND),
    ]
