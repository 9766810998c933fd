"""A box is counted by cells inside and cases along its edge: the same number as reading every case, for everybody."""

import random

import pytest
from django.contrib.gis.geos import Polygon

from cases import box_counts, summary
from cases.filters import CaseFilter
from cases.models import Case
from cases.permissions import scope_of, visible_cases
from tests.cases.crowd import crowd  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_case, make_user

WEST, SOUTH, EAST, NORTH = 113.05, 34.55, 113.60, 35.00
QUERIES = (
    {}, {"status": "open"}, {"status": "ended"}, {"status": "closed"}, {"status": "reported"}, {"group": "G1"},
    {"group": "none"}, {"status": "open", "group": "G2"}, {"channel": "patrol"}, {"year": "2026"},
    {"area": "410182001", "status": "ended"},
)  # fmt: skip


def boxes(number):
    dice = random.Random(number)  # noqa: S311 - the same boxes every time
    for _box in range(number):
        a, b = sorted(dice.uniform(WEST - 0.1, EAST + 0.1) for _side in range(2))
        c, d = sorted(dice.uniform(SOUTH - 0.1, NORTH + 0.1) for _side in range(2))
        yield f"{a:.5f},{c:.5f},{b:.5f},{d:.5f}"
    for lon, lat in [(WEST, SOUTH), SUOHE]:  # small ones, and one that holds everything
        yield f"{lon},{lat},{lon + 0.003},{lat + 0.002}"
        yield f"{lon},{lat},{lon + 0.02},{lat + 0.02}"
    yield "100,20,130,50"


def cleaned(query, bbox):
    form = CaseFilter({**query, "bbox": bbox}, queryset=Case.objects.none()).form
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_every_box_holds_as_many_as_are_read_in_it_for_everybody_under_every_filter(crowd):  # noqa: F811
    by_cells = 0
    for watcher in crowd[:5]:
        for number, bbox in enumerate(boxes(10)):
            for query in QUERIES if number % 4 == 0 else QUERIES[:3]:
                data = cleaned(query, bbox)
                wanted = CaseFilter({**query, "bbox": bbox}, queryset=visible_cases(watcher.user)).qs.count()
                assert summary.total(watcher.user, data) == wanted, (watcher.name, bbox, query)
                by_cells += box_counts.count(scope_of(watcher.user), data, visible_cases(watcher.user)) is not None
    assert by_cells > 20  # and not by reading them all


@pytest.mark.parametrize("level", [13, 16, 19])
def test_inside_and_edge_are_all_cells_of_the_box_and_none_twice(level):
    box = Polygon.from_bbox((113.3, 34.7, 113.3 + 40 / 2**level * 100, 34.7 + 20 / 2**level * 100))
    cells = box_counts.Cells.of(box, level)
    finer = 2 * (box_counts.WORLD_BITS - level)
    inside = [cell for first, end in cells.inside() for cell in range(first, end)]
    edge = [cell for first, end in cells.edge() for cell in range(first >> finer, end >> finer)]
    across, down = cells.across
    assert (across - 4) * (down - 4) <= len(inside) <= (across - 2) * (down - 2)
    assert len(set(inside) | set(edge)) == len(inside) + len(edge) == across * down


def test_a_case_on_the_edge_is_in_the_box_as_the_list_has_it(xingyang):
    lon, lat = SUOHE
    make_case()
    user = make_user("dispatcher")
    for bbox, wanted in ((f"{lon},{lat},{lon + 0.2},{lat + 0.2}", 1), (f"{lon - 0.2},{lat - 0.2},{lon},{lat}", 1),
                         (f"{lon + 1e-4},{lat},{lon + 0.2},{lat + 0.2}", 0)):  # fmt: skip
        assert summary.total(user, cleaned({}, bbox)) == wanted
