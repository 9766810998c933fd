"""Squares answer as whole polygons do, and what publishing computed never changes."""

import numpy as np
import pytest
import shapely
from django.db import IntegrityError, transaction

from boundaries import squares
from boundaries.models import Holding, Square


def test_what_was_computed_for_a_published_edition_never_changes(xingyang):
    with pytest.raises(IntegrityError), transaction.atomic():
        Square.objects.filter(edition=xingyang).update(rules=["gap"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.filter(edition=xingyang).delete()


RING = np.array([(0, 0), (9, 0), (9, 9), (5, 9), (5, 4), (4, 4), (4, 9), (0, 9)], dtype=float)


@pytest.mark.parametrize("west", range(9))
@pytest.mark.parametrize("south", range(9))
def test_a_shortened_ring_says_the_same_of_every_point_of_its_square(west, south):
    """A U of eight corners against each unit square of its box, asked at its middle and near its corners."""
    short = squares._shortened([[RING]], (west, south, west + 1, south + 1))
    whole = shapely.Polygon(RING)
    for dx, dy in ((0.5, 0.5), (0.01, 0.02), (0.98, 0.03), (0.02, 0.97), (0.99, 0.98)):
        point = shapely.Point(west + dx, south + dy)
        assert _winds_round(short, point) == whole.covers(point)
    assert shapely.get_num_coordinates(short) <= 9


def _winds_round(polygons, point):
    """Winding number by angles: right for rings that cross themselves far away, as PostGIS counts."""
    for polygon in polygons.geoms:
        ring = shapely.get_coordinates(polygon.exterior) - (point.x, point.y)
        angle = np.arctan2(ring[:, 1], ring[:, 0])
        turns = (np.diff(angle) + np.pi) % (2 * np.pi) - np.pi
        if round(turns.sum() / (2 * np.pi)):
            return True
    return False


def test_a_ring_wholly_on_one_side_of_the_square_vanishes():
    assert squares._shortened([[RING]], (20, 0, 21, 1)).is_empty


def test_a_hole_round_the_square_keeps_it_out():
    hole = np.array([(1, 1), (8, 1), (8, 3), (1, 3)], dtype=float)
    short = squares._shortened([[np.array([(0, 0), (9, 0), (9, 9), (0, 9)], dtype=float), hole]], (4, 1.5, 5, 2.5))
    assert not short.covers(shapely.Point(4.5, 2))
