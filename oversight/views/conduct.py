"""不良行为记录: the list, one record with its acts, a new one, firms and sites that come back, follow-up visits."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.permissions import Capability, may, requires, visible_cases
from gis_core.errors import NotPossibleNow
from oversight import forms
from oversight.conduct import acts, asking, desk, falling, follow_up, repeats
from oversight.models.conduct import PUBLIC, ConductState, ConductVerb

KEEP, APPROVE = Capability.KEEP_CONDUCT, Capability.APPROVE_CONDUCT
A_PAGE, MOST_SEEN = 50, 20


@dataclass(frozen=True)
class Act:
    """A verb of the page: who, from which states, what is told, and what is said when it is done."""

    verb: ConductVerb
    who: tuple[Capability, ...]
    states: tuple[ConductState, ...]
    form: type
    done: str
    shortening: bool | None = None  # whether one must wait for a decision; None: no matter


ACTS = {
    str(one.verb): one
    for one in (
        Act(ConductVerb.CHANGE, (KEEP,), (ConductState.DRAFTED,), forms.ConductForm, gettext_lazy("Changed.")),
        Act(ConductVerb.PROPOSE, (KEEP,), (ConductState.DRAFTED,), forms.NothingForm, gettext_lazy("Proposed.")),
        Act(ConductVerb.APPROVE, (APPROVE,), (ConductState.PROPOSED,), forms.NothingForm, gettext_lazy("Approved.")),
        Act(ConductVerb.PUBLISH, (KEEP,), (ConductState.APPROVED,), forms.PublishForm, gettext_lazy("Published.")),
        Act(
            ConductVerb.SEND_BACK,
            (APPROVE,),
            (ConductState.PROPOSED, ConductState.APPROVED),
            forms.WhyForm,
            gettext_lazy("Sent back."),
        ),
        Act(ConductVerb.SHORTEN, (APPROVE,), PUBLIC, forms.NothingForm, gettext_lazy("The period is shortened."), True),
        Act(ConductVerb.KEEP_PERIOD, (APPROVE,), PUBLIC, forms.WhyForm, gettext_lazy("The period stays."), True),
        Act(
            ConductVerb.ASK_SHORTENING,
            (KEEP,),
            PUBLIC,
            forms.ShorteningForm,
            gettext_lazy("Asked for; somebody else decides."),
            False,
        ),
        Act(
            ConductVerb.WITHDRAW,
            (KEEP,),
            tuple(state for state in ConductState if state is not ConductState.WITHDRAWN),
            forms.WhyForm,
            gettext_lazy("Withdrawn: nobody is shown it any more."),
        ),
    )
}


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def records(request):
    """Those the person may see today; `q` is a code, a case number or a part of a name, `state` one of theirs."""
    today, region = timezone.localdate(), request.user.region_id
    seen = desk.visible_records(request.user, today)
    found = desk.found(seen, request.GET.get("q", "")[:60])
    state = request.GET.get("state", "")
    listed = found.filter(state=state) if state in ConductState.values else found
    page = Paginator(listed.for_list().order_by("-decided_on", "-id"), A_PAGE).get_page(request.GET.get("page"))
    keeps = may(request.user, KEEP)
    context = {
        "tab": "records",
        "page": page,
        "rows": [_row(record, today) for record in page],
        "states": [(one, seen.filter(state=one).count()) for one in ConductState if one != ConductState.EXPIRED],
        "state": state,
        "keeps": keeps,
        "to_withdraw": desk.to_withdraw(region, today) if keeps and region else (),
        "waiting": desk.without_record(region, today) if keeps and region else (),
        "today": today,
    }
    return render(request, "oversight/conduct.html", context)


def _row(record, today) -> dict:
    return {"record": record, "name": desk.name_of(record), "state": record.state_on(today)}


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def record(request, pk):
    """Its page; that it was seen is kept."""
    found = _seen_record(request.user, pk)
    asking.seen(found, request.user)
    return _shown(request, found)


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_POST
def act(request, pk, verb):
    told = ACTS.get(verb)
    if told is None:
        raise Http404
    if not any(may(request.user, one) for one in told.who):
        raise PermissionDenied
    found = _seen_record(request.user, pk)
    form = told.form(request.POST)
    try:
        done = form.carry_out(lambda **words: getattr(acts, verb)(found, **words), by=request.user)
    except NotPossibleNow as error:
        messages.error(request, str(error))
        return redirect("conduct-record", pk)
    if not done:
        return _shown(request, found, {verb: form}, status=400)
    messages.success(request, told.done)
    return redirect("conduct") if verb == ConductVerb.WITHDRAW else redirect("conduct-record", pk)


def _seen_record(user, pk):
    records = desk.visible_records(user, timezone.localdate())
    named = records.select_related("case", "decision", "handler", "approver").defer("decision__content", "case__search")
    return get_object_or_404(named, pk=pk)


def _shown(request, found, failed=None, status=200):
    today = timezone.localdate()
    context = {
        **_row(found, today),
        "acts": found.acts.select_related("by"),
        "views": found.views.select_related("by", "key").order_by("-id")[:MOST_SEEN],
        "seen": found.views.count(),
        "steps": _steps(request.user, found, today, failed or {}),
        "fallen": falling.due([found], found.region_id).get(found.pk),
        "today": today,
    }
    return render(request, "oversight/conduct_record.html", context, status=status)


def _steps(user, found, today, failed: dict) -> list:
    """(verb, its form) of each act that is the person's now."""
    state = found.state_on(today)
    return [
        (one.verb, failed.get(str(one.verb)) or _form(one, found))
        for one in ACTS.values()
        if state in one.states
        and any(may(user, who) for who in one.who)
        and one.shortening in (None, bool(found.shorten_to))
    ]


def _form(one: Act, found):
    if one.form is not forms.ConductForm:
        return one.form(auto_id=f"{one.verb}-%s")
    initial = {name: getattr(found, name) for name in acts.CHANGEABLE} | {"uses": found.uses}
    return one.form(initial=initial, auto_id=f"{one.verb}-%s")


@requires(KEEP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Of the case named by `case`; without one it is asked for."""
    number = request.GET.get("case", "").strip()[:20].upper()
    case = visible_cases(request.user).filter(case_no=number).first() if number else None
    if case is None:
        fault = _("There is no case of this number that you may see.") if number else ""
        context = {"number": number, "fault": fault, "tab": "new"}
        return render(request, "oversight/conduct_new.html", context, status=400 if request.method == "POST" else 200)
    form = forms.NewConductForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.carry_out(acts.draft, by=request.user):
        messages.success(request, _("The draft is kept. Propose it when it is complete."))
        return redirect("conduct-record", form.result.pk)
    context = {
        "case": case,
        "form": form,
        "parties": form.fields["party"].queryset.exists(),
        "decisions": form.fields["decision"].queryset.exists(),
    }
    return render(request, "oversight/conduct_new.html", context, status=400 if form.is_bound else 200)


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def repeat(request):
    """`radius` is one of the offered ones, in metres."""
    asked = request.GET.get("radius", "")
    radius = next((metres for metres in repeats.RADII_M if str(metres) == asked), repeats.RADII_M[0])
    parties, years = repeats.parties(request.user)
    sites, all_sites = repeats.sites(request.user, radius)
    context = {
        "tab": "repeat",
        "parties": [(one, [one.by_year.get(year, 0) for year in years]) for one in parties],
        "years": years,
        "sites": sites,
        "all_sites": all_sites,
        "radius": radius,
        "radii": repeats.RADII_M,
    }
    return render(request, "oversight/conduct_repeat.html", context)


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def follow_ups(request):
    plans = follow_up.plans(request.user, timezone.localdate())
    context = {"tab": "follow-up", "plans": plans, "late": sum(1 for plan in plans if plan.days_late)}
    return render(request, "oversight/conduct_follow_up.html", context)
