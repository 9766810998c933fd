"""The usual words and articles of each violation (domain page 2.1); what is entered with the case goes before them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cases.models.case import Violation


@dataclass(frozen=True)
class UsualBasis:
    """`basis` is the rule that was broken, `penalty_basis` the one that punishes it; empty where nobody has confirmed
    an article yet."""

    act: str
    basis: str
    penalty_basis: str

    @property
    def both(self) -> str:
        return "；".join(filter(None, (self.basis, self.penalty_basis)))


_ROWS = json.loads(Path(__file__).with_name("legal_bases.json").read_text("utf-8"))
# Codes of the units whose business the notice names with the violation; none where it is everybody's.
UNITS = {Violation(kind): frozenset(row.pop("units", ())) for kind, row in _ROWS.items()}
USUAL = {Violation(kind): UsualBasis(**row) for kind, row in _ROWS.items()}


def whose(kind: str, invited: Iterable[str]) -> set[str]:
    """Codes of the units that record such a violation at a joint inspection: those of the invited whose business it is,
    and all of them where it is nobody's, so that nothing goes unrecorded that is seen."""
    invited = set(invited)
    return invited & UNITS[Violation(kind)] or invited
