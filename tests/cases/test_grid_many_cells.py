"""Of more than two thousand cells outlines are simplified, and nobody may draw on them."""

import pytest
from rest_framework.test import APIClient

from boundaries import draft_filling
from cases.api import grid_words
from tests.factories import make_user


@pytest.mark.parametrize(("most", "editable"), [(2000, True), (50, False)])
def test_many_cells_are_simplified_and_a_few_are_exact(xingyang, monkeypatch, most, editable):
    monkeypatch.setattr("cases.api.grid_drafts.MOST_CELLS", most)
    draft = draft_filling.make(xingyang.region, 2, "hexagon", 4000)
    client = APIClient()
    client.force_authenticate(make_user("grid_coordinator"))
    answer = client.get(f"/api/v1/grid-drafts/{draft.pk}/cells/").json()
    assert (answer["editable"], len(answer["features"])) == (editable, draft.cells.count())
    drawn = draft.cells.get(pk=answer["features"][0]["id"])
    exact = grid_words.feature_of(drawn)["geometry"]["coordinates"]
    assert (answer["features"][0]["geometry"]["coordinates"] == exact) is editable
