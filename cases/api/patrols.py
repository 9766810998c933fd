"""Patrols: sent by whoever went, read by them and by who judges them."""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries import patrols
from boundaries.models import Patrol
from cases.api.asked import REFUSED, checked, region_of
from cases.patrol_filters import PatrolFilter
from cases.patrol_words import (
    AcceptSerializer,
    PatrolFeatureSerializer,
    PatrolInSerializer,
    PatrolSerializer,
    feature,
)
from cases.permissions import Capability, requires_api, visible_patrols
from gis_core.api import GeoJsonPages
from gis_core.incoming import ExactQuery, JsonParser, parameters_of

KEY = "Idempotency-Key"
NO_PATROL = {404: OpenApiResponse(description="There is no such patrol that the person may see.")}


class _LongJson(JsonParser):
    most_bytes = 24 * 1024 * 1024


class LongJsonParser(BaseParser):
    """A day's track, a point each half second. No JSONParser itself: of those the REST framework reads the whole body
    first, by the limit of all others."""

    media_type = JsonParser.media_type

    def parse(self, stream, media_type=None, parser_context=None):
        return _LongJson().parse(stream, media_type, parser_context)


class Pages(GeoJsonPages):
    """Pages of plain rows."""

    get_paginated_response = PageNumberPagination.get_paginated_response
    get_paginated_response_schema = PageNumberPagination.get_paginated_response_schema


class PatrolsView(ExactQuery, generics.ListAPIView):
    """One's own patrols, or everybody's for whoever judges them, the last first; and a new one."""

    permission_classes = (requires_api(Capability.RECORD_PATROL),)
    parser_classes = (LongJsonParser,)
    serializer_class = PatrolSerializer
    pagination_class = Pages
    queryset = Patrol.objects.none()

    def known_parameters(self):
        return super().known_parameters() | set(PatrolFilter.base_filters)

    def get_queryset(self):
        asked = PatrolFilter(self.request.query_params, visible_patrols(self.request.user).for_list())
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        return asked.qs

    @extend_schema(parameters=parameters_of(PatrolFilter))
    def get(self, request):
        return self.list(request)

    @extend_schema(
        request=PatrolInSerializer,
        parameters=[OpenApiParameter(KEY, str, OpenApiParameter.HEADER, required=False)],
        responses={201: PatrolSerializer,
                   422: OpenApiResponse(description="The key was used for another patrol."), **REFUSED},
    )  # fmt: skip
    def post(self, request):
        asked = checked(PatrolInSerializer, request.data)
        asked["key"] = _key(request.headers.get(KEY), asked.get("key"))
        told = patrols.Told(officer=request.user, **asked)
        try:
            patrol, _made = patrols.record(region_of(request.user), told, by=request.user)
        except patrols.KeyReused as error:
            return Response({"detail": str(error)}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        return Response(_shown(request.user, patrol.pk), status=status.HTTP_201_CREATED)


class PatrolView(APIView):
    """One patrol with its track."""

    permission_classes = (requires_api(Capability.RECORD_PATROL),)

    @extend_schema(responses={200: PatrolFeatureSerializer, **NO_PATROL, **REFUSED})
    def get(self, request, pk):
        return Response(feature(visible_patrol(request.user, pk, "track")))


class AcceptView(APIView):
    """Believe a patrol that does not count as it stands."""

    permission_classes = (requires_api(Capability.JUDGE_PATROL),)
    parser_classes = (JsonParser,)

    @extend_schema(
        request=AcceptSerializer,
        responses={200: PatrolSerializer, 409: OpenApiResponse(description="It counts already."),
                   **NO_PATROL, **REFUSED},
    )  # fmt: skip
    def post(self, request, pk):
        patrol = visible_patrol(request.user, pk)
        patrols.accept(patrol, by=request.user, **checked(AcceptSerializer, request.data))
        return Response(_shown(request.user, pk))


def visible_patrol(user, pk: int, *more: str) -> Patrol:
    """The patrol, or 404 alike whether it is missing or somebody else's; `more` are heavy fields to read too."""
    seen = visible_patrols(user).for_list().defer(None)
    heavy = {"points", "times", "accuracies", "track", "sketch"} - set(more)
    found = seen.defer(*heavy).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such patrol that you may see."))
    return found


def _shown(user, pk):
    return PatrolSerializer(visible_patrol(user, pk)).data


def _key(header: str | None, told: uuid.UUID | None) -> uuid.UUID:
    """The one that was given, or a new one."""
    try:
        said = uuid.UUID(header) if header is not None else told
    except ValueError as error:
        raise ValidationError({KEY: [_("A key is a UUID, as a device makes it.")]}) from error
    if told and said != told:
        raise ValidationError({"key": [_("The key and the header Idempotency-Key differ: give one.")]})
    return said or uuid.uuid4()
