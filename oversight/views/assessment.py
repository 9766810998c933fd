"""年终考核: the year's sheet with its working, its rules and their versions, its freezing, and the Word file."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.permissions import Capability, may, requires
from cases.views.export import refused
from oversight.assessment import freezing, report, rules, sheet
from oversight.assessment_forms import AssessmentRulesForm
from oversight.circular_forms import YearForm
from oversight.ledger.freezing import CannotFreeze
from oversight.statistics.measures import MEASURES
from oversight.views.steps import taken

SEE, KEEP = Capability.SEE_ASSESSMENT, Capability.KEEP_ASSESSMENT
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@requires(SEE)
@never_cache
@require_safe
def assessment(request):
    """`year`; the year before this one without it. What is frozen is shown as frozen, and what differs now beside."""
    if request.user.region is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    form = YearForm({"year": request.GET.get("year", timezone.localdate().year - 1)})
    if not form.is_valid():
        return render(request, "oversight/assessment.html", {"fault": _("A year as 2026.")}, status=400)
    region, year = request.user.region, form.cleaned_data["year"]
    frozen, live = freezing.frozen(region, year), sheet.work_out(region, year)
    shown = frozen.sheet if frozen else live
    context = {
        "year": year,
        "sheet": shown,
        "parts": [(_("Units"), _rows(shown, "units", year)), (_("Cooperation groups"), _rows(shown, "groups", year))],
        "frozen": frozen,
        "differences": [_said(one) for one in sheet.differences(frozen.sheet, live)] if frozen else [],
        "faults": list(freezing.faults(region)),
        "may_freeze": may(request.user, KEEP) and not freezing.refusal(region, year),
        "is_first": freezing.newest(region) is None,
    }
    return render(request, "oversight/assessment.html", context)


def _rows(shown, kind, year) -> list[dict]:
    by = sheet.KINDS[kind]
    return [{**row, "lines": [_line(line, by.value, row["key"], year) for line in row["lines"]]} for row in shown[kind]]


def _line(line, by, key, year) -> dict:
    told = {"period": year, "by": by, "key": key, "code": line["figure"]}
    links = {of: f"{reverse('stats-cases')}?{urlencode({**told, 'of': of})}" for of in ("part", "whole")}
    return {**line, **{f"{of}_link": link for of, link in links.items()}, "label": MEASURES[line["figure"]].label}


def _said(one: dict) -> dict:
    words = {
        "rules": _("rules"), "base": _("points of the figures"), "circular_points": _("points of circulars"),
        "eligible": _("Award eligibility"), "total": _("points in all"),
    }  # fmt: skip
    known = {"True": _("eligible"), "False": _("not eligible")}
    what = words.get(one["what"]) or MEASURES[one["what"]].label
    return {**one, "what": what, **{side: known.get(one[side], one[side]) or "—" for side in ("before", "after")}}


@requires(SEE)
@never_cache
@require_safe
def assessment_file(request):
    """The same as a Word file: the frozen sheet where there is one."""
    if request.user.region is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    form = YearForm({"year": request.GET.get("year", timezone.localdate().year - 1)})
    if not form.is_valid():
        return refused([_("A year as 2026.")])
    region, year = request.user.region, form.cleaned_data["year"]
    frozen = freezing.frozen(region, year)
    standing = _("as of {day}, not frozen").format(day=timezone.localdate())
    if frozen:
        standing = _("frozen on {day}").format(day=timezone.localdate(frozen.frozen_at))
    content = report.written(region, frozen.sheet if frozen else sheet.work_out(region, year), standing)
    name = _("assessment-{year}").format(year=year)
    return HttpResponse(
        content,
        content_type=WORD,
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.docx")},
    )


@requires(KEEP)
@require_POST
def assessment_freeze(request):
    """Close the year; what cannot be closed is said on its page."""
    if request.user.region is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    form = YearForm(request.POST)
    if not form.is_valid():
        return refused([_("A year as 2026.")])
    year = form.cleaned_data["year"]
    try:
        freezing.freeze(request.user.region, year, by=request.user)
    except CannotFreeze as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("{year} is frozen.").format(year=year))
    return redirect(f"{reverse('assessment')}?year={year}")


@requires(SEE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_rules(request):
    """The versions of the rules; a POST keeps another one."""
    region, posted, keeps = request.user.region, request.method == "POST", may(request.user, KEEP)
    if posted and not keeps:
        raise PermissionDenied
    if region is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    versions = list(rules.versions(region))
    form = AssessmentRulesForm(request.POST if posted else None, current=versions[-1])
    done = _("The version is kept; those before stay.")
    if posted and taken(request, form, lambda **told: rules.another(region, **told), done):
        return redirect("assessment-rules")
    context = {"versions": [_version(one) for one in versions[::-1]], "form": form, "keeps": keeps}
    return render(request, "oversight/assessment_rules.html", context, status=400 if posted else 200)


def _version(one) -> dict:
    return {"one": one, "lines": [{**line, "label": MEASURES[line["figure"]].label} for line in one.lines]}
