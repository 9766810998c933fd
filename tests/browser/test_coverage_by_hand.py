"""The coverage page under a hand: numbers, table and map in step, another standard tried, cells chosen by keyboard."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.gis.geos import Point
from django.utils import timezone

from boundaries.models import GridCell, Patrol
from cases import coverage, demonstration_patrols
from cases.models import CoverageDay

DESK = {"width": 1440, "height": 900}
LEGEND = """() => Object.fromEntries([...document.querySelectorAll("#legend [data-class]")].map((one) =>
  [one.dataset.class, one.closest(".entry").querySelector("[data-count]").textContent]))"""
DRAWN = """() => {
  const counts = {};
  const seen = new Set();
  for (const one of window.enforcementMap.queryRenderedFeatures({ layers: ["coverage-fill"] })) {
    if (seen.has(one.properties.code)) continue;
    seen.add(one.properties.code);
    counts[one.properties.kind] = (counts[one.properties.kind] ?? 0) + 1;
  }
  return counts;
}"""
ON = """() => window.enforcementMap.queryRenderedFeatures({ layers: ["coverage-fill"] })
  .filter((one) => one.state.%s).map((one) => one.properties.code)"""


@pytest.fixture
def watched(city):
    """Made-up patrols, none of them so near a limit that the minute decides."""
    demonstration_patrols.make(city.region, seed=4)
    return city


def open_page(visitor, path="/coverage/"):
    visitor.open(path)
    visitor.wait_for_map()
    return visitor.page


def serious(page):
    return [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]


def by_hand(found, days):
    """The classes under a standard of so many days for every cell, from the definitions of the domain page."""
    counts = dict.fromkeys(("hot_unpatrolled", "stale", "thin", "due", "ok"), 0)
    for cell in found.cells:
        if not cell.holders:
            continue
        age = float("inf") if cell.days is None else cell.days
        if cell.hot and age > days / 2:
            counts["hot_unpatrolled"] += 1
        elif age > days:
            counts["stale"] += 1
        elif cell.share is not None and cell.share < 0.6:
            counts["thin"] += 1
        else:
            counts["due" if days - age <= days / 5 else "ok"] += 1
    return {name: str(number) for name, number in counts.items()}


def test_another_standard_recolours_map_and_legend_at_once_and_asks_nobody(visit, watched):
    visitor = visit("coordinator1", **DESK)
    page = open_page(visitor)
    own = page.evaluate(LEGEND)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for days in (3, 9, 30):
        page.fill("#standard", str(days))
        page.wait_for_timeout(400)
        told = page.evaluate(LEGEND)
        assert {name: told[name] for name in by_hand(coverage.of("410182"), days)} == by_hand(
            coverage.of("410182"), days
        ), days
        assert f"{days} 日" in page.inner_text("#standard-said")
    assert sum(int(told[name]) for name in ("hot_unpatrolled", "stale", "thin", "due", "ok", "unstaffed")) == 296
    page.click("#standard-own")
    assert page.evaluate(LEGEND) == own
    assert [url for url in asked if not url.startswith("blob:")] == []
    assert visitor.complaints == []


def test_the_map_paints_the_classes_that_the_legend_counts(visit, watched):
    """A class that is switched off is drawn no more."""
    page = open_page(visit("coordinator1", **DESK))
    shown = page.evaluate(DRAWN)
    found = coverage.of("410182")
    assert shown["unstaffed"] == found.figures.unstaffed
    assert shown["gap"] == found.figures.gaps
    page.uncheck("#legend [data-class=stale]")
    page.wait_for_timeout(500)
    assert "stale" not in page.evaluate(DRAWN)


def test_a_number_filters_the_table_and_back_undoes_it(visit, watched):
    page = open_page(visit("coordinator1"))
    page.click(".num[data-status=unstaffed]")
    page.wait_for_selector("#count:has-text('共 23 条')")
    assert page.url.endswith("?status=unstaffed") or "?status=unstaffed#" in page.url
    assert page.get_attribute(".num[data-status=unstaffed]", "aria-current") == "true"
    assert {text.strip() for text in page.locator("tr[data-code] .state").all_inner_texts()} == {"无人"}
    page.go_back()
    page.wait_for_selector("#count:has-text('共 302 条')")
    assert page.locator(".num[aria-current]").count() == 0


def test_filters_and_pages_ask_for_their_rows_alone(visit, watched):
    page = open_page(visit("coordinator1"))
    page.click("[rel=next]")
    page.wait_for_selector("#count:has-text('第 101–200 条')")
    page.select_option("[name=area]", label="索河街道")
    page.wait_for_selector("#count:has-text('第 1–')")
    assert all("索河街道" in text for text in page.locator(".cell-name a").all_inner_texts())
    page.fill("#cell-search", "没有这样的网格")
    page.wait_for_selector("text=没有符合条件的网格")
    page.click("#cells [data-clear]")
    page.wait_for_selector("#count:has-text('共 302 条')")
    assert page.input_value("#cell-search") == ""


def test_a_row_leads_the_map_and_the_card_and_the_map_leads_back(visit, watched):
    visitor = visit("coordinator1", **DESK)
    page = open_page(visitor)
    row = page.locator("tr[data-code]").nth(8)
    code, name = row.get_attribute("data-code"), row.locator(".cell-name a").inner_text()
    row.click()
    page.wait_for_selector(f"#card h2:has-text('{name}')")
    visitor.wait_for_map()
    assert set(page.evaluate(ON % "on")) == {code}
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.7)
    page.wait_for_selector(f"#card h2:not(:has-text('{name}'))")
    other = page.evaluate(ON % "on")
    assert other
    assert set(other) != {code}
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    assert visitor.complaints == []


def test_cells_are_walked_and_chosen_by_keyboard(visit, watched):
    visitor = visit("coordinator1", **DESK)
    page = open_page(visitor)
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    codes = page.locator("tr[data-code]").evaluate_all("all => all.map((row) => row.dataset.code)")
    assert page.evaluate("document.activeElement.closest('tr').dataset.code") == codes[2]
    assert page.inner_text("#chosen-count") == "已选 2 处"
    assert set(page.evaluate(ON % "chosen")) == set(codes[1:3])
    page.keyboard.press("Enter")
    page.wait_for_selector("#card h2")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('tr')?.dataset.code") == codes[2]
    page.keyboard.press("Escape")
    assert page.inner_text("#chosen-count") == "未选择"
    page.keyboard.press("m")
    assert page.get_attribute("#split", "data-view") == "list"


def test_the_ten_most_at_risk_are_chosen_and_stay_so_on_every_page(visit, watched):
    page = open_page(visit("coordinator1"))
    page.click("#most-at-risk")
    assert page.inner_text("#chosen-count") == "已选 10 处"
    chosen = page.get_attribute("#most-at-risk", "data-codes").split(",")
    page.click("[rel=next]")
    page.wait_for_selector("#count:has-text('第 101–200 条')")
    assert page.inner_text("#chosen-count") == "已选 10 处"
    page.click("[rel=prev]")
    page.wait_for_selector("#count:has-text('第 1–100 条')")
    ticked = page.locator("tr[data-code]:has(.pick input:checked)")
    assert set(ticked.evaluate_all("all => all.map((row) => row.dataset.code)")) <= set(chosen)


def test_a_member_of_a_group_sees_no_foreign_cell_on_the_map(visit, watched):
    page = open_page(visit("convener1", **DESK))
    areas = set(watched.areas.filter(group__code="G1").values_list("code", flat=True))
    drawn = page.evaluate(
        "() => [...new Set(window.enforcementMap.queryRenderedFeatures({layers: ['coverage-fill']})"
        ".map((one) => one.properties.area_code))]"
    )
    assert set(drawn) == areas


def test_a_city_that_nobody_ever_patrolled_has_its_page_too(visit, city):
    assert not Patrol.objects.exists()
    visitor = visit("coordinator1")
    page = open_page(visitor)
    assert page.inner_text(".num[data-status=stale] b").startswith("296")
    page.fill("#standard", "5")
    assert page.evaluate(LEGEND)["due"] == "0"
    assert visitor.complaints == []


def test_an_open_card_has_nothing_serious_for_axe(visit, watched):
    day = timezone.localdate() - timedelta(days=1)
    told = {"": {"cells": 296, "gap_rate": 0.03, "gap_m2": 3e7, "staffed_rate": 0.9, "patrol_rate": 0.7}}
    CoverageDay.objects.create(region=watched.region, day=day, level=3, figures=told)
    for look in ({"color_scheme": "dark", "width": 1440, "height": 900}, {"width": 390, "height": 844}):
        visitor = visit("coordinator1", **look)
        page = visitor.page
        visitor.open("/coverage/")
        page.locator("tr[data-code]").nth(8).click()
        page.wait_for_selector("#card h2")
        assert serious(page) == []
        visitor.open("/coverage/trend/")
        assert serious(page) == []


def test_ground_in_no_cell_is_planned_like_a_cell_and_posted_to_by_nobody(visit, watched):
    page = open_page(visit("coordinator1", **DESK))
    rows = page.locator("tr[data-code]")
    gap, cell = rows.nth(0).get_attribute("data-code"), rows.nth(8).get_attribute("data-code")
    assert "~" in gap
    for row in (0, 8):
        rows.nth(row).locator(".pick input").check()
    assert page.get_attribute("#post-people", "href") == f"/posts/cells/{cell}/"
    page.click("#plan-patrol")
    page.wait_for_selector(".picks")
    ticked = page.locator("[name=cells]:checked").evaluate_all("all => all.map((one) => one.value)")
    assert set(ticked) == {gap, cell}


def test_ground_of_a_day_gone_by_is_not_taken_for_ground_of_today(visit, watched):
    """Its numbers are those of its day."""
    day = timezone.localdate() - timedelta(days=3)
    page = open_page(visit("coordinator1", **DESK), f"/coverage/?at={day}")
    rows = page.locator("tr[data-code]")
    for row in (0, 8):
        rows.nth(row).locator(".pick input").check()
    assert page.get_attribute("#plan-patrol", "href").endswith(f"?cells={rows.nth(8).get_attribute('data-code')}")


def test_on_paper_stand_the_day_the_legend_and_no_button(visit, watched):
    """However narrow the paper: a browser asks for the width of its usual sheet."""
    visitor = visit("coordinator1", width=794, height=1100)
    page = visitor.page
    visitor.open("/coverage/")
    page.wait_for_selector("#view-toggle")
    assert page.locator("#legend").is_hidden()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#legend [data-count]").first.is_visible()
    assert page.locator(".num").count() == page.locator(".num:visible").count()
    assert timezone.localdate().isoformat() in page.inner_text(".as-of")
    assert page.locator("#view-toggle").is_hidden()


COVERED = """() => {
  const meet = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
  const toggle = document.getElementById("view-toggle").getBoundingClientRect();
  return [...document.querySelectorAll(".foot > :not([hidden])")]
    .filter((one) => meet(toggle, one.getBoundingClientRect())).map((one) => one.textContent.trim());
}"""
LETTERS = """(map) => map.queryRenderedFeatures({ layers: ["coverage-letter"] })
  .map((one) => one.geometry.coordinates)"""


def test_a_phone_s_first_view_has_a_letter_in_a_cell_and_no_button_under_another(visit, watched):
    """As has every map of two days beside each other."""
    visitor = visit("coordinator1", width=390, height=844)
    page = visitor.page
    visitor.open("/coverage/")
    page.wait_for_timeout(300)
    assert page.locator(".foot .button, .foot button:visible").count() > 2
    assert page.evaluate(COVERED) == []
    page.click("#view-toggle")
    visitor.wait_for_map()
    letters = page.evaluate(f"({LETTERS})(window.enforcementMap)")
    cells = GridCell.objects.valid_on(timezone.localdate()).of_level(3)
    held = [cells.filter(geom__contains=Point(*place, srid=4326)).first() for place in letters]
    in_cells = [cell for cell in held if cell]
    assert len(set(in_cells)) == len(in_cells) > 20
    assert len(held) - len(in_cells) <= coverage.of("410182").figures.gaps
    desk = visit("coordinator1", **DESK)
    desk.open("/coverage/compare/")
    desk.wait_for_map()
    desk.page.wait_for_timeout(500)
    counts = desk.page.evaluate(f"() => window.enforcementMaps.map((map) => ({LETTERS})(map).length)")
    assert min(counts) > 20
