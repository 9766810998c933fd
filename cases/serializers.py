"""What goes out: cases as GeoJSON, who answers for a point, what became of a report."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from cases.models import Case, CasePhoto


class Named(serializers.Serializer):
    """A code and the name people read."""

    code = serializers.CharField()
    name = serializers.CharField()


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
