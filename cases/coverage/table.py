"""Coverage as a table, the greatest risk first: which rows are wanted, and what each says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Area, GridCell
from cases.coverage.cells import CellCoverage, GapCoverage, Kind
from cases.coverage.classes import CLASSES, DUE, OVERLAP
from cases.coverage.reading import Coverage
from cases.coverage.reasons import reasons
from gis_core.sentences import joined, listed

MOST_AT_RISK = 10
HALF_MINUTES_A_DAY = 2 * 1440
LONGEST_STANDARD = 30  # days, on the slider

One = CellCoverage | GapCoverage


class Grade(TextChoices):
    HIGH = "high", gettext_lazy("high risk")
    MEDIUM = "medium", gettext_lazy("medium risk")
    LOW = "low", gettext_lazy("low risk")


GRADES = {
    Kind.GAP: Grade.HIGH,
    Kind.UNSTAFFED: Grade.HIGH,
    Kind.HOT_UNPATROLLED: Grade.HIGH,
    Kind.STALE: Grade.MEDIUM,
    Kind.THIN: Grade.MEDIUM,
    Kind.OK: Grade.LOW,
}
# Of a cell more than one may hold; the worst is its status.
HOLDS = {
    Kind.UNSTAFFED: lambda cell: not cell.staffed,
    Kind.HOT_UNPATROLLED: lambda cell: cell.hot_unpatrolled,
    Kind.STALE: lambda cell: cell.stale,
    Kind.THIN: lambda cell: cell.thin,
    Kind.OK: lambda cell: cell.status == Kind.OK,
}


@dataclass(frozen=True)
class Wanted:
    """Which rows: those of which `status` holds, as their worst or beside it; empty words want everything."""

    status: str = ""
    area: str = ""
    text: str = ""
    silent: bool = False
    due: bool = False

    @property
    def is_all(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True)
class Row:
    """A row as it is shown. `box`: west, south, east, north, in degrees."""

    one: One
    area: str
    box: tuple[float, float, float, float] | None

    @property
    def is_gap(self) -> bool:
        return isinstance(self.one, GapCoverage)

    @property
    def symbol(self) -> str:
        """Which picture stands for it: the status, or that it is due soon."""
        return DUE if getattr(self.one, "due_soon", False) else self.one.status.value

    @property
    def label(self) -> str:
        return str(CLASSES[self.symbol].label)

    @property
    def name(self) -> str:
        return _("ground in no cell") if self.is_gap else self.one.name

    @property
    def title(self) -> str:
        """The area goes before, where the name does not begin with it anyway."""
        return self.name if not self.area or self.name.startswith(self.area) else f"{self.area} · {self.name}"

    @property
    def first_why(self) -> str:
        """The reason of the status; what holds besides is told by the card."""
        return reasons(self.one)[0]

    @property
    def why(self) -> str:
        return joined(reasons(self.one))

    @property
    def holders(self) -> str:
        return listed(getattr(self.one, "holders", ()))

    @property
    def grade(self) -> Grade:
        return GRADES[self.one.status]

    @property
    def place(self) -> str:
        return ",".join(f"{number:.5f}" for number in self.box) if self.box else ""


def area_names(edition, coverage: Coverage | None) -> dict[str, str]:
    """Of the areas that the coverage tells of, as its day's edition calls them."""
    if coverage is None:
        return {}
    named = Area.objects.filter(edition=edition).order_by("code").values_list("code", "name")
    return {code: name for code, name in named if code in coverage.ground.whole_m2}


def find(coverage: Coverage, code: str) -> One | None:
    """A cell, or a gap by its number on that day."""
    return next((one for one in (*coverage.gaps, *coverage.cells) if one.code == code), None)


def chosen(coverage: Coverage, wanted: Wanted, names: dict[str, str]) -> Sequence[One]:
    """The rows wanted, in order of risk; `names` are those of the areas by code."""
    if wanted.is_all:
        return coverage.by_risk
    return [one for one in coverage.by_risk if _is_wanted(one, wanted, names)]


def _is_wanted(one: One, wanted: Wanted, names) -> bool:
    return (
        (not wanted.status or _holds(one, wanted.status))
        and (not wanted.area or one.area_code == wanted.area)
        and (not wanted.silent or getattr(one, "silent", False))
        and (not wanted.due or getattr(one, "due_soon", False))
        and (not wanted.text or _says(one, wanted.text.casefold(), names))
    )


def _holds(one: One, status: str) -> bool:
    if isinstance(one, GapCoverage) or status == Kind.GAP:
        return one.status == status
    return HOLDS[Kind(status)](one)


def _says(one: One, text: str, names) -> bool:
    words = (one.code, names.get(one.area_code, ""), getattr(one, "name", ""), *getattr(one, "holders", ()))
    return any(text in word.casefold() for word in words)


def rows(ones: Iterable[One], names: dict[str, str]) -> list[Row]:
    """A page of rows, with where each lies: one query."""
    ones = list(ones)
    cells = GridCell.objects.filter(pk__in=[one.pk for one in ones if isinstance(one, CellCoverage)])
    boxes = {pk: geom.extent for pk, geom in cells.values_list("pk", "geom")}
    return [Row(one, names.get(one.area_code, ""), _box(one, boxes)) for one in ones]


def _box(one: One, boxes):
    return GEOSGeometry(one.geom).extent if isinstance(one, GapCoverage) else boxes.get(one.pk)


def most_at_risk(coverage: Coverage) -> list[One]:
    """What a round should begin with: the first of the table that are not in order, ground in no cell included."""
    return [one for one in coverage.by_risk if one.status != Kind.OK][:MOST_AT_RISK]


def counts(coverage: Coverage) -> Counter:
    """How many the map shows of each class."""
    return Counter(DUE if cell.due_soon else cell.status.value for cell in coverage.cells) + Counter(
        {Kind.GAP.value: len(coverage.gaps), OVERLAP: len(coverage.ground.overlaps)}
    )


def tally(coverage: Coverage) -> list[tuple[int, int, int, int]]:
    """What another standard is counted by without the cells: (age, hot, thin, how many) of the staffed ones. The age
    of the last patrol is in half minutes, odd where seconds are left over, and −1 where no standard reaches."""
    reached = LONGEST_STANDARD * HALF_MINUTES_A_DAY
    found = Counter()
    for cell in coverage.cells:
        if cell.staffed:
            age = -1 if cell.days is None else _half_minutes(coverage.moment - cell.last_visit_at)
            found[-1 if age > reached else age, int(cell.hot), int(cell.thin)] += 1
    return sorted((*key, number) for key, number in found.items())


def _half_minutes(age) -> int:
    whole, rest = divmod(max(age.total_seconds(), 0), 60)
    return int(whole) * 2 + bool(rest)
