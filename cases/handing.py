"""Which unit an approved case is proposed to be handed to, and why: a person decides, for one case or for many."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boundaries.lands import Lands
from boundaries.models import Unit
from cases.models import Case
from cases.models.case import Confidence


@dataclass(frozen=True)
class Proposed:
    """`unit` is None where nobody answers for the point; `reasons` are sentences, the weightiest first."""

    unit: Unit | None
    reasons: tuple[str, ...]


def proposals_for(cases: Iterable[Case]) -> dict[Case, Proposed]:
    """The group's first lead unit (notice 五.2) with what it has at hand already. Three queries, however many cases."""
    cases = list(cases)
    lands, load = Lands(), _open_cases_of({case.lead_unit_id for case in cases} - {None}, cases)
    return {case: Proposed(case.lead_unit, tuple(_reasons(case, lands, load))) for case in cases}


def _open_cases_of(units: set, cases: list[Case]) -> dict[int, int]:
    """How many open cases each unit handles."""
    handled = Case.objects.open().filter(region__in={case.region_id for case in cases}, handling_unit__in=units)
    return dict(handled.order_by().values_list("handling_unit").annotate(Count("pk")))


def _reasons(case: Case, lands: Lands, load: dict[int, int]):
    if case.lead_unit_id is None:
        yield _("No group answers for this place: choose the unit by hand.")
    else:
        group = (lands.group(case.edition_id, case.group_code) or {}).get("name", case.group_code)
        yield _("{unit} is the first lead unit of {group}.").format(unit=case.lead_unit, group=group)
        open_cases = load.get(case.lead_unit_id, 0)
        yield ngettext("It has {number} open case.", "It has {number} open cases.", open_cases).format(
            number=open_cases
        )
    if case.due_at:
        day = timezone.localtime(case.due_at).strftime("%Y-%m-%d")
        yield _("To be handed over by {day}.").format(day=day)
    if case.confidence == Confidence.LOW:
        yield _("Near another group's border: check who answers before you hand it over.")
