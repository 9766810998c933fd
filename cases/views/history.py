"""The page of enforcement history: years, areas, sites that come back, disobeyed orders, escalations."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import history
from cases.filters import CaseFilter
from cases.models import Case, Practice
from cases.permissions import Capability, requires
from cases.views.map import extent


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def history_page(request):
    """Of one `year`, or of all without one."""
    asked = CaseFilter({"year": request.GET.get("year", "")}, queryset=Case.objects.none())
    fault = "" if asked.is_valid() else asked.errors["year"][0]
    year = None if fault else asked.form.cleaned_data["year"]
    day = history.last_day(year, timezone.localdate())
    years, user = history.by_year(request.user), request.user
    sites, all_sites = history.repeat_sites(user, day)
    orders, escalated = history.disobeyed_orders(user, year), history.escalations(user, year)
    context = {
        "fault": fault,
        "year": year,
        "years": years,
        "most": max((one.cases for one in years), default=0),
        "areas": history.by_area(user, year),
        "sites": sites,
        "all_sites": all_sites,
        "practice": Practice.of(user.region_id),
        "day": day,
        "orders": orders[: history.MOST_LISTED],
        "orders_in_all": orders.count(),
        "escalations": escalated[: history.MOST_LISTED],
        "escalations_in_all": escalated.count(),
        "extent": extent(Edition.objects.current(user.region_id)),
    }
    return render(request, "cases/history.html", context, status=400 if fault else 200)
