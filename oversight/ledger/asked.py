"""What somebody asks of the ledger, checked: a month or all of it, and seven filters."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.filters import STATUS_CHOICES, UnitField
from cases.models.case import Channel, Violation

ALL = "all"
FIRST_YEAR = 1949


class MonthField(forms.CharField):
    """`2026-03` → its first day; `all` → None; the running month when empty."""

    def to_python(self, value):
        text = super().to_python(value).strip()
        if not text:
            return timezone.localdate().replace(day=1)
        if text == ALL:
            return None
        try:
            month = date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise ValidationError(_("A month as 2026-03.")) from error
        if len(text) != len("2026-03") or not FIRST_YEAR <= month.year < date.max.year:
            raise ValidationError(_("A month as 2026-03."))
        return month


class LedgerForm(forms.Form):
    month = MonthField(label=_("month"), required=False)
    group = forms.CharField(label=_("group"), max_length=12, required=False)
    area = forms.CharField(label=_("area"), max_length=12, required=False)
    unit = UnitField(label=_("unit"), max_length=60, required=False)
    status = forms.ChoiceField(label=_("status"), choices=[("", ""), *STATUS_CHOICES], required=False)
    channel = forms.ChoiceField(label=_("channel"), choices=[("", ""), *Channel.choices], required=False)
    violation = forms.ChoiceField(label=_("violation"), choices=[("", ""), *Violation.choices], required=False)
