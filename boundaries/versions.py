"""The number that changes whenever something did: caches, and readers who ask for news, compare it."""

from django.db import connection
from django.utils import timezone

LAND = "land"


def of_land(_user=None) -> str:
    """Of areas, groups, units, grid cells and posts, all regions together; posts begin and end with the day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(number) FROM boundaries_dataversion WHERE scope = %s", [LAND])
        return f"{cursor.fetchone()[0]} {timezone.localdate()}"
