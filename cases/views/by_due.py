"""Places in a list that has the nearest deadline first: a row's key, and the rows behind it."""

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from cases.models import Case

NO_DATE = "none"


def key(case: Case) -> str:
    return f"{case.due_at.isoformat() if case.due_at else NO_DATE}_{case.pk}"


def behind(place: str) -> Q:
    """Cases that follow the key's; no condition for a key that is none."""
    moment, _bar, pk = place.partition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return Q()
    if moment == NO_DATE:
        return Q(due_at__isnull=True, id__gt=int(pk))
    try:
        at = parse_datetime(moment)
    except ValueError:
        return Q()
    if at is None or at.tzinfo is None:
        return Q()
    return Q(due_at__gt=at) | Q(due_at=at, id__gt=int(pk)) | Q(due_at__isnull=True)
