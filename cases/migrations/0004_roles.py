"""The roles that the policy knows, as Django groups, so that the administrator can choose among them."""

from django.db import migrations

ROLES = (
    "leader dispatcher platform_officer grid_coordinator group_convener lead_unit inspector grid_member"
    " supervision_officer publicity_officer assessor legal_officer administrator"
)


def make_roles(apps, _schema):
    for name in ROLES.split():
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_database_rules"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
