"""Made-up patrols of the last weeks, so that coverage has something to tell: most cells in order, some due, some not.

A patrol is of one person and day and leads through up to three cells of one area; it checks in at each, and some walk
the ground up and down. Like the made-up cases they are for a region that has none of its own.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import LineString, MultiLineString
from django.db import transaction
from django.utils import timezone

from boundaries import ground, visits
from boundaries.models import CheckIn, GridCell, GridPost, Patrol
from cases import coverage
from gis_core import srid

DAYS = 45
# How long ago, in rounds of the cell, the last patrol was, and how many of a hundred cells that holds for.
FATES = ((60, (0.05, 0.75)), (14, (0.82, 0.97)), (14, (1.1, 3.0)), (12, None))
WALKED, CROSSED = 0.10, 0.03  # shares of the patrols that walk a cell up and down, or only cross it
BESIDE_M = 150  # between two ways up and down: less than is seen from both
DEGREE_M = 111_000
INSET = 20 / DEGREE_M  # a way that ends on the edge would be a visit to the neighbour as well
MOST_CELLS = 3
AT_ONCE = 200


@dataclass(frozen=True)
class Stop:
    """A cell that somebody is to have been in on a day."""

    day: date
    area_code: str
    cell: GridCell
    holder: str
    user: int | None


def make(region, seed: int) -> int:
    """How many patrols were made: none in a region without cells or people, or where there is a patrol already."""
    if Patrol.objects.filter(region=region).exists():
        return 0
    rng, today = random.Random(seed), timezone.localdate()  # noqa: S311 - a demonstration, made again from its seed
    stops = sorted(_stops(region, today, rng), key=lambda stop: (stop.day, stop.area_code, stop.cell.code))
    made = []
    for _key, together in groupby(stops, key=lambda stop: (stop.day, stop.area_code)):
        there = list(together)
        made += [_patrol(region, there[i : i + MOST_CELLS], rng) for i in range(0, len(there), MOST_CELLS)]
    for i in range(0, len(made), AT_ONCE):
        _keep(made[i : i + AT_ONCE])
    return len(made)


def _stops(region, today: date, rng) -> Iterator[Stop]:
    rounds = {cell.pk: cell.patrol_days for cell in getattr(coverage.of(region.pk), "cells", ())}
    cells = GridCell.objects.filter(region=region).of_level(ground.working_tier(region.pk, today)).valid_on(today)
    posts = GridPost.objects.answering().on_duty(today).filter(cell__in=cells).order_by("cell", "pk")
    holders = {post.cell_id: post for post in reversed(posts)}
    for cell in cells.filter(pk__in=holders).annotate(middle=PointOnSurface("geom")).order_by("code"):
        (fate,) = rng.choices([fate for _weight, fate in FATES], [weight for weight, _fate in FATES])
        if fate is None:
            continue
        ago = rng.uniform(*fate) * rounds[cell.pk]
        while ago < DAYS:
            post = holders[cell.pk]
            yield Stop(today - timedelta(days=max(int(ago), 1)), cell.area_code, cell, post.holder, post.user_id)
            ago += rounds[cell.pk] * rng.uniform(0.6, 1.1)


def _patrol(region, stops: list[Stop], rng) -> tuple[Patrol, list[CheckIn]]:
    begun = timezone.make_aware(datetime.combine(stops[0].day, time(8, rng.randrange(60))))
    ended = begun + timedelta(minutes=45 * len(stops) + rng.randrange(40))
    patrol = Patrol(
        region=region, officer_id=stops[0].user, officer_name=stops[0].holder, started_at=begun, ended_at=ended,
        source=Patrol.Source.PHONE, result=Patrol.Result.NOTHING_FOUND, track=_track(stops, rng),
    )  # fmt: skip
    step = (ended - begun) / (len(stops) + 1)
    places = [
        CheckIn(patrol=patrol, at=begun + step * number, geom=stop.cell.middle, accuracy_m=round(rng.uniform(4, 25), 1))
        for number, stop in enumerate(stops, 1)
    ]
    return patrol, places


def _track(stops: list[Stop], rng) -> MultiLineString | None:
    """A few cells are walked up and down, a few only crossed: of most there are check-ins alone."""
    chance, cell = rng.random(), stops[0].cell
    if chance > WALKED + CROSSED:
        return None
    inside = cell.geom.buffer(-INSET)
    west, south, east, north = cell.geom.extent
    heights = _heights(south, north) if chance < WALKED else [cell.middle.y]
    ways = [LineString((west, height), (east, height), srid=srid.STORAGE).intersection(inside) for height in heights]
    lines = [line for way in ways for line in (way if way.num_geom > 1 else [way]) if line.geom_type == "LineString"]
    lines = [line for line in lines if line.length]
    return MultiLineString(lines, srid=srid.STORAGE) if lines else None


def _heights(south: float, north: float) -> list[float]:
    step = BESIDE_M / DEGREE_M
    return [south + step * (number + 0.5) for number in range(int((north - south) / step) + 1)]


@transaction.atomic
def _keep(made: list[tuple[Patrol, list[CheckIn]]]) -> None:
    patrols = Patrol.objects.bulk_create(patrol for patrol, _places in made)
    CheckIn.objects.bulk_create(place for _patrol, places in made for place in places)
    visits.record(patrols)
