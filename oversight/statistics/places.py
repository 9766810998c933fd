"""Where the cases behind a number lie: by area and by hexagon, as counts and as a rate by square kilometre."""

from dataclasses import dataclass

from django.db.models import Q

from boundaries.models import Edition, Region
from cases import hexagons
from cases.metrics import Period
from oversight.statistics.asked import Asked
from oversight.statistics.dimensions import NONE, Dimension, labels
from oversight.statistics.measures import WHOLE, behind, measure

CODES = ("new", "true", "closed", "open", "M5")  # numbers of cases, each of which lies somewhere
LEVELS = 5
M2_PER_KM2 = 1_000_000


@dataclass(frozen=True)
class AreaCount:
    """`level` runs from 1 to 5 by fifths of the rates, and is 0 without a case; what lies in no area has no rate."""

    key: str
    name: str
    cases: int
    per_km2: float | None
    level: int = 0


def by_area(region: Region, period: Period, code: str, scope: Q | None = None) -> list[AreaCount]:
    """Every area of the edition in force on the last day, the densest first; what lies in none comes last."""
    asked = Asked.of(region, period, scope=scope)
    told = measure(region, period, Dimension.AREA, codes=[code], scope=scope)
    found = {key: of[code].part for key, of in told.items()}
    edition = Edition.objects.current(region.pk, asked.day) or Edition.objects.current(region.pk)
    areas = edition.areas.for_list() if edition else []
    rates = {area.code: found.get(area.code, 0) / (area.area_m2 / M2_PER_KM2) for area in areas}
    words = labels(asked, Dimension.AREA, {*found, *rates} - {WHOLE})
    densest = sorted(rates, key=lambda key: (-rates[key], key))
    some = [key for key in densest if rates[key]]
    levels = {key: LEVELS - LEVELS * place // len(some) for place, key in enumerate(some)}
    others = sorted(set(words) - set(rates), key=lambda key: (key == NONE, key))
    return [
        AreaCount(key, words[key], found.get(key, 0), rates.get(key), levels.get(key, 0)) for key in (*densest, *others)
    ]


def by_hexagon(region: Region, period: Period, code: str, metres: int, scope: Q | None = None) -> hexagons.Hexagons:
    """Of the very cases that the list behind the number shows."""
    return hexagons.of(behind(code, region, period, scope=scope), metres)
