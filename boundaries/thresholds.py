"""Setting what coverage is measured against; what is kept of patrols is worked out anew where a rule touches it."""

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import transaction

from boundaries import judging, visits
from boundaries.models import CoverageRule, GridCell
from boundaries.rules import OF_POINTS

# What is kept of patrols was worked out with: their visits, and their tracks. The others are asked when coverage is.
OF_VISITS = ("track_radius_m",)


@transaction.atomic
def set_rule(rule: CoverageRule, *, by=None) -> CoverageRule:
    """Keep a rule that was checked by its form, new or changed."""
    before = CoverageRule.objects.filter(pk=rule.pk).select_for_update().first() if rule.pk else None
    rule.save()
    _keep(by, rule, CHANGE if before else ADDITION)
    _work_out(before, rule)
    return rule


@transaction.atomic
def remove_rule(rule: CoverageRule, *, by=None) -> None:
    """From now on the next wider rule holds, or what is usual."""
    _keep(by, rule, DELETION)
    key = rule.pk
    rule.delete()
    rule.pk = key
    _work_out(rule, None)


def _work_out(*rules: CoverageRule | None) -> None:
    """What is kept of patrols, where what the old and the new rule say of it differs: every track and its visits, or
    the visits of the cells that either speaks of."""
    told = [rule for rule in rules if rule]
    if any(_differs(one, rules, OF_POINTS) for one in told):
        judging.judge_anew(told[0].region_id)
        return
    cells = set()
    for one in told:
        if _differs(one, rules, OF_VISITS):
            cells |= set(touched(one).values_list("pk", flat=True))
    if cells:
        visits.record_of_cells(told[0].region_id, sorted(cells))


def _differs(one: CoverageRule, rules, names) -> bool:
    """Whether `one` of the old rule and the new says something of these that the other does not say of its place."""
    old, new = rules
    if old is None or new is None or _place(old) != _place(new):
        return any(getattr(one, name) is not None for name in names)
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _place(rule: CoverageRule) -> tuple:
    return rule.level, rule.area_code


def touched(rule: CoverageRule):
    """The cells that the rule speaks of, those of days gone by among them."""
    cells = GridCell.objects.filter(region=rule.region_id)
    cells = cells.filter(level=rule.level) if rule.level else cells
    return cells.filter(area_code=rule.area_code) if rule.area_code else cells


def _keep(by, rule: CoverageRule, flag: int) -> None:
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [rule], flag, str(rule))
