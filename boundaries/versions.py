"""The number that changes whenever something did: caches, and readers who ask for news, compare it."""

from django.db import connection
from django.utils import timezone

LAND = "land"


def of(*scopes: str) -> str:
    """Changes with any committed write to one of the scopes, and with the day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(number), 0) FROM boundaries_dataversion WHERE scope = ANY(%s)", [list(scopes)]
        )
        return f"{cursor.fetchone()[0]} {timezone.localdate()}"


def of_land(_user=None) -> str:
    """Of areas, groups, units, grid cells and posts, all regions together; posts begin and end with the day."""
    return of(LAND)
