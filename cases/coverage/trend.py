"""A year of coverage as lines: rates that were kept day by day, laid out for a picture that the server draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from cases.coverage.kept_days import KeptDay

WIDTH, HEIGHT = 720, 96
A_YEAR = timedelta(days=365)
LONGEST_STEP = {"day": timedelta(days=3), "week": timedelta(days=14)}  # beyond it the line breaks: nothing was kept
LEAST_SPAN = 1.0  # percentage points from the picture's lower edge to its upper one


@dataclass(frozen=True)
class Line:
    """One rate in percent. `paths` are runs of points, as SVG takes them; `low` and `high` are the picture's edges."""

    name: str
    label: str
    low: float
    high: float
    paths: list[str]
    dots: list[tuple[float, float]]
    first: float
    last: float

    @property
    def by(self) -> float:
        return self.last - self.first


def by_week(days: Sequence[KeptDay]) -> list[KeptDay]:
    """The last day kept of each week, Monday to Sunday."""
    return [list(of_week)[-1] for _week, of_week in groupby(days, key=lambda one: one.day.isocalendar()[:2])]


def lines(days: Sequence[KeptDay], by: str, first: date, last: date) -> list[Line]:
    """Of the days kept from `first` to `last`, which are the picture's left and right edge."""
    told = (
        ("gap_rate", _("Share of the ground in no cell")),
        ("staffed_rate", _("Cells with somebody")),
        ("patrol_rate", _("Cells patrolled in time")),
    )
    found = (_line(name, label, _values(days, name), by, first, last) for name, label in told)
    return [line for line in found if line]


def _values(days, name: str) -> list[tuple[date, float]]:
    return [(one.day, one.figures[name] * 100) for one in days if one.figures.get(name) is not None]


def _line(name, label, values, by, first: date, last: date) -> Line | None:
    if not values:
        return None
    low, high = _edges([value for _day, value in values])
    span = max((last - first).days, 1)
    points = [
        (day, (day - first).days / span * WIDTH, HEIGHT - (value - low) / (high - low) * HEIGHT)
        for day, value in values
    ]
    runs = _runs(points, LONGEST_STEP[by])
    return Line(
        name, label, low, high,
        paths=[" ".join(f"{x:.1f},{y:.1f}" for _day, x, y in run) for run in runs if len(run) > 1],
        dots=[(round(run[0][1], 1), round(run[0][2], 1)) for run in runs if len(run) == 1],
        first=values[0][1], last=values[-1][1],
    )  # fmt: skip


def _edges(values: list[float]) -> tuple[float, float]:
    """Room above and below, never less than a percentage point in all, and nothing under 0 or over 100."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.1, (LEAST_SPAN - (high - low)) / 2, 0)
    low, high = max(low - room, 0.0), min(high + room, 100.0)
    return (low, high) if high - low >= LEAST_SPAN else (max(high - LEAST_SPAN, 0.0), max(high, LEAST_SPAN))


def _runs(points, longest: timedelta) -> list[list]:
    runs: list[list] = []
    for point in points:
        if runs and point[0] - runs[-1][-1][0] <= longest:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def months(first: date, last: date) -> list[tuple[float, date]]:
    """The first days of months between the edges, with their place in the picture: every other one."""
    span = max((last - first).days, 1)
    days = (first + timedelta(days=number) for number in range(span + 1))
    return [(round((day - first).days / span * WIDTH, 1), day) for day in days if day.day == 1 and day.month % 2]
