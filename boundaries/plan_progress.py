"""Planned against done: a stop is done when a patrol that counts was there, whoever walked it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection
from django.utils import timezone

LATE_DAYS = 2  # after the plan's day a visit still does the stop, and is said to be late

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
    """The patrol that did a stop; `late` after the plan's day."""

    patrol: int
    ended_at: datetime
    officer: str
    late: bool


def of(plans) -> dict[int, Done]:
    """By stop, of plans of one day; a stop that is not done has none."""
    plans = list(plans)
    if not plans:
        return {}
    since = timezone.make_aware(datetime.combine(plans[0].day, time.min))
    told = {
        "plans": [plan.pk for plan in plans],
        "region": plans[0].region_id,
        "since": since,
        "until": since + timedelta(days=1 + LATE_DAYS),
    }
    with connection.cursor() as cursor:
        cursor.execute(DONE, told)
        return {
            stop: Done(patrol, ended_at, officer, ended_at >= since + timedelta(days=1))
            for stop, patrol, ended_at, officer in cursor.fetchall()
        }
