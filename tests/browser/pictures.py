"""The pictures of the README and the guide, taken anew: make test ARGS=tests/browser/pictures.py

Not collected with the tests. After a change to a page look at what this writes, then commit it.
"""

from datetime import time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import shapely
from django.utils import timezone
from PIL import Image

from boundaries import grid_drafts, planning
from boundaries.models import Unit, User
from boundaries.planning import Walker
from cases import bulk, demonstration, demonstration_patrols, demonstration_play, patrol_plans
from cases.coverage.table import most_at_risk
from cases.demonstration_stories import STORIES
from cases.models import Case, Document
from tests.browser.palette import in_256_colours
from tests.browser.test_field_on_site import order_stop_until_its_paper
from tests.browser.test_field_whole_path import inspect_until_the_photos
from tests.browser.test_patrol_by_hand import begin
from tests.browser.test_whole_path import SUOHE, click_map_at
from tests.cases.standing import joint

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guide" / "pictures"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
HERE = f"lon={SUOHE[0]}&lat={SUOHE[1]}"
NEAR_A_BORDER = (113.4231, 34.7857)
CLOSER = "() => window.enforcementMap.jumpTo({center: [113.40, 34.79], zoom: 12.4})"


@pytest.fixture
def busy_city(city):
    """About as many cases as `make run` makes, and those that are played through the verbs."""
    for rows in demonstration.rows(city.region, city, 1700, seed=4):
        bulk.insert(city.region, city, rows)
    demonstration_play.play(city.region, city, STORIES, seed=4)
    demonstration_patrols.make(city.region, seed=4)


def keep(visitor, name):
    visitor.page.wait_for_load_state("networkidle")
    if visitor.page.locator("#map").count():
        visitor.wait_for_map()
    shot = Image.open(BytesIO(visitor.page.screenshot(animations="disabled"))).convert("RGB")
    in_256_colours(shot).save(FOLDER / f"{name}.png", optimize=True)


def test_take_the_pictures(visit, busy_city):
    for look in ("light", "dark"):
        map_page = visit("dispatcher1", color_scheme=look, **DESK)
        map_page.open("/")
        keep(map_page, f"map-{look}")

    past = visit("dispatcher1", **DESK)
    past.open(f"/?at={timezone.localdate() - timedelta(days=200)}")
    past.page.wait_for_selector("#time-bars rect", state="attached")
    keep(past, "past")

    desk = visit("dispatcher1", **DESK)
    desk.open("/?status=approved")
    desk.wait_for_map()
    desk.page.keyboard.press("Control+a")
    desk.page.wait_for_selector(".pick-case:checked")
    desk.page.keyboard.press("a")
    desk.page.wait_for_selector("#drawer select")
    keep(desk, "selection")

    who = visit("convener3", **DESK)
    who.open("/")
    who.wait_for_map()
    who.page.evaluate(CLOSER)
    who.wait_for_map()
    click_map_at(who.page, *NEAR_A_BORDER)
    who.page.wait_for_selector("#who ol")
    keep(who, "who-answers")

    doubtful = Case.objects.open().filter(confidence="low").newest_first().first()
    ordered = Case.objects.filter(status="ordered", handling_unit__code="safety_station").earliest("due_at")
    page, decision = f"/cases/{ordered.case_no}/", Document.objects.filter(kind="penalty_decision").first()
    for name, username, path, size in (
        ("report", "dispatcher1", f"/cases/new/?lon={doubtful.geom.x}&lat={doubtful.geom.y}&accuracy_m=60", {}),
        ("case", "dispatcher1", f"/cases/{doubtful.case_no}/", {}),
        ("todo", "dispatcher1", "/todo/", {}),
        ("hand-over", "dispatcher1", "/hand-over/", {}),
        ("steps", "inspector3", page, {}),
        ("act", "inspector3", f"{page}actions/recheck_failed/", {"height": 760}),
        ("document", "inspector3", decision.get_absolute_url(), {}),
        ("todo-phone", "inspector3", "/todo/", PHONE),
        ("history", "leader1", "/history/", {}),
        ("stats", "leader1", f"/stats/?period={timezone.localdate().year}&by=unit", {"height": 1400}),
        ("stats-places", "leader1", f"/stats/places/?period={timezone.localdate().year}&hexagons=1000", {}),
        ("wall", "leader1", "/stats/wall/", {"width": 1920, "height": 1080}),
        ("compare", "leader1", "/compare/", {}),
        ("responsibility", "coordinator1", "/responsibility/", {}),
        ("coverage", "coordinator1", "/coverage/", {}),
        ("coverage-compare", "coordinator1", "/coverage/compare/", {}),
        ("people", "admin", "/admin/boundaries/user/", {}),
        ("nearby", "inspector3", f"/nearby/?{HERE}&accuracy=12&radius=3000", PHONE),
        ("report-phone", "gridworker1", f"/cases/new/?{HERE}", PHONE),
    ):
        visitor = visit(username, **{**DESK, **size})
        visitor.open(path)
        keep(visitor, name)


def test_take_the_pictures_of_the_watch(visit, busy_city, city):
    """A draft in which a cell was divided, one changed and one ended; a plan that is sent; a patrol under way."""
    editor = visit("coordinator1", **DESK)
    draft = grid_drafts.open_draft(city.region, 3, name="老城区改版")
    ended, changed, divided, chosen = draft.cells.filter(code__startswith="410182001")[:4]
    grid_drafts.retire(draft, [ended.pk])
    grid_drafts.change(draft, changed.pk, name="老城一号")
    west, south, east, north = divided.geom.extent
    across = shapely.LineString([(west - 0.001, (south + north) / 2), (east + 0.001, (south + north) / 2)])
    grid_drafts.split(draft, divided.pk, across)
    editor.open(f"/grids/drafts/{draft.pk}/")
    editor.page.wait_for_selector("#faults li")
    editor.wait_for_map()
    around = [west - 0.01, south - 0.012, east + 0.01, north + 0.008]
    editor.page.evaluate("box => gridEditor.view.zoomTo(box)", around)
    editor.wait_for_map()
    editor.page.evaluate(
        f"gridEditor.choose({chosen.pk}); gridEditor.view.step(1); document.getElementById('tab-cell').click()"
    )
    keep(editor, "grid-editor")

    posts = visit("coordinator1", **DESK)
    posts.open("/posts/")
    keep(posts, "posts")

    planner, walker = (User.objects.get(username=name) for name in ("coordinator1", "gridworker1"))
    ones = most_at_risk(patrol_plans.covered(planner))
    grounds = patrol_plans.grounds(planner, patrol_plans.covered(planner), ones)
    told = {"name": "夜间巡查", "day": timezone.localdate(), "starts": time(22), "ends": time(6), "start": None}
    people = [Walker(str(walker), walker.pk), Walker("李四")]
    plan = planning.make(city.region, grounds, people, by=planner, minutes_a_stop=20, speed_kmh=15, **told)
    first = plan.routes.get(user=walker).stops.first()
    planning.note(first.pk, plan, "先看北门的塔吊")
    desk = visit("coordinator1", **DESK)
    desk.open(f"/patrol-plans/{plan.pk}/")
    desk.wait_for_map()
    keep(desk, "patrol-plan")
    planning.send(plan)

    phone = visit("gridworker1", **PHONE, permissions=["geolocation"],
                  geolocation={"longitude": SUOHE[0], "latitude": SUOHE[1], "accuracy": 8})  # fmt: skip
    phone.open("/patrol-plans/mine/")
    keep(phone, "my-patrols-phone")
    phone.open("/patrols/new/")
    begin(phone)
    phone.page.click("#check-in")
    phone.page.wait_for_selector("#says >> text=签到")
    keep(phone, "patrol-phone")


FIELD_PHONE = {"width": 360, "height": 740, "is_mobile": True, "has_touch": True}


def test_take_the_pictures_of_the_phone(visit, busy_city):
    """The application for the phone, where the inspector of the third group stands."""
    place = {"longitude": SUOHE[0], "latitude": SUOHE[1], "accuracy": 8}
    phone = visit("inspector3", **FIELD_PHONE, permissions=["geolocation"], geolocation=place)
    phone.open("/field/")
    phone.page.wait_for_selector(".stand >> text=清单")
    keep(phone, "field-today")
    phone.page.tap(".near-list a")
    phone.page.wait_for_selector(".point-there b >> text=米")
    keep(phone, "field-case")
    phone.page.evaluate("location.hash = '#map'")
    phone.page.wait_for_selector(".field-map.drawn")
    phone.wait_for_map()
    keep(phone, "field-map")
    phone.page.evaluate("location.hash = '#prepare'")
    phone.page.get_by_role("button", name="全部准备").tap()
    phone.page.wait_for_selector(".prepare-says >> text=能准备的都已准备好")
    phone.page.wait_for_timeout(2500)  # the library arrives by itself
    keep(phone, "field-prepare")


def test_take_the_pictures_of_the_site(phone_of, site):
    """An inspection up to its photos, an order as the party reads it, a quick report, and what stands in the outbox."""
    joint(site, *Unit.objects.filter(code__in=("safety_station", "quality_station")))
    phone = phone_of("inspector3", *SUOHE)
    phone.open()
    phone.wait_for_cases()
    page = phone.page
    phone.go(f"#act/{site.case_no}/arrive")
    page.wait_for_selector(".where >> text=0 米")
    page.locator(".act-buttons .primary").tap()
    page.wait_for_selector(".receipt .number")
    phone.go(f"#act/{site.case_no}/contribute")
    page.wait_for_selector("[data-question=violations]")
    page.locator("[data-question=violations] .chips label").first.tap()
    keep(phone, "field-violations")
    phone.wait_for_worker()
    phone.go_offline()
    phone.go(f"#act/{site.case_no}/inspect")
    inspect_until_the_photos(phone)
    phone.shoot("全景")
    page.wait_for_selector(".shots canvas")
    page.evaluate("scrollTo(0, 0)")
    keep(phone, "field-photos")
    order_stop_until_its_paper(phone, site)
    keep(phone, "field-order")
    phone.go("#new")
    page.wait_for_selector(".where-box >> text=第三协作组")
    page.locator(".big-chips label").first.tap()
    keep(phone, "field-new")
    phone.go(f"#act/{site.case_no}/remark")
    page.wait_for_selector("[data-question=photos]")
    phone.shoot("其他")
    page.wait_for_selector(".shots canvas")
    phone.tap("下一步")
    page.get_by_label("备注").fill("围挡缺失")
    phone.tap("完成并发送")
    page.wait_for_selector("text=已存入本机")
    phone.go("#outbox")
    page.wait_for_selector("li[data-state=waiting]")
    keep(phone, "field-outbox")
