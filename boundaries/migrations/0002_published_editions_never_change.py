"""A published edition and all that belongs to it never change: the database refuses, whoever asks."""

from django.db import migrations

REFUSE_PARTS = """
CREATE FUNCTION refuse_change_of_published_edition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'boundaries_leadunit' OR TG_TABLE_NAME = 'boundaries_cooperationgroup_members' THEN
        EXECUTE format('SELECT array_agg(g.edition_id) FROM boundaries_cooperationgroup g WHERE g.id IN ($1, $2)')
        INTO touched
        USING CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE (to_jsonb(OLD) ->> TG_ARGV[0])::bigint END,
              CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE (to_jsonb(NEW) ->> TG_ARGV[0])::bigint END;
    ELSE
        touched := ARRAY[CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.edition_id END,
                         CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.edition_id END];
    END IF;
    IF EXISTS (SELECT FROM boundaries_edition WHERE id = ANY(touched) AND status <> 'draft') THEN
        RAISE EXCEPTION 'A published edition never changes: make a new draft instead.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
REFUSE_EDITION = """
CREATE FUNCTION refuse_change_of_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'status') <> (to_jsonb(OLD) - 'status')
                                  OR NEW.status = 'draft') THEN
        RAISE EXCEPTION 'A published edition never changes: it can only be withdrawn.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
PARTS = {
    "area": "edition_id",
    "appointment": "edition_id",
    "cooperationgroup": "edition_id",
    "front": "edition_id",
    "neighbour": "edition_id",
    "village": "edition_id",
    "leadunit": "group_id",
    "cooperationgroup_members": "cooperationgroup_id",
}


def trigger(part, column):
    return migrations.RunSQL(
        f"CREATE TRIGGER published_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON boundaries_{part}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_edition('{column}')",
        f"DROP TRIGGER published_is_immutable ON boundaries_{part}",
    )


class Migration(migrations.Migration):
    dependencies = [("boundaries", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE_PARTS, "DROP FUNCTION refuse_change_of_published_edition()"),
        migrations.RunSQL(REFUSE_EDITION, "DROP FUNCTION refuse_change_of_edition()"),
        *(trigger(part, column) for part, column in PARTS.items()),
        migrations.RunSQL(
            "CREATE TRIGGER published_is_immutable BEFORE UPDATE OR DELETE ON boundaries_edition"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_edition()",
            "DROP TRIGGER published_is_immutable ON boundaries_edition",
        ),
    ]
