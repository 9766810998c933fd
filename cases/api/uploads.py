"""Large files in pieces, by the tus 1.0 protocol: core, creation, termination, expiration, checksum.

A client that speaks tus needs the address of the first view and nothing else of ours.
"""

import base64
import binascii
import hashlib
from functools import partial

from django.http import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, UnsupportedMediaType, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import actions
from cases.api.asked import NO_CASE, REFUSED, checked, visible_case
from cases.evidence import uploads
from cases.evidence.formats import MB, MOST_BYTES
from cases.incoming import ToldSerializer
from cases.models import Upload
from cases.permissions import Capability, requires_api, visible_cases
from cases.serializers import BegunSerializer

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
READ_BYTES = 256 * 1024
CHECKSUMS = ("sha1", "sha256")
OWN_KEYS = ("case", "filename", "filetype", "sha256")  # of Upload-Metadata; the others are words of ToldSerializer

NO_UPLOAD = {404: OpenApiResponse(description="There is no such upload of this person, or it has expired.")}
NOT_NOW = {409: OpenApiResponse(description="It stands elsewhere, is being written to, or there is no room.")}


def header(name, required=True, kind=str):
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required)


class OtherProtocol(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class TusView(APIView):
    """What both addresses share: the version of the protocol, said and asked for."""

    permission_classes = (requires_api(Capability.ADD_EVIDENCE),)
    offered = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination,expiration,checksum",
        "Tus-Max-Size": str(MOST_BYTES),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.headers.get("Tus-Resumable", VERSION) != VERSION:
            raise OtherProtocol(_("Only tus 1.0.0 is understood here."))

    def finalize_response(self, request, response, *args, **kwargs):
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Tus-Resumable"] = VERSION
        if answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
            answer["Tus-Version"] = VERSION
        return answer

    def options(self, request, *args, **kwargs):
        return Response(status=status.HTTP_204_NO_CONTENT, headers=self.offered)


class UploadsView(TusView):
    """Begin an upload. `Upload-Metadata` names the `case` and the `filename`, and may give the file's `sha256` and
    what else is said of evidence (kind, title, captured_at, lon, lat, crs, accuracy_m, from_device)."""

    @extend_schema(
        request=None,
        parameters=[header("Upload-Length", kind=int), header("Upload-Metadata")],
        responses={201: BegunSerializer,
                   413: OpenApiResponse(description="No file may be so large."), **NO_CASE, **NOT_NOW, **REFUSED},
    )  # fmt: skip
    def post(self, request):
        told = _metadata(request.headers.get("Upload-Metadata", ""))
        length = _number(request, "Upload-Length")
        own = {key: told.pop(key, "") for key in OWN_KEYS}
        case = visible_case(request.user, own["case"])
        checked(ToldSerializer, told)
        if length > MOST_BYTES:
            sentence = _("{name}: the file is larger than {megabytes} MB.")
            raise TooLarge(sentence.format(name=own["filename"], megabytes=MOST_BYTES // MB))
        upload = uploads.begin(
            case, by=request.user, length=length, name=own["filename"], sha256=_sha256(own["sha256"]), told=told
        )
        where = reverse("api-upload", args=(upload.pk,))
        begun = BegunSerializer({"url": where, "expires_at": upload.expires_at}).data
        return Response(begun, status=status.HTTP_201_CREATED, headers={"Location": where, **_standing(upload)})


class UploadView(TusView):
    """One upload: ask where it stands (HEAD), send the next piece, or give it up."""

    def head(self, request, pk):
        upload = _mine(request.user, pk)
        told = {"Upload-Length": str(upload.length), "Cache-Control": "no-store", **_standing(upload)}
        return Response(headers=told)

    @extend_schema(
        request={PIECE: OpenApiTypes.BINARY},
        parameters=[header("Upload-Offset", kind=int), header("Upload-Checksum", required=False)],
        responses={204: OpenApiResponse(description="Stored. With the last piece Evidence-Id names the evidence."),
                   415: OpenApiResponse(description=f"A piece is {PIECE}."),
                   460: OpenApiResponse(description="The piece was changed on its way."),
                   **NO_UPLOAD, **NOT_NOW, **REFUSED},
    )  # fmt: skip
    def patch(self, request, pk):
        upload = _mine(request.user, pk)
        if request.content_type != PIECE:
            raise UnsupportedMediaType(request.content_type)
        offset, checksum = _number(request, "Upload-Offset"), _checksum(request)
        told = checked(ToldSerializer, upload.told)
        try:
            upload = actions.receive(upload, offset, _pieces(request), checksum=checksum, **told)
        except UnreadablePostError as error:
            raise ValidationError({"detail": _("The connection broke off; ask where the file stands.")}) from error
        except uploads.BadPiece as error:
            if error.field != "Upload-Checksum":
                raise
            return Response({error.field: [str(error)]}, status=460)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=_standing(upload))

    @extend_schema(responses={204: OpenApiResponse(description="Given up."), **NO_UPLOAD, **NOT_NOW, **REFUSED})
    def delete(self, request, pk):
        upload = _mine(request.user, pk)
        with uploads.alone(upload):
            uploads.discard(upload)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _mine(user, pk) -> Upload:
    """One's own upload, as long as one sees its case; 404 alike for another's, a missing and an expired one."""
    mine = Upload.objects.filter(by=user, case__in=visible_cases(user), expires_at__gt=timezone.now())
    return get_object_or_404(mine.select_related("case"), pk=pk)


def _standing(upload) -> dict:
    done = {"Evidence-Id": str(upload.evidence_id)} if upload.evidence_id else {}
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": http_date(upload.expires_at.timestamp()), **done}


def _pieces(request):
    """The body in parts; none where it is empty."""
    return iter(partial(request.stream.read, READ_BYTES), b"") if request.stream else ()


def _number(request, name) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValidationError({name: [_("A whole number of bytes.")]})
    return int(text)


def _metadata(text: str) -> dict[str, str]:
    """Pairs of a name and its value in Base64, parted by commas; a name alone has an empty value."""
    try:
        pairs = [part.split(" ") for part in text.split(",") if part]
        return {name: _decoded(value) for name, value in (((*pair, "") if len(pair) == 1 else pair) for pair in pairs)}
    except ValueError as error:
        raise ValidationError({"Upload-Metadata": [_("Names with values in Base64, parted by commas.")]}) from error


def _decoded(value: str) -> str:
    text = base64.b64decode(value, validate=True).decode()
    if "\0" in text:
        raise ValueError
    return text


def _sha256(text: str) -> str:
    if text and not (len(text) == 64 and set(text.lower()) <= set("0123456789abcdef")):
        raise ValidationError({"sha256": [_("64 hexadecimal digits.")]})
    return text


def _checksum(request) -> tuple[str, bytes] | None:
    """(name, digest) of the header; None where it was not sent."""
    if (said := request.headers.get("Upload-Checksum")) is None:
        return None
    name, _space, digest = said.partition(" ")
    try:
        decoded = base64.b64decode(digest, validate=True)
    except (ValueError, binascii.Error):
        decoded = b""
    if name not in CHECKSUMS or len(decoded) != hashlib.new(name).digest_size:
        raise ValidationError({"Upload-Checksum": [_("One of {names}, a space, and the digest in Base64.").format(
            names=", ".join(CHECKSUMS))]})  # fmt: skip
    return name, decoded
