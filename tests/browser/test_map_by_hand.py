"""The map page under a hand: the pointer's card, keys, filters that come and go, tiles that do not come."""

ON_THE_SCREEN = """() => {
  const map = window.enforcementMap;
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  return map.queryRenderedFeatures({ layers: ["open-cases-one"] })
    .map(({ properties, geometry }) => ({ number: properties.case_no, ...map.project(geometry.coordinates) }))
    .find(({ x, y }) => x > 60 && x < width / 2 && y > 60 && y < height - 60);
}"""


def focused(page):
    return page.evaluate("document.activeElement.dataset.caseNo")


def open_map(visitor, path="/"):
    """The page, once map and list stand still."""
    visitor.open(path)
    visitor.wait_for_map()
    visitor.page.wait_for_selector("#list-scroll:not([aria-busy])")
    visitor.page.wait_for_function("/\\d/.test(document.getElementById('count').textContent)")
    return visitor.page


def test_a_symbol_under_the_pointer_says_what_it_is_and_escape_takes_the_card_away(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor)
    symbol = page.evaluate(ON_THE_SCREEN)
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + symbol["x"], box["y"] + symbol["y"])
    page.wait_for_selector("#hover-card:visible")
    shown = page.locator("#hover-card .case-no").inner_text()
    assert shown == page.locator(".row.hover").get_attribute("data-case-no")
    page.keyboard.press("Escape")
    assert page.locator("#hover-card").is_hidden()
    assert visitor.complaints == []


def test_the_list_is_walked_shown_and_opened_from_the_keyboard(visit):
    page = open_map(visit("dispatcher1"))
    numbers = page.locator("#case-list [data-case-no]").evaluate_all("rows => rows.map((row) => row.dataset.caseNo)")
    for key, number in (("j", numbers[0]), ("j", numbers[1]), ("j", numbers[2]), ("k", numbers[1])):
        page.keyboard.press(key)
        assert focused(page) == number
    page.keyboard.press("Enter")
    page.wait_for_selector("#card h2")
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    assert focused(page) == numbers[1]
    page.keyboard.press("Enter")
    page.wait_for_selector("#card h2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{numbers[1]}/")


def test_a_filter_is_kept_over_a_reload_cleared_with_one_press_and_brought_back_by_back(visit):
    page = open_map(visit("dispatcher1"))
    every = page.inner_text("#count")
    with page.expect_response(lambda answer: "group=G1" in answer.url):
        page.select_option("[name=group]", "G1")
    page.wait_for_function("(every) => document.getElementById('count').innerText !== every", arg=every)
    some = page.inner_text("#count")
    page.reload()
    assert page.inner_text("#count") == some
    assert page.input_value("[name=group]") == "G1"
    page.click("#clear-filters")
    page.wait_for_selector(f"#count >> text={every}")
    assert page.locator("#clear-filters").is_hidden()
    page.go_back()
    page.wait_for_selector(f"#count >> text={some}")
    assert page.input_value("[name=group]") == "G1"


def test_a_choice_that_is_not_there_leaves_no_empty_control(visit):
    page = open_map(visit("dispatcher1"), "/?year=soon")
    assert page.locator("[name=year]").evaluate("select => select.selectedIndex") == 0


def test_a_map_whose_tiles_do_not_come_says_so_and_asks_again(visit):
    visitor = visit("dispatcher1")
    page = visitor.page
    answering = []  # until it holds something, tiles are asked for and never come
    page.route("**/tiles/**", lambda route: route.continue_() if answering else None)
    visitor.open("/?status=ended")
    page.wait_for_selector("#map-slow:visible")
    answering.append(True)
    page.click("#map-retry")
    page.wait_for_selector("#map-slow", state="hidden")
    visitor.wait_for_map()
    assert page.locator("#map-slow").is_hidden()
    assert "status=ended" in page.url
