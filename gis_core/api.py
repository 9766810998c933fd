"""What every API view shares: pages of features, and errors that name the field."""

import gzip

import orjson
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.defaults import page_not_found
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework_gis.pagination import GeoJsonPagination

from gis_core.errors import NotPossibleNow

# The addresses of programs: what is not there is said in JSON.
FOR_PROGRAMS = ("/api/", "/tiles/")


class GeoJsonPages(GeoJsonPagination):
    """FeatureCollection pages with `count`, `next` and `previous`."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 1000
    invalid_page_message = gettext_lazy("There is no page {page_number}: the list ends before it.")

    def paginate_queryset(self, queryset, request, view=None):
        asked = request.query_params
        faults = {
            name: [_("A whole number from 1 on.")]
            for name, others in ((self.page_query_param, self.last_page_strings), (self.page_size_query_param, ()))
            if not (_is_count(asked.get(name)) or asked.get(name) in others)
        }
        if faults:
            raise ValidationError(faults)
        return super().paginate_queryset(queryset, request, view)

    def get_schema_operation_parameters(self, view):
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
        return parameters

    def get_paginated_response_schema(self, schema):
        """A page is the FeatureCollection itself with three keys more, and not a list under `results`."""
        place = {"type": "string", "format": "uri", "nullable": True}
        more = {"count": {"type": "integer"}, "next": place, "previous": place}
        return {"allOf": [schema, {"type": "object", "required": list(more), "properties": more}]}


def _is_count(text: str | None) -> bool:
    """Whether the text is a number from 1 on; the empty one leaves the choice to us."""
    return not text or (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0)


class FastJson(JSONRenderer):
    """The same JSON, made by orjson; laid out for reading where the client asks for that (`indent=4`)."""

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if data is None or self.get_indent(accepted_media_type or "", renderer_context or {}):
            return super().render(data, accepted_media_type, renderer_context)
        return orjson.dumps(data, default=self.encoder_class().default)


QUICK = 1  # of nine: a sixteenth of a millisecond for sixty kilobytes, which are an eighth then
WORTH_IT = 1000  # bytes


def packed(request, answer):
    """The answer, smaller where the client takes that: phones ask on thin lines."""
    patch_vary_headers(answer, ("Accept-Encoding",))
    if len(answer.content) > WORTH_IT and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.content = gzip.compress(answer.content, QUICK)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.content))
    return answer


class Conflict(APIException):
    """What was asked is sound, and what is stored does not allow it."""

    status_code = status.HTTP_409_CONFLICT


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body is too large.")


def exception_handler(error, context):
    """Sentences of the domain with the status that they mean; DRF's own otherwise."""
    return drf_exception_handler(_as_answer(error), context)


def _as_answer(error):
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError) and hasattr(error, "field"):
        return ValidationError({error.field: [str(error)]})
    for kind, answer in _ANSWERS.items():
        if isinstance(error, kind):
            return answer(error)
    return error


_ANSWERS = {
    NotPossibleNow: lambda error: Conflict(str(error)),
    DjangoValidationError: lambda error: ValidationError({api_settings.NON_FIELD_ERRORS_KEY: error.messages}),
    RequestDataTooBig: lambda _error: TooLarge(),
    TooManyFilesSent: lambda _error: ParseError(_("The form has too many files.")),
    TooManyFieldsSent: lambda _error: ParseError(_("The form has too many fields.")),
    Http404: lambda _error: NotFound(_("There is nothing at this address that you may see.")),
    RecursionError: lambda _error: ParseError(_("The body is nested too deeply.")),
}


def not_found(request, exception):
    """The project's answer to an address that is none."""
    if request.path.startswith(FOR_PROGRAMS):
        return JsonResponse({"detail": _("There is no such address.")}, status=status.HTTP_404_NOT_FOUND)
    return page_not_found(request, exception)


def say_refusals(result, **_given):
    """drf-spectacular's hook: every operation of ours may be refused, and a list may have no such page."""
    for path, operations in result["paths"].items():
        for operation in operations.values() if path.startswith(("/api/v1/", "/tiles/")) else ():
            for code, sentence in _refusals(operation):
                operation["responses"].setdefault(code, {"description": sentence})
    return result


def _refusals(operation):
    yield "400", "The field, or `detail`, and a sentence."
    yield "401", "Nobody is signed in."
    yield "403", "The role does not allow it."
    if any(parameter["name"] == "page" for parameter in operation.get("parameters", ())):
        yield "404", "There is no such page."
    if "requestBody" in operation:
        yield "413", "The body is too large."
        yield "415", "The body is of another kind than described."
