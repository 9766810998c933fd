"""导出 of coverage: a workbook, a GeoPackage, an offline map of two days."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases import coverage_files
from cases.coverage import Coverage, seen_by
from cases.coverage.table import area_names
from cases.coverage_forms import ExportForm
from cases.permissions import Capability, requires
from cases.views.export import SANDBOX, person_words, refused
from gis_core import geopackage

A_MONTH = timedelta(days=30)
HTML = "text/html; charset=utf-8"


@requires(Capability.EXPORT)
@requires(Capability.SEE_COVERAGE)
@require_safe
def export_coverage(request, kind):
    """`at`: the day, today without it; `before`: the day to compare with, of the map a month before without it."""
    if request.user.region_id is None:
        return refused([_("Your account belongs to no region; an administrator can give it one.")])
    form = ExportForm(request.GET)
    if not form.is_valid():
        return refused(f"{name}: {' '.join(faults)}" for name, faults in form.errors.items())
    coverage = _of(request.user, form.cleaned_data["at"])
    before = form.cleaned_data["before"] or (coverage.day - A_MONTH if kind == "html" else None)
    return _MADE[kind](request.user, coverage, before and _of(request.user, before))


def _of(user, day) -> Coverage:
    found = seen_by(user, day)
    if found is None:
        raise Http404(_("No map of responsibility is in force."))
    return found


def _names(coverage: Coverage) -> dict[str, str]:
    return area_names(Edition.objects.current(coverage.region, coverage.day), coverage)


def _xlsx(_user, coverage, before) -> HttpResponse:
    content = coverage_files.workbook(coverage, _names(coverage), before)
    return _download(content, coverage, "xlsx", coverage_files.XLSX)


def _gpkg(_user, coverage, _before) -> HttpResponse:
    return _download(coverage_files.package(coverage, _names(coverage)), coverage, "gpkg", geopackage.CONTENT_TYPE)


def _html(user, coverage, before) -> HttpResponse:
    one, other = sorted((before, coverage), key=lambda each: each.day)
    answer = _download(coverage_files.offline_map(one, other, person_words(user)), coverage, "html", HTML)
    answer["Content-Security-Policy"] = SANDBOX
    return answer


_MADE = {"xlsx": _xlsx, "gpkg": _gpkg, "html": _html}


def _download(content, coverage: Coverage, ending: str, content_type: str) -> HttpResponse:
    name = _("coverage-{day}").format(day=coverage.day.isoformat())
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{name}.{ending}"),
            "Cache-Control": "private, no-store",
        },
    )
