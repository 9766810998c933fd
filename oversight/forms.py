"""What is told on the pages of conduct and exposure: a refusal of the verb stands at its field."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boundaries.post_forms import day
from oversight.conduct import acts, periods
from oversight.exposure import acts as exposure
from oversight.models.conduct import Use
from oversight.models.exposure import ExposureVersion
from oversight.refusals import Refused


class TellingForm(forms.Form):
    """`carry_out` does the act and keeps its answer in `result`, or puts what is refused at its field and says no."""

    result = None

    def carry_out(self, act, **more) -> bool:
        if not self.is_valid():
            return False
        try:
            self.result = act(**self.cleaned_data, **more)
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused))
            return False
        return True


def words(label, most: int, *, rows=0, required=True, help_text=""):
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, widget=widget, required=required, help_text=help_text)


class ConductForm(TellingForm):
    uses = forms.MultipleChoiceField(
        label=_("Counts for"), choices=Use, widget=forms.CheckboxSelectMultiple,
        help_text=_("Where the record is taken into account (notice, part 2)."),
    )  # fmt: skip
    facts = words(_("Facts"), acts.MOST_FACTS, rows=4, help_text=_("Other systems are told this text."))
    months = forms.IntegerField(
        label=_("Months published"), initial=periods.LEAST_MONTHS,
        min_value=periods.LEAST_MONTHS, max_value=periods.MOST_MONTHS,
        help_text=_("From 6 to 36, counted from the first day."),
    )  # fmt: skip
    penalty_until = day(
        _("Last day of the penalty itself"), required=False,
        help_text=_("Where the penalty has a period of its own: it is published at least as long."),
    )  # fmt: skip


class NewConductForm(ConductForm):
    """A record of a party with a code, for a decision of the case that stands."""

    field_order = ("party", "decision")
    party = forms.ModelChoiceField(None, label=_("Firm or registered person"), empty_label=None)
    decision = forms.ModelChoiceField(None, label=_("Decision"), empty_label=None)

    def __init__(self, data=None, *, case, **more):
        super().__init__(data, **more)
        self.fields["party"].queryset = case.parties.exclude(uscc="")
        self.fields["decision"].queryset = case.documents.filter(pk__in=[one.pk for one in acts.may_rest_on(case)])


class NothingForm(TellingForm):
    """An act that needs no word."""


class WhyForm(TellingForm):
    note = words(_("Reason"), 300)


class PublishForm(TellingForm):
    publish_from = day(_("From"), required=False, help_text=_("Left empty: today."))


class ShorteningForm(TellingForm):
    until = day(_("Last day"))
    note = words(_("What was corrected"), 300, help_text=_("With what proves it."))


class PressForm(TellingForm):
    title = words(_("Title"), 120)
    outlet = words(_("Press outlet"), 80, help_text=_("Newspaper, channel or website."))
    published_on = day(_("Published on"))
    archive_no = words(_("Archive number"), 60)
    address = forms.URLField(
        label=_("Web address"), max_length=500, required=False, assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    evidence = forms.ModelChoiceField(
        None, label=_("In the file of the case"), required=False, empty_label=_("nothing"),
        help_text=_("The cutting or the recording, where it was added to the case as evidence."),
    )  # fmt: skip
    note = words(_("Remarks"), 300, required=False)

    def __init__(self, data=None, *, case, **more):
        super().__init__(data, **more)
        self.fields["evidence"].queryset = case.evidence.all()

    def clean_address(self):
        """A page reads it to be followed: nothing but the web."""
        address = self.cleaned_data["address"]
        if address and not address.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(gettext("A web address begins with http:// or https://."))
        return address


class ExposureForm(TellingForm):
    party = forms.ModelChoiceField(
        None, label=_("Party"), empty_label=None, help_text=_("The name of a natural person is masked by itself.")
    )
    title = words(_("Title"), 80)
    place = words(_("Place"), 120, required=False, help_text=_("Down to the street: no house number of a person."))
    text = words(
        _("Text"), 2000, rows=8,
        help_text=_("No identity or telephone number, no name of a natural person, no number of the inside."),
    )  # fmt: skip
    publish_from = day(_("From"))
    publish_until = day(_("Last day"))

    def __init__(self, data=None, *, case, **more):
        super().__init__(data, **more)
        self.case = case
        self.fields["party"].queryset = case.parties.all()

    @classmethod
    def of(cls, case, version: ExposureVersion, data=None):
        """Filled with a version; its party is the one shown by that name, where there is just one."""
        initial = {name: getattr(version, name) for name in ("title", "place", "text", "publish_from", "publish_until")}
        shown = {exposure.secrecy.shown_name(one.name, one.is_natural): one.pk for one in case.parties.all()}
        return cls(data, case=case, initial={**initial, "party": shown.get(version.party)})
