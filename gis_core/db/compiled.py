"""A queryset as text, to stand inside a larger query."""

from django.core.exceptions import EmptyResultSet
from django.db import connection


def bound(queryset) -> str | None:
    """The queryset's SQL with its values bound by the driver and `%` doubled; None where it can hold no row."""
    try:
        text, parameters = queryset.query.sql_with_params()
    except EmptyResultSet:
        return None
    with connection.cursor() as cursor:
        return cursor.mogrify(text, parameters).decode().replace("%", "%%")
