"""What comes in: points, reports, decisions and photos, each field checked."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from cases import actions
from cases.models import FieldRecord
from cases.models.case import Channel, LandOwnership, Violation
from cases.models.evidence import EvidenceKind
from gis_core import crs
from gis_core.incoming import ExactSerializer, FiniteFloat

CLOCK_SKEW = timedelta(minutes=10)  # a phone's clock may run ahead


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


class ReasonSerializer(ExactSerializer):
    """Why somebody asks for personal data."""

    reason = serializers.CharField(max_length=500)


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


class ToldSerializer(ExactSerializer):
    """What a person says of a piece of evidence; checked, it is fields of Evidence.

    The place of capture is three names together: lon, lat and crs.
    """

    kind = serializers.ChoiceField(EvidenceKind.choices, default=EvidenceKind.AUDIOVISUAL)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    captured_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    lon = FiniteFloat(required=False, allow_null=True)
    lat = FiniteFloat(required=False, allow_null=True)
    crs = CrsField(max_length=20, required=False)
    accuracy_m = Metres()
    from_device = serializers.BooleanField(default=False, help_text="Recorded by monitoring equipment or a drone.")
    record = serializers.UUIDField(
        required=False, allow_null=True, help_text="Key of the field record that it is part of."
    )

    def validate_record(self, key):
        if key and not FieldRecord.objects.filter(key=key).exists():
            raise serializers.ValidationError(_("The record that it belongs to has not arrived."))
        return key

    def validate(self, given):
        given["captured_at"] = self._captured(given["captured_at"], given.get("record"))
        place = {name: given.pop(name, None) for name in ("lon", "lat", "crs")}
        given["captured_accuracy_m"] = given.pop("accuracy_m", None)
        missing = [name for name, value in place.items() if value is None]
        if len(missing) in (1, 2) and missing != ["lon", "lat"]:
            raise serializers.ValidationError({missing[0]: [_("Give lon, lat and crs together.")]})
        given["captured"] = None if missing else self._placed(**place)
        return given

    def _captured(self, at, record):
        """A photo's time by the clock of its phone, put right as that of its record was."""
        if at and record:
            row = FieldRecord.objects.filter(key=record).only("captured_at", "happened_at").first()
            return min(at - (row.captured_at - row.happened_at), timezone.now())
        if at and at > timezone.now() + CLOCK_SKEW:
            raise serializers.ValidationError({"captured_at": [_("This moment has not come yet.")]})
        return at

    def _placed(self, lon, lat, crs):
        _system, point = actions.convert(lon, lat, crs)
        return point


class EvidenceInSerializer(ToldSerializer):
    """One file and what is said of it."""

    file = serializers.FileField(allow_empty_file=True, max_length=None)


class ReviewSerializer(ExactSerializer):
    """What was reviewed, legally and technically, and what came out."""

    note = serializers.CharField(max_length=2000)
