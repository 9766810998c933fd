"""屡犯: parties that come back, by their code, and sites that come back, by what lies near; over the years."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from cases import history, identity
from cases.history import NO_VIOLATION
from cases.models import Party
from cases.permissions import visible_cases

MOST_PARTIES, MOST_NUMBERS = 50, 8
RADII_M = (50, 100, 200, 500)


@dataclass(frozen=True)
class RepeatParty:
    """A firm or registered person with two cases or more: how many in each year, the newest case first."""

    uscc: str
    name: str
    cases: int
    by_year: dict[int, int]
    numbers: list[str]


def parties(user) -> tuple[list[RepeatParty], list[int]]:
    """Those with the most cases first, and the years in which any of them had one. Only firms and registered persons:
    others have no code to be known by."""
    cases = visible_cases(user).exclude(status__in=NO_VIOLATION)
    theirs = Party.objects.filter(region=user.region_id, case__in=cases).exclude(uscc="")
    codes = theirs.values_list("uscc").annotate(n=Count("case", distinct=True)).filter(n__gte=2).order_by("-n", "uscc")
    counts = dict(codes[:MOST_PARTIES])
    rows = theirs.filter(uscc__in=counts).order_by("-case__reported_at", "-id")
    known = defaultdict(dict)
    names = {}
    told = rows.values_list("uscc", "name", "is_natural", "case__case_no", "case__year")
    for uscc, name, is_natural, number, year in told:
        names.setdefault(uscc, identity.masked_name(name) if is_natural else name)
        known[uscc][number] = year
    found = [
        RepeatParty(
            uscc, names[uscc], n, dict(Counter(known[uscc].values())), list(known[uscc])[:MOST_NUMBERS]
        )
        for uscc, n in counts.items()
    ]  # fmt: skip
    return found, sorted({year for one in found for year in one.by_year})


def sites(user, metres: int):
    """Places with cases within so many metres of one another, of all years: the fullest, and how many there are."""
    return history.clustered(visible_cases(user).exclude(status__in=NO_VIOLATION), metres)
