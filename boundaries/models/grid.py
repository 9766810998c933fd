"""Grid cells and who is posted to them."""

from django.contrib.gis.db import models
from django.core.validators import MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boundaries.querysets import GridCellQuerySet, GridPostQuerySet
from gis_core import srid


class GridCell(models.Model):
    """A grid cell (网格): level 1 township, 2 village, 3 village group, 4 micro grid. 15-character code.

    A cell outlives editions; it has its own `valid_from` and `valid_to` (its last day). A special cell (专属网格) lies
    over ordinary ones of its level, as an industrial park does, and overlaps nobody. `patrol_days` goes before every
    rule (`CoverageRule`).
    """

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary cell")
        SPECIAL = "special", _("special cell")

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="grid_cells")
    code = models.CharField(max_length=15)
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ORDINARY, db_default="ordinary")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    area_code = models.CharField(max_length=12, blank=True)
    schematic = models.BooleanField(default=True)
    patrol_days = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
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
    """A posting to a cell. `valid_to` is its last day; empty means until further notice.

    A deputy has a post of their own that names whose it is (`deputy_of`): the cell is staffed by either.
    """

    class Role(models.TextChoices):
        GRID_LEADER = "grid_leader", _("grid leader")
        GRID_WORKER = "grid_worker", _("grid worker")
        EMBEDDED_GRID_STAFF = "embedded_grid_staff", _("embedded grid staff")

    # Who answers for a cell; embedded staff are posted down beside them (notice 四.3).
    ANSWERING = (Role.GRID_LEADER, Role.GRID_WORKER)

    cell = models.ForeignKey(GridCell, models.CASCADE, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    holder = models.CharField(max_length=60)
    user = models.ForeignKey("boundaries.User", models.SET_NULL, null=True, blank=True, related_name="posts")
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, blank=True, related_name="posts")
    group_code = models.CharField(max_length=12, blank=True, default="", db_default="")
    deputy_of = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="deputies")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = GridPostQuerySet.as_manager()

    class Meta:
        ordering = ("cell", "role")

    def __str__(self):
        return self.holder


class PostLeave(models.Model):
    """Days on which the holder of a post is away, the last included; until further notice where that is empty."""

    post = models.ForeignKey(GridPost, models.CASCADE, related_name="leaves")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("first_day",)
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name="leave_ends_after_it_begins"
            ),
        )

    def __str__(self):
        return f"{self.post}: {self.first_day}–{self.last_day or ''}"
