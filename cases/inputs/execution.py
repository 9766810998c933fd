"""What follows on a served decision: payment, the party's ways against it, and enforcement."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.facts import Facts
from cases.gates import missing
from cases.inputs.fields import ActForm, Moment, day, future, line, text
from cases.models import Relief
from cases.verbs import Need
from cases.working_days import WorkingDays


class Pay(ActForm):
    note = "receipt_no"
    amount = forms.DecimalField(label=gettext_lazy("Amount in yuan"), min_value=0, max_digits=16, decimal_places=2)
    paid_on = day(gettext_lazy("Paid on"))
    receipt_no = line(gettext_lazy("Number of the receipt"), 60)

    def clean_amount(self):
        if not 0 < self.cleaned_data["amount"] <= self.facts.unpaid:
            owed = f"{self.facts.unpaid:,.2f}"
            raise forms.ValidationError(_("Between 0 and the {owed} yuan that are owed.").format(owed=owed))
        return self.cleaned_data["amount"]

    def clean_paid_on(self):
        if self.cleaned_data["paid_on"] > self.facts.today:
            raise forms.ValidationError(_("This lies in the future."))
        return self.cleaned_data["paid_on"]


class RecordRelief(ActForm):
    """What the party undertakes against the decision; the fine bears no addition for late payment meanwhile."""

    note = "body"
    kind = forms.ChoiceField(label=gettext_lazy("What the party does"), choices=Relief.Kind, widget=forms.RadioSelect)
    body = line(gettext_lazy("Body that took it in"), 120)
    filed_on = day(gettext_lazy("Taken in on"))
    document = line(gettext_lazy("Number of the document"), 120)

    def clean_filed_on(self):
        filed, served = self.cleaned_data["filed_on"], self.facts.dossier.served_at
        if filed > self.facts.today:
            raise forms.ValidationError(_("This lies in the future."))
        if served and filed < timezone.localdate(served):
            raise forms.ValidationError(_("This lies before the decision was served."))
        return filed


class EndOfRelief(ActForm):
    served_at = Moment(label=gettext_lazy("The party learnt of it at"))

    def clean_served_at(self):
        moment, pending = self.clean_past("served_at"), self.facts.relief_pending
        if pending and moment and timezone.localdate(moment) < pending.filed_on:
            raise forms.ValidationError(_("This lies before it was taken in."))
        return moment


class RecordRuling(EndOfRelief):
    """How the reconsideration or suit was decided; a fine that was changed is told in yuan."""

    note = "text"
    result = forms.ChoiceField(
        label=gettext_lazy("Ruling"),
        choices=[one for one in Relief.Result.choices if one[0] not in ("", Relief.Result.WITHDRAWN)],
        widget=forms.RadioSelect,
    )
    fine = forms.DecimalField(
        label=gettext_lazy("Fine after the ruling, in yuan"), min_value=0, max_digits=16, decimal_places=2,
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Only where the ruling changes the decision."),
    )  # fmt: skip
    document = line(gettext_lazy("Number of the document"), 120)
    text = text(gettext_lazy("What was ruled"))
    field_order = ("result", "fine", "served_at", "document", "text")

    def clean(self):
        given = super().clean()
        changed = given.get("result") == Relief.Result.CHANGED
        if changed and given.get("fine") is None and "fine" not in self.errors:
            self.add_error("fine", _("Say what the fine is after the ruling."))
        if not changed:
            given["fine"] = None
        return given


class WithdrawRelief(EndOfRelief):
    note = "document"
    document = line(gettext_lazy("Number of the document"), 120)


class AnnounceRemoval(ActForm):
    """The party is given time to remove the building itself (行政强制法 44)."""

    note = "where"
    where = line(gettext_lazy("Where it is announced"), 300)
    removal_until = day(gettext_lazy("To be removed by"))

    def clean_removal_until(self):
        if self.cleaned_data["removal_until"] <= self.facts.today:
            raise forms.ValidationError(_("The time must lie in the future."))
        return self.cleaned_data["removal_until"]


class PlanEnforcement(ActForm):
    """An act of enforcement: by day, on a working day, and behind what the law gives the party time for."""

    note = "text"
    planned_at = Moment(label=gettext_lazy("Planned for"))
    text = text(gettext_lazy("What is to be done"))
    removes = forms.BooleanField(label=gettext_lazy("The building is removed by force"), required=False)

    NIGHT = (22, 6)

    def clean_planned_at(self):
        """Not at night nor on holidays (行政强制法 43), and not before the demand and the relief have run (35, 44)."""
        when = timezone.localtime(self.cleaned_data["planned_at"])
        if when.hour >= self.NIGHT[0] or when.hour < self.NIGHT[1]:
            raise forms.ValidationError(_("No enforcement at night, from 22:00 to 6:00 (行政强制法 43)."))
        if not WorkingDays.of(self.facts.case.region_id).is_workday(when.date()):
            raise forms.ValidationError(_("No enforcement on days off and holidays (行政强制法 43)."))
        facts = Facts(self.facts.case, by=self.facts.by, at=future(self.cleaned_data["planned_at"], self.facts))
        if sentences := missing((Need.DEMAND_RUN, Need.RELIEF_RUN), facts):
            raise forms.ValidationError(sentences)
        return self.cleaned_data["planned_at"]

    def clean_removes(self):
        """Announced first, and the time that the party was given has gone by (行政强制法 44)."""
        removes, until = self.cleaned_data["removes"], self.facts.dossier.removal_until
        planned_at = self.cleaned_data.get("planned_at")
        if removes and until is None:
            raise forms.ValidationError(_("No removal has been announced yet (行政强制法 44)."))
        if removes and planned_at and timezone.localdate(planned_at) <= until:
            raise forms.ValidationError(_("The party may remove it itself until {date}.").format(date=until))
        return removes
