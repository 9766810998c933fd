"""Who signs in, read with their roles. Every request asks this: the two statements are planned once a connection."""

from functools import cache
from types import SimpleNamespace

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.backends import db
from django.db import connection
from django.db.models import OuterRef

from boundaries.models import User
from gis_core.db import prepared

ROLES = ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name"))
SESSION = "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > now()"


class Accounts(ModelBackend):
    """Accounts with a password; a person comes with the names of their roles (`role_names`)."""

    def get_user(self, user_id):
        text, names = _person()
        with connection.cursor() as cursor:
            prepared.execute(cursor, text, {"pk": user_id})
            row = cursor.fetchone()
        if row is None:
            return None
        *values, roles = row
        user = User.from_db(connection.alias, names, values)
        user.role_names = roles
        return user if self.user_can_authenticate(user) else None


class SessionStore(db.SessionStore):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self):
        with connection.cursor() as cursor:
            prepared.execute(cursor, SESSION, {"key": self.session_key})
            row = cursor.fetchone()
        return SimpleNamespace(session_data=row[0]) if row else super()._get_session_from_db()


@cache
def _person() -> tuple[str, list[str]]:
    """The statement that reads one person by `pk`, as the ORM writes it, and the fields in its order."""
    text, parameters = User.objects.annotate(role_names=ROLES).filter(pk=0).query.sql_with_params()
    if parameters != (0,):
        raise ValueError(f"One parameter, the key, and not {parameters}.")
    return text % "%(pk)s", [field.attname for field in User._meta.concrete_fields]
