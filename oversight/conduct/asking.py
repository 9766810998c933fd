"""What other systems are told: what is in force, and a line in the log for every answer, an empty one too."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from oversight.models.conduct import ApiKey, BadConductRecord, ConductAnswer, ConductView


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
    ConductView.objects.bulk_create(
        ConductView(region_id=region, record=record, key=key, by=by, at=now) for record in records
    )
    return records


def seen(record: BadConductRecord, by):
    """A person has its page before them."""
    record.views.create(region_id=record.region_id, by=by, at=timezone.now())
