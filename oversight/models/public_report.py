"""Receipts of reports from the public, and counts against abuse. Of who reported nothing is kept here."""

from django.contrib.gis.db import models
from django.utils import timezone

from gis_core.db.functions import RegionKeyed


class PublicReceipt(RegionKeyed):
    """What a reporter asks with: `number` cannot be guessed. `key` names one sending of the form, `body_sha256` tells
    a repetition from another report. Never changed, as a trigger sees to."""

    number = models.CharField(max_length=20)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_constraint=False)
    key = models.UUIDField()
    body_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("region", "number"), name="receipt_number_once"),
            models.UniqueConstraint(fields=("region", "key"), name="receipt_of_a_sending_once"),
        )

    def __str__(self):
        return self.number


class PublicTally(RegionKeyed):
    """How often `who` tried, how many reports were taken and how many numbers asked for that no receipt has, on a day;
    an empty `who` is everybody together.

    `who` is a keyed hash of network address and day: no address is kept, and no day is joined with another.
    """

    day = models.DateField()
    who = models.CharField(max_length=64, blank=True)
    tries = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("region", "day", "who"), name="tally_once_a_day"),)

    def __str__(self):
        return f"{self.day}: {self.taken}/{self.tries}"
