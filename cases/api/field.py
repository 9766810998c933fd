"""The phone's own addresses: what it carries, what it sends, what became of it."""

from django.contrib.auth import authenticate
from django.contrib.gis.geos import Point
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.relations import SlugRelatedField
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from boundaries.models import User
from cases import actions, answers, field
from cases.api.asked import NO_CASE, REFUSED, checked, checked_query, region_of, visible_case
from cases.field import pack, papers
from cases.field_words import (
    ConfirmationSerializer,
    DeviceInSerializer,
    DeviceSerializer,
    FieldRecordInSerializer,
    FullReceiptSerializer,
    PackQuerySerializer,
    SecondInSerializer,
    SecondTokenSerializer,
    StandingQuerySerializer,
    StandingSerializer,
)
from cases.models import Case, FieldRecord
from cases.permissions import Capability, requires_api
from gis_core import srid
from gis_core.incoming import JsonParser

DEVICE = "Field-Device"
SECOND_SALT, SECOND_HOURS = "field.second", 12
MOST_STANDING = 500
WITH_DEVICE = [OpenApiParameter(DEVICE, str, OpenApiParameter.HEADER, required=False)]
WORDS = ("key", "seq", "kind", "captured_at", "sent_at", "base_version", "after", "words", "case_no", "verb")


class DeviceRevoked(PermissionDenied):
    """`revoked` tells the application to forget what it carries."""

    def __init__(self, sentence: str):
        super().__init__()
        self.detail = {"detail": sentence, "revoked": True}


class FieldView(APIView):
    """What all share: the right, and a device that the office has not taken away."""

    permission_classes = (requires_api(Capability.USE_FIELD),)
    parser_classes = (JsonParser,)

    def device(self, key, **told):
        region_of(self.request.user)
        session = getattr(self.request._request, "session", None)
        try:
            return field.device_of(self.request.user, key, session_key=(session and session.session_key) or "", **told)
        except field.Revoked as error:
            raise DeviceRevoked(str(error)) from error

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if key := request.headers.get(DEVICE):
            self.device(checked(DeviceInSerializer, {"id": key})["id"])


@method_decorator(gzip_page, "dispatch")  # fetched in the field, on whatever network there is
class PackView(FieldView):
    """Everything that a phone carries: areas, grid, cases, people, words."""

    @extend_schema(parameters=[PackQuerySerializer, *WITH_DEVICE], responses={200: OpenApiTypes.OBJECT, **REFUSED})
    def get(self, request):
        region_of(request.user)
        asked = checked_query(PackQuerySerializer, request)
        near = Point(asked["lon"], asked["lat"], srid=srid.STORAGE) if {"lon", "lat"} <= set(asked) else None
        return Response(pack.of(request.user, areas=asked["areas"], near=near))


class FieldCaseView(FieldView):
    """A case in full, to be carried: the orders as they would say about it now."""

    @extend_schema(parameters=WITH_DEVICE, responses={200: OpenApiTypes.OBJECT, **NO_CASE, **REFUSED})
    def get(self, request, case_no):
        case = visible_case(request.user, case_no)
        return Response({"no": case.case_no, "version": case.version, "papers": papers.drafts(case)})


class DevicesView(FieldView):
    """A phone says who it is."""

    @extend_schema(request=DeviceInSerializer, responses={200: DeviceSerializer, **REFUSED})
    def post(self, request):
        asked = checked(DeviceInSerializer, request.data)
        device = self.device(asked["id"], name=asked["name"], release=asked["release"])
        told = {"key": device.key, "server_time": timezone.now(), "username": request.user.username}
        return Response(DeviceSerializer(told).data)


@method_decorator(ensure_csrf_cookie, "get")  # a phone that lost its cookies and opens without asking us
class RecordsView(FieldView):
    """How one's own records stand, the last first; and a new one, which may come any number of times."""

    @extend_schema(
        parameters=[StandingQuerySerializer, *WITH_DEVICE], responses={200: StandingSerializer(many=True), **REFUSED}
    )
    def get(self, request):
        asked = checked_query(StandingQuerySerializer, request)
        mine = FieldRecord.objects.filter(user=request.user).select_related("case", "decided_by").order_by("-id")
        if asked["device"]:
            mine = mine.filter(device__key=asked["device"])
        return Response(StandingSerializer(mine[:MOST_STANDING], many=True).data)

    @extend_schema(
        request=FieldRecordInSerializer,
        parameters=WITH_DEVICE,
        responses={201: FullReceiptSerializer,
                   422: OpenApiResponse(description="The key was used for another record."), **REFUSED},
    )  # fmt: skip
    def post(self, request):
        asked = checked(FieldRecordInSerializer, request.data)
        _second_of_here(asked["second"], request.user)
        device = self.device(asked["device"])
        told = _told(asked, request)
        try:
            answer, _row = field.receive(
                told,
                by=request.user,
                device=device,
                report=lambda: _reported(request.user, asked["report"]),
                said=_said,
            )
        except actions.BadInput as error:
            raise ValidationError({"words": error.errors}) from error
        except field.KeyReused as error:
            return Response({"detail": str(error)}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        return HttpResponse(answer, content_type="application/json", status=status.HTTP_201_CREATED)


def _second_of_here(second: dict | None, first: User) -> None:
    """Another officer of the same region; one of elsewhere is answered like one that does not exist."""
    if second is None:
        return
    officer = second["username"]
    if officer.region_id != first.region_id:
        unknown = SlugRelatedField.default_error_messages["does_not_exist"]
        sentence = unknown.format(slug_name="username", value=officer.username)
    elif officer.pk == first.pk:
        sentence = _("The second officer is somebody else.")
    else:
        return
    raise ValidationError({"second": {"username": [sentence]}})


def _told(asked: dict, request) -> field.Told:
    place, second = asked["place"], asked["second"]
    point = actions.convert(place["lon"], place["lat"], place["crs"])[1] if place else None
    return field.Told(
        **{name: asked[name] for name in WORDS},
        photos=[dict(photo) for photo in asked["photos"]],
        place=point,
        accuracy_m=place and place["accuracy_m"],
        second=second and second["username"],
        second_confirmed=bool(second) and _proved(second, request.user),
        body={name: value for name, value in request.data.items() if name != "sent_at"},
    )


def _proved(second: dict, first: User) -> bool:
    """Whether the token says that this officer signed in beside the first one."""
    try:
        pair = signing.loads(second["token"], salt=SECOND_SALT, max_age=SECOND_HOURS * 3600)
    except signing.BadSignature:
        return False
    return pair == [first.pk, second["username"].pk]


def _reported(user: User, report: dict) -> Case:
    return actions.report(region=user.region, by=user, source_client="field", **report)


def _said(row: FieldRecord, outcome) -> bytes:
    row.since = list(outcome.since)
    if row.kind == FieldRecord.Kind.REPORT and row.case:
        row.assigned = answers.stored(row.case)
    return JSONRenderer().render(FullReceiptSerializer(row).data)


class SecondView(FieldView):
    """The second officer signs in on the first one's phone."""

    throttle_classes = (type("SecondThrottle", (UserRateThrottle,), {"rate": "20/hour", "scope": "second"}),)

    @extend_schema(
        request=SecondInSerializer, parameters=WITH_DEVICE, responses={200: SecondTokenSerializer, **REFUSED}
    )
    def post(self, request):
        asked = checked(SecondInSerializer, request.data)
        officer = authenticate(request._request, **asked)
        if officer is None or officer.region_id != request.user.region_id:
            raise ValidationError({"password": [_("Name and password do not match an account of this office.")]})
        if not officer.officer_cert_no:
            raise ValidationError({"username": [_("{name} holds no certificate of enforcement.").format(name=officer)]})
        if officer.pk == request.user.pk:
            raise ValidationError({"username": [_("The second officer is somebody else.")]})
        token = signing.dumps([request.user.pk, officer.pk], salt=SECOND_SALT)
        told = {"token": token, "name": str(officer), "certificate": officer.officer_cert_no}
        return Response(SecondTokenSerializer(told).data)


class ConfirmationsView(FieldView):
    """The records that wait for one's word as the second officer."""

    @extend_schema(parameters=WITH_DEVICE, responses={200: ConfirmationSerializer(many=True), **REFUSED})
    def get(self, request):
        return Response(ConfirmationSerializer(field.unconfirmed(request.user), many=True).data)


class ConfirmView(FieldView):
    """Say that one was there."""

    @extend_schema(
        request=None, parameters=WITH_DEVICE,
        responses={200: ConfirmationSerializer,
                   404: OpenApiResponse(description="No record names the person under this key."), **REFUSED},
    )  # fmt: skip
    def post(self, request, key):
        record = get_object_or_404(FieldRecord, region=request.user.region_id, key=key, second=request.user)
        return Response(ConfirmationSerializer(field.confirm(record, by=request.user)).data)
