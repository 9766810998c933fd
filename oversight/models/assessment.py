"""The year's assessment: by which rules it is worked out, and what it came to when the year was frozen."""

from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_core.db.functions import RegionKeyed


class AssessmentRules(RegionKeyed):
    """A version of the weights, never changed: a change is another number. `lines` are figure, weight, and the values
    of the figure that earn nothing (`none`) and all of it (`full`)."""

    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField(_("valid from"))
    lines = models.JSONField()
    commendation = models.PositiveSmallIntegerField(_("points for a commendation"))
    criticism = models.PositiveSmallIntegerField(_("points off for a criticism"))
    is_ours = models.BooleanField(default=False, help_text="a default of the product, by no order of the bureau")
    note = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("valid_from", "number")
        constraints = (models.UniqueConstraint(fields=("region", "number"), name="assessment_rules_once"),)

    def __str__(self):
        return f"{self.number} ({self.valid_from})"


class AssessmentYear(RegionKeyed):
    """A frozen year: the whole sheet as worked out then. `sha256` is over this row and over the year before it."""

    year = models.PositiveSmallIntegerField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    sheet = models.JSONField()
    previous = models.CharField(max_length=64, help_text="hash of the year before; zeros before the first")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("-year",)
        constraints = (models.UniqueConstraint(fields=("region", "year"), name="assessment_year_once"),)

    def __str__(self):
        return str(self.year)
