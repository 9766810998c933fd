"""Planned against done: a stop is done when a patrol that counts was there, whoever walked it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

LATE_DAYS = 2  # after the day on which the shift ends a visit still does the stop, and is said to be late

# The first patrol that was there in the window: by its visits of a cell, or with a track or a check-in in the ground.
DONE = """
SELECT s.id, p.id, p.ended_at, p.officer_name FROM boundaries_planstop s
CROSS JOIN LATERAL (
    SELECT p.id, p.ended_at, p.officer_name FROM boundaries_patrol p
    WHERE p.region_id = %(region)s AND p.counts AND p.ended_at >= %(since)s AND p.ended_at < %(until)s AND (
        s.cell_id IS NOT NULL AND EXISTS (
            SELECT FROM boundaries_patrolvisit v
            WHERE v.patrol_id = p.id AND v.cell_id = s.cell_id AND v.entered AND v.counts)
        OR s.ground IS NOT NULL AND (
            p.track && s.ground AND ST_Intersects(p.track, s.ground)
            OR EXISTS (SELECT FROM boundaries_checkin i WHERE i.patrol_id = p.id AND ST_Covers(s.ground, i.geom))))
    ORDER BY p.ended_at, p.id LIMIT 1
) p
WHERE s.plan_id = ANY(%(plans)s)
"""


@dataclass(frozen=True)
class Done:
    """The patrol that did a stop; `late` after the day on which the shift ends."""

    patrol: int
    ended_at: datetime
    officer: str
    late: bool


def of(plans) -> dict[int, Done]:
    """By stop; a stop that is not done has none."""
    alike = defaultdict(list)
    for plan in plans:
        alike[plan.region_id, plan.day, plan.last_day].append(plan.pk)
    return {stop: done for of_days, keys in alike.items() for stop, done in _of_days(keys, *of_days)}


def _of_days(plans: list[int], region: str, first: date, last: date):
    """(stop, what did it) of plans whose shifts begin and end on the same days."""
    in_time = _midnight(last + timedelta(days=1))
    until = _midnight(last + timedelta(days=1 + LATE_DAYS))
    told = {"plans": plans, "region": region, "since": _midnight(first), "until": until}
    with connection.cursor() as cursor:
        cursor.execute(DONE, told)
        for stop, patrol, ended_at, officer in cursor.fetchall():
            yield stop, Done(patrol, ended_at, officer, ended_at >= in_time)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
