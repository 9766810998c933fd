"""What waits for a person: their cases, the nearest deadline first, and the urgings of both sides."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.lands import Lands
from cases.patrol_plans import routes_of
from cases.permissions import Capability, requires
from cases.views import by_due
from cases.waiting import is_awaited, is_urged, open_urgings, waiting_for
from cases.workflow import Status

ROWS = 50
MOST = 999  # nobody plans by an exact number beyond it
MOST_URGINGS = 20
KINDS = {"overdue": _("Overdue"), "urged": _("Urged"), "sign_in": _("To sign in")}


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def todo(request):
    waiting = waiting_for(request.user)
    asked = {"state": request.GET.get("state", ""), "kind": request.GET.get("kind", "")}
    found = _of_kind(waiting, request.user, asked["kind"])
    found = found.filter(status=asked["state"]) if asked["state"] in Status.values else found
    rows, more = _page(found, request.user, request.GET.get("after", ""))
    context = {
        "rows": rows,
        "more": more,
        "asked": asked,
        "states": _states(waiting),
        "kinds": [(kind, label, _capped(_of_kind(waiting, request.user, kind))) for kind, label in KINDS.items()],
        "urgings": open_urgings(request.user)[:MOST_URGINGS],
        "patrols": routes_of(request.user),
        "now": timezone.now(),
    }
    return render(request, "cases/_todo_rows.html" if request.htmx else "cases/todo.html", context)


def _of_kind(waiting, user, kind: str):
    condition = {
        "overdue": Q(due_at__lt=timezone.now()),
        "urged": Q(is_urged(user)) if user.unit_id else Q(pk__in=[]),
        "sign_in": Q(is_awaited(user)) if user.unit_id else Q(pk__in=[]),
    }.get(kind, Q())
    return waiting.filter(condition)


def _states(waiting) -> list[tuple[str, str, int]]:
    """The states among them in the procedure's order, with how many cases are in each."""
    counted = dict(waiting.order_by().values_list("status").annotate(Count("pk")))
    return [(state.value, state.label, counted[state]) for state in Status if state in counted]


def _capped(cases) -> str:
    number = cases.order_by()[: MOST + 1].count()
    return f"{MOST}+" if number > MOST else str(number)


def _page(found, user, after: str) -> tuple[list[tuple], str]:
    """A page of rows behind the key, and the key of the next one."""
    marked = (
        found.filter(by_due.behind(after)).select_related("lead_unit", "handling_unit").defer("search", "description")
    )
    if user.unit_id:
        marked = marked.annotate(urged=is_urged(user), awaited=is_awaited(user))
    cases = list(marked.nearest_due_first()[: ROWS + 1])
    lands = Lands()
    shown = [(case, (lands.area(case.edition_id, case.area_code) or {}).get("name", "")) for case in cases[:ROWS]]
    return shown, by_due.key(cases[ROWS - 1]) if len(cases) > ROWS else ""
