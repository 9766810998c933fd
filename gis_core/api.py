"""What every API view shares: pages of features, and errors that name the field."""

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework_gis.pagination import GeoJsonPagination


class GeoJsonPages(GeoJsonPagination):
    """FeatureCollection pages with `count`, `next` and `previous`."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 1000

    def get_paginated_response_schema(self, schema):
        """A page is the FeatureCollection itself with three keys more, and not a list under `results`."""
        place = {"type": "string", "format": "uri", "nullable": True}
        more = {"count": {"type": "integer"}, "next": place, "previous": place}
        return {"allOf": [schema, {"type": "object", "required": list(more), "properties": more}]}


def exception_handler(error, context):
    """Sentences of the domain (ValueErrors that name a `field`) as 400; DRF's own otherwise."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError) and hasattr(error, "field"):
        error = ValidationError({error.field: [str(error)]})
    if isinstance(error, DjangoValidationError):
        error = ValidationError({api_settings.NON_FIELD_ERRORS_KEY: error.messages})
    if isinstance(error, RecursionError):  # a body of thousands of brackets
        error = ParseError()
    return drf_exception_handler(error, context)


def say_refusals(result, **_given):
    """drf-spectacular's hook: every operation of ours may be refused, and a list may have no such page."""
    for path, operations in result["paths"].items():
        for operation in operations.values() if path.startswith("/api/v1/") else ():
            refusals = {"401": "Nobody is signed in.", "403": "The role does not allow it."}
            if any(parameter["name"] == "page" for parameter in operation.get("parameters", ())):
                refusals["404"] = "There is no such page."
            for status, sentence in refusals.items():
                operation["responses"].setdefault(status, {"description": sentence})
    return result
