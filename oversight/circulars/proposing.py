"""What the figures of a period propose: people decide whether anything comes of it."""

from dataclasses import asdict, dataclass

from boundaries.models import Region
from cases.metrics import Period
from oversight.models.circular import CircularKind, CircularRules
from oversight.statistics.dimensions import NONE, Dimension
from oversight.statistics.measures import WHOLE, measure

# Figure → the settings of its thresholds. Of M1 what is still on its way in time is left out: a month's cases have
# ninety days, and nobody is told off for those that have not ended.
FIGURES = {"M1_over": "m1", "M3": "m3"}


@dataclass(frozen=True)
class Figure:
    """Why: the figure, what it came to, and the threshold it passed; as kept with the circular."""

    figure: str
    value: float
    threshold: int
    part: int
    whole: int


@dataclass(frozen=True)
class Proposal:
    unit: str
    kind: CircularKind
    figures: tuple[Figure, ...]

    @property
    def kept(self) -> list[dict]:
        return [asdict(one) for one in self.figures]


def proposals(region: Region, period: Period, *, now=None) -> list[Proposal]:
    """By unit code; criticism where any figure lies below its threshold, praise where every one set is reached."""
    rules, found = CircularRules.of(region), []
    for unit, figures in measure(region, period, Dimension.UNIT, now=now, codes=FIGURES).items():
        if unit not in (WHOLE, NONE):
            found += [Proposal(unit, kind, tuple(why)) for kind, why in judged(figures, rules) if why]
    return found


def judged(figures: dict, rules: CircularRules):
    low = _passed(figures, rules, "criticise_{}_below", lambda rate, threshold: rate < threshold)
    high = _passed(figures, rules, "praise_{}_from", lambda rate, threshold: rate >= threshold)
    wanted = [code for code, setting in FIGURES.items() if getattr(rules, f"praise_{setting}_from") is not None]
    yield CircularKind.CRITICISM, low
    yield CircularKind.COMMENDATION, high if not low and len(high) == len(wanted) else []


def _passed(figures, rules, setting: str, passes) -> list[Figure]:
    """Those of enough cases; a figure of too few says nothing."""
    found = []
    for code, name in FIGURES.items():
        one, threshold = figures[code], getattr(rules, setting.format(name))
        if threshold is not None and one.whole and one.whole >= rules.least_cases and passes(one.rate, threshold):
            found.append(Figure(code, one.rate, threshold, int(one.part), one.whole))
    return found
