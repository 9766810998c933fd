"""曝光栏 (S53): what is shown to everybody, every version of it, and who approved which."""

from uuid import uuid4

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_core.db.functions import RegionKeyed
from oversight.models.trail import Act


class ExposureQuerySet(models.QuerySet):
    def published(self, day):
        """What everybody may read on that day: approved, begun, not over, not withdrawn."""
        return self.filter(
            approved__isnull=False, withdrawn_at__isnull=True, publish_from__lte=day, publish_until__gte=day
        )


class ExposureEntry(RegionKeyed):
    """An entry; `key` is all that the public page knows of it. `approved` is the version that is shown, `proposed` one
    that waits for the second person. Days are included."""

    key = models.UUIDField(default=uuid4, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_constraint=False)
    approved = models.ForeignKey(
        "oversight.ExposureVersion", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    proposed = models.ForeignKey(
        "oversight.ExposureVersion", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    publish_from = models.DateField(null=True)
    publish_until = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ExposureQuerySet.as_manager()

    class Meta:
        ordering = ("-publish_from", "-id")
        constraints = (
            models.UniqueConstraint(fields=("region", "key"), name="exposure_key_once"),
            models.CheckConstraint(
                condition=Q(approved__isnull=True) | Q(publish_until__gte=F("publish_from")),
                name="exposure_published_ends",
            ),
        )  # fmt: skip

    def __str__(self):
        return str(self.key)


class ExposureVersion(RegionKeyed):
    """The words of an entry as somebody wrote them; a change is another version. Never changed but by the approval.

    `party` is stored as it is shown: the name of a natural person is masked before it is kept.
    """

    entry = models.ForeignKey(ExposureEntry, models.CASCADE, related_name="versions", db_constraint=False)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=80)
    party = models.CharField(_("name of the party"), max_length=120)
    is_natural = models.BooleanField(_("natural person"), default=False)
    place = models.CharField(_("place"), max_length=120, blank=True)
    text = models.TextField(_("text"), max_length=2000)
    publish_from = models.DateField(_("from"))
    publish_until = models.DateField(_("last day"))
    made_by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("entry", "-number")
        constraints = (
            models.UniqueConstraint(fields=("region", "entry", "number"), name="exposure_version_once"),
            models.CheckConstraint(condition=Q(publish_until__gte=F("publish_from")), name="exposure_version_ends"),
        )

    def __str__(self):
        return f"{self.title} ({self.number})"


class ExposureVerb(models.TextChoices):
    WRITE = "write", _("write")
    PROPOSE = "propose", _("propose")
    APPROVE = "approve", _("approve the publication")
    SEND_BACK = "send_back", _("send back")
    WITHDRAW = "withdraw", _("withdraw")


class ExposureAct(Act):
    entry = models.ForeignKey(ExposureEntry, models.CASCADE, related_name="acts", db_constraint=False)
    verb = models.CharField(max_length=12, choices=ExposureVerb)
    version = models.ForeignKey(
        ExposureVersion, models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self):
        return f"{self.verb} {self.entry_id}"
