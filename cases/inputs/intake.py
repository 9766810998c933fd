"""From the clue to the filing (notice 五.1 and 五.2)."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Unit, User
from cases.facts import FEWEST_OFFICERS
from cases.inputs.fields import ActForm, Officers, Reason, Units, line, text
from cases.models.case import LandOwnership
from cases.permissions import people_of_units


class Triage(ActForm):
    note = "analysis"
    analysis = text(gettext_lazy("Analysis"), required=False)
    is_major = forms.BooleanField(label=gettext_lazy("Major"), required=False)


class ConfirmLand(ActForm):
    note = "evidence"
    land_ownership = forms.ChoiceField(
        label=gettext_lazy("Land ownership"), choices=LandOwnership, widget=forms.RadioSelect
    )
    evidence = line(
        gettext_lazy("Evidence of land ownership"),
        500,
        help_text=gettext_lazy("Number of the parcel or of the supply document"),
    )

    def clean(self):
        given = super().clean()
        if given.get("land_ownership") == LandOwnership.UNVERIFIED:
            self.add_error("land_ownership", _("State-owned or collective: “not yet verified” confirms nothing."))
        return given


class TransferOut(Reason):
    to_authority = line(gettext_lazy("Authority that receives the case"), 120)


class Addressee(forms.ModelChoiceField):
    """One of the people who act for a unit, by the account's name."""

    def label_from_instance(self, person):
        return f"{person}（{person.unit}）"


class HandOver(ActForm):
    note = "text"
    unit = Units(gettext_lazy("Unit in charge"))
    addressee = Addressee(
        User.objects.none(), label=gettext_lazy("Addressee"), to_field_name="username", required=False,
        help_text=gettext_lazy("Somebody of the unit; left empty, the case goes to the unit as a whole."),
    )  # fmt: skip
    text = text(gettext_lazy("Instructions"), required=False)

    def prepare(self):
        self.fields["unit"].queryset = self.fields["unit"].queryset.exclude(kind=Unit.Kind.EXTERNAL)
        self.fields["addressee"].queryset = people_of_units(self.facts.case.region_id).order_by("unit_id", "username")
        self.initial.setdefault("unit", self.facts.case.lead_unit and self.facts.case.lead_unit.code)

    def clean(self):
        given = super().clean()
        unit, person = given.get("unit"), given.get("addressee")
        if unit and person and person.unit_id != unit.pk:
            self.add_error("addressee", _("{person} is not of {unit}.").format(person=person, unit=unit))
        return given


class FileCase(ActForm):
    note = "opinion"
    handlers = Officers(gettext_lazy("Handlers"))
    approved_by = line(gettext_lazy("Approved by"), 60)
    opinion = text(gettext_lazy("Opinion"))

    def clean_handlers(self):
        handlers = self.cleaned_data["handlers"]
        if len(handlers) != FEWEST_OFFICERS:
            raise forms.ValidationError(_("Exactly two handlers are named: the handler and the co-handler."))
        unit = self.facts.case.filing_unit_id
        if all(one.unit_id != unit for one in handlers):
            raise forms.ValidationError(_("One of the handlers must be of the unit that files the case."))
        return handlers


class NameHandlers(ActForm):
    note = "reason"
    handlers = Officers(gettext_lazy("Handlers"))
    reason = text(gettext_lazy("Reason"))

    def clean_handlers(self):
        handlers = FileCase.clean_handlers(self)
        if self.facts.dossier.legal_reviewer_id in {one.pk for one in handlers}:
            raise forms.ValidationError(_("Who reviewed the case cannot handle it (行政处罚法 58)."))
        return handlers
