"""The ledger as frozen by months. The database itself refuses any change of it, and lines that come later."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A frozen month of the ledger never changes.' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
REFUSE_LATER = """
CREATE FUNCTION refuse_line_of_frozen_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM oversight_ledgermonth m JOIN added a ON (a.region_id, a.month) = (m.region_id, m.month)) THEN
        RAISE EXCEPTION 'A frozen month of the ledger never changes.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
TABLES = ("oversight_ledgermonth", "oversight_ledgerline")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("boundaries", "0012_shifts_over_midnight"),
        ("cases", "0029_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "region_id", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("frozen_at", models.DateTimeField()),
                ("format", models.PositiveSmallIntegerField(help_text="which columns a line has")),
                ("count", models.PositiveIntegerField()),
                (
                    "previous",
                    models.CharField(help_text="hash of the month before; zeros before the first", max_length=64),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "cluster",
                    models.BigIntegerField(help_text="transaction numbers mean something inside one cluster alone"),
                ),
                ("seen", models.TextField()),
                (
                    "frozen_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "ordering": ("-month",),
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "region_id", "month", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("case_no", models.CharField(max_length=24)),
                (
                    "kind",
                    models.CharField(
                        choices=[("entry", "entry"), ("late", "recorded later"), ("addition", "addition")], max_length=8
                    ),
                ),
                ("facets", models.JSONField()),
                ("values", models.JSONField()),
                ("changed", models.JSONField(default=list)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
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
                "ordering": ("number",),
                "indexes": [models.Index(fields=["case", "-month"], name="ledger_line_of_case")],
            },
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_change_of_ledger()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER as_frozen BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger()",
                f"DROP TRIGGER as_frozen ON {table}",
            )
            for table in TABLES
        ),
        migrations.RunSQL(REFUSE_LATER, "DROP FUNCTION refuse_line_of_frozen_month()"),
        migrations.RunSQL(
            "CREATE TRIGGER none_later AFTER INSERT ON oversight_ledgerline REFERENCING NEW TABLE AS added"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_line_of_frozen_month()",
            "DROP TRIGGER none_later ON oversight_ledgerline",
        ),
    ]
