"""A year of forty cases, played into the database from a table that can be read: 2025, and what became known in 2026.

`TABLE` has a line a case: number, day of the report, source, group, and its days in order. Numbers that a test expects
are counted from it by hand.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from boundaries.models import Unit
from cases import documents
from cases.models import (
    Case,
    Clock,
    DeadlineRule,
    Dossier,
    Inspection,
    Order,
    Party,
    Payment,
)  # fmt: skip
from oversight.models.conduct import BadConductRecord
from tests.factories import make_case, make_user

PLACES = {"G1": (113.44, 34.905), "G2": (113.445, 34.778), "G3": (113.378, 34.787)}
UNITS = {"G1": "quality_station", "G2": "urban_construction_brigade", "G3": "safety_station"}
SOURCES = {"grid": "grid_feedback", "complaint": "complaint", "superior": "superior_assigned", "patrol": "patrol"}
LIMIT_DAYS = 90

TABLE = """
 1 01-06 grid      G1  begun 01-02; register 01-07; file 01-10; decide 03-20 50000; pay 04-02 50000; close 04-15
 2 01-09 complaint G1  register 01-10; unfounded 01-15
 3 01-20 patrol    G2  register 01-21; file 01-25; joint 01-30 3/3; decide 05-20 80000; pay 06-10 30000; close 2026-02-01
 4 01-28 superior  G3  register 01-29; file 02-05; stop 02-06 1200; obeyed 02-16
 5 02-03 grid      G1  begun 01-25; register 02-04; file 02-10; decide 05-11 20000; pay 05-25 20000; close 06-03
 6 02-11 grid      G2  decline 02-12
 7 02-17 patrol    G2  begun 02-03; register 02-18; file 02-24; stop 02-25 800; obeyed 03-07; decide 04-30 10000; pay 05-15 10000; close 05-30
 8 02-25 complaint G3  register 02-26; file 03-03; stop 03-04 900; joint 03-05 2/3; disobeyed 03-10; escalate 03-12
 9 03-03 grid      G1  register 03-04; void 03-08
10 03-10 complaint G2  register 03-11; file 03-17; transfer 04-01
11 03-14 patrol    G3  register 03-15; file 03-20; decide 06-10 120000
12 03-27 superior  G1  register 03-28; unfounded 04-02
13 04-02 grid      G3  begun 03-04; register 04-03; file 04-08; decide 06-30 15000; pay 07-10 15000; close 07-20
14 04-09 grid      G1  register 04-10; file 04-15; decide 08-01 60000; pay 08-15 60000; close 08-30
15 04-18 patrol    G2  register 04-19; file 04-25; rectify 04-26 500; obeyed 05-26; decide 07-01; close 07-10
16 04-25 complaint G2  register 04-26; file 05-06; defer 07-01
17 05-06 grid      G3  register 05-07; file 05-12; decide 07-15 30000; pay 07-30 30000; close 08-05
18 05-12 patrol    G1  register 05-13; unfounded 05-20
19 05-20 complaint G1  register 05-21; return 05-23; file 05-26; decide 08-20 45000; pay 09-05 45000; close 09-15
20 05-28 grid      G2  merge 06-01
21 06-03 patrol    G2  register 06-04; file 06-09; extend 09-01 10-07; decide 09-30 25000; pay 10-12 25000; close 10-20
22 06-10 grid      G3  register 06-11; file 06-16; joint 06-20 2/2; decide 09-01 70000; pay 10-01 20000
23 06-17 superior  G1  register 06-18; file 06-23; decide 09-10 5000; pay 09-20 5000; close 09-28
24 06-26 complaint G3  register 06-27; file 07-02; stop 07-03 3000; disobeyed 07-08; obeyed 07-23; decide 09-25 90000; pay 10-15 90000; close 10-30
25 07-02 grid      G1  register 07-03; file 07-08; return 08-01; return 09-01
26 07-09 patrol    G2  register 07-10; unfounded 07-16
27 07-18 complaint G2  register 07-19; file 07-24; decide 10-22 35000; pay 11-05 35000; close 11-15
28 07-29 grid      G3  register 07-30; file 08-04; transfer 08-20
29 08-05 patrol    G1  register 08-06; file 08-11; decide 11-10 40000
30 08-13 grid      G2  register 08-14; file 08-19; decide 11-01 22000; pay 11-20 22000; close 12-01
31 08-22 superior  G3  decline 08-23
32 09-03 complaint G1  register 09-04; file 09-09; stop 09-10 600; obeyed 09-15; decide 11-30 18000; pay 12-10 18000; close 12-20
33 09-12 grid      G2  register 09-13; file 10-10
34 09-23 patrol    G3  register 09-24; file 09-29; decide 12-20 55000; pay 2026-01-05 55000; close 2026-01-09
35 10-09 grid      G1  register 10-10; file 10-15; stop 10-16 700; obeyed 2026-01-06; hand 2026-01-10 safety_station
36 10-21 complaint G2  register 10-22
37 11-04 patrol    G3  register 11-05; file 11-10; joint 11-12 1/3
38 11-17 grid      G1  register 2026-01-03; file 2026-01-08
39 12-03 complaint G3  register 12-04; alone 12-08; file 2026-01-15
40 12-22 superior  G2  remark 12-23
"""
SAME_SITE = {14: 1, 30: 7}  # 30 m beside
SAME_FIRM = {13: "91110000600037341L", 22: "91110000600037341L"}
CONDUCT = {11: ("2025-07-01", "2026-06-30"), 29: ("2025-12-01", "2026-01-14"), 3: ("2025-06-01", "2025-12-30")}

STATES = {
    "register": "assigned", "decline": "not_registered", "unfounded": "unfounded", "void": "void", "merge": "merged",
    "transfer": "transferred_out", "alone": "single_unit", "file": "investigating", "stop": "ordered",
    "rectify": "ordered", "obeyed": "complied", "disobeyed": "investigating", "escalate": "escalated_city",
    "decide": "decided", "close": "closed",
}  # fmt: skip
VERBS = {
    "decline": "decline", "unfounded": "find_unfounded", "void": "void", "merge": "merge", "transfer": "transfer_out",
    "alone": "handle_alone", "file": "file_case", "stop": "order_stop", "rectify": "order_rectify",
    "obeyed": "recheck_passed", "disobeyed": "recheck_failed", "escalate": "escalate", "decide": "decide",
    "close": "close", "return": "return_back", "defer": "defer", "extend": "extend", "hand": "hand_over",
    "register": "register", "joint": "conclude_joint", "pay": "pay", "remark": "remark",
}  # fmt: skip
ENDS_THE_LIMIT = ("decide", "transfer", "close", "void")


def day(text: str) -> date:
    return date.fromisoformat(text if len(text) > 5 else f"2025-{text}")


def at(text: str, hour=10) -> datetime:
    return timezone.make_aware(datetime.combine(day(text), time(hour)))


class Played:
    """One line of the table."""

    def __init__(self, region, line: str, who):
        number, reported, source, self.group, story = line.split(maxsplit=4)
        self.number, self.region, self.who = int(number), region, who
        lon, lat = PLACES[self.group]
        place = SAME_SITE.get(self.number, self.number)
        aside = 0.0003 if self.number in SAME_SITE else 0
        kinds = ["planning_permit" if self.number % 2 else "construction_permit"]
        self.case: Case = make_case(
            by=who, at=at(reported, 9), channel=SOURCES[source], lon=lon + 0.0015 * (place % 7) + aside,
            lat=lat + 0.0015 * (place // 7), violations=[*kinds, "construction_permit"] if self.number == 1 else kinds,
        )  # fmt: skip
        assert self.case.group_code == self.group
        self.case.clocks.all().delete()
        self.dossier = Dossier.objects.create(region=region, case=self.case)
        if self.number in SAME_FIRM:
            Party.objects.create(
                region=region, case=self.case, kind="contractor", name="某建设公司", uscc=SAME_FIRM[self.number]
            )
        for step in story.split("; "):
            self.play(*step.split())

    @transaction.atomic
    def play(self, word: str, when: str, *more):
        """State and act in one transaction, as the verbs do it: so the spells know when it was."""
        moment = at(when)
        data = getattr(self, f"_{word}", lambda *_: None)(moment, *more) or {}
        if word in ENDS_THE_LIMIT:
            self.case.clocks.filter(stopped_at=None).update(stopped_at=moment)
        before, self.case.status = self.case.status, STATES.get(word, self.case.status)
        if self.case.status in ("closed", "unfounded", "not_registered", "void", "merged", "transferred_out"):
            self.case.ended_at = self.case.ended_at or moment
        self.case.save(update_fields=["status", "ended_at", "handling_unit"])
        if word in VERBS:
            self.case.events.create(
                region=self.region, verb=VERBS[word], from_status=before, status=self.case.status, at=moment,
                by=self.who, data=data,
            )  # fmt: skip

    def _begun(self, moment):
        self._site(violation_start=timezone.localdate(moment))

    def _register(self, _moment):
        return self._to(UNITS[self.group])

    def _hand(self, _moment, code):
        return self._to(code)

    def _to(self, code):
        before, after = self.case.handling_unit, Unit.objects.get(region=self.region, code=code)
        self.case.handling_unit = after
        pair = [one and {"code": one.code, "name": one.name} for one in (before, after)]
        return {"changes": {"handling_unit": pair}}

    def _file(self, moment):
        rule = DeadlineRule.objects.get(region=self.region, code="D03")
        last = timezone.localdate(moment) + timedelta(days=LIMIT_DAYS)
        Clock.objects.create(
            region=self.region, case=self.case, rule=rule, code="D03", started_at=moment, due_at=self._end_of(last)
        )

    def _extend(self, _moment, until):
        self.case.clocks.update(due_at=self._end_of(day(until)))

    @staticmethod
    def _end_of(last: date):
        return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))

    def _stop(self, moment, square_metres):
        self._order("stop", moment, square_metres)

    def _rectify(self, moment, square_metres):
        self._order("rectify", moment, square_metres)

    def _order(self, kind, moment, square_metres):
        self._site(floor_area_m2=float(square_metres))
        Order.objects.create(
            region=self.region, case=self.case, kind=kind, demands="停止施工", issued_at=moment,
            due_at=moment + timedelta(days=3),
        )  # fmt: skip

    def _obeyed(self, moment):
        self.case.orders.update(state="complied", rechecked_at=moment)

    def _disobeyed(self, moment):
        self.case.orders.update(state="disobeyed", rechecked_at=moment)

    def _joint(self, moment, came):
        signed, invited = map(int, came.split("/"))
        held = Inspection.objects.create(region=self.region, case=self.case, kind="joint", held_at=moment)
        codes = ("safety_station", "quality_station", "urban_construction_brigade")[:invited]
        for place, unit in enumerate(Unit.objects.filter(region=self.region, code__in=codes).order_by("code")):
            held.units.create(region=self.region, unit=unit, signed_in_at=moment if place < signed else None)

    def _decide(self, moment, fine=None):
        self._site(decided_at=moment, fine=fine and Decimal(fine))

    def _pay(self, moment, amount):
        Payment.objects.create(
            region=self.region, case=self.case, amount=Decimal(amount), paid_on=timezone.localdate(moment),
            receipt_no=f"P{self.number}",
        )  # fmt: skip
        self._site(paid=Decimal(amount))

    def _site(self, **told):
        for name, value in told.items():
            setattr(self.dossier, name, value)
        self.dossier.save()


def make_year(region) -> dict[int, Case]:
    """Number of the table → its case."""
    who = make_user("dispatcher")
    cases = {one.number: one.case for one in (Played(region, line, who) for line in TABLE.strip().splitlines())}
    Case.objects.filter(pk=cases[20].pk).update(merged_into=cases[15])
    for number, (first, last) in CONDUCT.items():
        _record(cases[number], date.fromisoformat(first), date.fromisoformat(last), who)
    return cases


def _record(case: Case, first: date, last: date, who):
    decision = documents.issue(case, "penalty_decision", by=None, at=at(first.isoformat()))
    BadConductRecord.objects.create(
        region=case.region, case=case, decision=decision, decided_on=first, name="某建设公司", uscc=f"91410182{case.pk:010}",
        facts="未取得施工许可证擅自施工", applies_to_tendering=True, state="published", publish_by=first,
        publish_from=first, publish_until=last, handler=who, approver=make_user("leader"),
    )  # fmt: skip
