"""What happened to a case: append-only, refused any change by a database trigger."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from cases.querysets import CaseEventQuerySet
from cases.workflow import Status
from gis_core.db.functions import CurrentTransaction, RegionKeyed


class CaseEvent(RegionKeyed):
    """One act on a case. `xact` is its database transaction: the change feed orders by it, because ids are
    taken before commit and a reader who follows ids alone would miss the slower writer."""

    class Verb(models.TextChoices):
        REPORT = "report", _("reported")
        IMPORT = "import", _("imported")
        ASSIGN = "assign", _("assigned automatically")
        OVERRIDE = "override", _("reassigned by hand")
        PHOTO = "photo", _("photo added")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="events", db_constraint=False)
    verb = models.CharField(max_length=20, choices=Verb)
    status = models.CharField(max_length=16, choices=Status)
    by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(blank=True)
    xact = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("region", "xact", "id"), name="event_feed"),)

    def __str__(self):
        return f"{self.verb} {self.case_id}"


class AssignmentOverride(RegionKeyed):
    """A person's decision against the automatic answer, with the reason. The newest holds."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="overrides", db_constraint=False)
    from_area_code = models.CharField(max_length=12, blank=True)
    from_group_code = models.CharField(max_length=12, blank=True)
    area_code = models.CharField(max_length=12)
    group_code = models.CharField(max_length=12)
    reason = models.TextField()
    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self):
        return f"{self.case_id} → {self.group_code}"
