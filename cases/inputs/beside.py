"""What goes beside the procedure: clocks, urgings, what is known of the site, the parties and the violations."""

from copy import copy
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Unit
from cases import identity, running_clocks
from cases.inputs.fields import ActForm, Moment, Reason, ReasonAndPaper, Telling, Units, future, line, text
from cases.legal_bases import USUAL
from cases.models import Dossier, Party
from cases.models.case import Violation


class ClockForm(ReasonAndPaper):
    """A deadline of the case to choose, by its code."""

    clock = forms.ChoiceField(label=gettext_lazy("Deadline"))
    offered: ClassVar = staticmethod(lambda _case: [])
    field_order = ("clock", "reason", "document")

    def prepare(self):
        self.fields["clock"].choices = self.offered(self.facts.case)


class Extend(ClockForm):
    offered = staticmethod(running_clocks.extendable)


class PauseClock(ClockForm):
    offered = staticmethod(running_clocks.pausable)


class ResumeClock(ActForm):
    note = "reason"
    clock = forms.ChoiceField(label=gettext_lazy("Deadline"))
    reason = text(gettext_lazy("Reason"))

    def prepare(self):
        self.fields["clock"].choices = running_clocks.paused(self.facts.case)


class Supervise(ActForm):
    note = "demand"
    demand = text(gettext_lazy("What is wanted"))
    due_at = Moment(label=gettext_lazy("To be done by"))

    def clean_due_at(self):
        return future(self.cleaned_data["due_at"], self.facts)


class Reply(ActForm):
    note = "reply"
    reply = text(gettext_lazy("Reply"))


class Assess(ActForm):
    note = "text"
    is_major = forms.BooleanField(label=gettext_lazy("Major"), required=False)
    refuses_to_comply = forms.BooleanField(label=gettext_lazy("Refuses to comply"), required=False)
    repeat_offender = forms.BooleanField(label=gettext_lazy("Repeats despite bans"), required=False)
    safety_danger = forms.BooleanField(label=gettext_lazy("Danger to quality or safety"), required=False)
    text = text(gettext_lazy("Reason"))

    def prepare(self):
        dossier = self.facts.dossier
        self.initial = {
            "is_major": self.facts.case.is_major,
            **{name: getattr(dossier, name) for name in ("refuses_to_comply", "repeat_offender", "safety_danger")},
        }


class DescribeSite(Telling, forms.ModelForm):
    """The works as measured; what is left empty is not known."""

    class Meta:
        model = Dossier
        fields = (
            "contract_price", "construction_cost", "land_area_m2", "floor_area_m2", "storeys", "construction_stage",
            "violation_start", "violation_end", "small_works",
        )  # fmt: skip
        widgets: ClassVar = dict.fromkeys(("violation_start", "violation_end"), forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, facts, **kwargs):
        super().__init__(*args, facts=facts, instance=copy(facts.dossier), **kwargs)

    def clean(self):
        given = super().clean()
        start, end = given.get("violation_start"), given.get("violation_end")
        if start and end and end < start:
            self.add_error("violation_end", _("The end lies before the start."))
        for name in ("contract_price", "construction_cost", "land_area_m2", "floor_area_m2"):
            if given.get(name) is not None and given[name] < 0:
                self.add_error(name, _("A negative number cannot be."))
        return given


class NameParty(Telling, forms.ModelForm):
    """A party with what identifies it: the check digit of a code or an identity number is verified."""

    class Meta:
        model = Party
        fields = ("kind", "is_natural", "name", "uscc", "id_no", "legal_representative", "phone", "address")

    def clean_uscc(self):
        return checked(identity.credit_code, self.cleaned_data["uscc"])

    def clean_id_no(self):
        return checked(identity.id_number, self.cleaned_data["id_no"])

    def clean(self):
        given = super().clean()
        if given.get("kind") == Party.Kind.PERSON:
            given["is_natural"] = True
        if given.get("is_natural") and given.get("uscc"):
            self.add_error("uscc", _("A natural person has no unified social credit code."))
        return given


class AmendParty(NameParty):
    """`party` is the one to correct; every other field is told anew."""

    party = forms.ModelChoiceField(Party.objects.none(), label=gettext_lazy("Party"))
    field_order = ("party",)

    def prepare(self):
        self.fields["party"].queryset = self.facts.case.parties.all()


def checked(check, value):
    """The value as the register writes it; a sentence where its check digit is wrong."""
    if not value:
        return ""
    try:
        return check(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class NameViolation(ActForm):
    """A violation with the act, its legal basis and the unit that handles it; named again, it is corrected."""

    note = "act"
    kind = forms.ChoiceField(label=gettext_lazy("Violation"), choices=Violation)
    act = line(gettext_lazy("What was done"), 200)
    basis = line(gettext_lazy("Legal basis"), 500, required=False, help_text=gettext_lazy("Left empty: the usual one."))
    unit = Units(gettext_lazy("Unit that handles it"), required=False)

    def prepare(self):
        self.fields["unit"].queryset = self.fields["unit"].queryset.exclude(kind=Unit.Kind.EXTERNAL)
        self.fields["unit"].help_text = _("Left empty: the unit that handles the case.")

    def clean(self):
        given = super().clean()
        if "kind" in given and not given.get("basis"):
            given["basis"] = USUAL[Violation(given["kind"])].both
            if not given["basis"]:
                self.add_error("basis", _("Name the legal basis: no article is usual for this violation."))
        if not given.get("unit") and not self.facts.case.handling_unit_id and not self.facts.case.lead_unit_id:
            self.add_error("unit", _("Name the unit: the case has none yet."))
        return given


class FileVideo(ActForm):
    note = "archive_no"
    archive_no = line(gettext_lazy("Archive number of the video"), 60)


class Merge(Reason):
    """The other case goes on; this one ends and its history stays its own."""

    into = line(gettext_lazy("Number of the case that goes on"), 24)

    def clean_into(self):
        other = (
            type(self.facts.case)
            .objects.filter(region=self.facts.case.region_id, case_no=self.cleaned_data["into"].strip())
            .first()
        )
        if other is None:
            raise ValidationError(_("There is no case of this number."))
        return other


class Defer(ReasonAndPaper):
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_until(self):
        if self.cleaned_data["until"] <= self.facts.today:
            raise ValidationError(_("The time must lie in the future."))
        return self.cleaned_data["until"]
