"""A day of the calendar, as filters take it."""

from datetime import date

import django_filters
from django.core.exceptions import ValidationError
from django.forms import DateField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DayField(DateField):
    """`2026-11-28`, and no other way to write it."""

    input_formats = ("%Y-%m-%d",)
    default_error_messages = {"invalid": _("A day as 2026-11-28.")}

    def __init__(self, **words):
        super().__init__(**{"input_formats": self.input_formats, **words})

    def to_python(self, value):
        """The last of all days has none behind it, and ours end at the midnight behind them."""
        day = super().to_python(value)
        if day == date.max:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class DayFilter(django_filters.Filter):
    schema = {"type": "string", "format": "date"}
    field_class = DayField


def not_to_come(day: date):
    """Validator of a day that something is told of."""
    if day > timezone.localdate():
        raise ValidationError(_("That day is yet to come."))
