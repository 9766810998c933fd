"""Patrol plans for whoever plans: the list, a new one, its routes with what is changed by hand, what is printed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from boundaries import plan_progress, planning
from boundaries.models import Edition, PatrolPlan
from cases import coverage, patrol_plans
from cases.coverage.table import most_at_risk
from cases.permissions import Capability, may, plans_of, requires, visible_plans
from cases.plan_forms import PlanForm, usual
from cases.plan_sheets import sheets

ROWS = 30
MOST_CODES = 200  # of a list that somebody pasted; a plan takes fewer
DID = {
    "propose": gettext_lazy("Routes proposed anew; locked stops stayed."),
    "send": gettext_lazy("Sent: each person finds it under “My patrols” and has a notice."),
    "withdraw": gettext_lazy("Withdrawn: it can be changed and sent again."),
}


@require_safe
@never_cache
@requires(Capability.PLAN_PATROL)
def plans(request):
    found = visible_plans(request.user).annotate(
        people=Count("routes", distinct=True), size=Count("stops", distinct=True)
    )
    page = Paginator(found.order_by("-day", "-pk"), ROWS).get_page(request.GET.get("page"))
    rows = [(plan, _done(plan)) for plan in page.object_list]
    return render(request, "cases/patrol_plans.html", {"rows": rows, "page": page})


def _done(plan) -> int | None:
    return None if plan.status != PatrolPlan.Status.SENT else len(plan_progress.of([plan]))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Capability.PLAN_PATROL)
def new(request):
    """`cells` comes by address or, where they are many, posted; what is sent with `make` becomes a plan."""
    found = patrol_plans.covered(request.user)
    if found is None:
        return render(request, "cases/patrol_plan_none.html")
    told = request.POST if request.method == "POST" else request.GET
    codes = _codes(told)
    making = "make" in request.POST
    form = PlanForm(
        request.POST if making else None, user=request.user, found=found, cells=codes, people=told.getlist("person")
    )
    if making and form.is_valid():
        try:
            return redirect("patrol-plan", form.save().pk)
        except planning.PlanRefused as error:
            form.add_error(None, str(error))
    prebuilt = not codes and not making
    ones = most_at_risk(found) if prebuilt else form.chosen
    people = form.choosable or patrol_plans.people(request.user, ones, usual()["day"])
    areas = patrol_plans.area_names(request.user)
    context = {
        "form": form,
        "prebuilt": prebuilt,
        "ones": [
            (one, patrol_plans.label_of(one, areas), coverage.reasons(one)[0], areas.get(one.area_code, ""))
            for one in ones
        ],
        "more": _more(found, ones, areas),
        "near": [one for one in people if one.here or one.near],
        "others": [one for one in people if not (one.here or one.near)],
        "keys": set(form.keys) if making else patrol_plans.proposed(people, ones),
        "moment": found.moment,
    }
    return render(request, "cases/patrol_plan_new.html", context, status=400 if form.errors else 200)


def _codes(told) -> list[str]:
    """Codes with commas between them, or a field each."""
    return [code.strip() for text in told.getlist("cells") for code in text.split(",") if code.strip()][:MOST_CODES]


def _more(found, ones, areas) -> list[tuple[str, str]]:
    """(code, name) of the rest, the most at risk first, for choosing by name."""
    there = {one.code for one in ones}
    return [(one.code, patrol_plans.label_of(one, areas)) for one in found.by_risk if one.code not in there][:500]


@require_safe
@never_cache
@requires(Capability.PLAN_PATROL)
def plan(request, pk):
    return render(request, "cases/patrol_plan.html", _shown(get_object_or_404(visible_plans(request.user), pk=pk)))


def _shown(plan, fault="") -> dict:
    plan = PatrolPlan.objects.for_page().get(pk=plan.pk)
    done = plan_progress.of([plan]) if plan.is_sent else {}
    stops = list(plan.stops.all())
    routes = [
        (route, [(stop, done.get(stop.pk)) for stop in stops if stop.route_id == route.pk])
        for route in plan.routes.all()
    ]
    return {
        "plan": plan,
        "routes": routes,
        "left": [stop for stop in stops if stop.route_id is None],
        "over": [
            (route, round(route.minutes - plan.shift_minutes))
            for route, _s in routes
            if route.minutes > plan.shift_minutes + 0.5
        ],
        "done": len(done),
        "stops": len(stops),
        "fault": fault,
        "edition": Edition.objects.defer("outline").current(plan.region_id),
    }


@require_POST
@requires(Capability.PLAN_PATROL)
def edit(request, pk):
    """One change by hand; the answer is the plan as it stands, with a sentence where it was refused."""
    found = get_object_or_404(visible_plans(request.user), pk=pk)
    fault, done = "", ""
    try:
        done = _change(request, found)
    except planning.PlanRefused as error:
        fault = str(error)
    if request.htmx:
        return render(request, "cases/_patrol_plan.html", _shown(found, fault))
    if fault:
        return render(request, "cases/patrol_plan.html", _shown(found, fault), status=409)
    if done in DID:
        messages.success(request, DID[done])
    return redirect("patrol-plan", found.pk)


def _change(request, found) -> str:
    told = request.POST
    do, version = told.get("do", ""), _number(told.get("version"))
    stop, route, place = (_number(told.get(name)) for name in ("stop", "route", "place"))
    changes = {
        "up": lambda: planning.step(stop or 0, found, -1, version=version),
        "down": lambda: planning.step(stop or 0, found, +1, version=version),
        "give": lambda: planning.give(stop or 0, found, route, place, version=version),
        "lock": lambda: planning.lock(stop or 0, found, True, version=version),
        "unlock": lambda: planning.lock(stop or 0, found, False, version=version),
        "note": lambda: planning.note(stop or 0, found, told.get("note", ""), version=version),
        "propose": lambda: planning.propose(found, version=version),
        "send": lambda: patrol_plans.send(found, by=request.user, version=version),
        "withdraw": lambda: patrol_plans.withdraw(found, by=request.user, version=version),
    }
    if do not in changes:
        raise planning.PlanRefused(_("What is to be done is not known here."))
    changes[do]()
    return do


def _number(text) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@require_safe
@never_cache
@requires(Capability.SEE_LAND)
def printed(request, pk):
    """A sheet a person: all of them for who plans, one's own for whoever walks."""
    found = visible_plans(request.user).filter(pk=pk).first()
    mine = None if found else plans_of(request.user).filter(pk=pk).first()
    if not (found or mine):
        raise Http404
    routes = (found or mine).routes.filter(Q() if found else Q(user=request.user))
    return render(request, "cases/patrol_sheets.html", {"plan": found or mine, "sheets": sheets(request.user, routes)})


@require_safe
@never_cache
@requires(Capability.SEE_LAND)
def mine(request):
    """One's own sent routes of today and of the days around it, today's first."""
    routes = patrol_plans.routes_of(request.user)
    done = {pk: one for route in routes for pk, one in plan_progress.of([route.plan]).items()}
    rows = [(route, [(stop, done.get(stop.pk)) for stop in route.stops.all()]) for route in routes]
    return render(
        request, "cases/my_patrols.html", {"rows": rows, "may_plan": may(request.user, Capability.PLAN_PATROL)}
    )
