"""What is done on the site and with the case: inspections, orders, payments, urgings."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Violation
from gis_core.db.functions import RegionKeyed


class Inspection(RegionKeyed):
    """A visit to the site by two officers at least; a joint one is called for a window of time (notice 五.3)."""

    class Kind(models.TextChoices):
        SITE = "site", _("site inspection")
        JOINT = "joint", _("joint inspection")
        RECHECK = "recheck", _("re-check")
        FOLLOW_UP = "follow_up", _("follow-up visit")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="inspections", db_constraint=False)
    kind = models.CharField(max_length=12, choices=Kind)
    planned_from = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    showed_id = models.BooleanField(_("identity cards shown"), default=False)
    findings = models.TextField(_("findings"), blank=True)
    officers = models.ManyToManyField("boundaries.User", through="cases.InspectionOfficer", related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("region", "case"), condition=Q(kind="joint", held_at__isnull=True),
                name="one_joint_inspection_called_at_a_time",
            ),
        )  # fmt: skip

    def __str__(self):
        return f"{self.get_kind_display()} {self.held_at or self.planned_from}"


class InspectionOfficer(RegionKeyed):
    """An officer who was there, with the certificate number of that day (行政处罚法 42)."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="officer_rows", db_constraint=False)
    user = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    officer_cert_no = models.CharField(max_length=40)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("region", "inspection", "user"), name="officer_once"),)

    def __str__(self):
        return f"{self.user} {self.officer_cert_no}"


class InspectionEntry(RegionKeyed):
    """What one unit saw at an inspection, told from its own phone: several of them fill one inspection (S44)."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="entries", db_constraint=False)
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    violations = ArrayField(models.CharField(max_length=24, choices=Violation), default=list, blank=True)
    findings = models.TextField(_("findings"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self):
        return f"{self.unit} {self.findings[:30]}"


class InspectionUnit(RegionKeyed):
    """A unit invited to a joint inspection: who signed in for it and when, or why it did not come (A15)."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="units", db_constraint=False)
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, related_name="+", db_index=False)
    signed_in_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    signed_in_at = models.DateTimeField(null=True)
    absence_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("region", "inspection", "unit"), name="unit_invited_once"),)

    def __str__(self):
        return str(self.unit)


class Order(RegionKeyed):
    """An order to stop or to rectify; obeyed or not is found by a re-check (S45, S46)."""

    class Kind(models.TextChoices):
        STOP = "stop", _("order to stop")
        RECTIFY = "rectify", _("order to rectify")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        COMPLIED = "complied", _("obeyed")
        DISOBEYED = "disobeyed", _("disobeyed")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="orders", db_constraint=False)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.IN_FORCE)
    demands = models.TextField(_("what must be done"))
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rechecked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self):
        return f"{self.get_kind_display()} {self.issued_at:%Y-%m-%d}"


class Payment(RegionKeyed):
    """Money paid towards the fine, in yuan."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="payments", db_constraint=False)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    paid_on = models.DateField()
    receipt_no = models.CharField(max_length=60)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
            models.UniqueConstraint(fields=("region", "receipt_no"), name="receipt_once"),
        )

    def __str__(self):
        return self.receipt_no


class Relief(RegionKeyed):
    """A reconsideration or suit of the party against the decision (行政复议法 20, 行政诉讼法 45, 46). Its days, the
    first and the last included, add nothing to a fine paid late (行政处罚法 73)."""

    class Kind(models.TextChoices):
        RECONSIDERATION = "reconsideration", _("administrative reconsideration")
        SUIT = "suit", _("administrative suit")

    class Result(models.TextChoices):
        PENDING = "", _("under way")
        UPHELD = "upheld", _("decision upheld")
        CHANGED = "changed", _("decision changed")
        ANNULLED = "annulled", _("decision annulled")
        WITHDRAWN = "withdrawn", _("withdrawn")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="reliefs", db_constraint=False)
    kind = models.CharField(max_length=16, choices=Kind)
    body = models.CharField(max_length=120)
    document = models.CharField(max_length=120)
    filed_on = models.DateField()
    recorded_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result, blank=True, default=Result.PENDING)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("region", "case"), condition=Q(ended_on__isnull=True), name="one_relief_pending_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(result="", ended_on__isnull=True) | (~Q(result="") & Q(ended_on__gte=F("filed_on"))),
                name="relief_ends_with_a_result",
            ),
        )

    def __str__(self):
        return f"{self.get_kind_display()} {self.filed_on}"


class Urging(RegionKeyed):
    """An urging (督办): what is wanted by when, and the unit's reply."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="urgings", db_constraint=False)
    by = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    demand = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("region", "unit", "due_at"), name="urging_open", condition=Q(replied_at__isnull=True)),
        )

    def __str__(self):
        return f"{self.case_id}: {self.demand[:30]}"


class Notice(RegionKeyed):
    """A line in somebody's inbox: what happened to a case that waits for them or was theirs, or to a patrol plan."""

    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="notices", db_constraint=False)
    plan = models.ForeignKey("boundaries.PatrolPlan", models.CASCADE, null=True, related_name="notices")
    to = models.ForeignKey("boundaries.User", models.CASCADE, related_name="notices", db_index=False)
    event = models.ForeignKey("cases.CaseEvent", models.CASCADE, null=True, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=32)
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("to", "-id"), name="notice_of_person"),
            models.Index(fields=("to",), name="notice_unread", condition=Q(read_at__isnull=True)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False, plan__isnull=True) | Q(case__isnull=True, plan__isnull=False),
                name="notice_of_a_case_or_a_plan",
            ),
        )

    def __str__(self):
        return self.text
