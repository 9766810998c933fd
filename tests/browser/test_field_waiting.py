"""What waits in the phone: every record goes on by itself, one step follows on another, and evidence finds room."""

import pytest
from django.utils import timezone

from cases.models import Case, FieldRecord
from tests.browser.field_phone import FIELD, until
from tests.factories import SUOHE


def delivered(phone, number):
    until(lambda: len([one for one in phone.changes() if one["state"] == "delivered"]) == number, phone.told)


HAND = """async ([base, one]) => {
  const [{ hand }, store] = await Promise.all([import(`${base}/outbox.mjs`), import(`${base}/store.mjs`)]);
  const draft = { key: crypto.randomUUID(), kind: "act", group: one.case_no, answers: {}, place: null, base_version: 1,
    updatedAt: new Date().toISOString(), step: 0, label: one.verb, username: "inspector3", ...one };
  await store.keepDraft(draft);
  await hand(draft);
}"""


def inspection():
    return {
        "officers": ["inspector3", "convener3"], "findings": "正在施工", "showed_id": True, "violations": ["construction_permit"],
        "held_at": timezone.now().isoformat(),
    }  # fmt: skip


def test_without_a_line_one_step_follows_on_another_and_the_receipt_says_where_the_case_stands(phone, site):
    """Filed: the stop is ordered after the inspection, which the server has not heard of yet."""
    Case.objects.update(status="filed")
    page = phone.page
    phone.store("(await import('/static/gis_core/field/carry.mjs')).carry()")
    phone.wait_for_worker()
    phone.go_offline()
    phone.go(f"#case/{site.case_no}")
    page.wait_for_selector(".case-head >> text=已立案")
    assert page.locator("a[href$='/order_stop']").count() == 0
    page.evaluate(HAND, [FIELD, {"case_no": site.case_no, "verb": "inspect", "words": inspection()}])
    phone.go("#today")
    page.wait_for_selector(".near-list")
    phone.go(f"#case/{site.case_no}")
    page.wait_for_selector(".case-head >> text=调查取证（待传）")
    assert page.locator("a[href$='/order_stop']").count() == 1
    phone.go_online()
    delivered(phone, 1)
    phone.go("#today")
    page.wait_for_selector(".near-list >> text=调查取证")
    assert phone.store(f"store.caseOf('{site.case_no}')")["version"] == 1, "what the person has seen of it"


def test_what_is_taken_down_while_something_is_being_sent_goes_next(phone, site):
    """Nobody presses, nothing else happens: the lock stands for a long upload."""
    page = phone.page
    page.evaluate("""() => {
      navigator.locks.request("field-outbox", () => new Promise((resolve) => (window.uploaded = resolve)));
    }""")
    page.evaluate(HAND, [FIELD, {"case_no": site.case_no, "verb": "remark", "words": {"text": "现场无人"}}])
    page.wait_for_timeout(500)
    assert [one["state"] for one in phone.changes()] == ["waiting"]
    page.evaluate("window.uploaded()")
    delivered(phone, 1)


@pytest.mark.parametrize("finished", [True, False])
def test_what_built_on_a_record_that_is_edited_or_given_up_waits_for_nothing(phone, site, finished):
    """Two remarks without a line; the first is taken back, and finished after the second or never."""
    page = phone.page
    phone.wait_for_worker()
    phone.go_offline()
    for text in ("第一条", "第二条"):
        page.evaluate(HAND, [FIELD, {"case_no": site.case_no, "verb": "remark", "words": {"text": text}}])
    page.evaluate(
        """async ([base, finished]) => {
          const [{ hand, takeBack }, store] = await Promise.all([import(`${base}/outbox.mjs`), import(`${base}/store.mjs`)]);
          const [first] = (await store.changes()).sort((one, other) => one.seq - other.seq);
          const draft = await takeBack(first.key);
          if (finished) await hand(draft);
        }""",
        [FIELD, finished],
    )
    phone.go_online()
    delivered(phone, 2 if finished else 1)
    assert set(FieldRecord.objects.values_list("state", flat=True)) == {"done"}
    assert site.events.filter(verb="remark").count() == (2 if finished else 1)


def test_a_report_that_is_refused_keeps_no_other_back(phone):
    """Both without a line, the first with a channel that there is not; nobody presses afterwards."""
    phone.wait_for_worker()
    phone.go_offline()
    place = {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "accuracy_m": 8, "source": "gps"}
    for channel in ("nonsense", "patrol"):
        words = {"channel": channel, "violations": ["construction_permit"]}
        report = {"kind": "report", "case_no": "", "verb": "", "group": None, "words": words, "place": place}
        phone.page.evaluate(HAND, [FIELD, report])
    phone.go_online()
    delivered(phone, 1)
    assert [one["state"] for one in phone.changes()] == ["failed", "delivered"]


def test_a_clock_that_is_set_back_holds_no_report(phone, site):
    """The phone ran two days ahead when it was to wait ten seconds; a line puts its clock right."""
    phone.page.evaluate(
        HAND.replace("hand(draft)", "hand(draft, { heldMs: 48 * 3_600_000 })"),
        [FIELD, {"case_no": site.case_no, "verb": "remark", "words": {"text": "现场无人"}}],
    )
    phone.store("(await import('/static/gis_core/field/outbox.mjs')).send()")
    delivered(phone, 1)


def test_a_photo_that_finds_no_room_takes_that_of_the_carried_map(phone):
    """The first write fails as a full phone lets it fail; the second has the map's room."""
    kept = phone.page.evaluate(
        """async (base) => {
          const { take } = await import(`${base}/photo.mjs`);
          const store = await import(`${base}/store.mjs`);
          await (await caches.open("basemap")).put("/basemap/1/1/1.png", new Response("x"));
          const { put } = IDBObjectStore.prototype;
          IDBObjectStore.prototype.put = function (row) {
            IDBObjectStore.prototype.put = put;
            throw new DOMException("full", "QuotaExceededError");
          };
          const { id } = await take(new Blob(["x"], { type: "image/jpeg" }), { record: "r1", slot: "site" });
          return [(await store.photosOf("r1")).map((one) => one.id === id), await caches.has("basemap")];
        }""",
        FIELD,
    )
    assert kept == [[True], False]
