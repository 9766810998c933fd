"""Two days side by side: the map of each, and what changed between them in numbers."""

from datetime import date, timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import past
from cases.filters import CaseFilter
from cases.models import Case
from cases.permissions import Capability, requires
from cases.spells import first_day
from cases.views.map import extent
from cases.workflow import Status

A_YEAR = timedelta(days=365)


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def compare(request):
    """The days `at` and `and`; without them a year ago and today. A day that cannot be shown is said by its name."""
    asked = {"at": request.GET.get("at") or _a_year_ago(), "and": request.GET.get("and") or str(timezone.localdate())}
    days, faults = [], {}
    for name, text in asked.items():
        found = CaseFilter({"at": text}, queryset=Case.objects.none())
        if found.is_valid():
            days.append(found.form.cleaned_data["at"])
        else:
            faults[name] = found.errors["at"][0]
    context = {"asked": asked, "faults": faults, "extent": extent(Edition.objects.current(request.user.region_id))}
    if not faults:
        context |= _compared(request.user, *days)
    return render(request, "cases/compare.html", context, status=400 if faults else 200)


def _a_year_ago() -> str:
    """Or the day of the first report, where that is later; today where there is none."""
    first = first_day() or timezone.localdate()
    return str(max(first, timezone.localdate() - A_YEAR))


def _compared(user, one: date, other: date) -> dict:
    """Rows of (what, number on the first day, on the second, difference); states without a case are left out."""
    balances = [past.balance(user, {"at": day}) for day in (one, other)]
    states = [
        (Status(state).label, *(balance["by_status"][state] for balance in balances))
        for state in Status.values
        if any(balance["by_status"][state] for balance in balances)
    ]
    return {
        "days": (one, other),
        "sums": [(kind, *_beside(*(balance[kind] for balance in balances))) for kind in ("open", "ended")],
        "rows": [(label, *_beside(before, after)) for label, before, after in states],
        "editions": [Edition.objects.current(user.region_id, day) for day in (one, other)],
    }


def _beside(before: int, after: int) -> tuple[int, int, int]:
    return before, after, after - before
