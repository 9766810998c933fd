"""Figures that were kept day by day, and how today's stand beside them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from cases.coverage.days import WHOLE
from cases.models import CoverageDay

A_WEEK = timedelta(days=7)
# What can be added up over areas; of the rates only those that follow from them are told of several areas.
ADDED = ("cells", "whole_m2", "gaps", "gap_m2", "unstaffed", "hot_unpatrolled", "stale", "thin", "silent")


@dataclass(frozen=True)
class KeptDay:
    day: date
    figures: dict


def kept(region: str, first: date, last: date, areas: Collection[str] | None = None) -> list[KeptDay]:
    """The days kept from `first` to `last`, in order: of the region, or of these areas alone. One query."""
    found = CoverageDay.objects.filter(region=region, day__range=(first, last)).order_by("day")
    days = [KeptDay(one.day, _of(one.figures, areas)) for one in found]
    return [one for one in days if one.figures]


def a_week_before(region: str, day: date, areas: Collection[str] | None = None) -> dict | None:
    """The figures kept seven days before; None where none were."""
    found = kept(region, day - A_WEEK, day - A_WEEK, areas)
    return found[0].figures if found else None


def _of(told: dict, areas: Collection[str] | None) -> dict:
    if areas is None:
        return told.get(WHOLE, {})
    theirs = [figures for code, figures in told.items() if code in areas]
    return with_rates({name: sum(one.get(name) or 0 for one in theirs) for name in ADDED}) if theirs else {}


def with_rates(added: dict) -> dict:
    """The rates of sums, by the definitions of `Figures`."""
    cells, whole = added["cells"], added["whole_m2"]
    return added | {
        "gap_rate": added["gap_m2"] / whole if whole else None,
        "staffed_rate": (cells - added["unstaffed"]) / cells if cells else None,
        "patrol_rate": (cells - added["stale"]) / cells if cells else None,
    }
