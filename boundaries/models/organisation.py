"""Units, cooperation groups and their ordered lead units, as the founding notice sets them up."""

from django.contrib.gis.db import models
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from gis_core import srid


class Region(models.Model):
    """A county or city that uses the system; its code is part of every case-side key."""

    code = models.CharField(primary_key=True, max_length=6, validators=[RegexValidator(r"^\d{6}$")])
    name = models.CharField(max_length=60)
    case_prefix = models.CharField(
        max_length=6, validators=[RegexValidator(r"^[A-Z]{1,6}$")], help_text="first letters of a case number"
    )

    def __str__(self):
        return self.name


class Unit(models.Model):
    """A section (科室), station, brigade, office or body; identifiers as in the glossary."""

    class Kind(models.TextChoices):
        BODY = "body", _("body")
        OFFICE = "office", _("office")
        SECTION = "section", _("section")
        STATION = "station", _("station")
        BRIGADE = "brigade", _("brigade")
        EXTERNAL = "external", _("external body")

    class Platform(models.TextChoices):
        NONE = "", _("no platform")
        GRID = "grid", _("grid platform")
        INFO = "info", _("information platform")

    region = models.ForeignKey(Region, models.CASCADE, related_name="units")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    platform = models.CharField(max_length=5, choices=Platform, default=Platform.NONE, blank=True)
    host = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="hosted")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("region", "code"), name="unit_code_once_per_region"),)

    def __str__(self):
        return self.name


class Liaison(models.Model):
    """The dedicated person whom a unit names for joint enforcement (专人, notice 六.1); `valid_to` is the last day."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="liaisons")
    holder = models.CharField(max_length=60)
    user = models.ForeignKey("boundaries.User", models.SET_NULL, null=True, blank=True, related_name="liaison_for")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("unit", "-valid_from")

    def __str__(self):
        return self.holder


class CooperationGroup(models.Model):
    """A cooperation group (协作组) of one edition. `territory` is the union of its areas, computed."""

    edition = models.ForeignKey("boundaries.Edition", models.CASCADE, related_name="groups")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    convener = models.CharField(max_length=60, blank=True)
    members = models.ManyToManyField(Unit, related_name="member_of", blank=True)
    embedded_grid_staff = models.BooleanField(default=False)
    territory = models.MultiPolygonField(srid=srid.STORAGE, null=True, editable=False)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(fields=("edition", "code"), name="group_code_once_per_edition"),
            models.UniqueConstraint(fields=("edition", "order"), name="group_order_once_per_edition"),
        )

    def __str__(self):
        return self.name


class LeadUnit(models.Model):
    """A group's lead units in the notice's order; the first files the case (notice 五.2). Never sort by name."""

    group = models.ForeignKey(CooperationGroup, models.CASCADE, related_name="lead_units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="leads")
    lead_order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("lead_order",)
        constraints = (
            models.UniqueConstraint(fields=("group", "lead_order"), name="one_unit_per_lead_order"),
            models.UniqueConstraint(fields=("group", "unit"), name="a_unit_leads_a_group_once"),
        )

    def __str__(self):
        return f"{self.lead_order} {self.unit}"


class Appointment(models.Model):
    """Who holds an office by the notice (组长, 副组长, 成员, 主任). Names are data of the edition."""

    class Role(models.TextChoices):
        HEAD = "head", _("head")
        DEPUTY_HEAD = "deputy_head", _("deputy head")
        MEMBER = "member", _("member")
        DIRECTOR = "director", _("director")

    edition = models.ForeignKey("boundaries.Edition", models.CASCADE, related_name="appointments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=12, choices=Role)
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=("edition", "order"), name="appointment_order_once"),)

    def __str__(self):
        return self.name
