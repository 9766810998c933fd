"""Grid cells and who is posted to them."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boundaries.querysets import GridCellQuerySet
from gis_core import srid


class GridCell(models.Model):
    """A grid cell (网格): level 1 township, 2 village, 3 village group, 4 micro grid. 15-character code.

    A cell outlives editions; it has its own `valid_from` and `valid_to` (its last day).
    """

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="grid_cells")
    code = models.CharField(max_length=15)
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    area_code = models.CharField(max_length=12, blank=True)
    schematic = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    geom = models.MultiPolygonField(srid=srid.STORAGE)

    objects = GridCellQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("region", "code", "valid_from"), name="grid_code_once_at_a_time"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="grid_geom_valid"),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="grid_level_1_to_4"),
        )

    def __str__(self):
        return self.name


class GridPost(models.Model):
    """A posting to a cell. `valid_to` is its last day; empty means until further notice."""

    class Role(models.TextChoices):
        GRID_LEADER = "grid_leader", _("grid leader")
        GRID_WORKER = "grid_worker", _("grid worker")
        EMBEDDED_GRID_STAFF = "embedded_grid_staff", _("embedded grid staff")

    cell = models.ForeignKey(GridCell, models.CASCADE, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    holder = models.CharField(max_length=60)
    user = models.ForeignKey("boundaries.User", models.SET_NULL, null=True, blank=True, related_name="posts")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("cell", "role")

    def __str__(self):
        return self.holder
