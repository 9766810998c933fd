"""One row a square, its holders in arrays: a point finds its answer in one row. Published editions get theirs anew."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from boundaries import holdings, squares

IMMUTABLE = """
CREATE TRIGGER published_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON boundaries_square
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_edition('edition_id')
"""
# Whole rows in their page, not compressed: a look-up that unpacks geometry costs ten times the question.
ROOMY = """
ALTER TABLE boundaries_square SET (toast_tuple_target = 8160),
    ALTER pieces SET STORAGE EXTERNAL, ALTER fronts SET STORAGE EXTERNAL
"""
# For the few squares with more holders than a look-up asks one by one.
HOLDER = """
CREATE FUNCTION square_holder(pieces geometry[], point geometry, border float8) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT min(n) FROM generate_series(1, cardinality(pieces)) n
    WHERE pieces[n] IS NULL OR ST_DWithin(pieces[n], point, border)
$$
"""


def square_published(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for edition in apps.get_model("boundaries", "Edition").objects.exclude(status="draft"):
            for part in ("edition", "holding"):
                cursor.execute(f"ALTER TABLE boundaries_{part} DISABLE TRIGGER published_is_immutable")
            holdings.hold(edition, cursor)
            squares.rebuild(edition, cursor)
            edition.save(update_fields=["squares_per_degree"])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for part in ("edition", "holding"):
                cursor.execute(f"ALTER TABLE boundaries_{part} ENABLE TRIGGER published_is_immutable")


def array_of(field, **options):
    return django.contrib.postgres.fields.ArrayField(base_field=field, size=None, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("boundaries", "0003_squares"),
    ]

    operations = [
        migrations.DeleteModel(name="Square"),
        migrations.CreateModel(
            name="Square",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "edition_id", "x", "y", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("area_ids", array_of(models.BigIntegerField(null=True))),
                ("rules", array_of(models.CharField(max_length=12))),
                ("names", array_of(models.CharField(max_length=60))),
                (
                    "pieces",
                    array_of(django.contrib.gis.db.models.fields.GeometryField(null=True, srid=0), null=True),
                ),
                ("fronts", array_of(django.contrib.gis.db.models.fields.GeometryField(srid=0))),
                ("others", array_of(models.BigIntegerField())),
                ("starts", array_of(models.SmallIntegerField())),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="boundaries.edition",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(ROOMY, migrations.RunSQL.noop),
        migrations.RunSQL(HOLDER, "DROP FUNCTION square_holder"),
        migrations.RunPython(square_published, migrations.RunPython.noop),
        migrations.RunSQL(IMMUTABLE, migrations.RunSQL.noop),
    ]
