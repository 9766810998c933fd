"""Two cases that turn out to be one matter: which may go into which, and what is shown of it. Both histories stay."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent, Evidence
from cases.workflow import Status


class CannotMerge(ValueError):
    """One of the two cases does not allow it."""

    field = "into"


def check(case: Case, into: Case) -> None:
    """Raise CannotMerge where something speaks against it; the caller holds the locks of both rows."""
    if into.pk == case.pk:
        raise CannotMerge(_("A case cannot be merged into itself."))
    if into.region_id != case.region_id:
        raise CannotMerge(_("Cases of two regions cannot be merged."))
    if case.merged.exists():
        raise CannotMerge(_("Other cases were merged into this one: it cannot be merged itself."))
    if into.status == Status.MERGED:
        raise CannotMerge(_("A case goes into another one that is not merged itself."))


def merged_cases(visible, case: Case):
    """Those of the `visible` cases that went into this one, with their events and pictures, the oldest first."""
    return visible.filter(merged_into=case).order_by("id").prefetch_related(
        Prefetch("events", queryset=CaseEvent.objects.select_related("by")),
        Prefetch("evidence", queryset=Evidence.objects.for_list()),
    )  # fmt: skip


def went_into(visible, case: Case) -> Case | None:
    """The case that goes on in this one's place, where the person sees it."""
    return visible.filter(pk=case.merged_into_id).first() if case.merged_into_id else None
