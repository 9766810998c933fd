"""Filters, saved views and the search box under a hand: chips that go by key, Back, a view kept, coordinates flipped."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from prcoords import gcj_wgs_bored

from cases.models import Case
from tests.browser.test_map_by_hand import open_map
from tests.cases.crowd import rows

LON, LAT = 113.378, 34.787
OPEN = (
    "status NOT IN ('closed','follow_up','archived','rejected','unfounded','not_registered','transferred_out','void',"
    "'merged')"
)


def shown(page, number):
    """Once the count says so many of so many."""
    page.wait_for_function(
        "(n) => document.getElementById('count').innerText.match(/([\\d,]+)$/)[1] === n", arg=str(number)
    )


def counted(condition) -> int:
    return rows(f"SELECT count(*) FROM cases_case WHERE {OPEN} AND {condition}")[0][0]


def type_into_search(page, text):
    """As a hand does: the list of what was found shows only while the field has the focus."""
    page.click("#search")
    page.wait_for_timeout(200)  # a field left a moment ago closes its list now
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_filters_are_chips_that_go_by_key_and_come_back_by_back(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor)
    every, tender = counted("true"), counted("'tendering' = ANY (violations)")
    assert 0 < tender < every
    page.click("#more-filters summary")
    page.select_option("[name=violation]", "tendering")
    shown(page, tender)
    page.select_option("[name=group]", "G1")
    shown(page, counted("'tendering' = ANY (violations) AND group_code = 'G1'"))
    assert page.locator("#chips button").count() == 2
    page.locator("#chips [data-drop=group]").focus()
    page.keyboard.press("Enter")
    shown(page, tender)
    assert page.locator("#chips button").count() == 1
    page.go_back()
    page.wait_for_selector("#chips [data-drop=group]")
    shown(page, counted("'tendering' = ANY (violations) AND group_code = 'G1'"))
    page.reload()
    assert page.locator("#chips button").count() == 2
    assert page.inner_text("#more-set") == "1"
    violations = Axe().run(page).response["violations"]
    assert [issue["id"] for issue in violations if issue["impact"] in ("serious", "critical")] == []
    assert visitor.complaints == []


def test_a_view_is_kept_with_its_count_and_leads_back_to_its_filters(visit):
    page = open_map(visit("dispatcher1"))
    page.select_option("[name=group]", "G2")
    wanted = counted("group_code = 'G2'")
    shown(page, wanted)
    page.click("#views-open")
    page.fill(".view-save [name=name]", "第二组在办")
    page.keyboard.press("Enter")
    kept = page.locator(".view", has_text="第二组在办")
    kept.wait_for(state="attached")
    assert kept.locator("b").inner_text() == str(wanted)
    page.keyboard.press("Escape")
    page.click("#clear-filters")
    shown(page, counted("true"))
    kept.click()
    shown(page, wanted)
    assert kept.get_attribute("aria-current") == "true"
    assert page.input_value("[name=group]") == "G2"


def test_a_view_keeps_its_order_and_another_window_leaves_it(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor)
    page.select_option("[name=ordering]", "due")
    page.click("#views-open")
    page.fill(".view-save [name=name]", "按期限")
    page.keyboard.press("Enter")
    kept = page.locator(".view", has_text="按期限")
    kept.wait_for(state="attached")
    page.keyboard.press("Escape")
    page.select_option("[name=ordering]", "")
    kept.click()
    page.wait_for_url("**ordering=due**")
    assert page.input_value("[name=ordering]") == "due"
    with page.expect_popup() as opened:
        page.click("#popout")
    visitor.page = popped = opened.value
    visitor.wait_for_map()
    popped.locator("#legend [data-stage=waiting]").click()
    page.wait_for_url("**stage=waiting**")
    assert page.input_value("[name=ordering]") == "due"


def test_the_count_of_a_view_follows_what_others_do(visit):
    """One approved case is handed in by somebody else while the page is open."""
    page = open_map(visit("dispatcher1"))
    waiting = page.locator(".view[data-query='status=approved'] b")
    before = rows("SELECT count(*) FROM cases_case WHERE status = 'approved'")[0][0]
    assert int(waiting.inner_text().replace(",", "")) == before
    case = Case.objects.open().exclude(status="approved").newest_first()[0]
    case.status = "approved"
    case.save(update_fields=["status"])
    page.wait_for_function(
        "n => document.querySelector(\".view[data-query='status=approved'] b\").innerText.replace(',', '') === n",
        arg=str(before + 1),
    )


def test_a_copied_link_shows_somebody_else_the_same_list_and_map(visit):
    visitor = visit("dispatcher1", permissions=["clipboard-read", "clipboard-write"])
    page = open_map(visitor)
    page.select_option("[name=group]", "G2")
    page.select_option("[name=ordering]", "due")
    shown(page, counted("group_code = 'G2'"))
    page.evaluate("window.enforcementMap.jumpTo({ center: [113.40, 34.80], zoom: 12 })")
    visitor.wait_for_map()
    page.wait_for_function("location.hash.length > 1")
    page.locator("#copy-link").click()
    page.wait_for_selector("#copy-link >> text=链接已复制")
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit("leader1")
    other.page.goto(link)
    other.wait_for_map()
    shown(other.page, counted("group_code = 'G2'"))
    assert other.page.input_value("[name=ordering]") == "due"
    assert other.page.locator("#chips [data-drop=group]").count() == 1
    where = other.page.evaluate(
        "(({ lng, lat }) => [lng, lat, window.enforcementMap.getZoom()])(window.enforcementMap.getCenter())"
    )
    assert where == pytest.approx([113.40, 34.80, 12], abs=0.01)
    first = "document.querySelector('#case-list [data-case-no]').dataset.caseNo"
    assert other.page.evaluate(first) == page.evaluate(first)


def test_pasted_coordinates_say_their_system_and_are_flipped_by_key(visit):
    """The spot of GCJ-02 against another implementation of the formula."""
    page = open_map(visit("dispatcher1"))
    page.keyboard.press("Control+k")
    page.keyboard.insert_text(f"{LAT}, {LON}")
    options = page.locator("#found [role=option]")
    options.nth(2).wait_for()
    assert "WGS 84" in options.nth(0).inner_text()  # and CGCS2000, which is the same place
    assert options.nth(0).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    assert "GCJ-02" in options.nth(1).inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#who ol")
    flipped = gcj_wgs_bored((LAT, LON))
    said = sorted(map(float, re.findall(r"\d+\.\d{4,}", page.inner_text("#who .panel-top"))))
    assert said == pytest.approx([flipped.lat, flipped.lon], abs=1e-5)
    assert page.input_value("#search") == ""


def test_coordinates_are_gone_to_when_enter_comes_before_the_suggestions(visit):
    page = open_map(visit("dispatcher1"))
    page.locator("#search").focus()
    page.keyboard.insert_text("113.40, 34.78")
    page.keyboard.press("Enter")
    page.wait_for_selector("#who >> text=113.400000, 34.780000")
    assert "q=" not in page.url
    page.locator("#search").focus()
    page.keyboard.insert_text("物流园")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")


def test_a_case_a_place_and_plain_text_are_found_in_the_same_box(visit):
    page = open_map(visit("dispatcher1"))
    case = Case.objects.open().newest_first()[0]
    type_into_search(page, case.case_no)
    page.locator("#found [data-case]").first.click()
    page.wait_for_selector(f"#card >> text={case.case_no}")
    type_into_search(page, "索河")
    page.locator("#found [data-box]").first.click()
    page.wait_for_function("() => window.enforcementMap.getZoom() > 11")
    page.fill("#search", "厂房")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chips [data-drop=q]")
    shown(page, counted("address LIKE '%厂房%'"))
