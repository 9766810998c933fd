"""The monthly report (domain page 7): a period beside the one before and the year before, and by one dimension."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Region
from cases.metrics import Period
from gis_core import long_tables
from oversight.statistics.asked import Asked, last_months, month, period_before, year_before
from oversight.statistics.dimensions import Dimension, labels
from oversight.statistics.measures import MEASURES, WHOLE, Kind, Measure, Measured, measure

MONTHS = 12


@dataclass(frozen=True)
class Section:
    """Measures that stand beside one another: one unit of measurement each, so that one picture shows them."""

    name: str
    codes: tuple[str, ...]


SECTIONS = (
    Section(gettext_lazy("Cases"), ("new", "closed", "open", "M5")),
    Section(gettext_lazy("Rates in percent"), ("M1", "M1_over", "M2", "M3", "M6", "M7")),
    Section(gettext_lazy("Repeats, rework and attendance in percent"), ("M4", "M10", "M11")),
    Section(gettext_lazy("Days"), ("M8a", "M8b")),
    Section(gettext_lazy("Returned, void, extended, deferred"), ("M9a", "M9b", "M9c", "M9d")),
    Section(gettext_lazy("Fines in yuan"), ("fined", "paid")),
    Section(gettext_lazy("Floor area in m²"), ("stopped_m2", "rectified_m2")),
    Section(
        gettext_lazy("Joint enforcement and conduct"), ("joint", "escalated", "conduct_active", "conduct_expiring")
    ),
)
KNOWN_LATER = ("M1",)  # of a month's cases hardly any has a result at its end
TREND = (*KNOWN_LATER, "M3", "new", "closed", "open", "M5")


@dataclass(frozen=True)
class Line:
    """One measure of the whole: now, in the period before, and in the year before."""

    measured: Measured
    now: Measure
    before: Measure
    year_before: Measure

    @property
    def verdict(self) -> str:
        """`better` or `worse` than in the period before; empty where neither is, or one is not known."""
        now, before = self.now.value, self.before.value
        if None in (now, before) or now == before or self.measured.better == "neither":
            return ""
        return "better" if (now > before) == (self.measured.better == "higher") else "worse"


@dataclass(frozen=True)
class Table:
    """A section by a dimension: (key, its words, the measures in order), without the whole, which is `whole`."""

    section: Section
    columns: list[Measured]
    rows: list[tuple[str, str, list[Measure]]]
    whole: list[Measure]


def lines_and_tables(
    region: Region, period: Period, by: Dimension, scope: Q | None = None
) -> tuple[list[Line], list[Table]]:
    """Both read the period once: the whole of the tables is what the lines begin with."""
    found = measure(region, period, by, scope=scope)
    earlier = [measure(region, one, scope=scope)[WHOLE] for one in (period_before(period), year_before(period))]
    lines = [Line(one, found[WHOLE][code], *(each[code] for each in earlier)) for code, one in MEASURES.items()]
    return lines, [] if by == Dimension.ALL else _tables(found, labels(Asked.of(region, period), by, found))


def _tables(found, words) -> list[Table]:
    """Every section by the dimension; sections in which nothing happened to no key are left out."""
    made = (_table(section, found, words) for section in SECTIONS)
    return [one for one in made if any(cell.part or cell.whole for _key, _words, cells in one.rows for cell in cells)]


def _table(section, found, words) -> Table:
    def of(key):
        return [found[key][code] for code in section.codes]

    return Table(
        section, [MEASURES[code] for code in section.codes], [(key, word, of(key)) for key, word in words.items()],
        of(WHOLE),
    )  # fmt: skip


def trend(region: Region, period: Period, scope: Q | None = None) -> list[tuple[Period, dict[str, Measure]]]:
    """The twelve months up to the period's last, or to the running one where that is earlier, each as it was known at
    its own end, but for what is known only later."""
    last = min(period.until, timezone.localdate())
    months = [month(first) for first in last_months(last, MONTHS)]
    then = [measure(region, one, scope=scope, codes=TREND)[WHOLE] for one in months]
    now = by_month(region, months[0].since, last, KNOWN_LATER, scope)
    return [(one, {**told, **now.get(f"{one.since:%Y-%m}", {})}) for one, told in zip(months, then, strict=True)]


def by_month(region: Region, since: date, until: date, codes, scope: Q | None = None) -> dict[str, dict[str, Measure]]:
    """Month (2026-03) → code → measure, as is known by now."""
    return measure(region, Period(since, until), Dimension.MONTH, scope=scope, codes=codes, later=True)


def columns() -> list[long_tables.Wide]:
    return [
        long_tables.Wide(_("By"), 24),
        long_tables.Wide(_("Measure"), 28),
        long_tables.Wide(_("Number of the measure"), 6),
        long_tables.Wide(_("Unit"), 8),
        long_tables.Wide(_("Value"), 14, long_tables.AMOUNT),
        long_tables.Wide(_("Part"), 14, long_tables.AMOUNT),
        long_tables.Wide(_("Of"), 14, long_tables.AMOUNT),
        long_tables.Wide(_("Period before"), 14, long_tables.AMOUNT),
        long_tables.Wide(_("Year before"), 14, long_tables.AMOUNT),
        long_tables.Wide(_("How it is counted"), 60),
    ]


def rows(region: Region, period: Period, by: Dimension, scope: Q | None = None) -> Iterator[list]:
    """Of the file: the whole first, then each key."""
    told = [measure(region, one, by, scope=scope) for one in (period, period_before(period), year_before(period))]
    words = {WHOLE: _("as a whole"), **labels(Asked.of(region, period), by, told[0])}
    for key, word in words.items():
        for code, one in MEASURES.items():
            now, *earlier = (found.get(key, {}).get(code) for found in told)
            yield [
                word, str(one.label), one.number, str(Kind(one.kind).label), now.value, now.part, now.whole,
                *(each.value if each else None for each in earlier), str(one.formula),
            ]  # fmt: skip
