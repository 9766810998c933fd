"""The two sides of every midnight that matters: what is over is gone from every place at once, kept answers included."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from oversight.conduct import acts, keys
from oversight.models import BadConductRecord
from tests.factories import make_user
from tests.oversight.scene import DECIDED, FIRST, entry, published

MIDNIGHT, LAST_SECOND = time(0), time(23, 59, 59, 999_999)
# By hand: six months from the day they are published, the last day included; a month without that day ends earlier
# (民法典 202); three years over a leap day.
MADE = {
    "甲标记": (date(2026, 3, 2), 6, date(2026, 9, 2)),
    "乙标记": (date(2026, 8, 31), 6, date(2027, 2, 28)),
    "丙标记": (date(2026, 3, 2), 36, date(2029, 3, 2)),
    "丁标记": (date(2028, 2, 29), 12, date(2029, 2, 28)),
}


@dataclass
class Watch:
    """Somebody who may see records and another system, both asking everywhere."""

    calendar: object
    reader: Client
    headers: dict
    records: dict

    def at(self, day, clock):
        self.calendar.now = timezone.make_aware(datetime.combine(day, clock))

    def addresses(self):
        """Every address that gives out records, and of each record its page."""
        lists = {"list": reverse("conduct"), "found": f"{reverse('conduct')}?q={FIRST}"}
        files = {kind: reverse("conduct-file", args=[kind]) for kind in ("csv", "xlsx")}
        pages = {marker: reverse("conduct-record", args=[one.pk]) for marker, one in self.records.items()}
        return lists | files | pages | {"api": f"{reverse('api-conduct')}?uscc={FIRST}"}

    def get(self, address, **headers):
        if "/api/" in address:
            return Client().get(address, headers=self.headers | headers)
        return self.reader.get(address, headers=headers)

    def told(self) -> dict[str, set]:
        """Place → markers of the records that are told there; the pages of the records are one place together."""
        found = {name: markers_in(self.get(address)) for name, address in self.addresses().items()}
        return {name: one for name, one in found.items() if name not in MADE} | {
            "pages": set().union(*(found[marker] for marker in self.records))
        }


def markers_in(answer) -> set:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheetml" in answer["Content-Type"]:
        text = str([list(row) for row in openpyxl.load_workbook(BytesIO(content)).active.values])
    else:
        text = content.decode()
    return {marker for marker in MADE if marker in text}


@pytest.fixture
def watch(people, calendar, settings):
    settings.SESSION_COOKIE_AGE = 10 * 366 * 24 * 3600
    records = {}
    for marker, (first, months, _last) in MADE.items():
        calendar.stand(first)
        records[marker] = published(people, first, months=months)
        BadConductRecord.objects.filter(pk=records[marker].pk).update(facts=marker, name=marker)
    reader = Client()
    calendar.stand(DECIDED)
    reader.force_login(people.dispatcher)
    return Watch(calendar, reader, {"Authorization": f"Key {keys.make(people.keeper.region, '招标平台')}"}, records)


def test_each_place_tells_a_record_from_the_first_midnight_to_the_last_second_and_not_one_longer(watch):
    for day in sorted({edge for first, _months, last in MADE.values() for edge in (first, last + timedelta(days=1))}):
        for when, clock in ((day - timedelta(days=1), LAST_SECOND), (day, MIDNIGHT)):
            watch.at(when, clock)
            wanted = {marker for marker, (first, _months, last) in MADE.items() if first <= when <= last}
            told = watch.told()
            assert told == dict.fromkeys(told, wanted), (when, clock)


def test_a_withdrawal_and_a_shortening_count_from_their_own_second(people, watch):
    watch.at(date(2026, 4, 1), time(0, 30))
    ask = {"until": date(2026, 6, 2), "by": people.keeper, "note": "已整改"}
    watch.records["甲标记"] = acts.ask_shortening(watch.records["甲标记"], **ask)
    assert watch.told()["api"] == {"甲标记", "丙标记"}
    acts.shorten(watch.records["甲标记"], by=people.leader)
    watch.at(date(2026, 6, 2), LAST_SECOND)
    assert watch.told()["pages"] == {"甲标记", "丙标记"}
    watch.at(date(2026, 6, 3), MIDNIGHT)
    told = watch.told()
    assert told == {place: {"丙标记"} for place in told}
    acts.withdraw(watch.records["丙标记"], by=people.keeper, note="决定已撤销")
    told = watch.told()
    assert told == {place: set() for place in told}


def test_what_a_browser_or_a_proxy_kept_is_not_confirmed_after_the_last_day(watch):
    watch.at(date(2026, 9, 2), LAST_SECOND)
    kept = {}
    for name, address in watch.addresses().items():
        answer = kept[name] = watch.get(address)
        if name != "丁标记":  # which has not begun
            assert answer.status_code == 200
            assert "no-store" in answer["Cache-Control"], name
        markers_in(answer)  # read to its end
    since = http_date(timezone.now().timestamp())
    watch.at(date(2026, 9, 3), MIDNIGHT)
    for name, address in watch.addresses().items():
        marks = {"If-None-Match": kept[name].get("ETag", "*"), "If-Modified-Since": since}
        answer = watch.get(address, **marks)
        assert answer.status_code == (404 if name in ("甲标记", "丁标记") else 200), name
        assert "甲标记" not in markers_in(answer), name


SILENT = [
    ("map", (), {"q": "标记"}), ("case-rows", (), {"q": "标记"}), ("history", (), {"q": "标记"}),
    ("api-search", (), {"q": "甲标记"}), ("api-cases", (), {"q": "标记"}), ("ledger", (), {"month": "all"}),
    ("ledger-file", ("csv",), {"month": "all"}), ("ledger-file", ("xlsx",), {"month": "all"}), ("todo", (), {}),
    ("notices", (), {}), ("conduct-repeat", (), {}), ("conduct-follow-up", (), {}), ("exposure", (), {}),
    ("exposure-feed", (), {}), ("api-changes", (), {}),
]  # fmt: skip


@pytest.mark.parametrize("today", [date(2026, 3, 2), date(2029, 3, 3)])
def test_no_other_page_file_or_search_repeats_a_record_so_that_none_can_keep_it_too_long(people, watch, today):
    """In force and over: the case, the ledger, the console's search and the public column never say what it says."""
    entry(people, case=watch.records["甲标记"].case)
    watch.at(today, time(12))
    case_no = watch.records["甲标记"].case.case_no
    places = [*SILENT, ("case-detail", (case_no,), {}), ("api-case", (case_no,), {})]
    for name, arguments, query in places:
        answer = watch.reader.get(reverse(name, args=arguments), query)
        assert answer.status_code == 200, name
        assert markers_in(answer) == set(), name


def test_the_phone_carries_no_record(people, watch):
    officer = make_user("inspector", group_codes=["G3"])
    watch.reader.force_login(officer)
    answer = watch.reader.get(reverse("api-field-pack"))
    assert answer.status_code == 200
    assert markers_in(answer) == set()
    assert "conduct" not in watch.reader.get(reverse("field-worker")).content.decode()


def test_a_file_holds_what_is_in_force_alone_even_for_who_prepares_more(people, watch):
    watch.reader.force_login(people.keeper)
    BadConductRecord.objects.filter(pk=watch.records["丙标记"].pk).update(state="approved")
    watch.at(date(2026, 3, 2), time(12))
    answer = watch.reader.get(reverse("conduct-file", args=["csv"]), {"q": FIRST})
    [head, row] = csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))
    assert head == ["企业或者注册人员", "统一社会信用代码", "处理决定", "处罚决定日期", "违法事实", "惩处领域", "公布起始日", "最后一天", "状态"]  # fmt: skip
    number = watch.records["甲标记"].decision.doc_no
    assert row == ["甲标记", FIRST, number, "2026-03-02", "甲标记", "招投标", "2026-03-02", "2026-09-02", "已公布"]
    assert watch.reader.get(reverse("conduct-file", args=["exe"])).status_code == 404


def test_who_had_a_record_in_a_file_or_on_its_page_or_in_an_answer_is_kept(people, watch):
    record = watch.records["甲标记"]
    watch.at(date(2026, 9, 2), LAST_SECOND)
    for name in ("csv", "api", "甲标记"):
        markers_in(watch.get(watch.addresses()[name]))  # read to its end
    watch.at(date(2026, 9, 3), MIDNIGHT)
    for name in ("csv", "api", "甲标记"):
        markers_in(watch.get(watch.addresses()[name]))  # read to its end
    seen = [(one.by or one.key.name, timezone.localdate(one.at)) for one in record.views.all()]
    assert seen == [(who, date(2026, 9, 2)) for who in (people.dispatcher, "招标平台", people.dispatcher)]
