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


def exception_handler(error, context):
    """Sentences of the domain (ValueErrors that name a `field`) as 400; DRF's own otherwise."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError) and hasattr(error, "field"):
        error = ValidationError({error.field: [str(error)]})
    if isinstance(error, DjangoValidationError):
        error = ValidationError({api_settings.NON_FIELD_ERRORS_KEY: error.messages})
    if isinstance(error, RecursionError):  # a body of thousands of brackets
        error = ParseError()
    return drf_exception_handler(error, context)
