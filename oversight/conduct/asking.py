"""What other systems are told: what is in force, and a line in the log for every answer, an empty one too."""

from collections.abc import Iterable
from datetime import date
from itertools import islice

from django.db import transaction
from django.utils import timezone

from oversight.models.conduct import ApiKey, BadConductRecord, ConductAnswer, ConductView

AT_ONCE = 1000
MOST_TEXT, CUT = 18, "…"  # of a search, as the log of answers has room for it


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


def list_seen(listed: int, *, by, text="", state=""):
    """A person has a page of the list before them: one line for all of it, with what it was narrowed to."""
    if by.region_id:
        text = text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}{CUT}"
        now = timezone.now()
        told = {"uscc": text, "use": state, "on": timezone.localdate(now), "given": listed, "at": now}
        ConductAnswer.objects.create(region_id=by.region_id, by=by, **told)


def lists_of(record: BadConductRecord) -> list[ConductAnswer]:
    """The lists and answers to persons that were narrowed to nothing this record does not have: it may have stood in
    them. For a dispute, where more is better than less."""
    kept = ConductAnswer.objects.filter(region=record.region_id, key=None, at__gte=record.made_at, given__gt=0)
    own = record.uscc.casefold(), record.case.case_no.casefold()
    return [one for one in kept.select_related("by").order_by("id") if _fits(one.uscc.casefold(), record.name, own)]


def _fits(text: str, name: str, own: tuple) -> bool:
    return text in own or text.removesuffix(CUT).strip() in name.casefold()


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
