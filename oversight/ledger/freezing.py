"""A month of the ledger is closed: its lines are written down once and sealed, and later facts are later entries."""

import hashlib
from collections.abc import Iterator
from datetime import date
from itertools import chain

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases import seals
from cases.models import Case
from cases.narrowing import midnight
from oversight.ledger import additions, columns
from oversight.ledger.additions import month_after
from oversight.ledger.lines import as_kept, canonical
from oversight.ledger.records import CHUNK, chunks, read
from oversight.models import LedgerLine, LedgerMonth
from oversight.seal import moment, sealed


class CannotFreeze(ValueError):
    """The month cannot be frozen; the sentence says why."""


def reported_in(cases, month: date):
    """The cases of a month, in the order of their reports."""
    return cases.filter(reported_at__gte=midnight(month), reported_at__lt=midnight(month_after(month))).order_by(
        "reported_at", "id"
    )


def refusal(region_id, month: date) -> str:
    """Why the month cannot be frozen now; empty where it can."""
    if month_after(month) > timezone.localdate():
        return _("{month} has not ended yet.").format(month=f"{month:%Y-%m}")
    last = additions.newest(region_id)
    if last and month <= last.month:
        frozen = LedgerMonth.objects.filter(region=region_id, month=month).exists()
        said = _("{month} is frozen already.") if frozen else _("{month} lies before the first frozen month.")
        return said.format(month=f"{month:%Y-%m}")
    if last and month != month_after(last.month):
        return _("Freeze {month} first: months are frozen in order.").format(month=f"{month_after(last.month):%Y-%m}")
    return ""


@transaction.atomic
def freeze(region: Region, month: date, *, by=None) -> LedgerMonth:
    """Write the month's lines and its seal; CannotFreeze with a sentence. Two at once: one waits, and is refused."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)  # writers of cases do not wait for this lock
    if why := refusal(region.pk, month):
        raise CannotFreeze(why)
    last = additions.newest(region.pk)
    seen, cluster = _seen()
    count, digest = _write(region, month)
    made = LedgerMonth(
        region=region, month=month, frozen_at=timezone.now(), frozen_by=by, format=columns.FORMAT, count=count,
        previous=last.sha256 if last else seals.BEGINNING, cluster=cluster, seen=seen,
    )  # fmt: skip
    made.sha256 = _hash_of(made, digest)
    made.save(force_insert=True)
    return made


def _write(region: Region, month: date) -> tuple[int, str]:
    cases, count, digest = Case.objects.filter(region=region), 0, hashlib.sha256()
    entries = (as_kept(record) for record in read(reported_in(cases, month)))
    for chunk in chunks(chain(entries, additions.of(region.pk, cases))):
        rows = [
            LedgerLine(
                region=region, month=month, number=count + place, case_id=line.case.pk, case_no=line.case_no,
                kind=line.kind.value, facets=line.facets, values=line.values, changed=line.changed,
            )
            for place, line in enumerate(chunk, start=1)
        ]  # fmt: skip
        LedgerLine.objects.bulk_create(rows)
        for row in rows:
            digest.update(canonical(row))
        count += len(rows)
    return count, digest.hexdigest()


def _seen() -> tuple[str, int]:
    """The snapshot of now and its cluster, with this very transaction as one that is not over: what it goes on to do is
    told later. PostgreSQL leaves one's own out of those that go on."""
    seen, cluster = seals.present()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        own = int(cursor.fetchone()[0])
    least, most, going = seen.split(":")
    if own < int(most):
        others = {int(each) for each in going.split(",") if each}
        going = ",".join(map(str, sorted(others | {own})))
    return f"{min(int(least), own)}:{most}:{going}", cluster


def _hash_of(month: LedgerMonth, lines: str) -> str:
    return sealed(
        month.format, month.region_id, month.month.isoformat(), month.count, month.previous, moment(month.frozen_at),
        month.frozen_by_id, month.cluster, month.seen, lines,
    )  # fmt: skip


def is_sound(month: LedgerMonth) -> bool:
    """Whether the lines and the month are those that were sealed."""
    digest, count = hashlib.sha256(), 0
    rows = LedgerLine.objects.filter(region=month.region_id, month=month.month).order_by("number")
    for row in rows.iterator(chunk_size=CHUNK):
        digest.update(canonical(row))
        count += 1
    return count == month.count and _hash_of(month, digest.hexdigest()) == month.sha256


def faults(region: Region) -> Iterator[str]:
    """What is not as it was sealed, a sentence each, the oldest month first."""
    expected, due = seals.BEGINNING, None
    for month in LedgerMonth.objects.filter(region=region).order_by("month"):
        words = {"month": str(month)}
        if month.previous != expected or due not in (None, month.month):
            yield _("{month}: the month before it is not the one that was sealed.").format(**words)
        if not is_sound(month):
            yield _("{month}: its lines are not those that were sealed.").format(**words)
        expected, due = month.sha256, month_after(month.month)
    stray = LedgerLine.objects.filter(region=region).exclude(
        month__in=LedgerMonth.objects.filter(region=region).values("month")
    )
    for month in stray.order_by("month").values_list("month", flat=True).distinct():
        yield _("{month}: there are lines, but the month is not frozen.").format(month=f"{month:%Y-%m}")
