"""通报: what figures propose, what people decide, what the unit answers; and who loses the year's awards by it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries.models import Unit
from cases.permissions import Capability, may, requires
from oversight.circular_forms import CircularForm, ListForm, RulesForm, TextForm, YearForm
from oversight.circulars import acts, eligibility, periods, proposing
from oversight.circulars.seen import visible_circulars
from oversight.forms import NothingForm, WhyForm
from oversight.models.circular import (
    AT_THE_UNIT,
    IN_FORCE,
    CircularRules,
    CircularState,
    CircularVerb,
    Meaning,
    Objection,
)
from oversight.statistics.measures import MEASURES
from oversight.views.steps import Step, by_name, taken, wanted

PROPOSE, DECIDE, UNIT = Capability.PROPOSE_CIRCULARS, Capability.DECIDE_CIRCULARS, Capability.ANSWER_FOR_UNIT
SEE, SEE_ALL = Capability.SEE_CIRCULARS, Capability.SEE_ALL_CIRCULARS
A_PAGE = 50
STEPS = by_name(
    Step(CircularVerb.ISSUE, (DECIDE,), NothingForm, gettext_lazy("Decided: it counts from now on.")),
    Step(CircularVerb.SEND_BACK, (DECIDE,), WhyForm, gettext_lazy("Sent back.")),
    Step(CircularVerb.CHANGE, (PROPOSE,), TextForm, gettext_lazy("Proposed again.")),
    Step(CircularVerb.DELIVER, (PROPOSE,), NothingForm, gettext_lazy("Delivered to the unit.")),
    Step(CircularVerb.ACKNOWLEDGE, (UNIT,), NothingForm, gettext_lazy("Receipt acknowledged.")),
    Step(CircularVerb.OBJECT, (UNIT,), WhyForm, gettext_lazy("The objection is kept; the leader answers it.")),
    Step(CircularVerb.REJECT, (DECIDE,), WhyForm, gettext_lazy("Answered: the circular stands.")),
    Step(CircularVerb.UPHOLD, (DECIDE,), WhyForm, gettext_lazy("Answered: the circular is withdrawn.")),
    Step(CircularVerb.WITHDRAW, (PROPOSE, DECIDE), WhyForm, gettext_lazy("The circular is withdrawn.")),
)
DOES = {CircularVerb.OBJECT.value: acts.object_to}


@requires(SEE)
@never_cache
@require_safe
def circulars(request):
    """Those the person sees, of `year` and `unit` where asked."""
    form = ListForm(request.GET, region=request.user.region_id)
    shown = form.of(visible_circulars(request.user))
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [{"one": one, "period": periods.label(one.since, one.until)} for one in page],
        "sees_all": may(request.user, SEE_ALL),
        "proposes": may(request.user, PROPOSE),
    }
    return render(request, "oversight/circulars.html", context, status=200 if form.is_valid() else 400)


@requires(PROPOSE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """`period` names the first day of an ended one; a POST proposes, with the figures if they do propose it."""
    if request.user.region is None:
        raise PermissionDenied
    region, posted = request.user.region, request.method == "POST"
    form = CircularForm(request.POST if posted else None, region=region, initial=_asked(request))
    period = form.period or next(iter(form.fields["period"].known.values()))
    found = proposing.proposals(region, period)
    if posted and taken(request, form, lambda **told: _propose(found, **told), _("Proposed: a leader decides.")):
        return redirect("circular", form.result.pk) if form.result else redirect("circular-new")
    context = {"form": form, "period": periods.label(period.since, period.until), "since": period.since.isoformat()}
    context |= {"rows": _proposed(region, found), "periods": form.fields["period"].choices}
    return render(request, "oversight/circular_new.html", context, status=400 if posted else 200)


def _asked(request) -> dict:
    return {name: request.GET.get(name, "") for name in ("unit", "kind", "period") if request.GET.get(name)}


def _propose(found, *, unit, kind, **told):
    why = next((one.kept for one in found if (one.unit, one.kind) == (unit.code, kind)), [])
    return acts.propose(unit, kind=kind, figures=why, **told)


def _proposed(region, found) -> list[dict]:
    names = dict(Unit.objects.filter(region=region, kind__in=acts.ASSESSED).values_list("code", "name"))
    return [
        {"unit": one.unit, "name": names[one.unit], "kind": one.kind, "figures": worded(one.kept)}
        for one in found
        if one.unit in names
    ]


def worded(figures: list[dict]) -> list[dict]:
    return [{**one, "label": MEASURES[one["figure"]].label} for one in figures if one["figure"] in MEASURES]


@requires(SEE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def circular(request, pk):
    """One circular; a POST does `act`."""
    step = wanted(STEPS, request.POST.get("act", ""), request.user) if request.method == "POST" else None
    one = get_object_or_404(visible_circulars(request.user), pk=pk)
    if step is None:
        return _shown(request, one)
    form, act = step.form(request.POST), DOES.get(str(step.verb)) or getattr(acts, str(step.verb))
    if not taken(request, form, lambda **told: act(one, **told), step.done):
        return _shown(request, one, {str(step.verb): form}, status=400)
    return redirect("circular", pk)


def _shown(request, one, failed=None, status=200):
    told, possible = failed or {}, possible_now(one)
    steps = [
        (step.verb, told.get(name) or step.form(initial={"text": one.text}))
        for name, step in STEPS.items()
        if name in possible and step.is_for(request.user) and (step.who != (UNIT,) or _theirs(request.user, one))
    ]
    sees_all = may(request.user, SEE_ALL)
    trail = one.acts.select_related("by")
    context = {
        "one": one,
        "period": periods.label(one.since, one.until),
        "figures": worded(one.figures),
        "steps": steps,
        "acts": [{"act": act, "figures": worded(act.data.get("figures", []))} for act in trail],
        "sees_all": sees_all,
        "judged": eligibility.judge(_of_unit(one), eligibility.meaning_of(one.region_id, one.since.year)),
        "year": one.since.year,
    }
    return render(request, "oversight/circular.html", context, status=status)


def _of_unit(one):
    return (
        type(one)
        .objects.filter(region=one.region_id, unit=one.unit_id, decided_at__isnull=False)
        .of_year(one.since.year)
    )


def _theirs(user, one) -> bool:
    return user.unit_id == one.unit_id


def possible_now(one) -> set[str]:
    """The verbs that its state allows; `acts` says no to the others."""
    found = {
        CircularState.PROPOSED: {"issue", "send_back", "change", "withdraw"},
        CircularState.SENT_BACK: {"change", "withdraw"},
        CircularState.ISSUED: {"deliver", "withdraw"},
        CircularState.DELIVERED: {"acknowledge", "withdraw"},
        CircularState.ACKNOWLEDGED: {"withdraw"},
    }.get(one.state, set())
    if one.objection == Objection.OPEN:
        return (found - {"withdraw"}) | {"reject", "uphold"}
    if one.state in AT_THE_UNIT and not one.objection and timezone.localdate() <= one.object_until:
        return found | {"object"}
    return found


@requires(SEE_ALL)
@never_cache
@require_safe
def awards(request):
    """Who loses the awards of `year`, and by which chain; those who were only praised or told once beside them."""
    form = YearForm(request.GET)
    if not form.is_valid():
        return render(request, "oversight/awards.html", {"fault": _("A year as 2026.")}, status=400)
    year = form.cleaned_data["year"]
    meaning = eligibility.meaning_of(request.user.region_id or "", year)
    found = eligibility.of_year(request.user.region_id, year, meaning=meaning)
    units = Unit.objects.filter(region=request.user.region_id, kind__in=acts.ASSESSED)
    rows = [{"unit": unit, "judged": found.get(unit.code, eligibility.Eligibility())} for unit in units]
    for row in rows:
        row["links"] = [_link(one, row["judged"]) for one in row["judged"].circulars]
    context = {"year": year, "rows": sorted(rows, key=lambda row: row["judged"].eligible), "meaning": Meaning(meaning)}
    return render(request, "oversight/awards.html", context)


def _link(one, judged) -> dict:
    return {
        "one": one,
        "period": periods.label(one.since, one.until),
        "counts": one.state in IN_FORCE,
        "in_chain": one in judged.chain,
    }


@requires(SEE_ALL)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request):
    """The region's settings and those before; a POST keeps another version."""
    current = CircularRules.of(request.user.region_id or "")
    keeps = may(request.user, Capability.KEEP_ASSESSMENT)
    if request.method == "POST" and not (keeps and request.user.region_id):
        raise PermissionDenied
    form = RulesForm(request.POST if request.method == "POST" else None, instance=None if request.POST else current)
    if request.method == "POST" and form.is_valid():
        form.kept(request.user)
        messages.success(request, _("The settings are kept; those before stay on record."))
        return redirect("circular-rules")
    before = CircularRules.objects.filter(region=request.user.region_id).select_related("by").order_by("-id")
    context = {"form": form, "current": current, "before": before, "keeps": keeps}
    return render(request, "oversight/circular_rules.html", context, status=400 if form.is_bound else 200)
