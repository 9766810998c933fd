"""Two days side by side: the map of each, and what changed between them in numbers."""

import json
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import past
from cases.filters import CaseFilter
from cases.models import Case
from cases.permissions import Capability, requires
from cases.spells import first_day
from cases.views.filter_words import in_words
from cases.views.map import extent
from cases.workflow import Stage, Status
from gis_core import layers

DRAWN = ("open-cases", "history")  # of which nothing is called overdue on a day gone by
A_YEAR = timedelta(days=365)


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def compare(request):
    """The days `at` and `and`; without them a year ago and today. The list's filters are asked of both; what cannot be
    asked is said by its name."""
    asked = {"at": request.GET.get("at") or _a_year_ago(), "and": request.GET.get("and") or str(timezone.localdate())}
    carried = _carried(request.GET)
    user, region = request.user, request.user.region_id
    found = [CaseFilter({**carried, "at": text}, queryset=Case.objects.none()) for text in asked.values()]
    faults = _faults(found)
    context = {
        "asked": asked,
        "carried": carried,
        "faults": faults,
        "extent": extent(Edition.objects.current(region)),
        "back": _back(request.GET.get("at"), carried),
        "classes": [one for slug in DRAWN for one in layers.find(slug).legend(user) if one.value != Stage.OVERDUE],
        "basemap": settings.BASEMAP,
        "basemap_sources": json.dumps(settings.BASEMAP.sources),
    }
    if not faults:
        context |= _compared(user, [one.form.cleaned_data for one in found])
        context |= {
            "words": in_words(found[0].form, context["editions"][0]),
            "query": urlencode({"status": "", **carried}),
            "schematic": any(edition is None or edition.schematic for edition in context["editions"]),
        }
    return render(request, "cases/compare.html", context, status=400 if faults else 200)


def _carried(told) -> dict:
    """The filters of the list beside the day, as they were given; an empty status is one: it means every state."""
    names = CaseFilter.base_filters.keys() - {"at"}
    return {name: text for name, text in told.items() if name in names and (text or name == "status")}


def _faults(found) -> dict[str, tuple[str, str]]:
    """By the field's name its label and the first sentence."""
    faults = {}
    for day, label, one in zip(("at", "and"), (_("First day"), _("Second day")), found, strict=True):
        for name, sentences in ({} if one.is_valid() else one.errors).items():
            key, said = (day, label) if name == "at" else (name, one.form.fields[name].label)
            faults[key] = (said, sentences[0])
    return faults


def _back(day: str | None, carried: dict) -> str:
    """The console as it was left."""
    told = urlencode({**carried, **({"at": day} if day else {})})
    return f"{reverse('map')}?{told}" if told else reverse("map")


def _a_year_ago() -> str:
    """Or the day of the first report, where that is later; today where there is none."""
    first = first_day() or timezone.localdate()
    return str(max(first, timezone.localdate() - A_YEAR))


def _compared(user, asked: list[dict]) -> dict:
    """Rows of (what, number on the first day, on the second, difference); states without a case are left out."""
    days = [data["at"] for data in asked]
    balances = [past.balance(user, data) for data in asked]
    states = [
        (Status(state).label, *(balance["by_status"][state] for balance in balances))
        for state in Status.values
        if any(balance["by_status"][state] for balance in balances)
    ]
    return {
        "days": days,
        "sums": [(kind, *_beside(*(balance[kind] for balance in balances))) for kind in ("open", "ended")],
        "rows": [(label, *_beside(before, after)) for label, before, after in states],
        "editions": [Edition.objects.current(user.region_id, day) for day in days],
    }


def _beside(before: int, after: int) -> tuple[int, int, int]:
    return before, after, after - before
