"""Cases by hexagon, for the list's filters: what a map of density is drawn from."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import hexagons
from cases.api.asked import REFUSED
from cases.api.selection import POLYGON
from cases.hexagons import HexagonFilter
from cases.models import Case
from cases.permissions import Capability, requires_api
from gis_core.api import FastJson
from gis_core.incoming import ExactQuery, parameters_of


@extend_schema_field(POLYGON)
class OutlineField(serializers.Field):
    def to_representation(self, value):
        return value


class HexagonWordsSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="q:r; with the metres and a colon before it the list's filter `hexagon`.")
    cases = serializers.IntegerField()
    open = serializers.IntegerField()
    per_km2 = serializers.FloatField()
    level = serializers.IntegerField(help_text="1 to 5, by how many hexagons hold fewer.")


class HexagonSerializer(serializers.Serializer):
    type = serializers.CharField()
    id = serializers.CharField(help_text="The cell's number, q:r; the same ground has the same number always.")
    geometry = OutlineField()
    properties = HexagonWordsSerializer()


class LevelSerializer(serializers.Serializer):
    level = serializers.IntegerField()
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    cells = serializers.IntegerField()


class HexagonsSerializer(serializers.Serializer):
    """A GeoJSON FeatureCollection of the hexagons that hold a case, the fullest first, with four keys more."""

    type = serializers.CharField()
    metres = serializers.IntegerField(help_text="Between opposite sides.")
    km2 = serializers.FloatField(help_text="Of each.")
    count = serializers.IntegerField(help_text="The cases of all of them together.")
    legend = LevelSerializer(many=True)
    features = HexagonSerializer(many=True)


class HexagonsView(ExactQuery, APIView):
    """Counts and rates by hexagon of the cases that the person sees, under the list's filters."""

    permission_classes = (requires_api(Capability.SEE_CASES),)
    renderer_classes = (FastJson,)

    @extend_schema(parameters=parameters_of(HexagonFilter), responses={200: HexagonsSerializer, **REFUSED})
    def get(self, request):
        asked = HexagonFilter(request.query_params, queryset=Case.objects.none())
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        data = asked.form.cleaned_data
        try:
            found = hexagons.seen_by(request.user, data, int(data["metres"] or hexagons.USUAL))
        except hexagons.TooManyHexagons as error:
            raise ValidationError({"metres": [str(error)]}) from error
        return Response(told(found))

    def known_parameters(self):
        return set(HexagonFilter.base_filters)


def told(found: hexagons.Hexagons) -> dict:
    return {
        "type": "FeatureCollection", "metres": found.metres, "km2": found.km2, "count": found.cases,
        "legend": found.legend, "features": [_feature(one) for one in found.cells],
    }  # fmt: skip


def _feature(one: hexagons.Hexagon) -> dict:
    words = {"code": one.code, "cases": one.cases, "open": one.open, "per_km2": one.per_km2, "level": one.level}
    outline = {"type": "Polygon", "coordinates": [one.ring]}
    return {"type": "Feature", "id": one.code, "geometry": outline, "properties": words}
