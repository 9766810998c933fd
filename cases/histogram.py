"""How many cases began and ended per day or month: the bars under the time slider.

Within the person's scope, the group being today's. Whole groups come from `CaseDay`; what a person sees beside them
(own reports, cases their unit takes part in) is counted from the cases.
"""

from collections import Counter
from datetime import date

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDay, TruncMonth

from cases.filters import NO_GROUP
from cases.models import CaseDay
from cases.permissions import Capability, may, scope_of, visible_cases
from cases.spells import end_of

UNITS = {"day": TruncDay, "month": TruncMonth}


def bars(user, since: date, until: date, unit: str, group: str = "") -> list[tuple[date, int, int]]:
    """(first day of the bar, begun, ended) from `since` to `until` inclusive, the earliest first; no empty ones."""
    if not may(user, Capability.SEE_CASES):
        return []
    begun, ended = _of_whole_groups(user, since, until, unit, group)
    if not scope_of(user).everything:
        for moment, counted in (("reported_at", begun), ("ended_at", ended)):
            counted.update(_beside(user, moment, since, until, unit, group))
    return [(day, begun[day], ended[day]) for day in sorted(begun | ended) if begun[day] or ended[day]]


def _of_whole_groups(user, since, until, unit, group) -> tuple[Counter, Counter]:
    scope = scope_of(user)
    days = CaseDay.objects.filter(region=scope.region, day__range=(since, until))
    days = days if scope.everything else days.filter(group_code__in=scope.groups)
    days = days.filter(group_code=_code(group)) if group else days
    start = UNITS[unit]("day") if unit == "month" else F("day")
    found = list(days.annotate(start=start).values_list("start").annotate(Sum("begun"), Sum("ended")).order_by())
    return Counter({day: n for day, n, _m in found}), Counter({day: m for day, _n, m in found})


def _beside(user, moment, since, until, unit, group) -> dict:
    """Cases that the person sees and that are none of their groups'."""
    cases = visible_cases(user).exclude(group_code__in=scope_of(user).groups)
    cases = cases.filter(group_code=_code(group)) if group else cases
    cases = cases.filter(**{f"{moment}__date__gte": since, f"{moment}__lt": end_of(until)})
    found = cases.annotate(start=UNITS[unit](moment)).values_list("start").annotate(n=Count("id")).order_by()
    return {start.date(): n for start, n in found}


def _code(group: str) -> str:
    return "" if group == NO_GROUP else group
