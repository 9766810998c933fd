"""How many cases began and ended per day or month, and which edition was in force when."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries.models import Edition
from cases import histogram
from cases.api.asked import REFUSED, checked_query
from cases.permissions import Capability, requires_api
from cases.spells import first_day
from gis_core.incoming import ExactSerializer


class AskedSerializer(ExactSerializer):
    """From when until when, inclusive; from the first report to today when left out."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    by = serializers.ChoiceField(list(histogram.UNITS), default="day", help_text="What one bar stands for.")
    group = serializers.CharField(max_length=12, default="", help_text="A code of today; `none`: nobody's.")


class BarSerializer(serializers.Serializer):
    day = serializers.DateField(help_text="The first day of the bar.")
    begun = serializers.IntegerField()
    ended = serializers.IntegerField()


class InForceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Edition
        fields = ("name", "valid_from", "schematic")


class DaysSerializer(serializers.Serializer):
    """`first` is the day of the first report, null where there is none; bars without a case are left out."""

    first = serializers.DateField(allow_null=True)
    last = serializers.DateField()
    bars = BarSerializer(many=True)
    editions = InForceSerializer(many=True, help_text="The published ones, the latest first.")


class DaysView(APIView):
    """How many cases began and ended per day or month, within what the person sees."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(parameters=[AskedSerializer], responses={200: DaysSerializer, **REFUSED})
    def get(self, request):
        asked = checked_query(AskedSerializer, request)
        today, region = timezone.localdate(), request.user.region_id or ""
        first = first_day(region) if region else None
        since, until = asked.get("since", first or today), min(asked.get("until", today), today)
        if until < since:
            raise serializers.ValidationError({"until": [_("Not before the day it begins with.")]})
        bars = histogram.bars(request.user, since, until, asked["by"], asked["group"])
        told = {
            "first": first,
            "last": today,
            "bars": [dict(zip(("day", "begun", "ended"), bar, strict=True)) for bar in bars],
            "editions": Edition.objects.in_force(today).filter(region=region),
        }
        return Response(DaysSerializer(told).data)
