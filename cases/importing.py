"""Cases from a file: read one by one, checked row by row, written batch by batch at constant memory.

Refused rows never stop the others: each goes to the rejects file as it came, with its reason.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases import assignment, bulk, deadlines
from cases.actions import case_numbers
from cases.import_rows import Refused, RowReader
from cases.naming import Names
from gis_core import crs
from gis_core.reading import open_features, open_rows

BATCH = 20_000
TABLES = (".csv", ".tsv", ".txt", ".xlsx")
REASON = "reason"


@dataclass
class Outcome:
    """What an import did, or would do."""

    taken: int = 0
    refused: int = 0
    first_reasons: list[str] = field(default_factory=list)


class Rejects:
    """The rejects file: every refused row as it came, its number, and the reason. Made when first needed."""

    def __init__(self, path: Path | None):
        self._path, self._handle, self._writer = path, None, None

    def add(self, number: int, properties: dict, reason: str) -> None:
        if self._path is None:
            return
        if self._writer is None:
            self._handle = self._path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.DictWriter(self._handle, ["row", REASON, *properties], extrasaction="ignore")
            self._writer.writeheader()
        self._writer.writerow({**{key: _harmless(value) for key, value in properties.items()}, "row": number, REASON: reason})

    def close(self) -> None:
        if self._handle:
            self._handle.close()


def import_cases(path: Path, region: Region, system: crs.Crs | None, *, reader: RowReader, by=None, rejects: Path | None = None,
                 dry_run=False, progress: Callable[[int, int | None], None] = lambda done, of: None) -> Outcome:  # fmt: skip
    """Read every row; write the good ones in batches (each a transaction), the others to `rejects`.

    `progress(done, of)` is called per batch. Raises gis_core.reading.ReadingError, crs.UnknownCrs or
    import_rows.UnknownColumn before anything is written.
    """
    outcome, refuse = Outcome(), Rejects(rejects)
    writer = _Writer(region, by)
    try:
        with _opened(path, system) as source:
            system = getattr(source, "crs", system)
            if hasattr(source, "columns"):
                reader.check_columns(source.columns)
            for features in _batches(source):
                good = list(_accepted(features, system, reader, outcome, refuse))
                outcome.taken += len(good) if dry_run else writer.write(good, system)
                progress(outcome.taken + outcome.refused, source.count)
    finally:
        refuse.close()
    return outcome


def _batches(source) -> Iterator[list]:
    while features := list(islice(source, BATCH)):
        yield features


def _opened(path: Path, system):
    if path.suffix.lower() in TABLES:
        if system is None:
            raise crs.UnknownCrs(_("{file}: a table embeds no coordinate system: say it with --crs").format(file=path.name))
        return open_rows(path)
    return open_features(path, system)


def _accepted(features, system, reader: RowReader, outcome: Outcome, rejects: Rejects) -> Iterator[tuple]:
    for feature in features:
        try:
            yield _checked(feature, system, reader)
        except (Refused, crs.BadCoordinate) as error:
            outcome.refused += 1
            rejects.add(feature.number, feature.properties, str(error))
            if len(outcome.first_reasons) < 5:
                outcome.first_reasons.append(f"{feature.number}: {error}")


def _checked(feature, system, reader: RowReader) -> tuple:
    """(raw pair, details) of one sound row; Refused or BadCoordinate otherwise."""
    if feature.fault:
        raise Refused(feature.fault)
    raw = reader.point(feature.properties, feature.geometry)
    if system.srid is None or system.name in ("wgs84", "cgcs2000"):
        crs.check_lon_lat(*raw)
    else:
        crs.check_lon_lat(*crs.to_wgs84(*raw, system))
    return raw, reader.details(feature.properties)


class _Writer:
    """Writes accepted rows; editions and names are looked up once per day and edition."""

    def __init__(self, region: Region, by):
        self._region, self._by = region, by
        self._editions, self._names = {}, {}

    def write(self, good: list[tuple], system) -> int:
        if not good:
            return 0
        lons, lats = crs.to_wgs84(*np.array([raw for raw, _details in good], dtype=float).T, system)
        by_edition = {}
        for (raw, details), lon, lat in zip(good, lons, lats, strict=True):
            edition = self._edition(timezone.localdate(details["reported_at"]))
            by_edition.setdefault(edition.pk, (edition, []))[1].append((raw, details, float(lon), float(lat)))
        return sum(self._write(edition, rows, system) for edition, rows in by_edition.values())

    def _write(self, edition, rows, system) -> int:
        with transaction.atomic():
            numbers = self._numbers([timezone.localtime(details["reported_at"]).year for _raw, details, *_ in rows])
            made = [self._row(edition, *row, system, number) for row, number in zip(rows, numbers, strict=True)]
            return bulk.insert(self._region, edition, made)

    def _row(self, edition, raw, details, lon, lat, system, number) -> bulk.Row:
        local = timezone.localtime(details["reported_at"])
        doubts = self._names_of(edition).doubts(f"{details['address']} {details['description']}", raw, (lon, lat))
        return bulk.Row(
            lon=lon, lat=lat, raw_lon=raw[0], raw_lat=raw[1], raw_crs=system.name, case_no=number, year=local.year,
            due_at=deadlines.clue_check_due(local), reported_by=self._by and self._by.pk, **details, **doubts,
        )  # fmt: skip

    def _numbers(self, years: list[int]) -> list[str]:
        given = {year: iter(case_numbers(self._region, year, years.count(year))) for year in sorted(set(years))}
        return [next(given[year]) for year in years]

    def _edition(self, day):
        if day not in self._editions:
            self._editions[day] = assignment.edition_in_force(self._region, day)
        return self._editions[day]

    def _names_of(self, edition) -> Names:
        if edition.pk not in self._names:
            self._names[edition.pk] = Names(edition)
        return self._names[edition.pk]


def _harmless(value):
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value[:1] else value
