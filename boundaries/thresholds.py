"""Setting what coverage is measured against; what is kept of patrols is worked out anew where a rule touches it."""

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import transaction

from boundaries import visits
from boundaries.models import CoverageRule, GridCell
from boundaries.rules import OF_POINTS

# What the kept visits were worked out with; the other thresholds are asked when coverage is.
OF_VISITS = ("track_radius_m", *OF_POINTS)


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
    """The visits of every cell that the old or the new rule speaks of, where what they say of visits differs."""
    old, new = rules
    cells = set()
    for one in filter(None, rules):
        if old is None or new is None or _place(old) != _place(new):
            differs = any(getattr(one, name) is not None for name in OF_VISITS)
        else:
            differs = any(getattr(old, name) != getattr(new, name) for name in OF_VISITS)
        if differs:
            cells |= set(touched(one).values_list("pk", flat=True))
    if cells:
        visits.record_of_cells(next(filter(None, rules)).region_id, sorted(cells))


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
