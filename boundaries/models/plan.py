"""Patrol plans (巡查计划): who should look at which ground on a day, in what order; what was done visits say."""

from datetime import date, timedelta

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boundaries.querysets import PatrolPlanQuerySet
from gis_core import srid

A_DAY = 24 * 60  # minutes


class PatrolPlan(models.Model):
    """A day's round; a shift that ends at an earlier hour than it begins ends on the next day. `detour` is how much
    longer ways are than straight lines; `start` empty: each person begins at their first stop and
    ends at their last, else everybody sets out from there and comes back.

    `version` grows with every change, so that the second of two people is told.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        WITHDRAWN = "withdrawn", _("withdrawn")

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="patrol_plans")
    name = models.CharField(_("name"), max_length=60)
    day = models.DateField(_("day"))
    starts = models.TimeField(_("shift begins"))
    ends = models.TimeField(_("shift ends"))
    start = models.PointField(srid=srid.STORAGE, null=True, blank=True)
    minutes_a_stop = models.PositiveSmallIntegerField(
        _("minutes a stop"), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    speed_kmh = models.FloatField(_("speed, km/h"), validators=[MinValueValidator(1), MaxValueValidator(80)])
    detour = models.FloatField(default=1.3)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    made_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PatrolPlanQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-pk")
        indexes = (models.Index(fields=("region", "-day", "-id"), name="plan_newest"),)
        constraints = (models.CheckConstraint(condition=~Q(ends=F("starts")), name="plan_takes_time"),)

    def __str__(self):
        return self.name

    @property
    def shift_minutes(self) -> int:
        return ((self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute) % A_DAY

    @property
    def is_overnight(self) -> bool:
        return self.ends < self.starts

    @property
    def last_day(self) -> date:
        """The day on which the shift ends."""
        return self.day + timedelta(days=self.is_overnight)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_sent(self) -> bool:
        return self.status == self.Status.SENT


class PlanRoute(models.Model):
    """One person's way on the plan's day; `user` is empty for somebody who has no account and gets paper.

    `distance_m` and `minutes` are those of its stops as they stand, the time on the spot included.
    """

    plan = models.ForeignKey(PatrolPlan, models.CASCADE, related_name="routes")
    number = models.PositiveSmallIntegerField()
    user = models.ForeignKey("boundaries.User", models.PROTECT, null=True, blank=True, related_name="patrol_routes")
    person = models.CharField(max_length=60)
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    distance_m = models.FloatField(default=0)
    minutes = models.FloatField(default=0)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="a_route_number_once"),
            models.UniqueConstraint(fields=("plan", "user"), name="a_person_has_one_route"),
        )

    def __str__(self):
        return self.person

    @property
    def letter(self) -> str:
        """What the route is called on maps and paper: A, B, …"""
        return chr(ord("A") + self.number - 1)


class PlanStop(models.Model):
    """Ground to look at: a cell, or a piece in no cell (`ground`, with its area's code). `order` counts from 1 on its
    route, and among those that are nobody's where there is none. `why` is what was wrong when it was planned.
    """

    plan = models.ForeignKey(PatrolPlan, models.CASCADE, related_name="stops")
    route = models.ForeignKey(PlanRoute, models.CASCADE, null=True, blank=True, related_name="stops")
    order = models.PositiveSmallIntegerField()
    cell = models.ForeignKey("boundaries.GridCell", models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.GeometryField(srid=srid.STORAGE, null=True, blank=True)
    area_code = models.CharField(max_length=12, blank=True)
    label = models.CharField(max_length=90)
    why = models.CharField(max_length=400, blank=True)
    place = models.PointField(srid=srid.STORAGE)
    case_no = models.CharField(max_length=24, blank=True, help_text="the open case at which the place lies")
    minutes = models.PositiveSmallIntegerField()
    locked = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(cell__isnull=False, ground__isnull=True) | Q(cell__isnull=True, ground__isnull=False),
                name="a_stop_is_a_cell_or_ground",
            ),
        )

    def __str__(self):
        return self.label
