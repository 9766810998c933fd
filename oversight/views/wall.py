"""The wall screen: large, dark, one panel after another; asks for what is new and is told in a word that nothing is."""

import hashlib

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_safe

from boundaries.models import Edition
from cases.permissions import Capability, requires
from cases.views.map import extent
from oversight.statistics import wall


def _etag(request):
    """Of the panels alone: the page around them is made anew whenever it is opened."""
    if "panels" not in request.GET:
        return None
    told = f"{wall.version(request.user)} {get_language()}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


@require_safe
@never_cache
@requires(Capability.SEE_STATISTICS)
@condition(etag_func=_etag)
def wall_page(request):
    """With `panels` their pieces alone; 304 where nothing has changed."""
    context = wall.panels(request.user)
    if "panels" in request.GET:
        return render(request, "oversight/_wall_panels.html", context)
    region = extent(Edition.objects.current(request.user.region_id))["region"]
    return render(request, "oversight/wall.html", {**context, "region": region})
