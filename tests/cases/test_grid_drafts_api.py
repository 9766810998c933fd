"""Drafts of the grid by the API: verbs with versions, refusals in sentences, each region its own.

Cell 1 of the second city lies at 120.04–120.06 E, 30.04–30.06 N.
"""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from boundaries.models import GridCell, GridDraft
from tests.factories import make_user
from tests.second_city import load, square

DRAFTS = "/api/v1/grid-drafts/"
EAST_OF_1 = square(120.059, 30.04, 120.08, 30.06)


@pytest.fixture
def city(xingyang, tmp_path):
    return load(tmp_path).region


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def keeper(city):
    return client_of(make_user("grid_coordinator", region_id=city.pk))


@pytest.fixture
def draft(keeper):
    return f"{DRAFTS}{keeper.post(DRAFTS, {'level': 3, 'name': '改版'}).json()['id']}/"


def cells(keeper, draft):
    return {one["properties"]["code"][-3:]: one for one in keeper.get(f"{draft}cells/").json()["features"]}


def test_a_draft_is_opened_and_listed(keeper, draft):
    (listed,) = keeper.get(DRAFTS).json()
    assert (listed["name"], listed["level"], listed["status"], listed["cells"], listed["version"]) == (
        "改版", 3, "draft", 1, 1,
    )  # fmt: skip
    assert (listed["undo"], listed["redo"]) == ("", "")
    assert keeper.get(draft)["ETag"] == '"1"'


def test_a_verb_answers_with_what_it_changed_and_the_next_version(keeper, draft):
    answer = keeper.post(f"{draft}draw/", {"polygon": EAST_OF_1, "name": "东侧"}, HTTP_IF_MATCH='"1"')
    assert answer.status_code == 200
    assert answer["ETag"] == '"2"'
    (new,) = answer.json()["changed"]
    assert new["properties"]["name"] == "东侧"
    assert new["properties"]["state"] == "new"
    assert answer.json()["draft"]["undo"] == "draw"
    assert [120.06, 30.04] in new["geometry"]["coordinates"][0][0]


def test_an_old_version_is_412_with_the_one_of_now(keeper, draft):
    keeper.post(f"{draft}draw/", {"polygon": EAST_OF_1})
    answer = keeper.post(f"{draft}undo/", {}, HTTP_IF_MATCH='"1"')
    assert (answer.status_code, answer["ETag"]) == (412, '"2"')
    assert keeper.post(f"{draft}undo/", {}, HTTP_IF_MATCH='W/"2"').status_code == 200


def test_moving_removing_splitting_merging_changing_ending(keeper, draft):
    keeper.post(f"{draft}draw/", {"polygon": EAST_OF_1})
    moved = keeper.post(f"{draft}move/", {"moves": [{"from": [120.06, 30.06], "to": [120.062, 30.058]}]}).json()
    assert len(moved["changed"]) == 2
    bent = {"moves": [{"from": [120.061, 30.049], "to": [120.063, 30.049]}]}
    assert len(keeper.post(f"{draft}move/", bent).json()["changed"]) == 2
    pruned = keeper.post(f"{draft}prune/", {"corners": [[120.063, 30.049]]}).json()
    assert (len(pruned["changed"]), pruned["draft"]["undo"]) == (2, "prune")
    one = cells(keeper, draft)["001"]["id"]
    split = keeper.post(f"{draft}split/", {"cell": one, "line": [[120.03, 30.05], [120.07, 30.05]]})
    assert {cell["properties"]["code"][-3:] for cell in split.json()["changed"]} >= {"001", "003"}
    third = cells(keeper, draft)["003"]["id"]
    merged = keeper.post(f"{draft}merge/", {"cells": [one, third]}).json()
    assert merged["gone"] == [third]
    changed = keeper.post(f"{draft}change/", {"cell": one, "name": "新名", "patrol_days": 3}).json()["changed"]
    assert (changed[0]["properties"]["name"], changed[0]["properties"]["state"]) == ("新名", "changed")
    ended = keeper.post(f"{draft}retire/", {"cells": [one]}).json()["changed"]
    assert ended[0]["properties"]["state"] == "retired"
    for _step in range(8):
        assert keeper.post(f"{draft}undo/", {}).status_code == 200
    assert keeper.post(f"{draft}undo/", {}).status_code == 409
    assert keeper.post(f"{draft}redo/", {}).status_code == 200


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("draw", {}, "polygon"),
        ("draw", {"polygon": {"type": "Point", "coordinates": [120, 30]}}, "polygon"),
        ("draw", {"polygon": EAST_OF_1, "snap_m": 1e9}, "snap_m"),
        ("draw", {"polygon": EAST_OF_1, "area_code": "999"}, "area_code"),
        ("draw", {"polygon": EAST_OF_1, "colour": "red"}, "colour"),
        ("split", {"cell": 1, "line": [[120.0, 30.0]]}, "line"),
        ("move", {"moves": [{"from": [30.0, 120.0], "to": [120, 30]}]}, "moves"),
        ("move", {"moves": [{"to": [120, 30]}]}, "moves"),
        ("prune", {"corners": []}, "corners"),
        ("prune", {"corners": [120.06, 30.05]}, "corners"),
        ("merge", {"cells": "all"}, "cells"),
        ("publish", {"valid_from": "gestern"}, "valid_from"),
        ("publish", {"valid_from": "2001-01-01"}, "valid_from"),
    ],
)  # fmt: skip
def test_bad_words_are_named(keeper, draft, verb, body, field):
    answer = keeper.post(f"{draft}{verb}/", body)
    assert answer.status_code == 400
    assert field in answer.json()
    assert GridDraft.objects.get().version == 1


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("draw", {"polygon": square(120.045, 30.045, 120.05, 30.05)}),
        ("move", {"moves": [{"from": [120.5, 30.5], "to": [120.6, 30.6]}]}),
        ("prune", {"corners": [[120.5, 30.5]]}),
        ("retire", {"cells": [999999]}),
        ("publish", {"valid_from": "2099-01-01"}),
    ],
)
def test_what_cannot_be_done_is_409_with_a_sentence(keeper, draft, verb, body):
    answer = keeper.post(f"{draft}{verb}/", body)
    assert answer.status_code == 409
    assert answer.json()["detail"]


def test_faults_tell_what_refuses_and_where(keeper, draft):
    keeper.post(f"{draft}draw/", {"polygon": EAST_OF_1, "overlapping": True})
    answer = keeper.get(f"{draft}faults/").json()
    overlap = answer["faults"][0]
    assert (overlap["kind"], overlap["refuses"], len(overlap["cells"])) == ("overlap", True, 2)
    assert overlap["box"] == pytest.approx([120.059, 30.04, 120.06, 30.06])
    assert {fault["kind"] for fault in answer["faults"][1:]} == {"gap"}
    assert 0.9 < answer["gap_rate"] < 1
    refused = keeper.post(f"{draft}publish/", {"valid_from": str(timezone.localdate())})
    assert refused.status_code == 409
    assert [fault["kind"] for fault in refused.json()["faults"]] == ["overlap"]


def test_publishing_puts_in_force_and_closes_the_draft(keeper, draft, city):
    keeper.post(f"{draft}draw/", {"polygon": EAST_OF_1})
    compared = keeper.get(f"{draft}compare/").json()
    assert compared["counts"] == {"new": 1, "changed": 0, "corners": 0, "retired": 0, "same": 1}
    answer = keeper.post(f"{draft}publish/", {"valid_from": str(timezone.localdate())})
    assert answer.json()["status"] == "published"
    assert GridCell.objects.filter(region=city).valid_on(timezone.localdate()).count() == 2
    assert keeper.post(f"{draft}undo/", {}).status_code == 409


def test_cells_of_a_box_are_those_that_touch_it(keeper, draft):
    def inside(box):
        return len(keeper.get(f"{draft}cells/", {"bbox": box}).json()["features"])

    assert [inside("120.05,30.05,120.051,30.051"), inside("120.5,30.05,120.6,30.06")] == [1, 0]
    assert keeper.get(f"{draft}cells/", {"bbox": "somewhere"}).status_code == 400
    assert keeper.get(f"{draft}cells/", {"box": "1,2,3,4"}).status_code == 400


def test_another_regions_draft_is_none(draft):
    stranger = client_of(make_user("grid_coordinator", region_id="410182"))
    assert stranger.get(DRAFTS).json() == []
    assert stranger.get(draft).status_code == 404
    assert stranger.post(f"{draft}draw/", {"polygon": EAST_OF_1}).status_code == 404


def test_who_keeps_no_grid_is_refused_and_who_has_no_region_opens_none(city, draft):
    assert client_of(make_user("dispatcher", region_id=city.pk)).get(draft).status_code == 403
    assert client_of(make_user("grid_coordinator", region_id=None)).post(DRAFTS, {"level": 3}).status_code == 400
