"""The number that changes whenever something did: caches, and readers who ask for news, compare it."""

from django.db import connection
from django.utils import timezone

LAND = "land"
# What the short way reads together with the person: name → the query of one value, where `person` is their row.
NUMBERS = {"land": f"SELECT sum(number) FROM boundaries_dataversion WHERE scope = '{LAND}'"}  # noqa: S608 - a constant


def of_land(user=None) -> str:
    """Of areas, groups, units, grid cells and posts, all regions together; posts begin and end with the day."""
    told = told_with(user)
    return f"{told['land'] if told else _asked()} {timezone.localdate()}"


def _asked():
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS["land"])
        return cursor.fetchone()[0]


def keep(user, numbers: dict) -> None:
    user._numbers = numbers


def told_with(user) -> dict | None:
    """The numbers that were read with the person when their request began; None where nobody asked for them then."""
    return getattr(user, "_numbers", None)
