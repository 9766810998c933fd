"""Two devices that send at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from boundaries import patrols
from boundaries.models import Patrol
from tests.factories import make_user

START = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def told(_loaded_land, transactional_db):
    points = [(113.385 + nth / 1000, 34.785, START.timestamp() + 60 * nth, 10) for nth in range(3)]
    return patrols.Told(
        officer=make_user("grid_member"),
        started_at=START,
        ended_at=START + timedelta(hours=1),
        result="nothing_found",
        points=points,
    )


def at_once(*told):
    barrier = Barrier(len(told))

    def send(one):
        try:
            barrier.wait()
            return patrols.record(one.officer.region, one, by=one.officer)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(told)) as threads:
        return list(threads.map(send, told))


def test_the_same_patrol_four_times_at_once_is_one(told):
    answers = at_once(*[told] * 4)
    assert len({patrol.pk for patrol, _made in answers}) == 1
    assert sorted(made for _patrol, made in answers) == [False, False, False, True]
    assert Patrol.objects.count() == 1


def test_the_same_track_twice_at_once_counts_once(told):
    at_once(told, replace(told, key=uuid4()))
    assert sorted(Patrol.objects.values_list("counts", flat=True)) == [False, True]
