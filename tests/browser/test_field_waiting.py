"""What waits in the phone: every record goes on by itself, one step follows on another, and evidence finds room."""

import pytest
from django.utils import timezone

from cases.models import Case, FieldRecord
from tests.browser.field_phone import FIELD, until
from tests.factories import SUOHE


@pytest.fixture
def phone(phone_of, site):
    phone = phone_of("inspector3", *SUOHE)
    phone.open()
    phone.wait_for_cases()
    yield phone
    assert phone.complaints == []


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
