"""下沉人员汇总: what the embedded grid staff newly found in a period, on a page and as a table."""

from datetime import timedelta
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.permissions import Capability, requires
from cases.roll_up import By, Period, roll_up
from gis_core import tables
from gis_core.days import DayField

PEOPLE_COLUMNS = (
    gettext_lazy("Name"), gettext_lazy("Account"), gettext_lazy("Cells"), gettext_lazy("Area"),
    gettext_lazy("Cooperation group"), gettext_lazy("Unit"), gettext_lazy("New findings"),
    gettext_lazy("Last in the period"), gettext_lazy("Remarks"), gettext_lazy("Last report before"),
    gettext_lazy("Case numbers"),
)  # fmt: skip
SUM_COLUMNS = (
    gettext_lazy("People"), gettext_lazy("New findings"), gettext_lazy("Without a new finding"),
    gettext_lazy("On leave"), gettext_lazy("Without an account"), gettext_lazy("Last in the period"),
)  # fmt: skip
TITLES = {
    By.CELL: gettext_lazy("Cell"),
    By.AREA: gettext_lazy("Area"),
    By.GROUP: gettext_lazy("Cooperation group"),
    By.UNIT: gettext_lazy("Unit"),
}


@requires(Capability.SEE_ROLL_UP)
@never_cache
@require_safe
def roll_up_page(request):
    """Days `first` to `last`, else the running month; `by` what it is summed up; `silent` for those alone."""
    found, by, fault = _asked(request)
    today = timezone.localdate()
    silent_only = request.GET.get("silent") == "1"
    context = {
        "tab": "roll-up",
        "found": found,
        "fault": fault,
        "by": by.value,
        "ways": By.choices,
        "title": TITLES.get(by, ""),
        "silent_only": silent_only,
        "lines": (found.silent if silent_only else found.lines) if found else (),
        "rows": found.rows(by) if found and by in TITLES else (),
        "first": request.GET.get("first", "") if fault else found.period.first.isoformat(),
        "last": request.GET.get("last", "") if fault else found.period.last.isoformat(),
        "periods": [(label, urlencode(_days(one)), found and found.period == one) for label, one in _periods(today)],
        "days": urlencode(_days(found.period)) if found else "",
    }
    return render(request, "cases/roll_up.html", context, status=400 if fault else 200)


@requires(Capability.SEE_ROLL_UP)
@never_cache
@require_safe
def roll_up_file(request, kind):
    """The same as CSV or XLSX."""
    if kind not in tables.KINDS:
        raise Http404
    found, by, fault = _asked(request)
    if fault:
        return HttpResponseBadRequest(fault + "\n", content_type="text/plain; charset=utf-8")
    name = _("embedded-staff-{first}-{last}").format(first=found.period.first, last=found.period.last)
    if by == By.PERSON:
        rows = [_person(line) for line in (found.silent if request.GET.get("silent") == "1" else found.lines)]
        return tables.answer(kind, name, [str(one) for one in PEOPLE_COLUMNS], rows)
    columns = [str(TITLES[by]), str(_("Belongs to")), *map(str, SUM_COLUMNS)]
    rows = [
        (one.label, one.beside, one.people, one.reports, one.silent, one.away, one.uncounted, one.last)
        for one in found.rows(by)
    ]
    return tables.answer(kind, name, columns, rows)


def _asked(request):
    """(The roll-up or None, by what, what is wrong)."""
    today, asked = timezone.localdate(), request.GET
    by = By(asked["by"]) if asked.get("by") in By.values else By.PERSON
    if not asked.get("first") and not asked.get("last"):
        return roll_up(request.user, Period.month(today), today), by, ""
    period, fault = _period(asked)
    if not fault:
        try:
            return roll_up(request.user, period, today), by, ""
        except ValueError as error:
            fault = str(error)
    return None, by, fault


def _period(asked):
    days = []
    for name, label in (("first", _("First day")), ("last", _("Last day"))):
        try:
            days.append(DayField().clean(asked.get(name)))
        except ValidationError as error:
            return None, f"{label}{_(': ')}{' '.join(error.messages)}"
    return Period(*days), ""


def _periods(today):
    yield _("This month"), Period.month(today)
    yield _("Last month"), Period.month(today.replace(day=1) - timedelta(days=1))
    yield _("This week"), Period.week(today)
    yield _("Last week"), Period.week(today - timedelta(days=7))


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _person(line):
    reports = line.reports if line.account else None
    return (
        line.name, line.account, line.cells, line.areas, line.groups, line.units, reports, line.last, _remark(line),
        None if line.never else line.since, " ".join(line.numbers),
    )  # fmt: skip


def _remark(line) -> str:
    if not line.account:
        return _("no account: cannot be counted")
    if line.silent:
        return _("no new finding reported")
    return _("on leave") if line.away and not line.reports else ""
