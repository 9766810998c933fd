"""From the proposed outcome to the archive (notice 五.4)."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import running_clocks
from cases.inputs.fields import ActForm, Moment, Officers, Opinion, line, text
from cases.models import CaseViolation, Evidence, Service

MOST_YUAN = 10**12  # seven such fines still fit where their sum is kept


class SetOutcome(ActForm):
    note = "reason"
    violation = forms.ChoiceField(label=gettext_lazy("Violation"))
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[one for one in CaseViolation.Outcome.choices if one[0]],
        widget=forms.RadioSelect,
    )
    fine = forms.DecimalField(
        label=gettext_lazy("Fine in yuan"), min_value=0, max_value=MOST_YUAN, max_digits=16, decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    reason = text(gettext_lazy("Reason"))

    def prepare(self):
        self.fields["violation"].choices = [(one.kind, str(one)) for one in self.facts.own_violations]

    def clean(self):
        given = super().clean()
        fined = given.get("outcome") == CaseViolation.Outcome.PENALTY
        if fined and not given.get("fine") and "fine" not in self.errors:
            self.add_error("fine", _("A fine needs its amount."))
        if not fined:
            given["fine"] = None
        return given


class Said(ActForm):
    note = "text"
    text = text(gettext_lazy("What was said"))


class ScheduleHearing(ActForm):
    note = "place"
    hearing_at = Moment(label=gettext_lazy("Time of the hearing"))
    place = line(gettext_lazy("Place of the hearing"), 120)
    chair = line(gettext_lazy("Chair"), 60)

    def clean_hearing_at(self):
        """Told at least seven working days before (行政处罚法 64(二))."""
        earliest = running_clocks.due_if_started(self.facts.case, "D07", at=self.facts.at)
        if earliest and self.cleaned_data["hearing_at"] <= earliest:
            when = timezone.localtime(earliest).strftime("%Y-%m-%d")
            raise forms.ValidationError(_("The hearing must be after {date}: seven working days.").format(date=when))
        return self.cleaned_data["hearing_at"]


class Discuss(ActForm):
    note = "minutes"
    participants = line(gettext_lazy("Participants"), 300)
    minutes = text(gettext_lazy("Minutes"))


class Decide(Opinion):
    accept_double_fine = line(
        gettext_lazy("Why the same act is fined twice"), 300, required=False,
        help_text=gettext_lazy("Only needed where the page warns of it (行政处罚法 29)."),
    )  # fmt: skip


class Serve(ActForm):
    note = "proof"
    officers = Officers()
    method = forms.ChoiceField(label=gettext_lazy("Way of service"), choices=Service.Method)
    served_at = Moment(label=gettext_lazy("Time of service"), required=False)
    received_by = line(gettext_lazy("Received by"), 60, required=False)
    refused_to_sign = forms.BooleanField(label=gettext_lazy("Signature refused"), required=False)
    witness = line(gettext_lazy("Witness"), 60, required=False)
    proof = line(
        gettext_lazy("Proof of service"),
        300,
        help_text=gettext_lazy("Number of the receipt, of the posting, or of the recording"),
    )
    evidence = forms.ModelChoiceField(
        Evidence.objects.none(), label=gettext_lazy("Evidence of the service"), required=False
    )

    def prepare(self):
        self.fields["evidence"].queryset = self.facts.case.evidence.all()

    @property
    def earliest(self):
        """Nothing is served before it is there."""
        return self.facts.dossier.decided_at

    def clean(self):
        given = super().clean()
        if "served_at" in given:
            given["served_at"] = self.clean_past("served_at") or self.facts.at
            if self.earliest and given["served_at"] < self.earliest.replace(second=0, microsecond=0):
                self.add_error("served_at", _("It was not there to be served before {time}.").format(
                    time=timezone.localtime(self.earliest).strftime("%Y-%m-%d %H:%M")
                ))  # fmt: skip
        if given.get("refused_to_sign") and not given.get("witness"):
            self.add_error("witness", _("A refused signature needs a witness (行政强制法 18)."))
        if (
            given.get("method") == Service.Method.DIRECT
            and not given.get("refused_to_sign")
            and not given.get("received_by")
        ):
            self.add_error("received_by", _("Say who received it."))
        return given


class PublishDecision(ActForm):
    note = "where"
    where = line(gettext_lazy("Where it is published"), 300)


class Demand(Serve):
    @property
    def earliest(self):
        return self.facts.dossier.served_at


class Close(ActForm):
    note = "summary"
    approved_by = line(gettext_lazy("Approved by"), 60)
    summary = text(gettext_lazy("Result and summary of experience"))


class Archive(ActForm):
    note = "summary"
    archive_no = line(gettext_lazy("Archive number"), 60)
    summary = text(gettext_lazy("Summary"), required=False)
