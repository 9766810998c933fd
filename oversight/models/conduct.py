"""不良行为记录 (S28): which firm, for which decision, for what, how long; who did what, and who saw it when."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import identity
from gis_core.db.functions import RegionKeyed
from oversight.models.trail import Act


class Use(models.TextChoices):
    """The five fields in which a record counts (S28)."""

    PERMITS = "permits", _("administrative permits")
    MARKET_ACCESS = "market_access", _("market access")
    TENDERING = "tendering", _("tendering")
    QUALIFICATION = "qualification", _("qualification")
    AWARDS = "awards", _("awards and honours")


class ConductState(models.TextChoices):
    """Stored but for `expired`, which is never stored: it is what the day says of a published one."""

    DRAFTED = "drafted", _("drafted")
    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved, not published yet")
    PUBLISHED = "published", _("made public")
    SHORTENED = "shortened", _("published, shortened")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


STORED = tuple(state for state in ConductState if state is not ConductState.EXPIRED)
PUBLIC = (ConductState.PUBLISHED, ConductState.SHORTENED)
IN_PREPARATION = (ConductState.DRAFTED, ConductState.PROPOSED, ConductState.APPROVED)


class ConductQuerySet(models.QuerySet):
    """That a record is over is asked of the day with every question: nothing has to run for it to be hidden."""

    def in_force(self, day):
        return self.filter(state__in=PUBLIC, publish_from__lte=day, publish_until__gte=day)

    def alive(self, day):
        """Prepared, in force, or to be published on a later day; neither expired nor withdrawn."""
        return self.filter(Q(state__in=IN_PREPARATION) | Q(state__in=PUBLIC, publish_until__gte=day))

    def counting_for(self, use: str):
        return self.filter(**{f"applies_to_{Use(use).value}": True})

    def for_list(self):
        return self.select_related("case").defer("case__search")


class BadConductRecord(RegionKeyed):
    """One record of a firm, or of a person registered as one, known by its unified social credit code.

    Days are of the calendar, the first and the last included. It rests on a penalty decision of its case.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_constraint=False)
    decision = models.ForeignKey("cases.Document", models.PROTECT, related_name="+", db_constraint=False)
    decided_on = models.DateField(_("day of the decision"))
    name = models.CharField(_("name"), max_length=120)
    uscc = models.CharField(_("unified social credit code"), max_length=18)
    is_person = models.BooleanField(_("registered person"), default=False)
    facts = models.TextField(_("facts"), max_length=1000)
    applies_to_permits = models.BooleanField(Use.PERMITS.label, default=False)
    applies_to_market_access = models.BooleanField(Use.MARKET_ACCESS.label, default=False)
    applies_to_tendering = models.BooleanField(Use.TENDERING.label, default=False)
    applies_to_qualification = models.BooleanField(Use.QUALIFICATION.label, default=False)
    applies_to_awards = models.BooleanField(Use.AWARDS.label, default=False)
    state = models.CharField(max_length=10, choices=[(one.value, one.label) for one in STORED], default="drafted")
    months = models.PositiveSmallIntegerField(_("months published"), default=6)
    penalty_until = models.DateField(_("last day of the penalty itself"), null=True, blank=True)
    publish_by = models.DateField()
    publish_from = models.DateField(null=True)
    publish_until = models.DateField(null=True)
    shortened_on = models.DateField(null=True)
    shorten_to = models.DateField(null=True)  # asked for and not decided on
    handler = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    approver = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ConductQuerySet.as_manager()

    class Meta:
        ordering = ("-decided_on", "-id")
        indexes = (models.Index(fields=("region", "uscc"), name="conduct_by_uscc"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(applies_to_permits=True) | Q(applies_to_market_access=True) | Q(applies_to_tendering=True)
                | Q(applies_to_qualification=True) | Q(applies_to_awards=True),
                name="conduct_counts_for_something",
            ),
            models.CheckConstraint(condition=~Q(handler=F("approver")), name="conduct_handler_is_not_approver"),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC)
                | Q(approver__isnull=False, publish_from__isnull=False, publish_until__gte=F("publish_from")),
                name="conduct_published_is_approved_and_ends",
            ),
            models.UniqueConstraint(
                fields=("region", "decision", "uscc"), condition=~Q(state="withdrawn"), name="conduct_once_a_decision"
            ),
        )  # fmt: skip

    def __str__(self):
        return f"{self.name} {self.uscc}"

    @property
    def shown_name(self) -> str:
        """Somebody registered as a firm is a natural person still."""
        return identity.masked_name(self.name) if self.is_person else self.name

    @property
    def uses(self) -> list[Use]:
        return [use for use in Use if getattr(self, f"applies_to_{use.value}")]

    @property
    def use_labels(self) -> list:
        return [use.label for use in self.uses]

    def state_on(self, day) -> ConductState:
        """What it is on that day, by what is stored now; before the day it was shortened it was published."""
        state = ConductState(self.state)
        if state in PUBLIC and self.publish_until < day:
            return ConductState.EXPIRED
        return ConductState.PUBLISHED if state in PUBLIC and not self._is_shortened(day) else state

    def _is_shortened(self, day) -> bool:
        return self.shortened_on is not None and self.shortened_on <= day


class ConductVerb(models.TextChoices):
    DRAFT = "draft", _("begin a draft")
    CHANGE = "change", _("change the draft")
    PROPOSE = "propose", _("propose")
    APPROVE = "approve", _("approve the publication")
    SEND_BACK = "send_back", _("send back")
    PUBLISH = "publish", _("publish")
    ASK_SHORTENING = "ask_shortening", _("ask for shortening")
    SHORTEN = "shorten", _("approve the shortening")
    KEEP_PERIOD = "keep_period", _("refuse the shortening")
    WITHDRAW = "withdraw", _("withdraw")


class ConductAct(Act):
    record = models.ForeignKey(BadConductRecord, models.CASCADE, related_name="acts", db_constraint=False)
    verb = models.CharField(max_length=16, choices=ConductVerb)
    data = models.JSONField(default=dict)

    def __str__(self):
        return f"{self.verb} {self.record_id}"


class ApiKey(RegionKeyed):
    """Another system's key to what is in force: kept as a hash; the key itself is shown once, when it is made."""

    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("region", "digest"), name="api_key_once"),
            models.UniqueConstraint(
                fields=("region", "name"), condition=Q(ended_at__isnull=True), name="one_key_a_system"
            ),
        )  # fmt: skip

    def __str__(self):
        return self.name


class ConductAnswer(RegionKeyed):
    """One answer of the API, an empty one too: who asked what, for which day, and how many records were given."""

    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    uscc = models.CharField(max_length=18)
    use = models.CharField(max_length=16, blank=True, choices=Use)
    on = models.DateField()
    given = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self):
        return f"{self.uscc} {self.on}: {self.given}"


class ConductView(RegionKeyed):
    """Who saw a record when: a person on its page or in the list, or a system in an answer. Never changed, as a trigger
    sees to."""

    record = models.ForeignKey(BadConductRecord, models.CASCADE, related_name="views", db_constraint=False)
    by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self):
        return f"{self.record_id} {self.at}"
