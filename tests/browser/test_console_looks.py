"""What the console shows is seen whole: nothing is cut, hidden or covered."""

from tests.browser.test_map_by_hand import open_map

LEFT = "(part) => part.getBoundingClientRect().left"


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
