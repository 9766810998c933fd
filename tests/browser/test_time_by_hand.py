"""The bar of time under a hand: any day by the keyboard as SQL has it, playing, back to today, two days side by side."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.utils import timezone

from tests.browser.moving_time import MovingTime
from tests.browser.test_map_by_hand import open_map

# As of the end of a day in the bureau's time, from the trail and the dates of the cases themselves.
STOOD = """
SELECT case_no FROM cases_case c WHERE reported_at < %(end)s AND (ended_at IS NULL OR ended_at >= %(end)s)
  AND NOT EXISTS (SELECT FROM cases_caseevent e WHERE e.case_id = c.id AND e.at < %(end)s AND e.status IN
      ('closed','follow_up','archived','rejected','unfounded','not_registered','transferred_out','void','merged'))
"""


def stood(day: date) -> set[str]:
    end = timezone.make_aware(timezone.datetime(day.year, day.month, day.day) + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(STOOD, {"end": end})
        return {number for (number,) in cursor.fetchall()}


def count_of(page) -> int:
    return int(page.evaluate("document.getElementById('count').innerText.match(/([\\d,]+)$/)[1].replace(',', '')"))


def drawn(page) -> int:
    """What the map's own tiles of open cases add up to, each feature once."""
    return page.evaluate("""() => {
      const seen = new Map();
      for (const { properties, geometry } of window.enforcementMap.querySourceFeatures("open-cases", { sourceLayer: "open-cases" }))
        seen.set(properties.case_no ?? geometry.coordinates.join(), properties.count);
      return [...seen.values()].reduce((sum, n) => sum + n, 0);
    }""")


def open_time(page):
    page.locator("#time > summary").click()
    page.wait_for_selector("#time-bars rect", state="attached")  # the first span may have none: a bar of no height
    return page.locator("#time-thumb")


def settled(page, day=""):
    page.wait_for_function("(day) => new URLSearchParams(location.search).get('at') === (day || null)", arg=day)
    page.wait_for_selector("#list-scroll:not([aria-busy])")


def test_three_days_by_the_keyboard_are_the_days_that_sql_has(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor)
    thumb = open_time(page)
    thumb.focus()
    day = timezone.localdate()
    for key, back in (("ArrowLeft", timedelta(days=1)), ("ArrowLeft", timedelta(days=1)), ("PageUp", None)):
        page.keyboard.press(key)
        day = day - back if back else _a_month_before(day)
        settled(page, str(day))
        wanted = stood(day)
        page.wait_for_function("(n) => Number(document.getElementById('count').innerText.match(/([\\d,]+)$/)[1]) === n",
                               arg=len(wanted))  # fmt: skip
        visitor.wait_for_map()
        assert drawn(page) == len(wanted), day
        listed = page.locator("#case-list [data-case-no]").evaluate_all("all => all.map((row) => row.dataset.caseNo)")
        assert set(listed) <= wanted
        assert str(day) in page.inner_text("#past-note")
    assert thumb.get_attribute("aria-valuetext").startswith(str(day))
    page.click("#time-today")
    settled(page)
    assert page.locator("#past-note").is_hidden()
    assert visitor.complaints == []


def _a_month_before(day: date) -> date:
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, 28))


def test_the_list_is_in_step_with_the_map_that_the_opened_time_makes_smaller(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor)
    with page.expect_response(lambda answer: "/cases/rows/" in answer.url and "bbox=" in answer.url):
        page.evaluate("window.enforcementMap.jumpTo({ center: [113.38, 34.79], zoom: 11.5 })")
    with page.expect_response(lambda answer: "/cases/rows/" in answer.url and "bbox=" in answer.url) as asked:
        open_time(page)
    told = [float(edge) for edge in parse_qs(urlsplit(asked.value.url).query)["bbox"][0].split(",")]
    assert told == pytest.approx(page.evaluate("window.enforcementMap.getBounds().toArray().flat()"), abs=1e-4)


def begin_on(page, days_back: int) -> str:
    """Show a day gone by in the range of 90 days, where playing goes on two days at a time."""
    open_time(page)
    page.select_option("#time-range", "90")
    page.wait_for_selector("#time-bars rect", state="attached")  # the first span may have none: a bar of no height
    day = str(timezone.localdate() - timedelta(days=days_back))
    page.fill("#time-day", day)
    settled(page, day)
    return day


def test_played_it_runs_to_today_and_the_back_button_undoes_it_as_one_step(visit):
    page = open_map(visit("dispatcher1"))
    begun = begin_on(page, 6)
    page.click("#time-play")
    page.wait_for_selector("#time-play[aria-pressed=true]")
    page.wait_for_selector("#time-play[aria-pressed=false]")
    settled(page)
    page.go_back()
    settled(page, begun)


def test_a_pause_keeps_the_day_that_was_reached(visit):
    page = open_map(visit("dispatcher1"))
    begun = begin_on(page, 60)
    page.click("#time-play")
    page.wait_for_function("(day) => new URLSearchParams(location.search).get('at') > day", arg=begun)
    page.click("#time-play")
    assert page.get_attribute("#time-play", "aria-pressed") == "false"
    held = page.evaluate("new URLSearchParams(location.search).get('at')")
    page.wait_for_timeout(1500)  # two steps' time
    assert page.evaluate("new URLSearchParams(location.search).get('at')") == held


def test_a_play_over_what_is_left_has_several_steps_and_ends_where_its_day_is_dropped(visit):
    """From a month ago on the bar of all years, of which a fortieth is about a quarter of a year."""
    page = open_map(visit("dispatcher1"))
    open_time(page)
    begun = timezone.localdate() - timedelta(days=30)
    page.fill("#time-day", str(begun))
    settled(page, str(begun))
    page.evaluate("""() => {
      window.days = [];
      new MutationObserver(() => window.days.push(document.getElementById("time-shown").textContent))
        .observe(document.getElementById("time-shown"), { childList: true });
    }""")
    page.click("#time-play")
    page.wait_for_function("() => window.days.length >= 4")
    page.click("[data-drop=at]")
    assert page.get_attribute("#time-play", "aria-pressed") == "false"
    page.wait_for_timeout(1500)  # two steps' time
    assert "at=" not in page.url
    *played, last = page.evaluate("window.days")
    assert (played[:3], last) == ([str(begun + timedelta(days=3 * step)) for step in (1, 2, 3)], "今天")


def test_after_midnight_a_page_left_open_shows_the_day_that_ended_as_one_gone_by(visit, monkeypatch):
    """The server's clock and the browser's move on together."""
    clock = MovingTime(timezone.now(), timezone.now)
    monkeypatch.setattr(timezone, "now", clock.now)
    page = open_map(visit("dispatcher1"))
    thumb = open_time(page)
    ended = timezone.localdate()
    clock.move(days=1)
    page.clock.set_fixed_time(clock.now())
    thumb.focus()
    page.keyboard.press("ArrowLeft")
    settled(page, str(ended))
    assert page.get_attribute("#time-day", "max") == str(ended + timedelta(days=1))
    page.keyboard.press("End")
    settled(page)


def centres(page) -> list:
    """Longitude, latitude and zoom of both maps, as the maps themselves have them."""
    return page.evaluate(
        "window.enforcementMaps.map((map) => [map.getCenter().lng, map.getCenter().lat, map.getZoom()]"
        ".map((number) => Math.round(number * 1e6)))"
    )


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"])
def test_two_days_side_by_side_move_together_and_axe_finds_nothing_serious(visit, look):
    visitor = visit("dispatcher1", **look)
    today = timezone.localdate()
    visitor.open(f"/compare/?at={today - timedelta(days=300)}&and={today}")
    visitor.page.wait_for_selector(".compare-map canvas >> nth=1")
    before, after = (stood(today - timedelta(days=300)), stood(today))
    cells = visitor.page.locator(".sum >> nth=0").locator("td").all_inner_texts()
    assert [int(cell.replace(",", "")) for cell in cells[:2]] == [len(before), len(after)]
    visitor.page.wait_for_function("() => window.enforcementMaps?.length === 2")
    for leading in (0, 1):
        visitor.page.evaluate(
            "(n) => window.enforcementMaps[n].jumpTo({ center: [113.4 + n / 10, 34.8], zoom: 11 + n })", leading
        )
        left, right = centres(visitor.page)
        assert left == right == [pytest.approx(113.4e6 + leading * 1e5), pytest.approx(34.8e6), 11e6 + leading * 1e6]
    violations = Axe().run(visitor.page).response["violations"]
    assert [issue["id"] for issue in violations if issue["impact"] in ("serious", "critical")] == []


def test_the_filters_of_the_console_go_along_to_both_days_and_back(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor, f"/?group=G1&q=XY&at={timezone.localdate() - timedelta(days=30)}")
    tiles = []
    page.on("request", lambda request: "/tiles/open-cases/" in request.url and tiles.append(request.url))
    before = page.url
    page.click("#time-compare")
    page.wait_for_url("**/compare/**")
    page.wait_for_function("() => window.enforcementMaps?.every((map) => map.loaded() && map.areTilesLoaded())")
    asked = [parse_qs(urlsplit(url).query) for url in tiles[-8:]]
    assert all((one["group"], one["q"]) == (["G1"], ["XY"]) for one in asked)
    assert len({one["at"][0] for one in asked}) == 2
    assert page.locator(".compare-filters .chip").count() == 2
    page.click(".compare-days a")
    page.wait_for_url("**/?group=G1**")
    told, came = (parse_qs(urlsplit(url).query) for url in (page.url, before))
    assert told == came


def test_a_day_that_cannot_be_shown_is_said_by_name(visit):
    visitor = visit("dispatcher1")
    visitor.open("/compare/?at=2999-01-01&and=x")
    assert visitor.page.locator("[role=alert]").count() == 2


def test_in_a_day_gone_by_no_key_chooses_or_hands_over_and_nothing_is_called_overdue(visit):
    page = open_map(visit("dispatcher1"), f"/?at={timezone.localdate() - timedelta(days=30)}")
    assert page.locator("#legend [data-stage=overdue] [data-count]").inner_text() == "–"
    page.locator("#case-list [data-case-no]").first.focus()
    for key in ("x", "Control+a", "a"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert page.locator(".pick-case:checked").count() == 0
    assert page.locator("#drawer").is_hidden()
    assert page.locator("#draw-hint").is_hidden()
