"""取消评优资格 (S36): two criticisms or more in a row cost a unit the awards of that calendar year.

What in a row means is the region's setting (A13); a year whose assessment is frozen keeps the meaning of then. Both
readings look at the periods of one year, because what is lost is that year's: a December and the January after it lie
in two. A circular counts from the leader's decision; one that
is withdrawn, by an objection upheld too, does not count and never counts again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from oversight.models.assessment import AssessmentYear
from oversight.models.circular import IN_FORCE, Circular, CircularKind, CircularRules, Meaning

ENOUGH = 2


@dataclass(frozen=True)
class Eligibility:
    """`chain` are the criticisms in a row that cost the awards; `circulars` all of the year that were ever decided,
    in the order of their periods."""

    chain: tuple = ()
    circulars: tuple = field(default=(), compare=False)

    @property
    def eligible(self) -> bool:
        return not self.chain


def judge(circulars: Iterable, meaning: str) -> Eligibility:
    """Of one unit and one year."""
    told = tuple(sorted(circulars, key=lambda one: (one.since, one.decided_at, one.pk)))
    chain = [one for run in _runs([one for one in told if one.state in IN_FORCE], meaning) if len(run) >= ENOUGH
             for one in run]  # fmt: skip
    return Eligibility(tuple(chain), told)


def _runs(counting: list, meaning: str) -> list[list]:
    runs, current = [], []
    for one in counting:
        if one.kind == CircularKind.COMMENDATION:
            if meaning == Meaning.NO_PRAISE:
                current = []
            continue
        if not current or (meaning == Meaning.PERIODS and one.since != current[-1].until + timedelta(days=1)):
            current = []
            runs.append(current)
        current.append(one)
    return runs


def meaning_of(region, year: int) -> str:
    frozen = AssessmentYear.objects.filter(region=region, year=year).values_list("sheet__meaning", flat=True).first()
    return frozen or CircularRules.of(region).meaning


def of_year(region, year: int, *, meaning: str | None = None) -> dict[str, Eligibility]:
    """Unit code → what the year comes to; units without a circular are not in it, and are eligible."""
    by_unit = defaultdict(list)
    decided = Circular.objects.filter(region=region, decided_at__isnull=False).of_year(year)
    for one in decided.for_list():
        by_unit[one.unit.code].append(one)
    meaning = meaning or meaning_of(region, year)
    return {code: judge(circulars, meaning) for code, circulars in by_unit.items()}
