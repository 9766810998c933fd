"""The wall screen by keys: panels change, a pause holds them, what is new comes in without losing the place."""

from tests.factories import make_case

SHOWN = "[...document.querySelectorAll('[data-panel]')].filter((one) => !one.hidden).map((one) => one.dataset.panel)"


def test_panels_change_by_key_and_a_pause_is_said(visit):
    wall = visit("leader1", width=1920, height=1080, reduced_motion="reduce")
    wall.open("/stats/wall/")
    wall.page.wait_for_selector("#wall-turns button")
    assert wall.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert wall.page.evaluate(SHOWN) == ["open"]
    assert wall.page.get_attribute("#wall-pause", "aria-pressed") == "true"  # who wants no motion turns them themselves
    wall.page.keyboard.press("Space")
    assert wall.page.get_attribute("#wall-pause", "aria-pressed") == "false"
    wall.page.keyboard.press("Space")
    wall.page.keyboard.press("ArrowRight")
    assert wall.page.evaluate(SHOWN) == ["rates"]
    wall.page.wait_for_selector("[data-panel=rates] canvas")
    wall.page.keyboard.press("ArrowLeft")
    wall.page.keyboard.press("ArrowLeft")
    assert wall.page.evaluate(SHOWN) == ["months"]
    assert wall.page.evaluate("document.documentElement.scrollHeight <= innerHeight")  # one screen, nothing to scroll
    assert wall.complaints == []


def test_what_is_new_comes_in_by_itself_and_the_panel_stays(visit):
    wall = visit("leader1", width=1920, height=1080, reduced_motion="reduce")
    wall.page.clock.install()
    wall.open("/stats/wall/")
    with wall.page.expect_response(lambda answer: "panels=1" in answer.url):
        wall.page.wait_for_selector("#wall-turns button")
    before = int(wall.page.inner_text("[data-panel=open] .wall-number a"))
    wall.page.keyboard.press("ArrowRight")
    with wall.page.expect_response(lambda answer: "panels=1" in answer.url) as idle:
        wall.page.clock.run_for(61_000)
    assert idle.value.status == 304
    make_case()
    with wall.page.expect_response(lambda answer: "panels=1" in answer.url) as news:
        wall.page.clock.run_for(61_000)
    assert news.value.status == 200
    number = wall.page.locator("[data-panel=open] .wall-number a")
    wall.page.wait_for_function(
        "wanted => document.querySelector('[data-panel=open] .wall-number a').textContent === wanted", arg=str(before + 1)
    )  # fmt: skip
    assert number.text_content() == str(before + 1)
    assert wall.page.evaluate(SHOWN) == ["rates"]
