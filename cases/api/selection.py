"""Choosing many cases at once: by a drawn shape, an area, a grid cell, or all that the filters find."""

from django.core.exceptions import ValidationError as FieldError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import list_places, selection
from cases.api.asked import REFUSED, checked
from cases.filters import BoxField, CaseListFilter
from cases.permissions import Capability, requires_api, visible_cases
from gis_core.incoming import ExactQuery, ExactSerializer, parameters_of

POLYGON = {
    "type": "object",
    "properties": {"type": {"type": "string", "enum": ["Polygon"]}, "coordinates": {"type": "array"}},
    "required": ["type", "coordinates"],
}


@extend_schema_field(POLYGON)
class PolygonField(serializers.Field):
    """A GeoJSON Polygon → a geometry."""

    def to_internal_value(self, data):
        try:
            return selection.polygon(data)
        except selection.BadShape as error:
            raise serializers.ValidationError(str(error)) from error


class ShapeSerializer(ExactSerializer):
    """Where to look; without any of them everywhere, so that the filters alone choose."""

    polygon = PolygonField(required=False)
    area = serializers.CharField(max_length=12, required=False, help_text="the code of an area that answers")
    grid = serializers.CharField(max_length=15, required=False, help_text="the code of a grid cell of today")
    bbox = serializers.CharField(max_length=120, required=False, help_text="west,south,east,north in degrees, WGS 84")
    first = serializers.CharField(max_length=40, required=False, help_text="with `last`: all between two of the list")
    last = serializers.CharField(max_length=40, required=False, help_text="the case number that these end with")

    def validate_bbox(self, text):
        try:
            return BoxField(required=False).clean(text)
        except FieldError as error:
            raise serializers.ValidationError(error.messages) from error

    def validate(self, given):
        ends = {"first", "last"} & set(given)
        if ends and set(given) != {"first", "last"}:
            raise serializers.ValidationError(_("first and last go together, and without a shape."))
        return given


class ChosenSerializer(serializers.Serializer):
    case_no = serializers.CharField()
    status = serializers.CharField()
    lon = serializers.FloatField(source="geom.x")
    lat = serializers.FloatField(source="geom.y")


class SelectionSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="how many are given")
    more = serializers.BooleanField(help_text="whether there are more than that")
    limit = serializers.IntegerField()
    cases = ChosenSerializer(many=True)


class SelectionView(ExactQuery, APIView):
    """The cases that the person sees in the shapes of the body, under the list's filters in the query and in their
    order. On the edge is inside. At most 500 are given; of those between two rows, the nearest to `first`."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(
        request=ShapeSerializer,
        parameters=parameters_of(CaseListFilter),
        responses={200: SelectionSerializer, **REFUSED},
    )
    def post(self, request):
        shapes = checked(ShapeSerializer, request.data)
        found = CaseListFilter(request.query_params, queryset=visible_cases(request.user).newest_first())
        if not found.is_valid():
            raise ValidationError(found.errors)
        if "first" in shapes:
            chosen = _between(found, shapes["first"], shapes["last"])
        else:
            cases = _narrowed(found.qs, shapes, request.user.region_id)
            chosen = list(cases.only("case_no", "status", "geom")[: selection.MOST + 1])
        given = chosen[: selection.MOST]
        answer = {"count": len(given), "more": len(chosen) > len(given), "limit": selection.MOST, "cases": given}
        return Response(SelectionSerializer(answer).data)

    def known_parameters(self):
        return set(CaseListFilter.base_filters)


def _between(found, first: str, last: str) -> list:
    """From the first on in the list's order, up or down."""
    ends = []
    for name, number in (("first", first), ("last", last)):
        case = found.qs.filter(case_no=number).order_by().first()
        if case is None:
            raise ValidationError({name: [_("Case {number} is not in this list.").format(number=number)]})
        ends.append(case)
    return list_places.between(found, *ends, selection.MOST + 1)


def _narrowed(cases, shapes: dict, region):
    """An area has the cases that it answers for, decisions by hand included; the others those that lie in them."""
    if "area" in shapes:
        cases = cases.filter(area_code=shapes["area"])
    if "grid" in shapes:
        try:
            cases = selection.lying_in(cases, selection.cell_of(region, shapes["grid"]).geom)
        except selection.BadShape as error:
            raise ValidationError({"grid": [str(error)]}) from error
    for name in ("polygon", "bbox"):
        if shapes.get(name):
            cases = selection.lying_in(cases, shapes[name])
    return cases
