"""The legal clock: rules that say how long, and the clocks that run by them. Domain page 2.2, D01 to D27."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.querysets import ClockQuerySet
from gis_core.db.functions import RegionKeyed

SINCE_EVER = date(2000, 1, 1)  # before any record


class Colour(models.TextChoices):
    """How near an end is; `paused` has none."""

    GREEN = "green", _("in time")
    YELLOW = "yellow", _("soon due")
    ORANGE = "orange", _("very soon due")
    RED = "red", _("overdue or on its last day")
    PAUSED = "paused", _("paused")


WARNINGS = (Colour.YELLOW, Colour.ORANGE, Colour.RED)


def check_warnings(pairs):
    """[[60, "yellow"], [75, "orange"]]: elapsed days and the colour from that day on, in order."""
    sound = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is int and pair[0] > 0 and pair[1] in WARNINGS
        for pair in pairs
    )
    if not sound or [pair[0] for pair in pairs] != sorted({pair[0] for pair in pairs}):
        raise ValidationError(_("Pairs of elapsed days and yellow, orange or red, the earliest first."))


class DeadlineRule(RegionKeyed):
    """How long something may or must take, from what, by which law; an editable default per region.

    `warn_at` counts elapsed days: working days where the unit is the working day, calendar days otherwise; an
    extension moves the warnings with the end. Empty: yellow from the last third on. `extension_steps` are in the
    rule's unit, one per approval, in order. `after` names the rule at whose end this one begins.
    """

    class Kind(models.TextChoices):
        LIMIT = "limit", _("we must act by then")
        WAIT = "wait", _("nothing before it has run")
        PARTY = "party", _("the party must act by then")
        NOTE = "note", _("no date of its own")

    class Unit(models.TextChoices):
        WORKDAY = "workday", _("working days")
        DAY = "day", _("calendar days")
        MONTH = "month", _("months")

    class Standing(models.TextChoices):
        STATUTORY = "statutory", _("statutory")
        TO_CONFIRM = "to_confirm", _("to be confirmed by the legal section")
        INTERNAL = "internal", _("internal")

    code = models.CharField(_("code"), max_length=8)
    name = models.CharField(_("name"), max_length=60)
    trigger = models.CharField(_("begins with"), max_length=100)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    amount = models.PositiveSmallIntegerField(_("amount"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=7, choices=Unit, default=Unit.WORKDAY)
    extension_steps = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("extensions"), default=list, blank=True
    )
    pausable = models.BooleanField(_("can be paused"), default=False)
    warn_at = models.JSONField(_("warnings"), default=list, blank=True, validators=[check_warnings])
    after = models.CharField(_("begins at the end of"), max_length=8, blank=True)
    basis = models.TextField(_("legal basis"), blank=True)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing)
    confirmed_by = models.CharField(_("confirmed by"), max_length=60, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    active_from = models.DateField(_("for clocks from"), default=SINCE_EVER)
    active_to = models.DateField(_("for clocks until"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        ordering = ("region", "code", "active_from")
        constraints = (
            models.UniqueConstraint(fields=("region", "code", "active_from"), name="rule_once_per_day"),
            models.CheckConstraint(
                condition=Q(kind="note", amount=None) | Q(~Q(kind="note"), amount__isnull=False),
                name="rule_amount_unless_note",
                violation_error_message=_("A note has no amount; every other rule has one."),
            ),
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_to__gte=F("active_from")),
                name="rule_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self):
        return f"{self.code} {self.name}"

    def clean(self):
        """What clocks know their rule by is chosen once, and a rule that has clocks keeps a date."""
        super().clean()
        if self.after and self.after == self.code:
            raise ValidationError({"after": _("A rule cannot begin at its own end.")})
        before = type(self).objects.filter(pk=self.pk).first()
        if before and (before.region_id, before.code) != (self.region_id, self.code):
            raise ValidationError({"code": _("Region and code stay as they are: save it as a new row instead.")})
        if before and (before.kind == self.Kind.NOTE) != (self.kind == self.Kind.NOTE):
            raise ValidationError({"kind": _("A note stays a note, and a rule with a date keeps one.")})

    def is_active_on(self, day: date) -> bool:
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)

    @property
    def standing_label(self) -> str:
        """What the rule rests on; who confirmed it, once somebody did."""
        if self.confirmed_by:
            return _("confirmed by {who}").format(who=self.confirmed_by)
        return str(self.get_standing_display())


class WorkdayCorrection(RegionKeyed):
    """A day that is a working day, or none, against what the calendar library says or does not know yet."""

    date = models.DateField(_("date"))
    is_workday = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    completes_year = models.BooleanField(
        _("the year is complete"),
        default=False,
        help_text=_("Every holiday and make-up day of this year is entered: its dates are no longer provisional."),
    )

    class Meta:
        verbose_name = _("working-day correction")
        verbose_name_plural = _("working-day corrections")
        ordering = ("region", "date")
        constraints = (models.UniqueConstraint(fields=("region", "date"), name="one_correction_per_day"),)

    def __str__(self):
        return str(self.date)


class Clock(RegionKeyed):
    """A rule running for a case. `due_at` is the last moment of its last day, as stored by the last who computed it;
    null while a pause keeps it open. `code` is the rule's, kept so that the database can refuse a second one."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="clocks", db_constraint=False)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    code = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=32, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("region", "case", "code"), name="clock_runs_once", condition=Q(stopped_at=None)
            ),
        )
        indexes = (models.Index(fields=("region", "due_at"), name="clock_decision_due", condition=Q(code="D03")),)

    def __str__(self):
        return f"{self.code} {self.case_id}"


class ClockPause(RegionKeyed):
    """Time that does not count (domain page D04). Open while `to_at` is null.

    `cause` keeps apart what overlaps: the end of a hearing does not end the suspension that began meanwhile. One that a
    person entered by itself has none.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses", db_constraint=False)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    cause = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ("from_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "clock", "cause"), name="one_open_pause_of_a_cause", condition=Q(to_at=None)
            ),
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gte=F("from_at")), name="pause_ends_after_it_begins"
            ),
        )

    def __str__(self):
        return f"{self.from_at} – {self.to_at}"


class ClockExtension(RegionKeyed):
    """One approved step of a rule's extensions, in the rule's unit."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="extensions", db_constraint=False)
    amount = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self):
        return f"+{self.amount}"
