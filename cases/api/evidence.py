"""The evidence of a case: what is there, one file more, the review of what a device recorded."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import actions
from cases.api.asked import NO_CASE, REFUSED, checked, visible_case
from cases.incoming import EvidenceInSerializer, ReviewSerializer
from cases.models import Evidence
from cases.permissions import Capability, requires_api, visible_evidence
from cases.serializers import EvidenceSerializer


class EvidenceView(APIView):
    """Evidence of a case, oldest first; a file more comes as a form. Large ones come in pieces, see uploads."""

    parser_classes = (MultiPartParser,)

    def get_permissions(self):
        adds = self.request.method == "POST"
        return [requires_api(Capability.ADD_EVIDENCE if adds else Capability.SEE_CASES)()]

    @extend_schema(responses={200: EvidenceSerializer(many=True), **NO_CASE, **REFUSED})
    def get(self, request, case_no):
        case = visible_case(request.user, case_no)
        return Response(EvidenceSerializer(case.evidence.for_list(), many=True).data)

    @extend_schema(request=EvidenceInSerializer, responses={201: EvidenceSerializer, **NO_CASE, **REFUSED})
    def post(self, request, case_no):
        case = visible_case(request.user, case_no)
        told = checked(EvidenceInSerializer, request.data)
        kept = actions.add_evidence(case, told.pop("file"), by=request.user, **told)
        return Response(said(kept), status=status.HTTP_201_CREATED)


class EvidenceReviewView(APIView):
    """Review what a device recorded (行政处罚法 41): until then it is not usable."""

    permission_classes = (requires_api(Capability.REVIEW_EVIDENCE),)

    @extend_schema(
        request=ReviewSerializer,
        responses={
            200: EvidenceSerializer,
            404: OpenApiResponse(description="There is no such evidence that the person may see."),
            409: OpenApiResponse(description="It has its review already."),
            **REFUSED,
        },
    )
    def post(self, request, pk):
        piece = get_object_or_404(visible_evidence(request.user), pk=pk)
        asked = checked(ReviewSerializer, request.data)
        return Response(said(actions.review_evidence(piece, by=request.user, note=asked["note"])))


def said(piece: Evidence) -> dict:
    return EvidenceSerializer(Evidence.objects.for_list().get(pk=piece.pk)).data
