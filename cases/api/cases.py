"""Cases as they stand: the list, one of them, their counts, and the decision against an assignment."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries.lands import Lands
from cases import actions, fast_features, summary
from cases.api.asked import NO_CASE, REFUSED, checked, names_version, visible_case
from cases.filters import CaseFilter, CaseListFilter
from cases.incoming import OverrideSerializer
from cases.models import Case
from cases.permissions import Capability, requires_api, visible_cases
from cases.serializers import CaseDetailSerializer, CaseSerializer, SummarySerializer
from cases.spells import as_they_stood
from gis_core.api import FastJson
from gis_core.incoming import ExactQuery, parameters_of


class CaseListView(ExactQuery, generics.ListAPIView):
    """Cases as GeoJSON, newest first, or by `ordering=due` the nearest deadline first; with `at` as they stood then."""

    permission_classes = (requires_api(Capability.SEE_CASES),)
    renderer_classes = (FastJson,)
    serializer_class = CaseSerializer
    filterset_class = CaseListFilter
    queryset = Case.objects.none()

    @extend_schema(parameters=parameters_of(CaseListFilter), responses={200: CaseSerializer(many=True), **REFUSED})
    def get(self, request, *args, **kwargs):
        found = _filtered(request, visible_cases(request.user).newest_first(), CaseListFilter)
        data = found.form.cleaned_data
        if data["at"]:
            return self._as_they_stood(found.qs, data["at"])
        listed = fast_features.Listed(found.qs, lambda: summary.total(request.user, data))
        features = self.paginate_queryset(listed)
        return self.get_paginated_response(fast_features.collection(features))

    def _as_they_stood(self, cases, day):
        page = self.paginate_queryset(cases.select_related("lead_unit", "handling_unit").defer("search"))
        context = {**self.get_serializer_context(), "lands": Lands()}
        return self.get_paginated_response(CaseSerializer(as_they_stood(page, day), many=True, context=context).data)

    def known_parameters(self):
        return super().known_parameters() | set(CaseListFilter.base_filters)


class CaseDetailView(APIView):
    """One case as a Feature; its version is the ETag."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(responses={200: CaseDetailSerializer, **NO_CASE, **REFUSED})
    def get(self, request, case_no):
        case = visible_case(request.user, case_no)
        feature = CaseDetailSerializer(case, context={"lands": Lands(), "request": request}).data
        return Response(feature, headers={"ETag": f'"{case.version}"'})


class OverrideView(APIView):
    """Decide against the automatic assignment, with a reason; If-Match guards against a stale page."""

    permission_classes = (requires_api(Capability.OVERRIDE),)

    @extend_schema(
        request=OverrideSerializer,
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=False)],
        responses={
            200: CaseSerializer,
            412: OpenApiResponse(description="The case has changed."),
            **NO_CASE,
            **REFUSED,
        },
    )
    def post(self, request, case_no):
        case = visible_case(request.user, case_no)
        asked = checked(OverrideSerializer, request.data)
        wanted = request.headers.get("If-Match")
        try:
            if wanted and not names_version(wanted, case.version):
                raise actions.CaseChanged
            changed = actions.override(
                case, area_code=asked["area"], group_code=asked["group"], reason=asked["reason"], by=request.user,
                version=case.version if wanted else None,
            )  # fmt: skip
        except actions.CaseChanged as error:
            return Response({"detail": str(error)}, status=status.HTTP_412_PRECONDITION_FAILED)
        data = CaseSerializer(changed, context={"lands": Lands(), "request": request}).data
        return Response(data, headers={"ETag": f'"{changed.version}"'})


class SummaryView(ExactQuery, APIView):
    """Counts by stage, group, channel and year for the list's filters."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(parameters=parameters_of(CaseFilter), responses={200: SummarySerializer, **REFUSED})
    def get(self, request):
        found = _filtered(request, Case.objects.none())
        return Response(summary.summary(request.user, found.form.cleaned_data))

    def known_parameters(self):
        return set(CaseFilter.base_filters)


def _filtered(request, queryset, filterset=CaseFilter) -> CaseFilter:
    found = filterset(request.query_params, queryset=queryset)
    if not found.is_valid():
        raise ValidationError(found.errors)
    return found
