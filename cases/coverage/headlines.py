"""The four numbers at the head of the page: each is a filter of the table, and says how it stood a week before."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.coverage.cells import Kind
from cases.coverage.figures import Figures

M2_KM2 = 1e6


@dataclass(frozen=True)
class Headline:
    """`share` between 0 and 1; `change` in the number's own unit, None where the day before was not kept."""

    kind: Kind
    label: str
    number: float
    is_ground: bool
    share: float | None
    change: float | None

    @property
    def shown(self) -> str:
        return _number(self.number, self.is_ground)

    @property
    def percent(self) -> str:
        return "" if self.share is None else f"{self.share * 100:.1f}"

    @property
    def trend(self) -> str:
        """`more`, `less`, `same`, or nothing where it is not known; by what is shown, not by what is rounded away."""
        if self.change is None:
            return ""
        if self.moved in ("0", "0.0"):
            return "same"
        return "more" if self.change > 0 else "less"

    @property
    def moved(self) -> str:
        return "" if self.change is None else _number(abs(self.change), self.is_ground)


def headlines(now: Figures, before: dict | None) -> list[Headline]:
    """`before`: the figures kept a week ago."""
    told = (
        (Kind.GAP, _("Ground in no cell"), now.gap_m2, True, now.gap_rate, "gap_m2"),
        (Kind.UNSTAFFED, _("Cells with nobody"), now.unstaffed, False, _of(now.unstaffed, now), "unstaffed"),
        (Kind.STALE, _("Not patrolled in time"), now.stale, False, _of(now.stale, now), "stale"),
        (Kind.HOT_UNPATROLLED, _("Hot, not patrolled"), now.hot_unpatrolled, False, _of(now.hot_unpatrolled, now),
         "hot_unpatrolled"),
    )  # fmt: skip
    return [
        Headline(kind, label, number, is_ground, share, _change(number, before, name))
        for kind, label, number, is_ground, share, name in told
    ]


def _of(number: int, now: Figures) -> float | None:
    return number / now.cells if now.cells else None


def _change(number, before: dict | None, name: str):
    return None if not before or before.get(name) is None else number - before[name]


def _number(number: float, is_ground: bool) -> str:
    return f"{number / M2_KM2:,.1f}" if is_ground else f"{number:,}"
