"""The year's assessment: the year of forty cases worked out by hand, its freezing and its rules."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from oversight.assessment import freezing, rules, sheet
from oversight.circulars import acts, eligibility, periods, proposing
from oversight.circulars.eligibility import Eligibility
from oversight.ledger.freezing import CannotFreeze
from oversight.models import AssessmentRules, AssessmentYear, CircularRules
from oversight.refusals import Refused
from oversight.statistics.asked import year
from oversight.statistics.measures import Measure
from tests.oversight.circular_scene import assessors, delivered  # noqa: F401 -- a fixture
from tests.oversight.scene import noon
from tests.oversight.year import make_year

# ruff: noqa: F811

# Counted from the table of tests/oversight/year.py, case by case. Rates are rounded down to a hundredth.
#   quality_station (G1): true 1 5 14 19 23 25 29 32 35, of them without a result 25 35; limits of eight ended, late or
#     not decided 14 25 29; closed 1 5 14 19 23 32, none sent back; all nine filed; no joint inspection.
#   urban_construction_brigade (G2): true 3 7 10 15 16 21 27 30 33, without a result 16 33; of seven limits 3 was late;
#     closed 7 15 21 27 30; all filed; joint inspection of 3, three of three.
#   safety_station (G3): true 4 8 11 13 17 22 24 28 34 37 39, without a result 8 37 39; of nine limits 4 8 missed;
#     closed 13 17 24, sent back 8 24; 39 not filed; joint inspections of 8 22 37, 2 + 2 + 1 of 3 + 2 + 3.
# Points: M1 40 × rate, M3 30 × rate, M4 10 × (50 − rate) / 50, M6 10 × rate, M10 10 × rate.
WORKING = {
    "quality_station": {
        "M1": (7, 9, "77.77", "31.11"), "M3": (5, 8, "62.50", "18.75"), "M4": (0, 6, "0.00", "10.00"),
        "M6": (9, 9, "100.00", "10.00"), "M10": (0, 0, "", ""),
    },
    "urban_construction_brigade": {
        "M1": (7, 9, "77.77", "31.11"), "M3": (6, 7, "85.71", "25.71"), "M4": (0, 5, "0.00", "10.00"),
        "M6": (9, 9, "100.00", "10.00"), "M10": (3, 3, "100.00", "10.00"),
    },
    "safety_station": {
        "M1": (8, 11, "72.72", "29.09"), "M3": (7, 9, "77.77", "23.33"), "M4": (2, 5, "40.00", "2.00"),
        "M6": (10, 11, "90.90", "9.09"), "M10": (5, 8, "62.50", "6.25"),
    },
}  # fmt: skip
# 69.86 of 90 = 77.62 of 100; 86.82; 69.76. Circulars below: − 2 × 5, + 2, − 2 × 5.
BASE = {"quality_station": "77.62", "urban_construction_brigade": "86.82", "safety_station": "69.76"}
TOTAL = {"quality_station": "67.62", "urban_construction_brigade": "88.82", "safety_station": "59.76"}
GROUPS = {"G1": "77.62", "G2": "86.82", "G3": "69.76"}
TOLD = {
    "quality_station": ((6, "criticism"), (7, "criticism")),
    "urban_construction_brigade": ((11, "commendation"),),
    "safety_station": ((3, "criticism"), (9, "criticism")),
}


@pytest.fixture
def told(assessors, calendar):
    """The year, its circulars, and a day of the next one."""
    make_year(assessors.region)
    calendar.stand(date(2026, 6, 1))
    for code, circulars in TOLD.items():
        unit = assessors.region.units.get(code=code)
        for number, kind in circulars:
            period = periods.containing(date(2025, number, 1), "month")
            delivered(assessors, kind=kind, period=period, unit=unit, day=date(2026, 5, 28))
    return assessors


def by_key(found, kind="units") -> dict:
    return {row["key"]: row for row in found[kind]}


def test_the_assessment_of_the_year_is_the_one_worked_out_by_hand(told):
    found = sheet.work_out(told.region, 2025)
    units = by_key(found)
    working = {
        key: {line["figure"]: (line["part"], line["whole"], line["value"], line["points"]) for line in row["lines"]}
        for key, row in units.items()
    }
    assert working == WORKING
    assert {key: row["base"] for key, row in units.items()} == BASE
    assert {key: row["total"] for key, row in units.items()} == TOTAL
    assert {key: row["total"] for key, row in by_key(found, "groups").items()} == GROUPS
    assert [key for key, row in units.items() if not row["eligible"]] == ["quality_station"]
    assert units["quality_station"]["chain"] == ["2025-06-01 – 2025-06-30", "2025-07-01 – 2025-07-31"]


def test_the_eligibility_of_the_year_is_the_one_by_hand_in_both_readings(told):
    lost = {
        meaning: {
            code: [one.since.month for one in judged.chain]
            for code, judged in eligibility.of_year(told.region, 2025, meaning=meaning).items()
            if not judged.eligible
        }
        for meaning in ("periods", "no_praise")
    }
    assert lost == {
        "periods": {"quality_station": [6, 7]},
        "no_praise": {"quality_station": [6, 7], "safety_station": [3, 9]},
    }


def test_what_the_figures_of_the_year_propose_is_what_they_come_to_by_hand(told):
    found = {
        (one.unit, one.kind.value): [(why.figure, why.value, why.threshold, why.part, why.whole) for why in one.figures]
        for one in proposing.proposals(told.region, year(2025))
    }
    assert found == {
        ("quality_station", "criticism"): [("M3", 62.5, 80, 5, 8)],
        ("safety_station", "criticism"): [("M3", 77.77, 80, 7, 9)],
    }


def test_a_frozen_year_is_worked_out_to_the_same_again_and_a_difference_is_said(told, calendar):
    one = freezing.freeze(told.region, 2025, by=told.assessor)
    calendar.stand(date(2026, 11, 20))
    assert sheet.differences(one.sheet, sheet.work_out(told.region, 2025)) == []
    assert (list(freezing.faults(told.region)), one.previous) == ([], "0" * 64)
    circular = eligibility.of_year(told.region, 2025)["quality_station"].circulars[1]
    objected = acts.object_to(circular, note="有误", by=told.of_unit, at=noon(date(2026, 5, 29)))
    acts.uphold(objected, note="属实", by=told.leader)
    changed = sheet.differences(one.sheet, sheet.work_out(told.region, 2025))
    assert [(row["what"], row["before"], row["after"]) for row in changed] == [
        ("circular_points", "-10", "-5"), ("eligible", "False", "True"), ("total", "67.62", "72.62"),
    ]  # fmt: skip


def test_years_are_frozen_once_in_order_and_not_before_they_end(assessors, calendar):
    calendar.stand(date(2025, 12, 31))
    with pytest.raises(CannotFreeze, match="2025"):
        freezing.freeze(assessors.region, 2025)
    calendar.stand(date(2026, 1, 1))
    first = freezing.freeze(assessors.region, 2024)
    for number in (2024, 2023, 2026):
        with pytest.raises(CannotFreeze):
            freezing.freeze(assessors.region, number)
    assert freezing.freeze(assessors.region, 2025).previous == first.sha256


def test_a_frozen_year_keeps_the_meaning_of_in_a_row_and_an_open_one_follows_the_setting(told):
    def lost(year):
        return {code for code, judged in eligibility.of_year(told.region, year).items() if not judged.eligible}

    assert lost(2025) == {"quality_station"}
    change = CircularRules.objects.create(region=told.region, meaning="no_praise")
    assert lost(2025) == {"quality_station", "safety_station"}
    frozen = freezing.freeze(told.region, 2025, by=told.assessor)
    CircularRules.objects.create(region=told.region, meaning="periods")
    assert lost(2025) == {"quality_station", "safety_station"}
    assert sheet.differences(frozen.sheet, sheet.work_out(told.region, 2025)) == []
    assert eligibility.meaning_of(told.region, 2024) == "periods" != change.meaning


def test_a_frozen_year_is_never_changed_and_what_was_tampered_with_is_found(assessors, calendar):
    calendar.stand(date(2026, 1, 1))
    freezing.freeze(assessors.region, 2024)
    freezing.freeze(assessors.region, 2025)
    for rows, change in ((AssessmentYear.objects, {"year": 2020}), (AssessmentRules.objects, {"criticism": 0})):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE oversight_assessmentyear DISABLE TRIGGER append_only")
    AssessmentYear.objects.filter(year=2024).update(sheet={"units": []})
    assert [fault[:4] for fault in freezing.faults(assessors.region)] == ["2024"]


def test_another_version_of_the_rules_counts_from_its_year_on(assessors):
    lines = [{"figure": "M1", "weight": 100, "none": 50, "full": 100}]
    told = {"lines": lines, "commendation": 1, "criticism": 1, "note": "会议决定", "by": assessors.assessor}
    rules.another(assessors.region, valid_from=date(2026, 12, 31), **told)
    found = [rules.of_year(assessors.region, one) for one in (2014, 2015, 2025, 2026)]
    assert [one and (one.number, one.is_ours) for one in found] == [None, (1, True), (1, True), (2, False)]
    for wrong in ({"weight": 99}, {"figure": "M5"}, {"none": 100}):
        with pytest.raises(Refused):
            rules.another(assessors.region, valid_from=date(2027, 1, 1), **{**told, "lines": [{**lines[0], **wrong}]})


@pytest.mark.parametrize(
    ("part", "points"),
    [(0, "0.00"), (50, "0.00"), (51, "2.00"), (75, "50.00"), (100, "100.00")],
)
def test_points_run_straight_from_none_to_full_and_not_beyond(part, points):
    told = {"lines": [{"figure": "M1", "weight": 100, "none": 50, "full": 100}], "commendation": 2, "criticism": 5}
    found = sheet.score({"M1": Measure("M1", part, 100)}, told, None)
    assert (found["lines"][0]["points"], found["total"]) == (points, points)


def test_nothing_to_count_is_no_zero(assessors):
    told = {**rules.DEFAULT, "lines": [{"figure": "M1", "weight": 100, "none": 0, "full": 100}]}
    found = sheet.score({"M1": Measure("M1", 0, 0)}, told, Eligibility())
    assert (found["base"], found["total"]) == ("", "")
    assert Decimal(sheet.score({"M1": Measure("M1", 0, 4)}, told, Eligibility())["total"]) == 0
    assert CircularRules.of(assessors.region).pk is None
