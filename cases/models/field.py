"""What phones send: the devices, and every record of the field as it came, whatever became of it."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.verbs import Verb
from gis_core import srid
from gis_core.db.functions import RegionKeyed

A_MOMENT = timedelta(minutes=1)


class FieldDevice(RegionKeyed):
    """A phone with the application; `key` was made by it. `session_key` is the session it last came with: taking
    the device away ends that."""

    key = models.UUIDField()
    user = models.ForeignKey("boundaries.User", models.PROTECT, related_name="field_devices")
    name = models.CharField(_("device"), max_length=120, blank=True)
    release = models.CharField(_("release"), max_length=40, blank=True)
    session_key = models.CharField(max_length=40, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    revoked_why = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ("-last_seen_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("region", "key"), name="field_device_once"),)

    def __str__(self):
        return self.name or str(self.key)[:8]


class FieldRecord(RegionKeyed):
    """One record of the field, kept as it came: a report, or an act on a case.

    `key` is the phone's own and stands once a region: it is the key of idempotency, and `answer` the first answer,
    byte for byte. `base_version` is what the phone knew of the case, `after` the record that this one builds on.
    `skew_s` is by how many seconds the phone's clock was ahead of ours when it sent; `captured_at` is the phone's
    own word, `happened_at` the same without the skew. `place` is where the person stood, lon/lat, WGS 84.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        ACT = "act", _("act on a case")

    class State(models.TextChoices):
        DONE = "done", _("in force")
        WAITING = "waiting", _("waits for the record before it")
        CONFLICT = "conflict", _("waits for a decision")
        SET_ASIDE = "set_aside", _("kept, not in force")

    key = models.UUIDField(default=uuid4)
    device = models.ForeignKey(FieldDevice, models.PROTECT, null=True, related_name="records", db_constraint=False)
    seq = models.PositiveIntegerField(help_text="of the device")
    user = models.ForeignKey("boundaries.User", models.PROTECT, related_name="field_records")
    kind = models.CharField(max_length=6, choices=Kind)
    verb = models.CharField(max_length=32, choices=Verb, blank=True)
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="field_records", db_constraint=False)
    case_no = models.CharField(max_length=24, blank=True, help_text="as the phone named it")
    base_version = models.PositiveIntegerField(null=True)
    after = models.UUIDField(null=True)
    words = models.JSONField(default=dict)
    photos = models.JSONField(default=list, help_text="id, sha256 and slot of each, before they are sent")
    place = models.PointField(srid=srid.STORAGE, null=True, spatial_index=False)
    accuracy_m = models.FloatField(null=True)
    captured_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    skew_s = models.FloatField()
    happened_at = models.DateTimeField()
    body_sha256 = models.CharField(max_length=64)
    answer = models.BinaryField(null=True)
    state = models.CharField(max_length=9, choices=State)
    why = models.JSONField(default=list)
    event = models.ForeignKey("cases.CaseEvent", models.PROTECT, null=True, related_name="+", db_constraint=False)
    second = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    second_confirmed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("region", "key"), name="field_record_once"),)
        indexes = (
            models.Index(fields=("case",), name="field_record_of_case"),
            models.Index(fields=("region", "id"), name="field_record_open", condition=Q(state="conflict")),
            models.Index(fields=("region", "after"), name="field_record_waits", condition=Q(state="waiting")),
            models.Index(
                fields=("second",), name="field_record_unconfirmed",
                condition=Q(second__isnull=False, second_confirmed_at__isnull=True),
            ),
        )  # fmt: skip

    def __str__(self):
        return f"{self.number} {self.verb or self.kind}"

    @property
    def number(self) -> str:
        """The receipt's number."""
        return f"F{self.pk:08d}"

    @property
    def came_later(self) -> bool:
        """Whether it lay in the phone for longer than the way takes."""
        return self.received_at - self.happened_at > A_MOMENT

    @property
    def label(self) -> str:
        return self.get_verb_display() if self.verb else self.get_kind_display()
