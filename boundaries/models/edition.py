"""An edition: a complete map of responsibility, edited as a draft, immutable once published."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boundaries.querysets import AreaQuerySet, EditionQuerySet
from gis_core import srid


class Edition(models.Model):
    """One complete set of areas with their groups and ordered lead units, in force from `valid_from`.

    The edition in force on a day is the published one with the latest `valid_from` not after it; so none
    needs an end, and publishing another changes no row of this one. A database trigger refuses any change
    to a published edition and to all that belongs to it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="editions")
    name = models.CharField(_("name"), max_length=100)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_from = models.DateField(_("in force from"))
    legal_basis = models.TextField(_("legal basis"), blank=True)
    source = models.TextField(_("source of the boundaries"), blank=True)
    schematic = models.BooleanField(_("schematic boundaries"), default=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    metric_srid = models.PositiveIntegerField(
        default=srid.GAUSS_KRUGER, help_text="CGCS2000 3-degree zone in which distances are measured"
    )
    outline = models.MultiPolygonField(srid=srid.STORAGE, null=True, blank=True)
    squares_per_degree = models.PositiveIntegerField(
        default=0, editable=False, help_text="fineness of the grid that points are looked up in"
    )
    has_gap = models.BooleanField(default=False, editable=False, help_text="some of the outline is in no area")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ("-valid_from", "-published_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(outline__isnull=True) | Q(outline__isvalid=True), name="edition_outline_valid"
            ),
        )

    def __str__(self):
        return self.name


class Area(models.Model):
    """A responsibility area (责任区域) of one edition; `geom` is lon/lat WGS 84, `area_m2` on the ellipsoid."""

    class Kind(models.TextChoices):
        SUBDISTRICT = "subdistrict", _("subdistrict")
        TOWN = "town", _("town")
        TOWNSHIP = "township", _("township")
        SCENIC_AREA = "scenic_area", _("scenic area")
        SPECIAL_AREA = "special_area", _("special area")

    SPECIAL = (Kind.SCENIC_AREA, Kind.SPECIAL_AREA)

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="areas")
    group = models.ForeignKey(
        "boundaries.CooperationGroup", models.CASCADE, related_name="areas", null=True, blank=True
    )
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    aliases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    geom = models.MultiPolygonField(srid=srid.STORAGE)
    area_m2 = models.FloatField(null=True, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("edition", "code"), name="area_code_once_per_edition"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="area_geom_valid"),
        )

    def __str__(self):
        return self.name

    @property
    def is_special(self):
        return self.kind in self.SPECIAL


class Neighbour(models.Model):
    """A district beside the region: points there are another's, and the answer names it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="neighbours")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    geom = models.MultiPolygonField(srid=srid.STORAGE)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("edition", "code"), name="neighbour_code_once_per_edition"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="neighbour_geom_valid"),
        )

    def __str__(self):
        return self.name


class Village(models.Model):
    """A village or community by name and code. Names repeat across groups: a name alone decides nothing."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="villages")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("edition", "code"), name="village_code_once_per_edition"),)
        indexes = (models.Index(fields=("edition", "name"), name="village_name"),)

    def __str__(self):
        return self.name
