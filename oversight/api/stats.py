"""The numbers of a period for other programs of the bureau, within what the person sees."""

from datetime import date

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.asked import REFUSED, checked_query, region_of
from cases.metrics import Period
from cases.permissions import Capability, requires_api
from gis_core.incoming import ExactSerializer
from oversight.statistics.asked import Asked, seen_by
from oversight.statistics.dimensions import Dimension, labels
from oversight.statistics.form import FIRST_YEAR
from oversight.statistics.measures import MEASURES, WHOLE, Kind, measure


class CommonDay(serializers.DateField):
    """A day of a year that the calendar of the office has."""

    def to_internal_value(self, value):
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year < date.max.year:
            raise serializers.ValidationError(_("A day from {year} on.").format(year=FIRST_YEAR))
        return day


class AskedSerializer(ExactSerializer):
    """From when until when, both days in it, and by what the numbers are told apart."""

    since = CommonDay()
    until = CommonDay()
    by = serializers.ChoiceField(Dimension.choices, default=Dimension.ALL)

    def validate(self, data):
        if data["until"] < data["since"]:
            raise serializers.ValidationError({"until": [_("Not before the day it begins with.")]})
        return data


class MeasureSerializer(serializers.Serializer):
    code = serializers.ChoiceField([(code, one.label) for code, one in MEASURES.items()])
    kind = serializers.ChoiceField(Kind.choices)
    part = serializers.FloatField(allow_null=True, help_text="The number; null where there is nothing to count.")
    whole = serializers.IntegerField(allow_null=True, help_text="What it is a part of; null where of nothing.")
    rate = serializers.FloatField(allow_null=True, help_text="In percent, rounded down to a hundredth.")


class KeySerializer(serializers.Serializer):
    key = serializers.CharField(allow_blank=True, help_text="A code; empty for the whole, `-` for what has none.")
    name = serializers.CharField(allow_blank=True)
    measures = MeasureSerializer(many=True)


class StatsSerializer(serializers.Serializer):
    as_of = serializers.DateTimeField(help_text="Up to when the trail was read.")
    by = serializers.ChoiceField(Dimension.choices)
    keys = KeySerializer(many=True)


class StatsView(APIView):
    """M1 to M11 and the other numbers of the monthly report."""

    permission_classes = (requires_api(Capability.SEE_STATISTICS),)

    @extend_schema(parameters=[AskedSerializer], responses={200: StatsSerializer, **REFUSED})
    def get(self, request):
        data, region = checked_query(AskedSerializer, request), region_of(request.user)
        period, by = Period(data["since"], data["until"]), Dimension(data["by"])
        asked = Asked.of(region, period)
        found = measure(region, period, by, scope=seen_by(request.user))
        words = {WHOLE: "", **labels(asked, by, found)}
        keys = [
            {"key": key, "name": word, "measures": [_told(one) for one in found[key].values()]}
            for key, word in words.items()
        ]
        return Response(StatsSerializer({"as_of": asked.then, "by": by, "keys": keys}).data)


def _told(one) -> dict:
    return {"code": one.code, "kind": MEASURES[one.code].kind, "part": one.part, "whole": one.whole, "rate": one.rate}
