"""What the forms of the verbs are made of: fields that know the case, and the form that all of them are."""

from datetime import datetime, timedelta
from typing import ClassVar

from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Unit, User
from cases.facts import FEWEST_OFFICERS, Facts

LONG = 5000


def text(label, *, required=True, rows=3, help_text="", longest=LONG):
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def line(label, length=200, *, required=True, help_text=""):
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text)


def day(label, *, required=True):
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class Moment(forms.DateTimeField):
    """A point in time; `2026-11-25T09:00` is meant in the region's own time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    YEARS = range(2000, 2101)

    def clean(self, value):
        moment = super().clean(value)
        if moment and moment.year not in self.YEARS:
            raise forms.ValidationError(_("This year cannot be meant."))
        return moment


class Officers(forms.ModelMultipleChoiceField):
    """Two officers at least who hold a certificate (行政处罚法 42). People are named by their account's name."""

    def __init__(self, label=None):
        super().__init__(
            User.objects.none(), label=label or gettext_lazy("Officers"), to_field_name="username",
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("At least two, each with a certificate number."),
        )  # fmt: skip

    def label_from_instance(self, officer):
        return f"{officer}（{officer.unit or '—'} · {officer.officer_cert_no}）"

    def clean(self, value):
        """In the order in which they were named: the first of two handlers is the handler."""
        named = listed(value)
        officers = sorted(super().clean(named), key=lambda officer: named.index(officer.username))
        if len(officers) < FEWEST_OFFICERS:
            raise forms.ValidationError(_("At least two officers with certificate numbers are needed."))
        return officers


def listed(value):
    """One name alone is a list of one: a form as browsers send it cannot tell them apart."""
    return [value] if isinstance(value, str) and value else value


def future(moment: datetime, facts: Facts) -> datetime:
    """The moment, refused where it had passed when it was told."""
    if moment <= facts.told_at:
        raise forms.ValidationError(_("The time must lie in the future."))
    return moment


class SomeUnits(forms.ModelMultipleChoiceField):
    """Units of the region, by their codes."""

    def __init__(self, label):
        super().__init__(
            Unit.objects.none(), label=label, to_field_name="code", widget=forms.CheckboxSelectMultiple
        )  # fmt: skip

    def clean(self, value):
        return super().clean(listed(value))


class Units(forms.ModelChoiceField):
    """One unit of the region, by its code."""

    def __init__(self, label, **more):
        super().__init__(Unit.objects.none(), label=label, to_field_name="code", **more)


class Telling:
    """What every verb's form is. `note` names the field that becomes the event's text."""

    note: ClassVar[str] = ""

    def __init__(self, *args, facts: Facts, **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = facts
        for field in self.fields.values():
            self._offer(field)
        self.prepare()

    def prepare(self):
        """What a form fills in from the case."""

    def _offer(self, field):
        region = self.facts.case.region_id
        if isinstance(field, Officers):
            here = {officer.unit_id for officer in self.facts.certified_here}
            everybody = User.objects.filter(pk__in=[officer.pk for officer in self.facts.certified])
            own = self.facts.by and self.facts.by.unit_id
            nearest = Case(When(unit=own, then=0), When(unit__in=here, then=1), default=2)
            field.queryset = everybody.select_related("unit").order_by(nearest, "unit_id", "username")
        elif isinstance(field, Units):
            field.queryset = Unit.objects.filter(region=region).order_by("pk")

    def clean_past(self, name) -> datetime:
        """A moment that has happened: nobody records what is still to come."""
        moment = self.cleaned_data[name]
        if moment and moment > self.facts.at + timedelta(minutes=5):
            self.add_error(name, _("This lies in the future."))
        return moment


class ActForm(Telling, forms.Form):
    """A verb without words of its own."""


class Remark(ActForm):
    note = "text"
    text = text(gettext_lazy("Remark"))


class Opinion(ActForm):
    note = "opinion"
    opinion = text(gettext_lazy("Opinion"))


class OptionalOpinion(ActForm):
    note = "opinion"
    opinion = text(gettext_lazy("Opinion"), required=False)


class Reason(ActForm):
    note = "reason"
    reason = text(gettext_lazy("Reason"))


class ReasonAndPaper(Reason):
    """Pauses and extensions need a reason and the paper that allows them."""

    reason = text(gettext_lazy("Reason"), longest=200)  # it stands beside the clock as well
    document = line(gettext_lazy("Number of the document"), 120)
