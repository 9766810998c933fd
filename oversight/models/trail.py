"""What stays of every act on a record: who, when, and the words told with it."""

from django.contrib.gis.db import models
from django.utils import timezone

from gis_core.db.functions import RegionKeyed


class Act(RegionKeyed):
    """One act, never changed: each table has a trigger that sees to it. The model adds its `verb`, and the record it
    was done to with `related_name="acts"`, as `oversight.trail` asks for them."""

    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ("id",)
