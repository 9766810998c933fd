"""A hexagon pressed on the map, or in the table, opens the list of its cases."""

import pytest

from boundaries.models import User
from cases import hexagons

FULLEST = """() => {
  const [one] = [...document.querySelectorAll("[data-hexagon]")];
  const map = window.enforcementMap;
  const [{ geometry }] = map.querySourceFeatures("hexagons").filter(({ properties }) => properties.code === one.dataset.hexagon);
  const ring = geometry.coordinates[0].slice(1);
  const middle = ring.reduce(([x, y], [lon, lat]) => [x + lon / ring.length, y + lat / ring.length], [0, 0]);
  const { x, y } = map.project(middle);
  const box = map.getCanvas().getBoundingClientRect();
  return { code: one.dataset.hexagon, x: box.x + x, y: box.y + y };
}"""


@pytest.fixture
def fullest(city):
    """Of the cases that the dispatcher sees, ended ones too."""
    return hexagons.seen_by(User.objects.get(username="dispatcher1"), {}, 2000).cells[0]


def test_a_pressed_hexagon_of_the_history_is_the_consoles_list(visit, fullest):
    visitor = visit("dispatcher1", width=1440, height=1000)
    visitor.open("/history/?hexagons=2000")
    visitor.wait_for_map()
    page, place = visitor.page, visitor.page.evaluate(FULLEST)
    assert place["code"] == fullest.code
    page.mouse.click(place["x"], place["y"])
    page.wait_for_selector("[data-drop=hexagon]")
    assert "2000 米六边形" in page.inner_text("#chips")
    page.wait_for_function(f"document.querySelector('#count').textContent.includes('{fullest.cases}')")
    page.click("[data-drop=hexagon]")
    page.wait_for_function("!new URLSearchParams(location.search).has('hexagon')")
    visitor.open("/history/?hexagons=2000")
    page.click(f"[data-hexagon='{fullest.code}'] a")
    page.wait_for_selector("[data-drop=hexagon]")
    assert visitor.complaints == []


def test_the_table_of_hexagons_has_all_of_them_page_by_page(visit, city):
    found = hexagons.seen_by(User.objects.get(username="dispatcher1"), {}, 500)
    visitor = visit("dispatcher1")
    page, seen = visitor.page, []
    visitor.open("/history/?hexagons=500")
    while True:
        seen += [row.get_attribute("data-hexagon") for row in page.query_selector_all("[data-hexagon]")]
        if not page.query_selector(".pages [rel=next]"):
            break
        page.click(".pages [rel=next]")
        page.wait_for_load_state()
    assert seen == [one.code for one in found.cells]
    assert len(seen) > 30
