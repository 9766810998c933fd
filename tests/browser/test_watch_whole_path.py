"""From ground in no cell to a cell in order: the coordinator's whole way, and the patrol of somebody with a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from shapely import wkt

from boundaries.models import GridCell, GridDraft, PatrolPlan, User
from cases import coverage
from tests.browser.test_grid_by_hand import done, drag_a_shared_corner, open_desk
from tests.cases.city_oracle import square_metres

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def test_the_worst_gap_becomes_a_cell_in_order(visit, city):
    before = coverage.of(city.region_id).figures
    desk = visit("coordinator1", **DESK)
    _find_the_worst_gap(desk)
    drawn = _draw_and_publish(desk)
    new = GridCell.objects.get(
        region=city.region, level=3, valid_from=timezone.localdate(), posts=None, code=drawn["code"]
    )
    after = coverage.of(city.region_id).figures
    assert before.gap_m2 - after.gap_m2 == pytest.approx(drawn["m2"], abs=1)
    assert before.gap_rate - after.gap_rate == pytest.approx(drawn["m2"] / before.whole_m2, abs=1e-9)

    _post(desk, new)
    _plan(desk, new)
    assert _standing(desk, new) == "失巡"
    _visit(visit, new)
    assert _standing(desk, new) == "正常"
    assert desk.complaints == []


def _find_the_worst_gap(desk):
    desk.open("/coverage/")
    desk.wait_for_map()
    first = desk.page.locator("table.cells tbody tr").first
    expect(first).to_contain_text("无网格")


def _draw_and_publish(desk) -> dict:
    """The worst gap as a cell, one of its corners moved and with it those of its neighbours; published from today."""
    desk.open("/grids/")
    desk.page.fill("[name=name]", "补最大空白")
    desk.page.click(".grids-open button")
    desk.page.wait_for_url("**/grids/drafts/*/")
    page = open_desk(desk, desk.page.url.removeprefix(desk.address))
    draft = GridDraft.objects.get(name="补最大空白")
    page.locator("#faults li .fault-show").first.click()
    desk.wait_for_map()
    page.locator("#faults li").first.get_by_role("button", name="在此建网格").click()
    done(page, "网格已画好")
    desk.wait_for_map()
    new = draft.cells.get(base=None)
    drawn = square_metres(wkt.loads(new.geom.wkt))
    drag_a_shared_corner(page, draft, new)
    assert len(draft.steps.last().after) > 2, "the neighbours move along"
    new.refresh_from_db()
    page.click("#publish-open")
    page.locator("#publish-says", has_text="新增").wait_for()
    page.click("#publish-form .primary")
    page.wait_for_url("**/grids/")
    return {"code": new.code, "m2": drawn}


def _post(desk, cell):
    desk.open(f"/posts/cells/{cell.code}/")
    panel = desk.page
    panel.locator("[name=role]").first.select_option("grid_worker")
    panel.locator("[name=holder]").first.fill("网格员甲")
    panel.locator("[name=user]").first.fill("gridworker1")
    panel.locator("[name=valid_from]").first.fill(timezone.localdate().isoformat())
    panel.get_by_role("button", name="上岗").first.click()
    panel.locator(".entry b", has_text="网格员甲").wait_for()


def _plan(desk, cell):
    desk.open(f"/patrol-plans/new/?cells={cell.code}")
    page, walker = desk.page, User.objects.get(username="gridworker1")
    chosen = page.locator(f"[name=person][value='user:{walker.pk}']")
    if not chosen.is_checked():
        chosen.check()
    page.get_by_role("button", name="生成路线").click()
    page.wait_for_selector("#plan")
    page.get_by_role("button", name="发送到手机").click()
    page.locator("text=已发送").first.wait_for()
    assert PatrolPlan.objects.get().status == "sent"


def _visit(visit, cell):
    """On the phone: the plan names the cell; a check-in in it, nothing found, a receipt."""
    lon, lat = cell.geom.point_on_surface.coords
    phone = visit(
        "gridworker1", **PHONE, permissions=["geolocation"],
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 8},
    )  # fmt: skip
    phone.open("/patrol-plans/mine/")
    expect(phone.page.locator("main")).to_contain_text(cell.name)
    phone.open("/patrols/new/")
    phone.page.click("#start")
    phone.page.wait_for_function("() => Number(document.getElementById('points').textContent) > 0")
    phone.page.click("#check-in")
    phone.page.wait_for_selector("#says >> text=签到")
    phone.page.click("#end")
    phone.page.click("[data-result=nothing_found]")
    phone.page.wait_for_selector(".outbox >> text=回执")


def _standing(desk, cell) -> str:
    """What the table of the coverage page says of the cell."""
    desk.open(f"/coverage/?q={cell.code}")
    return desk.page.locator(f"tr[data-code='{cell.code}'] .state").inner_text().strip()
