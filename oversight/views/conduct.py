"""不良行为记录: the list, one record with its acts, a new one, firms and sites that come back, follow-up visits."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import follow_up
from cases.permissions import Capability, may, requires, visible_cases
from gis_core import long_tables, tables
from gis_core.sentences import listed
from oversight import forms
from oversight.conduct import acts, asking, desk, falling, repeats
from oversight.models.conduct import PUBLIC, ConductState, ConductVerb
from oversight.views.steps import Step, begun, by_name, taken, wanted

KEEP, APPROVE = Capability.KEEP_CONDUCT, Capability.APPROVE_CONDUCT
A_PAGE, MOST_SEEN = 50, 20
COLUMNS = (
    (gettext_lazy("Firm or registered person"), 30, ""), (gettext_lazy("Unified social credit code"), 22, ""),
    (gettext_lazy("Decision"), 26, ""), (gettext_lazy("Day of the decision"), 14, long_tables.DAY),
    (gettext_lazy("Facts"), 48, ""), (gettext_lazy("Counts for"), 30, ""),
    (gettext_lazy("Published from"), 14, long_tables.DAY), (gettext_lazy("Last day"), 14, long_tables.DAY),
    (gettext_lazy("State"), 12, ""),
)  # fmt: skip


@dataclass(frozen=True)
class ConductStep(Step):
    states: tuple[ConductState, ...]
    shortening: bool | None = None  # whether one must wait for a decision; None: no matter


NOT_WITHDRAWN = tuple(state for state in ConductState if state is not ConductState.WITHDRAWN)
STEPS = by_name(
    ConductStep("change", (KEEP,), forms.ConductForm, gettext_lazy("Changed."), (ConductState.DRAFTED,)),
    ConductStep("propose", (KEEP,), forms.NothingForm, gettext_lazy("Proposed."), (ConductState.DRAFTED,)),
    ConductStep("approve", (APPROVE,), forms.NothingForm, gettext_lazy("Approved."), (ConductState.PROPOSED,)),
    ConductStep("publish", (KEEP,), forms.PublishForm, gettext_lazy("Published."), (ConductState.APPROVED,)),
    ConductStep(
        "send_back", (APPROVE,), forms.WhyForm, gettext_lazy("Sent back."),
        (ConductState.PROPOSED, ConductState.APPROVED),
    ),
    ConductStep(
        "shorten", (APPROVE,), forms.NothingForm, gettext_lazy("The period is shortened."), PUBLIC, shortening=True
    ),
    ConductStep("keep_period", (APPROVE,), forms.WhyForm, gettext_lazy("The period stays."), PUBLIC, shortening=True),
    ConductStep(
        "ask_shortening", (KEEP,), forms.ShorteningForm, gettext_lazy("Asked for; somebody else decides."), PUBLIC,
        shortening=False,
    ),
    ConductStep(
        "withdraw", (KEEP,), forms.WhyForm, gettext_lazy("Withdrawn: nobody is shown it any more."), NOT_WITHDRAWN
    ),
)  # fmt: skip


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def records(request):
    """Those the person may see today; `q` is a code, a case number or a part of a name, `state` one of theirs."""
    today, region = timezone.localdate(), request.user.region_id
    seen = desk.visible_records(request.user, today)
    text, state = request.GET.get("q", "").replace("\0", "").strip()[:60], request.GET.get("state", "")
    state = state if state in ConductState.values else ""
    found = desk.found(seen, text)
    listed = found.filter(state=state) if state else found
    page = Paginator(listed.for_list().order_by("-decided_on", "-id"), A_PAGE).get_page(request.GET.get("page"))
    asking.listed(list(page.object_list), by=request.user)
    keeps = may(request.user, KEEP)
    context = {
        "tab": "records",
        "page": page,
        "rows": [_row(record, today) for record in page],
        "states": [(one, found.filter(state=one).count()) for one in ConductState if one != ConductState.EXPIRED],
        "state": state,
        "text": text,
        "keeps": keeps,
        "to_withdraw": desk.to_withdraw(region, today) if keeps and region else (),
        "waiting": desk.without_record(region, today) if keeps and region else (),
        "today": today,
    }
    return render(request, "oversight/conduct.html", context)


def _row(record, today) -> dict:
    return {"record": record, "name": record.shown_name, "state": record.state_on(today)}


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
@transaction.atomic
def records_file(request, kind):
    """All in force today that `q` finds, and no draft: a file leaves the house. That they were seen is kept."""
    if kind not in tables.KINDS:
        raise Http404
    today = timezone.localdate()
    seen = desk.visible_records(request.user, today).in_force(today)
    found = desk.found(seen, request.GET.get("q", "")[:60]).select_related("decision").defer("decision__content")
    told = asking.seen_as_they_go(found.order_by("-decided_on", "-id").iterator(asking.AT_ONCE), by=request.user)
    name = _("bad-conduct-{day}").format(day=today)
    columns = [long_tables.Wide(str(title), width, shown_as) for title, width, shown_as in COLUMNS]
    return long_tables.answer(kind, name, columns, (_cells(one, today) for one in told))


def _cells(record, today) -> list:
    return [
        record.shown_name, record.uscc, record.decision.doc_no, record.decided_on, record.facts,
        listed(record.use_labels), record.publish_from, record.publish_until, str(record.state_on(today).label),
    ]  # fmt: skip


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def record(request, pk):
    """Its page; that it was seen is kept."""
    found = _seen_record(request.user, pk)
    asking.seen([found], by=request.user)
    return _shown(request, found)


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_POST
def act(request, pk, verb):
    step = wanted(STEPS, verb, request.user)
    found = _seen_record(request.user, pk)
    form = step.form(request.POST)
    if not taken(request, form, lambda **told: getattr(acts, verb)(found, **told), step.done):
        return _shown(request, found, {verb: form}, status=400)
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
        (ConductVerb(one.verb), failed.get(one.verb) or _form(one, found))
        for one in STEPS.values()
        if state in one.states and one.is_for(user) and one.shortening in (None, bool(found.shorten_to))
    ]


def _form(one: ConductStep, found):
    if one.form is not forms.ConductForm:
        return one.form(auto_id=f"{one.verb}-%s")
    initial = {name: getattr(found, name) for name in acts.CHANGEABLE} | {"uses": found.uses}
    return one.form(initial=initial, auto_id=f"{one.verb}-%s")


@requires(KEEP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    return begun(
        request, "oversight/conduct_new.html", form_of=forms.NewConductForm,
        act=lambda _case, **told: acts.draft(**told), page="conduct-record", more=_offered,
        done=_("The draft is kept. Propose it when it is complete."),
    )  # fmt: skip


def _offered(form) -> dict:
    return {
        "parties": form.fields["party"].queryset.exists(),
        "decisions": form.fields["decision"].queryset.exists(),
    }


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
        "sites": [(site, sorted(Counter(site.years).items())) for site in sites],
        "all_sites": all_sites,
        "radius": radius,
        "radii": repeats.RADII_M,
    }
    return render(request, "oversight/conduct_repeat.html", context)


@requires(Capability.SEE_CONDUCT)
@never_cache
@require_safe
def follow_ups(request):
    plans = follow_up.plans(visible_cases(request.user), timezone.localdate())
    page = Paginator(plans, A_PAGE).get_page(request.GET.get("page"))
    context = {"tab": "follow-up", "page": page, "late": sum(1 for plan in plans if plan.days_late)}
    return render(request, "oversight/conduct_follow_up.html", context)
