"""What other systems are told: what is in force, and a line in the log for every answer, an empty one too."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from oversight.models.conduct import ApiKey, BadConductRecord, ConductAnswer, ConductView

AT_ONCE = 1000
ONE_SEEING = timedelta(minutes=10)


@transaction.atomic
def answer(region: str, uscc: str, *, use="", on: date | None = None, key: ApiKey | None = None, by=None):
    """Records of the code that are in force today and were, or will be, on the day asked for. What is over today is
    given out for no day at all (建筑市场信用管理暂行办法 13)."""
    now = timezone.now()
    today = timezone.localdate(now)
    found = BadConductRecord.objects.filter(region=region, uscc=uscc).in_force(today).in_force(on or today)
    records = list((found.counting_for(use) if use else found).select_related("decision").defer("decision__content"))
    ConductAnswer.objects.create(
        region_id=region, key=key, by=by, uscc=uscc, use=use, on=on or today, given=len(records), at=now
    )
    seen(records, key=key, by=by, at=now)
    return records


def listed(records: Iterable[BadConductRecord], *, by):
    """A person has a page of the list before them: turning back to it within some minutes is the same seeing."""
    at = timezone.now()
    lately = ConductView.objects.filter(record__in=records, by=by, at__gt=at - ONE_SEEING).values_list("record")
    known = {pk for (pk,) in lately}
    seen([record for record in records if record.pk not in known], by=by, at=at)


def seen_as_they_go(records, *, by):
    """The same records one after another, for a file of any length; that they were seen is kept by the thousand."""
    at = timezone.now()
    records = iter(records)
    while some := list(islice(records, AT_ONCE)):
        seen(some, by=by, at=at)
        yield from some


def seen(records: Iterable[BadConductRecord], *, by=None, key: ApiKey | None = None, at=None):
    """A person has their page or file before them, or a system its answer."""
    at = at or timezone.now()
    ConductView.objects.bulk_create(
        ConductView(region_id=record.region_id, record=record, key=key, by=by, at=at) for record in records
    )
