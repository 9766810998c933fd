"""Whose phone it is: its name at the office, another person on it, a case that is not carried, a site just reported."""

from cases.models import Case, FieldDevice, FieldRecord
from tests.browser.field_phone import FIELD, until

FAR = (113.3850, 34.7870)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
HUAWEI = "Mozilla/5.0 (Linux; Android 12; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Mobile Safari/537.36"


def test_the_office_sees_what_the_phone_is_and_then_what_the_person_calls_it(phone):
    """Without a record to send: the phone says who it is when it starts, and when its name is typed."""
    until(lambda: FieldDevice.objects.exclude(name="").exists(), phone.told)
    assert FieldDevice.objects.get().name.endswith("· Chrome")
    script = f"async (agents) => agents.map((await import('{FIELD}/hello.mjs')).description)"
    assert phone.page.evaluate(script, [IPHONE, HUAWEI]) == ["iPhone · Safari", "Android 12 · Chrome"]
    phone.go("#me")
    phone.page.get_by_label("本机名称").fill("三组一号机")
    phone.page.get_by_label("本机名称").blur()
    until(lambda: FieldDevice.objects.get().name == "三组一号机", phone.told)


def test_what_was_carried_for_another_person_goes_at_once_and_what_waits_stays(phone, site):
    """Carried a moment ago, so age alone would keep it; the second person sees no case of the first one's group."""
    page = phone.page
    page.evaluate(
        """async (no) => {
          const store = await import('/static/gis_core/field/store.mjs');
          await store.keepDraft({ key: "d1", kind: "report", username: "inspector3", words: {}, answers: { note: "半句话" }, updatedAt: "2026-11-20T01:00:00Z" });
          await store.keepCase({ ...(await store.caseOf(no)), no: "XY-ONLY-3" });
        }""",
        site.case_no,
    )
    phone.username = "convener1"
    phone.enter()
    page.reload()
    page.wait_for_selector("[data-news=person] >> text=已换人登录")
    until(lambda: phone.store("(await store.meta('pack'))?.person.username") == "convener1", phone.told)
    assert "XY-ONLY-3" not in [one["no"] for one in phone.store("store.cases()")]
    assert [one["key"] for one in phone.store("store.drafts()")] == ["d1"]
    phone.go("#outbox")
    page.wait_for_selector("[data-key=d1] >> text=等本人登录后发送")
    assert page.locator("[data-key=d1] a").count() == 0
    phone.go("#new")
    page.locator(".big-chips input").first.tap()
    until(lambda: len(phone.store("store.drafts()")) == 2, phone.told)
    assert {one["username"] for one in phone.store("store.drafts()")} == {"inspector3", "convener1"}


def test_an_act_on_a_case_that_is_not_carried_knows_its_version_and_how_far_it_is(phone, site):
    """Moved on before it was opened: the phone's act says which version was seen, and at the place needs no reason."""
    Case.objects.update(version=7)
    phone.store("store.dropCarried()")
    phone.go(f"#case/{site.case_no}")
    phone.page.wait_for_selector(".case-head")
    phone.go(f"#act/{site.case_no}/arrive")
    phone.page.wait_for_selector(".where >> text=您距案件位置 0 米")
    phone.page.locator(".act-buttons .primary").tap()
    until(lambda: FieldRecord.objects.filter(verb="arrive", base_version=7, state="done").exists(), phone.told)


def test_an_act_on_a_site_just_reported_is_reached_without_a_line_and_arrives_after_the_report(phone):
    page = phone.page
    phone.stand_at(*FAR)
    phone.wait_for_worker()
    phone.go_offline()
    phone.go("#new")
    page.wait_for_selector(".where-box >> text=113.38500")
    page.locator(".big-chips input").first.tap()
    page.get_by_role("button", name="拍照").tap()
    phone.take_picture()
    page.wait_for_selector(".shots canvas")
    phone.tap("上报", exact=True)
    page.wait_for_selector("text=已上报")
    assert page.locator(".done a[href$='/order_stop']").count() == 0, "the law has no order before an investigation"
    page.locator(".done a[href$='/arrive']").tap()
    page.wait_for_selector(".where >> text=您距案件位置 0 米")
    page.locator(".act-buttons .primary").tap()
    page.wait_for_selector("text=已存入本机")
    phone.go("#outbox")
    page.wait_for_selector("[data-state=waiting] a[href$='/remark']")
    phone.go_online()
    until(lambda: [one["state"] for one in phone.changes()] == ["delivered", "delivered"], phone.told)
    report, arrival = FieldRecord.objects.order_by("id")
    assert (report.kind, arrival.verb, arrival.after, arrival.state) == ("report", "arrive", report.key, "done")
    assert arrival.case == report.case
    until(lambda: page.locator(f"a[href='#case/{report.case.case_no}']").count() == 1, phone.told)


def test_an_iphone_is_handed_apples_map_and_any_other_phone_its_own(phone):
    script = (
        f"""async (apple) => (await import('{FIELD}/ways.mjs')).ways({{ no: "XY-1", lon: 113.5, lat: 34.5 }}, apple)"""
    )
    assert phone.page.evaluate(script, True) == [
        ["苹果地图（WGS 84）", "https://maps.apple.com/?ll=34.5,113.5&q=XY-1", "wgs84"]
    ]
    [[name, address, _system]] = phone.page.evaluate(script, False)
    assert (name, address) == ("系统地图", "geo:34.5,113.5?q=34.5,113.5(XY-1)")


def test_signing_out_at_the_desk_asks_while_the_phone_holds_what_waits(phone):
    page = phone.page
    phone.store(
        """await store.keepDraft({ key: "d1", kind: "report", username: "inspector3", words: {}, answers: {}, updatedAt: "2026-11-20T01:00:00Z" })"""
    )
    asked = []
    answers = iter([False, True])

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if next(answers) else dialog.dismiss()

    page.on("dialog", answer)
    page.goto(f"{phone.line.address}/todo/")
    for time in range(2):
        if not page.locator(".menu-acts button").is_visible():
            page.locator(".header-end details.menu:has(.menu-acts) summary").tap()
        page.locator(".menu-acts button").tap()
        until(lambda n=time: page.wait_for_timeout(100) or len(asked) == n + 1, "the question")
    assert "还有 1 条记录没有送达服务器" in asked[0]
    page.wait_for_selector("[name=password]")


def test_in_large_type_no_button_of_the_phone_leaves_a_character_alone(phone, site):
    """全部导出 in one line or two of two; the arrival's lines keep eight pixels from their frame."""
    page = phone.page
    phone.stand_at(*FAR)
    page.evaluate("document.documentElement.dataset.type = 'large'")
    phone.go("#outbox")
    page.wait_for_selector(".outbox-acts")
    lines = """(button) => {
      const range = document.createRange();
      const text = button.querySelector("span").firstChild;
      const tops = [...text.data].map((_one, nth) => (range.setStart(text, nth), range.setEnd(text, nth + 1), Math.round(range.getBoundingClientRect().top)));
      return Object.values(Object.groupBy(tops, (top) => top)).map((those) => those.length);
    }"""
    found = page.locator(".outbox-acts button").evaluate_all(f"(all) => all.map({lines})")
    assert all(min(those) > 1 for those in found), found
    phone.go(f"#case/{site.case_no}")
    page.wait_for_selector(".arrive >> text=641 米")
    room = """(link) => {
      const [box, text] = [link.getBoundingClientRect(), link.querySelector("span").getBoundingClientRect()];
      return Math.min(text.top - box.top, box.bottom - text.bottom);
    }"""
    assert page.locator(".arrive").evaluate(room) >= 8
