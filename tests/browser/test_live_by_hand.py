"""Two dispatchers at once, and a line that is cut: what one does the other sees, and nothing is lost on the way."""

from urllib.parse import urljoin

from boundaries.models import User
from cases import actions
from cases.models import Case
from tests.browser.test_map_by_hand import open_map

LISTED = "all => all.map((row) => row.dataset.caseNo)"
IS_DRAWN = """(no) => window.enforcementMap.querySourceFeatures("open-cases", { sourceLayer: "open-cases" })
  .some(({ properties }) => properties.case_no === no)"""
DRAWN_STAGE = """(no) => window.enforcementMap.querySourceFeatures("open-cases", { sourceLayer: "open-cases" })
  .find(({ properties }) => properties.case_no === no)?.properties.status"""


def listed(page):
    return page.locator("#case-list [data-case-no]").evaluate_all(LISTED)


def first_listed(page, status):
    return Case.objects.filter(case_no__in=listed(page), status=status).newest_first()[0]


def triage(page, case):
    """As a person does it: on the case's page, with the button of the step."""
    page.goto(urljoin(page.url, f"/cases/{case.case_no}/actions/triage/"))
    page.fill("[name=analysis]", "属实，拟登记")
    page.click("main form button.primary")
    page.wait_for_url(f"**/cases/{case.case_no}/**")


def look_at(page, case):
    """The map goes where the case is, so that its own symbol is in a tile that is loaded."""
    page.locator(f"#case-list [data-case-no='{case.case_no}']").click()
    page.wait_for_selector("#card h2")
    page.wait_for_function(IS_DRAWN, arg=case.case_no)


def test_what_one_dispatcher_does_the_other_sees_in_row_count_and_map_and_no_row_moves(visit):
    mine, theirs = (open_map(visit("dispatcher1"), "/?status=reported") for _desk in range(2))
    case = first_listed(theirs, "reported")
    look_at(theirs, case)
    order, before = listed(theirs), theirs.inner_text("#count")
    triage(mine, case)
    theirs.wait_for_selector(f"[data-case-no='{case.case_no}'].left")
    theirs.wait_for_function("(before) => document.getElementById('count').innerText !== before", arg=before)
    theirs.wait_for_function(f"(no) => !({IS_DRAWN})(no)", arg=case.case_no)
    assert listed(theirs) == order


def test_a_row_whose_case_stays_in_the_list_shows_its_new_state_in_its_place(visit):
    mine, theirs = (open_map(visit("dispatcher1")) for _desk in range(2))
    case = first_listed(theirs, "reported")
    look_at(theirs, case)
    order = listed(theirs)
    triage(mine, case)
    theirs.wait_for_function(f"(no) => ({DRAWN_STAGE})(no) === 'triaged'", arg=case.case_no)
    assert listed(theirs) == order
    assert theirs.locator(".row.left").count() == 0


def test_an_older_case_that_comes_into_the_list_is_told_and_shown_when_asked_for(visit):
    """What waits for the next step is not newly reported: somebody took the step before."""
    page = open_map(visit("dispatcher1"), "/?status=triaged")
    order = listed(page)
    newest = Case.objects.get(case_no=order[0])
    came = Case.objects.filter(status="reported", reported_at__lt=newest.reported_at).newest_first()[0]
    actions.perform(came, "triage", by=User.objects.get(username="dispatcher1"), given={"analysis": "属实"})
    page.wait_for_selector("#news-show")
    assert listed(page) == order
    page.click("#news-show")
    page.wait_for_selector(f"#case-list [data-case-no='{came.case_no}']")
    assert page.locator("#news-show").count() == 0


def test_a_line_that_takes_questions_and_gives_no_answer_is_said_too(visit):
    page = open_map(visit("dispatcher1"))
    page.route("**/api/v1/changes/**", lambda route: None)
    page.wait_for_selector("#live-lost:visible", timeout=40_000)
    page.unroute("**/api/v1/changes/**")
    page.wait_for_selector("#live-lost", state="hidden", timeout=40_000)


def test_a_cut_line_is_said_and_what_happened_meanwhile_is_there_when_it_is_restored(visit):
    visitor = visit("dispatcher1")
    page = open_map(visitor, "/?status=reported")
    case = first_listed(page, "reported")
    visitor.context.set_offline(True)
    page.wait_for_selector("#live-lost:visible")
    actions.perform(case, "triage", by=User.objects.get(username="dispatcher1"), given={"analysis": "属实"})
    assert page.locator(f"[data-case-no='{case.case_no}'].left").count() == 0
    visitor.context.set_offline(False)
    page.wait_for_selector("#live-lost", state="hidden")
    page.wait_for_selector(f"[data-case-no='{case.case_no}'].left")
