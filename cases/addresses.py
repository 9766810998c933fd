"""Parts of addresses of the work."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CaseNumber(StringConverter):
    """What may be a case number; the zero character may not, for PostgreSQL refuses to be asked for it."""

    regex = r"[^/\x00]+"


register_converter(CaseNumber, "case_no")
