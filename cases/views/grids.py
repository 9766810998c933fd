"""网格管理: what is in force and what is wrong with it, drafts, and the page on which a draft is drawn."""

import math
from collections import Counter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries import grid_checks, grid_codes, grid_drafts
from boundaries.grid_faults import Kind
from boundaries.models import Edition, GridCell
from cases.forms import OpenDraftForm
from cases.grid_desk import box_asked, draft_of, drafts_of, gap_in
from cases.permissions import Capability, requires
from cases.views.map import extent
from cases.views.posts import LEVELS

MOST_FAULTS = 100
MOST_DRAFTS = 30
WINDOW, TILE_SIDE = 360, 512  # px: a phone's window
LEAST_SIDE = 1e-6  # degrees; of a fault at a point
NEAREST_ZOOM = 17


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Capability.EDIT_GRID)
def grids(request):
    """A POST opens a draft of a tier, and leads to it; `box` is the gap that somebody comes for, and goes along."""
    box = _box(request, Edition.objects.current(request.user.region) if request.user.region else None)
    form = OpenDraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.user.region is None:
            messages.error(request, _("This account belongs to no region."))
            return redirect("grids")
        draft = grid_drafts.open_draft(request.user.region, by=request.user, **form.cleaned_data)
        return redirect(reverse("grid-draft", args=(draft.pk,)) + (f"?box={box}" if box else ""))
    tiers = _tiers(request.user.region)
    finest = tiers[-1] if tiers else None
    context = {
        "form": form,
        "tiers": tiers,
        "tier": next((tier for tier in tiers if str(tier["level"]) == request.GET.get("level")), finest),
        "drafts": [(draft, LEVELS[draft.level]) for draft in drafts_of(request.user)[:MOST_DRAFTS]],
        "today": timezone.localdate(),
        "levels": LEVELS.items(),
        "box": box,
        "gap": _gap(request.user.region, tiers, box) if box else None,
    }
    return render(request, "cases/grids.html", context, status=400 if form.errors else 200)


def _box(request, edition) -> str:
    """As links carry it on; empty where none is asked for, or none that could be."""
    box = box_asked(request.GET.get("box", ""), edition)
    return ",".join(f"{number:.5f}" for number in box) if box else ""


def _gap(region, tiers, box):
    """The gap in force at the box, of the finest tier that has it."""
    asked = tuple(map(float, box.split(",")))
    found = (gap_in(asked, grid_checks.faults_in_force(region, tier["level"])) for tier in reversed(tiers))
    return next((gap for gap in found if gap), None)


def _tiers(region) -> list[dict]:
    """Each tier that has a cell in force today: how many, its faults by kind, and its gap rate."""
    if region is None:
        return []
    day = timezone.localdate()
    stored = GridCell.objects.filter(region=region).valid_on(day)
    numbers = Counter(stored.values_list("level", flat=True))
    whole = grid_codes.ground_m2(region, day)
    return [_tier(region, level, numbers[level], whole) for level in sorted(numbers)]


def _tier(region, level: int, number: int, whole_m2: float) -> dict:
    faults = grid_checks.faults_in_force(region, level)
    bare = sum(fault.area_m2 for fault in faults if fault.kind is Kind.GAP)
    return {
        "level": level,
        "label": LEVELS[level],
        "number": number,
        "faults": [(fault, _place(fault.box)) for fault in faults[:MOST_FAULTS]],
        "all_faults": len(faults),
        "refusing": sum(fault.kind.refuses for fault in faults),
        "gaps": sum(fault.kind is Kind.GAP for fault in faults),
        "gap_percent": 100 * bare / whole_m2 if whole_m2 else 0,
    }


def _place(box) -> str:
    """Zoom, latitude and longitude, as the map takes them, at which the box fills a window."""
    west, south, east, north = box
    side = max(east - west, north - south, LEAST_SIDE)
    zoom = min(math.log2(WINDOW / TILE_SIDE * 360 / side), NEAREST_ZOOM)
    return f"{zoom:.2f}/{(south + north) / 2:.5f}/{(west + east) / 2:.5f}"


@require_safe
@never_cache
@requires(Capability.EDIT_GRID)
def grid_draft(request, pk):
    """The page on which a draft is drawn; one that was published or given up leads back to the list."""
    draft = draft_of(request.user, pk)
    if draft is None:
        raise Http404(_("Your region has no such draft of the grid."))
    if not draft.is_open:
        messages.info(request, _("“{name}” is {status}: open a new draft.").format(
            name=draft.name, status=draft.get_status_display()))  # fmt: skip
        return redirect("grids")
    edition = Edition.objects.current(draft.region)
    context = {
        "draft": draft,
        "schematic": edition is None or edition.schematic,
        "tier": LEVELS[draft.level],
        "lands": grid_codes.lands_of(draft),
        "parents": grid_codes.parents_of(draft),
        "kinds": GridCell.Kind.choices,
        "first_day": max(draft.based_on, timezone.localdate()),
        "extent": extent(edition),
        "box": _box(request, edition),
    }
    return render(request, "cases/grid_draft.html", context)
