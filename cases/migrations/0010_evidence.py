"""Photos become evidence: the same table under its new name, with what the other media need, and uploads."""

import uuid

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import migrations, models
from django.db.models import F, Q

from gis_core.db.keys import region_foreign_key, region_key

KINDS = [
    ("documentary", "documentary evidence"),
    ("physical", "physical evidence"),
    ("audiovisual", "audio-visual material"),
    ("electronic", "electronic data"),
    ("witness", "testimony of a witness"),
    ("party_statement", "statement of a party"),
    ("appraisal", "appraisal opinion"),
    ("inspection_record", "inspection or site record"),
]
MEDIA = [("photo", "photo"), ("video", "video"), ("audio", "audio"), ("scan", "scan"), ("file", "file")]


def weigh(apps, _schema):
    """Sizes of the originals that are there; one whose file is gone counts nothing."""
    for photo in apps.get_model("cases", "Evidence").objects.only("id", "original").iterator():
        if default_storage.exists(photo.original.name):
            photo.size = default_storage.size(photo.original.name)
            photo.save(update_fields=["size"])


def renamed(old, new):
    """A constraint keeps its table's old name unless it is told."""
    return migrations.RunSQL(
        f"ALTER TABLE cases_evidence RENAME CONSTRAINT {old} TO {new}",
        f"ALTER TABLE cases_evidence RENAME CONSTRAINT {new} TO {old}",
    )


def person(**options):
    return models.ForeignKey(
        null=options.pop("null", True),
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        **options,
    )


def of_a_case(related_name):
    return models.ForeignKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="cases.case",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_pauses_by_cause"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RenameModel("CasePhoto", "Evidence"),
        renamed("cases_casephoto_pkey", "cases_evidence_pkey"),
        renamed("cases_casephoto_case_id_region_fk", "cases_evidence_case_id_region_fk"),
        migrations.RemoveConstraint("evidence", "photo_once_per_case"),
        migrations.RenameField("evidence", "image", "shown"),
        migrations.AlterField("evidence", "shown", models.FileField(blank=True, upload_to="photos/%Y/%m/")),
        migrations.AlterField("evidence", "case", of_a_case("evidence")),
        migrations.AlterField("evidence", "width", models.PositiveIntegerField(null=True)),
        migrations.AlterField("evidence", "height", models.PositiveIntegerField(null=True)),
        migrations.AlterField("evidence", "added_by", person(db_index=False)),
        migrations.AddField("evidence", "kind", models.CharField(choices=KINDS, default="audiovisual", max_length=20)),
        migrations.AddField(
            "evidence",
            "medium",
            models.CharField(choices=MEDIA, default="photo", max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            "evidence",
            "title",
            models.CharField(blank=True, default="", max_length=120, verbose_name="title"),
            preserve_default=False,
        ),
        migrations.AddField("evidence", "size", models.PositiveBigIntegerField(default=0), preserve_default=False),
        migrations.AddField("evidence", "duration_s", models.FloatField(null=True)),
        migrations.AddField("evidence", "captured_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "evidence",
            "captured",
            django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326),
        ),
        migrations.AddField("evidence", "captured_accuracy_m", models.FloatField(null=True)),
        migrations.AddField("evidence", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField("evidence", "from_device", models.BooleanField(default=False)),
        migrations.AddField("evidence", "reviewed_by", person(db_index=False)),
        migrations.AddField("evidence", "reviewed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "evidence", "review_note", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "evidence",
            "unit",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="boundaries.unit",
            ),
        ),
        migrations.AddConstraint(
            "evidence",
            models.UniqueConstraint(fields=("region", "case", "sha256"), name="evidence_once_per_case"),
        ),
        migrations.AddConstraint(
            "evidence",
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(from_device=True), name="evidence_review_of_device"
            ),
        ),
        migrations.RunPython(weigh, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("length", models.PositiveBigIntegerField()),
                ("offset", models.PositiveBigIntegerField(default=0)),
                ("name", models.CharField(max_length=120)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("told", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("by", person(null=False)),
                ("case", of_a_case("uploads")),
                (
                    "evidence",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.evidence",
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
                "constraints": [
                    models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_offset_within_length")
                ],
            },
        ),
        region_key("cases_upload"),
        region_foreign_key("cases_upload", "case_id", "cases_case"),
        region_foreign_key("cases_upload", "evidence_id", "cases_evidence"),
    ]
