"""Words for reading the land: chainable, one query each."""

from django.contrib.gis.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone


def valid_on(day):
    """Condition on `valid_from` ≤ day ≤ `valid_to`; an empty `valid_to` has no end."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class EditionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status="published")

    def in_force(self, day=None):
        """Published and not after `day`, the one in force first."""
        day = day or timezone.localdate()
        return self.published().filter(valid_from__lte=day).order_by("-valid_from", "-published_at", "-pk")

    def current(self, region, day=None):
        """The region's edition in force on `day` (today when empty), or None; nobody's region has none."""
        return self.in_force(day).filter(region=region).first() if region else None

    def current_anywhere(self, day=None):
        """The edition in force of whichever region has the newest, or None."""
        return self.in_force(day).first()


class AreaQuerySet(models.QuerySet):
    def covering(self, point):
        """Areas the point lies in; a point on a shared edge lies in both."""
        return self.filter(geom__covers=point)

    def for_list(self):
        return self.select_related("group", "edition").defer("geom", "group__territory", "edition__outline")


class GridCellQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(valid_on(day))

    def of_level(self, level):
        return self.filter(level=level)

    def with_staffed(self, day):
        """`staffed`: somebody holds the post of grid leader or grid worker on `day`."""
        posts = self.model._meta.get_field("posts").related_model.objects
        holders = posts.filter(valid_on(day), cell=OuterRef("pk"), role__in=("grid_leader", "grid_worker"))
        return self.annotate(staffed=Exists(holders))
