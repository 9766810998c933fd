"""Cases from a file: read one by one, checked row by row, written batch by batch at constant memory.

A refused row never stops the others: it goes to the rejects file as it came, with every reason. A batch is
one transaction, so an import that breaks off (a damaged file, a lost database, Ctrl-C) keeps all batches
before and nothing of the one it was in: `Interrupted` says after which row to go on.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from math import isfinite
from pathlib import Path

import numpy as np
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Edition, Region
from cases import assignment, bulk
from cases.actions import case_numbers
from cases.clocks import NewClocks
from cases.deadlines import TO_BE_CHECKED
from cases.import_rejects import REASON, Rejects, as_they_came
from cases.import_rows import ReadRow, RowReader
from cases.naming import Names
from gis_core import crs
from gis_core.reading import Feature, ReadingError, open_features, open_rows

# A batch holds the lock on the year's case numbers until it is written: reports by hand wait that long.
BATCH = 5_000
TABLES = (".csv", ".tsv", ".txt", ".xlsx")
MOST_REASONS_SHOWN = 5


@dataclass
class Outcome:
    """What an import did, or would do. `last_row`: every row up to this number is taken or refused."""

    taken: int = 0
    refused: int = 0
    last_row: int = 0
    first_reasons: list[str] = field(default_factory=list)

    def count(self, features, refused) -> None:
        self.taken += len(features) - len(refused)
        self.refused += len(refused)
        self.last_row = features[-1].number
        for feature, reason in refused[: MOST_REASONS_SHOWN - len(self.first_reasons)]:
            self.first_reasons.append(f"{feature.number}: {reason}")


class Interrupted(RuntimeError):
    """The import broke off; `outcome` is what stays. The cause is what broke it."""

    def __init__(self, outcome: Outcome):
        super().__init__(_("The import broke off after row {row}.").format(row=outcome.last_row))
        self.outcome = outcome


def import_cases(path: Path, region: Region, system: crs.Crs | None, *, reader: RowReader, by=None,
                 rejects: Path | None = None, dry_run=False, after=0,
                 progress: Callable[[int, int | None], None] = lambda done, of: None) -> Outcome:  # fmt: skip
    """Read every row behind row `after`; write the good ones batch by batch, the others to `rejects`.

    `progress(done, of)` is called per batch. Before anything is written it may raise ReadingError,
    crs.UnknownCrs, import_rows.UnknownColumn or assignment.NoEditionInForce; later Interrupted.
    """
    outcome, editions = Outcome(last_row=after), _Editions(region)
    with _opened(path, system) as source, Rejects(rejects, places=not hasattr(source, "columns")) as refuse:
        checks = _Checks(reader, getattr(source, "crs", system), editions)
        writer = _Writer(region, by, checks.system)
        try:
            for features in _batches(source, reader, after):
                good, refused = checks.part(features)
                if not dry_run:
                    writer.write(good)
                refuse.add(refused)
                outcome.count(features, refused)
                progress(outcome.last_row, source.count)
        except (DatabaseError, ReadingError, KeyboardInterrupt) as error:
            if isinstance(error, ReadingError) and outcome.last_row == after:
                raise
            raise Interrupted(outcome) from error
    return outcome


def _opened(path: Path, system):
    if path.suffix.lower() not in TABLES:
        return open_features(path, system)
    if system is None:
        raise crs.UnknownCrs(_("{file}: a table embeds no coordinate system: say it with --crs").format(file=path.name))
    return open_rows(path)


def _batches(source, reader: RowReader, after: int) -> Iterator[list[Feature]]:
    """Lists of features, the first only when `reader` finds its columns among theirs."""
    columns = getattr(source, "columns", None)
    features = as_they_came(source) if REASON in (columns or ()) else source
    features = (feature for feature in features if feature.number > after)
    first = list(islice(features, BATCH))
    if columns is not None or first:
        known = columns or dict.fromkeys(name for feature in first for name in feature.properties)
        reader.check_columns(known, places=columns is None)
    batch = first
    while batch:
        yield batch
        batch = list(islice(features, BATCH))


class _Editions:
    """The edition in force by day, one query each; NoEditionInForce when the region has none at all."""

    def __init__(self, region: Region):
        starts = Edition.objects.published().filter(region=region).values_list("valid_from", flat=True)
        self._region, self._starts, self._known = region, sorted(set(starts)), {}
        if not self._starts:
            assignment.edition_in_force(region)

    def on(self, day) -> Edition | None:
        place = bisect_right(self._starts, day)
        if place and place not in self._known:
            self._known[place] = assignment.edition_in_force(self._region, self._starts[place - 1])
        return self._known.get(place)


@dataclass(slots=True)
class _Good:
    """A row that becomes a case: `point` is WGS 84, `local` the report's moment in the city's time zone."""

    edition: Edition
    raw: tuple[float, float]
    point: tuple[float, float]
    local: datetime
    details: dict


class _Checks:
    """Parts rows into those that become cases and those that cannot, with every reason."""

    def __init__(self, reader: RowReader, system: crs.Crs, editions: _Editions):
        self.system, self._reader, self._editions = system, reader, editions

    def part(self, features: list[Feature]) -> tuple[list[_Good], list[tuple[Feature, str]]]:
        rows = [self._read(feature) for feature in features]
        good, refused = [], []
        for feature, row, point in zip(features, rows, self._points(rows), strict=True):
            if row.raw:
                row.faults += self._place_faults(row.raw, point)
            moment = row.details.get("reported_at")
            local = moment and timezone.localtime(moment)
            edition = local and self._editions.on(local.date())
            if local and not edition:
                row.faults.append(_("reported_at: no map of responsibility was in force yet on that day"))
            if row.faults:
                refused.append((feature, "; ".join(row.faults)))
            else:
                good.append(_Good(edition, row.raw, point, local, row.details))
        return good, refused

    def _read(self, feature: Feature) -> ReadRow:
        if feature.fault:
            return ReadRow(faults=[feature.fault])
        return self._reader.read(feature.properties, feature.geometry)

    def _points(self, rows: list[ReadRow]) -> list[tuple[float, float]]:
        """WGS 84 pairs, converted in one call; NaN where a row has no pair."""
        raw = np.array([row.raw or (np.nan, np.nan) for row in rows], dtype=float)
        return list(zip(*(axis.tolist() for axis in crs.to_wgs84(*raw.T, self.system)), strict=True))

    def _place_faults(self, raw, point) -> list[str]:
        if crs.is_place(*point):
            return []
        try:
            crs.check_order(*raw, self.system)
            if not all(map(isfinite, point)):
                return [_("lon, lat: {system} cannot place this pair of numbers").format(system=self.system.label)]
            crs.check_lon_lat(*point)
        except crs.BadCoordinate as error:
            return [str(error)]
        return []


class _Writer:
    """Writes a batch of good rows in one transaction: their numbers, their cases, their events."""

    def __init__(self, region: Region, by, system: crs.Crs):
        self._region, self._by, self._system = region, by and by.pk, system
        self._names = {}

    @cached_property
    def _clue_checks(self) -> NewClocks:
        return NewClocks(self._region)

    @transaction.atomic
    def write(self, good: list[_Good]) -> None:
        numbers = self._numbers([row.local.year for row in good])
        by_edition = {}
        for row, number in zip(good, numbers, strict=True):
            by_edition.setdefault(row.edition, []).append(self._row(row, number))
        for edition, rows in by_edition.items():
            bulk.insert(self._region, edition, rows)

    def _numbers(self, years: list[int]) -> list[str]:
        """Case numbers in the order of the rows. Years are locked in order, so that two imports never wait
        for each other in a circle."""
        given = {year: iter(case_numbers(self._region, year, years.count(year))) for year in sorted(set(years))}
        return [next(given[year]) for year in years]

    def _row(self, row: _Good, number: str) -> bulk.Row:
        details, (lon, lat) = row.details, row.point
        text = f"{details['address']} {details['description']}"
        return bulk.Row(
            lon=lon, lat=lat, raw_lon=row.raw[0], raw_lat=row.raw[1], raw_crs=self._system.name,
            case_no=number, year=row.local.year, reported_by=self._by, **self._clue_check_of(row),
            **details, **self._names_of(row.edition).doubts(text, row.raw, row.point),
        )  # fmt: skip

    def _clue_check_of(self, row: _Good) -> dict:
        """Of a clue that is yet to be checked; what comes later has clocks that the file says nothing about."""
        return bulk.Row.clock(self._clue_checks.of(row.local) if row.details["status"] in TO_BE_CHECKED else None)

    def _names_of(self, edition: Edition) -> Names:
        if edition.pk not in self._names:
            self._names[edition.pk] = Names(edition)
        return self._names[edition.pk]
