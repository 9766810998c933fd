"""What comes in: points, reports, decisions and photos, each field checked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from cases.models.case import Channel, LandOwnership, Violation
from gis_core import crs
from gis_core.incoming import ExactSerializer, FiniteFloat


class CrsField(serializers.CharField):
    """The name of a coordinate system, checked."""

    def to_internal_value(self, data):
        name = super().to_internal_value(data)
        try:
            return crs.parse(name).name
        except crs.UnknownCrs as error:
            raise serializers.ValidationError(str(error)) from error


class Metres(FiniteFloat):
    """A radius that a position may be off by."""

    def __init__(self, **words):
        super().__init__(required=False, allow_null=True, min_value=0, max_value=100_000, **words)


class PointSerializer(ExactSerializer):
    """A point as somebody gives it: a pair of numbers, its system, and the radius in metres it may be off by.

    The radius has two names, of which both are understood; checked, it is `accuracy_m`.
    """

    lon = FiniteFloat()
    lat = FiniteFloat()
    crs = CrsField(max_length=20)
    accuracy = Metres()
    accuracy_m = Metres(help_text="The same as accuracy.")

    def validate(self, given):
        crs.check_order(given["lon"], given["lat"], crs.parse(given["crs"]))
        radii = {given.pop(name, None) for name in ("accuracy", "accuracy_m")} - {None}
        if len(radii) > 1:
            raise serializers.ValidationError({"accuracy_m": [_("accuracy and accuracy_m differ: give one.")]})
        return {**given, "accuracy_m": next(iter(radii), None)}


class PlaceSerializer(PointSerializer):
    """Where somebody stood; without a system it is WGS 84, as a phone gives it."""

    crs = CrsField(max_length=20, default=crs.WGS84.name)


class NearbySerializer(PointSerializer):
    radius = FiniteFloat(default=1000, min_value=1, max_value=50_000)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=500)


class ReporterSerializer(ExactSerializer):
    """Who reported. Personal data: given back only to those who may read it."""

    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    phone = serializers.RegexField(
        r"^[0-9+()\- ]*$", max_length=30, required=False, allow_blank=True,
        error_messages={"invalid": gettext_lazy("Only digits, spaces, + - and brackets.")},
    )  # fmt: skip
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ReportSerializer(PointSerializer):
    """A report (线索) as it comes in."""

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
