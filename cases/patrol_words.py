"""Patrols as they come in by the API and as they are told: checked words, and their shapes."""

from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from boundaries import doubts
from boundaries.models import Patrol
from boundaries.models.patrol import Doubt
from boundaries.patrols import Stop
from cases.incoming import CrsField, Metres
from gis_core import crs
from gis_core.incoming import ExactSerializer, FiniteFloat
from gis_core.moments import seconds
from gis_core.reading.track import MOST_POINTS

MOST_STOPS = 1000
POINT = {
    "type": "array", "minItems": 3, "maxItems": 4,
    "items": {"oneOf": [{"type": "number"}, {"type": "string"}], "nullable": True},
    "description": "longitude, latitude, moment (ISO 8601, or seconds or milliseconds since 1970), accuracy in metres",
}  # fmt: skip


@extend_schema_field({"type": "array", "maxItems": MOST_POINTS, "items": POINT})
class PointsField(serializers.Field):
    """`[[lon, lat, moment, accuracy], …]`: in one loop, because a field for each number would take minutes."""

    def to_internal_value(self, data):
        if not isinstance(data, list) or len(data) > MOST_POINTS:
            sentence = _("A list of at most {most} points: [longitude, latitude, moment, accuracy].")
            raise serializers.ValidationError(sentence.format(most=MOST_POINTS))
        found = []
        for number, row in enumerate(data, 1):
            try:
                found.append(_point(row))
            except (TypeError, ValueError, OverflowError) as error:
                sentence = _("Point {number} is not [longitude, latitude, moment, accuracy].")
                raise serializers.ValidationError(sentence.format(number=number)) from error
        return found


def _point(row) -> tuple:
    lon, lat, at, *rest = row
    if len(rest) > 1 or not isinstance(row, list) or any(isinstance(one, bool | str) for one in (lon, lat, *rest)):
        raise ValueError(row)
    metres = float(rest[0]) if rest and rest[0] is not None else None
    if metres is not None and not metres >= 0:
        raise ValueError(row)
    return float(lon), float(lat), seconds(at), metres


class MomentField(serializers.DateTimeField):
    """A moment in any of the ways that a device writes it."""

    def to_internal_value(self, value):
        try:
            return datetime.fromtimestamp(seconds(value), UTC)
        except (ValueError, OverflowError):
            return super().to_internal_value(value)


class StopSerializer(ExactSerializer):
    """A check-in: where, when, how exactly."""

    lon = FiniteFloat()
    lat = FiniteFloat()
    at = MomentField()
    accuracy_m = Metres()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PatrolInSerializer(ExactSerializer):
    """A patrol, as its own device tells it."""

    key = serializers.UUIDField(required=False, help_text="The same as the header Idempotency-Key.")
    started_at = MomentField()
    ended_at = MomentField()
    result = serializers.ChoiceField(Patrol.Result.choices)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    case_nos = serializers.ListField(
        child=serializers.CharField(max_length=24), max_length=50, required=False, default=list
    )
    crs = CrsField(max_length=20, default=crs.WGS84.name)
    points = PointsField(required=False, default=list)
    check_ins = StopSerializer(many=True, required=False, default=list, max_length=MOST_STOPS)

    def validate(self, given):
        stops = [Stop(**{"accuracy_m": None, **stop}) for stop in given.pop("check_ins")]
        return {**given, "stops": stops}


class AcceptSerializer(ExactSerializer):
    """Why a doubtful patrol is believed."""

    why = serializers.CharField(max_length=200)


class DoubtSerializer(serializers.Serializer):
    code = serializers.ChoiceField(Doubt.choices)
    sentence = serializers.CharField()
    spoils = serializers.BooleanField(help_text="The patrol does not count until somebody accepts it.")


class VisitedCellSerializer(serializers.Serializer):
    code = serializers.CharField(source="cell.code")
    name = serializers.CharField(source="cell.name")
    entered = serializers.BooleanField(help_text="False where the cell was only seen from beside.")
    evidence = serializers.ChoiceField(["track", "check_in"])


class PatrolSerializer(serializers.ModelSerializer):
    """A patrol and what it shows; `officer` as they were called then."""

    url = serializers.SerializerMethodField()
    officer = serializers.CharField(source="officer_name")
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    doubts = serializers.SerializerMethodField()
    cells = VisitedCellSerializer(source="visits", many=True)
    points = serializers.IntegerField(source="point_count")
    check_ins = serializers.IntegerField(source="check_in_count")
    accepted_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Patrol
        fields = (
            "id", "key", "url", "officer", "unit", "started_at", "ended_at", "received_at", "source", "result", "note",
            "case_nos", "counts", "doubts", "cells", "points", "check_ins", "accepted_by", "accepted_at",
            "accepted_why",
        )  # fmt: skip

    def get_url(self, patrol) -> str:
        return reverse("patrol", args=(patrol.pk,))

    @extend_schema_field(DoubtSerializer(many=True))
    def get_doubts(self, patrol):
        return doubts.told(patrol)


class StopOutSerializer(serializers.Serializer):
    lon = serializers.FloatField(source="geom.x")
    lat = serializers.FloatField(source="geom.y")
    at = serializers.DateTimeField()
    accuracy_m = serializers.FloatField(allow_null=True)
    note = serializers.CharField()


class PatrolPropertiesSerializer(PatrolSerializer):
    stops = StopOutSerializer(source="check_ins.all", many=True)

    class Meta(PatrolSerializer.Meta):
        fields = (*PatrolSerializer.Meta.fields, "stops")


class LinesSerializer(serializers.Serializer):
    type = serializers.ChoiceField(["MultiLineString"])
    coordinates = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    )


class PatrolFeatureSerializer(serializers.Serializer):
    """The believed track as a GeoJSON Feature; without one its geometry is null."""

    type = serializers.ChoiceField(["Feature"])
    geometry = LinesSerializer(allow_null=True)
    properties = PatrolPropertiesSerializer()


def feature(patrol: Patrol) -> dict:
    lines = [[list(place) for place in line] for line in patrol.track.coords] if patrol.track else None
    return {
        "type": "Feature",
        "geometry": lines and {"type": "MultiLineString", "coordinates": lines},
        "properties": PatrolPropertiesSerializer(patrol).data,
    }
