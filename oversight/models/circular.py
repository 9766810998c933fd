"""通报 (S35, S52): praise or criticism of a unit for a period, who did what with it, and by which rules."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_core.db.functions import RegionKeyed
from oversight.models.trail import Act


class CircularKind(models.TextChoices):
    COMMENDATION = "commendation", _("commendation")
    CRITICISM = "criticism", _("criticism")


class CircularState(models.TextChoices):
    PROPOSED = "proposed", _("circular proposed")
    SENT_BACK = "sent_back", _("circular sent back")
    ISSUED = "issued", _("circular decided")
    DELIVERED = "delivered", _("circular delivered")
    ACKNOWLEDGED = "acknowledged", _("circular acknowledged")
    WITHDRAWN = "withdrawn", _("circular withdrawn")


class Objection(models.TextChoices):
    OPEN = "open", _("objection open")
    REJECTED = "rejected", _("objection rejected")
    UPHELD = "upheld", _("objection upheld")


IN_PREPARATION = (CircularState.PROPOSED, CircularState.SENT_BACK)
IN_FORCE = (CircularState.ISSUED, CircularState.DELIVERED, CircularState.ACKNOWLEDGED)
AT_THE_UNIT = (CircularState.DELIVERED, CircularState.ACKNOWLEDGED)


class CircularQuerySet(models.QuerySet):
    def in_force(self):
        """Decided and not withdrawn: what counts. An objection that is open changes nothing yet."""
        return self.filter(state__in=IN_FORCE)

    def of_year(self, year: int):
        """Of the periods that begin in that calendar year."""
        return self.filter(since__year=year)

    def for_list(self):
        return self.select_related("unit")


class Circular(RegionKeyed):
    """One notice of one unit for one period, both days included. The text and the figures are those of now; each
    earlier version stands with its act."""

    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=CircularKind)
    since = models.DateField()
    until = models.DateField()
    text = models.TextField(_("text"), max_length=1000)
    figures = models.JSONField(default=list, help_text="figure, value, threshold, part and whole that proposed it")
    state = models.CharField(max_length=12, choices=CircularState, default=CircularState.PROPOSED)
    proposer = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    decider = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    object_until = models.DateField(null=True, help_text="last day on which the unit can object")
    objection = models.CharField(max_length=8, choices=Objection, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = CircularQuerySet.as_manager()

    class Meta:
        ordering = ("-since", "unit", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "unit", "kind", "since"),
                condition=~Q(state="withdrawn"), name="circular_once_a_period",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="circular_period_ends"),
            models.CheckConstraint(condition=~Q(proposer=F("decider")), name="circular_proposer_is_not_decider"),
            models.CheckConstraint(
                condition=~Q(state__in=IN_FORCE) | Q(decider__isnull=False, decided_at__isnull=False),
                name="circular_in_force_is_decided",
            ),
        )  # fmt: skip

    def __str__(self):
        return f"{self.kind} {self.unit_id} {self.since}"


class CircularVerb(models.TextChoices):
    PROPOSE = "propose", _("propose the circular")
    CHANGE = "change", _("change and propose again")
    SEND_BACK = "send_back", _("send back")
    ISSUE = "issue", _("decide on the circular")
    DELIVER = "deliver", _("deliver to the unit")
    ACKNOWLEDGE = "acknowledge", _("acknowledge receipt")
    OBJECT = "object", _("object")
    REJECT = "reject", _("reject the objection")
    UPHOLD = "uphold", _("uphold the objection")
    WITHDRAW = "withdraw", _("withdraw")


class CircularAct(Act):
    """`data` holds the text and the figures of the version that the act made."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="acts", db_constraint=False)
    verb = models.CharField(max_length=12, choices=CircularVerb)
    data = models.JSONField(default=dict)

    def __str__(self):
        return f"{self.verb} {self.circular_id}"


class PeriodLength(models.TextChoices):
    MONTH = "month", _("calendar month")
    QUARTER = "quarter", _("calendar quarter")


class Meaning(models.TextChoices):
    """The two readings of 连续批评两次以上 (A13); in both the two lie in one calendar year."""

    PERIODS = "periods", _("in periods that follow one another")
    NO_PRAISE = "no_praise", _("with no commendation between them")


class CircularRules(RegionKeyed):
    """A region's settings; a change is another row, and the newest counts. Where there is none the defaults count,
    which are ours: the notice names no figure."""

    period = models.CharField(_("assessment period"), max_length=8, choices=PeriodLength, default=PeriodLength.MONTH)
    meaning = models.CharField(_("in a row means"), max_length=10, choices=Meaning, default=Meaning.PERIODS)
    objection_days = models.PositiveSmallIntegerField(_("days to object"), default=10)
    criticise_m1_below = models.PositiveSmallIntegerField(_("criticism: handling rate below"), null=True, default=80)
    criticise_m3_below = models.PositiveSmallIntegerField(_("criticism: on-time rate below"), null=True, default=80)
    praise_m1_from = models.PositiveSmallIntegerField(_("commendation: handling rate from"), null=True, default=100)
    praise_m3_from = models.PositiveSmallIntegerField(_("commendation: on-time rate from"), null=True, default=100)
    least_cases = models.PositiveSmallIntegerField(_("only from so many cases"), default=3)
    by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self):
        return f"{self.period} {self.meaning}"

    @classmethod
    def of(cls, region) -> "CircularRules":
        code = getattr(region, "pk", region)
        return cls.objects.filter(region=code).last() or cls(region_id=code)
