"""Coverage of two days side by side: the map of each, the cells that changed, the figures beside one another."""

from datetime import timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Area, Edition, GridCell
from cases.coverage import Coverage, seen_by
from cases.coverage.changes import Change, changed_cells, moved_figures
from cases.coverage.classes import CLASSES
from cases.coverage_forms import TwoDaysForm
from cases.permissions import Capability, requires, scope_of
from cases.views.map import extent

ROWS = 100
A_MONTH = timedelta(days=30)


@require_safe
@never_cache
@requires(Capability.SEE_COVERAGE)
def coverage_compare(request):
    """The days `from` and `to`; without them a month ago and today. The earlier stands on the left."""
    today = timezone.localdate()
    asked = {
        "from": request.GET.get("from") or str(today - A_MONTH),
        "to": request.GET.get("to") or str(today),
        "page": request.GET.get("page"),
    }
    form = TwoDaysForm(asked)
    faults = {form.fields[name].label: sentences[0] for name, sentences in form.errors.items()}
    edition = Edition.objects.current(request.user.region_id)
    context = {
        "asked": {"first": asked["from"], "second": asked["to"]}, "today": today, "faults": faults,
        "extent": extent(edition), "edition": edition,
    }  # fmt: skip
    if not faults:
        days = sorted((form.cleaned_data["from"], form.cleaned_data["to"]))
        context |= _compared(request.user, days, form.cleaned_data["page"] or 1)
    return render(request, "cases/coverage_compare.html", context, status=400 if faults else 200)


def _compared(user, days, page: int) -> dict:
    found = [seen_by(user, day) for day in days]
    told = {"days": days, "missing": [day for day, one in zip(days, found, strict=True) if one is None]}
    if told["missing"]:
        return told
    changes = changed_cells(*found)
    shown = Paginator(changes, ROWS).get_page(page)
    scope = scope_of(user)
    return told | {
        "classes": CLASSES.values(),
        "figures": moved_figures(*(one.figures for one in found)),
        "changes": _rows(shown.object_list, found),
        "total": len(changes),
        "worse": sum(change.is_worse for change in changes),
        "better": sum(change.is_better for change in changes),
        "shown": shown,
        "query": urlencode({"from": days[0], "to": days[1]}),
        "only_areas": None if scope.everything else sorted(found[1].ground.whole_m2),
    }


def _rows(changes: list[Change], found: list[Coverage]) -> list[tuple[Change, str, str]]:
    """Each with its area's name and where it lies: two queries for a page."""
    keys = {cell.code: cell.pk for coverage in found for cell in coverage.cells}
    cells = GridCell.objects.filter(pk__in=[keys[change.code] for change in changes])
    boxes = {pk: ",".join(f"{n:.5f}" for n in geom.extent) for pk, geom in cells.values_list("pk", "geom")}
    edition = Edition.objects.current(found[1].region, found[1].day)
    names = dict(Area.objects.filter(edition=edition).values_list("code", "name"))
    return [(change, _beside(change, names), boxes[keys[change.code]]) for change in changes]


def _beside(change: Change, names) -> str:
    """The area, where the cell's name does not begin with it."""
    area = names.get(change.area_code, "")
    return "" if change.name.startswith(area) else area
