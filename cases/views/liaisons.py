"""专人: who in each unit of the joint enforcement is its dedicated person, and who has none."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries import liaisons, post_forms
from boundaries.models import Edition, Liaison, Unit
from cases.permissions import Capability, may, requires

ACTS = {"name": post_forms.NameLiaison, "end": post_forms.EndLiaison}


@requires(Capability.SEE_COVERAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def liaison_list(request):
    """A POST does `act`: `name` somebody for the unit `of`, or `end` the dedicated person `of`."""
    failed = None
    if request.method == "POST":
        failed, done = _act(request)
        if done:
            messages.success(request, done)
            return redirect("liaisons")
    region, today = request.user.region_id, timezone.localdate()
    edition = Edition.objects.defer("outline").current(region)
    may_edit = may(request.user, Capability.EDIT_GRID)
    units = liaisons.listed_units(edition).prefetch_related("liaisons__user") if edition else ()
    rows = [_row(unit, today, failed, may_edit) for unit in units]
    context = {
        "tab": "liaisons",
        "edition": edition,
        "rows": rows,
        "missing": [row["unit"] for row in rows if not row["now"]],
        "may_edit": may_edit,
        "people": post_forms.people_of(region),
    }
    return render(request, "cases/liaisons.html", context, status=400 if failed else 200)


def _act(request):
    if not may(request.user, Capability.EDIT_GRID):
        raise PermissionDenied
    if request.POST.get("act") not in ACTS:
        raise BadRequest
    name, region = request.POST["act"], request.user.region_id
    rows = {"name": Unit.objects.filter(region=region), "end": Liaison.objects.filter(unit__region=region)}[name]
    key = request.POST.get("of", "")
    target = rows.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if target is None:
        raise Http404
    form = ACTS[name](request.POST, region=region, auto_id=f"{name}-{target.pk}-%s")
    if form.carry_out(target, by=request.user):
        return None, str(form.done)
    return (name, target.pk, form), ""


def _row(unit: Unit, today, failed, may_edit: bool) -> dict:
    """The unit with who it is now, who comes, who was, and the forms."""
    known = list(unit.liaisons.all())
    now = next((one for one in known if one.valid_from <= today and not (one.valid_to and one.valid_to < today)), None)
    found = {
        "unit": unit,
        "now": now,
        "coming": [one for one in known if one.valid_from > today],
        "past": [one for one in known if one.valid_to and one.valid_to < today],
    }
    if may_edit:
        found["name_form"] = _form("name", unit.pk, unit.region_id, failed, {"valid_from": today})
        if now:
            found["end_form"] = _form("end", now.pk, unit.region_id, failed, {"last_day": today})
    return found


def _form(name: str, key: int, region, failed, initial):
    if failed and failed[:2] == (name, key):
        return failed[2]
    return ACTS[name](region=region, initial=initial, auto_id=f"{name}-{key}-%s")
