"""What is known of a case beyond its first report: the site, the parties, the violations, how far the law has run.

One dossier a case, made when somebody first works on it: a million old cases have none.
"""

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Violation
from gis_core.db.functions import RegionKeyed


def yuan(label):
    return models.DecimalField(label, max_digits=16, decimal_places=2, null=True, blank=True)


def person():
    return models.ForeignKey("boundaries.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)


def moment():
    return models.DateTimeField(null=True, blank=True)


class Stage(models.TextChoices):
    """How far the works are (施工阶段)."""

    FOUNDATION = "foundation", _("foundation")
    STRUCTURE = "structure", _("structure")
    ROOFED = "roofed", _("roofed")
    FITTING = "fitting", _("fitting out")
    FINISHED = "finished", _("finished")
    IN_USE = "in_use", _("in use")


class Site(models.Model):
    """The works as measured on the spot; areas in m², money in yuan, dates of the act (行政处罚法 36)."""

    contract_price = yuan(_("contract price"))
    construction_cost = yuan(_("construction cost"))
    land_area_m2 = models.FloatField(_("land area in m²"), null=True, blank=True)
    floor_area_m2 = models.FloatField(_("floor area in m²"), null=True, blank=True)
    storeys = models.PositiveSmallIntegerField(_("storeys"), null=True, blank=True)
    construction_stage = models.CharField(_("construction stage"), max_length=12, choices=Stage, blank=True)
    violation_start = models.DateField(_("start of the violation"), null=True, blank=True)
    violation_end = models.DateField(_("end of the violation"), null=True, blank=True)
    small_works = models.BooleanField(_("small works under the threshold"), default=False)

    class Meta:
        abstract = True


class Proceeding(models.Model):
    """How far the procedure has run. A return to the investigation empties what must be done anew."""

    notified_at = moment()
    defence_at = moment()
    hearing_requested_at = moment()
    hearing_waived_at = moment()
    hearing_at = moment()
    hearing_held_at = moment()
    legal_reviewer = person()
    legal_reviewed_at = moment()
    discussed_at = moment()
    decided_by = person()
    decided_at = moment()
    served_at = moment()
    published_at = moment()
    demanded_at = moment()
    court_at = moment()
    removal_until = models.DateField(_("to be removed by"), null=True, blank=True)
    fine = yuan(_("fine"))
    paid = models.DecimalField(_("paid"), max_digits=16, decimal_places=2, default=0)
    fine_due_at = moment()

    # What a return to the investigation takes back.
    UNTIL_DECIDED = (
        "notified_at", "defence_at", "hearing_requested_at", "hearing_waived_at", "hearing_at", "hearing_held_at",
        "legal_reviewer", "legal_reviewed_at", "discussed_at", "decided_by", "decided_at", "served_at", "demanded_at",
        "court_at", "removal_until", "fine", "fine_due_at",
    )  # fmt: skip

    class Meta:
        abstract = True


class Dossier(RegionKeyed, Site, Proceeding):
    """The file of one case. That a case has one is kept by a unique key that holds the region, as every key does."""

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="dossier", db_constraint=False)
    handler = person()
    co_handler = person()
    land_evidence = models.CharField(_("evidence of land ownership"), max_length=500, blank=True)
    refuses_to_comply = models.BooleanField(_("refuses to comply"), default=False)
    repeat_offender = models.BooleanField(_("repeats despite bans"), default=False)
    safety_danger = models.BooleanField(_("danger to quality or safety"), default=False)
    violent_resistance = models.BooleanField(_("violent resistance"), default=False)
    video_archive_no = models.CharField(_("archive number of the video"), max_length=60, blank=True)
    evidence_registered_at = moment()
    sealed_at = moment()
    announced_at = moment()
    disputed_at = moment()
    follow_up_until = models.DateField(null=True, blank=True)
    follow_up_every_days = models.PositiveSmallIntegerField(default=30)
    archive_no = models.CharField(_("archive number"), max_length=60, blank=True)

    def __str__(self):
        return f"dossier of {self.case_id}"


class CaseViolation(RegionKeyed):
    """One violation of a case: its basis, the unit that handles it, and its own outcome (notice 五.3).

    `act` names what was done: two violations of one act must not both be fined (行政处罚法 29).
    """

    class Outcome(models.TextChoices):
        PENDING = "", _("pending")
        PENALTY = "penalty", _("fine")
        NO_PENALTY = "no_penalty", _("no penalty")
        CORRECTED = "corrected", _("corrected, no penalty")
        TRANSFERRED = "transferred", _("transferred")
        UNFOUNDED = "unfounded", _("unfounded")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="found_violations", db_constraint=False)
    kind = models.CharField(max_length=24, choices=Violation)
    act = models.CharField(_("act"), max_length=200)
    basis = models.CharField(_("legal basis"), max_length=500)
    handling_unit = models.ForeignKey("boundaries.Unit", models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default=Outcome.PENDING)
    fine = yuan(_("fine"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("region", "case", "kind"), name="violation_once_per_case"),
            models.CheckConstraint(
                condition=Q(outcome="penalty", fine__gt=0) | (~Q(outcome="penalty") & Q(fine__isnull=True)),
                name="a_fine_has_an_amount_and_nothing_else_has",
            ),
        )

    def __str__(self):
        return self.get_kind_display()


class Party(RegionKeyed):
    """A party (当事人). The data of natural persons are personal: masked wherever nobody asked for them."""

    class Kind(models.TextChoices):
        DEVELOPER = "developer", _("developer")
        CONTRACTOR = "contractor", _("contractor")
        SUPERVISOR_FIRM = "supervisor_firm", _("supervising firm")
        PERSON = "person", _("person")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="parties", db_constraint=False)
    kind = models.CharField(_("role of the party"), max_length=16, choices=Kind)
    is_natural = models.BooleanField(_("natural person"), default=False)
    name = models.CharField(_("name"), max_length=120)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    id_no = models.CharField(_("identity number"), max_length=18, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("region", "uscc"), name="party_by_uscc", condition=~Q(uscc="")),
            models.Index(fields=("region", "name"), name="party_by_name"),
        )

    def __str__(self):
        return self.name


class DiscretionTier(RegionKeyed):
    """What a violation may cost by its size: editable, because the local table may have changed.

    `measure` is a field of the site in m² or yuan; a size counts from `at_least` on and below `below`. A rate is
    in percent of `of`; amounts are in yuan.
    """

    class Subject(models.TextChoices):
        DEVELOPER = "developer", _("developer")
        CONTRACTOR = "contractor", _("contractor")

    class Standing(models.TextChoices):
        STATUTORY = "statutory", _("statutory")
        TO_CONFIRM = "to_confirm", _("to be confirmed by the legal section")

    kind = models.CharField(_("violation"), max_length=24, choices=Violation)
    subject = models.CharField(_("who is fined"), max_length=10, choices=Subject)
    measure = models.CharField(
        _("measured by"), max_length=20, choices=[("floor_area_m2", _("floor area in m²"))], blank=True
    )
    at_least = models.FloatField(_("from this size on"), default=0)
    below = models.FloatField(_("below this size"), null=True, blank=True)
    of = models.CharField(
        _("percent of"), max_length=20, blank=True,
        choices=[("contract_price", _("contract price")), ("construction_cost", _("construction cost"))],
        help_text=_("Left empty: the amounts are in yuan."),
    )  # fmt: skip
    least = models.DecimalField(_("at least"), max_digits=12, decimal_places=4)
    most = models.DecimalField(_("at most"), max_digits=12, decimal_places=4)
    basis = models.CharField(_("legal basis"), max_length=300)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing, default=Standing.TO_CONFIRM)
    confirmed_by = models.CharField(_("confirmed by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("discretion tier")
        verbose_name_plural = _("discretion tiers")
        ordering = ("kind", "subject", "at_least")
        constraints = (
            models.UniqueConstraint(fields=("region", "kind", "subject", "at_least"), name="tier_once"),
            models.CheckConstraint(condition=Q(least__lte=models.F("most")), name="tier_in_order"),
        )

    def __str__(self):
        return f"{self.get_kind_display()} · {self.get_subject_display()} ≥ {self.at_least:g}"

    def clean(self):
        """Tiers of one violation and subject do not lie over one another: a size has one tier."""
        super().clean()
        if self.below is not None and self.below <= self.at_least:
            raise ValidationError({"below": _("The end must lie above the beginning.")})
        if self.of and self.most is not None and self.most > 100:
            raise ValidationError({"most": _("A rate is at most 100 percent.")})
        if over := self._overlapping().first():
            raise ValidationError({"at_least": _("It lies over the tier “{tier}”.").format(tier=over)})

    def _overlapping(self):
        others = type(self).objects.filter(region=self.region_id, kind=self.kind, subject=self.subject)
        above = others.exclude(pk=self.pk).filter(Q(below=None) | Q(below__gt=self.at_least))
        return above if self.below is None else above.filter(at_least__lt=self.below)
