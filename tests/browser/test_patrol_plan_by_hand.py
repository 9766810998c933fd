"""一键巡查 under a hand: from three cells and two people to a sent plan, a visit on the phone, and a stop that is done."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.gis.geos import Point
from django.utils import timezone

from boundaries import plan_progress
from boundaries.models import GridCell, PatrolPlan, User
from gis_core import srid
from tests.factories import SUOHE, make_patrol

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def cells(city):
    own = GridCell.objects.of_level(3).get(geom__covers=Point(SUOHE, srid=srid.STORAGE))
    return [own, *GridCell.objects.of_level(3).filter(geom__touches=own.geom).order_by("code")[:2]]


def serious(page):
    found = Axe().run(page).response["violations"]
    return [issue["id"] for issue in found if issue["impact"] in ("serious", "critical")]


CUT = """() => {
  const select = document.querySelector(".stop-acts select");
  const option = new Option("B 下沉人员（城市管理局）");
  select.add(option);
  const shown = select.offsetWidth;
  const free = new CSSStyleSheet();
  free.replaceSync(".stop-acts select { max-width: none !important; }");
  document.adoptedStyleSheets = [free];
  const cut = select.offsetWidth - shown;
  document.adoptedStyleSheets = [];
  option.remove();
  return cut;
}"""


def drawn_up(visit, cells):
    """The coordinator's window on a plan of the cells, with two people, one of them without an account."""
    desk = visit("coordinator1", width=1440, height=900)
    desk.open("/patrol-plans/new/?cells=" + ",".join(cell.code for cell in cells))
    page = desk.page
    assert page.locator(".picks input:checked").count() == 3
    assert serious(page) == []
    walker = User.objects.get(username="gridworker1")
    while page.locator("[name=person]:checked").count():
        page.locator("[name=person]:checked").first.uncheck()
    page.locator("summary", has_text="其他人员").click()
    page.fill("#find-person", "网格员一")
    page.locator(f"[name=person][value='user:{walker.pk}']").check()
    page.get_by_label("没有账号的人员").fill("李四")
    page.get_by_role("button", name="生成路线").click()
    page.wait_for_selector("#plan")
    return desk


def test_from_cells_and_people_to_a_plan_that_is_sent_and_done(visit, cells):
    desk = drawn_up(visit, cells)
    page, plan = desk.page, PatrolPlan.objects.get()
    desk.wait_for_map()
    assert page.locator(".plan-map .letter").count() == 3
    assert serious(page) == []

    assert page.evaluate(CUT) == 0  # px of the longest name

    # All three to the person with an account, so that there is an order to change.
    mine = plan.routes.get(user__username="gridworker1")
    for stop in plan.stops.exclude(route=mine):
        with page.expect_response("**/edit/"):
            page.locator(f"#give-{stop.pk}").select_option(str(mine.pk))
        page.wait_for_selector(f".stops[data-route='{mine.pk}'] #give-{stop.pk}:focus")
    route = f".stops[data-route='{mine.pk}'] .stop"
    before = page.locator(route).evaluate_all("stops => stops.map((stop) => stop.id)")
    assert len(before) == 3

    # By keyboard: the first goes down, the focus goes with it, and the map is drawn anew.
    page.locator(f"#{before[0]} button[value=down]").focus()
    with page.expect_response("**/edit/"):
        page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector(f"{route}:nth-child(2)#{before[0]}")
    page.wait_for_selector(f"#{before[0]} button:focus")
    assert page.locator(route).evaluate_all("stops => stops.map((stop) => stop.id)") == [
        before[1],
        before[0],
        before[2],
    ]

    # A note is kept when the field is left.
    field = page.locator(f"#{before[0]} input[name=note][id]")
    field.fill("看北门的塔吊")
    with page.expect_response("**/edit/"):
        field.press("Tab")
    page.wait_for_selector(f"#{before[0]} input[name=note][value='看北门的塔吊']")
    assert mine.stops.get(pk=before[0].removeprefix("stop-")).note == "看北门的塔吊"

    # Locked there, it stays when routes are proposed anew.
    with page.expect_response("**/edit/"):
        page.locator(f"#{before[0]} .lock").click()
    page.wait_for_selector(f"#{before[0]} .lock[aria-pressed=true]")
    page.get_by_role("button", name="重新生成").click()
    page.wait_for_selector(".message.success")
    locked = plan.stops.get(locked=True)
    assert (f"stop-{locked.pk}", locked.route_id) == (before[0], mine.pk)
    assert locked.order == min(2, mine.stops.count())

    page.get_by_role("button", name="发送到手机").click()
    page.wait_for_selector("progress")

    phone = visit("gridworker1", **PHONE)
    phone.open("/notices/")
    phone.page.get_by_role("button", name="您有").click()
    phone.page.wait_for_url("**/patrol-plans/mine/")
    shown = phone.page.locator(".stop.walk .what b").all_inner_texts()
    assert shown == [stop.label for stop in mine.stops.all()]
    assert serious(phone.page) == []
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # A recorded visit of the cell does its stop, on the desk and on the phone.
    make_patrol(by=User.objects.get(username="gridworker1"), ended_at=timezone.now() - timedelta(seconds=1))
    done = plan_progress.of([PatrolPlan.objects.get()])
    assert {plan.stops.get(pk=pk).cell_id for pk in done} == {cells[0].pk}
    page.reload()
    assert page.locator(".stop.is-done").count() == 1
    assert page.locator(".progress b").inner_text() == "已完成 1 / 3 站"
    assert desk.complaints == phone.complaints == []


def test_a_stop_is_dragged_to_another_person(visit, cells):
    desk = drawn_up(visit, cells)
    page, plan = desk.page, PatrolPlan.objects.get()
    full = max(plan.routes.all(), key=lambda route: route.stops.count())
    other = plan.routes.exclude(pk=full.pk).get()
    stop = full.stops.first()
    with page.expect_response("**/edit/"):
        page.locator(f"#stop-{stop.pk}").drag_to(page.locator(f"#route-{other.pk}"))
    page.wait_for_selector(f".stops[data-route='{other.pk}'] #stop-{stop.pk}")
    stop.refresh_from_db()
    assert (stop.route_id, stop.order) == (other.pk, other.stops.count())
    assert desk.complaints == []


def test_the_sheet_prints_a_page_a_person(visit, cells):
    desk = drawn_up(visit, cells)
    plan = PatrolPlan.objects.get()
    desk.open(f"/patrol-plans/{plan.pk}/print/")
    assert serious(desk.page) == []
    people = sum(route.stops.exists() for route in plan.routes.all())
    assert desk.page.locator(".sheet").count() == people
    assert desk.page.pdf(format="A4").count(b"/Type /Page\n") == people
