"""What is told on the pages of the circulars."""

from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boundaries.models import Unit
from cases.metrics import Period
from oversight.circulars import acts, periods
from oversight.forms import TellingForm, words
from oversight.models.circular import CircularKind, CircularRules


class PeriodField(forms.TypedChoiceField):
    """The periods that are over, by their first day."""

    def __init__(self, length: str, **more):
        found = periods.ended(timezone.localdate(), length)
        self.known = {one.since.isoformat(): one for one in found}
        choices = [(key, periods.label(one.since, one.until)) for key, one in self.known.items()]
        super().__init__(label=gettext_lazy("Assessment period"), choices=choices, coerce=self.known.get, **more)


class CircularForm(TellingForm):
    """A circular as first proposed; `unit` is one of the region that is assessed."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none(), to_field_name="code")
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CircularKind)
    text = words(gettext_lazy("Text"), acts.MOST_TEXT, rows=5, help_text=gettext_lazy("The unit reads this text."))

    def __init__(self, data=None, *, region, **more):
        super().__init__(data, **more)
        self.fields["unit"].queryset = Unit.objects.filter(region=region, kind__in=acts.ASSESSED)
        self.fields["period"] = PeriodField(CircularRules.of(region).period)
        self.order_fields(("unit", "kind", "period", "text"))

    @property
    def period(self) -> Period | None:
        return self.fields["period"].known.get(str(self["period"].value()))


class TextForm(TellingForm):
    text = words(gettext_lazy("Text"), acts.MOST_TEXT, rows=5)


def _percent(name: str):
    label = CircularRules._meta.get_field(name).verbose_name
    return forms.IntegerField(
        label=label, min_value=0, max_value=100, required=False, help_text=gettext_lazy("In percent; empty: not used.")
    )


class RulesForm(forms.ModelForm):
    """Keeps another row; what was there stays."""

    criticise_m1_below = _percent("criticise_m1_below")
    criticise_m3_below = _percent("criticise_m3_below")
    praise_m1_from = _percent("praise_m1_from")
    praise_m3_from = _percent("praise_m3_from")
    objection_days = forms.IntegerField(label=gettext_lazy("days to object"), min_value=1, max_value=90)
    least_cases = forms.IntegerField(label=gettext_lazy("only from so many cases"), min_value=1, max_value=1000)

    class Meta:
        model = CircularRules
        fields = (
            "period", "meaning", "objection_days", "criticise_m1_below", "criticise_m3_below", "praise_m1_from",
            "praise_m3_from", "least_cases",
        )  # fmt: skip

    def kept(self, by) -> CircularRules:
        return CircularRules.objects.create(region=by.region, by=by, **self.cleaned_data)


class YearForm(forms.Form):
    year = forms.IntegerField(min_value=1949, max_value=9998, required=False)

    def clean_year(self):
        return self.cleaned_data["year"] or timezone.localdate().year


class ListForm(forms.Form):
    """What of the list is asked for: the periods that begin in a year, one unit; what is left out is not asked."""

    year = forms.IntegerField(
        min_value=1949, max_value=9998, required=False, label=gettext_lazy("Year"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), gettext_lazy("A year as 2026.")),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), to_field_name="code", required=False, label=gettext_lazy("Unit"),
        empty_label=gettext_lazy("All units"),
        error_messages={"invalid_choice": gettext_lazy("Unit: choose one of the list.")},
    )  # fmt: skip

    def __init__(self, data, *, region):
        super().__init__(data)
        self.fields["unit"].queryset = Unit.objects.filter(region=region, kind__in=acts.ASSESSED)

    def of(self, circulars):
        """Nothing where the question was not understood: `errors` say why."""
        if not self.is_valid():
            return circulars.none()
        year, unit = self.cleaned_data["year"], self.cleaned_data["unit"]
        circulars = circulars.of_year(year) if year else circulars
        return circulars.filter(unit=unit) if unit else circulars

    @property
    def query(self) -> str:
        """For the links to other pages."""
        return urlencode({name: self.data[name] for name in self.fields if self.data.get(name)})
