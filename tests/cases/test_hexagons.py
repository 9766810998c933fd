"""Cases by hexagon: each case in one cell, the one that shapely finds it in, and their sum what SQL counts."""

import math
from collections import Counter
from itertools import pairwise, product

import pytest
import shapely
from django.test import Client
from pyproj import Transformer

from cases import hexagon_cells, hexagons
from cases.hexagon_cells import SIZES, Cell
from cases.models import Case
from cases.permissions import visible_cases
from tests.cases.crowd import crowd, rows  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_case, make_user

TO_PLANE = Transformer.from_crs(4326, 4547, always_xy=True)
TO_LON_LAT = Transformer.from_crs(4547, 4326, always_xy=True)
A_DECIMETRE = 0.12


def outlines(found):
    """Code → polygon in the metric plane, from the degrees that were told."""
    return {
        one.code: shapely.Polygon([TO_PLANE.transform(*corner) for corner in one.ring]) for one in found.cells
    }  # fmt: skip


def place_of(x, y):
    return dict(zip(("lon", "lat"), TO_LON_LAT.transform(x, y), strict=True))


@pytest.mark.parametrize("metres", SIZES)
def test_every_case_lies_in_the_hexagon_that_counts_it_and_all_are_counted(crowd, metres):  # noqa: F811
    for watcher in crowd[:3]:
        found = hexagons.seen_by(watcher.user, {}, metres)
        shapes = outlines(found)
        tree, codes = shapely.STRtree(list(shapes.values())), list(shapes)
        counted = Counter()
        for lon, lat in rows(f"SELECT ST_X(geom), ST_Y(geom) FROM cases_case WHERE {watcher.condition}"):
            point = shapely.Point(TO_PLANE.transform(lon, lat))
            inside = [codes[index] for index in tree.query(point, predicate="intersects")]
            near = inside or [codes[tree.nearest(point)]]
            assert all(shapes[code].distance(point) < A_DECIMETRE for code in near)
            counted.update(near if len(near) == 1 else [code for code in near if shapes[code].contains(point)][:1])
        assert {one.code: one.cases for one in found.cells} == counted
        assert found.cases == len(watcher.sees())
        assert sum(one.open for one in found.cells) == Case.objects.open().filter(case_no__in=watcher.sees()).count()


@pytest.mark.parametrize("metres", SIZES)
def test_hexagons_are_regular_of_the_size_asked_for_and_never_overlap(crowd, metres):  # noqa: F811
    found = hexagons.seen_by(crowd[0].user, {}, metres)
    shapes = list(outlines(found).values())
    km2 = math.sqrt(3) / 2 * (metres / 1000) ** 2
    assert found.km2 == pytest.approx(km2)
    for shape in shapes:
        assert shape.area / 1e6 == pytest.approx(km2, rel=1e-3)
        corners = [shapely.Point(corner) for corner in shape.exterior.coords]
        assert [a.distance(b) for a, b in pairwise(corners)] == pytest.approx(
            [metres / math.sqrt(3)] * 6, abs=2 * A_DECIMETRE
        )
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-3)


def test_a_point_on_a_side_or_a_corner_is_in_one_hexagon(xingyang):
    """The middle of the cell of SUOHE is worked out by hand; its east side and its north corner are shared."""
    across, side = 1000, 1000 / math.sqrt(3)
    x, y = TO_PLANE.transform(*SUOHE)
    r = round(y / (1.5 * side))
    q = round(x / across - r / 2)
    middle = (across * (q + r / 2), 1.5 * side * r)
    for place in ((middle[0] + across / 2, middle[1]), (middle[0], middle[1] + side), middle):
        make_case(**place_of(*place))
    found = hexagons.seen_by(make_user("dispatcher"), {}, across)
    assert found.cases == Case.objects.count() == 3
    own = next(one for one in found.cells if (one.q, one.r) == (q, r))
    assert TO_PLANE.transform(own.lon, own.lat) == pytest.approx(middle, abs=0.01)
    assert {(one.q - q, one.r - r) for one in found.cells} <= {(0, 0), (1, 0), (-1, 1), (0, 1)}


def test_the_list_of_a_hexagon_holds_the_cases_that_it_counts_and_the_lists_share_none(crowd):  # noqa: F811
    """Every cell by the condition itself, the fullest by the API."""
    client = Client()
    for watcher, metres in product(crowd[:2], SIZES[1:]):
        client.force_login(watcher.user)
        seen, cells = [], hexagons.seen_by(watcher.user, {}, metres).cells
        for one in cells:
            found = hexagon_cells.lying_in(visible_cases(watcher.user), Cell(metres, one.q, one.r))
            listed = list(found.values_list("case_no", flat=True))
            assert len(listed) == one.cases
            seen += listed
        assert sorted(seen) == sorted(watcher.sees())
        told = client.get("/api/v1/cases/", {"hexagon": f"{metres}:{cells[0].code}"}).json()
        assert told["count"] == cells[0].cases == len(told["features"])


def test_a_case_on_a_common_side_is_in_the_list_of_one_hexagon_alone(xingyang):
    across, x, y = 1000, *TO_PLANE.transform(*SUOHE)
    r = round(y / (1.5 * across / math.sqrt(3)))
    cell = Cell(across, round(x / across - r / 2), r)
    east = (cell.middle[0] + across / 2, cell.middle[1])
    case = make_case(**place_of(*east))
    beside = [Cell(across, cell.q + step, cell.r) for step in (0, 1)]
    found = [one for each in beside for one in hexagon_cells.lying_in(Case.objects.all(), each)]
    assert found == [case]
    assert shapely.Polygon(TO_PLANE.transform(*corner) for corner in cell.outline.coords[0]).contains(
        shapely.Point(cell.middle)
    )


@pytest.mark.parametrize(
    "said", ["1000", "1000:1", "300:450:4000", "1000:x:4000", "1000:450:4000", "1000:99999:99999", "1000:٤٥٠:4000"]
)
def test_what_names_no_hexagon_of_the_plane_is_refused_by_the_field(xingyang, said):
    client = Client()
    client.force_login(make_user("dispatcher"))
    answer = client.get("/api/v1/cases/", {"hexagon": said})
    assert (answer.status_code, list(answer.json())) == (400, ["hexagon"])


def test_a_rate_is_by_square_kilometre_and_equal_counts_are_of_one_level(xingyang):
    """Six cells a kilometre apart with 1, 1, 1, 2, 2 and 7 cases: nobody has fewer, three of six, five of six."""
    x, y = TO_PLANE.transform(*SUOHE)
    for step, number in enumerate((1, 1, 1, 2, 2, 7)):
        for _case in range(number):
            make_case(**place_of(x + 1000 * step, y))
    found = hexagons.seen_by(make_user("dispatcher"), {}, 1000)
    assert [(one.cases, one.level) for one in found.cells] == [(7, 5), (2, 3), (2, 3), (1, 1), (1, 1), (1, 1)]
    assert found.cells[0].per_km2 == pytest.approx(7 / 0.8660254)
    assert found.legend == [
        {"level": 5, "least": 7, "most": 7, "cells": 1},
        {"level": 3, "least": 2, "most": 2, "cells": 2},
        {"level": 1, "least": 1, "most": 1, "cells": 3},
    ]


def test_more_hexagons_than_an_answer_holds_are_refused_by_the_field(xingyang, monkeypatch):
    monkeypatch.setattr(hexagons, "MOST", 0)
    make_case()
    client = Client()
    client.force_login(make_user("dispatcher"))
    answer = client.get("/api/v1/cases/hexagons/", {"metres": "500"})
    assert answer.status_code == 400
    assert list(answer.json()) == ["metres"]


def test_the_answer_is_geojson_under_the_lists_filters(xingyang):
    make_case()
    make_case(lon=113.45, lat=34.93)
    client = Client()
    client.force_login(make_user("dispatcher"))
    told = client.get("/api/v1/cases/hexagons/", {"area": "410182001"}).json()
    assert (told["type"], told["metres"], told["count"], len(told["features"])) == ("FeatureCollection", 1000, 1, 1)
    outline = shapely.from_geojson(str(told["features"][0]["geometry"]).replace("'", '"'))
    assert outline.contains(shapely.Point(SUOHE))
    assert client.get("/api/v1/cases/hexagons/", {"at": "2026-01-01"}).status_code == 400
    assert client.get("/api/v1/cases/hexagons/", {"metres": "3"}).status_code == 400


def test_nobody_is_told_of_hexagons_of_cases_they_do_not_see(xingyang):
    make_case()
    assert hexagons.seen_by(make_user("inspector", group_codes=["G1"]), {}).cells == []
    assert hexagons.seen_by(make_user("grid_member"), {}).cells == []
