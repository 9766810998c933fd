"""What a fine paid late costs by now (加处罚款, 行政处罚法 72, 73): each part of it until the day it was paid."""

from datetime import date
from decimal import Decimal

from cases import clocks, deadlines
from cases.facts import Facts
from gis_core.sentences import joined

TO_PAY = "D12"


def late_fine(facts: Facts) -> deadlines.LateFine | None:
    """In yuan; None where nothing was or is late, nor owed any more. A part that was paid keeps what was added until
    then."""
    due_on = clocks.last_day(facts.case, TO_PAY)
    if due_on is None or not facts.dossier.served_at or facts.annulled_on_appeal:
        return None
    suspended = [(one.filed_on, one.ended_on) for one in facts.reliefs]
    found = [deadlines.late_fine(part, due_on, until, suspended) for part, until in _parts(facts) if until > due_on]
    if not found:
        return None
    return deadlines.LateFine(
        sum(one.amount for one in found), max(one.days for one in found), joined(one.explanation for one in found)
    )


def _parts(facts: Facts) -> list[tuple[Decimal, date]]:
    """(yuan, the day until which it was owed): every payment, and what is still open today."""
    paid = [(one.amount, one.paid_on) for one in facts.payments]
    return [*paid, (facts.unpaid, facts.today)] if facts.unpaid else paid
