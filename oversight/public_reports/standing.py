"""How far a report is, in public words and dates: nothing else of the case is said."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.workflow import ENDED, Status
from oversight.models.public_report import PublicReceipt


class PublicState(TextChoices):
    RECEIVED = "received", _("report received")
    ACCEPTED = "accepted", _("report accepted")
    IN_HAND = "in_hand", _("report being handled")
    DONE = "done", _("report dealt with")


STATES: dict[Status, PublicState] = {
    **dict.fromkeys(Status, PublicState.IN_HAND),
    **dict.fromkeys((Status.REPORTED, Status.TRIAGED), PublicState.RECEIVED),
    **dict.fromkeys((Status.REGISTERED, Status.SUBMITTED, Status.APPROVED, Status.ASSIGNED), PublicState.ACCEPTED),
    **dict.fromkeys(ENDED, PublicState.DONE),
}


@dataclass(frozen=True)
class Standing:
    state: PublicState
    received: date
    since: date


def of(receipt: PublicReceipt) -> Standing:
    """Of a report that was merged into another case it is that case's, which goes on for both."""
    case = receipt.case
    while case.status == Status.MERGED and case.merged_into_id:
        case = Case.objects.get(pk=case.merged_into_id, region=receipt.region_id)
    received = timezone.localdate(receipt.made_at)
    return Standing(STATES[Status(case.status)], received, max(received, _since(case) or received))


def _since(case: Case) -> date | None:
    """The day of the event that brought the case into what is publicly its state."""
    now, since = STATES[Status(case.status)], None
    for status, at in case.events.order_by("-id").values_list("status", "at"):
        if STATES[Status(status)] != now:
            break
        since = at
    return since and timezone.localdate(since)
