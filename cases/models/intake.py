"""What comes in with a report beside the case itself."""

from django.contrib.gis.db import models

from gis_core.db.functions import RegionKeyed


class Reporter(RegionKeyed):
    """Who reported, when they gave it. Personal data: read only where `permissions` allows it."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="reporters", db_constraint=False)
    name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("region", "case"), name="one_reporter_per_case"),)

    def __str__(self):
        return f"reporter of {self.case_id}"


class IdempotencyKey(models.Model):
    """The first answer to a key, byte for byte; `body_sha256` tells a replay from another request."""

    pk = models.CompositePrimaryKey("region_id", "user_id", "key")
    region = models.ForeignKey("boundaries.Region", models.CASCADE, related_name="+")
    user = models.ForeignKey("boundaries.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    answer = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.key
