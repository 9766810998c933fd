"""统计: the numbers of a period on a page and as a file, and the cases behind each number."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases import versions
from cases.hexagon_cells import lying_in
from cases.permissions import Capability, requires, scope_of
from cases.views.export import refused
from gis_core import long_tables, tables
from gis_core.kept import Kept
from oversight.statistics import report
from oversight.statistics.asked import Asked, period_before, seen_by, year_before
from oversight.statistics.dimensions import Dimension, labels
from oversight.statistics.form import BehindForm, StatsForm, near, written
from oversight.statistics.measures import MEASURES, behind
from oversight.views.asked import faults, of_a_region

A_PAGE = 50
_trends = Kept(64)


@requires(Capability.SEE_STATISTICS)
@never_cache
@require_safe
@of_a_region
def stats(request):
    """`period` (2026-03, 2026-Q1, 2026; else the running month) and `by`, one of the dimensions."""
    form = StatsForm(request.GET)
    context = {"dimensions": Dimension.choices, "asked": request.GET}
    if not form.is_valid():
        return render(request, "oversight/stats.html", {**context, "faults": faults(form)}, status=400)
    region, period, by = request.user.region, form.cleaned_data["period"], form.cleaned_data["by"]
    scope = seen_by(request.user)
    lines, told_apart = report.lines_and_tables(region, period, by, scope)
    told = {
        "period": written(period),
        "before": written(period_before(period)),
        "year_before": written(year_before(period)),
        "near": near(period),
        "by": by,
        "asked": {"period": written(period), "by": by.value},
        "query": urlencode({"period": written(period), "by": by.value}),
        "lines": lines,
        "tables": told_apart,
        "trend": _trend(request.user, period, scope),
        "known_later": report.KNOWN_LATER,
        "trend_columns": [MEASURES[code] for code in report.TREND],
        "until": Asked.of(region, period).then,
    }
    return render(request, "oversight/stats.html", {**context, **told})


@requires(Capability.SEE_STATISTICS)
@never_cache
@require_safe
@of_a_region
def stats_cases(request):
    """The cases behind one number: `code` of the measure, `key` of the dimension, `of` its part or its whole."""
    form = BehindForm(request.GET)
    if not form.is_valid():
        return render(request, "oversight/stats_cases.html", {"faults": faults(form)}, status=400)
    data, region = form.cleaned_data, request.user.region
    key, by = data["key"], data["by"]
    told = {"scope": seen_by(request.user), "later": data["known"] == "now"}
    cases = behind(data["code"], region, data["period"], by, key, of=data["of"], **told)
    if data["hexagon"]:
        cases = lying_in(cases, data["hexagon"])
    words = labels(Asked.of(region, data["period"]), by, [key]).get(key, "") if key else ""
    page = Paginator(cases.for_list(), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "measured": MEASURES[data["code"]],
        "of": data["of"],
        "words": words,
        "hexagon": data["hexagon"],
        "known_later": told["later"],
        "page": page,
        "back": _whence(data),
        "period": written(data["period"]),
    }
    return render(request, "oversight/stats_cases.html", told)


def _whence(data) -> str:
    """The page that has the number: the map's where a hexagon is asked for."""
    period = {"period": written(data["period"])}
    if cell := data["hexagon"]:
        return f"{reverse('stats-places')}?{urlencode({**period, 'code': data['code'], 'hexagons': cell.metres})}"
    return f"{reverse('stats')}?{urlencode({**period, 'by': data['by'].value})}"


@requires(Capability.SEE_STATISTICS)
@never_cache
@require_safe
@of_a_region
def stats_file(request, kind):
    """The monthly report as a file, by the same dimension."""
    if kind not in tables.KINDS:
        raise Http404
    form = StatsForm(request.GET)
    if not form.is_valid():
        return refused(faults(form))
    period, by = form.cleaned_data["period"], form.cleaned_data["by"]
    name = _("report-{period}").format(period=written(period))
    rows = report.rows(request.user.region, period, by, seen_by(request.user))
    return long_tables.answer(kind, name, report.columns(), rows)


def _trend(user, period, scope):
    """The months before are over: they are counted anew when something was written down since."""
    key = (scope_of(user), period, versions.of(user), timezone.localdate())
    return _trends.get(key, lambda: report.trend(user.region, period, scope))
