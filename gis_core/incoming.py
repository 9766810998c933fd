"""What comes in by the API, refused with the name and a sentence: bodies, numbers, names that nobody knows."""

import io
import json
import math
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.forms import IntegerField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.settings import api_settings


class JsonParser(JSONParser):
    """JSON up to Django's limit for bodies. NaN and infinity pass: the field that has them can be named."""

    strict = False

    @property
    def most_bytes(self) -> int:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise RequestDataTooBig
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        except ParseError as error:
            raise ParseError(_said_of(error.__context__)) from error


def _said_of(fault) -> str:
    if isinstance(fault, json.JSONDecodeError):
        place = {"line": fault.lineno, "column": fault.colno}
        return _("The body is not JSON: the fault is in line {line}, column {column}.").format(**place)
    return _("The body is not JSON in UTF-8.")


class FiniteFloat(serializers.FloatField):
    """A number that is one: NaN and infinity are refused with a sentence of their own."""

    default_error_messages = {
        "invalid": gettext_lazy("A number is needed."),
        "finite": gettext_lazy("The number must be finite."),
        "overflow": gettext_lazy("The number must be finite."),
    }

    def to_internal_value(self, data):
        if isinstance(data, bool):
            self.fail("invalid")
        if isinstance(data, str | float) and _is_endless(data):
            self.fail("finite")
        return super().to_internal_value(data)


def _is_endless(data) -> bool:
    try:
        return not math.isfinite(float(data))
    except ValueError:
        return False


class ExactSerializer(serializers.Serializer):
    """Refuses a name that it has no field for: what is misspelt would be lost without a word."""

    def to_internal_value(self, data):
        faults = unknown_names(data, self.fields) if isinstance(data, Mapping) else {}
        try:
            known = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**error.detail, **faults}) from error
        if faults:
            raise ValidationError(faults)
        return known


class ExactQuery:
    """For a view that lists: a parameter that is not among `known_parameters()` is refused with its name."""

    def known_parameters(self) -> set[str]:
        paginator = getattr(self, "paginator", None)
        return {paginator.page_query_param, paginator.page_size_query_param} if paginator else set()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        known = self.known_parameters()
        if faults := unknown_names(request.query_params, known | {api_settings.URL_FORMAT_OVERRIDE}, known):
            raise ValidationError(faults)


def unknown_names(given: Iterable[str], known, named=None) -> dict[str, list[str]]:
    """A sentence for each name that is not `known`; it tells those of `named`, or else of `known`."""
    names = ", ".join(sorted(known if named is None else named))
    sentence = _("Not known here. Known are: {names}.").format(names=names) if names else _("Not known here.")
    return {_storable(name): [sentence] for name in given if name not in known}


def _storable(name: str) -> str:
    """JSON may name half a character, which no answer can say."""
    return name.encode("utf-8", "replace").decode()


def parameters_of(filterset) -> list[OpenApiParameter]:
    """A django-filter set's own filters as parameters of the schema."""
    return [
        OpenApiParameter(name, _schema_of(one), description=one.extra.get("help_text", one.label))
        for name, one in filterset.base_filters.items()
    ]


def _schema_of(one) -> dict:
    """What a value must look like: the filter's own `schema`, else what the field says that reads it."""
    field = one.field
    if hasattr(one, "schema"):
        return one.schema
    if choices := one.extra.get("choices"):
        return {"type": "string", "enum": [value for value, _label in choices]}
    if isinstance(field, IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    longest = {"maxLength": field.max_length} if getattr(field, "max_length", None) else {}
    return {"type": "string", **longest}
