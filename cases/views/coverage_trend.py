"""A year of coverage: three rates as lines, and the same in a table."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.coverage import kept_days
from cases.coverage.trend import A_YEAR, by_week, lines, months
from cases.coverage_forms import TrendForm
from cases.permissions import Capability, areas_of, requires, scope_of


@require_safe
@never_cache
@requires(Capability.SEE_COVERAGE)
def coverage_trend(request):
    """`by`: day or week, a week without it."""
    form = TrendForm(request.GET)
    faults = {form.fields[name].label: sentences[0] for name, sentences in form.errors.items()}
    by = form.cleaned_data.get("by") or "week"
    last = timezone.localdate()
    first = last - A_YEAR
    scope = scope_of(request.user)
    areas = None if scope.everything else areas_of(scope)
    kept = kept_days.kept(scope.region, first, last, areas)
    shown = by_week(kept) if by == "week" else kept
    context = {
        "by": by, "faults": faults, "lines": lines(shown, by, first, last), "days": shown[::-1], "first": first,
        "last": last, "months": months(first, last),
    }  # fmt: skip
    return render(request, "cases/coverage_trend.html", context, status=400 if faults else 200)
