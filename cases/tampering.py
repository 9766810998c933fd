"""Is the trail as it was sealed? Every fault is named: which event of which case, which seal.

Inside one database a chain that was written anew cannot be told from an honest one, nor a missing end from a shorter
story: that takes the heads that were kept elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from boundaries.models import Region
from cases import seals
from cases.models import Case, CaseEvent, Seal

MOST_NAMED = 50  # events of one seal; how many more there are is said
# Committed in the last seal's snapshot and yet in no seal, or numbered by a transaction that has not been.
INSERTED = """
WITH sealed AS MATERIALIZED (SELECT unnest(event_ids) AS id FROM cases_seal WHERE region_id = %(region)s)
SELECT e.id, e.case_id FROM cases_caseevent e LEFT JOIN sealed ON sealed.id = e.id
WHERE e.region_id = %(region)s AND sealed.id IS NULL
  AND (pg_visible_in_snapshot(e.xact::text::xid8, %(seen)s)
       OR e.xact >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
ORDER BY e.id
"""


class Kind(Enum):
    EVENT_EDITED = _("Event {at} of case {case} was edited (seal {seal}).")
    EVENT_DELETED = _("Event {at} of case {case} was deleted (seal {seal}).")
    EVENTS_EXCHANGED = _("Event {at} of case {case} says what event {other} said: put in another order (seal {seal}).")
    EVENT_INSERTED = _("Event {at} of case {case} lies in the sealed time and is in no seal: it was slipped in.")
    MORE_EVENTS = _("{more} more events from {at} on, each like one of those named.")
    SEAL_EDITED = _("Seal {at} was edited: its hash is not that of what it holds.")
    SEAL_MOVED = _("Seal {at} was made as number {made_for}: seals were put in another order.")
    SEALS_MISSING = _("Seals {at} to {last} were deleted.")
    CHAIN_BROKEN = _("Seal {at} does not follow the one before it, which was written anew.")
    END_MISSING = _(
        "Seals {at} to {last} are gone, of which the last was kept as head on {day}: the end was cut off, or an older"
        " backup was put back."
    )
    OTHER_HISTORY = _(
        "Seal {at} is not the one that was kept as head on {day}: an older backup was put back and gone on with, or"
        " the seals were written anew; what was kept agrees up to seal {agreed}."
    )


@dataclass(frozen=True)
class Fault:
    """`at` is the number of the event, or of the seal where seals are at fault."""

    kind: Kind
    at: int
    sentence: str


@dataclass(frozen=True)
class Standing:
    """What a region has: seals, the events in them, and events that wait for the next seal."""

    seals: int
    events: int
    waiting: int


def standing(region: Region) -> Standing:
    found = Seal.objects.filter(region=region).aggregate(seals=Count("number"), events=Sum("count", default=0))
    waiting = CaseEvent.objects.filter(region=region).count() - found["events"]
    return Standing(**found, waiting=max(waiting, 0))


@transaction.atomic
def faults(region: Region, heads: Iterable[seals.Head] = ()) -> list[Fault]:
    """Everything that is not as it was sealed, in the order of the chain; `heads` are those kept elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    found, before = [], None
    numbers = list(Seal.objects.filter(region=region).order_by("number").values_list("number", flat=True))
    for number in numbers:
        seal = Seal.objects.get(region=region, number=number)
        found += [*_chain(before, seal, numbers[-1]), *_events(seal)]
        before = seal
    return [*found, *_inserted(before), *_against(heads, region, before.number if before else 0)]


def _fault(kind: Kind, at: int, **words) -> Fault:
    return Fault(kind, at, kind.value.format(at=at, **words))


def _chain(before: Seal | None, seal: Seal, most: int) -> Iterator[Fault]:
    """What is wrong with a seal itself, and with its place behind the one before."""
    expected = before.number + 1 if before else 1
    made_for = seals.number_made_for(seal, most)
    if seal.number != expected:
        yield _fault(Kind.SEALS_MISSING, expected, last=seal.number - 1)
    if made_for is None:
        yield _fault(Kind.SEAL_EDITED, seal.number)
    elif made_for != seal.number:
        yield _fault(Kind.SEAL_MOVED, seal.number, made_for=made_for)
    elif seal.number == expected and seal.previous != (before.hash if before else seals.BEGINNING):
        yield _fault(Kind.CHAIN_BROKEN, seal.number)


def _events(seal: Seal) -> Iterator[Fault]:
    """Events of a seal that do not say what they said. A seal whose lists do not match is named by `_chain`."""
    lengths = {len(seal.event_ids), len(seal.case_ids), len(seal.digests) // seals.DIGEST}
    if seal.format not in seals.FORMATS or len(lengths) > 1:
        return
    today = seals.as_they_are(seal)
    if b"".join(today.digests) == seal.digests:
        return
    sealed = [bytes(seal.digests[at : at + seals.DIGEST]) for at in range(0, len(seal.digests), seals.DIGEST)]
    wrong = [place for place, digest in enumerate(today.digests) if digest != sealed[place]]
    was = {sealed[place]: seal.event_ids[place] for place in wrong}
    numbers = _case_numbers({seal.case_ids[place] for place in wrong[:MOST_NAMED]})
    for place in wrong[:MOST_NAMED]:
        words = {"case": numbers[seal.case_ids[place]], "seal": seal.number, "other": was.get(today.digests[place])}
        yield _fault(_how(today.digests[place], was), seal.event_ids[place], **words)
    yield from _more(seal.event_ids[place] for place in wrong[MOST_NAMED:])


def _how(digest: bytes, was: dict[bytes, int]) -> Kind:
    if not digest:
        return Kind.EVENT_DELETED
    return Kind.EVENTS_EXCHANGED if digest in was else Kind.EVENT_EDITED


def _inserted(last: Seal | None) -> Iterator[Fault]:
    """Nothing is said where the database was moved since: the next seal takes up all that is in none."""
    if last is None or seals.present()[1] != last.cluster:
        return
    with connection.cursor() as cursor:
        cursor.execute(INSERTED, {"region": last.region_id, "seen": last.seen})
        found = cursor.fetchmany(MOST_NAMED)
        numbers = _case_numbers({case_id for _id, case_id in found})
        for event_id, case_id in found:
            yield _fault(Kind.EVENT_INSERTED, event_id, case=numbers[case_id])
        yield from _more(event_id for event_id, _case_id in cursor)


def _more(events: Iterator[int]) -> Iterator[Fault]:
    first = next(events, None)
    if first is not None:
        yield _fault(Kind.MORE_EVENTS, first, more=1 + sum(1 for _event in events))


def _against(heads: Iterable[seals.Head], region: Region, last: int) -> Iterator[Fault]:
    """The first kept head that the chain has no more, and the first with another hash."""
    agreed = 0
    for head in sorted(heads, key=lambda head: head.number):
        found = Seal.objects.filter(region=region, number=head.number).values_list("hash", flat=True).first()
        if found == head.hash:
            agreed = head.number
        elif found:
            yield _fault(Kind.OTHER_HISTORY, head.number, day=head.sealed_at[:10], agreed=agreed)
            return
        elif head.number > last:
            yield _fault(Kind.END_MISSING, last + 1, last=head.number, day=head.sealed_at[:10])
            return


def _case_numbers(ids: set[int]) -> dict[int, str]:
    """Numbers by id; of a case that is gone, its id in brackets."""
    found = dict(Case.objects.filter(pk__in=ids).values_list("pk", "case_no"))
    return {case_id: found.get(case_id, f"[{case_id}]") for case_id in ids}
