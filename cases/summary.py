"""How many cases there are, by stage, group, channel and year: each with the other filters applied."""

from collections import Counter

from django.db.models import Count

from cases import box_counts, map_counts, past
from cases.filters import describes
from cases.narrowing import narrow
from cases.permissions import scope_of, visible_cases
from cases.workflow import STAGES, Stage, Status

DIMENSIONS = {"by_status": "status", "by_group": "group", "by_channel": "channel", "by_year": "year"}
COLUMNS = {"status": "status", "group": "group_code", "channel": "channel", "year": "year"}


def summary(user, data: dict) -> dict:
    """Exact counts for the filters in `data` (as CaseFilter cleaned them), within the person's scope."""
    if data.get("at"):
        return past.summary(user, data)
    counted = {name: _counted(user, data, key) for name, key in DIMENSIONS.items()}
    every_stage = {**data, "stage": ()}
    by_status = _counted(user, every_stage, "status") if data.get("stage") else counted["by_status"]
    late = _overdue(user, {**every_stage, "status": ""})
    by_stage = Counter({Stage.OVERDUE.value: sum(late.values())})
    for status, n in by_status.items():
        by_stage[STAGES[Status(status)].value] += n - late.get(status, 0)
    return {
        "count": total(user, data),
        "by_stage": {stage: by_stage[stage] for stage in Stage.values},
        **counted,
    }


def by_year(user, data: dict) -> dict[int, int]:
    """How many cases the filters find of each year; of the one year where they name one."""
    wanted = data.get("year")
    return {year: n for year, n in _counted(user, data, "year").items() if not wanted or year == wanted}


def total(user, data: dict) -> int:
    """How many cases the filters find; from the tally where that knows enough, else counted."""
    if data.get("at"):
        return past.total(user, data)
    if data.get("bbox"):
        number = box_counts.count(scope_of(user), data, visible_cases(user))
        if number is not None:
            return number
    return sum(_counted(user, data, None).values())


def _counted(user, data, without) -> dict:
    """Cases per value of the dimension `without`, whose own filter is left out."""
    column = COLUMNS.get(without, "region")
    others = {key: value for key, value in data.items() if key != without}
    counted = Counter()
    for rows, n in _sources(user, others):
        for value, number in rows.values_list(column).annotate(total=n).order_by():
            counted[value] += number
    return {value: number for value, number in counted.items() if number}


def _sources(user, data):
    """(queryset, how to count it): the tally, and live rows for what it cannot know."""
    live = narrow(visible_cases(user).filter(describes(data)), data)
    return map_counts.sources(scope_of(user), data, live)


def _overdue(user, data) -> dict:
    """Overdue cases by status: the only class that the clock changes and no tally can keep."""
    cases = narrow(visible_cases(user).overdue().filter(describes(data)), data)
    return dict(cases.values_list("status").annotate(n=Count("id")).order_by())
