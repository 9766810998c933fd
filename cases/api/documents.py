"""The documents of a case: what went out, how it was served, and where the file is."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.asked import NO_CASE, REFUSED, visible_case
from cases.permissions import Capability, requires_api
from cases.serializers import DocumentSerializer


class DocumentsView(APIView):
    """Documents of a case, oldest first, void ones too; the same token opens each file."""

    permission_classes = (requires_api(Capability.READ_DOCUMENTS),)

    @extend_schema(responses={200: DocumentSerializer(many=True), **NO_CASE, **REFUSED})
    def get(self, request, case_no):
        case = visible_case(request.user, case_no)
        return Response(DocumentSerializer(case.documents.for_list(), many=True).data)
