from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0007_assessment")]

    operations = [
        migrations.AddField("publictally", "missed", models.PositiveIntegerField(db_default=0, default=0)),
    ]
