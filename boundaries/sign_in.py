"""Who signs in, read with their roles. Every request asks this: the statements are planned once a connection."""

import threading
from functools import cache, lru_cache
from types import SimpleNamespace

from cachetools import LRUCache
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.backends import db
from django.db import connection
from django.db.models import OuterRef
from django.utils.crypto import constant_time_compare

from boundaries import versions
from boundaries.models import User
from gis_core.db import prepared

ROLES = ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name"))
SESSION = "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > now()"
AT_ONCE = """
SELECT session.session_data, person.*, {numbers} FROM django_session session LEFT JOIN LATERAL ({person}) person ON true
WHERE session.session_key = %(key)s AND session.expire_date > now()
"""
NOBODY = 0
# Session → the key of whose it was when last read: a guess at what to ask for, and never an answer.
_whose = LRUCache(10_000)
_lock = threading.Lock()


class Accounts(ModelBackend):
    """Accounts with a password; a person comes with the names of their roles (`role_names`)."""

    def get_user(self, user_id):
        text, names = _person()
        with connection.cursor() as cursor:
            prepared.execute(cursor, text, {"pk": user_id})
            row = cursor.fetchone()
        user = row and _read(names, row)
        return user if self.user_can_authenticate(user) else None


class SessionStore(db.SessionStore):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self):
        with connection.cursor() as cursor:
            prepared.execute(cursor, SESSION, {"key": self.session_key})
            row = cursor.fetchone()
        return SimpleNamespace(session_data=row[0]) if row else super()._get_session_from_db()


def at_once(session_key: str) -> User | None:
    """Whose session it is, with their roles and the numbers of the data (`versions`), by one statement; by two for a
    session that this process does not know. None also where the usual way may know better: it has the last word."""
    with _lock:
        guessed = _whose.get(session_key, NOBODY)
    claimed, user = _ask(session_key, guessed)
    if claimed and claimed[0] != guessed:
        with _lock:
            _whose[session_key] = claimed[0]
        claimed, user = _ask(session_key, claimed[0])
    if claimed is None or user is None or claimed[0] != user.pk or not user.is_active:
        return None
    return user if constant_time_compare(claimed[1], user.get_session_auth_hash()) else None


def _ask(session_key: str, pk: int) -> tuple[tuple[int, str] | None, User | None]:
    """Whose the session says it is with the hash of their password, and the person of that key."""
    text, names, numbers = _at_once()
    with connection.cursor() as cursor:
        prepared.execute(cursor, text, {"key": session_key, "pk": pk})
        row = cursor.fetchone()
    if row is None:
        return None, None
    data, person, told = row[0], row[1 : len(names) + 2], row[len(names) + 2 :]
    if person[0] is None:
        return _claimed(data), None
    user = _read(names, person)
    versions.keep(user, dict(zip(numbers, told, strict=True)))
    return _claimed(data), user


@lru_cache(maxsize=4096)
def _claimed(data: str) -> tuple[int, str] | None:
    """What a session's data says, its signature checked; None for what was signed in by another backend than ours."""
    said = SessionStore().decode(data)
    if said.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS or SESSION_KEY not in said:
        return None
    return User._meta.pk.to_python(said[SESSION_KEY]), said.get(HASH_SESSION_KEY, "")


def _read(names: list[str], row) -> User:
    *values, roles = row
    user = User.from_db(connection.alias, names, values)
    user.role_names = roles
    return user


@cache
def _person() -> tuple[str, list[str]]:
    """The statement that reads one person by `pk`, as the ORM writes it, and the fields in its order."""
    text, parameters = User.objects.annotate(role_names=ROLES).filter(pk=0).query.sql_with_params()
    if parameters != (0,):
        raise ValueError(f"One parameter, the key, and not {parameters}.")
    return text % "%(pk)s", [field.attname for field in User._meta.concrete_fields]


@cache
def _at_once() -> tuple[str, list[str], list[str]]:
    """The statement of session, person and numbers; the person's fields and the numbers' names in its order."""
    text, names = _person()
    numbers = ", ".join(f"({number})" for number in versions.NUMBERS.values())
    return AT_ONCE.format(numbers=numbers, person=text), names, list(versions.NUMBERS)
