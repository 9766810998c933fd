"""执法台账: one line a case, on a page beside its map and as a file; and the act that closes a month for good."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from boundaries.models import Edition, Unit
from cases.filters import NO_GROUP, STATUS_CHOICES
from cases.models.case import Channel, Violation
from cases.permissions import Capability, may, requires, scope_of, visible_cases
from cases.views.export import refused
from gis_core import long_tables, tables
from oversight.ledger import additions, freezing
from oversight.ledger.additions import month_after
from oversight.ledger.asked import ALL, LedgerForm
from oversight.ledger.book import FrozenBook, LiveBook
from oversight.ledger.columns import COLUMNS, Kind
from oversight.models import LedgerMonth
from oversight.views.asked import faults

FILTERS = ("group", "area", "unit", "status", "channel", "violation")
SHOWN_AS = {Kind.DAY: long_tables.DAY, Kind.YUAN: long_tables.AMOUNT, Kind.AREA: long_tables.AMOUNT}


@requires(Capability.SEE_LEDGER)
@never_cache
@require_safe
def ledger_page(request):
    """`month` (2026-03; `all`; else the running one), and the filters of `LedgerForm`."""
    form = LedgerForm(request.GET)
    context = {"choices": _choices(request.user), "today": f"{timezone.localdate():%Y-%m}"}
    if not form.is_valid():
        told = {**context, "faults": faults(form), "asked": request.GET}
        return render(request, "oversight/ledger.html", told, status=400)
    data = form.cleaned_data
    frozen, book = _book(request.user, data)
    page = book.page(request.GET.get("page"))
    return render(request, "oversight/ledger.html", {**context, **_told(request.user, data, frozen, book, page)})


def _told(user, data, frozen, book, page) -> dict:
    month = data["month"]
    added = book.additions()
    refusal = freezing.refusal(user.region_id, month) if month and user.region_id else ""
    return {
        "asked": {**data, "month": _written(month)},
        "query": urlencode(_query(data)),
        "filters": urlencode({key: value for key, value in _query(data).items() if key != "month"}),
        "filtered": any(data[name] for name in FILTERS),
        "month": month,
        "months": _near(month),
        "frozen": frozen,
        "page": page,
        "sums": book.sums,
        "additions": added,
        "may_freeze": month and not frozen and not refusal and user.region_id and may(user, Capability.FREEZE_LEDGER),
        "last": additions.newest(user.region_id),
    }


@requires(Capability.SEE_LEDGER)
@never_cache
@require_safe
def ledger_file(request, kind):
    """All lines of the same, those that tell what was added included."""
    if kind not in tables.KINDS:
        raise Http404
    if request.user.region_id is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    form = LedgerForm(request.GET)
    if not form.is_valid():
        return refused(f"{name}: {' '.join(said)}" for name, said in form.errors.items())
    _frozen, book = _book(request.user, form.cleaned_data)
    name = _("ledger-{month}").format(month=_written(form.cleaned_data["month"]))
    return long_tables.answer(kind, name, headings(), (line.cells() for line in book.lines()))


@requires(Capability.FREEZE_LEDGER)
@require_POST
def freeze_ledger(request):
    """Close the month; what cannot be closed is said on its page."""
    if request.user.region_id is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    form = LedgerForm({"month": request.POST.get("month") or "-"})
    month = form.cleaned_data["month"] if form.is_valid() else None
    if month is None:
        messages.error(request, _("A month as 2026-03."))
        return redirect("ledger")
    try:
        made = freezing.freeze(request.user.region, month, by=request.user)
    except freezing.CannotFreeze as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("{month} is frozen with {count} lines.").format(month=made, count=made.count))
    return redirect(f"{reverse('ledger')}?month={month:%Y-%m}")


def headings() -> list[long_tables.Wide]:
    """Of the files: kind of line, the columns, what changed."""
    told = (long_tables.Wide(str(one.label), one.width, SHOWN_AS.get(one.kind, "")) for one in COLUMNS)
    return [long_tables.Wide(_("Kind of line"), 10), *told, long_tables.Wide(_("What changed"), 48)]


def _book(user, data):
    """(The frozen month or None, the book)."""
    cases, month = visible_cases(user).filter(region=user.region_id), data["month"]
    frozen = (
        month and LedgerMonth.objects.filter(region=user.region_id, month=month).select_related("frozen_by").first()
    )
    if frozen:
        return frozen, FrozenBook(frozen, cases, data, everything=scope_of(user).everything)
    last = additions.newest(user.region_id)
    is_next = bool(last and month == month_after(last.month))
    return None, LiveBook(user.region_id, cases, data, month=month, takes_additions=is_next)


def _written(month) -> str:
    return f"{month:%Y-%m}" if month else ALL


def _query(data) -> dict:
    return {"month": _written(data["month"]), **{name: data[name] for name in FILTERS if data[name]}}


def _near(month):
    """The months round the one shown, none to come."""
    running = timezone.localdate().replace(day=1)
    last = min(running, month_after(month_after(month))) if month else running
    found = []
    while len(found) < 5:
        found.append(last)
        last = last.replace(year=last.year - (last.month == 1), month=(last.month - 2) % 12 + 1)
    return [(f"{one:%Y-%m}", one == month) for one in reversed(found)]


def _choices(user) -> dict:
    edition = Edition.objects.current(user.region_id) if user.region_id else None
    groups = list(edition.groups.order_by("order").values_list("code", "name")) if edition else []
    return {
        "group": [*groups, (NO_GROUP, _("No group: outside or gap"))],
        "area": list(edition.areas.order_by("name").values_list("code", "name")) if edition else [],
        "unit": list(Unit.objects.filter(region=user.region_id).order_by("name").values_list("code", "name")),
        "status": STATUS_CHOICES,
        "channel": Channel.choices,
        "violation": Violation.choices,
    }
