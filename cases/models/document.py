"""What is written about a case: the template files in force, the documents made from them, and how they were served."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gis_core.db.functions import RegionKeyed


class DocumentKind(models.TextChoices):
    """The forms that the system fills in (the province's 28, and the stop order beside them)."""

    REPORT_REGISTER = "report_register", _("report register")
    FILING_APPROVAL = "filing_approval", _("filing approval")
    SITE_INSPECTION_RECORD = "site_inspection_record", _("site inspection record")
    STOP_ORDER = "stop_order", _("stop order")
    RECTIFY_ORDER = "rectify_order", _("rectification order")
    PRIOR_NOTICE = "prior_notice", _("prior notice of a penalty")
    HEARING_NOTICE = "hearing_notice", _("notice of the right to a hearing")
    TRANSFER_LETTER = "transfer_letter", _("case transfer letter")
    PENALTY_DECISION = "penalty_decision", _("penalty decision")
    NO_PENALTY_DECISION = "no_penalty_decision", _("decision not to penalise")
    SERVICE_RECEIPT = "service_receipt", _("service receipt")
    CLOSING_APPROVAL = "closing_approval", _("closing approval")


class DocumentTemplate(RegionKeyed):
    """A .docx with placeholders. One is in force per region and kind; documents keep the one they were made from.

    `number_word` follows the authority's own word in a number: 罚立字 in 荥建罚立字〔2026〕第001号.
    """

    kind = models.CharField(max_length=24, choices=DocumentKind)
    name = models.CharField(max_length=60)
    number_word = models.CharField(max_length=12)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("region", "kind"), condition=Q(active=True), name="one_template_in_force_per_kind"
            ),
        )

    def __str__(self):
        return self.name


class DocumentQuerySet(models.QuerySet):
    def for_list(self):
        """With how each was served, and without the bytes, which only the document's own page reads."""
        return self.select_related("issued_by").defer("content").prefetch_related("services")


class Document(RegionKeyed):
    """A document as it went out. `content` is the .docx itself, so that it and the act it belongs to are one commit.

    `data` is what was put into the template. A trigger refuses any change but that it is declared void; its number
    is then not given out again.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="documents", db_constraint=False)
    kind = models.CharField(max_length=24, choices=DocumentKind)
    doc_no = models.CharField(max_length=60)
    prefix = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    template = models.ForeignKey(DocumentTemplate, models.PROTECT, related_name="+", db_constraint=False)
    data = models.JSONField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    issued_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    void_reason = models.TextField(blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("region", "prefix", "year", "sequence"), name="document_number_once_per_region"
            ),
        )

    def __str__(self):
        return self.doc_no

    def get_absolute_url(self):
        return reverse("document", args=(self.pk,))

    @property
    def name(self):
        """What the template called it, as printed."""
        return self.data["document"]["name"]


class DocumentNumber(models.Model):
    """The last number given out per region, prefix and year; the row lock makes numbers gapless and single."""

    pk = models.CompositePrimaryKey("region_id", "prefix", "year")
    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.region_id} {self.prefix}-{self.year}: {self.last}"


class Service(RegionKeyed):
    """One attempt to serve a document that succeeded (送达), with its proof (行政处罚法 61)."""

    class Method(models.TextChoices):
        DIRECT = "direct", _("in person")
        LEFT = "left", _("left on the spot")
        POST = "post", _("by post")
        ANNOUNCEMENT = "announcement", _("by announcement")
        ELECTRONIC = "electronic", _("electronically")

    document = models.ForeignKey(Document, models.CASCADE, related_name="services", db_constraint=False)
    method = models.CharField(max_length=12, choices=Method)
    served_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    received_by = models.CharField(max_length=60, blank=True)
    witness = models.CharField(max_length=60, blank=True)
    refused_to_sign = models.BooleanField(default=False)
    proof = models.TextField(blank=True, help_text="what proves it: number of the mail, address, what the video shows")
    evidence = models.ForeignKey(
        "cases.Evidence", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    recorded_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("served_at", "id")

    def __str__(self):
        return f"{self.document_id} {self.method}"


class ServiceOfficer(RegionKeyed):
    """Who served, with the certificate number of that day."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="officers", db_constraint=False)
    officer = models.ForeignKey("boundaries.User", models.PROTECT, related_name="+", db_index=False)
    cert_no = models.CharField(max_length=40)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("region", "service", "officer"), name="officer_once_per_service"),
        )

    def __str__(self):
        return self.cert_no
