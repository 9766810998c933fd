"""Patrols: the list with what is doubted of them, one of them on the map, and the page that a phone records with."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from boundaries import doubts
from boundaries.models import Region
from boundaries.patrols import BadPatrol, KeyReused, NothingToAccept, record
from boundaries.patrols import accept as believe
from cases.patrol_filters import PatrolFilter
from cases.patrol_forms import TrackForm, WhyForm, people_for
from cases.permissions import Capability, may, requires, visible_cases, visible_patrols

A_PAGE = 50


@requires(Capability.RECORD_PATROL)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def patrols(request):
    sent = request.method == "POST"
    form = TrackForm(request.POST, request.FILES, user=request.user) if sent else TrackForm(user=request.user)
    if sent and form.is_valid() and (kept := _recorded(request, form)):
        return redirect("patrol", kept.pk)
    judges = may(request.user, Capability.JUDGE_PATROL)
    asked = PatrolFilter(request.GET, visible_patrols(request.user).for_list())
    found = asked.qs if asked.is_valid() else asked.queryset.none()
    context = {
        "form": form,
        "asked": asked.form,
        "is_narrowed": any(request.GET.get(name) for name in asked.filters),
        "people": people_for(request.user) if judges else (),
        "judges": judges,
        "page": Paginator(found.doubtful_first() if judges else found, A_PAGE).get_page(request.GET.get("page")),
        "waiting": visible_patrols(request.user).doubtful().count() if judges else 0,
    }
    return render(request, "cases/patrols.html", context, status=400 if form.errors or asked.form.errors else 200)


def _recorded(request, form):
    region = Region.objects.filter(pk=request.user.region_id).first()
    if region is None:
        form.add_error(None, _("This account belongs to no region."))
        return None
    try:
        kept, _made = record(region, form.told, by=request.user)
    except (BadPatrol, KeyReused) as error:
        form.add_error("file", str(error))
        return None
    if kept.counts:
        messages.success(request, _("The patrol is recorded."))
    else:
        messages.warning(request, _("The patrol is recorded; it does not count until a coordinator accepts it."))
    return kept


@requires(Capability.RECORD_PATROL)
@never_cache
@require_safe
def patrol(request, pk):
    return _page(request, _seen(request.user, pk), WhyForm())


@requires(Capability.JUDGE_PATROL)
@require_POST
def accept(request, pk):
    found, form = _seen(request.user, pk), WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    try:
        believe(found, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, _("The patrol counts from now on."))
    except NothingToAccept as error:
        messages.error(request, str(error))
    return redirect("patrol", pk)


@requires(Capability.RECORD_PATROL)
@never_cache
@require_safe
def walk(request):
    """The page that records; what it recorded is kept in the browser until it is here."""
    return render(request, "cases/patrol_walk.html", {"may_report": may(request.user, Capability.REPORT)})


def _seen(user, pk):
    if pk >= 1 << 63:
        raise Http404
    return get_object_or_404(visible_patrols(user).for_list(), pk=pk)


def _page(request, found, form, status=200):
    context = {
        "patrol": found,
        "form": form,
        "doubts": doubts.told(found),
        "judges": may(request.user, Capability.JUDGE_PATROL),
        "stops": found.check_ins.all(),
        "cases": visible_cases(request.user).filter(case_no__in=found.case_nos),
    }
    return render(request, "cases/patrol.html", context, status=status)
