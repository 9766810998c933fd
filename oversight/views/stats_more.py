"""统计, further pages: where the cases of a period lie, and how long they took."""

from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import hexagons
from cases.api.hexagons import told as geojson
from cases.hexagon_cells import SIZES
from cases.history import MOST_LISTED
from cases.permissions import Capability, requires
from cases.views.export import refused
from cases.views.map import extent
from oversight.statistics import durations, places
from oversight.statistics.asked import Asked, seen_by
from oversight.statistics.form import PeriodField, near, written
from oversight.statistics.measures import MEASURES
from oversight.views.asked import faults, of_a_region


class TimesForm(forms.Form):
    period = PeriodField(label=gettext_lazy("period"), required=False)


class PlacesForm(TimesForm):
    code = forms.ChoiceField(
        label=gettext_lazy("measure"), required=False, choices=[(code, MEASURES[code].label) for code in places.CODES]
    )
    hexagons = forms.ChoiceField(
        label=gettext_lazy("size of the hexagons"), required=False, choices=[(str(one), one) for one in SIZES]
    )

    def clean_code(self):
        return self.cleaned_data["code"] or places.CODES[0]


@requires(Capability.SEE_STATISTICS)
@never_cache
@require_safe
@of_a_region
def times(request):
    """`period` as the statistics have it: handling times by unit, of the cases closed in it."""
    form, page = TimesForm(request.GET), "oversight/stats_times.html"
    if not form.is_valid():
        return render(request, page, {"faults": faults(form), "asked": request.GET}, status=400)
    period = form.cleaned_data["period"]
    found = durations.by_unit(Asked.of(request.user.region, period, scope=seen_by(request.user)))
    told = {"asked": {"period": written(period)}, "period": written(period), "near": near(period)}
    return render(request, page, {**told, "found": found})


@requires(Capability.SEE_STATISTICS)
@never_cache
@require_safe
@of_a_region
def where(request):
    """The cases behind the number `code` of a `period`, by area, or by `hexagons` of so many metres."""
    form, page_name = PlacesForm(request.GET), "oversight/stats_places.html"
    context = {"codes": form.fields["code"].choices, "sizes": SIZES, "asked": request.GET}
    if not form.is_valid():
        return render(request, page_name, {**context, "faults": faults(form)}, status=400)
    data, region = form.cleaned_data, request.user.region
    told = (region, data["period"], data["code"])
    query = {"period": written(data["period"]), "code": data["code"]}
    context |= {
        "asked": {**query, "hexagons": data["hexagons"]}, "period": query["period"], "near": near(data["period"]),
        "measured": MEASURES[data["code"]], "region": extent(Edition.objects.current(region.pk))["region"],
    }  # fmt: skip
    if not data["hexagons"]:
        return render(request, page_name, {**context, "areas": places.by_area(*told, seen_by(request.user))})
    try:
        found = places.by_hexagon(*told, int(data["hexagons"]), seen_by(request.user))
    except hexagons.TooManyHexagons as error:
        return render(request, page_name, {**context, "faults": [str(error)]}, status=400)
    page = Paginator(found.cells, MOST_LISTED).get_page(request.GET.get("page"))
    context |= {
        "found": found,
        "page": page,
        "named": hexagons.named(request.user, page.object_list),
        "address": f"{reverse('stats-hexagons')}?{urlencode({**query, 'hexagons': data['hexagons']})}",
        "cell_list": f"{reverse('stats-cases')}?{urlencode(query)}&hexagon={found.metres}:",
    }
    return render(request, page_name, context)


@requires(Capability.SEE_STATISTICS)
@never_cache
@require_safe
@of_a_region
def where_hexagons(request):
    """The same hexagons as GeoJSON, for the map."""
    form = PlacesForm(request.GET)
    if not form.is_valid():
        return refused(faults(form))
    data = form.cleaned_data
    try:
        found = places.by_hexagon(
            request.user.region, data["period"], data["code"], int(data["hexagons"] or hexagons.USUAL),
            seen_by(request.user),
        )  # fmt: skip
    except hexagons.TooManyHexagons as error:
        return refused([str(error)])
    return JsonResponse(geojson(found))
