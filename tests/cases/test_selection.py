"""Choosing cases by shape: exactly those that shapely covers, within the person's scope and the list's filters."""

import json

import pytest
import shapely
from django.db import connection

from boundaries.models import Area, GridCell
from cases import selection
from cases.models import Case
from tests.cases.crowd import crowd  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_case, make_user

ADDRESS = "/api/v1/cases/selection/"
X, Y = SUOHE
STEP = 0.001


@pytest.fixture
def dispatcher(xingyang, client):
    user = make_user("dispatcher")
    client.force_login(user)
    return user


def at(east, north):
    """A place so many steps east and north of the middle of 索河街道."""
    return round(X + east * STEP, 6), round(Y + north * STEP, 6)


def ring(*corners):
    return [list(at(*corner)) for corner in corners]


def shape(*rings):
    return {"type": "Polygon", "coordinates": [[*one, one[0]] for one in rings]}


def ask(client, body, query=""):
    return client.post(f"{ADDRESS}{query}", json.dumps(body), content_type="application/json")


def numbers(answer):
    assert answer.status_code == 200, answer.content
    return {one["case_no"] for one in answer.json()["cases"]}


# A letter C, open to the east, with a hole in its upper arm:
#
#   6 +-----------+
#     |  +--+     |     hole 2..3 × 4.5..5.5
#   4 |  +--+  +--+
#     |  +-----+        (the bay 2..6 × 2..4 is outside)
#   2 |  +-----+--+
#     |           |
#   0 +-----------+
C = ring((0, 0), (6, 0), (6, 2), (2, 2), (2, 4), (6, 4), (6, 6), (0, 6))
HOLE = ring((2, 4.5), (3, 4.5), (3, 5.5), (2, 5.5))
PLACES = {
    "in the spine": (1, 3), "in the bay": (4, 3), "on the outer edge": (3, 0), "on a corner": (6, 6),
    "on the bay's edge": (4, 2), "in the hole": (2.5, 5), "on the hole's edge": (2, 5), "outside": (7, 1),
    "in the box and outside the shape": (5, 3.5),
}  # fmt: skip


def test_a_concave_shape_with_a_hole_has_what_shapely_covers_edges_and_corners_included(client, dispatcher):
    made = {place: make_case(lon=at(*steps)[0], lat=at(*steps)[1]) for place, steps in PLACES.items()}
    drawn = shape(C, HOLE)
    oracle = shapely.from_geojson(json.dumps(drawn))
    expected = {place for place, steps in PLACES.items() if oracle.covers(shapely.Point(at(*steps)))}
    assert expected == {"in the spine", "on the outer edge", "on a corner", "on the bay's edge", "on the hole's edge"}
    found = numbers(ask(client, {"polygon": drawn}))
    assert {place for place, case in made.items() if case.case_no in found} == expected


def test_a_ring_that_is_left_open_is_closed(client, dispatcher):
    case = make_case(lon=at(1, 1)[0], lat=at(1, 1)[1])
    drawn = {"type": "Polygon", "coordinates": [ring((0, 0), (2, 0), (2, 2), (0, 2))]}
    assert numbers(ask(client, {"polygon": drawn})) == {case.case_no}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (shape(ring((0, 0), (2, 2), (2, 0), (0, 2))), "crosses or touches itself (113.37900, 34.78800)"),
        (shape(ring((0, 0), (1, 0))), "at least three corners"),
        (shape(ring((0, 0), (1, 1), (2, 2), (1, 1))), "touches itself"),
        ({"type": "Polygon", "coordinates": []}, "at least three corners"),
        ({"type": "Point", "coordinates": [X, Y]}, "A GeoJSON Polygon is needed"),
        ({"type": "Polygon", "coordinates": [[X, Y]]}, "[longitude, latitude]"),
        ({"type": "Polygon", "coordinates": [[[X, "north"], [X, Y], [X, Y]]]}, "[longitude, latitude]"),
        ({"type": "Polygon", "coordinates": [[[Y, X], [Y, X], [Y, X]]]}, "[longitude, latitude]"),
        ({"type": "Polygon", "coordinates": [[[True, 1], [2, 2], [3, 1]]]}, "[longitude, latitude]"),
        ("here", "A GeoJSON Polygon is needed"),
    ],
)
def test_a_shape_that_is_none_is_refused_with_a_sentence(client, dispatcher, given, said):
    client.cookies["django_language"] = "en"
    answer = ask(client, {"polygon": given})
    assert answer.status_code == 400
    assert said in answer.json()["polygon"][0]


def test_not_a_number_is_no_corner(client, dispatcher):
    body = '{"polygon": {"type": "Polygon", "coordinates": [[[NaN, 34], [113, 35], [114, 34]]]}}'
    answer = client.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()) == ["polygon"]


def circle(corners):
    return json.loads(shapely.to_geojson(shapely.Point(SUOHE).buffer(0.001, quad_segs=corners // 4)))


@pytest.mark.parametrize(("corners", "status"), [(2000, 200), (2004, 400)])
def test_two_thousand_corners_are_taken_and_more_are_not(client, dispatcher, corners, status):
    drawn = circle(corners)
    assert len(drawn["coordinates"][0]) == corners + 1
    assert ask(client, {"polygon": drawn}).status_code == status


def test_a_name_that_nobody_knows_is_refused(client, dispatcher):
    assert "lasso" in ask(client, {"lasso": shape(C)}).json()
    assert "colour" in ask(client, {}, "?colour=red").json()


def test_an_area_has_the_cases_that_it_answers_for_decisions_by_hand_included(client, dispatcher):
    here = make_case()
    decided = make_case(lon=113.25, lat=34.65, area_code=here.area_code)
    make_case(lon=113.25, lat=34.65)
    assert numbers(ask(client, {"area": here.area_code})) == {here.case_no, decided.case_no}


def test_a_grid_cell_has_what_lies_in_it_by_shapely(client, dispatcher, xingyang):
    cell = GridCell.objects.filter(area_code=Area.objects.get(edition=xingyang, geom__covers=make_case().geom).code)
    cell = cell.exclude(level=1).first()
    outline = shapely.from_wkb(bytes(cell.geom.wkb))
    inside = outline.representative_point()
    case = make_case(lon=inside.x, lat=inside.y)
    expected = {one.case_no for one in Case.objects.all() if outline.covers(shapely.Point(one.geom.coords))}
    assert case.case_no in expected
    assert numbers(ask(client, {"grid": cell.code})) == expected


def test_a_grid_cell_that_is_none_is_said(client, dispatcher):
    client.cookies["django_language"] = "en"
    assert ask(client, {"grid": "999"}).json() == {"grid": ["There is no grid cell 999 today."]}


def test_a_box_has_its_edges(client, dispatcher):
    case = make_case()
    make_case(lon=X + STEP, lat=Y)
    assert numbers(ask(client, {"bbox": f"{X},{Y - STEP},{X + STEP / 2},{Y + STEP}"})) == {case.case_no}
    assert list(ask(client, {"bbox": "1,2,3"}).json()) == ["bbox"]


def test_the_lists_filters_and_order_hold_too(client, dispatcher):
    patrol, complaint = make_case(), make_case(channel="complaint")
    drawn = shape(ring((-1, -1), (1, -1), (1, 1), (-1, 1)))
    assert numbers(ask(client, {"polygon": drawn}, "?channel=complaint")) == {complaint.case_no}
    listed = [one["case_no"] for one in ask(client, {"polygon": drawn}).json()["cases"]]
    assert listed == [complaint.case_no, patrol.case_no]
    assert list(ask(client, {}, "?status=gone").json()) == ["status"]


def test_more_than_the_limit_is_said(client, dispatcher, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)
    cases = [make_case() for _n in range(3)]
    answer = ask(client, {}).json()
    assert (answer["count"], answer["more"], answer["limit"]) == (2, True, 2)
    Case.objects.filter(pk=cases[0].pk).update(status="void")
    answer = ask(client, {}, "?status=open").json()
    assert (answer["count"], answer["more"]) == (2, False)


def test_everybody_gets_their_own_cases_of_the_shape_and_no_others(client, crowd):  # noqa: F811
    west, south, east, north = 113.2, 34.6, 113.6, 35.0
    box = shapely.box(west, south, east, north)
    drawn = json.loads(shapely.to_geojson(box))
    for watcher in crowd:
        client.force_login(watcher.user)
        expected = set(watcher.sees(f"ST_Covers(ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326), geom)"))
        answer = ask(client, {"polygon": drawn})
        if len(expected) <= selection.MOST:
            assert numbers(answer) == expected, watcher.name
        else:
            assert answer.json()["more"] is True
            assert numbers(answer) <= expected


def test_a_shape_is_looked_for_by_an_index(client, crowd):  # noqa: F811
    """The planner reads the whole table only where the table is tiny: with sequential scans off it needs an index."""
    shape_ = selection.polygon(shape(C))
    cases = selection.lying_in(Case.objects.open(), shape_).values("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        text, parameters = cases.query.sql_with_params()
        cursor.execute(f"EXPLAIN {text}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "case_open_geom" in plan or "cases_case_geom" in plan


@pytest.mark.parametrize("ordering", ["", "due"])
def test_between_two_rows_is_all_that_the_list_has_between_them_up_or_down_and_no_more_than_may_be_chosen(
    client,
    crowd,  # noqa: F811
    monkeypatch,
    ordering,
):
    """Held against the list itself, as the API gives it; of too many those nearest to where the range began."""
    client.force_login(crowd[0].user)
    query = f"?ordering={ordering}"
    features = client.get(f"/api/v1/cases/{query}&page_size=1000").json()["features"]
    listed = [one["properties"]["case_no"] for one in features]

    def between(first, last):
        answer = ask(client, {"first": listed[first], "last": listed[last]}, query).json()
        return [one["case_no"] for one in answer["cases"]], answer["more"]

    assert between(3, 150) == (listed[3:151], False)
    assert between(150, 3) == (listed[150:2:-1], False)
    assert between(7, 7) == ([listed[7]], False)
    monkeypatch.setattr(selection, "MOST", 20)
    assert between(3, 150) == (listed[3:23], True)
    assert between(22, 3) == (listed[22:2:-1], False)
    refused = ask(client, {"first": "XY-2026-99999", "last": listed[0]}, query)
    assert (refused.status_code, list(refused.json())) == (400, ["first"])
    assert ask(client, {"first": listed[0]}, query).status_code == 400
