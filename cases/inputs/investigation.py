"""On the site (notice 五.3): inspections, orders, the city."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Unit
from cases.inputs.fields import ActForm, Moment, Officers, Reason, SomeUnits, Units, future, line, text
from cases.inputs.fields import listed as one_or_many
from cases.legal_bases import whose
from cases.models import Inspection
from cases.models.case import Violation
from gis_core.sentences import listed


class Seen(forms.MultipleChoiceField):
    """Violations ticked on the spot; what they are in law is named later."""

    def __init__(self):
        super().__init__(
            label=gettext_lazy("Violations seen"), choices=Violation.choices, required=False,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def clean(self, value):
        return super().clean(one_or_many(value))


class Checked(ActForm):
    note = "findings"
    officers = Officers()
    findings = text(gettext_lazy("Findings"))


class Inspect(Checked):
    showed_id = forms.BooleanField(
        label=gettext_lazy("Identity cards were shown"),
        error_messages={"required": gettext_lazy("Officers show their cards (行政处罚法 55).")},
    )
    held_at = Moment(label=gettext_lazy("Time of the inspection"), required=False)
    violations = Seen()

    def clean(self):
        given = super().clean()
        if "held_at" in given:
            given["held_at"] = self.clean_past("held_at") or self.facts.told_at
        return given


class Arrive(ActForm):
    note = "reason"
    reason = line(gettext_lazy("Why from farther away"), 200, required=False)


class Contribute(ActForm):
    """What one's own unit saw at a joint inspection; its record may be concluded meanwhile (S44)."""

    note = "findings"
    inspection = forms.ModelChoiceField(
        Inspection.objects.none(), label=gettext_lazy("Joint inspection"), required=False,
        help_text=gettext_lazy("Left empty: the last one to which your unit was invited."),
    )  # fmt: skip
    violations = Seen()
    findings = text(gettext_lazy("Findings"), required=False)

    def prepare(self):
        unit = self.facts.by and self.facts.by.unit_id
        invited = self.facts.case.inspections.filter(kind=Inspection.Kind.JOINT, units__unit=unit)
        self.fields["inspection"].queryset = invited

    def clean_inspection(self):
        return self.cleaned_data["inspection"] or self.fields["inspection"].queryset.last()

    def clean(self):
        given = super().clean()
        if not self.errors and not given["violations"] and not given["findings"]:
            self.add_error("findings", _("Name a violation or say what was seen."))
        if given.get("violations") and given.get("inspection"):
            self._only_its_own(given["inspection"], given["violations"])
        return given

    def _only_its_own(self, inspection, kinds):
        """A violation is ticked by the unit whose business it is, or that the case names for it (S25, S44)."""
        unit = self.facts.by and self.facts.by.unit
        invited = {row.unit.code: row.unit.name for row in inspection.units.select_related("unit")}
        named = {one.kind for one in self.facts.violations if unit and one.handling_unit_id == unit.pk}
        for kind in set(kinds) - named:
            theirs = whose(kind, invited)
            if not unit or unit.code not in theirs:
                sentence = _("“{violation}” is recorded by {units}, invited to this inspection.")
                names = listed([invited[code] for code in invited if code in theirs])
                self.add_error("violations", sentence.format(violation=Violation(kind).label, units=names))


class PlanJoint(ActForm):
    note = "text"
    units = SomeUnits(gettext_lazy("Invited units"))
    planned_from = Moment(label=gettext_lazy("From"))
    planned_until = Moment(label=gettext_lazy("Until"), required=False)
    text = text(gettext_lazy("Purpose"), required=False)

    def prepare(self):
        case = self.facts.case
        self.fields["units"].queryset = Unit.objects.filter(region=case.region_id).exclude(kind=Unit.Kind.EXTERNAL)
        hours = self.facts.practice.joint_window_hours
        self.fields["planned_until"].help_text = _("Left empty: {hours} hours later.").format(hours=hours)

    def clean_units(self):
        """Several units at one time (S44)."""
        others = [unit for unit in self.cleaned_data["units"] if unit.pk != self.facts.case.handling_unit_id]
        if not others:
            raise forms.ValidationError(_("A joint inspection needs another unit beside your own."))
        return self.cleaned_data["units"]

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        window = timedelta(hours=self.facts.practice.joint_window_hours)
        given["planned_until"] = given["planned_until"] or given["planned_from"] + window
        if given["planned_until"] <= given["planned_from"]:
            self.add_error("planned_until", _("The end must lie after the beginning."))
        if self.facts.called:
            self.add_error("planned_from", _("A joint inspection is called already; conclude it first."))
        return given


class MarkAbsent(ActForm):
    note = "reason"
    unit = Units(gettext_lazy("Absent unit"))
    reason = line(gettext_lazy("Reason"), 300)

    def prepare(self):
        called = self.facts.called
        missing = [row.unit_id for row in called.units.all() if not row.signed_in_at] if called else []
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(pk__in=missing)


class ConcludeJoint(Inspect):
    """What the units told from their phones is offered as the beginning of the findings."""

    def prepare(self):
        called = self.facts.called
        entries = called.entries.select_related("unit") if called else ()
        told = [f"{one.unit.name}：{one.findings}" for one in entries if one.unit and one.findings]
        self.fields["findings"].initial = "\n".join(told)

    def clean(self):
        given = super().clean()
        called = self.facts.called
        open_units = [row.unit.name for row in called.units.all() if not (row.signed_in_at or row.absence_reason)]
        if open_units:
            sentence = _("Neither signed in nor recorded as absent: {units}.")
            self.add_error(None, sentence.format(units=listed(open_units)))
        return given


class OrderForm(ActForm):
    note = "demands"
    officers = Officers()
    demands = text(gettext_lazy("What must be done"))
    due_at = Moment(label=gettext_lazy("To be done by"))
    received_by = line(gettext_lazy("Received by"), 60, required=False)
    refused_to_sign = forms.BooleanField(label=gettext_lazy("Signature refused"), required=False)
    witness = line(gettext_lazy("Witness"), 60, required=False)

    def clean_due_at(self):
        return future(self.cleaned_data["due_at"], self.facts)

    def clean(self):
        given = super().clean()
        if given.get("refused_to_sign") and not given.get("witness"):
            self.add_error("witness", _("Where the party refuses to sign, name a witness."))
        return given


class Escalate(Reason):
    to_authority = line(gettext_lazy("Reported to"), 120)

    def prepare(self):
        city = Unit.objects.filter(region=self.facts.case.region_id, code="city_violation_office").first()
        self.initial.setdefault("to_authority", city.name if city else "")
