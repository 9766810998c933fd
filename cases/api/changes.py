"""The change feed, as a client follows it."""

import hashlib
from functools import partial

from django.http import HttpResponseNotModified
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import feed, versions
from cases.api.asked import REFUSED
from cases.models import CaseEvent
from cases.permissions import Capability, requires_api, visible_cases
from cases.serializers import ChangeSerializer, ChangesSerializer
from gis_core.incoming import ExactQuery


class ChangesView(ExactQuery, APIView):
    """What happened after a cursor; without one, the cursor of now and nothing else.

    Whoever sends the ETag of the last answer back with its cursor is answered 304 by one query while nothing happens;
    an answer without changes says that something else did, a deadline that passed for one.
    """

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(
        parameters=[
            OpenApiParameter("after", str, required=False),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, required=False),
        ],
        responses={
            200: ChangesSerializer,
            304: OpenApiResponse(description="Nothing happened since the answer that had this ETag."),
            **REFUSED,
        },
    )
    def get(self, request):
        after = request.query_params.get("after")
        version = versions.of(request.user)  # read first: what comes in between is told, and asked for once more
        if after and request.headers.get("If-None-Match") == _etag(version, after):
            return Response(status=304, headers={"ETag": _etag(version, after)})
        if after is None:
            cursor, events = feed.current(), []
        else:
            cursor, events = feed.page(feed.parse(after), request.user.region_id or "", visible_cases(request.user))
        answer = {"cursor": str(cursor), "changes": _told(events)}
        return Response(answer, headers={} if cursor.is_inside_page else {"ETag": _etag(version, str(cursor))})

    def known_parameters(self):
        return {"after"}

    @staticmethod
    def short_way(request):
        after, known = request.GET.get("after"), request.headers.get("If-None-Match")
        return partial(_nothing_new, after, known) if after and known and len(request.GET) == 1 else None


def _nothing_new(after: str, known: str, user):
    etag = _etag(versions.of(user), after)
    return HttpResponseNotModified(headers={"ETag": etag}) if known == etag else None


def _etag(version: versions.Version, cursor: str) -> str:
    """Of what is known to whoever stands at this cursor when the data has this version."""
    return f'"{hashlib.blake2b(f"{version} {cursor}".encode(), digest_size=16).hexdigest()}"'


def _told(events: list[CaseEvent]) -> list[dict]:
    acts = [{"case_no": one.case.case_no, "verb": one.verb, "status": one.status, "at": one.at} for one in events]
    return ChangeSerializer(acts, many=True).data
