"""导出离线地图: the current view as one HTML file to hand around."""

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import exporting
from cases.filters import CaseFilter
from cases.permissions import Capability, Role, requires, roles_of, visible_cases
from cases.views.filter_words import in_words
from cases.workflow import ENDED
from gis_core.sentences import listed

# The file's own scripts may run should a browser show it after all, but not as a page of ours.
SANDBOX = "sandbox allow-scripts"


@requires(Capability.EXPORT)
@require_safe
def export_map(request):
    """Takes the list's filters and `layers`; wrong ones answer 400 with a sentence each."""
    if request.user.region_id is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    chosen = CaseFilter(data=request.GET, queryset=visible_cases(request.user))
    if not chosen.is_valid():
        return refused(f"{name}: {' '.join(faults)}" for name, faults in chosen.errors.items())
    try:
        layers = _layers(request.GET.get("layers", ""), chosen.form.cleaned_data["status"])
    except exporting.UnknownLayers as error:
        return refused([f"layers: {error}"])
    day = chosen.form.cleaned_data["at"]
    edition = Edition.objects.current(request.user.region_id, day)
    if edition is None:
        raise Http404(_("No map of responsibility is in force."))
    box = chosen.form.cleaned_data["bbox"]
    chosen_words = in_words(chosen.form, edition)  # whoever opens the file must know what is not in it
    text = exporting.offline_map(
        edition, chosen.qs, layers=layers, box=box, chosen=chosen_words, by=person_words(request.user), day=day
    )
    return _download(text)


def _layers(asked: str, status: str):
    """Ended cases are in the file when asked for, by layer or by status."""
    layers = exporting.layer_names(asked)
    ended = not asked and (status == "ended" or status in ENDED)
    return (*layers, "history") if ended else layers


def person_words(user) -> str:
    """Display name and roles."""
    roles = listed(Role(name).label for name in sorted(roles_of(user) & set(Role.values)))
    return f"{user} ({roles})" if roles else str(user)


def _download(text: str) -> HttpResponse:
    name = _("offline-map-{day}.html").format(day=timezone.localdate().isoformat())
    return HttpResponse(
        text,
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Content-Security-Policy": SANDBOX,
            "Cache-Control": "private, no-store",
        },
    )


def refused(sentences) -> HttpResponse:
    return HttpResponseBadRequest("\n".join(sentences) + "\n", content_type="text/plain; charset=utf-8")
