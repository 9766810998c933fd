"""One track sent as two patrols is noticed, however it was changed; two people on one road are two patrols."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import uuid4

import numpy as np
import pytest
from django.apps import apps

from boundaries import likeness, patrols
from boundaries.models import Patrol
from tests.factories import make_user

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
DEGREE_M = 111_000
STEPS = 1200  # a fix a second, 1.4 m apart, along a road that winds


@pytest.fixture
def walker(xingyang):
    return make_user("grid_member")


def walked(seed, noise_m=4.0):
    """One walk along the road by a receiver that is off by `noise_m`, independent at every second."""
    along = np.arange(STEPS) * 1.4 / DEGREE_M
    road = np.column_stack((113.38 + along, 34.785 + 0.0005 * np.sin(along * 2000)))
    return road + np.random.default_rng(seed).normal(0, noise_m / DEGREE_M, road.shape)


def send(walker, way, start=START, step=1.0):
    at = start.timestamp() + step * np.arange(len(way))
    points = [(*place, moment, 8.0) for place, moment in zip(way.tolist(), at.tolist(), strict=True)]
    told = patrols.Told(
        officer=walker, started_at=start, ended_at=start + timedelta(hours=23), result="nothing_found", points=points,
        key=uuid4(),
    )  # fmt: skip
    return patrols.record(walker.region, told, by=walker)[0]


def thinned(way):
    return way[np.random.default_rng(9).random(len(way)) < 0.6]


CHANGED = {
    "a point fewer": lambda way: way[1:],
    "reversed": lambda way: way[::-1],
    "two of five points left out": thinned,
    "the last tenth": lambda way: way[-STEPS // 10 :],
    "six decimals, as files are written": lambda way: np.round(way, 6),
    "half of it, and as much elsewhere": lambda way: np.concatenate(
        (way[: STEPS // 2 + 5], walked(5)[STEPS // 2 + 5 :])
    ),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_track_sent_again_changed_and_an_hour_later_by_somebody_else_does_not_count(walker, change):
    assert send(walker, walked(1)).counts
    again = send(make_user("inspector"), change(walked(1)), START + timedelta(hours=1))
    assert ("same_track" in again.doubts, again.counts) == (True, False)
    assert Patrol.objects.count() == 2


def test_the_same_person_is_asked_alike_and_so_is_a_whole_of_which_a_part_came_first(walker):
    send(walker, walked(1)[:300])
    assert "same_track" in send(walker, walked(1), START + timedelta(days=-1)).doubts


def test_two_people_on_one_road_are_two_patrols(walker):
    """Off by some 3 m at every second, and both stand at the same gate for an hour before they go."""
    gate = np.array([[113.38, 34.785]] * 3600)
    for seed in (1, 2):
        noise = np.random.default_rng(seed + 10).normal(0, 3 / DEGREE_M, gate.shape)
        patrol = send(walker, np.concatenate((gate + noise, walked(seed, noise_m=3))))
        assert ("same_track" in patrol.doubts, patrol.counts) == (False, True)


def test_two_long_days_that_tremble_are_unlike_and_each_is_like_itself():
    """200,000 points within a few metres along a kilometre: at a metre they would share nearly every place."""

    def day(seed):
        shaking = np.random.default_rng(seed).normal(0, 5e-5, (2, 200_000))
        return shaking[0] + np.linspace(113.385, 113.395, 200_000), shaking[1] + 34.785

    here, there = likeness.places(*day(1)), likeness.places(*day(2))
    assert not likeness.alike(here, there)
    assert likeness.alike(here, likeness.places(*(values[::-3] for values in day(1))))


def test_tracks_that_were_there_before_sketches_were_kept_are_found(walker):
    send(walker, walked(1))
    kept = Patrol.objects.get().sketch
    Patrol.objects.update(sketch=[])
    import_module("boundaries.migrations.0013_copied_tracks").sketch_kept_tracks(apps, None)
    assert Patrol.objects.get().sketch == kept != []
