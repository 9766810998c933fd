"""A case on its page and in the map's drawer, and the decision against its assignment."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from boundaries.lands import Lands
from cases import actions, duplicates, merging, personal
from cases.facts import Facts
from cases.forms import EvidenceForm, OverrideForm
from cases.models import CaseEvent, Evidence
from cases.permissions import Capability, may, may_see_reporter, requires, visible_cases
from cases.views.case_page import sections
from cases.waiting import whose_next
from gis_core import crs


@requires(Capability.SEE_CASES)
@require_safe
@never_cache
def case(request, case_no):
    """The whole page, or for HTMX its card alone."""
    found = found_case(request.user, case_no)
    if request.htmx:
        answer = render(request, "cases/_case_card.html", context_of(request.user, found))
    else:
        answer = render_page(request, found)
    patch_vary_headers(answer, ("HX-Request",))
    return answer


@requires(Capability.OVERRIDE)
@require_POST
def override(request, case_no):
    found = found_case(request.user, case_no)
    form = OverrideForm(request.POST, case=found, groups=_groups(found))
    if form.is_valid() and _overridden(request, found, form):
        return redirect(found)
    return render_page(request, found_case(request.user, case_no), form, status=400)


def render_page(request, case, form=None, status=200, **shown):
    context = {**context_of(request.user, case, form, **shown), **sections(request.user, case)}
    return render(request, "cases/case.html", context, status=status)


def found_case(user, case_no):
    """The case with all that its page reads; 404 alike for one that is missing and one that is not theirs."""
    trail = CaseEvent.objects.select_related("by", "unit")
    return get_object_or_404(
        visible_cases(user)
        .select_related("edition", "lead_unit", "handling_unit", "addressee", "reported_by")
        .defer("edition__outline", "search")
        .prefetch_related(
            "overrides__by",
            "parties",
            Prefetch("events", queryset=trail),
            Prefetch("evidence", queryset=Evidence.objects.for_list()),
        ),
        case_no=case_no,
    )


def context_of(user, case, form=None, *, party_shown=None, reporter_shown=False):
    """`party_shown` is the key of the one party whose data are not masked in this answer."""
    lands = Lands()

    def area(code):
        return (lands.area(case.edition_id, code) or {}).get("name", code)

    def group(code):
        return (lands.group(case.edition_id, code) or {}).get("name", code)

    sees_reporter = may_see_reporter(user, case)
    may_override = case.is_open and may(user, Capability.OVERRIDE)
    return {
        "case": case,
        "area": area(case.area_code),
        "group": group(case.group_code),
        "auto_area": area(case.auto_area_code),
        "auto_group": group(case.auto_group_code),
        "candidates": [area(code) for code in case.candidate_codes],
        "named_area": area(case.named_area_code),
        "overrides": [(one, area(one.area_code), group(one.group_code)) for one in case.overrides.all()],
        "raw_crs": _crs_label(case.raw_crs),
        "suspected_crs": _crs_label(case.suspected_crs),
        "duplicates": duplicates.of_case(visible_cases(user), case) if case.is_open else [],
        "merged": merging.merged_cases(visible_cases(user), case),
        "went_into": merging.went_into(visible_cases(user), case),
        "reporter": personal.reporter(case.reporters.first(), unmasked=reporter_shown) if sees_reporter else None,
        "sees_reporter": sees_reporter,
        "parties": personal.parties(case, party_shown),
        "may_unmask": may(user, Capability.UNMASK),
        "evidence_form": EvidenceForm() if may(user, Capability.ADD_EVIDENCE) else None,
        "whose_next": whose_next(Facts(case, by=user)),
        "override_form": form or (OverrideForm(case=case, groups=_groups(case)) if may_override else None),
    }


def _groups(case):
    return case.edition.groups.defer("territory").prefetch_related(
        Prefetch("areas", queryset=case.edition.areas.defer("geom"))
    )


def _crs_label(name):
    return dict(crs.NAMED).get(name, name)


def _overridden(request, case, form) -> bool:
    try:
        actions.override(case, by=request.user, **form.decided())
    except actions.CaseChanged as error:
        form.add_error("version", str(error))
        return False
    except actions.BadReport as error:
        form.add_error("reason" if error.field == "reason" else "answers", str(error))
        return False
    messages.success(request, _("Reassigned. The automatic answer stays stored beside your reason."))
    return True
