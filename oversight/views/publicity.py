"""宣传: the register of press work and of videos of violent resistance, one of each, and a new one."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.permissions import Capability, may, requires
from oversight import forms
from oversight.publicity import acts, register
from oversight.views.steps import begun, taken

SEE, KEEP = Capability.SEE_PUBLICITY, Capability.KEEP_PUBLICITY
A_PAGE, MOST_OPENINGS = 50, 50


@requires(SEE)
@never_cache
@require_safe
def press(request):
    page = Paginator(register.press(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"tab": "press", "page": page, "keeps": may(request.user, KEEP)}
    return render(request, "oversight/publicity.html", context)


@requires(SEE)
@never_cache
@require_safe
def videos(request):
    page = Paginator(register.resisted(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "oversight/publicity_videos.html", {"tab": "videos", "page": page})


@requires(SEE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def item(request, pk):
    """Press work; that it was opened is kept. A POST strikes it out."""
    found = get_object_or_404(register.press(request.user), pk=pk)
    if request.method == "POST":
        return _struck(request, found)
    acts.open_press(found, request.user)
    return _shown(request, found)


def _struck(request, found):
    if not may(request.user, KEEP):
        raise PermissionDenied
    form = forms.WhyForm(request.POST)
    if not taken(request, form, lambda **told: acts.strike(found, **told), _("Struck out.")):
        return _shown(request, found, form, 400)
    return redirect("publicity-item", found.pk)


def _shown(request, found, form=None, status=200):
    lines = register.openings_of(found)
    context = {
        "item": found,
        "form": form or forms.WhyForm(),
        "keeps": may(request.user, KEEP),
        "openings": lines[:MOST_OPENINGS],
        "opened": lines.count(),
    }
    return render(request, "oversight/publicity_item.html", context, status=status)


@requires(SEE)
@never_cache
@require_safe
def video(request, pk):
    """A video in the file of its case, to be played; that it was opened is kept."""
    found = get_object_or_404(register.videos(request.user).select_related("case__dossier"), pk=pk)
    acts.open_video(found, request.user)
    lines = register.openings_of(found)
    context = {"piece": found, "openings": lines[:MOST_OPENINGS], "opened": lines.count()}
    return render(request, "oversight/publicity_video.html", context)


@requires(KEEP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    return begun(
        request, "oversight/publicity_new.html", form_of=forms.PressForm, act=acts.add, page="publicity-item",
        done=_("The press work is kept."),
    )  # fmt: skip
