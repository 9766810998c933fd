"""What of an area lies in no cell: worked out once for each state of its grid."""

from django.db import models


class MeasuredArea(models.Model):
    """An area of an edition held against the cells of one tier; `fingerprint` changes with any of those cells.

    `found` is as `boundaries.ground` writes it; the row without an area code holds what concerns all cells together.
    """

    edition = models.ForeignKey("boundaries.Edition", models.CASCADE, related_name="+", db_index=False)
    area_code = models.CharField(max_length=12, blank=True)
    level = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=32)
    found = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("edition", "level", "fingerprint", "area_code"), name="area_measured_once"),
        )

    def __str__(self):
        return f"{self.edition_id} {self.area_code} {self.level}"
