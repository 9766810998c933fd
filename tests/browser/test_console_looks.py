"""What the console shows is seen whole: nothing is cut, hidden or covered."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_map_by_hand import open_map

LEFT = "(part) => part.getBoundingClientRect().left"
CUT = "(spans) => spans.filter((span) => span.scrollWidth > span.clientWidth).map((span) => span.innerText)"


def test_every_saved_view_is_seen_and_beside_the_map_or_alone_stands_over_the_filters(visit):
    visitor = visit("dispatcher1", width=1440, height=900)
    page = open_map(visitor)
    links = page.locator("#views .view")
    assert links.count() >= 5
    for _view in ("both", "list"):
        inside = page.locator("#views .view").evaluate_all(
            """(links) => links.map((link) => {
              const [own, box] = [link, link.closest("ul")].map((one) => one.getBoundingClientRect());
              return own.left >= box.left && own.right <= box.right && own.top >= box.top && own.bottom <= box.bottom;
            })"""
        )
        assert all(inside)
        assert page.eval_on_selector("#views nav", LEFT) == page.eval_on_selector("#filters", LEFT)
        page.keyboard.press("m")
    assert page.locator("#split").get_attribute("data-view") == "map"
    bar, time = page.locator("#selection").bounding_box(), page.locator("#time").bounding_box()
    assert bar["y"] + bar["height"] <= time["y"]
    page.click("#time summary")
    bar, time = page.locator("#selection").bounding_box(), page.locator("#time").bounding_box()
    assert bar["y"] + bar["height"] <= time["y"]


def test_pasted_coordinates_are_explained_whole_and_equal_systems_once(visit):
    visitor = visit("dispatcher1", width=1440, height=900)
    page = open_map(visitor)
    assert "当事人" in page.get_attribute("#search", "placeholder")
    page.fill("#search", "34.7881, 113.3912")
    page.wait_for_selector("#found .found-head")
    said = page.locator("#found [role=option]").all_inner_texts()
    assert [("WGS 84" in one, "CGCS2000" in one, "不到 1 米" in one) for one in said] == [
        (True, True, True),
        (False, False, False),
        (False, False, False),
    ]
    assert page.eval_on_selector_all("#found [role=option] span", CUT) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#who h2")
    assert visitor.complaints == []


@pytest.mark.parametrize("path", ["/history/", "/stats/places/?period=2026&hexagons=2000"])
def test_on_a_small_map_no_name_is_written_over_another_in_either_theme(visit, path):
    visitor = visit("dispatcher1", width=1440, height=1000)
    visitor.open(path)
    visitor.wait_for_map()
    overlap = "() => window.enforcementMap.getLayoutProperty('areas-name', 'text-overlap')"
    assert visitor.page.evaluate(overlap) == "never"
    visitor.page.emulate_media(color_scheme="dark")
    visitor.wait_for_map()
    assert visitor.page.evaluate(overlap) == "never"


def test_the_menu_of_a_place_opens_by_pointer_finger_and_key_and_leads_on(visit, city):
    visitor = visit("dispatcher1", width=1440, height=900)
    page = open_map(visitor)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box = page.locator("#map").bounding_box()
    middle = page.evaluate("() => { const { lng, lat } = window.enforcementMap.getCenter(); return [lng, lat]; }")
    pair = ", ".join(f"{degrees:.6f}" for degrees in middle)
    page.focus(".maplibregl-canvas")
    page.keyboard.press("Shift+F10")
    page.wait_for_selector("#place-menu [data-at-place=report]:focus")
    assert pair in page.inner_text("#place-menu")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#place-menu >> text=已复制")
    assert page.evaluate("navigator.clipboard.readText()") == pair
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    for end in ("by itself", "Escape"):
        if end == "Escape":
            page.keyboard.press("Shift+F10")
            page.keyboard.press(end)
        page.wait_for_selector("#place-menu", state="hidden")
        assert page.evaluate("document.activeElement.className") == "maplibregl-canvas"

    finger = page.context.new_cdp_session(page)
    touch = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    page.wait_for_selector("#place-menu:visible")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.locator("#who").is_hidden()
    page.click("#place-menu [data-at-place=who]")
    page.wait_for_selector("#who h2")
    assert page.locator("#place-menu").is_hidden()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, button="right")
    page.click("#place-menu [data-at-place=report]")
    page.wait_for_url("**/cases/new/?lon=*")
    assert abs(float(page.input_value("#id_lon")) - middle[0]) < 0.01
    assert visitor.complaints == []
