"""Made-up patrols: evidence like any other, once a region, the same for the same seed."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from boundaries.models import GridPost, Patrol
from cases import coverage, demonstration_patrols
from tests.factories import make_patrol


def test_most_cells_are_in_order_and_every_state_of_a_watch_is_there(xingyang):
    assert demonstration_patrols.make(xingyang.region, seed=4) == Patrol.objects.count() > 100
    cells = coverage.of(xingyang.region_id).cells
    states = Counter("due" if cell.due_soon else cell.status.value for cell in cells)
    assert 0.45 < states["ok"] / len(cells) < 0.75
    assert min(states["due"], states["stale"], states["unstaffed"]) > 5
    assert sum(cell.days is None for cell in cells) > 5


def test_every_patrol_was_in_a_cell_within_the_last_weeks_and_counts(xingyang):
    demonstration_patrols.make(xingyang.region, seed=4)
    now = timezone.now()
    assert not Patrol.objects.filter(visits__entered=True).exclude(counts=True).exists()
    assert not Patrol.objects.exclude(doubts=[]).exists()
    assert not Patrol.objects.filter(ended_at__gt=now).exists()
    assert not Patrol.objects.filter(started_at__lt=now - timedelta(days=47)).exists()


def test_the_same_seed_makes_the_same_patrols(xingyang):
    def rows():
        return list(Patrol.objects.order_by("started_at", "officer_name").values_list("started_at", "officer_name"))

    demonstration_patrols.make(xingyang.region, seed=4)
    first = rows()
    Patrol.objects.all().delete()
    demonstration_patrols.make(xingyang.region, seed=4)
    assert rows() == first


def test_a_region_with_patrols_of_its_own_gets_none(xingyang):
    make_patrol()
    assert demonstration_patrols.make(xingyang.region, seed=4) == 0
    assert Patrol.objects.count() == 1


def test_a_region_without_people_gets_none(xingyang):
    GridPost.objects.all().delete()
    assert demonstration_patrols.make(xingyang.region, seed=4) == 0
