"""What comes in: reports, and photos of their sites."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import actions, answers, duplicates
from cases.api.asked import NO_CASE, NO_EDITION, REFUSED, checked, region_of, visible_case
from cases.incoming import PhotosSerializer, ReportSerializer
from cases.intake import KeyReused, once
from cases.models import Case
from cases.permissions import Capability, requires_api, visible_cases
from cases.serializers import PhotoSerializer, ReportedSerializer
from gis_core.incoming import JsonParser


class ReportView(APIView):
    """Take a report down; a repeated Idempotency-Key gets the first answer byte for byte."""

    permission_classes = (requires_api(Capability.REPORT),)
    parser_classes = (JsonParser,)

    @extend_schema(
        request=ReportSerializer,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=False)],
        responses={201: ReportedSerializer,
                   422: OpenApiResponse(description="The key was used for another body."),
                   **NO_EDITION, **REFUSED},
    )  # fmt: skip
    def post(self, request):
        asked = checked(ReportSerializer, request.data)
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _created(self._make(request, asked))
        try:
            answer, _made = once(
                region=region_of(request.user), user=request.user, key=key, body=request.data,
                make=lambda: self._make(request, asked),
            )  # fmt: skip
        except KeyReused as error:
            return Response({"detail": str(error)}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        return _created(answer)

    def _make(self, request, asked) -> bytes:
        case = actions.report(region=region_of(request.user), by=request.user, source_client="api", **asked)
        return JSONRenderer().render(ReportedSerializer(reported(case, asked, visible_cases(request.user))).data)


def reported(case: Case, asked: dict, visible) -> dict:
    """The report as it was taken down, and which `visible` cases may be the same; `ReportedSerializer` says it."""
    return {
        "case_no": case.case_no,
        "status": case.status,
        "url": case.get_absolute_url(),
        "reported_at": case.reported_at,
        "lon": asked["lon"],
        "lat": asked["lat"],
        "crs": case.raw_crs,
        "accuracy_m": case.accuracy_m,
        "channel": case.channel,
        "violations": case.violations,
        "land_ownership": case.land_ownership,
        "address": case.address,
        "description": case.description,
        "reporter": asked.get("reporter") or {},
        "version": case.version,
        "named_area_code": case.named_area_code,
        "suspected_crs": case.suspected_crs,
        "likely_duplicates": duplicates.of_case(visible, case),
        **answers.stored(case),
    }


def _created(answer: bytes) -> HttpResponse:
    return HttpResponse(answer, content_type="application/json", status=status.HTTP_201_CREATED)


class PhotosView(APIView):
    """Add photos to a case: multipart, one or more parts named `photos`. All are kept or none."""

    permission_classes = (requires_api(Capability.ADD_EVIDENCE),)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request=PhotosSerializer,
        responses={201: PhotoSerializer(many=True), **NO_CASE, **REFUSED},
    )
    def post(self, request, case_no):
        case = visible_case(request.user, case_no)
        asked = checked(PhotosSerializer, request.data)
        kept = actions.add_photos(case, asked["photos"], by=request.user)
        return Response(PhotoSerializer(kept, many=True).data, status=status.HTTP_201_CREATED)
