"""Cases on the map: aggregated points add up exactly to what the person sees, at every zoom, under every filter."""

import mapbox_vector_tile
import pytest

from boundaries.models import User
from cases import layers as case_layers
from cases.models import Case
from gis_core import layers, tiles
from gis_core.tiles import Tile
from tests.cases.crowd import fill, rows, watchers
from tests.factories import SUOHE, make_case, make_user
from tests.second_city import load as load_second_city

OPEN = "status NOT IN ('closed','follow_up','archived','rejected','unfounded','transferred_out','void')"
CASES = 2500
ZOOMS = range(6, 16)
PLACES = (
    "SELECT DISTINCT floor((ST_X(geom) + 180) / 360 * {n})::int,"
    " floor((0.5 - asinh(tan(radians(ST_Y(geom)))) / (2 * pi())) * {n})::int FROM cases_case"
)


def features(user: User, slug: str, tile, **filters):
    content = tiles.render(layers.find(slug), Tile(*tile), user, filters)
    return [f["properties"] for f in mapbox_vector_tile.decode(content)[slug]["features"]] if content else []


def all_tiles(z):
    return [(z, x, y) for x, y in rows(PLACES.format(n=2**z))]


@pytest.fixture
def crowd(xingyang, tmp_path):
    fill(xingyang, CASES)
    return watchers(xingyang, load_second_city(tmp_path))


def test_counts_add_up_exactly_at_every_zoom_for_everybody(crowd, monkeypatch):
    """The thresholds are lowered so that tiles aggregate; each zoom's tiles are found from the points themselves."""
    monkeypatch.setattr(case_layers, "MOST_SINGLE", 3)
    for z in ZOOMS:
        places = all_tiles(z)
        some = crowd if z in (7, 11) else crowd[: 1 if z > 13 else 2]
        for watcher in some:
            found = [its for place in places for its in features(watcher.user, "open-cases", place)]
            assert sum(its["count"] for its in found) == len(watcher.sees(OPEN)), (z, watcher.name)
            if z < 12 and watcher.name == "dispatcher":
                assert any(its["count"] > 1 for its in found)


FILTERS = (
    ({"status": "assigned"}, "status = 'assigned'"),
    ({"status": "open"}, "true"),
    ({"status": "closed"}, "false"),
    ({"group": "G1"}, "group_code = 'G1'"),
    ({"area": "410182001"}, "area_code = '410182001'"),
    ({"channel": "complaint"}, "channel = 'complaint'"),
    ({"year": "2026"}, "year = 2026"),
    ({"q": "厂房"}, "address LIKE '%厂房%'"),
    ({"q": "厂房", "channel": "patrol"}, "address LIKE '%厂房%' AND channel = 'patrol'"),
    ({"bbox": "0,0,1,1"}, "true"),  # the tile is the extent
)


@pytest.mark.parametrize(("most_single", "most_sifted"), [(0, 10_000), (0, 0), (10_000, 10_000)])
def test_every_filter_holds_for_counts_and_single_points_alike(crowd, monkeypatch, most_single, most_sifted):
    """What lies beside somebody's groups is found by place or by whose it is, and is the same."""
    monkeypatch.setattr(case_layers, "MOST_SINGLE", most_single)
    monkeypatch.setattr(case_layers, "MOST_SIFTED", most_sifted)
    for watcher in crowd[:4]:
        for filters, condition in FILTERS:
            found = features(watcher.user, "open-cases", (7, *rows(PLACES.format(n=2**7))[0]), **filters)
            assert sum(its["count"] for its in found) == len(watcher.sees(f"{OPEN} AND {condition}")), (
                watcher.name,
                filters,
            )


def test_open_and_ended_cases_are_two_halves_of_one_whole(crowd):
    dispatcher = crowd[0]
    halves = [
        sum(its["count"] for its in features(dispatcher.user, slug, (7, *rows(PLACES.format(n=2**7))[0])))
        for slug in ("open-cases", "history")
    ]
    assert halves == [len(dispatcher.sees(OPEN)), len(dispatcher.sees(f"NOT ({OPEN})"))]
    assert sum(halves) == CASES


def test_only_ended_cases_leave_the_open_layer_empty(crowd):
    user, tile = crowd[0].user, (7, *rows(PLACES.format(n=2**7))[0])
    drawn = {
        slug: sum(its["count"] for its in features(user, slug, tile, status="ended"))
        for slug in ("open-cases", "history")
    }
    assert drawn == {"open-cases": 0, "history": len(crowd[0].sees(f"NOT ({OPEN})"))}


def test_open_cases_alone_in_the_list_leave_the_history_beside_it(crowd):
    user, tile = crowd[0].user, (7, *rows(PLACES.format(n=2**7))[0])
    drawn = sum(its["count"] for its in features(user, "history", tile, status="open"))
    assert drawn == len(crowd[0].sees(f"NOT ({OPEN})"))


def test_few_cases_are_drawn_one_by_one_at_any_zoom(xingyang):
    case = make_case()
    dispatcher = make_user("dispatcher")
    for z in (0, 6, 12, 16, 22):
        ((x, y),) = rows(PLACES.format(n=2**z))
        (its,) = features(dispatcher, "open-cases", (z, x, y))
        assert (its["case_no"], its["count"]) == (case.case_no, 1)


def test_an_aggregated_point_lies_in_the_middle_of_its_cases(xingyang, monkeypatch):
    monkeypatch.setattr(case_layers, "MOST_SINGLE", 0)
    for step in (-0.001, 0.001):
        make_case(lon=113.39 + step, lat=SUOHE[1])
    z = 6
    ((x, y),) = rows(PLACES.format(n=2**z))
    content = tiles.render(layers.find("open-cases"), Tile(z, x, y), make_user("dispatcher"), {})
    (point,) = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})["open-cases"]["features"]
    lon = (x + (point["geometry"]["coordinates"][0] + 0.5) / 4096) / 2**z * 360 - 180
    assert point["properties"] == {"count": 2}
    assert lon == pytest.approx(113.39, abs=360 / 2**z / 4096)


def test_a_case_that_ends_moves_from_one_layer_to_the_other(xingyang):
    case, dispatcher = make_case(), make_user("dispatcher")
    ((x, y),) = rows(PLACES.format(n=2**10))
    assert len(features(dispatcher, "open-cases", (10, x, y))) == 1
    Case.objects.filter(pk=case.pk).update(status="closed")
    assert features(dispatcher, "open-cases", (10, x, y)) == []
    (its,) = features(dispatcher, "history", (10, x, y))
    assert (its["case_no"], its["stage"], its["year"]) == (case.case_no, "closed", case.year)


def test_the_legends_values_are_those_of_the_tiles(xingyang):
    legend = {entry.value for slug in ("open-cases", "history") for entry in layers.find(slug).legend()}
    assert legend == {"overdue", "waiting", "assigned", "working", "check", "closed"}


def test_a_tile_that_two_cities_share_counts_each_for_its_own_people(xingyang, tmp_path, monkeypatch):
    monkeypatch.setattr(case_layers, "MOST_SINGLE", 0)
    second_city = load_second_city(tmp_path)
    make_case()
    fill(second_city, 30)
    for watcher in watchers(xingyang, second_city):
        found = features(watcher.user, "open-cases", (4, *rows(PLACES.format(n=2**4))[0]))
        assert sum(its["count"] for its in found) == len(watcher.sees(OPEN)), watcher.name
    assert len(rows(PLACES.format(n=2**4))) == 1
