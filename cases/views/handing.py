"""Many approved cases handed over at once, each with the proposed unit and why; each is an act of its own."""

from dataclasses import dataclass
from types import MappingProxyType

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries.lands import Lands
from boundaries.models import Unit
from cases import actions, handing
from cases.handing import InHand, in_hand_words
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
        fault = fault_in(chosen)
        outcomes = (
            [] if fault else [act(request.user, one, verb, request.POST) for one in chosen_cases(request.user, chosen)]
        )
    ready = list(waiting(request.user)[:AT_ONCE])
    failed = {one.case.case_no for one in outcomes if one.fault}
    in_hand = InHand.of(request.user.region_id)
    context = {
        "rows": rows(ready, in_hand, request.POST, failed),
        **choices(request.user, in_hand),
        "outcomes": outcomes,
        "done": [one for one in outcomes if not one.fault],
        "verb": verb,
        "fault": fault,
        "given_today": _given_today(request.user),
        "at_once": AT_ONCE,
    }
    return render(request, "cases/hand_over.html", context, status=400 if fault else 200)


def fault_in(chosen: list[str]) -> str:
    if not chosen:
        return _("Choose at least one case.")
    if len(chosen) > AT_ONCE:
        return _("At most {number} cases at once.").format(number=AT_ONCE)
    return ""


def waiting(user):
    """Approved cases that wait for a unit and are this person's to hand over, the nearest date first."""
    approved = waiting_for(user).filter(status=Status.APPROVED)
    return approved.select_related("lead_unit", "edition").defer("edition__outline", "search").nearest_due_first()


def chosen_cases(user, numbers: list[str]) -> list[Case]:
    """Those that the person sees, in the order of the page; a number that is none is passed over."""
    return list(visible_cases(user).filter(case_no__in=numbers).select_related("lead_unit").nearest_due_first())


def act(user, case: Case, verb: Verb, told) -> Outcome:
    """`told` is the form: its words for all, and each case's own by its number."""
    if verb == Verb.HAND_OVER:
        own = {"unit": told.get(f"unit-{case.case_no}", ""), "addressee": told.get(f"person-{case.case_no}", "")}
        given = {**own, "text": told.get("text", "")}
    else:
        given = {"reason": told.get("reason", "")}
    version = told.get(f"version-{case.case_no}", "")
    version = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        return Outcome(actions.perform(case, verb, by=user, given=given, version=version))
    except (actions.BadInput, actions.NotYours, actions.CaseChanged, NotPossibleNow) as error:
        return Outcome(case, str(error))


def rows(cases: list[Case], in_hand: InHand, told=MappingProxyType({}), failed=frozenset()) -> list[dict]:
    """A case with its proposal, and what was chosen for it before, which stays where it failed."""
    lands = Lands()
    return [
        {
            "case": case,
            "area": (lands.area(case.edition_id, case.area_code) or {}).get("name", ""),
            "proposed": proposed,
            "unit": told.get(f"unit-{case.case_no}") or (proposed.unit.code if proposed.unit else ""),
            "person": told.get(f"person-{case.case_no}", proposed.person.username if proposed.person else ""),
            "chosen": case.case_no in failed,
        }
        for case, proposed in handing.proposals_for(cases, in_hand).items()
    ]


def choices(user, in_hand: InHand) -> dict:
    """The units and their people, each with what they have in hand."""
    units = Unit.objects.filter(region=user.region_id).exclude(kind=Unit.Kind.EXTERNAL)
    return {
        "units": [(unit, in_hand_words(in_hand.units.get(unit.pk, 0))) for unit in units],
        "people": [(person, in_hand_words(in_hand.people.get(person.pk, 0))) for person in in_hand.crew],
    }


def _given_today(user) -> list[Case]:
    """Cases that the person handed over today and that nobody has begun: they can be taken back."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    handed = CaseEvent.objects.filter(region=user.region_id, by=user, verb=Verb.HAND_OVER, at__gte=midnight)
    still = visible_cases(user).filter(pk__in=handed.values("case"), status=Status.ASSIGNED)
    return list(still.select_related("handling_unit").defer("search").order_by("-id")[: 2 * AT_ONCE])
