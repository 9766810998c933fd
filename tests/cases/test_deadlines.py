"""Ends of periods against a wall calendar, each counted by hand.

The State Council's arrangements that the counts below meet (days off; working Saturdays and Sundays):
2024: 10–17 Feb; Sun 18 Feb · 2025: 28 Jan – 4 Feb; Sun 26 Jan · 1–8 Oct; Sun 28 Sep, Sat 11 Oct
2026: 15–23 Feb; Sat 14, Sat 28 Feb · 1–5 May; Sat 9 May · 25–27 Sep, 1–7 Oct; Sun 20 Sep, Sat 10 Oct
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cases import deadlines
from cases.working_days import WorkingDays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingDays()


def moment(text):
    """“2026-03-02” is ten in the morning in 荥阳; a time may be given."""
    return datetime.fromisoformat(text if " " in text else f"{text} 10:00").replace(tzinfo=SHANGHAI)


def ends(start, amount, unit, pauses=(), extended=0, calendar=CALENDAR):
    spans = [(moment(begin), end and moment(end)) for begin, end in pauses]
    found = deadlines.due(moment(start), amount, unit, calendar, spans, extended)
    return found and str(found.at)


PERIODS = [
    # Plain weeks: five working days each.
    ("2026-11-23", 15, "workday", "2026-12-14"),  # Mon: 24–27 make 4, two weeks 14, Mon 14 Dec is the 15th
    ("2026-11-27 23:59", 15, "workday", "2026-12-18"),  # Fri, its last minute: 30 Nov is the 1st, three weeks to Fri
    ("2026-11-28 00:00", 15, "workday", "2026-12-18"),  # Sat: counts from Mon 30 Nov as well
    ("2026-11-26 23:59", 1, "workday", "2026-11-27"),  # Thu, its last minute: Fri
    ("2026-11-27 00:00", 1, "workday", "2026-11-30"),  # Fri, its first minute: Mon
    # 春节 2026.
    ("2026-02-09", 5, "workday", "2026-02-14"),  # Tue–Fri 10–13 make 4, Sat 14 is worked
    ("2026-02-09", 7, "workday", "2026-02-25"),  # 5 to Sat 14, off until 23, Tue 24 and Wed 25
    ("2026-02-13", 10, "workday", "2026-03-05"),  # Sat 14; Tue 24–Sat 28 make 6; Mon 2–Thu 5 Mar
    ("2026-02-17", 5, "workday", "2026-02-28"),  # begins on a holiday: Tue 24 is the 1st, Sat 28 is worked
    ("2026-02-03", 15, "day", "2026-02-24"),  # 18 Feb is off: the first working day behind it
    ("2025-11-20", 90, "day", "2026-02-24"),  # 10 in Nov, 31 in Dec, 31 in Jan, 18 in Feb; off until 23
    # 国庆 2026, with 中秋 before it.
    ("2026-09-18", 1, "workday", "2026-09-20"),  # Fri: Sun 20 is worked
    ("2026-09-24", 5, "workday", "2026-10-09"),  # Mon–Wed 28–30 make 3, off until 7 Oct, Thu 8 and Fri 9
    ("2026-09-24", 6, "workday", "2026-10-10"),  # … and Sat 10 is worked
    ("2026-09-05", 30, "day", "2026-10-08"),  # 25 in Sep, 5 Oct is off: Thu 8
    # Other years.
    ("2025-01-24", 3, "workday", "2025-02-05"),  # Sun 26 is worked, Mon 27, off until 4 Feb, Wed 5
    ("2025-09-26", 7, "workday", "2025-10-13"),  # Sun 28–Tue 30 make 3; Thu 9, Fri 10, Sat 11 is worked, Mon 13
    ("2024-02-08", 5, "workday", "2024-02-21"),  # Fri 9; Sun 18 is worked; Mon 19–Wed 21
    # Where a last day moves, and where it does not.
    ("2026-11-27", 15, "day", "2026-12-14"),  # 3 in Nov, Sat 12 Dec: Mon 14
    ("2026-03-04", 60, "day", "2026-05-06"),  # 27 in Mar, 30 in Apr, 3 May is off until 5: Wed 6
    ("2026-04-24", 15, "day", "2026-05-09"),  # 6 in Apr, Sat 9 May is worked: it stays
    ("2026-11-25", 0, "day", "2026-11-25"),  # nothing to wait for
    # Months: the day of the same number, or the month's last.
    ("2026-01-15", 6, "month", "2026-07-15"),
    ("2025-12-31", 3, "month", "2026-03-31"),
    ("2025-11-30", 3, "month", "2026-02-28"),  # no 30 Feb; Sat 28 is worked
    ("2023-11-30", 3, "month", "2024-02-29"),  # a leap year
    ("2023-08-31", 6, "month", "2024-02-29"),
    ("2024-02-29", 3, "month", "2024-05-29"),  # begins on the leap day
    ("2026-10-12", 3, "month", "2027-01-12"),
    ("2024-01-10", 90, "day", "2024-04-09"),  # 21 in Jan, 29 in Feb, 31 in Mar, 9 in Apr
    ("2023-01-10", 90, "day", "2023-04-10"),  # 21, 28, 31, 10: the same days without a leap day
]


@pytest.mark.parametrize(("start", "amount", "unit", "last_day"), PERIODS)
def test_a_period_ends_with_the_last_second_of_the_day_that_was_counted(start, amount, unit, last_day):
    assert ends(start, amount, unit) == f"{last_day} 23:59:59+08:00"


MARCH = ("2026-03-02", 90, "day")  # 29 in Mar, 30 in Apr, 31 in May: Sun 31 May, so Mon 1 Jun
INTERRUPTED = [
    (MARCH, [], 0, "2026-06-01"),
    (MARCH, [("2026-03-10", "2026-03-20")], 0, "2026-06-10"),  # 11–20 Mar are 10 days; 31 May and 10
    (MARCH, [("2026-03-10", "2026-03-20"), ("2026-04-01", "2026-04-16")], 0, "2026-06-25"),  # … and 15 more
    (MARCH, [("2026-03-10", "2026-03-20"), ("2026-03-15", "2026-03-25")], 0, "2026-06-15"),  # 11–25 Mar once: 15
    (MARCH, [("2026-03-10 00:00", "2026-03-10 23:59")], 0, "2026-06-01"),  # ends on the day it began: none
    (MARCH, [("2026-03-10 23:59", "2026-03-12 00:00")], 0, "2026-06-02"),  # a day and a minute, two midnights: 31 May and 2
    (MARCH, [("2026-02-20", "2026-03-12")], 0, "2026-06-10"),  # of what lies before, only 3–12 Mar: 10
    (MARCH, [("2026-06-05", "2026-06-30")], 0, "2026-06-01"),  # behind the end
    (MARCH, [], 30, "2026-06-30"),  # 31 May and 30
    (MARCH, [], 90, "2026-08-31"),  # 30 and 60: 29 in Aug is a Sat
    (MARCH, [("2026-03-10", "2026-03-20")], 30, "2026-07-10"),  # 10 Jun and 30
    (MARCH, [("2026-03-10", None)], 30, None),  # nobody knows until it runs on
    (("2026-11-02", 15, "workday"), [], 10, "2026-12-07"),  # 25 working days: five weeks
    # Off count Fri 27, Mon 30, Tue 1, Wed 2, Thu 3: five working days behind 14 Dec.
    (("2026-11-23", 15, "workday"), [("2026-11-26", "2026-12-03")], 0, "2026-12-21"),
    (("2026-11-02", 15, "day"), [("2026-11-20", None)], 0, "2026-11-17"),  # it had ended before it was paused
    (("2026-11-02", 15, "day"), [("2026-11-17", None)], 0, "2026-11-17"),  # the day it is paused on still counts
    (("2026-11-02", 15, "day"), [("2026-11-16", None)], 0, None),  # one day was left
    (("2026-11-27", 15, "day"), [("2026-12-12", "2026-12-16")], 0, "2026-12-17"),  # Sat 12 moves, to behind the pause
    (("2026-11-27", 15, "day"), [("2026-12-12", None)], 0, None),  # … which is not over
    (("2025-11-30", 3, "month"), [("2026-01-05", "2026-01-09")], 0, "2026-03-04"),  # 28 Feb and 4
    (("2026-01-15", 3, "month"), [], 3, "2026-07-15"),  # months are added to months
]  # fmt: skip


@pytest.mark.parametrize(("period", "pauses", "extended", "last_day"), INTERRUPTED)
def test_pauses_take_days_out_and_extensions_add_to_the_end(period, pauses, extended, last_day):
    assert ends(*period, pauses, extended) == (last_day and f"{last_day} 23:59:59+08:00")


def test_a_day_begins_where_the_city_is_and_not_in_greenwich():
    """16:00 in Greenwich is midnight in 荥阳: Thursday the 26th begins."""
    before, after = (datetime(2026, 11, 25, *time, tzinfo=ZoneInfo("UTC")) for time in ((15, 59), (16, 0)))
    assert [str(deadlines.due(at, 1, "workday", CALENDAR).at.date()) for at in (before, after)] == [
        "2026-11-26", "2026-11-27",
    ]  # fmt: skip


def test_an_end_that_needs_holidays_nobody_knows_yet_says_so():
    # Tue 22–Fri 25 Dec make 4, 28–31 make 8, Fri 1 Jan 9, a week 14, Mon 11 the 15th.
    counted = deadlines.due(moment("2040-12-17"), 15, "workday", CALENDAR)
    assert counted.unknown_years == (2040, 2041)
    assert deadlines.due(moment("2026-11-02"), 15, "day", CALENDAR).unknown_years == ()
    moved = deadlines.due(moment("2039-12-16"), 15, "day", CALENDAR)  # Sat 31 Dec 2039, so Mon 2 Jan 2040
    assert (str(moved.at.date()), moved.unknown_years) == ("2040-01-02", (2039, 2040))


@pytest.mark.parametrize(
    ("corrections", "last_day"),
    [
        ({date(2026, 11, 30): False}, "2026-12-15"),  # a Monday off
        ({date(2026, 12, 5): True}, "2026-12-11"),  # a Saturday worked: Fri before
        ({date(2026, 12, 14): False}, "2026-12-15"),  # the last day itself
    ],
)
def test_a_correction_goes_before_what_was_announced(corrections, last_day):
    calendar = WorkingDays(corrections)
    assert ends("2026-11-23", 15, "workday", calendar=calendar) == f"{last_day} 23:59:59+08:00"


@pytest.mark.parametrize(
    ("now", "unit", "left"),
    [
        ("2026-12-14 23:59", "workday", 0),
        ("2026-12-11", "workday", 1),  # Fri: Mon is left
        ("2026-12-11", "day", 3),
        ("2026-12-15 00:00", "workday", -1),
        ("2026-12-19", "workday", -4),  # Sat: Tue–Fri have gone by
        ("2026-12-19", "month", -5),
    ],
)
def test_days_left_are_those_behind_today(now, unit, left):
    assert deadlines.days_left(moment("2026-12-14 23:59"), moment(now), unit, CALENDAR) == left


def test_elapsed_days_hold_today_and_leave_out_the_first_day_and_every_pause():
    pauses = [(moment("2026-11-26"), moment("2026-12-03"))]
    counted = {
        now: deadlines.elapsed(moment("2026-11-23"), moment(now), "workday", CALENDAR, pauses)
        for now in ("2026-11-20", "2026-11-23", "2026-11-24", "2026-11-26", "2026-12-03", "2026-12-04", "2026-12-06")
    }
    assert list(counted.values()) == [0, 0, 1, 3, 3, 4, 4]


FINES = [
    # fine, paid on (due on 10 Dec 2026), reconsiderations or suits, added, days counted
    ("10000", "2026-12-10", [], "0.00", 0),
    ("10000", "2026-12-01", [], "0.00", 0),
    ("10000", "2026-12-11", [], "300.00", 1),
    ("10000", "2026-12-20", [], "3000.00", 10),
    ("10000", "2027-01-12", [], "9900.00", 33),  # 21 in Dec, 12 in Jan
    ("10000", "2027-01-13", [], "10000.00", 34),  # 102 %: the fine itself and no more
    ("10000", "2027-12-10", [], "10000.00", 365),
    ("333.33", "2026-12-11", [], "10.00", 1),  # 9.9999
    ("1234.56", "2026-12-17", [], "259.26", 7),  # 37.0368 a day: 259.2576
    ("10000", "2026-12-20", [("2026-12-14", "2026-12-18")], "1500.00", 5),  # ten days without five
    ("10000", "2026-12-20", [("2026-12-14", None)], "900.00", 3),  # 11, 12 and 13 Dec
    ("10000", "2026-12-20", [("2026-12-01", "2026-12-12"), ("2026-12-19", "2026-12-30")], "1800.00", 6),  # 13–18
    ("10000", "2027-02-01", [("2026-12-14", "2027-01-13")], "6600.00", 22),  # 53 days without 31
]


@pytest.mark.parametrize(("fine", "until", "suspended", "amount", "days"), FINES)
def test_three_per_cent_a_day_and_never_more_than_the_fine(fine, until, suspended, amount, days):
    spans = [(date.fromisoformat(begin), end and date.fromisoformat(end)) for begin, end in suspended]
    added = deadlines.late_fine(Decimal(fine), date(2026, 12, 10), date.fromisoformat(until), spans)
    assert (added.amount, added.days) == (Decimal(amount), days)
    assert str(added.amount) == amount


def test_a_late_fine_is_explained_to_whoever_has_to_pay_it():
    span = [(date(2026, 12, 14), date(2026, 12, 18))]
    added = deadlines.late_fine(Decimal(10000), date(2026, 12, 10), date(2027, 3, 1), span)
    assert added.explanation == (
        "罚款 10,000.00 元，缴纳期限至 2026-12-10，已逾期 81 日。其中 5 日在行政复议或者行政诉讼期间，不计算。"
        "76 日按每日 3% 计 22,800.00 元（行政处罚法第七十二条、第七十三条）。加处罚款不超过罚款本数 10,000.00 元。"
    )
