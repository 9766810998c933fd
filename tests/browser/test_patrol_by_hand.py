"""A patrol with a phone that moves, loses its line and its page; and a track that is uploaded, doubted and accepted."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from boundaries.models import Patrol
from tests.cases.patrol_scene import gpx

PHONE = {"width": 390, "height": 844}
WAY = [(113.378, 34.787), (113.3782, 34.7871), (113.3784, 34.7872), (113.3786, 34.7873)]
MANY = "() => Number(document.getElementById('points').textContent)"


@pytest.fixture
def phone(visit):
    visitor = visit(
        "gridworker1", **PHONE, permissions=["geolocation"],
        geolocation={"longitude": WAY[0][0], "latitude": WAY[0][1], "accuracy": 8},
    )  # fmt: skip
    visitor.open("/patrols/new/")
    return visitor


def go(phone, *places):
    """Move, and wait until each place is kept."""
    for lon, lat in places:
        before = phone.page.evaluate(MANY)
        phone.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})
        wait_for_points(phone, before + 1)


def wait_for_points(phone, least):
    for _attempt in range(100):
        if phone.page.evaluate(MANY) >= least:
            return
        phone.page.wait_for_timeout(100)
    raise AssertionError(f"Of {least} points {phone.page.evaluate(MANY)} were kept.")


def begin(phone):
    phone.page.click("#start")
    wait_for_points(phone, 1)


def finish(phone, result="nothing_found"):
    phone.page.click("#end")
    phone.page.click(f"[data-result={result}]")


def test_a_patrol_goes_on_after_a_reload_and_is_sent_when_the_line_is_back(phone):
    page = phone.page
    begin(phone)
    go(phone, *WAY[1:3])
    page.click("#check-in")
    page.wait_for_selector("#says >> text=签到")
    kept = page.evaluate(MANY)
    page.reload()
    wait_for_points(phone, kept)
    assert page.inner_text("#stops") == "1"
    phone.context.set_offline(True)
    go(phone, WAY[3])
    finish(phone)
    page.wait_for_selector(".outbox >> text=待传")
    assert Patrol.objects.count() == 0
    phone.context.set_offline(False)
    page.wait_for_selector(".outbox >> text=回执")
    kept = Patrol.objects.get()
    assert f"回执 {kept.pk} 号" in page.inner_text(".outbox")
    assert kept.officer.username == "gridworker1"
    assert {tuple(round(number, 4) for number in place) for place in kept.points.coords} == set(WAY)
    assert (kept.check_ins.count(), kept.result, kept.counts) == (1, "nothing_found", True)
    assert kept.visits.filter(entered=True).exists()
    page.reload()
    page.wait_for_selector(".outbox >> text=回执")
    assert Patrol.objects.count() == 1


def test_what_the_server_did_not_answer_is_sent_again_with_the_same_key(phone):
    """The patrol arrives, its answer is lost: the second time it is the same patrol."""
    page, lost = phone.page, []

    def lose(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route("**/api/v1/patrols/", lose)
    begin(phone)
    finish(phone)
    page.wait_for_selector(".outbox p:not(:empty)")
    assert lost[0].status == 201
    page.click(".outbox button")
    page.wait_for_selector(".outbox >> text=回执")
    assert Patrol.objects.count() == 1


def test_somebody_who_found_something_is_led_to_the_report(phone):
    begin(phone)
    finish(phone, "found")
    phone.page.wait_for_selector(".outbox >> text=回执")
    phone.page.click(".outbox a[href='/cases/new/']")
    phone.page.wait_for_url("**/cases/new/")
    assert Patrol.objects.get().result == "found"


def test_a_refused_position_is_said_and_a_patrol_without_anything_can_be_given_up(visit):
    visitor = visit("gridworker1", **PHONE)
    visitor.open("/patrols/new/")
    page = visitor.page
    page.click("#start")
    page.wait_for_selector("#says >> text=定位被拒绝")
    page.click("#end")
    page.click("#says button")
    page.wait_for_selector("#start:visible")
    assert Patrol.objects.count() == 0


def test_another_person_on_the_same_phone_does_not_see_or_send_it(phone):
    page = phone.page
    phone.context.set_offline(True)
    begin(phone)
    finish(phone)
    page.wait_for_selector(".outbox >> text=待传")
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.sign_in("inspector1")
    phone.open("/patrols/new/")
    page.wait_for_selector("[data-state=idle]")
    assert page.is_hidden("#outbox")


def test_a_track_is_uploaded_doubted_and_accepted(visit, tmp_path):
    track = tmp_path / "巡查.gpx"
    track.write_bytes(gpx())
    worker = visit("gridworker1")
    for _time in range(2):
        worker.open("/patrols/")
        worker.page.click("details.patrol-upload > summary")
        worker.page.set_input_files("[name=file]", [track])
        worker.page.click("details.patrol-upload button.primary")
        worker.page.wait_for_url("**/patrols/*/")
    assert "有相同的轨迹" in worker.page.inner_text("main")
    judge = visit("coordinator1")
    judge.open("/patrols/")
    judge.page.click(".patrol-table .doubtful a")
    judge.page.wait_for_selector(".patrol-map.drawn canvas")
    judge.page.fill("[name=why]", "两人同行，一部手机记录")
    judge.page.click("form[action$='/accept/'] button")
    judge.page.wait_for_selector("text=已认可")
    assert Patrol.objects.filter(counts=True).count() == 2
    assert worker.complaints == judge.complaints == []


@pytest.mark.parametrize(
    "look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_serious(visit, tmp_path, look):
    track = tmp_path / "a.gpx"
    track.write_bytes(gpx())
    visitor = visit("coordinator1", **look)
    visitor.open("/patrols/")
    visitor.page.click("details.patrol-upload > summary")
    visitor.page.set_input_files("[name=file]", [track])
    visitor.page.click("details.patrol-upload button.primary")
    visitor.page.wait_for_url("**/patrols/*/")
    for path in ("/patrols/", f"/patrols/{Patrol.objects.get().pk}/", "/patrols/new/"):
        visitor.open(path)
        visitor.page.wait_for_load_state("load")
        found = Axe().run(visitor.page).response["violations"]
        assert [issue["id"] for issue in found if issue["impact"] in ("serious", "critical")] == [], path
    assert visitor.complaints == []
    assert {host for host in visitor.hosts if host} == {visitor.address.split("//")[1]}
