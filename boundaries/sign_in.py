"""Who signs in, read with their roles."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from boundaries.models import User

ROLES = ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name"))


class Accounts(ModelBackend):
    """Accounts with a password. Every request asks who it is of and what they may: here that is one question."""

    def get_user(self, user_id):
        try:
            user = User.objects.annotate(role_names=ROLES).get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
