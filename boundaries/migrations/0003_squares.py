"""The grid of squares takes the place of the fronts; `0004_one_row_a_square` fills it."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

IMMUTABLE = """
CREATE TRIGGER published_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON boundaries_{part}
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_edition('edition_id')
"""
# Whole rows in their page, not compressed: a look-up that unpacks geometry costs ten times the question.
INLINE = """
ALTER TABLE boundaries_square SET (toast_tuple_target = 8160),
    ALTER piece SET STORAGE EXTERNAL, ALTER above SET STORAGE EXTERNAL, ALTER front SET STORAGE EXTERNAL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("boundaries", "0002_published_editions_never_change"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="squares_per_degree",
            field=models.PositiveIntegerField(
                default=0, editable=False, help_text="fineness of the grid that points are looked up in"
            ),
        ),
        migrations.AlterField(
            model_name="edition",
            name="metric_srid",
            field=models.PositiveIntegerField(
                default=4547, help_text="CGCS2000 3-degree zone in which distances are measured"
            ),
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("geom", django.contrib.gis.db.models.fields.GeometryField(srid=0)),
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holding", to="boundaries.area"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holdings", to="boundaries.edition"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="boundaries.cooperationgroup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Square",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "edition_id", "x", "y", "rank", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("rank", models.SmallIntegerField()),
                ("rule", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=60)),
                ("piece", django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=0)),
                ("above", django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=0)),
                ("front", django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=0)),
                ("others", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="boundaries.area",
                    ),
                ),
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
        migrations.DeleteModel(
            name="Front",
        ),
        migrations.RunSQL(INLINE, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(IMMUTABLE.format(part=part), f"DROP TRIGGER published_is_immutable ON boundaries_{part}")
            for part in ("holding", "square")
        ),
    ]
