"""取消评优资格: two criticisms in a row, in both readings of A13, at their edges."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from cases.metrics import Period
from oversight.circulars import acts, eligibility, periods
from oversight.models import CircularRules
from tests.oversight.circular_scene import assessors, delivered, issued  # noqa: F401 -- a fixture
from tests.oversight.scene import noon

# ruff: noqa: F811


@dataclass(frozen=True)
class Told:
    """A circular as the judge looks at it."""

    kind: str
    since: date
    until: date
    state: str
    pk: int
    decided_at: datetime


def year(written: str, length="month") -> list[Told]:
    """`1c 2p 3x`: criticism, praise, withdrawn criticism of the period of the month of that number, in 2026."""
    found = []
    for place, word in enumerate(written.split()):
        period = periods.containing(date(2026, int(word[:-1]), 1), length)
        kind = "commendation" if word[-1] == "p" else "criticism"
        state = "withdrawn" if word[-1] == "x" else "acknowledged"
        found.append(Told(kind, period.since, period.until, state, place, noon(period.until)))
    return found


@pytest.mark.parametrize(
    ("written", "periods_in_a_row", "no_praise_between"),
    [
        ("", "", ""),
        ("3c", "", ""),
        ("3c 4c", "3 4", "3 4"),  # exactly two
        ("3c 5c", "", "3 5"),  # a period between
        ("3c 4p 5c", "", ""),  # praise between
        ("3c 4c 4p", "3 4", "3 4"),  # praise afterwards restores nothing
        ("1p 3c 6c 7p 9c", "", "3 6"),
        ("3c 4x 5c", "", "3 5"),  # a withdrawn one is none, and joins nothing
        ("3c 4x", "", ""),
        ("3x 4x", "", ""),
        ("2c 3c 4c", "2 3 4", "2 3 4"),
        ("1c 2c 5c 8c 9c", "1 2 8 9", "1 2 5 8 9"),
        ("11c 12c", "11 12", "11 12"),
        ("1p 2p", "", ""),
    ],
)
def test_both_readings_of_in_a_row(written, periods_in_a_row, no_praise_between):
    for meaning, wanted in (("periods", periods_in_a_row), ("no_praise", no_praise_between)):
        found = eligibility.judge(year(written), meaning)
        assert " ".join(str(one.since.month) for one in found.chain) == wanted, meaning
        assert found.eligible is (wanted == "")


def test_quarters_follow_one_another_too():
    assert not eligibility.judge(year("1c 4c", "quarter"), "periods").eligible
    assert eligibility.judge(year("1c 7c", "quarter"), "periods").eligible


def month(number: int, of: int = 2025) -> Period:
    return periods.containing(date(of, number, 1), "month")


@pytest.mark.parametrize("meaning", ["periods", "no_praise"])
def test_a_december_and_the_january_after_it_lie_in_two_years(assessors, meaning):
    CircularRules.objects.create(region=assessors.region, meaning=meaning)
    issued(assessors, period=month(12))
    issued(assessors, period=month(1, 2026))
    for one in (2025, 2026):
        assert eligibility.of_year(assessors.region, one)["quality_station"].eligible
    issued(assessors, period=month(11))
    assert not eligibility.of_year(assessors.region, 2025)["quality_station"].eligible
    assert eligibility.of_year(assessors.region, 2026)["quality_station"].eligible


def test_an_objection_upheld_afterwards_restores_and_the_chain_goes_on_showing_it(assessors):
    day = date(2026, 1, 5)
    first = delivered(assessors, period=month(10), day=day)
    second = delivered(assessors, period=month(11), day=day)
    lost = eligibility.of_year(assessors.region, 2025)["quality_station"]
    assert (lost.eligible, lost.chain) == (False, (first, second))
    at = noon(date(2026, 1, 6))
    objected = acts.object_to(second, note="数字有误", by=assessors.of_unit, at=at)
    assert not eligibility.of_year(assessors.region, 2025)["quality_station"].eligible  # not answered yet
    acts.uphold(objected, note="属实", by=assessors.leader, at=at)
    restored = eligibility.of_year(assessors.region, 2025)["quality_station"]
    assert (restored.eligible, restored.circulars) == (True, (first, second))
    issued(assessors, period=month(12))
    assert eligibility.of_year(assessors.region, 2025)["quality_station"].eligible  # it counts again never


def test_what_is_only_proposed_costs_nothing(assessors):
    issued(assessors, period=month(3))
    acts.propose(assessors.unit, kind="criticism", period=month(4), text="工作不力", by=assessors.assessor)
    assert eligibility.of_year(assessors.region, 2025)["quality_station"].eligible


def test_the_meaning_is_the_newest_setting_of_the_region(assessors):
    issued(assessors, period=month(3))
    issued(assessors, period=month(5))
    assert eligibility.of_year(assessors.region, 2025)["quality_station"].eligible
    CircularRules.objects.create(region=assessors.region, meaning="no_praise")
    assert not eligibility.of_year(assessors.region, 2025)["quality_station"].eligible
