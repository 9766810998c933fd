"""Tiles, decoded by an independent reader: what is in them, for whom, and what is refused unasked."""

# ruff: noqa: F811 -- fixtures are found by their names
import math
from collections import Counter
from datetime import timedelta
from itertools import product
from urllib.parse import urlencode

import mapbox_vector_tile
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from boundaries.models import GridCell, GridPost
from gis_core import layers, tiles
from gis_core.tiles import Tile
from tests.factories import SUOHE, make_case, make_patrol, make_user
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.second_city import load as load_second_city
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise

REGION_ZOOM = 7
NOTHING = {"features": []}


@pytest.fixture
def signed_in(xingyang):
    client = Client()
    client.force_login(make_user("dispatcher"))
    return client


def tile_of(lon, lat, z):
    """Column and row by the published formula of the slippy map, computed here a second time."""
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(row * 2**z)


def asked(client, layer, tile, **query):
    address = f"/tiles/{layer}/{tile[0]}/{tile[1]}/{tile[2]}.mvt"
    return client.get(address + ("?" + urlencode(query) if query else ""))


def decoded(answer):
    """Layers by name; y counts from the north, as in the tile."""
    options = {"y_coord_down": True}
    return mapbox_vector_tile.decode(answer.content, default_options=options) if answer.content else {}


def lon_lat(tile, x, y, extent=4096):
    z, column, row = tile
    px, py = column + x / extent, row + y / extent
    return px / 2**z * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * py / 2**z))))


OUT_OF_RANGE = [
    "-1/0/0", "0/-1/0", "0/0/-1", "0/1/0", "0/0/1", "5/32/0", "5/0/32", "22/4194304/0", "23/0/0", "30/0/0",
    "1000000000/0/0", "0/1000000000/0", "10/99999999999999999999/3", "99999999999999999999999999/0/0",
]  # fmt: skip


@pytest.mark.parametrize("who", ["anonymous", "session", "token", "wrong token"])
@pytest.mark.parametrize("numbers", OUT_OF_RANGE)
def test_numbers_of_no_tile_are_refused_before_the_database_is_asked(xingyang, who, numbers):
    client = Client()
    user = make_user("dispatcher")
    headers = {"wrong token": {"Authorization": "Token no"}}.get(who, {})
    if who == "session":
        client.force_login(user)
    if who == "token":
        headers = {"Authorization": f"Token {Token.objects.create(user=user).key}"}
    with CaptureQueriesContext(connection) as asked_of_database:
        answer = client.get(f"/tiles/open-cases/{numbers}.mvt", headers=headers)
    assert (answer.status_code, len(asked_of_database)) == (404, 0)
    assert "detail" in answer.json()


@pytest.mark.parametrize("numbers", ["a/0/0", "1.5/0/0", "0/0/0x", "1e3/0/0", "%00/0/0", "٣/0/0"])
def test_what_is_no_number_is_no_address(signed_in, numbers):
    assert signed_in.get(f"/tiles/areas/{numbers}.mvt").status_code == 404


def test_zoom_22_exists_and_its_last_tile_too():
    assert Tile(22, 2**22 - 1, 2**22 - 1).exists()
    assert not Tile(22, 2**22, 0).exists()
    assert Tile(0, 0, 0).exists()


def test_an_unknown_layer_is_missing_and_a_forbidden_one_refused(signed_in, xingyang):
    assert asked(signed_in, "no-such", (0, 0, 0)).status_code == 404
    assert signed_in.get("/tiles/no-such.json").status_code == 404
    nobody = Client()
    nobody.force_login(make_user())
    assert asked(nobody, "open-cases", (0, 0, 0)).status_code == 403
    assert asked(nobody, "areas", (0, 0, 0)).status_code == 200


def test_one_tile_shows_all_fifteen_areas_with_their_groups(signed_in, xingyang):
    shown = decoded(asked(signed_in, "areas", tile_of(*SUOHE, REGION_ZOOM)))
    wanted = {
        (area.code, area.name, area.group.code, area.group.name, area.group.order)
        for area in xingyang.areas.select_related("group")
    }
    polygons = [feature["properties"] for feature in shown["areas"]["features"]]
    keys = ("code", "name", "group_code", "group_name", "group_order")
    assert {tuple(its[key] for key in keys) for its in polygons} == wanted
    assert len(polygons) == 15
    assert all(its["schematic"] is True for its in polygons)


def test_each_area_has_one_label_point_inside_it(signed_in, xingyang):
    tile = tile_of(*SUOHE, REGION_ZOOM)
    labels = decoded(asked(signed_in, "areas", tile))["areas-labels"]["features"]
    assert sorted(label["properties"]["name"] for label in labels) == names_of(xingyang)
    grain = 360 / 2**REGION_ZOOM / 4096
    for label in labels:
        area = shapely.from_wkt(xingyang.areas.get(name=label["properties"]["name"]).geom.wkt)
        point = shapely.Point(lon_lat(tile, *label["geometry"]["coordinates"]))
        assert area.distance(point) < grain


@pytest.mark.parametrize("zoom", [11, 13])
def test_labels_are_drawn_once_although_polygons_cross_seams(signed_in, xingyang, zoom):
    """Over all tiles of the region each label stands in exactly one; each polygon in every tile it touches."""
    west, south, east, north = xingyang.outline.extent
    _z, left, bottom = tile_of(west, south, zoom)
    _z, right, top = tile_of(east, north, zoom)
    seen = []
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            labels = decoded(asked(signed_in, "areas", (zoom, column, row))).get("areas-labels", NOTHING)
            seen += [label["properties"]["name"] for label in labels["features"]]
    assert sorted(seen) == names_of(xingyang)


def names_of(edition):
    return sorted(area.name for area in edition.areas.all())


def test_neighbouring_tiles_overlap_by_their_margin_so_that_no_border_is_cut_at_the_seam(signed_in, xingyang):
    z, column, row = tile_of(*SUOHE, 12)
    left, right = (decoded(asked(signed_in, "areas", (z, column + side, row))) for side in (0, 1))
    most = max(x for feature in left["areas"]["features"] for x, _y in points_of(feature))
    least = min(x for feature in right["areas"]["features"] for x, _y in points_of(feature))
    assert (most, least) == (4096 + tiles.BUFFER, -tiles.BUFFER)


def points_of(feature):
    shape = shapely.geometry.shape(feature["geometry"])
    return shapely.get_coordinates(shape)


def test_cells_say_whether_somebody_is_posted_to_them(signed_in, xingyang):
    tile = tile_of(*SUOHE, 8)
    cells = [feature["properties"] for feature in decoded(asked(signed_in, "grids", tile))["grids"]["features"]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, count(p.id) FILTER (WHERE p.role <> 'embedded_grid_staff') > 0 FROM boundaries_gridcell c"
            " LEFT JOIN boundaries_gridpost p ON p.cell_id = c.id AND p.valid_from <= current_date"
            " AND coalesce(p.valid_to, 'infinity') >= current_date WHERE c.level = 3 AND c.region_id = %s GROUP BY 1",
            [xingyang.region_id],
        )
        wanted = dict(cursor.fetchall())
    assert {its["code"]: bool(its["staffed"]) for its in cells} == wanted
    assert set(wanted.values()) == {True, False}


@pytest.mark.parametrize(
    ("first", "last", "staffed"), [(0, 0, False), (-9, None, False), (-9, -1, True), (1, None, True)]
)
def test_a_cell_whose_only_worker_is_on_leave_today_has_nobody(signed_in, xingyang, first, last, staffed):
    """`first` and `last` day of the leave, in days from today."""
    post = GridPost.objects.filter(role="grid_worker", cell__level=3).order_by("cell__code").first()
    days = [None if one is None else timezone.localdate() + timedelta(days=one) for one in (first, last)]
    post.leaves.create(first_day=days[0], last_day=days[1])
    cells = decoded(asked(signed_in, "grids", tile_of(*SUOHE, 8)))["grids"]["features"]
    [its] = [one["properties"] for one in cells if one["properties"]["code"] == post.cell.code]
    assert bool(its["staffed"]) == staffed


def test_grid_coverage_shows_every_cell_once_with_its_status_and_the_ground_in_no_cell(signed_in, xingyang):
    make_patrol(check_ins=[SUOHE])
    shown = decoded(asked(signed_in, "coverage-gaps", tile_of(*SUOHE, 8)))["coverage-gaps"]["features"]
    kinds = Counter(feature["properties"]["kind"] for feature in shown)
    staffed = GridCell.objects.valid_on(timezone.localdate()).of_level(3).with_staffed(timezone.localdate())
    unstaffed = staffed.filter(staffed=False).count()
    assert kinds == {"gap": 6, "unstaffed": unstaffed, "stale": 296 - unstaffed - 1, "ok": 1}
    visited = [feature["properties"] for feature in shown if "visit" in feature["properties"]]
    assert [its["kind"] for its in visited] == ["ok"]
    assert len({feature["properties"]["code"] for feature in shown}) == len(shown)


def test_each_cell_has_its_letter_in_one_tile_alone_at_a_point_inside_it(signed_in, xingyang):
    """Pieces of its ground are in several tiles; gaps have no number, and a letter each all the same."""
    z, west, north = tile_of(113.0, 35.1, 10)
    _z, east, south = tile_of(113.8, 34.5, 10)
    places, gaps, pieces = [], 0, 0
    for x, y in product(range(west, east + 1), range(north, south + 1)):
        layers = decoded(asked(signed_in, "coverage-gaps", (z, x, y)))
        pieces += len(layers.get("coverage-gaps", {}).get("features", ()))
        for one in layers.get("coverage-letters", {}).get("features", ()):
            gaps += one["properties"]["kind"] == "gap"
            if one["properties"]["kind"] != "gap":
                places.append((one["id"], Point(*lon_lat((z, x, y), *one["geometry"]["coordinates"]), srid=4326)))
    cells = {cell.pk: cell.geom for cell in GridCell.objects.valid_on(timezone.localdate()).of_level(3)}
    assert sorted(pk for pk, _place in places) == sorted(cells)
    assert gaps == 6 < pieces - len(cells)
    assert [pk for pk, place in places if not cells[pk].contains(place)] == []


def test_an_empty_tile_is_204_without_a_body(signed_in):
    answer = asked(signed_in, "open-cases", (14, 0, 0))
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_tile_is_private_and_told_again_by_its_etag(signed_in, xingyang):
    tile = tile_of(*SUOHE, 9)
    first = asked(signed_in, "areas", tile)
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in first["Cache-Control"]
    assert {"Cookie", "Authorization"} <= {word.strip() for word in first["Vary"].split(",")}
    address = f"/tiles/areas/{tile[0]}/{tile[1]}/{tile[2]}.mvt"
    again = signed_in.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert signed_in.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_case_changes_the_etag_of_its_tile(signed_in, xingyang):
    before = asked(signed_in, "open-cases", tile_of(*SUOHE, 15))
    make_case()
    after = asked(signed_in, "open-cases", tile_of(*SUOHE, 15))
    assert (before.status_code, after.status_code) == (204, 200)
    assert before["ETag"] != after["ETag"]


def test_a_case_lies_where_its_point_is(signed_in, xingyang):
    case = make_case()
    tile = tile_of(*SUOHE, 16)
    (feature,) = decoded(asked(signed_in, "open-cases", tile))["open-cases"]["features"]
    assert feature["properties"]["case_no"] == case.case_no
    assert feature["properties"] == {
        "case_no": case.case_no, "stage": "waiting", "status": "reported", "channel": "patrol", "year": case.year,
        "due": int(case.due_at.timestamp()), "count": 1,
    }  # fmt: skip
    assert lon_lat(tile, *feature["geometry"]["coordinates"]) == pytest.approx(SUOHE, abs=1e-6)


def test_a_case_on_a_seam_is_in_one_tile_alone(signed_in, xingyang):
    """The seam between two columns of zoom 12 through the region, at a latitude inside it."""
    column = tile_of(*SUOHE, 12)[1]
    lon = column / 2**12 * 360 - 180
    case = make_case(lon=lon, lat=SUOHE[1])
    z, x, y = tile_of(lon + 1e-9, SUOHE[1], 12)
    seen = [
        feature["properties"]["case_no"]
        for side in (-1, 0)
        for feature in decoded(asked(signed_in, "open-cases", (z, x + side, y))).get("open-cases", NOTHING)["features"]
    ]
    assert seen == [case.case_no]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"status": "no"}, "status"), ({"year": "abc"}, "year"), ({"bbox": "1,2,3"}, "bbox"),
     ({"channel": "x"}, "channel"),
     ({"group": "g" * 13}, "group"), ({"q": "a\x00b"}, "q"), ({"group": "\x00"}, "group")],
)  # fmt: skip
def test_wrong_filters_of_a_case_layer_name_their_field(signed_in, query, field):
    answer = asked(signed_in, "open-cases", tile_of(*SUOHE, 10), **query)
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_query_that_takes_too_long_is_stopped_and_said_so(signed_in, xingyang, monkeypatch):
    monkeypatch.setattr(tiles, "STATEMENT_TIMEOUT_MS", 50)
    slow = layers.Layer(
        slug="slow", title="", kind="point", fields={}, visible_to=lambda user: True, version=lambda user: "", scope=lambda user: "",
        query=lambda tile, user, filters: ("SELECT pg_sleep(20)::text::bytea", {}),
    )  # fmt: skip
    monkeypatch.setitem(layers.catalogue, "slow", slow)
    answer = asked(signed_in, "slow", (0, 0, 0))
    assert (answer.status_code, list(answer.json())) == (503, ["detail"])
    assert asked(signed_in, "areas", tile_of(*SUOHE, 9)).status_code == 200


def test_tilejson_names_the_tiles_and_their_layers(signed_in):
    answer = signed_in.get(reverse("tilejson", args=("areas",))).json()
    assert answer["tiles"] == ["http://testserver/tiles/areas/{z}/{x}/{y}.mvt"]
    assert [layer["id"] for layer in answer["vector_layers"]] == ["areas", "areas-labels"]
    assert (answer["tilejson"], answer["scheme"], answer["minzoom"]) == ("3.0.0", "xyz", 0)


TYPES = {"String": str, "Number": (int, float), "Boolean": bool}


@pytest.mark.parametrize("slug", ["areas", "grids", "coverage-gaps", "open-cases", "history"])
def test_tilejson_names_every_attribute_of_its_tiles_and_no_other(signed_in, xingyang, slug):
    make_case(status="closed" if slug == "history" else "reported")
    make_patrol()
    told = signed_in.get(reverse("tilejson", args=(slug,))).json()["vector_layers"]
    drawn = decoded(asked(signed_in, slug, tile_of(*SUOHE, 9)))
    assert set(drawn) == {layer["id"] for layer in told}
    for layer in told:
        found = {name: value for one in drawn[layer["id"]]["features"] for name, value in one["properties"].items()}
        assert found.keys() == layer["fields"].keys()
        assert all(isinstance(value, TYPES[layer["fields"][name]]) for name, value in found.items())


def catalogue_of(user):
    client = Client()
    client.force_login(user)
    return {layer["slug"]: layer for layer in client.get(reverse("api-layers")).json()}


def test_the_catalogue_says_of_each_layer_of_land_whether_it_is_schematic(xingyang, tmp_path):
    surveyed = load_second_city(tmp_path, schematic=False)
    here, there = (catalogue_of(make_user("leader", region_id=one.region_id)) for one in (xingyang, surveyed))
    assert {slug: layer["schematic"] for slug, layer in here.items()} == {
        "areas": True, "grids": True, "coverage-gaps": True, "open-cases": None, "history": None,
    }  # fmt: skip
    assert there["areas"]["schematic"] is False


def test_the_legend_of_areas_is_that_of_the_persons_own_region(xingyang, tmp_path):
    second = load_second_city(tmp_path)
    here, there, nowhere = (
        [entry["label"] for entry in catalogue_of(make_user("leader", region_id=region))["areas"]["legend"]]
        for region in (xingyang.region_id, second.region_id, None)
    )
    assert here == list(xingyang.groups.values_list("name", flat=True))
    assert there == list(second.groups.values_list("name", flat=True)) != here
    assert nowhere == []


def test_somebody_of_no_region_gets_nobodys_land(xingyang):
    client = Client()
    client.force_login(make_user("dispatcher", region_id=None))
    for slug in ("areas", "grids", "coverage-gaps"):
        assert asked(client, slug, tile_of(*SUOHE, REGION_ZOOM)).status_code == 204, slug
    for name in ("api-areas", "api-groups", "api-units", "api-grids"):
        answer = client.get(reverse(name)).json()
        assert answer == [] or answer["count"] == 0, name
    assert client.get(reverse("map")).context["edition"] is None


def test_the_catalogue_lists_what_a_person_may_see(xingyang):
    slugs = {}
    for name, user in (("staff", make_user("leader")), ("nobody", make_user())):
        client = Client()
        client.force_login(user)
        slugs[name] = [layer["slug"] for layer in client.get(reverse("api-layers")).json()]
    assert slugs["staff"] == ["areas", "grids", "coverage-gaps", "open-cases", "history"]
    assert slugs["nobody"] == ["areas", "grids", "coverage-gaps"]


def test_coverage_of_a_day_to_come_is_refused_and_names_its_field(signed_in, xingyang):
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = asked(signed_in, "coverage-gaps", tile_of(*SUOHE, 9), at=tomorrow.isoformat())
    assert (answer.status_code, list(answer.json())) == (400, ["at"])
