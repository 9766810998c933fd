"""How long a record is published, and by when something must be done about it. Calendar days, both ends included."""

from datetime import date, timedelta

from django.utils import timezone

from cases import deadlines
from cases.deadline_rules import RuleBook
from cases.working_days import WorkingDays

# 建筑市场信用管理暂行办法 10 (D24), in months
LEAST_MONTHS, MOST_MONTHS = 6, 36
LEAST_MONTHS_SHORTENED = 3
PUBLISH, WITHDRAW = "D24", "D11"  # codes of the deadline rules
USUAL = {PUBLISH: (7, deadlines.DAY), WITHDRAW: (3, deadlines.WORKDAY)}


def months_later(day: date, months: int) -> date:
    """The day of the same number, or the month's last where it has none (民法典 202)."""
    return day + timedelta(days=deadlines.length_in_days(day, months, deadlines.MONTH))


def limit(region: str, code: str, day: date, calendar: WorkingDays | None = None) -> date:
    """The last day for what `day` begins, by the region's rule; the usual one where the administrator ended it."""
    rule = RuleBook(region).on(code, day)
    amount, unit = (rule.amount, rule.unit) if rule and rule.amount is not None else USUAL[code]
    if unit != deadlines.WORKDAY:
        return day + timedelta(days=deadlines.length_in_days(day, amount, unit))
    return timezone.localdate(deadlines.due(deadlines.end_of(day), amount, unit, calendar or WorkingDays.of(region)).at)


def last_day(publish_from: date, months: int, penalty_until: date | None) -> date:
    """Of a publication of so many months: not before the penalty itself is over."""
    end = months_later(publish_from, months)
    return max(end, penalty_until) if penalty_until else end
