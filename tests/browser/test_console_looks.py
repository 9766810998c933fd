"""What the console shows is seen whole: nothing is cut, hidden or covered."""

import pytest

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
