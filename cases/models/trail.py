"""What happened to a case: append-only, refused any change by a database trigger."""

from django.contrib.gis.db import models
from django.db.models import Q, Value
from django.utils import timezone

from cases.querysets import CaseEventQuerySet
from cases.verbs import Verb
from cases.workflow import Status
from gis_core import srid
from gis_core.db.functions import CurrentTransaction, RegionKeyed

# Most of the trail, and nothing that statistics count: left out of the index that these are counted by.
EVERYDAY = (Verb.REPORT, Verb.IMPORT, Verb.ASSIGN, Verb.PHOTO, Verb.EVIDENCE, Verb.REMARK)


class CaseEvent(RegionKeyed):
    """One act on a case: who, of which unit at that time, when, where, from which state to which.

    `data` holds what was decided and `{"changes": {field: [before, after]}}`. `xact` is its database transaction: the
    change feed orders by it, because ids are taken before commit and a reader who follows ids alone would miss the
    slower writer.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="events", db_constraint=False)
    verb = models.CharField(max_length=32, choices=Verb)
    from_status = models.CharField(max_length=16, choices=Status, blank=True, default="", db_default="")
    status = models.CharField(max_length=16, choices=Status)
    by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    place = models.PointField(srid=srid.STORAGE, null=True, spatial_index=False)
    version = models.PositiveIntegerField(null=True, help_text="of the case, as this act left it")
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    xact = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("region", "xact", "id"), name="event_feed"),
            models.Index(fields=("region", "verb", "at"), name="event_by_verb", condition=~Q(verb__in=EVERYDAY)),
            models.Index(fields=("case",), name="event_transferred", condition=Q(verb=Verb.TRANSFER_OUT)),
        )

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
