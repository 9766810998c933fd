"""Publish a map of responsibility. Published editions never change; a new one takes over from its day on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import holdings, polygons
from boundaries.models import Area, Edition

MOST_PAIRS_SHOWN = 10


class EditionNotComplete(ValueError):
    """The draft cannot answer for every area, or would answer twice; the sentence names what is wrong."""


@transaction.atomic
def publish(edition: Edition) -> Edition:
    """Make a draft the map of responsibility from its `valid_from` on; EditionNotComplete names what is missing."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    if locked.status != Edition.Status.DRAFT:
        raise EditionNotComplete(_("Only a draft can be published: “{name}” is not one.").format(name=locked.name))
    _check_complete(locked)
    if locked.outline:
        locked.metric_srid = polygons.metric_srid_for(locked.outline.centroid.x)
        locked.save(update_fields=["metric_srid"])
    holdings.rebuild(locked)
    locked.status = Edition.Status.PUBLISHED
    locked.published_at = timezone.now()
    locked.save(update_fields=["status", "published_at"])
    return locked


def _check_complete(edition: Edition) -> None:
    if not edition.areas.exists():
        raise EditionNotComplete(_("The edition has no area."))
    orphans = list(edition.areas.filter(group__isnull=True).values_list("name", flat=True))
    if orphans:
        raise EditionNotComplete(_("No group answers for: {names}.").format(names=", ".join(orphans)))
    leaderless = list(edition.groups.exclude(lead_units__lead_order=1).values_list("name", flat=True))
    if leaderless:
        raise EditionNotComplete(_("No first lead unit for: {names}.").format(names=", ".join(leaderless)))
    _check_overlaps(list(edition.areas.all()))


def _check_overlaps(areas: list[Area]) -> None:
    """Where two areas of a kind share ground a point would be one's without a doubt, by size alone."""
    found = polygons.overlaps([polygons.of_stored(area.geom) for area in areas], [area.is_special for area in areas])
    if found:
        pairs = (
            _("{first} and {second} ({area} km²)").format(
                first=areas[first].name, second=areas[second].name, area=f"{square_metres / 1e6:.3f}"
            )
            for first, second, square_metres in found[:MOST_PAIRS_SHOWN]
        )
        raise EditionNotComplete(_("These areas overlap: {pairs}.").format(pairs=", ".join(pairs)))
