"""Many approved cases handed over at once, each with the proposed unit and why; each is an act of its own."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries.lands import Lands
from boundaries.models import Unit
from cases import actions, handing
from cases.models import Case, CaseEvent
from cases.permissions import Capability, requires, visible_cases
from cases.verbs import Verb
from cases.waiting import waiting_for
from cases.workflow import Status
from gis_core.errors import NotPossibleNow

AT_ONCE = 50
VERBS = (Verb.HAND_OVER, Verb.WITHDRAW)


@dataclass(frozen=True)
class Outcome:
    """What became of one case; `fault` is empty where it is done."""

    case: Case
    fault: str = ""


@requires(Capability.HAND_OVER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request):
    outcomes, verb, fault = [], Verb.HAND_OVER, ""
    if request.method == "POST":
        verb = Verb(request.POST["verb"]) if request.POST.get("verb") in VERBS else Verb.HAND_OVER
        chosen = request.POST.getlist("case")
        fault = _fault(chosen)
        outcomes = [] if fault else [_act(request, case, verb) for case in _chosen(request.user, chosen)]
    waiting = list(_waiting(request.user)[:AT_ONCE])
    failed = {one.case.case_no for one in outcomes if one.fault}
    context = {
        "rows": _rows(waiting, request.POST, failed),
        "units": _units(request.user) if waiting else [],
        "outcomes": outcomes,
        "done": [one for one in outcomes if not one.fault],
        "verb": verb,
        "fault": fault,
        "given_today": _given_today(request.user),
        "at_once": AT_ONCE,
    }
    return render(request, "cases/hand_over.html", context, status=400 if fault else 200)


def _fault(chosen: list[str]) -> str:
    if not chosen:
        return _("Choose at least one case.")
    if len(chosen) > AT_ONCE:
        return _("At most {number} cases at once.").format(number=AT_ONCE)
    return ""


def _waiting(user):
    approved = waiting_for(user).filter(status=Status.APPROVED)
    return approved.select_related("lead_unit", "edition").defer("edition__outline", "search").nearest_due_first()


def _chosen(user, numbers: list[str]) -> list[Case]:
    """Those that the person sees, in the order of the page; a number that is none is passed over."""
    return list(visible_cases(user).filter(case_no__in=numbers).select_related("lead_unit").nearest_due_first())


def _act(request, case: Case, verb: Verb) -> Outcome:
    told = request.POST
    if verb == Verb.HAND_OVER:
        given = {"unit": told.get(f"unit-{case.case_no}", ""), "text": told.get("text", "")}
    else:
        given = {"reason": told.get("reason", "")}
    version = told.get(f"version-{case.case_no}", "")
    version = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        return Outcome(actions.perform(case, verb, by=request.user, given=given, version=version))
    except (actions.BadInput, actions.NotYours, actions.CaseChanged, NotPossibleNow) as error:
        return Outcome(case, str(error))


def _rows(cases: list[Case], told, failed: set[str]) -> list[dict]:
    """A case with its proposal, and what was chosen for it before, which stays where it failed."""
    lands = Lands()
    return [
        {
            "case": case,
            "area": (lands.area(case.edition_id, case.area_code) or {}).get("name", ""),
            "proposed": proposed,
            "unit": told.get(f"unit-{case.case_no}") or (proposed.unit.code if proposed.unit else ""),
            "chosen": case.case_no in failed,
        }
        for case, proposed in handing.proposals_for(cases).items()
    ]


def _units(user):
    return Unit.objects.filter(region=user.region_id).exclude(kind=Unit.Kind.EXTERNAL)


def _given_today(user) -> list[Case]:
    """Cases that the person handed over today and that nobody has begun: they can be taken back."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    handed = CaseEvent.objects.filter(region=user.region_id, by=user, verb=Verb.HAND_OVER, at__gte=midnight)
    still = visible_cases(user).filter(pk__in=handed.values("case"), status=Status.ASSIGNED)
    return list(still.select_related("handling_unit").defer("search").order_by("-id")[: 2 * AT_ONCE])
