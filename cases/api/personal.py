"""Personal data unmasked: one person's, in this answer alone, after a reason that is kept."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import actions, personal
from cases.api.asked import NO_CASE, REFUSED, checked, no_case, visible_case
from cases.incoming import ReasonSerializer
from cases.permissions import Capability, may_see_reporter, requires_api
from cases.serializers import MaskedReporterSerializer, PartySerializer

NOT_KEPT = {"Cache-Control": "no-store"}


class UnmaskPartyView(APIView):
    """The data of one party as they are. The reason is kept in the case's history, with who asked and when."""

    permission_classes = (requires_api(Capability.UNMASK),)

    @extend_schema(request=ReasonSerializer, responses={200: PartySerializer, **NO_CASE, **REFUSED})
    def post(self, request, case_no, pk):
        case = visible_case(request.user, case_no)
        party = case.parties.filter(pk=pk).first()
        if party is None:
            raise no_case()
        actions.unmask(case, party, by=request.user, reason=checked(ReasonSerializer, request.data)["reason"])
        return Response(PartySerializer(personal.party(party, unmasked=True)).data, headers=NOT_KEPT)


class UnmaskReporterView(APIView):
    """The same of whoever reported, for those who may read it: the office, and whoever took the report down."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(request=ReasonSerializer, responses={200: MaskedReporterSerializer, **NO_CASE, **REFUSED})
    def post(self, request, case_no):
        case = visible_case(request.user, case_no)
        reporter = case.reporters.first()
        if reporter is None or not may_see_reporter(request.user, case):
            raise no_case()
        actions.unmask(case, reporter, by=request.user, reason=checked(ReasonSerializer, request.data)["reason"])
        return Response(MaskedReporterSerializer(personal.reporter(reporter, unmasked=True)).data, headers=NOT_KEPT)
