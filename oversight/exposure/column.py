"""What everybody reads: approved words alone, and nothing else of the entry or its case."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from boundaries.models import Region
from oversight.exposure import secrecy
from oversight.models.exposure import ExposureEntry

MOST_IN_FEED = 50


@dataclass(frozen=True)
class Shown:
    """One entry as it may be read."""

    key: UUID
    title: str
    party: str
    place: str
    text: str
    published: date

    def get_absolute_url(self):
        return reverse("exposure-entry", args=(self.key,))


def published(day: date, region: str = "") -> list[Shown]:
    """The newest first; of one region by its code, of all without."""
    entries = ExposureEntry.objects.published(day).select_related("approved")
    return [_shown(entry) for entry in (entries.filter(region=region) if region else entries)]


def regions(day: date):
    """Those of which something is to be read on that day."""
    return Region.objects.filter(code__in=ExposureEntry.objects.published(day).values("region")).order_by("code")


def one(key: UUID, day: date) -> Shown | None:
    entry = ExposureEntry.objects.published(day).select_related("approved").filter(key=key).first()
    return entry and _shown(entry)


def _shown(entry: ExposureEntry) -> Shown:
    words = entry.approved
    return Shown(
        entry.key, words.title, secrecy.shown_name(words.party, words.is_natural), words.place, words.text,
        entry.publish_from,
    )  # fmt: skip
