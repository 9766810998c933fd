"""Forty cases of a year (`tests/oversight/year.py`), and what its numbers are, counted by hand from its table.

How each was counted stands beside it, as the numbers of the lines. All is asked in June of the next year, when more is
known than at the end of the year: of that nothing may show.
"""

from datetime import date
from decimal import Decimal

import pytest

from cases.metrics import Period
from cases.models import Case
from oversight.ledger.book import LiveBook
from oversight.statistics.asked import month, year
from oversight.statistics.dimensions import NONE, Dimension
from oversight.statistics.measures import MEASURES, behind, measure
from tests.oversight.year import at, make_year

LATER = at("2026-06-01")
YEAR = year(2025)

# 35 were registered; true ones 29: not 2 12 18 26 (unfounded), 9 (void), 36 (being checked).
# With a result 22: not 8 (disobeyed), 16 25 33 37 39 (under way), 35 (obeyed in 2026 only). Of those seven past a limit: 8
# and 25; 16 is deferred, the limits of 33 35 37 end in 2026, 39 has none.
# Limits of 25 ended in the year, 16 deferred: 24. Not decided by its end: 4 8 25. Late: 3 14 29.
# Sent back: 8 24. Closed 14: 1 5 7 13 14 15 17 19 21 23 24 27 30 32.
# Reported 38: not 9 (void), 20 (merged). Of them from the grid 13, patrols 10, complaints 10, superiors 5.
# 29 true cases on 26 places: 14 lies beside 1, 30 beside 7, 22 is the firm's of 13.
WHOLE = {
    "M1": (22, 29), "M1_over": (22, 24), "M2": (21, 24), "M3": (18, 24), "M4": (2, 16), "M5": (3, None), "M6": (28, 29), "M7": (23, 38),
    "M8a": (12.5, None),  # of 5, 10, 15 and 30 days: 1 5 7 13
    "M8b": (10, None),  # of 5, 10, 10 and 20 days: 32 4 7 24
    "M9a": (3, None),  # 19, twice 25
    "M9b": (1, None), "M9c": (1, None), "M9d": (1, None),  # 9, 21, 16
    "M10": (8, 11),  # 3 of 3, 2 of 3, 2 of 2, 1 of 3
    "M11": (3, 26), "new": (38, None), "closed": (14, None), "open": (16, None), "true": (29, None),
    "fined": (790_000, None), "paid": (475_000, None),
    "stopped_m2": (5600, None),  # 4: 1200, 7: 800, 24: 3000, 32: 600
    "rectified_m2": (500, None),  # 15
    "joint": (4, None), "escalated": (1, None),
    "conduct_active": (2, None), "conduct_expiring": (1, None),  # 11 and 29, of which 29 ends on 14 January
}  # fmt: skip
RATES = {
    "M1": 75.86, "M1_over": 91.66, "M2": 87.5, "M3": 75.0, "M4": 12.5, "M6": 96.55, "M7": 60.52, "M10": 72.72, "M11": 11.53,
}  # fmt: skip
BY_GROUP = {
    "M1": {"G1": (7, 9), "G2": (7, 9), "G3": (8, 11)},
    "M1_over": {"G1": (7, 8), "G2": (7, 7), "G3": (8, 9)},  # 25 of G1, 8 of G3
    "M3": {"G1": (5, 8), "G2": (6, 7), "G3": (7, 9)},
    "closed": {"G1": (6, None), "G2": (5, None), "G3": (3, None)},
    "open": {"G1": (4, None), "G2": (5, None), "G3": (7, None)},
    "M5": {"G1": (1, None), "G2": (0, None), "G3": (2, None)},
    "fined": {"G1": (238_000, None), "G2": (172_000, None), "G3": (380_000, None)},
}
BY_CHANNEL = {"grid_feedback": 13, "patrol": 10, "complaint": 10, "superior_assigned": 5}
# Not handed over by the end of the year: 6 31 38 40. 35 went to another unit in 2026.
BY_UNIT = {"quality_station": 12, "urban_construction_brigade": 11, "safety_station": 11, NONE: 4}
BY_VIOLATION = {"planning_permit": 19, "construction_permit": 20}  # odd ones, even ones; 1 has both
BY_MONTH = dict(zip((f"2025-{one:02}" for one in range(1, 13)), (4, 4, 3, 4, 3, 4, 4, 3, 3, 2, 2, 2), strict=True))
# June as it was known at its end: 24 was registered and not looked at yet, 21 22 23 had no result. Limits of 8 10 11
# ended, and 8 was not decided.
JUNE = {
    "M1": (0, 3), "M1_over": (0, 0), "M2": (2, 3), "M3": (2, 3), "new": (4, None), "closed": (1, None), "open": (14, None),
    "fined": (135_000, None), "paid": (30_000, None), "joint": (1, None), "M10": (2, 2), "M9a": (0, None),
}  # fmt: skip


@pytest.fixture
def cases(xingyang):
    return make_year(xingyang.region)


def asked(region, period=YEAR, by=Dimension.ALL, **more):
    return measure(region, period, by, now=LATER, **more)


def pairs(found: dict, codes) -> dict:
    return {code: (found[code].part, found[code].whole) for code in codes}


def test_every_number_of_the_year_is_the_one_counted_by_hand(xingyang, cases):
    found = asked(xingyang.region)[""]
    assert set(found) == set(MEASURES) == set(WHOLE)
    assert pairs(found, WHOLE) == WHOLE
    assert {code: found[code].rate for code in RATES} == RATES


def test_every_dimension_tells_the_year_apart_as_counted_by_hand(xingyang, cases):
    by_group = asked(xingyang.region, by=Dimension.GROUP)
    assert pairs(by_group[""], WHOLE) == WHOLE
    for code, wanted in BY_GROUP.items():
        assert {group: pairs(by_group[group], [code])[code] for group in wanted} == wanted, code
    for by, wanted in {
        Dimension.CHANNEL: BY_CHANNEL, Dimension.UNIT: BY_UNIT, Dimension.VIOLATION: BY_VIOLATION,
        Dimension.MONTH: BY_MONTH,
    }.items():  # fmt: skip
        found = asked(xingyang.region, by=by, codes=["new"])
        assert {key: one["new"].part for key, one in found.items() if key} == wanted, by
        assert found[""]["new"].part == 38


def test_a_month_is_told_as_it_was_known_at_its_end(xingyang, cases):
    found = asked(xingyang.region, month(date(2025, 6, 5)))[""]
    assert pairs(found, JUNE) == JUNE


def test_the_same_year_asked_for_at_its_end_and_much_later_is_the_same(xingyang, cases):
    end = at("2026-01-01", 0)
    for by in Dimension:
        assert measure(xingyang.region, YEAR, by, now=end) == asked(xingyang.region, by=by), by


def test_what_became_known_in_the_next_year_is_counted_there(xingyang, cases):
    found = asked(xingyang.region, Period(date(2026, 1, 1), date(2026, 1, 31)))[""]
    assert pairs(found, ("M1", "closed", "paid", "stopped_m2")) == {
        "M1": (0, 1), "closed": (1, None), "paid": (Decimal(55_000), None), "stopped_m2": (700, None),
    }  # fmt: skip


LISTS = {
    "M1_over": [1, 3, 4, 5, 7, 10, 11, 13, 14, 15, 17, 19, 21, 22, 23, 24, 27, 28, 29, 30, 32, 34],
    "M1": [1, 3, 4, 5, 7, 10, 11, 13, 14, 15, 17, 19, 21, 22, 23, 24, 27, 28, 29, 30, 32, 34],
    "M3": [1, 5, 7, 10, 11, 13, 15, 17, 19, 21, 22, 23, 24, 27, 28, 30, 32, 34],
    "M5": [4, 8, 25],
    "M9a": [19, 25],
    "M10": [3, 8, 22, 37],
    "M11": [14, 22, 30],
    "fined": [1, 3, 5, 7, 11, 13, 14, 17, 19, 21, 22, 23, 24, 27, 29, 30, 32, 34],
}


def test_behind_a_number_are_the_cases_that_it_counts(xingyang, cases):
    number = {case.pk: one for one, case in cases.items()}
    for code, wanted in LISTS.items():
        found = behind(code, xingyang.region, YEAR, now=LATER)
        assert sorted(number[case.pk] for case in found) == wanted, code


def test_behind_the_number_of_a_key_are_its_own_cases_and_behind_its_whole_all_it_is_of(xingyang, cases):
    number = {case.pk: one for one, case in cases.items()}
    told = {"now": LATER, "by": Dimension.GROUP, "key": "G1"}
    late = behind("M3", xingyang.region, YEAR, of="whole", **told)
    assert sorted(number[case.pk] for case in late) == [1, 5, 14, 19, 23, 25, 29, 32]
    assert sorted(number[case.pk] for case in behind("M5", xingyang.region, YEAR, **told)) == [25]
    for by, key, wanted in (
        (Dimension.VIOLATION, "planning_permit", 19),
        (Dimension.UNIT, NONE, 4),
        (Dimension.MONTH, "2025-12", 2),
    ):
        assert behind("new", xingyang.region, YEAR, by, key, now=LATER).count() == wanted, by


def test_the_24_months_of_repeats_begin_with_a_day_of_the_office(xingyang, cases):
    """Up to 2025-12-31 they begin on 2024-01-01. Line 4 had a place of its own and now lies where 3 does: a repeat if it
    is recent enough, else it counts nowhere. Of 26 places 25 are left."""
    for reported, wanted in ((at("2023-12-31", 23), (3, 25)), (at("2024-01-01", 0), (4, 25))):
        Case.objects.filter(pk=cases[4].pk).update(geom=cases[3].geom, reported_at=reported)
        found = asked(xingyang.region, codes=["M11"])[""]["M11"]
        assert (found.part, found.whole) == wanted, reported


# Lines of a month: all that were reported in it, void and merged ones too.
LEDGER_LINES = dict(zip(BY_MONTH, (4, 4, 4, 4, 4, 4, 4, 3, 3, 2, 2, 2), strict=True))
# The ledger of an open month says how its cases stand now: 34 paid its 55,000 in 2026. Floor areas: 4 7 8 15 24 32 35.
LEDGER_SUMS = (40, 790_000, 530_000, 7_700, Decimal("11.55"))
LINE_21 = {
    "channel": "执法巡查", "reported": "2025-06-03", "registered": "2025-06-04", "filed": "2025-06-09",
    "decided": "2025-09-30", "ended": "2025-10-20", "group": "第二协作组", "unit": "城建大队", "joint": "否",
    "fine": "25000.00", "paid": "25000.00", "floor_m2": "",
}  # fmt: skip
LINE_8 = {
    "present": "质监站、安监站", "absent": "城建大队（未记录原因）", "escalated": "上报市查违办 2025-03-12", "ended": "",
    "floor_m2": "900.00", "floor_mu": "1.35", "fine": "",
}  # fmt: skip


def test_the_ledger_of_the_year_is_the_one_written_by_hand(xingyang, cases):
    def book(first):
        return LiveBook(xingyang.region_id, Case.objects.filter(region=xingyang.region_id), {}, month=first)

    months = {key: date.fromisoformat(f"{key}-01") for key in LEDGER_LINES}
    assert {key: book(first).sums.count for key, first in months.items()} == LEDGER_LINES
    everything = book(None)
    sums = everything.sums
    assert (sums.count, sums.fine, sums.paid, sums.floor_m2, sums.floor_mu) == LEDGER_SUMS
    lines = {line.case_no: line.values for line in everything.lines()}
    for number, wanted in ((21, LINE_21), (8, LINE_8)):
        told = lines[cases[number].case_no]
        assert {key: told[key] for key in wanted} == wanted
