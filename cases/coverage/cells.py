"""A grid cell's watch and a piece of ground in no cell: what is known of them on a day, and the status it comes to."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

NEVER_DAYS = 365  # what never being visited counts for in the risk


class Kind(TextChoices):
    """One status a cell or piece of ground, the worst first."""

    GAP = "gap", _("no cell")
    UNSTAFFED = "unstaffed", _("unstaffed")
    HOT_UNPATROLLED = "hot_unpatrolled", _("hot, not patrolled")
    STALE = "stale", _("not patrolled in time")
    THIN = "thin", _("too little seen")
    OK = "ok", _("in order")


ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class CellCoverage:
    """A cell on a day. `days` since the last patrol that counts ended (None: never), `share` of its ground seen along
    tracks in the round (None: no track), `heat` in cases that count whole, as of when something last changed that day,
    `unstaffed_since` where it once was staffed.
    """

    pk: int
    code: str
    name: str
    area_code: str
    cell_kind: str
    area_m2: float
    patrol_days: int
    last_visit_at: datetime | None
    last_patrol: int | None
    share: float | None
    least_share: float
    open_cases: int
    heat: float
    hot: bool
    silent: bool
    others_true: int
    true_cases: int
    holders: tuple[str, ...]
    embedded: bool
    unstaffed_since: date | None
    days: float | None

    @property
    def staffed(self) -> bool:
        return bool(self.holders)

    @property
    def stale(self) -> bool:
        """C4; on the last day to the second it is not."""
        return self.days is None or self.days > self.patrol_days

    @property
    def hot_unpatrolled(self) -> bool:
        """C5."""
        return self.hot and (self.days is None or self.days > self.patrol_days / 2)

    @property
    def thin(self) -> bool:
        """C6; where nobody recorded a track nothing is said of it."""
        return self.share is not None and self.share < self.least_share

    @property
    def status(self) -> Kind:
        """The worst that holds (domain page 6)."""
        if not self.staffed:
            return Kind.UNSTAFFED
        if self.hot_unpatrolled:
            return Kind.HOT_UNPATROLLED
        if self.stale:
            return Kind.STALE
        return Kind.THIN if self.thin else Kind.OK

    @property
    def days_left(self) -> float | None:
        return None if self.days is None else self.patrol_days - self.days

    @property
    def due_soon(self) -> bool:
        """In order, and not for longer than a fifth of the round."""
        return self.status == Kind.OK and self.days_left is not None and self.days_left <= self.patrol_days / 5

    @property
    def risk(self) -> float:
        """Open cases × days without a patrol: what a round should begin with."""
        return (1 + self.open_cases) * min(NEVER_DAYS if self.days is None else self.days, NEVER_DAYS)


@dataclass(frozen=True)
class GapCoverage:
    """A piece of ground in no cell."""

    area_code: str
    geom: str
    area_m2: float
    open_cases: int
    number: int

    status = Kind.GAP

    @property
    def code(self) -> str:
        return f"{self.area_code}~{self.number}"

    @property
    def risk(self) -> float:
        return (1 + self.open_cases) * NEVER_DAYS
