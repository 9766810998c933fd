"""The list under a hand: thousands of rows in a page of some hundred, the line beside it, the map in a second window."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from boundaries.models import Region
from cases import assignment, bulk, demonstration
from cases.models import Case
from cases.verbs import Verb
from tests.browser.test_map_by_hand import open_map

IN_PAGE = "document.querySelectorAll('#case-list [data-case-no]').length"
LISTED = "all => all.map((row) => row.dataset.caseNo)"
AT_TOP = """() => {
  const box = document.getElementById("list-scroll").getBoundingClientRect();
  return [...document.querySelectorAll("#case-list [data-case-no]")].find((row) => row.getBoundingClientRect().bottom > box.top)?.dataset.caseNo;
}"""


@pytest.fixture
def long_list(city):
    region = Region.objects.get()
    for rows in demonstration.rows(region, assignment.edition_in_force(region), 900, seed=11):
        bulk.insert(region, city, rows, Verb.REPORT)
    return list(Case.objects.newest_first().values_list("case_no", flat=True))


def scroll_by(page, pixels):
    page.evaluate("(by) => document.getElementById('list-scroll').scrollBy(0, by)", pixels)
    page.wait_for_timeout(60)


def test_a_list_of_any_length_keeps_some_hundred_rows_in_the_page_in_order_and_both_ways(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    seen = []
    for _step in range(400):
        scroll_by(page, 900)
        assert page.evaluate(IN_PAGE) < 260
        seen += page.locator("#case-list [data-case-no]").evaluate_all(LISTED)
        if seen[-1] == long_list[-1]:
            break
    assert list(dict.fromkeys(seen)) == long_list  # none left out, none twice, none out of its place
    for _step in range(400):
        scroll_by(page, -2000)
        assert page.evaluate(IN_PAGE) < 260
        if page.evaluate("document.getElementById('list-scroll').scrollTop") == 0:
            break
    page.wait_for_timeout(100)
    assert page.evaluate(AT_TOP) == long_list[0]
    listed = page.locator("#case-list [data-case-no]").evaluate_all(LISTED)
    assert listed == long_list[: len(listed)]


def test_a_row_says_its_place_among_all(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    scroll_by(page, 900)
    places = page.locator("#case-list > li:has([data-case-no])").evaluate_all(
        "all => all.map((li) => Number(li.ariaPosInSet))"
    )
    assert places == list(range(places[0], places[0] + len(places)))
    assert page.locator("#case-list > li[aria-setsize]").first.get_attribute("aria-setsize") == str(len(long_list))


def test_what_comes_meanwhile_is_told_and_moves_no_row(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    scroll_by(page, 3000)
    before = page.evaluate(AT_TOP)
    region = Region.objects.get()
    for rows in demonstration.rows(region, assignment.edition_in_force(region), 2, seed=12):
        bulk.insert(region, assignment.edition_in_force(region), rows, Verb.REPORT)
    page.wait_for_selector("#news-show, #news:empty", state="attached")
    assert page.evaluate(AT_TOP) == before


def test_the_line_between_list_and_map_is_moved_by_keys_and_remembered(visit):
    page = open_map(visit("dispatcher1"))
    line = page.locator("#splitter")
    wide = int(line.get_attribute("aria-valuenow"))
    line.focus()
    page.keyboard.press("ArrowRight")
    assert int(line.get_attribute("aria-valuenow")) == wide + 24
    page.keyboard.press("Home")
    assert line.get_attribute("aria-valuenow") == line.get_attribute("aria-valuemin") == "320"
    page.keyboard.press("ArrowRight")
    page.reload()
    assert page.locator("#splitter").get_attribute("aria-valuenow") == "344"
    assert round(page.locator("#list").bounding_box()["width"]) == 344


def test_the_line_is_dragged(visit):
    page = open_map(visit("dispatcher1"))
    box = page.locator("#splitter").bounding_box()
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 104, 400, steps=4)
    page.mouse.up()
    assert abs(page.locator("#list").bounding_box()["width"] - box["x"] - 104) < 8


def test_the_map_in_a_second_window_goes_with_the_list_and_comes_back(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor)
    with page.expect_popup() as opened:
        page.click("#popout")
    popped = opened.value
    visitor.page = popped
    visitor.wait_for_map()
    assert page.get_attribute("#split", "data-view") == "list"
    assert popped.locator("#list").is_hidden()
    page.select_option("[name=group]", "G1")
    popped.wait_for_url(lambda url: "group=G1" in url)
    page.wait_for_selector("#list-scroll:not([aria-busy])")
    number = page.locator("#case-list [data-case-no]").first.get_attribute("data-case-no")
    page.locator("#case-list [data-case-no]").first.click()
    popped.wait_for_selector(f"#card >> text={number}")
    every = page.inner_text("#count")
    popped.evaluate("window.enforcementMap.jumpTo({ center: [113.378, 34.787], zoom: 14 })")
    page.wait_for_selector(f"#count:not(:text-is('{every}'))")
    popped.close()
    page.wait_for_selector("#split[data-view=both]")
    assert page.locator("#popped-out").is_hidden()


def test_axe_finds_nothing_serious_in_a_long_list(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    scroll_by(page, 9000)
    violations = Axe().run(page).response["violations"]
    assert [issue["id"] for issue in violations if issue["impact"] in ("serious", "critical")] == []
