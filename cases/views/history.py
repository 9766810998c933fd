"""The page of enforcement history: years, areas, sites that come back, disobeyed orders, escalations."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import hexagons, history
from cases.hexagon_cells import SIZES
from cases.hexagons import HexagonFilter
from cases.models import Case, Practice
from cases.permissions import Capability, requires
from cases.views.map import extent


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def history_page(request):
    """Of one `year`, or of all without one; by area, or by `hexagons` of so many metres."""
    told = {"year": request.GET.get("year", ""), "metres": request.GET.get("hexagons", "")}
    asked = HexagonFilter(told, queryset=Case.objects.none())
    said = {} if asked.is_valid() else asked.errors
    faults = {str(asked.form.fields[name].label): sentences[0] for name, sentences in said.items()}
    data = {} if faults else asked.form.cleaned_data
    year = data.get("year")
    day = history.last_day(year, timezone.localdate())
    years, user = history.by_year(request.user), request.user
    sites, all_sites = history.repeat_sites(user, day)
    found = _hexagons(user, data, faults)
    page = Paginator(found.cells, history.MOST_LISTED).get_page(request.GET.get("page")) if found else None
    listed = urlencode({"status": "", **({"year": year} if year else {})})
    orders, escalated = history.disobeyed_orders(user, year), history.escalations(user, year)
    context = {
        "faults": faults,
        "year": year,
        "years": years,
        "most": max((one.cases for one in years), default=0),
        "areas": history.by_area(user, year),
        "sizes": SIZES,
        "hexagons": found,
        "page": page,
        "named": hexagons.named(user, page.object_list) if page else [],
        "cell_list": f"{reverse('map')}?{listed}&hexagon={found.metres}:" if found else "",
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
    return render(request, "cases/history.html", context, status=400 if faults else 200)


def _hexagons(user, data, faults):
    """Where they are asked for; that there are too many is one of the faults."""
    if not data.get("metres"):
        return None
    try:
        return hexagons.seen_by(user, data, int(data["metres"]))
    except hexagons.TooManyHexagons as error:
        faults[str(HexagonFilter.base_filters["metres"].label)] = str(error)
        return None
