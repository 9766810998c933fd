"""What changed in coverage from one day to another: which cells, and by how much the figures moved."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.coverage.cells import ORDER, Kind
from cases.coverage.figures import Figures
from cases.coverage.reading import Coverage

M2_KM2 = 1e6


@dataclass(frozen=True)
class Change:
    """A cell whose status is another one; None where it was not there on that day."""

    code: str
    name: str
    area_code: str
    before: Kind | None
    after: Kind | None

    @property
    def is_worse(self) -> bool:
        return bool(self.before and self.after) and ORDER[self.after] < ORDER[self.before]

    @property
    def is_better(self) -> bool:
        return bool(self.before and self.after) and ORDER[self.after] > ORDER[self.before]


@dataclass(frozen=True)
class Moved:
    """One figure of both days; `unit` is km², % or nothing. A rate moves by percentage points."""

    label: str
    unit: str
    before: float | None
    after: float | None

    @property
    def by(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


def changed_cells(before: Coverage, after: Coverage) -> list[Change]:
    """Those that got worse first, the worst of today first among them; then the better, the new and the gone."""
    one, other = ({cell.code: cell for cell in coverage.cells} for coverage in (before, after))
    found = []
    for code in one.keys() | other.keys():
        was, now = one.get(code), other.get(code)
        status_was, status_now = was and was.status, now and now.status
        if status_was != status_now:
            known = now or was
            found.append(Change(code, known.name, known.area_code, status_was, status_now))
    return sorted(found, key=_place)


def _place(change: Change):
    kind = 0 if change.is_worse else 1 if change.is_better else 2 if change.after else 3
    return kind, ORDER[change.after or change.before], change.code


def moved_figures(before: Figures, after: Figures) -> list[Moved]:
    def of(label, unit, read):
        return Moved(label, unit, read(before), read(after))

    return [
        of(_("Cells"), "", lambda one: one.cells),
        of(_("Ground in no cell"), "km²", lambda one: one.gap_m2 / M2_KM2),
        of(_("Share of the ground in no cell"), "%", lambda one: _percent(one.gap_rate)),
        of(_("Overlaps"), "", lambda one: one.overlaps),
        of(_("Cells with nobody"), "", lambda one: one.unstaffed),
        of(_("Not patrolled in time"), "", lambda one: one.stale),
        of(_("Hot, not patrolled"), "", lambda one: one.hot_unpatrolled),
        of(_("Too little seen"), "", lambda one: one.thin),
        of(_("Reports nothing"), "", lambda one: one.silent),
        of(_("Cells with somebody"), "%", lambda one: _percent(one.staffed_rate)),
        of(_("Cells patrolled in time"), "%", lambda one: _percent(one.patrol_rate)),
        of(_("Ground patrolled in time"), "%", lambda one: _percent(one.patrol_area_rate)),
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100
