"""What was begun on the phone and left: no site lands in the draft of another, and a report stays where it was begun."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cases.models import Case
from tests.browser.field_phone import until

FAR = (113.3850, 34.7870)  # 640 m to the east
OFFICE = (113.3600, 34.7900)
CHINA = ZoneInfo("Asia/Shanghai")
EARLIER = "2026-11-20T01:05:00Z"  # 09:05 in China, of another day than any test's


@pytest.fixture
def phone(phone_of, site):
    phone = phone_of("inspector3", *FAR)
    phone.open()
    phone.wait_for_cases()
    yield phone
    assert phone.complaints == []


def draft(key, at, **more):
    return {
        "key": key, "kind": "report", "case_no": "", "verb": "", "words": {}, "answers": {}, "second": None, "place": None,
        "base_version": None, "updatedAt": at, "step": 0, "username": "inspector3", "label": "快速上报", **more,
    }  # fmt: skip


def keep(phone, row):
    phone.page.evaluate("async (row) => (await import('/static/gis_core/field/store.mjs')).keepDraft(row)", row)


def test_a_report_that_was_left_is_gone_on_with_or_given_up_and_lies_where_it_was_begun(phone):
    """Begun without a photo 640 m to the east, found again and sent in the office; the one given up leaves nothing."""
    page = phone.page
    phone.go("#new")
    page.wait_for_selector(".where-box >> text=您在 113.38500")
    page.locator(".big-chips input").first.tap()
    page.wait_for_selector(".where-box >> text=上报位置：113.38500")
    phone.go("#today")
    phone.stand_at(*OFFICE)
    page.wait_for_selector(".stand")
    phone.go("#new")
    page.wait_for_selector(".left-draft >> text=还没有完成")
    begun = datetime.fromisoformat(phone.store("store.drafts()")[0]["begun_at"]).astimezone(CHINA)
    assert f"{begun:%H:%M} 开始的上报" in page.inner_text(".left-draft h2")
    assert "113.38500, 34.78700 ±8 m" in page.inner_text(".left-draft")
    phone.tap("继续")
    page.get_by_role("button", name="拍照").tap()
    phone.take_picture()
    page.wait_for_selector(".shots canvas")
    assert "113.36" in page.inner_text(".where-box"), "the first photo's shutter knows better"
    page.get_by_text("改正位置").tap()
    page.get_by_label("经度（WGS 84）").fill("34.787")
    phone.tap("定在这里")
    page.wait_for_selector(".place-says >> text=73 到 136")
    page.get_by_label("经度（WGS 84）").fill("113.385")
    page.get_by_label("纬度（WGS 84）").fill("34.787")
    phone.tap("定在这里")
    page.wait_for_selector(".where-box >> text=手动改正的位置：113.38500, 34.78700")
    phone.tap("上报", exact=True)
    page.wait_for_selector("text=已上报")
    until(lambda: [one["state"] for one in phone.changes()] == ["delivered"], phone.told)
    case = Case.objects.order_by("id").last()
    assert case.geom.coords == pytest.approx(FAR)
    phone.go("#today")
    keep(phone, draft("6f9619ff-8b86-4011-b42d-00cf4fc964f1", EARLIER, answers={"note": "旧工地"}))
    phone.go("#new")
    page.wait_for_selector(".left-draft >> text=2026-11-20 09:05 开始的上报")
    phone.tap("放弃并重新开始")
    page.wait_for_selector(".big-chips")
    assert phone.store("store.drafts()") == []


def test_a_draft_left_without_a_place_takes_none_by_itself_from_where_it_is_opened(phone):
    key = "6f9619ff-8b86-4011-b42d-00cf4fc964f2"
    keep(phone, draft(key, EARLIER, answers={"note": "没有定位"}))
    page = phone.page
    phone.go(f"#new/{key}")
    page.wait_for_selector(".where-box >> text=开始这份草稿时没有定位")
    page.wait_for_timeout(500)
    assert phone.store("store.drafts()")[0]["place"] is None
    phone.tap("用现在的位置")
    page.wait_for_selector(".where-box >> text=上报位置：113.38500")


def test_going_on_opens_the_draft_that_was_pressed_and_not_the_newest(phone, site):
    older, newer = "6f9619ff-8b86-4011-b42d-00cf4fc964f3", "6f9619ff-8b86-4011-b42d-00cf4fc964f4"
    act = {"kind": "act", "verb": "remark", "case_no": site.case_no, "group": site.case_no, "step": 1}
    page = phone.page
    for more, field in (({}, "address"), (act, "text")):
        for key, at, said in ((older, EARLIER, "先写的"), (newer, "2026-11-21T01:00:00Z", "后写的")):
            keep(phone, draft(key, at, answers={field: said, "note": said}, **more))
        phone.go("#outbox")
        page.locator(f"[data-key='{older}']").get_by_role("link", name="继续").tap()
        until(
            lambda: "先写的" in page.eval_on_selector_all("textarea", "all => all.map((one) => one.value)"), phone.told
        )
        phone.go("#today")
        page.wait_for_selector(".stand")


def test_what_was_carried_on_another_day_says_the_day(phone):
    """A list and a position of the 20th, read without a line on whatever day this is."""
    page = phone.page
    phone.wait_for_worker()
    page.evaluate(
        """async (at) => {
          const store = await import('/static/gis_core/field/store.mjs');
          await store.keepMeta("pack", { ...(await store.meta("pack")), at });
          await store.keepMeta("last_fix", { lon: 113.385, lat: 34.787, accuracy: 8, at: Date.parse(at) });
        }""",
        EARLIER,
    )
    said = page.evaluate("async (at) => (await import('/static/gis_core/field/words.mjs')).when(at)", EARLIER)
    assert said == "2026-11-20 09:05"
    now = datetime.now(CHINA)
    assert page.evaluate("async () => (await import('/static/gis_core/field/words.mjs')).when(Date.now())") in {
        f"{now:%H:%M}", f"{datetime.now(CHINA):%H:%M}",
    }  # fmt: skip
    phone.go_offline()
    phone.context.clear_permissions()
    page.reload()
    page.wait_for_selector(".stand >> text=离线 · 2026-11-20 09:05 缓存")
    assert "· 2026-11-20 09:05 ·" in page.inner_text(".stand")
