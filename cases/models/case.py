"""A case from its first clue on. One row holds today; `CaseEvent` holds how it came about."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.querysets import CaseQuerySet
from cases.workflow import CURRENT, ENDED, OPEN, STAGES, TABLES, Stage, Status, Table
from gis_core import srid
from gis_core.db.functions import Bigrams, RegionKeyed, WorldCell, WorldX, WorldY


class Channel(models.TextChoices):
    """Where a clue came from (案件来源, notice 五.1)."""

    GRID_FEEDBACK = "grid_feedback", _("grid feedback")
    COMPLAINT = "complaint", _("petition or complaint")
    SUPERIOR_ASSIGNED = "superior_assigned", _("assigned from above")
    PATROL = "patrol", _("enforcement patrol")
    OTHER = "other", _("other")


class Violation(models.TextChoices):
    """What may be wrong on a site (notice 三); a site may show several."""

    PLANNING_PERMIT = "planning_permit", _("no planning permit")
    QUALITY_SUPERVISION = "quality_supervision", _("no quality supervision formalities")
    SAFETY_SUPERVISION = "safety_supervision", _("no safety supervision formalities")
    TENDERING = "tendering", _("no tendering formalities")
    CONSTRUCTION_PERMIT = "construction_permit", _("no construction permit or start report")
    DURING_CONSTRUCTION = "during_construction", _("violation during construction")
    STOPPAGE_ACCEPTANCE = "stoppage_acceptance", _("violation at stoppage acceptance")


class LandOwnership(models.TextChoices):
    STATE = "state", _("state-owned")
    COLLECTIVE = "collective", _("collective")
    UNVERIFIED = "unverified", _("not yet verified")


class Hold(models.TextChoices):
    """Why nothing moves for the time being; the state stays what it was."""

    SUSPENDED = "suspended", _("suspended")
    DEFERRED = "deferred", _("deferred")


class Rule(models.TextChoices):
    """Which branch of the assignment rule answered."""

    SPECIAL_AREA = "special_area", _("special area")
    TOWNSHIP = "township", _("township or subdistrict")
    GAP = "gap", _("responsibility gap")
    OUTSIDE = "outside", _("outside the region")


class Confidence(models.TextChoices):
    HIGH = "high", _("high")
    LOW = "low", _("low")


class Assignment(models.Model):
    """The automatic answer to “who answers for this point”, as stored; see `cases.assignment`.

    `border_distance_m` runs to the nearest territory of another group (`border_group_code`), in metres.
    `candidate_codes` are the areas that may be meant when confidence is low. An override changes
    `area_code` and `group_code` alone: the automatic answer stays.
    """

    edition = models.ForeignKey("boundaries.Edition", models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=12, choices=Rule)
    confidence = models.CharField(max_length=4, choices=Confidence)
    auto_area_code = models.CharField(max_length=12, blank=True)
    auto_group_code = models.CharField(max_length=12, blank=True)
    border_distance_m = models.FloatField(null=True)
    border_group_code = models.CharField(max_length=12, blank=True)
    candidate_codes = ArrayField(models.CharField(max_length=12), default=list)
    outside_name = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    area_code = models.CharField(max_length=12, blank=True)
    group_code = models.CharField(max_length=12, blank=True)
    lead_unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


# What a tile is made of and chosen by, so that it is drawn from an index alone.
DRAWN = (
    "case_no", "status", "channel", "year", "due_at", "group_code", "area_code", "world_x", "world_y",
    "reported_by", "units_involved",
)  # fmt: skip


class Case(RegionKeyed, Assignment):
    """A reported site and its case. `geom` is converted once, at intake; the raw input stays beside it."""

    case_no = models.CharField(_("case number"), max_length=24)
    status = models.CharField(max_length=16, choices=Status, default=Status.REPORTED)
    channel = models.CharField(max_length=20, choices=Channel)
    violations = ArrayField(models.CharField(max_length=24, choices=Violation), default=list)
    land_ownership = models.CharField(max_length=12, choices=LandOwnership, default=LandOwnership.UNVERIFIED)
    address = models.CharField(_("address"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    is_major = models.BooleanField(_("major"), default=False)

    workflow_version = models.PositiveSmallIntegerField(default=CURRENT, db_default=1)
    hold = models.CharField(max_length=10, choices=Hold, blank=True, default="", db_default="")
    is_joint = models.BooleanField(_("joint enforcement"), default=False, db_default=False)
    handling_unit = models.ForeignKey(
        "boundaries.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    addressee = models.ForeignKey(
        "boundaries.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        help_text="of the unit in charge: to whom by name the case was handed; the whole unit may act",
    )  # fmt: skip
    units_involved = ArrayField(
        models.BigIntegerField(), default=list, db_default=Value([], ArrayField(models.BigIntegerField())),
        help_text="units handed the case, invited to it or handling one of its violations: their people see it",
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False, db_constraint=False
    )

    geom = models.PointField(srid=srid.STORAGE)
    raw_lon = models.FloatField()
    raw_lat = models.FloatField()
    raw_crs = models.CharField(max_length=12)
    accuracy_m = models.FloatField(null=True, blank=True)
    source_client = models.CharField(max_length=20, default="web")
    named_area_code = models.CharField(
        max_length=12, blank=True, help_text="area that the text names, where it is not the point's"
    )
    suspected_crs = models.CharField(
        max_length=12, blank=True, help_text="the system in which point and text would agree"
    )

    year = models.PositiveSmallIntegerField()
    reported_at = models.DateTimeField(default=timezone.now)
    reported_by = models.ForeignKey(
        "boundaries.User", models.PROTECT, null=True, blank=True, related_name="reported", db_index=False
    )
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    demonstration = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    search = models.GeneratedField(
        expression=Bigrams("case_no", "address"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
        null=True,
    )

    world_x = models.GeneratedField(
        expression=WorldX("geom"), output_field=models.BigIntegerField(), db_persist=True, null=True
    )
    world_y = models.GeneratedField(
        expression=WorldY("geom"), output_field=models.BigIntegerField(), db_persist=True, null=True
    )
    world_cell = models.GeneratedField(
        expression=WorldCell("geom"), output_field=models.BigIntegerField(), db_persist=True, null=True,
        help_text="the two interleaved: every tile of every zoom is one range of it",
    )  # fmt: skip

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("region", "case_no"), name="case_no_once_per_region"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="case_geom_valid"),
        )
        indexes = (
            models.Index(fields=("region", "-reported_at", "-id"), name="case_newest"),
            models.Index(fields=("region", "group_code", "-reported_at", "-id"), name="case_newest_of_group"),
            models.Index(fields=("region", "reported_by", "-reported_at", "-id"), name="case_newest_of_reporter"),
            models.Index(
                fields=("region", "-reported_at", "-id"),
                name="case_newest_open",
                condition=Q(status__in=OPEN),
            ),
            GinIndex(fields=("search",), name="case_search"),
            GinIndex(fields=("units_involved",), name="case_units_involved"),
            models.Index(
                fields=("region", "handling_unit", "due_at"),
                name="case_open_of_unit",
                condition=Q(status__in=OPEN, handling_unit__isnull=False),
            ),
            models.Index(
                fields=("region", "addressee"),
                name="case_open_of_addressee",
                condition=Q(status__in=OPEN, addressee__isnull=False),
            ),
            models.Index(fields=("region", "due_at", "id"), name="case_due"),
            models.Index(
                fields=("region", "status", "channel", "hold"), name="case_open_states", condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=("region", "-ended_at"),
                name="case_followed_up",
                condition=Q(status__in=(Status.CLOSED, Status.FOLLOW_UP)),
            ),
            models.Index(
                fields=("region", "world_cell"), name="case_cell_open", include=DRAWN, condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=("region", "world_cell"),
                name="case_cell_ended",
                include=DRAWN,
                condition=Q(status__in=sorted(ENDED)),
            ),
            models.Index(
                fields=("region", "reported_by", "world_cell"),
                name="case_cell_of_reporter",
                include=tuple(name for name in DRAWN if name != "reported_by"),
                condition=Q(reported_by__isnull=False),
            ),
            models.Index(fields=("merged_into",), name="case_merged", condition=Q(merged_into__isnull=False)),
        )

    def __str__(self):
        return self.case_no

    def get_absolute_url(self):
        return reverse("case-detail", args=(self.case_no,))

    @property
    def is_open(self):
        return self.status in OPEN

    @property
    def filing_unit_id(self):
        """Who files: of a joint case the group's first lead unit (notice 五.2), else the unit that handles it."""
        return self.lead_unit_id if self.status == Status.JOINT_REQUIRED else self.handling_unit_id

    @property
    def table(self) -> Table:
        """The rules that the case began under."""
        return TABLES[self.workflow_version]

    @property
    def stage(self):
        """The map's class of this case now: overdue first, else what its status says."""
        if self.is_open and self.due_at and self.due_at < timezone.now():
            return Stage.OVERDUE
        return STAGES[Status(self.status)]

    @property
    def photos(self):
        return self.evidence.photos()

    @property
    def violation_labels(self):
        return [Violation(value).label for value in self.violations]


class CaseNumber(models.Model):
    """The last number given out per region and year; the row lock makes numbers gapless and single."""

    pk = models.CompositePrimaryKey("region_id", "year")
    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.region_id}-{self.year}: {self.last}"
