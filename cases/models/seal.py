"""Closed batches of the trail: append-only like the trail itself."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField


class Seal(models.Model):
    """A batch of a region's events as they stood when it was sealed, chained to the batch before; see `cases.seals`.

    `event_ids`, `case_ids` and `digests` (32 bytes each, SHA-256) run side by side. Whatever was committed in the
    snapshot `seen` (PostgreSQL's xmin:xmax:…) of the database cluster `cluster` is sealed here or before.
    """

    pk = models.CompositePrimaryKey("region_id", "number")
    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    format = models.PositiveSmallIntegerField(help_text="how an event is written down before it is digested")
    previous = models.CharField(max_length=64, help_text="hash of the seal before; zeros before the first")
    hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    event_ids = ArrayField(models.BigIntegerField())
    case_ids = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    cluster = models.BigIntegerField(help_text="transaction numbers mean something inside one cluster alone")
    seen = models.TextField()
    sealed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("region", "last_id"), name="seal_reach"),)

    def __str__(self):
        return f"{self.region_id} {self.number}: {self.hash[:12]}"
