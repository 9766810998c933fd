"""Where the numbers of cases come from: counted beforehand as far as that goes, the rest counted from the cases.

Tiles, the summary and the list's totals ask here, so that they agree.
"""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from cases.filters import NO_GROUP, describes, is_tallied
from cases.models import Case, CaseCount, CaseTally
from cases.permissions import Scope
from cases.workflow import ENDED

WHOLE = 0  # the tally's level for a region as a whole
TALLY_LEVELS = (13, 15, 17)  # and those for the map
LEAST_LEVEL, MOST_LEVEL = 13, 19  # the counts' levels

# How tiles of cases are drawn, of today and of a day gone by alike.
CELL_ZOOMS = 4  # a cell is a tile four zooms deeper: 16 × 16 per tile, 32 screen pixels apart
LAST_COUNTED_ZOOM = MOST_LEVEL - CELL_ZOOMS
MOST_SINGLE = 400  # cases of a tile that are still drawn one by one
MOST_CLOSE = 2000  # the same where the counts end, close to the ground
EMPTY = "SELECT NULL::bytea"


@dataclass(frozen=True)
class Halves:
    """The open cases, the ended ones, or both: each is counted and indexed apart."""

    open: bool = True
    ended: bool = True

    @classmethod
    def of(cls, states):
        return cls(open=not ENDED.issuperset(states), ended=not ENDED.isdisjoint(states))

    @property
    def names(self) -> list[str]:
        return [name for name, wanted in (("open", self.open), ("ended", self.ended)) if wanted]


def groups_counted(scope: Scope, data: dict) -> list[str] | None:
    """The groups whose counts the person may see under the filter, None for all cases of the region."""
    wanted = data.get("group")
    if wanted:
        code = "" if wanted == NO_GROUP else wanted
        return [code] if scope.everything or code in scope.groups else []
    return None if scope.everything else list(scope.groups)


def counts_know(data: dict) -> bool:
    """Whether nothing but the group is filtered by, so that `CaseCount` answers."""
    return is_tallied(data) and not any(data.get(key) for key in ("status", "area", "channel", "year"))


def counts(scope: Scope, data: dict, halves: Halves) -> QuerySet:
    """Rows of `CaseCount` for the filters, where `counts_know` them."""
    groups = groups_counted(scope, data)
    named = [""] if groups is None else [f":{code}" for code in groups]
    facets = [name + code for name in halves.names for code in named]
    return CaseCount.objects.filter(region=scope.region, facet__in=facets)


def tally(scope: Scope, data: dict, halves: Halves) -> QuerySet:
    """Rows of `CaseTally` for the filters, where they `is_tallied`."""
    ended = [name == "ended" for name in halves.names]
    rows = CaseTally.objects.filter(describes(data), region=scope.region, ended__in=ended)
    return rows if scope.everything else rows.filter(group_code__in=scope.groups)


def beside(scope: Scope) -> list[QuerySet]:
    """Cases that the counts of groups leave out, in parts without a case in common."""
    return [Case.objects.filter(part) for part in scope.beside_groups]


def sources(scope: Scope, data: dict, found: QuerySet) -> list[tuple[QuerySet, Count | Sum]]:
    """(rows, how to count them) that together are the cases of `found`, which `data` describes within the scope."""
    if not is_tallied(data):
        return [(found, Count("id"))]
    rows = tally(scope, data, Halves()).filter(level=WHOLE)
    wanted = describes(data)
    return [(rows, Sum("n")), *((part.filter(wanted), Count("id")) for part in beside(scope))]
