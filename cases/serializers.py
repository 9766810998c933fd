"""What goes out: cases as GeoJSON, who answers for a point, what became of a report."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from cases import answers, clocks, personal
from cases.incoming import ReporterSerializer
from cases.models import Case, DeadlineRule, Document, Evidence, Party, Service
from cases.models.case import Channel, LandOwnership, Violation
from cases.models.clock import Colour
from cases.permissions import may_see_reporter
from cases.verbs import Verb
from cases.workflow import Status


class Named(serializers.Serializer):
    """A code and the name people read."""

    code = serializers.CharField()
    name = serializers.CharField()


class PhotoSerializer(serializers.ModelSerializer):
    """A photo as kept: digest of the original, size of the copy that is served, and where."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ("id", "sha256", "width", "height", "url", "added_at")

    @extend_schema_field(serializers.CharField())
    def get_url(self, photo):
        return reverse("photo", args=(photo.pk,))


class ServiceSerializer(serializers.ModelSerializer):
    """How and when a document reached its party."""

    class Meta:
        model = Service
        fields = ("method", "served_at", "refused_to_sign")
        read_only_fields = fields


class DocumentSerializer(serializers.ModelSerializer):
    """A document as it was issued; `file` is the .docx with that digest."""

    name = serializers.CharField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    file = serializers.SerializerMethodField()
    services = ServiceSerializer(many=True, read_only=True)

    class Meta:
        model = Document
        fields = ("id", "kind", "name", "doc_no", "sha256", "issued_at", "voided_at", "url", "file", "services")
        read_only_fields = fields

    def get_file(self, document) -> str:
        return reverse("document-file", args=(document.pk,))


class EvidenceSerializer(serializers.ModelSerializer):
    """A piece of evidence: digest and size of the original, where and when it was captured, what it still lacks.

    `distance_m` runs from the case's point to the place of capture (or what the file claims), `far` warns of it.
    """

    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    medium_label = serializers.CharField(source="get_medium_display", read_only=True)
    lon = serializers.FloatField(source="captured.x", default=None, read_only=True)
    lat = serializers.FloatField(source="captured.y", default=None, read_only=True)
    accuracy_m = serializers.FloatField(source="captured_accuracy_m", read_only=True, allow_null=True)
    distance_m = serializers.SerializerMethodField()
    far = serializers.BooleanField(source="is_far", read_only=True)
    usable = serializers.BooleanField(source="is_usable", read_only=True)
    unit = serializers.SerializerMethodField()
    added_by = serializers.CharField(allow_null=True, read_only=True)
    reviewed_by = serializers.CharField(allow_null=True, read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Evidence
        fields = (
            "id", "kind", "kind_label", "medium", "medium_label", "title", "sha256", "size", "width", "height",
            "duration_s", "captured_at", "lon", "lat", "accuracy_m", "claimed_at", "claimed_lon", "claimed_lat",
            "distance_m", "far", "from_device", "usable", "reviewed_by", "reviewed_at", "review_note", "unit",
            "added_by", "added_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_distance_m(self, piece):
        return None if piece.distance_m is None else round(piece.distance_m, 1)

    @extend_schema_field(Named(allow_null=True))
    def get_unit(self, piece):
        return {"code": piece.unit.code, "name": piece.unit.name} if piece.unit else None


class BegunSerializer(serializers.Serializer):
    """An upload that has begun: where its pieces go, as `Location` says too, and until when."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class AutomaticSerializer(serializers.Serializer):
    area = Named(allow_null=True)
    group = Named(allow_null=True)


class DecidedSerializer(serializers.Serializer):
    """A person's decision against the automatic answer, and that answer."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    automatic = AutomaticSerializer()


class AssignmentSerializer(serializers.Serializer):
    """Who answers for a point, and why. Null where nobody does."""

    area = Named(allow_null=True)
    group = Named(allow_null=True)
    lead_unit = Named(allow_null=True)
    lead_units = Named(many=True)
    confidence = serializers.ChoiceField(["high", "low"])
    candidates = Named(many=True)
    outside = serializers.DictField(child=serializers.CharField(allow_null=True), allow_null=True)
    reason = serializers.CharField()
    edition = serializers.CharField()
    schematic = serializers.BooleanField()
    convener = serializers.CharField(allow_blank=True)
    border_distance_m = serializers.FloatField(allow_null=True)
    override = DecidedSerializer(allow_null=True)


class PartySerializer(serializers.Serializer):
    """A party; `masked` says whether personal data are shown in part alone."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Party.Kind.choices)
    kind_label = serializers.CharField()
    is_natural = serializers.BooleanField()
    name = serializers.CharField()
    uscc = serializers.CharField(allow_blank=True)
    id_no = serializers.CharField(allow_blank=True)
    legal_representative = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    masked = serializers.BooleanField()


class MaskedReporterSerializer(serializers.Serializer):
    """Who reported; `masked` says whether it is shown in part alone."""

    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    masked = serializers.BooleanField()


class DuplicateSerializer(serializers.Serializer):
    """A case that may be the same matter, and why."""

    case_no = serializers.CharField(source="case.case_no")
    distance_m = serializers.FloatField()
    reasons = serializers.ListField(child=serializers.CharField())


class ReportedSerializer(AssignmentSerializer):
    """What the sender of a report gets back: what was taken down, the number, and who answers."""

    case_no = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    url = serializers.CharField()
    reported_at = serializers.DateTimeField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    crs = serializers.CharField()
    accuracy_m = serializers.FloatField(allow_null=True)
    channel = serializers.ChoiceField(Channel.choices)
    violations = serializers.ListField(child=serializers.ChoiceField(Violation.choices))
    land_ownership = serializers.ChoiceField(LandOwnership.choices)
    address = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    reporter = ReporterSerializer()
    version = serializers.IntegerField()
    named_area_code = serializers.CharField(allow_blank=True)
    suspected_crs = serializers.CharField(allow_blank=True)
    likely_duplicates = DuplicateSerializer(many=True, help_text="Those alone that the sender may see.")


class WordSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    required = serializers.BooleanField()


class StepSerializer(serializers.Serializer):
    """A verb that is open to the person, or would be but for what is missing."""

    verb = serializers.ChoiceField(Verb.choices)
    label = serializers.CharField()
    to = serializers.CharField(allow_null=True, help_text="The state that it leads to; null where the case stays.")
    missing = serializers.ListField(child=serializers.CharField())
    words = WordSerializer(many=True)


class ClockSerializer(serializers.Serializer):
    """A running clock as of now. A paused one has no `due_at`; `provisional` says why the date may still move."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(DeadlineRule.Kind.choices)
    kind_label = serializers.CharField()
    unit = serializers.ChoiceField(DeadlineRule.Unit.choices)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField()
    days_left = serializers.IntegerField(help_text="0 on the last day, negative behind it.")
    left_words = serializers.CharField()
    colour = serializers.ChoiceField(Colour.choices)
    is_over = serializers.BooleanField()
    provisional = serializers.CharField(allow_blank=True)
    standing = serializers.CharField()


class ChangeSerializer(serializers.Serializer):
    """An act on a case."""

    case_no = serializers.CharField()
    verb = serializers.ChoiceField(Verb.choices)
    status = serializers.ChoiceField(Status.choices)
    at = serializers.DateTimeField()


class ChangesSerializer(serializers.Serializer):
    cursor = serializers.CharField()
    changes = ChangeSerializer(many=True)


class Counts(serializers.DictField):
    """Cases by the values of one dimension."""

    child = serializers.IntegerField()


class SummarySerializer(serializers.Serializer):
    count = serializers.IntegerField()
    by_stage = Counts()
    by_status = Counts()
    by_group = Counts(help_text="The empty code is nobody's: outside the region, or in a gap.")
    by_channel = Counts()
    by_year = Counts()


class CaseSerializer(GeoFeatureModelSerializer):
    """One case as a Feature. Names are looked up in the case's own edition, given as `lands` in the context."""

    number = serializers.CharField(source="case_no", read_only=True)
    status_label = serializers.CharField(source="get_status_display", read_only=True)
    channel_label = serializers.CharField(source="get_channel_display", read_only=True)
    stage = serializers.CharField(read_only=True)
    violation_labels = serializers.ListField(child=serializers.CharField(), read_only=True)
    area = serializers.SerializerMethodField()
    group = serializers.SerializerMethodField()
    lead_unit = serializers.SerializerMethodField()
    handling_unit = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Case
        geo_field = "geom"
        id_field = "number"
        fields = (
            "number", "case_no", "status", "status_label", "stage", "channel", "channel_label", "violations",
            "violation_labels", "land_ownership", "address", "description", "reported_at", "due_at", "area",
            "group", "lead_unit", "handling_unit", "is_joint", "is_major", "hold",
            "confidence", "reason", "accuracy_m", "raw_lon", "raw_lat", "raw_crs",
            "named_area_code", "suspected_crs", "outside_name", "demonstration", "version", "url",
        )  # fmt: skip

    @extend_schema_field(Named(allow_null=True))
    def get_area(self, case):
        return self.context["lands"].area(case.edition_id, case.area_code)

    @extend_schema_field(Named(allow_null=True))
    def get_group(self, case):
        return self.context["lands"].group(case.edition_id, case.group_code)

    @extend_schema_field(Named(allow_null=True))
    def get_lead_unit(self, case):
        return _unit(case.lead_unit)

    @extend_schema_field(Named(allow_null=True))
    def get_handling_unit(self, case):
        return _unit(case.handling_unit)


def _unit(unit):
    return {"code": unit.code, "name": unit.name} if unit else None


class PersonSerializer(serializers.Serializer):
    """Somebody by account and by the name that people read."""

    username = serializers.CharField()
    name = serializers.CharField(source="__str__")


class CaseDetailSerializer(CaseSerializer):
    """One case with what the list leaves out. `reporter` is there for those alone who may ask for it.

    Personal data are masked; a route of their own shows them, and writes down who asked and why.
    """

    addressee = serializers.SerializerMethodField()
    assignment = serializers.SerializerMethodField()
    clocks = serializers.SerializerMethodField()
    photos = PhotoSerializer(many=True, read_only=True)
    parties = serializers.SerializerMethodField()
    reporter = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = (*CaseSerializer.Meta.fields, "addressee", "assignment", "clocks", "photos", "parties", "reporter")

    def get_fields(self):
        fields = super().get_fields()
        if self.instance and not may_see_reporter(self.context["request"].user, self.instance):
            del fields["reporter"]
        return fields

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_addressee(self, case):
        return PersonSerializer(case.addressee).data if case.addressee else None

    @extend_schema_field(AssignmentSerializer)
    def get_assignment(self, case):
        return answers.stored(case)

    @extend_schema_field(PartySerializer(many=True))
    def get_parties(self, case):
        return PartySerializer(personal.parties(case), many=True).data

    @extend_schema_field(MaskedReporterSerializer(allow_null=True))
    def get_reporter(self, case):
        return personal.reporter(case.reporters.first())

    @extend_schema_field(ClockSerializer(many=True))
    def get_clocks(self, case):
        return ClockSerializer(clocks.standing(case), many=True).data


class NearCaseSerializer(CaseSerializer):
    """An open case with metres and bearing from the point that was asked about; no bearing at the point itself."""

    distance_m = serializers.SerializerMethodField()
    bearing_deg = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = (*CaseSerializer.Meta.fields, "distance_m", "bearing_deg")

    @extend_schema_field(serializers.FloatField())
    def get_distance_m(self, case):
        return round(case.distance_m, 1)

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_bearing_deg(self, case):
        return None if case.bearing_deg is None else round(case.bearing_deg, 1)
