"""宣传: the register of press work and of videos of violent resistance, one of each, and a new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.permissions import Capability, may, requires, visible_cases
from gis_core.errors import NotPossibleNow
from oversight import forms
from oversight.publicity import acts, register

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
    try:
        if not form.carry_out(lambda **told: acts.strike(found, **told), by=request.user):
            return _shown(request, found, form, 400)
    except NotPossibleNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Struck out."))
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
    """Of the case named by `case`; without one it is asked for."""
    number = request.GET.get("case", "").strip()[:20].upper()
    case = visible_cases(request.user).filter(case_no=number).first() if number else None
    if case is None:
        fault = _("There is no case of this number that you may see.") if number else ""
        context = {"number": number, "fault": fault}
        return render(request, "oversight/publicity_new.html", context, status=400 if request.method == "POST" else 200)
    form = forms.PressForm(request.POST or None, case=case)
    if form.is_bound and form.carry_out(lambda **told: acts.add(case, **told), by=request.user):
        messages.success(request, _("The press work is kept."))
        return redirect("publicity")
    context = {"case": case, "form": form}
    return render(request, "oversight/publicity_new.html", context, status=400 if form.is_bound else 200)
