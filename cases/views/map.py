"""The map page: one query behind the list and the map, and the pieces of the list as it grows."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.lands import Lands
from boundaries.models import Edition
from cases import list_places, saved_views, summary
from cases.coverage.cells import Kind
from cases.filters import CaseListFilter
from cases.models import Case
from cases.permissions import Capability, may, requires, visible_cases
from cases.spells import as_they_stood
from cases.views import filter_choices
from cases.views.saved_views import bar
from gis_core import layers

ROWS = 40  # a screenful and a half: the next ones come before the end is reached
DEFAULTS = {"status": "open"}
MOST_ANEW = 200  # rows of a list that are drawn again at once
MOST_NEWS = 999  # nobody waits for an exact number beyond it
# Of grid coverage the console draws what nobody is to watch; how often the rest is watched has a page of its own.
UNWATCHED = {"coverage-gaps": (Kind.GAP, Kind.UNSTAFFED)}
AROUND = 1.0  # of the region's width and height, left to see on each side of it


@dataclass(frozen=True)
class Row:
    """One case of the list with the names that its codes stand for in its own edition."""

    case: Case
    area: str
    group: str
    place: list_places.Place


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def map_page(request):
    """The whole page, its first rows included, so that the list is there before any script; asked for without a word
    it opens with the person's default view."""
    if not request.GET and (opened := saved_views.default_of(request.user)):
        return redirect(f"{request.path}?{opened}")
    listed = _list(request)
    edition = Edition.objects.current(request.user.region_id)
    context = {
        **listed,
        "edition": edition,
        "extent": extent(edition),
        "layers": [
            (layer, _drawn(layer, request.user))
            for layer in layers.catalogue.values()
            if layer.visible_to(request.user)
        ],
        "rarer": filter_choices.rarer(request.user, listed["filters"]),
        "choices": filter_choices.of(request.user, edition),
        **bar(request.user),
        "may_report": may(request.user, Capability.REPORT),
        "may_export": may(request.user, Capability.EXPORT),
        "basemap": settings.BASEMAP,
        "basemap_sources": json.dumps(settings.BASEMAP.sources),
    }
    return render(request, "cases/map.html", context, status=400 if listed["faults"] else 200)


def _drawn(layer, user) -> list:
    """The classes of a layer that this page's map draws."""
    return [entry for entry in layer.legend(user) if entry.value in UNWATCHED.get(layer.slug, (entry.value,))]


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def case_rows(request):
    """The list for these filters, or a piece of it: the rows behind the place `before`, those ahead of the place
    `ahead`, those from the position `from` on, or those round the case `around`. A list that began with the place
    `newest` stays without what came since; one of `of` cases need not be counted anew."""
    asked = request.GET
    if asked.get("ahead") or asked.get("from") or asked.get("around"):
        return _piece(request)
    further = bool(asked.get("before"))
    listed = _list(request, counted=not further)
    template = "cases/_more_rows.html" if further else "cases/_list.html"
    return render(request, template, listed, status=400 if listed["faults"] else 200)


def _piece(request):
    """Rows with the position of the first, which is empty where only the row behind them knows it."""
    found = _found(request)
    if not found.is_valid():
        return render(request, "cases/_rows_at.html", {"rows": []}, status=400)
    asked, first = request.GET, ""
    began = list_places.Place.read(asked.get("newest", ""))
    if ahead := list_places.Place.read(asked.get("ahead", "")):
        cases = list_places.beside(found, ahead, -1, ROWS)
    else:
        first, cases = _from_position(request.user, found, asked, began)
    if began and not found.is_by_due:
        cases = [case for case in cases if (case.reported_at, case.id) <= (began.moment, began.number)]
    return render(request, "cases/_rows_at.html", {"rows": _rows(found, cases), "first": first})


def _from_position(user, found, asked, began):
    """(position of the first row in the list as it began, cases from there on)."""
    since = 0 if found.is_by_due or not began else list_places.newer(found, str(began)).count()
    size = _whole_number(asked.get("of"))
    if number := asked.get("around", "").replace("\0", ""):
        position, cases = list_places.around(user, found, number, ROWS, size)
    else:
        position, cases = list_places.at(user, found, since + (_whole_number(asked.get("from")) or 0), ROWS, size)
    return max(0, position - since), cases


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def case_rows_anew(request):
    """The rows of `only` (case numbers with commas) as they stand now, and the counts. One that is not among them has
    left the filters, or what the person may see."""
    found = _found(request)
    if not found.is_valid():
        return render(request, "cases/_rows_anew.html", {"rows": [], "shown": 0, "total": 0}, status=400)
    numbers = request.GET.get("only", "").replace("\0", "").split(",")[:MOST_ANEW]
    rows = _rows(found, found.qs.filter(case_no__in=numbers).for_list())
    return render(request, "cases/_rows_anew.html", {"rows": rows, **_totals(request, found)})


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def case_news(request):
    """How many cases came into the list: those newer than the key `after` (all of them without one), or, as an older
    case comes in by a step too, those beyond the `of` cases that the list began with, of which `left` are gone."""
    found, asked = _found(request), request.GET
    if not found.is_valid():
        return render(request, "cases/_news.html", {"news": 0})
    news = list_places.newer(found, asked.get("after", ""))[:MOST_NEWS].count()
    if (began := _whole_number(asked.get("of"))) is not None:
        more = _totals(request, found)["shown"] - began + (_whole_number(asked.get("left")) or 0)
        news = min(max(news, more), MOST_NEWS)
    return render(request, "cases/_news.html", {"news": news})


def _found(request) -> CaseListFilter:
    data = {**DEFAULTS, **request.GET.dict()}
    return CaseListFilter(data, queryset=visible_cases(request.user))


def _list(request, counted=True) -> dict:
    """What the list's templates show; with faults in the filters no case, and the faults."""
    found = _found(request)
    if not found.is_valid():
        faults = {found.form.fields[name].label: sentences for name, sentences in found.errors.items()}
        return {"rows": [], "filters": found.data, "faults": faults, "shown": 0, "total": 0}
    cases = list_places.beside(found, list_places.Place.read(request.GET.get("before", "")), 1, ROWS + 1)
    rows = _rows(found, cases[:ROWS])
    more = rows[-1].place if len(cases) > ROWS else ""
    return {
        "rows": rows,
        "newest": rows[0].place if rows and not found.is_by_due else _now_key(),
        "more": more,
        "more_query": urlencode({**found.data, "before": more}),
        "filters": found.data,
        "faults": {},
        **(_totals(request, found) if counted else {}),
    }


def _now_key() -> str:
    """Nothing that is there is newer."""
    return f"{timezone.now().isoformat()}_0"


def _whole_number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _rows(found: CaseListFilter, cases) -> list[Row]:
    """Cases as rows, of a day gone by as they stood then."""
    day, lands = found.form.cleaned_data["at"], Lands()
    return [
        Row(
            case,
            area["name"] if (area := lands.area(case.edition_id, case.area_code)) else _outside(case),
            group["name"] if (group := lands.group(case.edition_id, case.group_code)) else "",
            list_places.place(found, case),
        )
        for case in (as_they_stood(cases, day) if day else cases)
    ]


def _outside(case) -> str:
    """What stands for the area of a case that is in none."""
    return _("Outside the region (%(name)s)") % {"name": case.outside_name} if case.outside_name else _("No area")


def _totals(request, found) -> dict:
    """`shown` counts the filters with the map's extent, `total` without."""
    data = found.form.cleaned_data
    total = summary.total(request.user, {**data, "bbox": None})
    return {"total": total, "shown": summary.total(request.user, data) if data["bbox"] else total}


def extent(edition) -> dict:
    """West, south, east, north of the region, and of what the map may be moved over, in degrees."""
    if edition is None or edition.outline is None:
        return {"region": "", "limits": ""}
    west, south, east, north = edition.outline.extent
    across, up = (east - west) * AROUND, (north - south) * AROUND
    limits = (west - across, south - up, east + across, north + up)
    return {"region": _numbers((west, south, east, north)), "limits": _numbers(limits)}


def _numbers(box) -> str:
    return ",".join(f"{number:.5f}" for number in box)
