"""Region in every key of the workflow's tables; a case merged into another of its own region."""

from django.db import migrations

from gis_core.db.keys import region_foreign_key, region_key

OF_A_CASE = ("dossier", "caseviolation", "party", "inspection", "order", "payment", "urging", "notice")
OF_AN_INSPECTION = ("inspectionofficer", "inspectionunit")


ONE_DOSSIER = """
    ALTER TABLE cases_dossier DROP CONSTRAINT cases_dossier_case_id_key,
        ADD CONSTRAINT cases_dossier_case_id_key UNIQUE (case_id, region_id)
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_workflow")]
    operations = [
        *(region_key(f"cases_{table}") for table in (*OF_A_CASE, *OF_AN_INSPECTION, "discretiontier")),
        *(region_foreign_key(f"cases_{table}", "case_id", "cases_case") for table in OF_A_CASE),
        *(region_foreign_key(f"cases_{table}", "inspection_id", "cases_inspection") for table in OF_AN_INSPECTION),
        migrations.RunSQL(ONE_DOSSIER, migrations.RunSQL.noop),
        region_foreign_key("cases_notice", "event_id", "cases_caseevent"),
        region_foreign_key("cases_case", "merged_into_id", "cases_case"),
    ]
