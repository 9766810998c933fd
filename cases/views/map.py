"""The map page: one query behind the list and the map, and the pieces of the list as it grows."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.lands import Lands
from boundaries.models import Edition
from cases import saved_views, summary
from cases.coverage.cells import Kind
from cases.filters import CaseListFilter
from cases.models import Case
from cases.permissions import Capability, may, requires, visible_cases
from cases.spells import as_they_stood
from cases.views import by_due, filter_choices
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

    @property
    def key(self) -> str:
        """Place in the list, newest first; rows after it are those `before` it in time."""
        return f"{self.case.reported_at.isoformat()}_{self.case.pk}"


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
    """The list for these filters, or, with `before`, the rows that follow that key."""
    further = bool(request.GET.get("before"))
    listed = _list(request, counted=not further)
    template = "cases/_more_rows.html" if further else "cases/_list.html"
    return render(request, template, listed, status=400 if listed["faults"] else 200)


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
    rows = _rows(found.qs.filter(case_no__in=numbers).for_list())
    return render(request, "cases/_rows_anew.html", {"rows": rows, **_totals(request, found)})


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def case_news(request):
    """How many cases of these filters are newer than the key `after`; all of them without one."""
    found = _found(request)
    newer = found.qs.filter(_beside(request.GET.get("after", ""), "gt")) if found.is_valid() else Case.objects.none()
    return render(request, "cases/_news.html", {"news": newer[:MOST_NEWS].count()})


def _found(request) -> CaseListFilter:
    data = {**DEFAULTS, **request.GET.dict()}
    return CaseListFilter(data, queryset=visible_cases(request.user))


def _list(request, counted=True) -> dict:
    """What the list's templates show; with faults in the filters no case, and the faults."""
    found = _found(request)
    if not found.is_valid():
        faults = {found.form.fields[name].label: sentences for name, sentences in found.errors.items()}
        return {"rows": [], "filters": found.data, "faults": faults, "shown": 0, "total": 0}
    cases = list(_behind(found, request.GET.get("before", "")).for_list()[: ROWS + 1])
    day = found.form.cleaned_data["at"]
    rows = _rows(as_they_stood(cases[:ROWS], day) if day else cases[:ROWS])
    more = _place(found, rows[-1]) if len(cases) > ROWS else ""
    following = urlencode({**found.data, "before": more})
    return {
        "rows": rows,
        "newest": rows[0].key if rows and not found.is_by_due else _now_key(),
        "more": more,
        "more_query": following,
        "filters": found.data,
        "faults": {},
        **(_totals(request, found) if counted else {}),
    }


def _behind(found: CaseListFilter, key: str):
    """The cases that follow a row in the list's own order."""
    if found.is_by_due:
        return found.qs.filter(by_due.behind(key)).nearest_due_first()
    return found.qs.filter(_beside(key, "lt")).newest_first()


def _place(found: CaseListFilter, row: Row) -> str:
    return by_due.key(row.case) if found.is_by_due else row.key


def _now_key() -> str:
    """Nothing that is there is newer."""
    return f"{timezone.now().isoformat()}_0"


def _rows(cases) -> list[Row]:
    lands = Lands()
    names = [(lands.area(c.edition_id, c.area_code), lands.group(c.edition_id, c.group_code)) for c in cases]
    return [
        Row(case, area["name"] if area else _outside(case), group["name"] if group else "")
        for case, (area, group) in zip(cases, names, strict=True)
    ]


def _outside(case) -> str:
    """What stands for the area of a case that is in none."""
    return _("Outside the region (%(name)s)") % {"name": case.outside_name} if case.outside_name else _("No area")


def _totals(request, found) -> dict:
    """`shown` counts the filters with the map's extent, `total` without."""
    data = found.form.cleaned_data
    total = summary.total(request.user, {**data, "bbox": None})
    return {"total": total, "shown": summary.total(request.user, data) if data["bbox"] else total}


def _beside(key: str, side: str) -> Q:
    """Cases newer (`gt`) or older (`lt`) than a row's key; no condition for a key that is none."""
    moment, _bar, pk = key.partition("_")
    try:
        at = parse_datetime(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return Q()
    return Q(**{f"reported_at__{side}": at}) | Q(**{"reported_at": at, f"id__{side}": int(pk)})


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
