"""Item 1 of what the phone must show: prepared, offline, an inspection with five photos, a new site, the browser killed,
opened again, and all of it arrives once, wherever the line breaks."""

import hashlib

import pytest

from cases.models import Case, Evidence, FieldRecord, Upload
from tests.browser.field_phone import FIELD, until
from tests.browser.phone_line import AFTER, BEFORE, HALFWAY
from tests.factories import SUOHE

FAR_AWAY = (113.3935, 34.7905)  # still in the city, with no case at hand


def inspect_until_the_photos(phone):
    page = phone.page
    page.get_by_label("第二名执法人员").select_option("convener3")
    page.get_by_role("button", name="保存签字").tap()
    page.wait_for_selector("text=已签字，之后确认")
    phone.tap("下一步")
    page.get_by_label("两人均已向当事人出示执法证件").tap()
    phone.tap("下一步")
    page.locator("[data-question=violations] .chips input").first.tap()
    phone.tap("下一步")
    page.wait_for_selector("[data-question=photos]")


def inspect(phone):
    """Seven questions, five photos."""
    page = phone.page
    inspect_until_the_photos(phone)
    phone.tap("下一步")
    page.wait_for_selector(".act-says >> text=还缺：全景 × 1、施工部位 × 1、公示牌 × 1")
    for slot in ("全景", "全景", "施工部位", "施工部位", "公示牌"):
        phone.shoot(slot)
    until(lambda: page.locator("[data-question=photos] .lacks").count() == 0, "the photos to be enough")
    phone.tap("下一步")
    phone.tap("正在施工")
    phone.tap("下一步")
    page.get_by_label("拒绝签字").tap()
    page.get_by_label("见证人").fill("见证人甲")
    until(lambda: phone.store("(await store.drafts())[0].answers.party.witness") == "见证人甲", "the disk")


def report(phone):
    """Two taps and a photo."""
    page = phone.page
    phone.stand_at(*FAR_AWAY)
    phone.go("#new")
    page.wait_for_selector(".where-box >> text=第三协作组")
    page.locator(".big-chips input").first.tap()
    page.get_by_role("button", name="拍照").tap()
    phone.take_picture()
    page.wait_for_selector(".shots canvas")
    phone.tap("上报", exact=True)
    page.wait_for_selector("text=已上报")


def test_a_day_without_a_line_arrives_whole_and_once_after_the_browser_was_killed(phone_of, site):
    phone = phone_of("inspector3", *SUOHE)
    phone.open()
    phone.wait_for_cases()
    phone.wait_for_worker()
    phone.go_offline()
    phone.page.reload()
    nearest = phone.page.locator("#screen a[href^='#case/']").first
    nearest.wait_for()
    assert nearest.get_attribute("href") == f"#case/{site.case_no}"
    nearest.tap()
    phone.go(f"#act/{site.case_no}/inspect")
    inspect(phone)
    phone.kill()  # in the middle of it: the draft stands where it was left
    phone.switch_on()
    phone.context.set_offline(True)
    phone.open(f"#act/{site.case_no}/inspect")
    phone.page.wait_for_selector("[data-question=party]")
    assert phone.page.get_by_label("见证人").input_value() == "见证人甲"
    phone.tap("下一步")
    phone.page.wait_for_selector(".review >> text=正在施工")
    phone.tap("完成并发送")
    phone.page.wait_for_selector("text=已存入本机")
    report(phone)
    kept = phone.changes()
    assert [one["state"] for one in kept] == ["waiting", "waiting"]
    assert FieldRecord.objects.count() == 0
    phone.kill()
    phone.switch_on()
    phone.context.set_offline(True)
    phone.open("#outbox")
    phone.page.wait_for_selector(".outbox-head >> text=2 条待传")
    phone.go_online()
    until(lambda: phone.page.locator(".outbox li[data-state=delivered]").count() == 2, phone.told)

    inspection, new_site = FieldRecord.objects.order_by("id")
    assert (inspection.verb, inspection.state, inspection.case) == ("inspect", "done", site)
    assert "当事人拒绝签字，见证人：见证人甲。" in inspection.words["findings"]
    assert (new_site.kind, new_site.state) == ("report", "done")
    assert Case.objects.count() == 2
    assert site.inspections.count() == 1
    rows = phone.page.inner_text(".outbox-list")
    for record in (inspection, new_site):
        assert f"回执 {record.number}" in rows
    photos = Evidence.objects.filter(medium="photo")
    assert photos.filter(case=site).count() == 6, "five photos and the second officer's signature"
    assert photos.filter(case=new_site.case).count() == 1
    for photo in photos:
        with photo.original.open() as original:
            assert hashlib.sha256(original.read()).hexdigest() == photo.sha256
    assert {photo.sha256 for photo in photos} == {told["sha256"] for one in kept for told in one["photos"]}
    assert phone.complaints == []


RECORD = """async ([base, no, version, letter]) => {
  const [{ hand }, { take }, store] = await Promise.all(["outbox", "photo", "store"].map((name) => import(`${base}/${name}.mjs`)));
  const draft = (more) => ({ key: crypto.randomUUID(), words: {}, answers: {}, second: null, place: { lon: 113.378, lat: 34.787, crs: "wgs84", accuracy_m: 8, source: "gps" },
    base_version: version, updatedAt: new Date().toISOString(), step: 0, label: "备注", ...more });
  const bytes = Uint8Array.from({ length: 1_300_000 }, (_, nth) => (nth * 7) % 251);
  const canvas = new OffscreenCanvas(64, 64);
  canvas.getContext("2d").fillText(letter, 9, 30);
  const picture = await canvas.convertToBlob({ type: "image/jpeg" });
  const remark = draft({ kind: "act", verb: "remark", case_no: no, group: no, words: { text: `现场${letter}` } });
  await take(new Blob([picture, bytes], { type: "image/jpeg" }), { record: remark.key, slot: "more" });
  await store.keepDraft(remark);
  await hand(remark);
  const report = draft({ kind: "report", case_no: "", verb: "", words: { channel: "patrol", violations: ["construction_permit"] } });
  await store.keepDraft(report);
  await hand(report);
}"""
OF_THE_RELEASE = ("/jsi18n/", "/field/$")  # opened again it asks for none of these
CUTS = [
    *((method, address, when) for method, address in (
        ("POST", "/field/changes/$"), ("POST", "/field/devices/$"), ("POST", "/uploads/$"), ("PATCH", "/uploads/"),
    ) for when in (BEFORE, HALFWAY, AFTER)),
    *(("GET", address, BEFORE) for address in ("/field/pack/", "/jsi18n/", "/field/$")),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address", "when"), CUTS)
def test_wherever_the_line_breaks_everything_arrives_once_by_itself(phone_of, site, method, address, when):
    """The photo is of three pieces: its second life begins where the first one broke."""
    phone = phone_of("inspector3", *SUOHE)
    phone.open()
    phone.wait_for_cases()
    phone.wait_for_worker()
    phone.go_offline()
    phone.page.evaluate(RECORD, [FIELD, site.case_no, site.version, when])
    phone.line.set_trap(method, address, when)
    phone.line.heard.clear()
    phone.go_online()
    if method == "GET":
        phone.page.evaluate(
            f"fetch('{address.replace('$', '').replace('/field/pack/', '/api/v1/field/pack/')}').catch(() => null)"
        )
        phone.page.reload()
    phone.go("#outbox")
    until(lambda: phone.page.locator(".outbox li[data-state=delivered]").count() == 2, phone.told)
    assert phone.line.sprung.is_set() == (address not in OF_THE_RELEASE), phone.line.heard
    assert FieldRecord.objects.count() == 2
    assert site.events.filter(verb="remark").count() == 1
    assert Case.objects.count() == 2
    photo = Evidence.objects.get(case=site)
    [told] = phone.changes()[0]["photos"]
    assert photo.sha256 == told["sha256"]
    assert photo.record == FieldRecord.objects.get(verb="remark").key
    assert Upload.objects.filter(evidence=None).count() <= (method == "POST" and when != BEFORE)
