"""How long cases took: percentiles by hand, of the cases closed in the period and of no other."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from boundaries.models import Unit
from cases.metrics import Period
from cases.models import Case
from cases.verbs import Verb
from oversight.statistics import durations
from tests.factories import make_case

SHANGHAI = ZoneInfo("Asia/Shanghai")
END = datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def closed(days, unit, *, handed=None, ended=END, status="closed"):
    """A case that took so many days, its last hand-over so many before the end."""
    case = make_case(status=status, reported_at=ended - timedelta(days=days))
    Case.objects.filter(pk=case.pk).update(ended_at=ended, handling_unit=unit)
    for before in (handed + 1, handed) if handed is not None else ():
        at = ended - timedelta(days=before)
        case.events.create(region=case.region, verb=Verb.HAND_OVER, status="assigned", at=at)
    return case


def days(spread):
    return [
        spread.cases,
        *(one and round(one / timedelta(days=1), 6) for one in (spread.median, spread.p80, spread.p90)),
    ]


def test_percentiles_are_read_off_between_neighbours(xingyang):
    """1, 2, 3, 4 and 10 days: 80 % lie at 0.8 × 4 = 3.2 steps, 4 + 0.2 × 6 = 5.2; 90 % at 3.6, 4 + 0.6 × 6 = 7.6.

    Handed over 1, 2 and 3 days before the end: 1.6 steps make 2.6, 1.8 make 2.8. The other unit closed one of 20 days;
    together 1, 2, 3, 4, 10, 20: 2.5 steps make 3.5, 4 steps 10, 4.5 steps 15.
    """
    station, brigade = (Unit.objects.get(code=code) for code in ("quality_station", "urban_construction_brigade"))
    for took, handed in ((1, 1), (2, 2), (3, 3), (4, None), (10, None)):
        closed(took, station, handed=handed)
    closed(20, brigade)
    found = {one.unit: one for one in durations.by_unit(Case.objects.all(), MARCH)}
    assert list(found) == ["", *sorted(("quality_station", "urban_construction_brigade"), key=lambda c: found[c].name)]
    assert days(found["quality_station"].whole) == [5, 3, 5.2, 7.6]
    assert days(found["quality_station"].own) == [3, 2, 2.6, 2.8]
    assert days(found["urban_construction_brigade"].whole) == [1, 20, 20, 20]
    assert days(found["urban_construction_brigade"].own) == [0, None, None, None]
    assert days(found[""].whole) == [6, 3.5, 10, 15]


def test_only_cases_closed_in_the_period_count(xingyang):
    station = Unit.objects.get(code="quality_station")
    for status in ("closed", "follow_up", "archived"):
        closed(4, station, status=status)
    for status in ("void", "merged", "unfounded", "transferred_out"):
        closed(9, station, status=status)
    closed(9, station, ended=END + timedelta(minutes=1))  # the first minute of April
    closed(9, station, ended=datetime(2026, 2, 28, 23, 59, tzinfo=SHANGHAI))
    make_case()
    together, one = durations.by_unit(Case.objects.all(), MARCH)
    assert days(together.whole) == days(one.whole) == [3, 4, 4, 4]


def test_cases_of_no_unit_come_last_and_a_period_without_a_case_is_empty(xingyang):
    assert durations.by_unit(Case.objects.all(), MARCH) == []
    closed(1, None)
    closed(2, Unit.objects.get(code="quality_station"))
    assert [one.unit for one in durations.by_unit(Case.objects.all(), MARCH)] == ["", "quality_station", "-"]
