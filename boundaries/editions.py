"""Publish a map of responsibility. Published editions never change; a new one takes over from its day on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import holdings
from boundaries.models import Edition
from boundaries.polygons import metric_srid_for


class EditionNotComplete(ValueError):
    """The draft cannot answer for every area; the sentence names what is missing."""


@transaction.atomic
def publish(edition: Edition) -> Edition:
    """Make a draft the map of responsibility from its `valid_from` on; EditionNotComplete names what is missing."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    if locked.status != Edition.Status.DRAFT:
        raise EditionNotComplete(_("Only a draft can be published: “{name}” is not one.").format(name=locked.name))
    _check_complete(locked)
    if locked.outline:
        locked.metric_srid = metric_srid_for(locked.outline.centroid.x)
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
