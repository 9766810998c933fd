"""The verbs of a case: what can be done now, what stands before it, and doing it."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries.lands import Lands
from cases import actions, inputs
from cases.api.asked import NO_CASE, REFUSED, names_version, newest_named, visible_case
from cases.facts import Facts
from cases.incoming import PlaceSerializer
from cases.permissions import Capability, requires_api
from cases.serializers import CaseSerializer, StepSerializer
from cases.verbs import Verb

PLACE = "place"


class StepsView(APIView):
    """The verbs that are this person's from here, each with what is missing and with the names of its words."""

    permission_classes = (requires_api(Capability.SEE_CASES),)

    @extend_schema(responses={200: StepSerializer(many=True), **NO_CASE, **REFUSED})
    def get(self, request, case_no):
        case = visible_case(request.user, case_no)
        facts = Facts(case, by=request.user)
        told = [_told(step, facts) for step in actions.steps(case, request.user, facts)]
        return Response(told, headers={"ETag": f'"{case.version}"'})


def _told(step, facts) -> dict:
    form = inputs.form_of(step.verb, facts)
    return {
        "verb": step.verb.value,
        "label": str(step.verb.label),
        "to": step.arrow.to,
        "missing": list(step.obstacles),
        "words": [
            {"name": name, "label": str(field.label or name), "required": field.required}
            for name, field in form.fields.items()
        ],
    }


class ActView(APIView):
    """Do a verb. The body has its words and may have `place`, where the person stood; If-Match guards against a
    stale page: 412 then tells who changed what and when. 409 says what is missing."""

    permission_classes = (requires_api(Capability.ACT),)

    @extend_schema(
        request={"application/json": {"type": "object", "additionalProperties": True}},
        parameters=[
            OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=False),
            OpenApiParameter("verb", {"type": "string", "enum": Verb.values}, OpenApiParameter.PATH),
        ],
        responses={
            200: CaseSerializer,
            409: OpenApiResponse(description="What is missing, in sentences."),
            412: OpenApiResponse(description="The case has changed: who did what, and when."),
            **NO_CASE,
            **REFUSED,
        },
    )
    def post(self, request, case_no, verb):
        case = visible_case(request.user, case_no)
        if verb not in case.table.verbs:
            raise NotFound(
                _("There is no such verb. There are: {verbs}.").format(verbs=", ".join(sorted(case.table.verbs)))
            )
        given = _given(request.data)
        place = _place(given.pop(PLACE, None))
        version = _version_read(request.headers.get("If-Match"), case)
        return self._done(case, verb, given, place, request.user, version)

    def _done(self, case, verb, given, place, user, version):
        try:
            changed = actions.perform(case, verb, by=user, given=given, version=version, place=place)
        except actions.BadInput as error:
            raise ValidationError(error.errors) from error
        except actions.NotYours as error:
            raise PermissionDenied(str(error)) from error
        except actions.Refused as error:
            return Response({"detail": str(error), "missing": error.sentences}, status=status.HTTP_409_CONFLICT)
        except actions.CaseChanged as error:
            told = {"detail": str(error), "changes": [_change(event) for event in error.events]}
            return Response(told, status=status.HTTP_412_PRECONDITION_FAILED)
        data = CaseSerializer(changed, context={"lands": Lands(), "request": self.request}).data
        return Response(data, headers={"ETag": f'"{changed.version}"'})


def _version_read(if_match: str | None, case) -> int | None:
    """The version that the caller has read; None where nothing is said of it."""
    if not if_match:
        return None
    return case.version if names_version(if_match, case.version) else newest_named(if_match)


def _given(data) -> dict:
    if data is None:
        return {}
    if not hasattr(data, "items"):
        raise ValidationError({"detail": _("The body must be an object of names and values.")})
    return {name: data.getlist(name) if _is_many(data, name) else data[name] for name in data}


def _is_many(data, name) -> bool:
    return hasattr(data, "getlist") and len(data.getlist(name)) > 1


def _place(given):
    if given is None:
        return None
    form = PlaceSerializer(data=given)
    if not form.is_valid():
        raise ValidationError({PLACE: form.errors})
    _system, point = actions.convert(form.validated_data["lon"], form.validated_data["lat"], form.validated_data["crs"])
    return point


def _change(event) -> dict:
    at = localtime(event.at).isoformat()
    return {"by": str(event.by or ""), "at": at, "verb": event.verb, "what": event.get_verb_display()}
