"""补记: what became known of a frozen month's cases after it was frozen.

Every act on a case leaves an event, so the cases to look at are those with an event that the newest frozen month's
snapshot does not show. Whether something changed is said by the lines themselves.
"""

from collections.abc import Iterator

from django.db.models import F

from cases import seals
from cases.models import CaseEvent
from cases.narrowing import midnight
from gis_core.db.functions import VisibleIn
from oversight.ledger.lines import Kind, Line, as_kept, differences
from oversight.ledger.records import chunks, read
from oversight.models import LedgerLine, LedgerMonth


def newest(region_id) -> LedgerMonth | None:
    return LedgerMonth.objects.filter(region=region_id).first()


def oldest(region_id) -> LedgerMonth | None:
    return LedgerMonth.objects.filter(region=region_id).last()


def touched(region_id, cases):
    """Those of `cases` that belong to a frozen month and were acted on since; none where no month is frozen."""
    last, first = newest(region_id), oldest(region_id)
    if last is None:
        return cases.none()
    of_frozen = cases.filter(
        reported_at__gte=midnight(first.month), reported_at__lt=midnight(month_after(last.month)), region=region_id
    )
    _snapshot, cluster = seals.present()
    if cluster != last.cluster:  # transactions are numbered anew: everything is looked at
        return of_frozen.order_by("reported_at", "id")
    begun = int(last.seen.split(":")[0])
    unseen = CaseEvent.objects.filter(~VisibleIn(F("xact"), last.seen), region=region_id, xact__gte=begun)
    return of_frozen.filter(pk__in=unseen.values("case")).order_by("reported_at", "id")


def of(region_id, cases) -> Iterator[Line]:
    """The lines of the additions among `cases`, a chunk of them in memory at a time."""
    for chunk in chunks(read(touched(region_id, cases))):
        known = _recorded(region_id, [record.case.pk for record in chunk])
        for record in chunk:
            before = known.get(record.case.pk)
            if before is None:
                yield as_kept(record, Kind.LATE)
                continue
            line = as_kept(record)
            if changed := differences(before.values, line.values):
                yield Line(Kind.ADDITION, line.case_no, line.values, line.facets, line.month, changed, line.case)


def _recorded(region_id, keys) -> dict[int, LedgerLine]:
    """The newest line of each case."""
    rows = LedgerLine.objects.filter(region=region_id, case__in=keys).order_by("case_id", "-month", "-number")
    return {row.case_id: row for row in rows.distinct("case_id")}


def month_after(month):
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
