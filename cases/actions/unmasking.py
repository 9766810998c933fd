"""Asking for personal data: whoever sees them leaves a line in the case's history, with the reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.reporting import BadReport
from cases.models import Case, Party, Reporter
from cases.verbs import Verb

LONGEST_REASON = 500


@transaction.atomic
def unmask(case: Case, whose: Party | Reporter, *, by, reason: str) -> None:
    """Write down that `by` is shown the data of `whose`, and why. The case stays the version it is."""
    reason = reason.strip()
    if not reason:
        raise BadReport("reason", _("Say why you need these personal data: the reason is kept in the history."))
    if len(reason) > LONGEST_REASON:
        raise BadReport("reason", _("At most {number} characters.").format(number=LONGEST_REASON))
    locked = Case.objects.select_for_update().get(pk=case.pk)
    locked.events.create(
        region_id=locked.region_id, verb=Verb.UNMASK, from_status=locked.status, status=locked.status, by=by,
        unit=by.unit, note=reason, data={"unmasked": whose._meta.model_name, "id": whose.pk},
    )  # fmt: skip
