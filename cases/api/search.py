"""What the search box suggests."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import search
from cases.api.asked import REFUSED
from cases.permissions import Capability, requires_api
from gis_core.incoming import ExactQuery

LONGEST = 100


class FoundCase(serializers.Serializer):
    case_no = serializers.CharField()
    title = serializers.SerializerMethodField()
    status_label = serializers.CharField(source="get_status_display")
    stage = serializers.CharField()
    address = serializers.CharField()
    lon = serializers.FloatField(source="geom.x")
    lat = serializers.FloatField(source="geom.y")
    url = serializers.CharField(source="get_absolute_url")

    def get_title(self, case) -> str:
        return _(", ").join(str(label) for label in case.violation_labels)


class FoundPlace(serializers.Serializer):
    """An area, a village or a grid cell; `of` is the area of a village and the code of a cell."""

    kind = serializers.ChoiceField(["area", "village", "grid"])
    name = serializers.CharField()
    of = serializers.CharField()
    code = serializers.CharField()
    box = serializers.ListField(child=serializers.FloatField(), help_text="west, south, east, north in degrees")


class FoundSpot(serializers.Serializer):
    """Pasted coordinates in one of the systems they may be in, as WGS 84 degrees."""

    system = serializers.CharField()
    label = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    is_assumed = serializers.BooleanField()


class FoundSerializer(serializers.Serializer):
    cases = FoundCase(many=True)
    places = FoundPlace(many=True)
    spots = FoundSpot(many=True)


class SearchView(ExactQuery, APIView):
    """Cases, places, grid cells and coordinates for what is typed or pasted; nothing for a single character."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(parameters=[OpenApiParameter("q", str)], responses={200: FoundSerializer, **REFUSED})
    def get(self, request):
        text = request.query_params.get("q", "").strip()
        if len(text) > LONGEST or "\0" in text:
            raise ValidationError({"q": [_("At most {number} characters.").format(number=LONGEST)]})
        if len(text) < search.LEAST:
            return Response({"cases": [], "places": [], "spots": []})
        spots = search.spots(text)
        found = {
            "cases": [] if spots else search.cases(request.user, text),
            "places": [] if spots else search.land(request.user, text),
            "spots": spots,
        }
        return Response(FoundSerializer(found).data)

    def known_parameters(self):
        return {"q"}
