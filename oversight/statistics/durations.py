"""How long cases took, by the unit that handled them: the middle one, and what eight and nine of ten did not exceed.

An average hides the few that took a year; percentiles do not. Of the very cases that `counts.closed` counts, so that
the list behind a number is that of the measure; days by the calendar up to the first closing in the period, from the
report and from the last hand-over. A case that was never handed over has the first alone.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DurationField, F, OuterRef, Subquery

from cases.models import CaseEvent
from cases.verbs import Verb
from gis_core.db.functions import Percentiles
from oversight.statistics import counts, dimensions
from oversight.statistics.asked import Asked
from oversight.statistics.dimensions import Dimension
from oversight.statistics.measures import WHOLE

SHARES = (0.5, 0.8, 0.9)
DAY = timedelta(days=1)
NOTHING = (None, None, None)


@dataclass(frozen=True)
class Spread:
    """Of so many cases the median, and what 80 and 90 percent of them did not exceed, in days; None of none."""

    cases: int
    median: float | None
    p80: float | None
    p90: float | None


@dataclass(frozen=True)
class Handling:
    """`key` as `measures` has it: empty for all cases together, `-` for those of no unit."""

    key: str
    name: str
    whole: Spread
    own: Spread


def by_unit(asked: Asked) -> list[Handling]:
    """All of them together first, then unit by unit in the bureau's order; empty where none was closed."""
    handed = CaseEvent.objects.filter(case=OuterRef("pk"), verb=Verb.HAND_OVER, at__lte=OuterRef("counted_at"))
    timed = counts.closed(asked).annotate(
        whole_time=F("counted_at") - F("reported_at"),
        own_time=F("counted_at") - Subquery(handed.order_by("-at", "-id").values("at")[:1]),
    )
    together = timed.order_by().aggregate(**_spreads())
    if not together["whole_n"]:
        return []
    keyed = timed.annotate(key=dimensions.key(asked, Dimension.UNIT, "", "counted_at")).order_by().values("key")
    found = {row["key"]: row for row in keyed.annotate(**_spreads())}
    words = dimensions.labels(asked, Dimension.UNIT, found)
    return [_handling(WHOLE, "", together), *(_handling(key, word, found[key]) for key, word in words.items())]


def _spreads() -> dict:
    output = ArrayField(DurationField())
    return {
        "whole_n": Count("whole_time"), "whole": Percentiles("whole_time", SHARES, output_field=output),
        "own_n": Count("own_time"), "own": Percentiles("own_time", SHARES, output_field=output),
    }  # fmt: skip


def _handling(key, name, row) -> Handling:
    return Handling(key, name, *(Spread(row[f"{kind}_n"], *_in_days(row[kind])) for kind in ("whole", "own")))


def _in_days(spans):
    return NOTHING if spans is None else [round(span / DAY, 2) for span in spans]
