"""Events are appended plainly and sealed in batches: what was sealed cannot be changed unseen.

A chain inside every insert would make all writers wait for one another. So a batch is closed afterwards, in one
transaction, over the events that a snapshot shows and the snapshot of the seal before did not (as in the change
feed): a slow writer's events come into the next batch, none is left out.

An event is written down as PostgreSQL's COPY writes its columns in text form (tab between columns, \\N for NULL,
tab, newline and backslash escaped, times in UTC), without the id and the line's end, in UTF-8. Which columns, in
which order, is the seal's `format`. Its digest is SHA-256 over that line; a seal's hash is SHA-256 over
`Seal`'s other columns as `hash_of` writes them, the hash of the seal before among them.

The head (the last seal's number and hash) kept off the machine is what a missing end is found by.
"""

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC

from django.db import connection, transaction
from django.utils import timezone

from boundaries.models import Region
from cases.models import Seal

BATCH = 10_000  # events of one seal, and what is held in memory at a time
DIGEST = 32  # bytes of one SHA-256
BEGINNING = "0" * 64
# Columns of cases_caseevent by format, after id. A new column makes a new format; an old one is never changed.
FORMATS = {
    1: ("case_id", "xact", "region_id", "verb", "from_status", "status", "by_id", "unit_id", "at", "place", "version",
        "note", "data"),
}  # fmt: skip
FORMAT = max(FORMATS)
GONE = b"\\N"  # stands for the case of an event that is not there
# What COPY writes depends on these two alone: events have no floating point number of their own.
WRITTEN_ALIKE = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL statement_timeout = 0"
NEXT = """
SELECT {columns} FROM cases_caseevent
WHERE region_id = %(region)s AND (xact, id) > (%(xact)s, %(event_id)s) {new}
ORDER BY xact, id LIMIT %(limit)s
"""
NEW = """
AND xact >= pg_snapshot_xmin(%(seen)s)::text::bigint AND xact < pg_snapshot_xmax(%(now)s)::text::bigint
AND NOT pg_visible_in_snapshot(xact::text::xid8, %(seen)s) AND pg_visible_in_snapshot(xact::text::xid8, %(now)s)
"""
SEALED = """
SELECT {columns} FROM cases_seal s, unnest(s.event_ids) WITH ORDINALITY AS sealed(id, place)
LEFT JOIN cases_caseevent e ON e.id = sealed.id AND e.region_id = %(region)s
WHERE s.region_id = %(region)s AND s.number = %(number)s ORDER BY sealed.place
"""


@dataclass
class Batch:
    """Events in order, each with its case and its digest; both are empty for an event that is gone."""

    ids: list[int] = field(default_factory=list)
    case_ids: list[int | None] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    xact: bytes = b"0"  # of the last one

    def write(self, line: bytes) -> None:
        """Take one line of COPY: id, case, transaction and the rest."""
        event_id, _tab, written = line[:-1].partition(b"\t")
        case_id, self.xact, _rest = written.split(b"\t", 2)
        self.ids.append(int(event_id))
        self.case_ids.append(None if case_id == GONE else int(case_id))
        self.digests.append(b"" if case_id == GONE else hashlib.sha256(written).digest())

    def without(self, known: set[int]) -> "Batch":
        kept = [place for place, event_id in enumerate(self.ids) if event_id not in known]
        return Batch(*([values[place] for place in kept] for values in (self.ids, self.case_ids, self.digests)))


@dataclass(frozen=True)
class Head:
    """The end of a region's chain; everything before hangs on it."""

    region: str
    number: int
    hash: str
    sealed_at: str

    def __str__(self):
        return json.dumps(vars(self))


@transaction.atomic
def seal(region: Region) -> tuple[int, int]:
    """Seal what was committed since the last seal; returns how many seals and events. Two at once: one waits."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)  # writers of cases do not wait for this lock
    last, now, cluster = newest(region), *present()
    seals = events = 0
    for batch in _unsealed(region, last, now, cluster):
        last = _append(region, last, batch, seen=now, cluster=cluster)
        seals, events = seals + 1, events + last.count
    return seals, events


def newest(region: Region) -> Seal | None:
    """The last seal, without its events."""
    return Seal.objects.filter(region=region).defer("event_ids", "case_ids", "digests").order_by("-number").first()


def head(region: Region) -> Head | None:
    last = newest(region)
    return last and Head(region.pk, last.number, last.hash, last.sealed_at.isoformat())


def read_heads(text: str) -> list[Head]:
    """One on each line, as `str` writes it; ValueError otherwise, also where there is none."""
    try:
        heads = [Head(**json.loads(line)) for line in text.splitlines() if line.strip()]
    except TypeError as error:
        raise ValueError(text[:60]) from error
    if not heads or not all(isinstance(head.number, int) and isinstance(head.sealed_at, str) for head in heads):
        raise ValueError(text[:60])
    return heads


def hash_of(seal: Seal) -> str:
    return _hash_at(seal.number, seal, _events_digest(seal))


def number_made_for(seal: Seal, most: int) -> int | None:
    """The place in the chain at which the seal's columns have its hash: its own, another up to `most`, or none."""
    events = _events_digest(seal)
    places = (seal.number, *range(1, most + 1))
    return next((number for number in places if _hash_at(number, seal, events) == seal.hash), None)


def _hash_at(number: int, seal: Seal, events: str) -> str:
    sealed_at = seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    text = (seal.format, seal.region_id, number, seal.previous, seal.count, seal.first_id, seal.last_id, seal.cluster,
            seal.seen, sealed_at, events)  # fmt: skip
    return hashlib.sha256("\n".join(map(str, text)).encode()).hexdigest()


def _events_digest(seal: Seal) -> str:
    """Of the two lists of numbers, each eight bytes and the highest first, after how many; then the digests."""
    written = hashlib.sha256()
    for numbers in (seal.event_ids, seal.case_ids):
        written.update(struct.pack(f">q{len(numbers)}q", len(numbers), *numbers))
    written.update(seal.digests)
    return written.hexdigest()


def as_they_are(seal: Seal) -> Batch:
    """The events of a seal as the database has them today, written down in the seal's own format."""
    columns = ", ".join(f"e.{column}" for column in FORMATS[seal.format])
    return _read(SEALED.format(columns=f"sealed.id, {columns}"), region=seal.region_id, number=seal.number)


def present() -> tuple[str, int]:
    """The snapshot of now, and which cluster it belongs to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text, system_identifier FROM pg_control_system()")
        return cursor.fetchone()


def _unsealed(region: Region, last: Seal | None, now: str, cluster: int) -> Iterator[Batch]:
    """Batches of what is not sealed yet.

    Moved to another cluster (by a dump), transactions are numbered anew: then the whole trail is gone through.
    """
    moved = last is not None and last.cluster != cluster
    seen = last.seen if last else "1:1:"
    text = NEXT.format(columns=", ".join(("id", *FORMATS[FORMAT])), new="" if moved else NEW)
    xact, event_id = 0, 0
    while True:
        batch = _read(text, region=region.pk, xact=xact, event_id=event_id, seen=seen, now=now, limit=BATCH)
        if not batch.ids:
            return
        xact, event_id = int(batch.xact), batch.ids[-1]
        batch = batch.without(_sealed_already(region, batch))
        if batch.ids:
            yield batch


def _sealed_already(region: Region, batch: Batch) -> set[int]:
    """Events that an earlier seal holds: their numbers come round again where the database was moved."""
    first, last, found = min(batch.ids), max(batch.ids), set()
    near = Seal.objects.filter(region=region, last_id__gte=first, first_id__lte=last).order_by("number")
    for number in near.values_list("number", flat=True):
        ids = Seal.objects.values_list("event_ids", flat=True).get(region=region, number=number)
        found.update(set(batch.ids).intersection(ids))
    return found


def _append(region: Region, last: Seal | None, batch: Batch, *, seen: str, cluster: int) -> Seal:
    made = Seal(
        region=region, number=last.number + 1 if last else 1, format=FORMAT, previous=last.hash if last else BEGINNING,
        count=len(batch.ids), event_ids=batch.ids, case_ids=batch.case_ids, digests=b"".join(batch.digests),
        first_id=min(batch.ids), last_id=max(batch.ids), cluster=cluster, seen=seen, sealed_at=timezone.now(),
    )  # fmt: skip
    made.hash = hash_of(made)
    made.save(force_insert=True)
    return made


@transaction.atomic
def _read(text: str, **parameters) -> Batch:
    batch = Batch()
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_ALIKE)
        query = cursor.mogrify(text, parameters).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", batch)
    return batch
