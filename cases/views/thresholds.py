"""巡查标准: what coverage is measured against, per tier and area, beside what is usual."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries import thresholds
from boundaries.models import CoverageRule, Edition
from boundaries.models.rule import USUAL
from boundaries.threshold_forms import EFFECTS, TIERS, RuleForm, usual
from cases.permissions import Capability, may, requires


@requires(Capability.SEE_COVERAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def threshold_list(request):
    """`rule` is the one that is changed. A POST does `act`: `save` it, or a new one without a key, or `remove` it."""
    may_edit, region = may(request.user, Capability.EDIT_GRID), request.user.region_id
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    key = (request.POST or request.GET).get("rule", "")
    rule = _rule(region, key) if key else None
    form = None
    if request.method == "POST":
        form, done = _act(request, rule)
        if done:
            messages.success(request, done)
            return redirect("coverage-rules")
    rules = CoverageRule.objects.filter(region=region)
    context = {
        "tab": "rules",
        "rules": [_row(one, _areas(region)) for one in rules],
        "columns": [(_label(name), usual(name), EFFECTS[name]) for name in USUAL],
        "form": form or (RuleForm(region=region, instance=rule) if may_edit and region else None),
        "open": bool(form or rule),
        "rule": rule,
        "may_edit": may_edit,
    }
    return render(request, "cases/coverage_rules.html", context, status=400 if form else 200)


def _rule(region, key: str) -> CoverageRule:
    rules = CoverageRule.objects.filter(region=region)
    found = rules.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None:
        raise Http404
    return found


def _act(request, rule: CoverageRule | None):
    """(The form that was refused, or None; what was done)."""
    act = request.POST.get("act", "")
    if act == "remove" and rule:
        thresholds.remove_rule(rule, by=request.user)
        return None, _("The rule is removed.")
    if act != "save" or not request.user.region_id:
        raise BadRequest
    form = RuleForm(request.POST, region=request.user.region_id, instance=rule)
    if not form.is_valid():
        return form, ""
    thresholds.set_rule(form.save(commit=False), by=request.user)
    return None, _("The rule is kept; coverage follows it at once.")


def _row(rule: CoverageRule, areas: dict[str, str]) -> dict:
    said = {name: getattr(rule, name) for name in USUAL}
    cells = [(_label(name), None if value is None else f"{value:g}") for name, value in said.items()]
    where = areas.get(rule.area_code, rule.area_code) if rule.area_code else _("every area")
    return {"rule": rule, "where": where, "tier": dict(TIERS)[rule.level], "cells": cells}


def _label(name: str) -> str:
    return CoverageRule._meta.get_field(name).verbose_name


def _areas(region) -> dict[str, str]:
    edition = Edition.objects.defer("outline").current(region)
    return dict(edition.areas.values_list("code", "name")) if edition else {}
