"""The list by deadline asks for open and ended cases alike; the index of open ones alone cannot order it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_unmask_verb")]
    operations = [
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=("region", "due_at", "id"), name="case_due")
        ),
    ]  # fmt: skip
