"""What proves a case, and the uploads that bring it."""

from uuid import uuid4

from django.contrib.gis.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.querysets import EvidenceQuerySet
from gis_core import srid
from gis_core.db.functions import RegionKeyed

# A place of capture farther than this from the case's point is warned of; both radii of error are added to it.
FAR_M = 200


class EvidenceKind(models.TextChoices):
    """The eight kinds of evidence (河南省行政执法条例 25)."""

    DOCUMENTARY = "documentary", _("documentary evidence")
    PHYSICAL = "physical", _("physical evidence")
    AUDIOVISUAL = "audiovisual", _("audio-visual material")
    ELECTRONIC = "electronic", _("electronic data")
    WITNESS = "witness", _("testimony of a witness")
    PARTY_STATEMENT = "party_statement", _("statement of a party")
    APPRAISAL = "appraisal", _("appraisal opinion")
    INSPECTION_RECORD = "inspection_record", _("inspection or site record")


class Medium(models.TextChoices):
    """What the file is, told from its content."""

    PHOTO = "photo", _("photo")
    VIDEO = "video", _("video")
    AUDIO = "audio", _("audio")
    SCAN = "scan", _("scan")
    FILE = "file", _("file")


class Evidence(RegionKeyed):
    """One piece of evidence. `original` is kept untouched and `sha256` and `size` (bytes) are its own.

    `shown` is a JPEG of our making, for pictures alone; width and height are its pixels, and `small` is the one for
    lists, absent from evidence older than it. `captured` is the place that a person or a device stated; `claimed_*`
    is what the file's own data say, a hint that anybody can edit.
    Evidence of a device (monitoring equipment, drone) is usable only after its review (行政处罚法 41).
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="evidence", db_constraint=False)
    kind = models.CharField(max_length=20, choices=EvidenceKind, default=EvidenceKind.AUDIOVISUAL)
    medium = models.CharField(max_length=8, choices=Medium)
    title = models.CharField(_("title"), max_length=120, blank=True)
    original = models.FileField(upload_to="originals/%Y/%m/")
    shown = models.FileField(upload_to="photos/%Y/%m/", blank=True)
    small = models.FileField(upload_to="small/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration_s = models.FloatField(null=True)

    captured_at = models.DateTimeField(null=True)
    captured = models.PointField(srid=srid.STORAGE, null=True, spatial_index=False)
    captured_accuracy_m = models.FloatField(null=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_lon = models.FloatField(null=True)
    claimed_lat = models.FloatField(null=True)

    from_device = models.BooleanField(default=False)
    reviewed_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)

    record = models.UUIDField(null=True, help_text="key of the record of the field that it belongs to")
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    added_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("region", "case", "sha256"), name="evidence_once_per_case"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(from_device=True), name="evidence_review_of_device"
            ),
        )

    def __str__(self):
        return self.title or self.sha256[:12]

    def get_absolute_url(self):
        return reverse("evidence", args=(self.pk,))

    @property
    def is_usable(self):
        return not self.from_device or self.reviewed_at is not None

    @property
    def is_far(self):
        """Whether it was captured too far from the case's point; `distance_m` comes from `with_distance()`."""
        errors = (self.captured_accuracy_m or 0) + (self.case.accuracy_m or 0)
        return self.distance_m is not None and self.distance_m > FAR_M + errors


class Upload(RegionKeyed):
    """A file on its way in pieces (tus 1.0). `offset` counts the bytes that are safe on disk.

    The last piece, the evidence and its event are stored together: an upload is whole exactly when it has its
    `evidence`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="uploads", db_constraint=False)
    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+")
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, blank=True)
    told = models.JSONField(default=dict)
    evidence = models.ForeignKey(Evidence, models.CASCADE, null=True, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(offset__lte=models.F("length")), name="upload_offset_within_length"),
        )

    def __str__(self):
        return f"{self.name} {self.offset}/{self.length}"
