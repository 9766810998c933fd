"""Patrols: who walked which ground when, and what shows it. Evidence, not a tick: doubtful ones are kept and marked."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.querysets import PatrolQuerySet, PatrolVisitQuerySet
from gis_core import srid


class Doubt(models.TextChoices):
    """Why a patrol or some of its points are not believed as they stand."""

    FUTURE = "future", _("ends in the future")
    SAME_TRACK = "same_track", _("the same track as another patrol")
    UNREACHABLE = "unreachable", _("check-ins too far apart for the time between them")
    SPEED = "speed", _("faster than anybody goes on patrol")
    JUMP = "jump", _("jumps from place to place")
    OUTSIDE = "outside", _("points outside the region")
    INACCURATE = "inaccurate", _("points too inaccurate")
    NO_EVIDENCE = "no_evidence", _("neither track nor check-in in any cell")


class Patrol(models.Model):
    """One person's patrol (巡查): `track` is what of `points` is believed, cut where it breaks; lon/lat, WGS 84.

    `points`, `times` (seconds since 1970, UTC) and `accuracies` (metres; None where the device says none) are the
    raw track, in the order recorded. A patrol with a doubt that spoils the whole of it (`SPOILING`) does not count
    until a coordinator accepts it with a reason.
    """

    class Source(models.TextChoices):
        PHONE = "phone", pgettext_lazy("where a patrol comes from", "phone")
        GPX = "gpx", _("GPX file")
        GEOJSON = "geojson", _("GeoJSON file")
        CHECK_INS = "check_ins", _("check-ins")

    class Result(models.TextChoices):
        NOTHING_FOUND = "nothing_found", _("nothing found")
        FOUND = "found", _("something found")

    SPOILING = (Doubt.FUTURE, Doubt.SAME_TRACK, Doubt.UNREACHABLE)

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="patrols")
    key = models.UUIDField(default=uuid.uuid4, help_text="made by the device, so that sending twice is recording once")
    officer = models.ForeignKey("boundaries.User", models.PROTECT, null=True, blank=True, related_name="patrols")
    officer_name = models.CharField(_("officer"), max_length=60)
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, blank=True, related_name="patrols")
    started_at = models.DateTimeField(_("start"))
    ended_at = models.DateTimeField(_("end"))
    source = models.CharField(max_length=10, choices=Source)
    result = models.CharField(_("result"), max_length=14, choices=Result)
    note = models.TextField(_("note"), blank=True)
    case_nos = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    points = models.MultiPointField(srid=srid.STORAGE, null=True, blank=True)
    times = ArrayField(models.FloatField(), default=list, blank=True)
    accuracies = ArrayField(models.FloatField(null=True), default=list, blank=True)
    track = models.MultiLineStringField(srid=srid.STORAGE, null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="of the raw track: the same track twice")
    sketch = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        help_text="of its places: the same track changed a little",
    )
    doubts = ArrayField(models.CharField(max_length=14, choices=Doubt), default=list, blank=True)
    counts = models.BooleanField(default=True, help_text="evidence, as it stands")
    accepted_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_why = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)

    objects = PatrolQuerySet.as_manager()

    class Meta:
        ordering = ("-ended_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("region", "key"), name="patrol_recorded_once"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="patrol_ends_after_it_begins"),
        )
        indexes = (
            models.Index(fields=("region", "-ended_at", "-id"), name="patrol_newest"),
            models.Index(fields=("region", "fingerprint"), name="patrol_same_track", condition=~Q(fingerprint="")),
            GinIndex(fields=("sketch",), name="patrol_alike"),
        )

    def __str__(self):
        return f"{self.officer_name} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def doubt_labels(self):
        return [Doubt(code).label for code in self.doubts]


class CheckIn(models.Model):
    """A moment at which a person on patrol said “I am here”, with the place their device gave."""

    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="check_ins")
    at = models.DateTimeField()
    geom = models.PointField(srid=srid.STORAGE)
    accuracy_m = models.FloatField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"


class PatrolVisit(models.Model):
    """What a patrol shows of one cell, worked out from its geometry (`boundaries.visits`).

    `entered`: the track or a check-in lies in the cell, its edge included; else it was only seen from beside.
    `seen` is the ground of the cell within the radius of the track, lon/lat; empty where there is no track.
    `ended_at` and `counts` are the patrol's, so that one index answers for the last patrol of every cell.
    """

    class Evidence(models.TextChoices):
        TRACK = "track", _("track")
        CHECK_IN = "check_in", _("check-in")

    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="visits")
    cell = models.ForeignKey("boundaries.GridCell", models.CASCADE, related_name="visits", db_index=False)
    entered = models.BooleanField()
    evidence = models.CharField(max_length=8, choices=Evidence)
    ended_at = models.DateTimeField()
    counts = models.BooleanField()
    seen = models.GeometryField(srid=srid.STORAGE, null=True)

    objects = PatrolVisitQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("patrol", "cell"), name="a_patrol_visits_a_cell_once"),)
        indexes = (
            models.Index(
                fields=("cell", "-ended_at"),
                name="visit_last",
                include=("patrol",),
                condition=Q(entered=True, counts=True),
            ),
            models.Index(fields=("cell", "-ended_at"), name="visit_seen", condition=Q(seen__isnull=False, counts=True)),
        )

    def __str__(self):
        return f"{self.patrol_id} {self.cell_id}"
