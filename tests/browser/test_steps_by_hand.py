"""Steps of a case by hand: in place, in a second window that is too late, without scripts, and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from boundaries.models import User
from cases import actions
from cases.models import Case
from tests.factories import make_case

REFUSED = "Failed to load resource: the server responded with a status of"


@pytest.fixture
def reported(city):
    """A clue of the information platform's, as the dispatcher took it down."""
    return make_case(by=User.objects.get(username="dispatcher1"), channel="complaint")


def serious(page):
    return [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]


def complaints(visitor):
    """What the browser complained of, but for the answers that are no success."""
    return [one for one in visitor.complaints if not one.startswith(REFUSED)]


def test_a_step_opens_in_place_says_what_is_missing_and_is_done(visit, reported):
    visitor = visit("platform1", locale="en-US")
    page = visitor.page
    visitor.open(reported.get_absolute_url())
    page.get_by_role("link", name="Classify", exact=True).click()
    expect(page.locator("#act-title")).to_be_focused()
    assert page.url.endswith(reported.get_absolute_url())
    assert serious(page) == []
    page.locator(".beside summary").click()
    page.locator("[data-verb=remark]").click()
    page.locator("#act button.primary").click()
    expect(page.locator("#act .errorlist")).to_be_visible()
    expect(page.locator("#act_text")).to_be_focused()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#act form")).to_have_count(0)
    expect(page.locator("[data-verb=remark]")).to_be_focused()
    page.locator("[data-verb=triage]").click()
    page.locator("#act_analysis").fill("情况属实")
    page.locator("#act button.primary").click()
    expect(page.get_by_text("Done: classify. The case is now “classified”.")).to_be_visible()
    expect(page.locator(".trail li").last).to_contain_text("情况属实")
    assert complaints(visitor) == []


def test_who_is_too_late_sees_who_changed_what_and_sends_what_was_typed_anew(visit, reported):
    visitor = visit("platform1", locale="en-US")
    page = visitor.page
    visitor.open(reported.get_absolute_url())
    page.locator("[data-verb=triage]").click()
    page.locator("#act_analysis").fill("九层在建")
    actions.perform(reported, "remark", by=User.objects.get(username="leader1"), given={"text": "请从速"})
    page.locator("#act button.primary").click()
    changed = page.locator("#act .changed")
    expect(changed).to_contain_text("局领导一")
    expect(changed).to_contain_text("请从速")
    expect(page.locator("#act_analysis")).to_have_value("九层在建")
    assert serious(page) == []
    page.get_by_role("button", name="Send anew on the case as it is now").click()
    expect(page.get_by_text("Done: classify.")).to_be_visible()
    assert Case.objects.get(pk=reported.pk).status == "triaged"


def test_without_scripts_a_step_is_a_page_of_its_own(visit, reported, chromium, live_server):
    signed_in = visit("platform1", locale="en-US").context.storage_state()
    context = chromium.new_context(java_script_enabled=False, storage_state=signed_in, locale="en-US")
    page = context.new_page()
    page.goto(live_server.url + reported.get_absolute_url())
    page.locator("[data-verb=triage]").click()
    assert page.url.endswith("/actions/triage/")
    page.locator("button.primary").click()
    expect(page.get_by_text("Done: classify.")).to_be_visible()
    context.close()


def test_on_paper_stands_the_case_and_nothing_to_press(visit, reported):
    visitor = visit("platform1")
    page = visitor.page
    visitor.open(reported.get_absolute_url())
    page.emulate_media(media="print")
    for pressed in (".header", ".contents", ".step-buttons", ".beside", ".add-evidence"):
        for one in page.locator(pressed).all():
            expect(one).to_be_hidden()
    expect(page.locator("#trail")).to_be_visible()
    expect(page.locator("#deadlines")).to_be_visible()


def test_a_link_to_a_part_of_the_page_shows_that_part(visit, reported):
    visitor = visit("platform1")
    visitor.open(f"{reported.get_absolute_url()}#trail")
    visitor.page.wait_for_load_state("load")
    expect(visitor.page.locator("#trail-title")).to_be_in_viewport()


def test_fifty_are_chosen_with_one_press(visit, city):
    Case.objects.filter(status__in=("registered", "submitted"), channel="complaint").update(status="approved")
    visitor = visit("dispatcher1", locale="en-US")
    page = visitor.page
    visitor.open("/hand-over/")
    page.locator("[data-all]").check()
    boxes = page.locator("#hand [name=case]").count()
    assert boxes > 0
    expect(page.locator("[data-count]")).to_have_text(f"{boxes} of {boxes} chosen")
    page.locator("[data-all]").uncheck()
    expect(page.locator("#hand [name=case]:checked")).to_have_count(0)
    assert complaints(visitor) == []
