"""The map of responsibility in words: who answers for which ground, under the edition in force."""

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boundaries import liaisons
from boundaries.models import Edition, Unit


@login_required
@require_safe
def responsibility(request):
    edition = Edition.objects.current(request.user.region_id)
    context = {"edition": edition}
    if edition:
        context |= {
            "bodies": _bodies(edition),
            "platforms": Unit.objects.filter(region=edition.region_id).exclude(platform=Unit.Platform.NONE),
            "groups": _groups(edition),
            "without_liaison": liaisons.without_liaison(edition, timezone.localdate()),
        }
    return render(request, "boundaries/responsibility.html", context)


def _bodies(edition):
    """(unit, [(role, names in the notice's order), …]) in the notice's order."""
    bodies = {}
    for one in edition.appointments.select_related("unit__host"):
        bodies.setdefault(one.unit, {}).setdefault(one.get_role_display(), []).append(one.name)
    return [(unit, list(roles.items())) for unit, roles in bodies.items()]


def _groups(edition):
    return edition.groups.defer("territory").prefetch_related(
        "members",
        Prefetch("areas", queryset=edition.areas.defer("geom")),
        "lead_units__unit",
    )
