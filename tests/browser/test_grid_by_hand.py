"""A coordinator finds a gap, draws the cell that closes it, moves an edge that its neighbour shares, and publishes."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from boundaries import grid_checks, grid_drafts
from boundaries.models import DraftCell, GridCell, GridDraft

CITY_CENTRE = "城关乡"  # its gap is one cell that was left out, 0.85 km²


def gap_m2(region) -> float:
    """Ground of the areas in no cell of tier 3 in force today: on the ellipsoid, by the database alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(ST_Difference((SELECT ST_Union(geom) FROM boundaries_area WHERE edition_id = e.id),"
            " (SELECT ST_Union(geom) FROM boundaries_gridcell WHERE region_id = e.region_id AND level = 3"
            "   AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)))::geography)"
            " FROM boundaries_edition e WHERE e.region_id = %(region)s",
            {"day": timezone.localdate(), "region": region.pk},
        )
        return cursor.fetchone()[0]


def size_m2(cell) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(geom::geography) FROM boundaries_draftcell WHERE id = %s", [cell.pk])
        return cursor.fetchone()[0]


def pixel(page, place):
    """Where a place is on the page."""
    frame = page.locator("#map").bounding_box()
    at = page.evaluate("place => window.enforcementMap.project(place)", list(place))
    return frame["x"] + at["x"], frame["y"] + at["y"]


def done(page, words):
    page.locator("#grid-says", has_text=words).wait_for()


def open_desk(visitor, path):
    visitor.open(path)
    visitor.page.wait_for_selector("#faults li")
    visitor.wait_for_map()
    return visitor.page


def drag_a_shared_corner(page, draft, cell):
    """Move a corner of the cell, which two neighbours have too, by some pixels."""
    inner = next(
        place for place in cell.geom.coords[0][0]
        if draft.cells.filter(geom__intersects=f"SRID=4326;POINT({place[0]} {place[1]})").count() > 2
    )  # fmt: skip
    x, y = pixel(page, inner)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 15, y + 12, steps=4)
    page.mouse.up()
    done(page, "已移动")


def test_a_gap_is_closed_by_hand_and_smaller_by_exactly_the_drawn_ground(visit, city):
    before = gap_m2(city.region)
    visitor = visit("coordinator1", width=1440, height=900)
    visitor.open("/grids/")
    visitor.page.fill("[name=name]", "补空白")
    visitor.page.click(".grids-open button")
    visitor.page.wait_for_url("**/grids/drafts/*/")
    page = open_desk(visitor, visitor.page.url.removeprefix(visitor.address))
    draft = GridDraft.objects.get(name="补空白")
    assert page.locator("#faults li").count() == 6

    page.locator("#faults li", has_text=CITY_CENTRE).locator(".fault-show").click()
    visitor.wait_for_map()
    west, south, east, north = page.evaluate(
        "gridEditor.panels.found.faults.find((one) => one.sentence.includes('城关乡')).box"
    )
    page.click("[data-tool=draw]")
    for place in ((west, south), (east, south), (east, north), (west, north)):
        page.mouse.click(*pixel(page, place))
    page.click("#draw-finish")
    done(page, "网格已画好")
    new = draft.cells.get(base=None)
    drawn = size_m2(new)
    assert 800_000 < drawn < 900_000
    assert page.locator("#tool-undo").is_enabled()

    drag_a_shared_corner(page, draft, new)
    moved = draft.steps.last()
    assert moved.verb == "move"
    assert len(moved.after) > 2
    assert size_m2(new) != pytest.approx(drawn, abs=1)

    page.keyboard.press("Control+z")
    done(page, "已撤销")
    assert size_m2(new) == drawn
    page.keyboard.press("Control+Shift+Z")
    done(page, "已重做")
    expect(page.locator("#faults li")).to_have_count(5)

    page.click("#publish-open")
    page.locator("#publish-says", has_text="新增").wait_for()
    page.click("#publish-form .primary")
    page.wait_for_url("**/grids/")
    assert page.locator("text=已发布").count() == 1
    assert gap_m2(city.region) == pytest.approx(before - drawn, abs=1)
    assert visitor.complaints == []


def test_everything_is_done_by_keys_and_numbers_too(visit, city):
    draft = grid_drafts.open_draft(city.region, 3, name="键盘")
    cell = draft.cells.get(code="410182001000001")
    visitor = visit("coordinator1", width=1440, height=900)
    page = open_desk(visitor, f"/grids/drafts/{draft.pk}/")
    page.click("#tab-cell")
    page.fill("#cell-find", cell.code)
    page.press("#cell-find", "Enter")
    page.wait_for_selector("#cell:not([hidden])")
    visitor.wait_for_map()
    page.fill("#cell-name", "老城一号")
    page.press("#cell-name", "Enter")
    done(page, "已存入草稿")
    page.click("#corner-next")
    lon = float(page.input_value("#corner-lon"))
    page.focus("#map canvas")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    done(page, "已移动")
    expect(page.locator("#corner-lon")).not_to_have_value(f"{lon:.7f}")
    assert (float(page.input_value("#corner-lon")) - lon) * 91_400 == pytest.approx(11, abs=0.2)
    cell.refresh_from_db()
    assert cell.name == "老城一号"
    assert any(abs((corner[0] - lon) * 91_400 - 11) < 0.2 for corner in cell.geom.coords[0][0])
    gap = page.evaluate("gridEditor.panels.found.faults.find((one) => one.kind === 'gap').geometry.coordinates[0]")
    page.click(".grid-numbers summary")
    page.fill("#numbers", "\n".join(f"{lon}, {lat}" for lon, lat in gap[:-1]))
    page.click("#by-numbers button")
    done(page, "网格已画好")
    assert DraftCell.objects.filter(draft=draft, base=None).count() == 1
    assert visitor.complaints == []


def test_two_cells_are_chosen_by_their_codes_and_merged_without_the_map(visit, city):
    draft = grid_drafts.open_draft(city.region, 3, name="加选")
    first = draft.cells.get(code="410182001000005")
    second = next(
        one for one in draft.cells.filter(geom__intersects=first.geom).exclude(pk=first.pk).order_by("code")
        if one.geom.intersection(first.geom).length
    )  # fmt: skip
    visitor = visit("coordinator1", width=1440, height=900)
    page = open_desk(visitor, f"/grids/drafts/{draft.pk}/")
    page.click("#tab-cell")
    for code, key in ((first.code, "Enter"), (second.code, "Tab")):
        page.fill("#cell-find", code)
        page.press("#cell-find", key)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-none")).to_contain_text(f"{first.code}、{second.code}")
    page.focus("#tool-merge")
    page.keyboard.press("Enter")
    done(page, "已合并")
    first.refresh_from_db()
    assert first.geom.covers(second.geom.point_on_surface)
    assert not draft.cells.standing().filter(pk=second.pk).exists()
    page.fill("#cell-find", second.code)
    page.fill("#cell-find", "410182999000999")
    page.press("#cell-find", "Enter")
    assert "没有这个编码" in page.inner_text("#cell-find-fault")
    assert visitor.complaints == []


def test_the_card_of_a_gap_leads_to_its_place_in_a_draft(visit, city):
    gap = next(one for one in grid_checks.faults_in_force(city.region, 3) if CITY_CENTRE in one.sentence)
    box = ",".join(f"{number:.5f}" for number in gap.box)
    visitor = visit("coordinator1", width=1440, height=900)
    visitor.open(f"/grids/?box={box}")
    visitor.page.click(".grids-open button")
    visitor.page.wait_for_url("**/grids/drafts/**")
    visitor.page.locator("#came-for", has_text=CITY_CENTRE).wait_for()
    west, south, east, north = visitor.page.evaluate("enforcementMap.getBounds().toArray().flat()")
    assert west < gap.box[0] < gap.box[2] < east
    assert south < gap.box[1] < gap.box[3] < north
    assert max((gap.box[2] - gap.box[0]) / (east - west), (gap.box[3] - gap.box[1]) / (north - south)) > 0.4
    assert visitor.complaints == []


def test_a_corner_is_removed_by_two_clicks_and_by_a_key_and_comes_back(visit, city):
    """A bend is put into the line of two cells, which both lose again."""
    draft = grid_drafts.open_draft(city.region, 3, name="角点")
    cell, place, other = next(
        (one, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), beside)
        for one in draft.cells.all()
        for a, b in pairwise(one.geom.coords[0][0])
        if abs(a[0] - b[0]) + abs(a[1] - b[1]) > 0.004
        for beside in draft.cells.exclude(pk=one.pk).filter(
            geom__intersects=f"SRID=4326;LINESTRING({a[0]} {a[1]}, {b[0]} {b[1]})"
        )
        if {a, b} <= set(beside.geom.coords[0][0])
    )
    bent = (place[0] + 0.0004, place[1] + 0.0004)
    grid_drafts.move(draft, [(place, bent)])
    visitor = visit("coordinator1", width=1440, height=900)
    page = open_desk(visitor, f"/grids/drafts/{draft.pk}/")
    page.evaluate(f"gridEditor.choose({cell.pk}); gridEditor.panels.open(document.getElementById('tab-cell'))")
    page.evaluate("box => gridEditor.view.zoomTo(box)", list(cell.geom.extent))
    visitor.wait_for_map()

    def has(one):
        return bent in DraftCell.objects.get(pk=one.pk).geom.coords[0][0]

    assert (has(cell), has(other)) == (True, True)
    page.mouse.dblclick(*pixel(page, bent))
    done(page, "角点已删除")
    assert (has(cell), has(other)) == (False, False)
    page.keyboard.press("Control+z")
    done(page, "已撤销")
    assert (has(cell), has(other)) == (True, True)
    page.evaluate(
        "bent => { const { view } = gridEditor; view.hold(view.handles().findIndex(({ place, ends }) => !ends"
        " && Math.hypot(place[0] - bent[0], place[1] - bent[1]) < 1e-9)); }",
        list(bent),
    )
    page.focus("#map canvas")
    page.keyboard.press("Delete")
    done(page, "角点已删除")
    assert (has(cell), has(other)) == (False, False)
    assert page.locator("#undo-verb").inner_text() == "删除角点"
    assert visitor.complaints == []


def test_a_cell_is_split_by_a_line_and_merged_again(visit, city):
    draft = grid_drafts.open_draft(city.region, 3, name="分合")
    cell = draft.cells.get(code="410182001000005")
    visitor = visit("coordinator1", width=1440, height=900)
    page = open_desk(visitor, f"/grids/drafts/{draft.pk}/")
    page.evaluate(f"gridEditor.choose({cell.pk})")
    west, south, east, north = cell.geom.extent
    page.evaluate("box => gridEditor.view.zoomTo(box)", [west, south, east, north])
    visitor.wait_for_map()
    middle = (south + north) / 2
    page.click("#tool-split")
    beyond = (east - west) / 30
    for place in ((west - beyond, middle), (east + beyond, middle)):
        page.mouse.click(*pixel(page, place))
    page.keyboard.press(" ")
    done(page, "已分割")
    new = draft.cells.get(base=None)
    page.evaluate(f"gridEditor.choose({cell.pk}); gridEditor.choose({new.pk}, true)")
    page.click("#tool-merge")
    done(page, "已合并")
    assert draft.cells.filter(base=None).count() == 0
    cell.refresh_from_db()
    assert cell.geom.area == pytest.approx(GridCell.objects.get(pk=cell.base_id).geom.area, rel=1e-9)
    assert visitor.complaints == []


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"width": 390, "height": 844}])
def test_axe_finds_nothing_serious_on_the_pages_of_the_grid(visit, city, look):
    draft = grid_drafts.open_draft(city.region, 3, name="改版")
    visitor = visit("coordinator1", **look)
    for path in ("/grids/", f"/grids/drafts/{draft.pk}/"):
        visitor.open(path)
        visitor.page.wait_for_load_state("networkidle")
        violations = Axe().run(visitor.page).response["violations"]
        assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == [], path
        assert visitor.hosts - {""} == {visitor.address.split("//")[1]}
