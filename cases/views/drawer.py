"""The console's hand-over drawer: a selection with a proposal for each case, and what became of it."""

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.handing import InHand
from cases.models import Case, CaseEvent
from cases.permissions import Capability, requires, visible_cases
from cases.verbs import Verb
from cases.views import handing
from cases.workflow import Status


@requires(Capability.HAND_OVER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def drawer(request):
    """GET, or POST with `look` for more numbers than an address holds: the drawer for the cases named. POST: hand over
    those chosen, each on its own, and say what became of each."""
    if request.method != "POST":
        return _look(request, request.GET.getlist("case"))
    if "look" in request.POST:
        return _look(request, request.POST["look"].split())
    return _hand_over(request)


def _look(request, named: list[str]):
    """Of those that can be handed over the first of the page, however many more are named."""
    if not named:
        return render(request, "cases/_drawer.html", {"fault": handing.fault_in(named)}, status=400)
    ready = list(handing.waiting(request.user).filter(case_no__in=named))
    others = visible_cases(request.user).filter(case_no__in=named).exclude(pk__in=[case.pk for case in ready])
    now = ready[: handing.AT_ONCE]
    in_hand = InHand.of(request.user.region_id)
    context = {
        "rows": handing.rows(now, in_hand),
        "later": len(ready) - len(now),
        **handing.choices(request.user, in_hand),
        "skipped": _skipped(request.user, list(others.for_list().newest_first())),
    }
    return render(request, "cases/_drawer.html", context)


def _hand_over(request):
    chosen = request.POST.getlist("case")
    fault = handing.fault_in(chosen)
    if fault:
        return JsonResponse({"detail": fault}, status=400)
    outcomes = [
        handing.act(request.user, case, Verb.HAND_OVER, request.POST)
        for case in handing.chosen_cases(request.user, chosen)
    ]
    done = [{"case_no": one.case.case_no, "version": one.case.version} for one in outcomes if not one.fault]
    failed = [{"case_no": one.case.case_no, "why": one.fault} for one in outcomes if one.fault]
    return JsonResponse({"done": done, "failed": failed})


def _skipped(user, cases: list[Case]) -> list[tuple[Case, str]]:
    """The cases of the selection that cannot be handed over by this person now, each with why."""
    handed = CaseEvent.objects.filter(case__in=cases, region=user.region_id, verb=Verb.HAND_OVER)
    last = {one.case_id: one for one in handed.order_by("case", "-id").distinct("case").select_related("by")}
    return [(case, _why_not(case, last.get(case.pk))) for case in cases]


def _why_not(case: Case, handed: CaseEvent | None) -> str:
    if case.status == Status.ASSIGNED and handed:
        when = timezone.localtime(handed.at).strftime("%Y-%m-%d %H:%M")
        whom = " · ".join(str(one) for one in (case.handling_unit, case.addressee) if one)
        return _("handed over already: {who}, {time} → {whom}").format(who=handed.by or "—", time=when, whom=whom)
    if case.status == Status.APPROVED:
        return case.get_hold_display() or _("another platform hands it over")
    return _("not approved: {state}").format(state=case.get_status_display())
