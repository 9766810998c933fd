"""The usual words and articles of each violation (domain page 2.1); what is entered with the case goes before them."""

import json
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


def _read() -> dict[Violation, UsualBasis]:
    rows = json.loads(Path(__file__).with_name("legal_bases.json").read_text("utf-8"))
    return {Violation(kind): UsualBasis(**row) for kind, row in rows.items()}


USUAL = _read()
