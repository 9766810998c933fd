"""The deadline rules of a region: defaults from one file, edited by its administrator, chosen by day."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from boundaries.models import Region
from cases.models import DeadlineRule

DEFAULTS = Path(__file__).with_name("deadline_rules.json")


@cache
def defaults() -> tuple[dict, ...]:
    """D01 to D27 as the file has them: what the law says, and what is ours to decide."""
    return tuple(json.loads(DEFAULTS.read_text("utf-8")))


def load_defaults(region: Region | str) -> int:
    """Give the region each rule of the file whose code it has no row of; how many. What is there stays as it is."""
    code = getattr(region, "pk", region)
    known = set(DeadlineRule.objects.filter(region=code).values_list("code", flat=True))
    missing = [DeadlineRule(region_id=code, **row) for row in defaults() if row["code"] not in known]
    DeadlineRule.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


class RuleBook:
    """A region's rules, read once. A region that has none yet is given the defaults."""

    def __init__(self, region: Region | str):
        code = getattr(region, "pk", region)
        rules = DeadlineRule.objects.filter(region=code).order_by("active_from")
        if not rules:
            load_defaults(code)
            rules = rules.all()
        self._rules = {}
        for rule in rules:
            self._rules.setdefault(rule.code, []).append(rule)

    def on(self, code: str, day: date) -> DeadlineRule | None:
        """The rule for a clock that starts on `day`: of those active then the one that began last; None where the
        administrator has ended it. KeyError for a code that no rule ever had."""
        return next((rule for rule in reversed(self._rules[code]) if rule.is_active_on(day)), None)
