"""A version of the rules of the year's assessment, as it is told."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.post_forms import day
from oversight.assessment.rules import ASSESSABLE
from oversight.forms import TellingForm, words
from oversight.statistics.measures import MEASURES

VALUES = {
    "weight": gettext_lazy("Weight"),
    "none": gettext_lazy("No points at"),
    "full": gettext_lazy("Full points at"),
}


def whole(label, most=100, *, required=True):
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=required)


class AssessmentRulesForm(TellingForm):
    """Three fields a figure; a figure without a weight is not in the version."""

    valid_from = day(gettext_lazy("Valid from"), help_text=gettext_lazy("Counts for the years that end after it."))
    commendation = whole(gettext_lazy("points for a commendation"))
    criticism = whole(gettext_lazy("points off for a criticism"))
    note = words(gettext_lazy("Reason"), 300)

    def __init__(self, data=None, *, current, **more):
        lines = {line["figure"]: line for line in current.lines}
        filled = {f"{code}_{name}": line[name] for code, line in lines.items() for name in VALUES}
        told = {"commendation": current.commendation, "criticism": current.criticism}
        super().__init__(data, initial={"valid_from": timezone.localdate(), **told, **filled}, **more)
        for code in ASSESSABLE:
            for name, label in VALUES.items():
                said = f"{code} {MEASURES[code].label}: {label}"
                self.fields[f"{code}_{name}"] = whole(said, required=False)

    def rows(self):
        """Figure, and its three fields, as the table on the page has them."""
        return [
            (code, MEASURES[code].label, [(label, self[f"{code}_{name}"]) for name, label in VALUES.items()])
            for code in ASSESSABLE
        ]

    def beside(self):
        return [self[name] for name in ("valid_from", "commendation", "criticism", "note")]

    def clean(self):
        """What `rules.another` is told."""
        data = super().clean()
        if self.errors:
            return data
        lines = []
        for code in ASSESSABLE:
            line = {name: data.pop(f"{code}_{name}") for name in VALUES}
            if line["weight"]:
                for name in VALUES:
                    if line[name] is None:
                        self.add_error(f"{code}_{name}", _("A figure with a weight needs both values."))
                lines.append({"figure": code, **line})
        return {**data, "lines": lines}
