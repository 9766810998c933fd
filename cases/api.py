"""The API that scripts rely on; names and shapes are fixed, see docs."""

from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries.lands import Lands
from cases import actions, answers, assignment, feed, summary
from cases.filters import CaseFilter
from cases.intake import KeyReused, once
from cases.models import Case, CaseEvent
from cases.permissions import Capability, may_see_reporter, requires_api, visible_cases
from cases.serializers import (
    AssignmentSerializer,
    CaseSerializer,
    NearbySerializer,
    OverrideSerializer,
    PhotoSerializer,
    PhotosSerializer,
    PointSerializer,
    ReportSerializer,
)

REFUSED = {
    400: OpenApiResponse(description="The field and a sentence."),
    403: OpenApiResponse(),
    401: OpenApiResponse(),
}


def region_of(user):
    """The region a person works in; 400 with a sentence for somebody who has none."""
    if user.region is None:
        raise ValidationError({"detail": _("This account belongs to no region.")})
    return user.region


class LocateView(APIView):
    """Who answers for this point?"""

    permission_classes = (requires_api(Capability.SEE_LAND),)

    @extend_schema(parameters=[PointSerializer], responses={200: AssignmentSerializer, **REFUSED})
    def get(self, request):
        asked = checked(PointSerializer, request.query_params)
        _system, point = actions.convert(asked["lon"], asked["lat"], asked["crs"])
        edition = assignment.edition_in_force(region_of(request.user))
        answer = assignment.locate(point.x, point.y, edition, asked.get("accuracy"))
        return Response(answers.described(answer, edition))


class ReportView(APIView):
    """Take a report down; a repeated Idempotency-Key gets the first answer byte for byte."""

    permission_classes = (requires_api(Capability.REPORT),)
    parser_classes = (JSONParser,)

    @extend_schema(
        request=ReportSerializer,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=False)],
        responses={201: OpenApiResponse(description="The report with its case number and assignment."),
                   422: OpenApiResponse(description="The key was used for another body."), **REFUSED},
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
        return JSONRenderer().render(reported(case, asked))


def reported(case: Case, asked: dict) -> dict:
    """What the sender of a report gets back: what was taken down, the number, and who answers."""
    return {
        "case_no": case.case_no,
        "status": case.status,
        "url": case.get_absolute_url(),
        "reported_at": case.reported_at.isoformat(),
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
        **answers.stored(case),
    }


def _created(answer: bytes) -> HttpResponse:
    return HttpResponse(answer, content_type="application/json", status=status.HTTP_201_CREATED)


class CaseListView(generics.ListAPIView):
    """Cases as GeoJSON, newest first."""

    permission_classes = (requires_api(Capability.SEE_CASES),)
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    queryset = Case.objects.none()

    @extend_schema(responses={200: CaseSerializer(many=True), **REFUSED})
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return visible_cases(self.request.user).select_related("lead_unit").defer("search").newest_first()

    def filter_queryset(self, queryset):
        found = CaseFilter(self.request.query_params, queryset=queryset)
        if not found.is_valid():
            raise ValidationError(found.errors)
        self.filters = found.form.cleaned_data
        return found.qs

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "lands": Lands()}


class CaseDetailView(APIView):
    """One case as a Feature; its version is the ETag."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(responses={200: CaseSerializer, 404: OpenApiResponse(), **REFUSED})
    def get(self, request, case_no):
        case = visible_case(request.user, case_no)
        feature = CaseSerializer(case, context={"lands": Lands(), "request": request}).data
        feature["properties"]["assignment"] = answers.stored(case)
        if may_see_reporter(request.user, case):
            feature["properties"]["reporter"] = _reporter(case)
        return Response(feature, headers={"ETag": f'"{case.version}"'})


class OverrideView(APIView):
    """Decide against the automatic assignment, with a reason; If-Match guards against a stale page."""

    permission_classes = (requires_api(Capability.OVERRIDE),)

    @extend_schema(
        request=OverrideSerializer,
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=False)],
        responses={200: CaseSerializer, 404: OpenApiResponse(), 412: OpenApiResponse(), **REFUSED},
    )
    def post(self, request, case_no):
        case = visible_case(request.user, case_no)
        asked = checked(OverrideSerializer, request.data)
        wanted = request.headers.get("If-Match")
        try:
            if wanted and not _names_version(wanted, case.version):
                raise actions.CaseChanged
            changed = actions.override(
                case, area_code=asked["area"], group_code=asked["group"], reason=asked["reason"], by=request.user,
                version=case.version if wanted else None,
            )  # fmt: skip
        except actions.CaseChanged as error:
            return Response({"detail": str(error)}, status=status.HTTP_412_PRECONDITION_FAILED)
        data = CaseSerializer(changed, context={"lands": Lands(), "request": request}).data
        return Response(data, headers={"ETag": f'"{changed.version}"'})


class PhotosView(APIView):
    """Add photos to a case: multipart, one or more parts named `photos`. All are kept or none."""

    permission_classes = (requires_api(Capability.REPORT),)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request=PhotosSerializer,
        responses={201: OpenApiResponse(PhotoSerializer(many=True)), 404: OpenApiResponse(), **REFUSED},
    )
    def post(self, request, case_no):
        case = visible_case(request.user, case_no)
        asked = checked(PhotosSerializer, request.data)
        kept = actions.add_photos(case, asked["photos"], by=request.user)
        return Response(PhotoSerializer(kept, many=True).data, status=status.HTTP_201_CREATED)


def _names_version(if_match: str, version: int) -> bool:
    """Whether one of the header's tags is the version; weak ones count, because compressing weakens ours."""
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")}
    return bool(tags & {"*", str(version)})


class NearbyView(APIView):
    """Open cases round a point, nearest first, with metres and bearing on the ellipsoid."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(parameters=[NearbySerializer], responses={200: CaseSerializer(many=True), **REFUSED})
    def get(self, request):
        asked = checked(NearbySerializer, request.query_params)
        _system, point = actions.convert(asked["lon"], asked["lat"], asked["crs"])
        found = nearby(request.user, point, asked["radius"], asked["limit"])
        return Response({"type": "FeatureCollection", "features": _near_features(found, request)})


def nearby(user, point: Point, radius_m: float, most: int) -> list[Case]:
    """Open cases the person sees within `radius_m`, nearest first."""
    cases = visible_cases(user).open().select_related("lead_unit").defer("search")
    return cases.nearest(point, radius_m, most)


def _near_features(cases, request):
    context = {"lands": Lands(), "request": request}
    for case in cases:
        feature = CaseSerializer(case, context=context).data
        feature["properties"]["distance_m"] = round(case.distance_m, 1)
        feature["properties"]["bearing_deg"] = None if case.bearing_deg is None else round(case.bearing_deg, 1)
        yield feature


class SummaryView(APIView):
    """Counts by stage, group, channel and year for the list's filters."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(responses={200: OpenApiResponse(description="count, by_stage, by_status, by_group, …"), **REFUSED})
    def get(self, request):
        found = CaseFilter(request.query_params, queryset=Case.objects.none())
        if not found.is_valid():
            raise ValidationError(found.errors)
        return Response(summary.summary(request.user, found.form.cleaned_data))


class ChangesView(APIView):
    """What happened after a cursor; without one, the cursor of now and nothing else."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(
        parameters=[OpenApiParameter("after", str, required=False)],
        responses={200: inline_serializer("Changes", {"cursor": serializers.CharField(),
                                                      "changes": serializers.ListField()}), **REFUSED},
    )  # fmt: skip
    def get(self, request):
        after = request.query_params.get("after")
        if after is None:
            return Response({"cursor": str(feed.current()), "changes": []})
        cursor, events = feed.page(feed.parse(after), visible_cases(request.user))
        return Response({"cursor": str(cursor), "changes": [_change(event) for event in events]})


def _change(event: CaseEvent) -> dict:
    return {"case_no": event.case.case_no, "verb": event.verb, "status": event.status, "at": event.at}


def _reporter(case: Case) -> dict | None:
    return case.reporters.values("name", "phone", "note").first()


def visible_case(user, case_no: str) -> Case:
    """The case, or 404 alike whether it is missing or somebody else's."""
    return get_object_or_404(visible_cases(user).select_related("edition", "lead_unit"), case_no=case_no)


def checked(serializer, data) -> dict:
    form = serializer(data=data)
    form.is_valid(raise_exception=True)
    return form.validated_data
