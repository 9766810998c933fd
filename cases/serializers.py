"""Cases as GeoJSON, and reports as they come in."""

import math

from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from cases.models import Case, CasePhoto
from cases.models.case import Channel, LandOwnership, Violation
from gis_core import crs


class Named(serializers.Serializer):
    """A code and the name people read."""

    code = serializers.CharField()
    name = serializers.CharField()


class FiniteFloat(serializers.FloatField):
    """A number that is one: NaN and infinity are refused with a sentence."""

    default_error_messages = {"finite": gettext_lazy("The number must be finite.")}

    def to_internal_value(self, data):
        if isinstance(data, bool):
            self.fail("invalid")
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("finite")
        return value


class CrsField(serializers.CharField):
    """The name of a coordinate system, checked."""

    def to_internal_value(self, data):
        name = super().to_internal_value(data)
        try:
            return crs.parse(name).name
        except crs.UnknownCrs as error:
            raise serializers.ValidationError(str(error)) from error


class PointSerializer(serializers.Serializer):
    """A point as somebody gives it: a pair of numbers, its system, and the radius it may be off by."""

    lon = FiniteFloat()
    lat = FiniteFloat()
    crs = CrsField(max_length=20)
    accuracy = FiniteFloat(required=False, min_value=0, max_value=100_000)


class NearbySerializer(PointSerializer):
    radius = FiniteFloat(default=1000, min_value=1, max_value=50_000)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=500)


class ReporterSerializer(serializers.Serializer):
    """Who reported. Personal data: given back only to those who may read it."""

    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    phone = serializers.RegexField(r"^[0-9+()\- ]*$", max_length=30, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ReportSerializer(serializers.Serializer):
    """A report (线索) as it comes in."""

    lon = FiniteFloat()
    lat = FiniteFloat()
    crs = CrsField(max_length=20)
    accuracy_m = FiniteFloat(required=False, allow_null=True, min_value=0, max_value=100_000)
    channel = serializers.ChoiceField(Channel.choices)
    violations = serializers.ListField(
        child=serializers.ChoiceField(Violation.choices),
        max_length=len(Violation),
        required=False,
        default=list,
    )
    land_ownership = serializers.ChoiceField(LandOwnership.choices, default=LandOwnership.UNVERIFIED)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    reporter = ReporterSerializer(required=False)

    def validate_violations(self, values):
        return list(dict.fromkeys(values))


class OverrideSerializer(serializers.Serializer):
    area = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    group = serializers.CharField(max_length=12)
    reason = serializers.CharField(max_length=2000)


class PhotosSerializer(serializers.Serializer):
    photos = serializers.ListField(child=serializers.FileField(allow_empty_file=True), min_length=1, max_length=20)


class PhotoSerializer(serializers.ModelSerializer):
    """A photo as kept: digest of the original, size of the copy that is served, and where."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = CasePhoto
        fields = ("id", "sha256", "width", "height", "url")

    @extend_schema_field(serializers.CharField())
    def get_url(self, photo):
        return reverse("photo", args=(photo.pk,))


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


class CaseSerializer(GeoFeatureModelSerializer):
    """One case as a Feature. Names are looked up in the case's own edition, given as `lands` in the context."""

    status_label = serializers.CharField(source="get_status_display", read_only=True)
    channel_label = serializers.CharField(source="get_channel_display", read_only=True)
    stage = serializers.CharField(read_only=True)
    violation_labels = serializers.ListField(child=serializers.CharField(), read_only=True)
    area = serializers.SerializerMethodField()
    group = serializers.SerializerMethodField()
    lead_unit = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Case
        geo_field = "geom"
        id_field = "case_no"
        fields = (
            "case_no", "status", "status_label", "stage", "channel", "channel_label", "violations",
            "violation_labels", "land_ownership", "address", "description", "reported_at", "due_at", "area",
            "group", "lead_unit", "confidence", "reason", "accuracy_m", "raw_lon", "raw_lat", "raw_crs",
            "named_area_code", "suspected_crs", "outside_name", "demonstration", "version", "url",
        )  # fmt: skip

    def to_representation(self, instance):
        feature = super().to_representation(instance)
        feature["properties"]["case_no"] = instance.case_no
        return feature

    @extend_schema_field(Named(allow_null=True))
    def get_area(self, case):
        return self.context["lands"].area(case.edition_id, case.area_code)

    @extend_schema_field(Named(allow_null=True))
    def get_group(self, case):
        return self.context["lands"].group(case.edition_id, case.group_code)

    @extend_schema_field(Named(allow_null=True))
    def get_lead_unit(self, case):
        return {"code": case.lead_unit.code, "name": case.lead_unit.name} if case.lead_unit else None
