"""What people ask of coverage: a day, two days, and which rows of its table."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.coverage.cells import Kind
from cases.coverage.table import Wanted
from gis_core.days import DayField

MOST_PAGE = 10_000


class DayGoneBy(DayField):
    """A day up to today."""

    def clean(self, value):
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError(_("That day is yet to come."))
        return day


class DayForm(forms.Form):
    """`at`: as it was at the end of that day; today where it is left out."""

    at = DayGoneBy(label=gettext_lazy("Day"), required=False)


class CoverageForm(DayForm):
    """`areas` (code → name) are those that the person sees."""

    status = forms.ChoiceField(label=gettext_lazy("Standing"), choices=Kind.choices, required=False)
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    q = forms.CharField(label=gettext_lazy("Cell, code or person"), max_length=60, required=False)
    silent = forms.BooleanField(label=gettext_lazy("Reports nothing"), required=False)
    due = forms.BooleanField(label=gettext_lazy("Due soon"), required=False)
    page = forms.IntegerField(label=gettext_lazy("Page"), min_value=1, max_value=MOST_PAGE, required=False)

    def __init__(self, *args, areas: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas.items())

    @property
    def wanted(self) -> Wanted:
        """Of a form that is sound."""
        given = self.cleaned_data
        return Wanted(given["status"], given["area"], given["q"], given["silent"], given["due"])

    @property
    def said(self) -> list[str]:
        """The filters in words, for paper; of a form that is sound."""
        told = []
        for name in ("status", "area", "q", "due", "silent"):
            field, value = self.fields[name], self.cleaned_data[name]
            shown = dict(getattr(field, "choices", ())).get(value, value)
            if value:
                told.append(str(field.label) if value is True else f"{field.label}{_(': ')}{shown}")
        return told


class TwoDaysForm(forms.Form):
    """`from` and `to`, in whichever order."""

    page = forms.IntegerField(label=gettext_lazy("Page"), min_value=1, max_value=MOST_PAGE, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from"] = DayGoneBy(label=_("First day"))  # a word of the language, and so no attribute
        self.fields["to"] = DayGoneBy(label=_("Second day"))


class ExportForm(DayForm):
    """`before`: the day that `at` is compared with."""

    before = DayGoneBy(label=gettext_lazy("First day"), required=False)


class TrendForm(forms.Form):
    by = forms.ChoiceField(
        label=gettext_lazy("One point for each"),
        choices=[("week", gettext_lazy("week")), ("day", gettext_lazy("day"))],
        required=False,
    )
