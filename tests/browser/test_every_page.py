"""What holds on every page: no host but our own, no policy broken, both languages, light and dark, axe content."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PUBLIC = "/exposure/"
PAGES = (
    "/",
    "/cases/new/",
    "/nearby/",
    "/nearby/?lon=113.378&lat=34.787&crs=wgs84&radius=3000",
    "/responsibility/",
    "/todo/",
    "/notices/",
    "/patrol-plans/",
    "/patrol-plans/new/",
    "/patrol-plans/mine/",
    "/hand-over/",
    "/history/",
    "/compare/",
    "/coverage/",
    "/coverage/?status=unstaffed",
    "/coverage/compare/",
    "/coverage/trend/",
    "/posts/",
    "/posts/cells/410182001000001/",
    "/posts/liaisons/",
    "/roll-up/",
    "/coverage/rules/",
    "/cases/XY-2026-00001/",
    "/field/conflicts/",
    "/field/devices/",
    "/stats/",
    "/stats/places/?hexagons=1000",
    "/stats/times/",
    "/stats/wall/",
    "/conduct/",
    "/conduct/repeat/",
    "/conduct/follow-up/",
    PUBLIC,
    "/cases/XY-2026-00001/actions/remark/",
    "/cases/XY-2026-00001/actions/approve/",
)
# What a dispatcher may not see, or sees less of.
OF_A_LEADER = (
    "/ledger/",
    "/circulars/",
    "/circulars/awards/",
    "/assessment/",
    "/publicity/",
    "/publicity/videos/",
    "/exposure/desk/",
)
WALKS = {"dispatcher1": PAGES, "leader1": OF_A_LEADER}
NARROW = {"width": 390, "height": 844}
WORDS = {"zh-CN": ("责任分区", "上报"), "en-US": ("Responsibility", "Report")}


def test_a_page_asks_no_other_host_and_breaks_no_policy(visit, live_server):
    faults = {}
    for username, pages in WALKS.items():
        visitor = visit(username)
        for path in pages:
            visitor.open(path)
            visitor.page.wait_for_load_state("networkidle")
            if visitor.complaints:
                faults[path] = list(visitor.complaints)
                visitor.complaints.clear()
        assert visitor.hosts - {""} == {live_server.url.split("//")[1]}
    assert faults == {}


@pytest.mark.parametrize(
    "look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, NARROW], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_serious(visit, look):
    found = {}
    for username, pages in WALKS.items():
        visitor = visit(username, **look)
        for path in pages:
            visitor.open(path)
            visitor.page.wait_for_load_state("load")
            violations = Axe().run(visitor.page).response["violations"]
            serious = [issue["id"] for issue in violations if issue["impact"] in ("serious", "critical")]
            if serious:
                found[path] = serious
    assert found == {}


def test_the_map_works_for_everybody_whatever_they_may_do(visit):
    """A script that looks for what a person has not got would stop all those behind it."""
    for username in ("inspector1", "leader1", "gridworker1", "legal1", "publicity1", "admin"):
        visitor = visit(username)
        visitor.open("/")
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.wait_for_selector("#legend [data-total]:not(:empty)")
        assert visitor.complaints == [], username
        visitor.page.close()


@pytest.mark.parametrize("locale", WORDS)
def test_the_browser_language_chooses_and_the_switch_overrides_it(visit, locale):
    visitor = visit("dispatcher1", locale=locale)
    visitor.open("/responsibility/")
    other = next(name for name in WORDS if name != locale)
    for word in WORDS[locale]:
        assert word in visitor.page.inner_text("header, nav")
    visitor.page.locator("form[action*=setlang] button").first.click()
    visitor.page.wait_for_load_state("load")
    for word in WORDS[other]:
        assert word in visitor.page.inner_text("header, nav")


def test_without_webgl_the_list_is_there_and_a_sentence_says_why_the_map_is_not(visit):
    visitor = visit("dispatcher1")
    visitor.context.add_init_script(
        "const real = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return /webgl/.test(kind) ? null : real.call(this, kind, ...rest); };"
    )
    visitor.open("/")
    visitor.page.wait_for_selector("#case-list [data-case-no]")
    assert "WebGL" in visitor.page.inner_text("main")
    assert visitor.complaints == []


def test_an_anonymous_visitor_gets_the_sign_in_page_but_for_what_is_exposed(visit):
    visitor = visit()
    for path in (path for path in PAGES if path != PUBLIC):
        visitor.open(path)
        assert "/sign-in/" in visitor.page.url
    visitor.open(PUBLIC)
    assert "/sign-in/" not in visitor.page.url
