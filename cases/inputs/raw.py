"""Words as they come in, before a form reads them: JSON can say what no field of a form means."""

from django import forms
from django.utils.translation import gettext as _

MANY = (forms.ModelMultipleChoiceField, forms.MultipleChoiceField)
COUNTED = (forms.IntegerField, forms.FloatField, forms.DecimalField, forms.ModelChoiceField)
YES_OR_NO = frozenset({"true", "false", "on", "1", "0", ""})
LARGEST = 10**15  # of a number that is no text: beyond any sum of money or area


def faults(fields, given) -> dict[str, list[str]]:
    """A sentence for each word whose kind its field cannot mean; what a field's own rules refuse is not asked here."""
    told = {name: _told(given, name, field) for name, field in fields.items() if name in given}
    found = {name: fault(fields[name], value) for name, value in told.items()}
    return {name: [sentence] for name, sentence in found.items() if sentence}


def _told(given, name, field):
    return given.getlist(name) if isinstance(field, MANY) and hasattr(given, "getlist") else given[name]


def fault(field, value) -> str:
    """Why a field cannot mean the value; empty where it can."""
    if isinstance(value, str):
        return _of_text(field, value)
    if value is None:
        return ""
    if isinstance(field, MANY):
        sound = isinstance(value, list | tuple) and all(isinstance(one, str) and not _unstorable(one) for one in value)
        return "" if sound else _("A list of names is meant here.")
    if isinstance(field, forms.BooleanField):
        return "" if isinstance(value, bool) else _("true or false is meant here.")
    if isinstance(field, COUNTED):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if is_number and abs(value) < LARGEST else _("A number is meant here.")
    return _("Text is meant here.")


def _of_text(field, value) -> str:
    if _unstorable(value):
        return _("This text has characters that cannot be stored.")
    if isinstance(field, forms.BooleanField) and value.lower() not in YES_OR_NO:
        return _("true or false is meant here.")
    return ""


def _unstorable(text: str) -> bool:
    """NUL, and halves of characters that only JSON's escapes can write."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
