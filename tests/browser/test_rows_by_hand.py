"""The list under a hand: thousands of rows in a page of some hundred, in step with the map; the line beside it, the
map in a second window."""

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
    page.wait_for_selector("#list-scroll:not([aria-busy])")


def drag_to(page, share):
    page.evaluate(
        "(share) => { const box = document.getElementById('list-scroll'); box.scrollTop = share * box.scrollHeight; }",
        share,
    )
    page.wait_for_selector("#list-scroll[aria-busy]")
    page.wait_for_selector("#list-scroll:not([aria-busy])")


def places(page):
    """(case number, position as a screen reader hears it) of every row in the page."""
    return page.locator("#case-list > li:has([data-case-no])").evaluate_all(
        "all => all.map((li) => [li.querySelector('[data-case-no]').dataset.caseNo, Number(li.ariaPosInSet)])"
    )


def focused(page):
    return page.evaluate("document.activeElement.dataset.caseNo")


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


def test_a_range_holds_what_the_page_does_not_and_says_where_it_ends_for_being_too_long(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=open")
    listed = int(page.get_attribute("#case-list", "data-shown"))
    page.locator(".row").first.focus()
    for key in ("x", "End"):
        page.keyboard.press(key)
    page.wait_for_function("(n) => document.activeElement.closest('li')?.ariaPosInSet === String(n)", arg=listed)
    page.keyboard.press("Shift+X")
    page.wait_for_selector(f"#selected-count >> text=已选 {min(listed, 500)} 件")
    assert page.locator("#selection-fault").is_visible() == (listed > 500)


def test_a_row_says_its_place_among_all(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    scroll_by(page, 900)
    assert all(long_list[position - 1] == case_no for case_no, position in places(page))
    assert page.locator("#case-list > li[aria-setsize]").first.get_attribute("aria-setsize") == str(len(long_list))


def test_the_scroll_bar_stands_for_the_whole_list_and_brings_the_rows_that_it_stands_at(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    for share in (0.5, 0.9, 0.2):
        drag_to(page, share)
        assert all(long_list[position - 1] == case_no for case_no, position in places(page))
        assert abs(long_list.index(page.evaluate(AT_TOP)) / len(long_list) - share) < 0.03
        assert page.evaluate(IN_PAGE) < 260


def test_a_row_that_is_far_down_comes_with_its_neighbours_both_ways(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    drag_to(page, 0.5)
    middle = [case_no for case_no, _position in places(page)]
    scroll_by(page, -2000)
    scroll_by(page, 4000)
    for _attempt in range(100):  # a page of rows comes each time the end of the loaded ones is near
        seen = [case_no for case_no, _position in places(page)]
        begin = long_list.index(seen[0])
        assert seen == long_list[begin : begin + len(seen)]
        if len(set(seen) - set(middle)) > 20:
            break
        scroll_by(page, 400)
        page.wait_for_timeout(100)
    else:
        raise AssertionError("Twenty more rows did not come within ten seconds.")


def test_keys_walk_the_list_to_its_ends_and_by_pages(visit, long_list):
    page = open_map(visit("dispatcher1"), "/?status=")
    page.keyboard.press("j")
    assert focused(page) == long_list[0]
    page.keyboard.press("End")
    page.wait_for_function("(no) => document.activeElement.dataset.caseNo === no", arg=long_list[-1])
    assert places(page)[-1] == [long_list[-1], len(long_list)]
    page.keyboard.press("k")
    assert focused(page) == long_list[-2]
    page.keyboard.press("Home")
    page.wait_for_function("(no) => document.activeElement.dataset.caseNo === no", arg=long_list[0])
    page.keyboard.press("PageDown")
    below = long_list.index(focused(page))
    assert 3 <= below <= 15
    page.keyboard.press("PageUp")
    assert focused(page) == long_list[0]
    for _press in range(60):
        page.keyboard.press("j")
    page.wait_for_function("(no) => document.activeElement.dataset.caseNo === no", arg=long_list[60])


def test_a_press_on_the_map_brings_the_list_to_a_row_that_was_never_loaded(visit, long_list):
    visitor = visit("dispatcher1")
    page = open_map(visitor, "/?status=")
    page.uncheck("#follow")
    far = Case.objects.newest_first()[600]
    page.evaluate("(at) => window.enforcementMap.jumpTo({ center: at, zoom: 18 })", [far.geom.x, far.geom.y])
    page.wait_for_timeout(300)
    visitor.wait_for_map()
    drag_to(page, 0.9)
    before = page.locator("#case-list [data-case-no]").evaluate_all(LISTED)
    box = page.locator("#map canvas").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("() => document.activeElement.dataset.caseNo")
    number = focused(page)
    position = long_list.index(number)
    assert number not in before
    assert page.locator(f"#card >> text={number}").count() > 0
    assert [number, position + 1] in places(page)
    page.keyboard.press("k")
    assert focused(page) == long_list[position - 1]


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


@pytest.mark.parametrize(("hand", "least"), [({}, 12), ({"has_touch": True}, 24)], ids=["mouse", "finger"])
def test_the_line_is_wide_enough_to_be_grasped_and_is_dragged(visit, hand, least):
    page = open_map(visit("dispatcher1", **hand))
    box = page.locator("#splitter").bounding_box()
    assert box["width"] >= least
    edge = box["x"] + box["width"] - 2  # as far from the line as it can be grasped
    wide = page.locator("#list").bounding_box()["width"]
    page.mouse.move(edge, 400)
    page.mouse.down()
    page.mouse.move(edge + 100, 400, steps=4)
    page.mouse.up()
    assert page.locator("#list").bounding_box()["width"] == pytest.approx(wide + 100, abs=1)


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
