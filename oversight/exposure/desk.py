"""What is shown in public, or will be, though the decision it rests on fell. 行政处罚法 48: withdrawn in three days."""

from datetime import date

from cases.models import Document, DocumentKind
from cases.working_days import WorkingDays
from oversight.conduct import falling, periods
from oversight.conduct.falling import Fallen
from oversight.models.exposure import ExposureEntry


def to_withdraw(region: str, day: date) -> dict[int, Fallen]:
    """Key of each approved entry that is not over, whose case has no decision left that stands → since when, and by
    when it must be withdrawn."""
    approved = ExposureEntry.objects.filter(
        region=region, approved__isnull=False, withdrawn_at=None, publish_until__gte=day
    )
    case_of = dict(approved.values_list("pk", "case_id"))
    fell = _fell(set(case_of.values()))
    calendar = WorkingDays.of(region) if fell else None
    return {
        pk: Fallen(fell[case], periods.limit(region, periods.WITHDRAW, fell[case], calendar))
        for pk, case in case_of.items()
        if case in fell
    }


def _fell(cases) -> dict[int, date]:
    """Key of each case whose decisions all fell → the day of the last."""
    kept = Document.objects.filter(case__in=cases, kind=DocumentKind.PENALTY_DECISION).defer("content")
    decisions = list(kept)
    falls = falling.falls(decisions)
    stands = {one.case_id for one in decisions if one.pk not in falls}
    found: dict[int, date] = {}
    for one in decisions:
        if one.case_id not in stands:
            found[one.case_id] = max(falls[one.pk], found.get(one.case_id, date.min))
    return found
