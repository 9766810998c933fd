"""On the site and in the outbox: nobody is locked out, nothing is taken twice, what went wrong is said and can be mended."""

import json
import zipfile
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from boundaries.models import User
from cases import accounts, actions
from cases.models import Case, FieldRecord
from tests.browser.field_phone import FIELD, until
from tests.factories import SUOHE

FAR = (113.3850, 34.7870)  # 640 m to the east


def violations(page):
    """What axe finds, minor things too."""
    return {one["id"]: one["nodes"][0]["html"][:200] for one in Axe().run(page).response["violations"]}


def delivered(phone, number):
    until(lambda: len([one for one in phone.changes() if one["state"] == "delivered"]) == number, phone.told)


def test_an_arrival_from_afar_wants_a_reason_and_locks_nobody_out(phone, site):
    page = phone.page
    phone.stand_at(*FAR)
    phone.go(f"#act/{site.case_no}/arrive")
    page.wait_for_selector(".where >> text=641 米")
    page.locator(".act-buttons .primary").tap()
    page.wait_for_selector(".act-says >> text=请选一个原因")
    page.get_by_label("大门上锁").tap()
    page.locator(".act-buttons .primary").tap()
    page.wait_for_selector(".receipt .number")
    event = site.events.get(verb="arrive")
    assert event.note == "大门上锁"
    assert event.place.coords == pytest.approx(FAR)


def test_at_the_site_an_arrival_is_one_tap(phone, site):
    phone.go(f"#act/{site.case_no}/arrive")
    phone.page.wait_for_selector(".where >> text=您距案件位置 0 米")
    assert phone.page.is_hidden(".why-here")
    phone.page.locator(".act-buttons .primary").tap()
    delivered(phone, 1)
    assert FieldRecord.objects.get().verb == "arrive"


def test_the_second_officer_signs_in_on_the_same_phone_and_no_password_stays_there(phone, site):
    page = phone.page
    phone.go(f"#act/{site.case_no}/recheck_passed")
    page.get_by_label("第二名执法人员").select_option("convener3")
    page.get_by_label("召集人三 的密码").fill("falsch")
    page.get_by_role("button", name="在本机登录").tap()
    page.wait_for_selector(".field-error >> text=不")
    page.get_by_label("召集人三 的密码").fill(accounts.DEMONSTRATION_PASSWORD)
    page.get_by_role("button", name="在本机登录").tap()
    page.wait_for_selector("text=召集人三 已在本机登录")
    [draft] = phone.store("store.drafts()")
    assert draft["answers"]["second"]["how"] == "here"
    assert draft["answers"]["second"]["token"]
    assert accounts.DEMONSTRATION_PASSWORD not in json.dumps(draft)


def order_stop_until_its_paper(phone, site):
    page = phone.page
    phone.go(f"#act/{site.case_no}/order_stop")
    page.get_by_label("第二名执法人员").select_option("convener3")
    page.get_by_label("在自己手机上确认").tap()
    page.wait_for_selector(".message.success")
    phone.tap("下一步")
    page.wait_for_selector("[data-question=demands]")
    phone.tap("立即停止施工")
    page.get_by_label("3 天").tap()
    phone.tap("下一步")
    page.wait_for_selector(".order-paper >> text=索河路北侧工地")
    assert "立即停止施工" in page.inner_text(".order-paper")


def order_stop(phone, site):
    page = phone.page
    order_stop_until_its_paper(phone, site)
    phone.tap("下一步")
    page.wait_for_selector("[data-question=party]")
    page.get_by_label("拒绝签字").tap()
    phone.tap("下一步")
    page.wait_for_selector(".act-says >> text=请填写见证人")
    page.get_by_label("见证人").fill("李四")
    phone.tap("下一步")
    page.wait_for_selector(".review")
    phone.tap("完成并发送")
    page.wait_for_selector("text=已存入本机")


def test_where_the_case_moved_on_both_are_kept_and_shown(phone, site):
    """The phone orders a stop offline while the office's other officer orders to rectify."""
    phone.wait_for_worker()
    phone.go_offline()
    order_stop(phone, site)
    words = {
        "officers": ["convener3", "inspector3"],
        "demands": "限期补办手续",
        "due_at": (timezone.now() + timedelta(days=5)).isoformat(),
    }
    actions.perform(Case.objects.get(), "order_rectify", by=User.objects.get(username="convener3"), given=words)
    phone.go("#outbox")
    phone.go_online()
    phone.page.wait_for_selector("li[data-state=conflict] .both")
    mine, theirs = phone.page.locator("li[data-state=conflict] .both section").all_inner_texts()
    assert "立即停止施工" in mine
    assert "召集人三" in theirs
    assert "限期补办手续" in theirs
    assert site.orders.count() == 1, "nothing was overwritten"
    assert violations(phone.page) == {}


def test_violence_is_recorded_where_and_when_it_was_met_and_not_where_somebody_stepped_back_to(phone, site):
    page = phone.page
    phone.go(f"#act/{site.case_no}/record_violence")
    until(lambda: (phone.store("store.drafts()") or [{}])[0].get("place"), "the place")
    [draft] = phone.store("store.drafts()")
    phone.stand_at(*FAR)
    phone.go("#me")  # where the position is looked at
    page.wait_for_selector(".me-position >> text=113.38500")
    phone.go(f"#act/{site.case_no}/record_violence")
    page.wait_for_selector(".phrases")
    phone.tap("立即记录")
    delivered(phone, 1)
    record = FieldRecord.objects.get()
    assert record.place.coords == pytest.approx(SUOHE)
    assert record.captured_at == parse_datetime(draft["captured_at"])


def test_an_alarm_that_was_touched_and_left_long_ago_gives_no_time_to_the_next_one(phone, site):
    page = phone.page
    phone.go(f"#act/{site.case_no}/record_violence")
    page.wait_for_selector(".phrases")
    [draft] = phone.store("store.drafts()")
    phone.go("#today")
    old = (timezone.now() - timedelta(days=3)).isoformat()
    phone.store(f"store.keepDraft({{ ...(await store.drafts())[0], captured_at: '{old}' }})")
    phone.go(f"#act/{site.case_no}/record_violence")
    page.wait_for_selector(".phrases")
    [anew] = phone.store("store.drafts()")
    assert anew["key"] != draft["key"]
    assert anew["captured_at"] >= draft["captured_at"]


def test_what_the_server_refuses_is_mended_under_the_same_key(phone, site):
    """A date that has passed by the time the server sees it: nothing is kept, and the next try is no second record."""
    phone.page.evaluate(
        """async ([base, no]) => {
          const [{ hand }, store] = await Promise.all([import(`${base}/outbox.mjs`), import(`${base}/store.mjs`)]);
          const draft = { key: crypto.randomUUID(), kind: "act", verb: "remark", case_no: no, group: no, words: { text: "" }, answers: {}, place: null,
            base_version: 1, updatedAt: new Date().toISOString(), step: 0, label: "备注", username: "inspector3" };
          await store.keepDraft(draft);
          await hand(draft);
        }""",
        [FIELD, site.case_no],
    )
    phone.go("#outbox")
    page = phone.page
    page.wait_for_selector("li[data-state=failed] .reason >> text=备注：")
    assert FieldRecord.objects.count() == 0
    [before] = phone.changes()
    page.get_by_role("button", name="编辑").tap()
    page.wait_for_selector("[data-question=photos]")
    phone.tap("下一步")
    page.get_by_label("备注").fill("现场无人")
    phone.tap("完成并发送")
    delivered(phone, 1)
    assert str(FieldRecord.objects.get().key) == before["key"]


def test_the_second_officer_confirms_on_a_phone_of_their_own(phone, phone_of, site):
    page = phone.page
    phone.go(f"#act/{site.case_no}/recheck_failed")
    page.get_by_label("第二名执法人员").select_option("convener3")
    page.get_by_label("在自己手机上确认").tap()
    page.wait_for_selector("text=召集人三 将在自己手机上确认")
    phone.tap("下一步")
    page.get_by_label("现场有危险").tap()
    phone.tap("下一步")
    phone.tap("正在施工")
    phone.tap("下一步")
    page.wait_for_selector(".review")
    phone.tap("完成并发送")
    until(lambda: FieldRecord.objects.exists(), "the record")
    assert FieldRecord.objects.get().second_confirmed_at is None
    theirs = phone_of("convener3", *SUOHE)
    theirs.open("#outbox")
    theirs.page.wait_for_selector("[data-confirm] >> text=正在施工")
    theirs.tap("我在现场")
    until(lambda: FieldRecord.objects.get().second_confirmed_at, "the confirmation")
    theirs.page.wait_for_selector("[data-confirm]", state="detached")
    assert violations(theirs.page) == {}


def test_the_export_has_what_waits_with_its_photos_and_needs_no_line(phone, site, tmp_path):
    phone.wait_for_worker()
    phone.go_offline()
    page = phone.page
    phone.go(f"#act/{site.case_no}/remark")
    page.get_by_role("button", name="其他: 拍照").tap()
    phone.take_picture()
    page.wait_for_selector(".shots canvas")
    phone.tap("下一步")
    page.get_by_label("备注").fill("围挡缺失")
    phone.tap("完成并发送")
    page.wait_for_selector("text=已存入本机")
    phone.go("#outbox")
    with page.expect_download() as download:
        page.get_by_role("button", name="全部导出").tap()
    download.value.save_as(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        [record] = json.loads(archive.read("records.json"))
        assert record["words"] == {"text": "围挡缺失"}
        assert len(archive.read(record["photos"][0]["file"])) == record["photos"][0]["bytes"]


def test_a_report_beside_an_open_case_becomes_a_remark_of_it(phone, site):
    page = phone.page
    phone.go("#new")
    page.wait_for_selector(".near-box >> text=是不是其中之一")
    page.get_by_role("button", name="就是这个").first.tap()
    page.wait_for_selector("[data-question=photos]")
    phone.tap("下一步")
    page.get_by_label("备注").fill("又在施工")
    phone.tap("完成并发送")
    delivered(phone, 1)
    assert Case.objects.count() == 1
    assert site.events.get(verb="remark").note == "又在施工"


def test_a_report_can_be_undone_before_it_is_sent(phone, site):
    page = phone.page
    phone.stand_at(*FAR)
    phone.go("#new")
    page.wait_for_selector(".where b")
    page.locator(".big-chips input").first.tap()
    page.get_by_label("已现场处理").tap()
    page.get_by_role("button", name="拍照").tap()
    phone.take_picture()
    page.wait_for_selector(".shots canvas")
    phone.tap("上报", exact=True)
    page.wait_for_selector("text=已上报")
    phone.tap("撤销")
    page.wait_for_selector(".big-chips")
    assert phone.changes() == []
    assert Case.objects.count() == 1
    phone.tap("上报", exact=True)
    delivered(phone, 1)
    assert Case.objects.order_by("id").last().description == "已现场处理。"


def test_what_another_person_recorded_on_this_phone_waits_for_that_person(phone, site):
    phone.wait_for_worker()
    phone.go_offline()
    phone.go(f"#act/{site.case_no}/arrive")
    phone.page.wait_for_selector(".where >> text=0 米")
    phone.page.locator(".act-buttons .primary").tap()
    phone.page.wait_for_selector("text=已存入本机")
    phone.username = "convener3"
    phone.enter()
    phone.go_online()
    phone.go("#outbox")
    until(lambda: "POST /api/v1/field/devices/" in phone.line.heard[-5:], "the question who is here")
    phone.page.wait_for_timeout(500)
    assert FieldRecord.objects.count() == 0
    phone.username = "inspector3"
    phone.enter()
    phone.tap("立即发送")
    delivered(phone, 1)
    assert FieldRecord.objects.get().user.username == "inspector3"


def test_a_patrol_says_where_the_phone_slept(phone):
    """Points at 0, 4 and 12 minutes of a patrol of 20: two stretches of more than five minutes are missing."""
    minutes = phone.page.evaluate(
        """async (base) => {
          const { gapsOf } = await import(`${base}/../patrol_recorder.mjs`);
          return gapsOf([0, 4, 12].map((one) => one * 60000), 0, 20 * 60000).map((gap) => gap.map((at) => at / 60000));
        }""",
        FIELD,
    )
    assert minutes == [[4, 12], [12, 20]]


def test_a_patrol_with_nothing_found_ends_in_one_tap_and_stands_in_the_outbox(phone):
    page = phone.page
    phone.go("#patrol")
    page.tap("#start")
    until(lambda: page.inner_text("#points") not in ("", "0"), "a point")
    phone.go("#today")
    phone.go("#patrol")
    page.tap("#end-empty")
    phone.go("#outbox")
    page.wait_for_selector(".patrol-rows >> text=已送达")


@pytest.mark.parametrize("theme", ["light", "dark", "sunlight"])
def test_the_screens_of_the_site_have_nothing_for_axe(phone, site, theme):
    page = phone.page
    found = {}
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    for screen, ready in (
        (f"#act/{site.case_no}/arrive", ".where"), (f"#act/{site.case_no}/inspect", "select"), (f"#act/{site.case_no}/remark", ".slot"),
        (f"#act/{site.case_no}/record_violence", ".phrases"), ("#new", ".big-chips"), ("#outbox", ".outbox-acts"), ("#patrol", "#start"),
    ):  # fmt: skip
        phone.go(screen)
        page.wait_for_selector(ready)
        found |= {f"{screen} {name}": place for name, place in violations(page).items()}
    assert found == {}, found
