"""How long cases took: percentiles by hand, of the cases closed in the period and of no other."""

from dataclasses import astuple
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from boundaries.models import Unit
from cases.metrics import Period
from cases.models import Case
from cases.verbs import Verb
from oversight.statistics.asked import Asked
from oversight.statistics.dimensions import Dimension
from oversight.statistics.durations import by_unit
from oversight.statistics.measures import measure
from tests.factories import make_case

SHANGHAI = ZoneInfo("Asia/Shanghai")
END = datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def march(xingyang):
    return Asked.of(xingyang.region, MARCH)


def closed(days, code, *, handed=None, ended=END, verb=Verb.CLOSE):
    """A case that took so many days, its last hand-over so many before the end, and one a day before that."""
    case = make_case(status="closed", reported_at=ended - timedelta(days=days))
    Case.objects.filter(pk=case.pk).update(handling_unit=Unit.objects.filter(code=code).first())
    for before in (handed + 1, handed) if handed is not None else ():
        at = ended - timedelta(days=before)
        case.events.create(region=case.region, verb=Verb.HAND_OVER, status="assigned", at=at)
    case.events.create(region=case.region, verb=verb, status="closed", at=ended)
    return case


def test_percentiles_are_read_off_between_neighbours(march):
    """1, 2, 3, 4 and 10 days: 80 % lie at 0.8 × 4 = 3.2 steps, 4 + 0.2 × 6 = 5.2; 90 % at 3.6, 4 + 0.6 × 6 = 7.6.

    Handed over 1, 2 and 3 days before the end: 1.6 steps make 2.6, 1.8 make 2.8. The other unit closed one of 20 days;
    together 1, 2, 3, 4, 10, 20: 2.5 steps make 3.5, 4 steps 10, 4.5 steps 15.
    """
    for took, handed in ((1, 1), (2, 2), (3, 3), (4, None), (10, None)):
        closed(took, "quality_station", handed=handed)
    closed(20, "urban_construction_brigade")
    found = {one.key: one for one in by_unit(march)}
    assert astuple(found["quality_station"].whole) == (5, 3, 5.2, 7.6)
    assert astuple(found["quality_station"].own) == (3, 2, 2.6, 2.8)
    assert found["quality_station"].name == "质监站"
    assert astuple(found["urban_construction_brigade"].whole) == (1, 20, 20, 20)
    assert astuple(found["urban_construction_brigade"].own) == (0, None, None, None)
    assert astuple(found[""].whole) == (6, 3.5, 10, 15)


def test_they_are_the_cases_that_the_measure_counts_so_that_its_list_is_theirs(march):
    for took, code in ((4, "quality_station"), (4, "quality_station"), (9, "safety_station"), (1, "")):
        closed(took, code)
    closed(9, "quality_station", ended=END + timedelta(minutes=1))  # the first minute of April
    closed(9, "quality_station", ended=datetime(2026, 2, 28, 23, 59, tzinfo=SHANGHAI))
    closed(9, "quality_station", verb=Verb.VOID)
    make_case()
    told = measure(march.region, MARCH, Dimension.UNIT, codes=["closed"])
    assert {one.key: one.whole.cases for one in by_unit(march)} == {key: of["closed"].part for key, of in told.items()}
    assert next((one.key, one.whole.cases) for one in by_unit(march)) == ("", 4)
    assert by_unit(march)[-1].key == "-"


def test_a_period_without_a_closing_is_empty(march):
    make_case()
    assert by_unit(march) == []
