"""网格管理: what is in force with its faults, drafts, and the way into one."""

import re

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from boundaries import grid_checks, grid_drafts
from boundaries.grid_faults import Kind
from boundaries.models import GridDraft
from cases import coverage
from tests.factories import make_user
from tests.second_city import load


@pytest.fixture
def keeper(xingyang, client):
    client.force_login(make_user("grid_coordinator"))
    return client


def test_the_page_tells_each_tier_with_its_gaps(keeper):
    tiers = keeper.get("/grids/").context["tiers"]
    assert [(one["level"], one["number"], one["gaps"], one["refusing"]) for one in tiers] == [
        (1, 15, 0, 0),
        (3, 296, 6, 0),
    ]
    assert tiers[1]["gap_percent"] == pytest.approx(3.36, abs=0.01)  # 30.9 of 919.6 km², README of the pack


def test_a_fault_in_force_is_told_in_km2_and_leads_to_its_place_on_the_map(keeper, xingyang):
    page = keeper.get("/grids/?level=3").content.decode()
    gap = max((one for one in coverage.of(xingyang.region_id).gaps), key=lambda one: one.area_m2)
    assert f"：{gap.area_m2 / 1e6:,.2f} km² 不在任何网格内。" in page
    zoom, lat, lon = map(float, re.search(r'href="/#map=([\d.]+)/([\d.]+)/([\d.]+)"', page).groups())
    ground = GEOSGeometry(gap.geom)
    west, south, east, north = ground.extent
    assert (lat, lon) == pytest.approx(((south + north) / 2, (west + east) / 2), abs=1e-4)
    assert (east - west) * 512 * 2**zoom / 360 <= 361  # px, a phone's window


def test_a_post_opens_a_draft_and_leads_to_it(keeper):
    answer = keeper.post("/grids/", {"level": "3", "name": "改版"})
    draft = GridDraft.objects.get()
    assert answer["Location"] == f"/grids/drafts/{draft.pk}/"
    assert (draft.name, draft.cells.count()) == ("改版", 296)
    assert keeper.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("level", ["", "0", "5", "x"])
def test_a_tier_that_is_none_opens_nothing(keeper, level):
    assert keeper.post("/grids/", {"level": level}).status_code == 400
    assert GridDraft.objects.count() == 0


def test_a_draft_that_was_given_up_leads_back_to_the_list(keeper, xingyang):
    draft = grid_drafts.discard(grid_drafts.open_draft(xingyang.region, 4))
    assert keeper.get(f"/grids/drafts/{draft.pk}/")["Location"] == "/grids/"


def test_another_regions_draft_is_not_there(keeper, tmp_path):
    other = grid_drafts.open_draft(load(tmp_path).region, 3)
    assert keeper.get(f"/grids/drafts/{other.pk}/").status_code == 404
    assert list(keeper.get("/grids/").context["drafts"]) == []


def test_whoever_works_in_no_region_sees_an_empty_page_and_opens_nothing(client, xingyang):
    client.force_login(make_user("grid_coordinator", region_id=None))
    assert client.get("/grids/").context["tiers"] == []
    assert client.post("/grids/", {"level": "3"}).status_code == 302
    assert GridDraft.objects.count() == 0


def test_a_region_without_a_cell_says_how_to_begin(keeper, xingyang):
    xingyang.region.grid_cells.update(valid_to=timezone.localdate() - timezone.timedelta(days=1))
    assert "make_grids" in keeper.get("/grids/").content.decode()


def a_gap(region):
    """The ground of the first gap of tier 3, as the card of coverage links to it: five decimals."""
    gap = next(one for one in grid_checks.faults_in_force(region, 3) if one.kind is Kind.GAP)
    return gap, ",".join(f"{number:.5f}" for number in gap.box)


def test_a_gap_that_somebody_came_for_is_said_and_goes_along_into_the_draft(keeper, xingyang):
    draft = grid_drafts.open_draft(xingyang.region, 3)
    gap, box = a_gap(xingyang.region)
    page = keeper.get("/grids/", {"box": box})
    assert page.context["gap"].sentence == gap.sentence
    assert gap.sentence in page.content.decode()
    assert f"/grids/drafts/{draft.pk}/?box={box}" in page.content.decode()
    opened = keeper.post(f"/grids/?box={box}", {"level": "3", "name": "补空白"})
    assert opened["Location"] == f"/grids/drafts/{GridDraft.objects.latest('pk').pk}/?box={box}"
    assert f'data-box="{box}"' in keeper.get(opened["Location"]).content.decode()


def test_a_box_without_a_gap_is_still_a_place_to_begin_at(keeper):
    page = keeper.get("/grids/", {"box": "113.38000,34.78000,113.38100,34.78100"})
    assert page.context["gap"] is None
    assert 'id="came-for"' in page.content.decode()


@pytest.mark.parametrize("box", ["", "x", "1,2,3", "34.7,113.3,34.8,113.4", "113.4,34.8,113.3,34.7", "nan,1,2,3",
                                 "116.3,39.8,116.4,39.9", "113.3,34.7,inf,34.8"])  # fmt: skip
def test_a_bad_box_is_passed_over(keeper, xingyang, box):
    page = keeper.get("/grids/", {"box": box})
    assert (page.status_code, page.context["box"]) == (200, "")
    assert 'id="came-for"' not in page.content.decode()
    draft = grid_drafts.open_draft(xingyang.region, 4)
    assert 'data-box=""' in keeper.get(f"/grids/drafts/{draft.pk}/", {"box": box}).content.decode()
    assert keeper.post(f"/grids/?box={box}", {"level": "4"})["Location"].endswith("/")


def test_to_undo_a_step_and_to_end_a_cell_are_called_by_different_words(keeper, xingyang):
    """They stand side by side on the map of a draft."""
    draft = grid_drafts.open_draft(xingyang.region, 4)
    page = keeper.get(f"/grids/drafts/{draft.pk}/").content.decode()
    assert "停用网格" in page
    assert "撤销网格" not in page
