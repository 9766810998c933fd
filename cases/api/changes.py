"""The change feed, as a client follows it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import feed
from cases.api.asked import REFUSED
from cases.models import CaseEvent
from cases.permissions import Capability, requires_api, visible_cases
from cases.serializers import ChangeSerializer, ChangesSerializer
from gis_core.incoming import ExactQuery


class ChangesView(ExactQuery, APIView):
    """What happened after a cursor; without one, the cursor of now and nothing else."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(
        parameters=[OpenApiParameter("after", str, required=False)],
        responses={200: ChangesSerializer, **REFUSED},
    )
    def get(self, request):
        after = request.query_params.get("after")
        if after is None:
            return Response({"cursor": str(feed.current()), "changes": []})
        cursor, events = feed.page(feed.parse(after), request.user.region_id or "", visible_cases(request.user))
        return Response({"cursor": str(cursor), "changes": _told(events)})

    def known_parameters(self):
        return {"after"}


def _told(events: list[CaseEvent]) -> list[dict]:
    acts = [{"case_no": one.case.case_no, "verb": one.verb, "status": one.status, "at": one.at} for one in events]
    return ChangeSerializer(acts, many=True).data
