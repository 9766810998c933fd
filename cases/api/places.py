"""Questions about a point: who answers for it, and what is open round it."""

from functools import partial

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import actions, answers, assignment, fast_features
from cases.api.asked import NO_EDITION, REFUSED, checked_query, region_of
from cases.incoming import NearbySerializer, PointSerializer
from cases.permissions import Capability, requires_api
from cases.serializers import AssignmentSerializer, NearCaseSerializer
from gis_core.api import FastJson, packed


class LocateView(APIView):
    """Who answers for this point?"""

    permission_classes = (requires_api(Capability.SEE_LAND),)

    @extend_schema(parameters=[PointSerializer], responses={200: AssignmentSerializer, **REFUSED, **NO_EDITION})
    def get(self, request):
        asked = checked_query(PointSerializer, request)
        _system, point = actions.convert(asked["lon"], asked["lat"], asked["crs"])
        edition = assignment.edition_in_force(region_of(request.user))
        answer = assignment.locate(point.x, point.y, edition, asked["accuracy_m"])
        return Response(answers.described(answer, edition))


@method_decorator(gzip_page, name="dispatch")
class NearbyView(APIView):
    """Open cases round a point, nearest first, with metres and bearing on the ellipsoid."""

    permission_classes = (requires_api(Capability.SEE_CASES),)
    renderer_classes = (FastJson,)

    @extend_schema(parameters=[NearbySerializer], responses={200: NearCaseSerializer(many=True), **REFUSED})
    def get(self, request):
        return Response(_found(*_asked(request), request.user))

    @staticmethod
    def short_way(request):
        try:
            return partial(_shortly, request, *_asked(request))
        except (ValueError, ValidationError):  # said on the usual way
            return None


def _asked(request) -> tuple:
    """The point, metres round it, and how many."""
    asked = checked_query(NearbySerializer, request)
    _system, point = actions.convert(asked["lon"], asked["lat"], asked["crs"])
    return point, asked["radius"], asked["limit"]


def _found(point, radius_m: float, most: int, user) -> dict:
    return fast_features.collection(fast_features.near(user, point, radius_m, most))


def _shortly(request, point, radius_m: float, most: int, user) -> HttpResponse:
    found = FastJson().render(_found(point, radius_m, most, user))
    return packed(request, HttpResponse(found, content_type="application/json"))
