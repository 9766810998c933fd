"""How many cases there were at the end of a day gone by, by stage, group, channel and year of then."""

from collections import Counter

from django.db.models import Count

from cases.filters import describes
from cases.spells import matching, visible_spells
from cases.workflow import ENDED, OPEN, STAGES, Stage, Status

COLUMNS = {"by_status": "status", "by_group": "group_code", "by_channel": "channel", "by_year": "year"}
FILTERS = {"by_status": "status", "by_group": "group", "by_channel": "channel", "by_year": "year"}


def summary(user, data: dict) -> dict:
    """As `cases.summary.summary` says it of today; nothing was overdue, as no day knows the deadlines of then."""
    counted = {name: _counted(user, {**data, FILTERS[name]: None}, column) for name, column in COLUMNS.items()}
    by_stage = Counter()
    for status, n in counted["by_status"].items():
        by_stage[STAGES[Status(status)].value] += n
    return {"count": total(user, data), "by_stage": {stage: by_stage[stage] for stage in Stage.values}, **counted}


def total(user, data: dict) -> int:
    return _found(user, data).count()


def balance(user, data: dict) -> dict:
    """Open and ended cases at the end of the day, and how many in each state: what two days are compared by."""
    by_status = _counted(user, data, "status")
    return {
        "open": sum(by_status.get(status, 0) for status in OPEN),
        "ended": sum(by_status.get(status, 0) for status in ENDED),
        "by_status": {status: by_status.get(status, 0) for status in Status.values},
    }


def _counted(user, data: dict, column: str) -> dict:
    return dict(_found(user, data).values_list(column).annotate(n=Count("id")).order_by())


def _found(user, data: dict):
    return matching(visible_spells(user, data["at"]).filter(describes(data)), data)
