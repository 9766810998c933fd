"""Open cases round a place, for somebody who stands there with one hand free."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.gis.db.models.functions import PointOnSurface
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from boundaries.models import Area, Edition
from cases import assignment
from cases.forms import RADII_M, NearbyForm
from cases.permissions import Capability, may, requires, visible_cases

MOST = 50


@dataclass(frozen=True)
class Standpoint:
    """Where somebody looks from: a WGS 84 point, metres it may be off by, the area whose middle it is."""

    point: object
    accuracy_m: float | None
    area: Area | None

    @property
    def query(self) -> dict:
        """The part of an address that leads back here, whatever system the point was given in."""
        if self.area:
            return {"area": self.area.code}
        accuracy = {} if self.accuracy_m is None else {"accuracy": f"{self.accuracy_m:g}"}
        return {"lon": f"{self.point.x:.6f}", "lat": f"{self.point.y:.6f}", **accuracy}


@requires(Capability.SEE_CASES)
@require_safe
@never_cache
@gzip_page  # read in the field, on whatever network there is
def nearby(request):
    edition = Edition.objects.current(request.user.region_id)
    areas = Area.objects.filter(edition=edition).annotate(middle=PointOnSurface("geom")).defer("geom")
    form = NearbyForm(request.GET, areas=areas)
    here = _standpoint(form)
    context = {"form": form, "areas": areas, "here": here, "may_report": may(request.user, Capability.REPORT)}
    if here:
        context |= _around(request.user, edition, here, form.cleaned_data["radius"])
    return render(request, "cases/nearby.html", context, status=400 if form.errors else 200)


def _standpoint(form) -> Standpoint | None:
    if not form.is_valid():
        return None
    given = form.cleaned_data
    if given["point"]:
        return Standpoint(given["point"], given["accuracy"], None)
    return Standpoint(given["area"].middle, None, given["area"]) if given["area"] else None


def _around(user, edition, here, radius):
    seen = visible_cases(user).open()
    wider = next((wide for wide in RADII_M if wide > radius), None)
    return {
        "cases": seen.nearest(here.point, radius, MOST),
        "count": seen.within_metres(here.point, radius).count(),
        "radius": radius,
        "radii": [(one, _address(here, one)) for one in RADII_M],
        "wider": wider and (wider, _address(here, wider)),
        "answer": edition and assignment.locate(here.point.x, here.point.y, edition, here.accuracy_m),
    }


def _address(here, radius):
    return "?" + urlencode({**here.query, "radius": radius})
