"""What lies on the desk: records a person may see on a day, those due, and decisions that still have none."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.models import Document, DocumentKind, Party
from cases.permissions import Capability, may
from oversight.conduct import falling, periods
from oversight.models.conduct import BadConductRecord

RECENT = timedelta(days=90)
MOST_WITHOUT = 20


def visible_records(user, day: date):
    """Nobody sees what has expired or was withdrawn; what is in preparation only who keeps and who approves."""
    if not (may(user, Capability.SEE_CONDUCT) and user.region_id):
        return BadConductRecord.objects.none()
    here = BadConductRecord.objects.filter(region=user.region_id)
    prepares = may(user, Capability.KEEP_CONDUCT) or may(user, Capability.APPROVE_CONDUCT)
    return here.alive(day) if prepares else here.in_force(day)


def found(records, text: str):
    """By the code, or a part of the firm's name; an empty text finds all."""
    text = text.strip()
    if not text:
        return records
    return records.filter(Q(name__icontains=text) | Q(uscc__iexact=text) | Q(case__case_no__iexact=text))


def to_withdraw(region: str, day: date) -> list[tuple[BadConductRecord, falling.Fallen]]:
    """Records whose decision fell, the most urgent first."""
    records = BadConductRecord.objects.filter(region=region).alive(day).select_related("decision", "case")
    records = list(records.defer("decision__content", "case__search"))
    due = falling.due(records, region)
    return sorted(((one, due[one.pk]) for one in records if one.pk in due), key=lambda pair: pair[1].withdraw_by)


@dataclass(frozen=True)
class Waiting:
    """A standing penalty decision against firms without a record, and by when it should be published."""

    decision: Document
    publish_by: date


def without_record(region: str, day: date) -> list[Waiting]:
    """Decisions of the last months that name a firm and have no record, the oldest first."""
    firms = Party.objects.filter(case=OuterRef("case")).exclude(uscc="")
    records = BadConductRecord.objects.filter(decision=OuterRef("pk"))
    decisions = Document.objects.filter(
        Exists(firms), ~Exists(records), region=region, kind=DocumentKind.PENALTY_DECISION, voided_at=None,
        issued_at__date__gte=day - RECENT, issued_at__date__lte=day,
    )  # fmt: skip
    decisions = list(decisions.select_related("case").defer("content", "case__search").order_by("issued_at"))
    fallen = falling.falls(decisions)
    return [
        Waiting(one, periods.limit(region, periods.PUBLISH, timezone.localdate(one.issued_at)))
        for one in decisions
        if one.pk not in fallen
    ][:MOST_WITHOUT]
