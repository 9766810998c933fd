"""What can be chosen whole without drawing: areas and grid cells, for the console's picker."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Area, Edition, GridCell
from cases.permissions import Capability, requires

TOP_LEVEL = 1  # cells of a whole township: the rest are shown under them


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def places(request):
    region = request.user.region_id
    edition = Edition.objects.defer("outline").current(region)
    areas = Area.objects.filter(edition=edition).select_related("group").defer("geom", "group__territory")
    cells = GridCell.objects.filter(region=region).valid_on(timezone.localdate()).defer("geom").order_by("code")
    context = {"areas": areas.order_by("group__order", "code"), "townships": _under_townships(list(cells))}
    return render(request, "cases/_places_to_select.html", context)


def _under_townships(cells: list[GridCell]) -> list[tuple[GridCell | None, list[GridCell]]]:
    """Each cell beside the others of its area, a township's own first; cells of no area come last."""
    tops = {cell.area_code: cell for cell in cells if cell.level == TOP_LEVEL}
    codes = dict.fromkeys([*tops, *(cell.area_code for cell in cells)])
    return [(tops.get(code), [cell for cell in cells if cell.area_code == code]) for code in codes]
