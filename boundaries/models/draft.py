"""A draft of one tier of the grid: a copy of what is in force, drawn on until it is published with a date."""

from django.contrib.gis.db import models
from django.contrib.gis.geos import Polygon
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boundaries.models.grid import GridCell
from gis_core import srid


class GridDraft(models.Model):
    """`version` counts what was done, so that nobody draws on a picture that is gone; `based_on` is the day whose grid
    was copied, the last for which one is published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="grid_drafts")
    name = models.CharField(_("name"), max_length=60)
    level = models.PositiveSmallIntegerField(_("tier"), validators=[MinValueValidator(1), MaxValueValidator(4)])
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    based_on = models.DateField()
    made_by = models.ForeignKey("boundaries.User", models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey("boundaries.User", models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (models.CheckConstraint(condition=Q(level__range=(1, 4)), name="grid_draft_level_1_to_4"),)

    def __str__(self):
        return self.name

    @property
    def is_open(self):
        return self.status == self.Status.DRAFT


class DraftCellQuerySet(models.QuerySet):
    def standing(self):
        """Those that the draft would leave in force."""
        return self.filter(retired=False)

    def near(self, box):
        """Of (west, south, east, north) in degrees."""
        west, south, east, north = box
        ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return self.filter(geom__bboverlaps=Polygon(ring, srid=srid.STORAGE))


class DraftCell(models.Model):
    """A cell as the draft has it. `base`: the one in force that it was copied from; `opened_as` tells whether either
    has changed since. A cell in force that the draft ends is `retired`, and stays to be seen."""

    draft = models.ForeignKey(GridDraft, models.CASCADE, related_name="cells")
    base = models.ForeignKey(GridCell, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_as = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=15)
    name = models.CharField(max_length=60, blank=True)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=GridCell.Kind, default=GridCell.Kind.ORDINARY)
    parent_code = models.CharField(max_length=15, blank=True)
    area_code = models.CharField(max_length=12, blank=True)
    patrol_days = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    retired = models.BooleanField(default=False)
    geom = models.MultiPolygonField(srid=srid.STORAGE)

    objects = DraftCellQuerySet.as_manager()

    class Meta:
        ordering = ("code", "pk")

    def __str__(self):
        return f"{self.name} {self.code}".strip()


class DraftVerb(models.TextChoices):
    DRAW = "draw", _("draw")
    SPLIT = "split", _("split")
    MERGE = "merge", _("merge")
    MOVE = "move", _("move")
    PRUNE = "prune", _("remove the corner")
    CHANGE = "change", _("change")
    RETIRE = "retire", _("retire")


class DraftStep(models.Model):
    """What was done once: the touched cells before and after, by key; None where there was or is none."""

    draft = models.ForeignKey(GridDraft, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=12, choices=DraftVerb)
    before = models.JSONField()
    after = models.JSONField()
    undone = models.BooleanField(default=False)
    by = models.ForeignKey("boundaries.User", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("draft", "number"), name="one_step_at_a_time"),)

    def __str__(self):
        return f"{self.number} {self.verb}"
