"""宣传 (S33) and videos of violent resistance (S34): press work of a case, and who opened what.

A video is a piece of evidence of its case, and its archive number stands in the case's dossier: neither is copied.
"""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_core.db.functions import RegionKeyed


class PressItem(RegionKeyed):
    """A report in the press about a case. It is never changed; a wrong one is struck out with a reason and stays."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_constraint=False)
    title = models.CharField(_("title"), max_length=120)
    outlet = models.CharField(_("medium"), max_length=80)
    published_on = models.DateField(_("published on"))
    archive_no = models.CharField(_("archive number"), max_length=60)
    address = models.URLField(_("web address"), max_length=500, blank=True)
    evidence = models.ForeignKey(
        "cases.Evidence", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False,
        help_text="the cutting or the recording, where it lies in the case's file",
    )  # fmt: skip
    note = models.CharField(_("remarks"), max_length=300, blank=True)
    made_by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    struck_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    struck_at = models.DateTimeField(null=True)
    struck_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-published_on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "archive_no"), condition=Q(struck_at__isnull=True), name="press_archive_no_once"
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | Q(struck_by__isnull=False) & ~Q(struck_note=""),
                name="press_struck_with_a_reason",
            ),
        )

    def __str__(self):
        return self.title


class PublicityOpening(RegionKeyed):
    """Somebody opened press work, or a video: one line each time. Never changed, as a trigger sees to."""

    press = models.ForeignKey(
        PressItem, models.PROTECT, null=True, related_name="openings", db_constraint=False, db_index=False
    )
    video = models.ForeignKey(
        "cases.Evidence", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("press",), name="opening_of_press", condition=Q(press__isnull=False)),
            models.Index(fields=("video",), name="opening_of_video", condition=Q(video__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(press__isnull=False, video__isnull=True) | Q(press__isnull=True, video__isnull=False),
                name="opening_of_one_thing",
            ),
        )

    def __str__(self):
        return f"{self.press_id or self.video_id} {self.at}"
