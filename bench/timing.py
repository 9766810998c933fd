"""Clocks and rows of the table that `make bench` prints."""

import statistics
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the table; `met` is empty where there is no goal."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def seconds(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def timed(act):
    """Seconds of an act, and what it answered."""
    start = time.perf_counter()
    answer = act()
    return time.perf_counter() - start, answer


def interleaved(rounds: int, **acts) -> dict[str, list[float]]:
    """Seconds of each act per round; one after the other, so that the machine's moods meet them all."""
    return {
        name: [row[name] for row in found]
        for found in [[{name: seconds(act) for name, act in acts.items()} for _round in range(rounds)]]
        for name in acts
    }


def ratio(slow: list[float], fast: list[float]) -> tuple[float, float]:
    """Median and worst of the rounds' ratios."""
    each = [a / b for a, b in zip(slow, fast, strict=True)]
    return statistics.median(each), min(each)


def percentile(values: list[float], percent: int) -> float:
    """The smallest value that so many percent do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def milliseconds(act, times=60) -> tuple[float, float]:
    """Median and 95th percentile of an act, warmed up."""
    for _warm in range(5):
        act()
    found = sorted(seconds(act) * 1000 for _time in range(times))
    return statistics.median(found), found[int(0.95 * (len(found) - 1))]
