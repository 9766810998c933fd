"""Where nobody looks: four numbers, the table of cells by risk with its map, and the card of one of them."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Edition
from cases.coverage import Coverage, kept_days, seen_by
from cases.coverage.card import Card
from cases.coverage.cells import CellCoverage, Kind
from cases.coverage.classes import CLASSES, OVERLAP
from cases.coverage.headlines import headlines
from cases.coverage.table import Wanted, area_names, chosen, counts, find, most_at_risk, rows, tally
from cases.coverage_forms import CoverageForm, DayForm
from cases.permissions import Capability, may, requires, scope_of
from cases.views.map import extent
from gis_core.sentences import listed

ROWS = 100


@dataclass(frozen=True)
class Asked:
    """What a request asks for, and the coverage it is answered from; None with faults or without an edition."""

    coverage: Coverage | None
    edition: Edition | None
    names: dict[str, str]
    form: CoverageForm
    faults: dict[str, str]

    @property
    def wanted(self) -> Wanted:
        return Wanted() if self.faults else self.form.wanted


def asked_of(request) -> Asked:
    day_form = DayForm(request.GET)
    day = day_form.cleaned_data["at"] if day_form.is_valid() else None
    coverage = seen_by(request.user, day)
    edition = Edition.objects.current(request.user.region_id, day)
    names = area_names(edition, coverage)
    form = CoverageForm(request.GET, areas=names)
    faults = {form.fields[name].label: sentences[0] for name, sentences in form.errors.items()}
    return Asked(None if faults else coverage, edition, names, form, faults)


@require_safe
@never_cache
@requires(Capability.SEE_COVERAGE)
def coverage_page(request):
    """The whole page, the first rows of its table included."""
    asked = asked_of(request)
    context = {**_listed(request, asked), "extent": extent(asked.edition), "edition": asked.edition}
    if asked.coverage:
        context |= _told(request.user, asked.coverage)
    return render(request, "cases/coverage.html", context, status=400 if asked.faults else 200)


@require_safe
@never_cache
@requires(Capability.SEE_COVERAGE)
def coverage_rows(request):
    """The table alone, for the filters and the page asked for."""
    asked = asked_of(request)
    return render(request, "cases/_coverage_table.html", _listed(request, asked), status=400 if asked.faults else 200)


@require_safe
@never_cache
@requires(Capability.SEE_COVERAGE)
def coverage_cell(request, code):
    """The card of a cell, or of a gap by its number; `at` as on the page."""
    card = card_of(request.user, code, request.GET)
    if card is None:
        raise Http404
    return render(request, "cases/_coverage_card.html", {"card": card, "may_judge": may_judge(request.user)})


def may_judge(user) -> bool:
    """Whose patrol it was is told to whoever looks at everybody's."""
    return may(user, Capability.JUDGE_PATROL)


def card_of(user, code: str, data) -> Card | None:
    """None alike for a cell that there is not, that is not the person's, or on a day that cannot be shown."""
    day_form = DayForm(data)
    coverage = seen_by(user, day_form.cleaned_data["at"]) if day_form.is_valid() else None
    one = find(coverage, code) if coverage else None
    if one is None:
        return None
    edition = Edition.objects.current(user.region_id, coverage.day)
    return Card(coverage, rows([one], area_names(edition, coverage))[0])


def _listed(request, asked: Asked) -> dict:
    data = {name: value for name, value in request.GET.items() if name in CoverageForm.base_fields and value}
    page = {"filters": data, "faults": asked.faults, "coverage": asked.coverage, "areas": asked.names.items()}
    if asked.coverage is None:
        return {**page, "rows": [], "total": 0}
    ones = chosen(asked.coverage, asked.wanted, asked.names)
    paginator = Paginator(ones, ROWS)
    shown = paginator.get_page(asked.form.cleaned_data["page"] or 1)
    return {
        **page,
        "wanted": asked.wanted,
        "said": listed(asked.form.said),
        "rows": rows(shown.object_list, asked.names),
        "total": len(ones),
        "shown": shown,
        "query": urlencode({name: value for name, value in data.items() if name != "page"}),
    }


def _told(user, coverage: Coverage) -> dict:
    """What stands round the table: figures, legend, what the map needs."""
    scope = scope_of(user)
    areas = None if scope.everything else set(coverage.ground.whole_m2)
    before = kept_days.a_week_before(coverage.region, coverage.day, areas)
    today = timezone.localdate()
    named = {cell.code: cell.name for cell in coverage.cells} if coverage.ground.overlaps else {}
    return {
        "figures": coverage.figures,
        "headlines": headlines(coverage.figures, before),
        "is_today": coverage.day == today,
        "today": today,
        "a_month_ago": coverage.day - timedelta(days=30),
        "classes": _classes(coverage),
        "kinds": Kind,
        "tally": tally(coverage),
        "rounds": _rounds(coverage.cells),
        "in_order": bool(coverage.cells) and not coverage.gaps and all(_is_fine(cell) for cell in coverage.cells),
        "most_at_risk": [one.code for one in most_at_risk(coverage)],
        "only_areas": sorted(areas) if areas is not None else None,
        "overlaps": [(pair, named.get(pair.one), named.get(pair.other)) for pair in coverage.ground.overlaps],
        "may_export": may(user, Capability.EXPORT),
        "may_edit": may(user, Capability.EDIT_GRID),
        "may_plan": may(user, Capability.PLAN_PATROL),
    }


def _classes(coverage: Coverage) -> list[dict]:
    """The legend; a class that only errors have (overlaps) is named where there is one."""
    numbers = counts(coverage)
    return [
        {"value": one.value, "label": one.label, "letter": one.letter, "number": numbers[one.value]}
        for one in CLASSES.values()
        if one.value != OVERLAP or numbers[OVERLAP]
    ]


def _is_fine(cell: CellCoverage) -> bool:
    return cell.status == Kind.OK


def _rounds(cells) -> str:
    """The days between patrols that hold today: “7” or “7–15”; empty without a cell."""
    days = {cell.patrol_days for cell in cells}
    if not days:
        return ""
    return str(min(days)) if len(days) == 1 else _("{least}–{most}").format(least=min(days), most=max(days))
