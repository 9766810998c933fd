"""Sealed batches of the trail, append-only as the trail itself."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("boundaries", "0004_one_row_a_square"), ("cases", "0010_evidence")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "region_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "format",
                    models.PositiveSmallIntegerField(help_text="how an event is written down before it is digested"),
                ),
                (
                    "previous",
                    models.CharField(help_text="hash of the seal before; zeros before the first", max_length=64),
                ),
                ("hash", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField()),
                (
                    "event_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("case_ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("digests", models.BinaryField()),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                (
                    "cluster",
                    models.BigIntegerField(help_text="transaction numbers mean something inside one cluster alone"),
                ),
                ("seen", models.TextField()),
                ("sealed_at", models.DateTimeField()),
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
            options={"indexes": [models.Index(fields=["region", "last_id"], name="seal_reach")]},
        ),
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_seal"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_trail()",
            "DROP TRIGGER append_only ON cases_seal",
        ),
    ]
