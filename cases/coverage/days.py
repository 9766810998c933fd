"""A day's figures kept for good, so that a year of coverage is a line and costs one read."""

from dataclasses import asdict
from datetime import date, timedelta

from django.utils import timezone

from boundaries.models import Area, Edition
from cases.coverage.reading import Coverage, of
from cases.models import CoverageDay

WHOLE = ""  # the region, beside its areas by code
MOST_MISSED = 31  # days that a night makes good


def keep(region: str) -> list[date]:
    """Store the figures of the days before today that are missing, up to a month of them; the days stored.

    A day that is stored is never written over: what was corrected since does not change what was told then.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    days = [yesterday - timedelta(days=ago) for ago in range(MOST_MISSED)]
    stored = set(CoverageDay.objects.filter(region=region, day__gte=days[-1]).values_list("day", flat=True))
    missing = [day for day in reversed(days) if day not in stored]
    last = max(stored, default=None)
    # A new city begins with yesterday; later on only days after the last one are made good.
    return [day for day in missing if (day > last if last else day == yesterday) and _store(region, day)]


def _store(region: str, day: date) -> bool:
    found = of(region, day)
    if found is not None:
        figures = {WHOLE: asdict(found.figures)} | {
            code: asdict(found.within({code}).figures) for code in _areas(found)
        }
        CoverageDay.objects.create(region_id=region, day=day, level=found.level, figures=figures)
    return found is not None


def _areas(found: Coverage):
    edition = Edition.objects.current(found.region, found.day)
    return Area.objects.filter(edition=edition).values_list("code", flat=True)
