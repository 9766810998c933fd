"""A rule of thresholds as a form: each field with what it does, and what is usual where it is left empty."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import CoverageRule, Edition
from boundaries.models.rule import USUAL
from boundaries.rules import OF_POINTS

TIERS = [
    (0, gettext_lazy("every tier")),
    (1, gettext_lazy("tier 1, township")),
    (2, gettext_lazy("tier 2, village or community")),
    (3, gettext_lazy("tier 3, village group")),
    (4, gettext_lazy("tier 4, micro grid")),
]
EFFECTS = {
    "patrol_days": gettext_lazy("A cell without a patrol for longer is not patrolled in time; a hot one after half."),
    "track_radius_m": gettext_lazy("Ground this near to a track counts as seen. Visits are worked out anew at once."),
    "least_track_share": gettext_lazy("0 to 1. With less of its ground seen in a round, too little of a cell is seen."),
    "hot_percentile": gettext_lazy("0 to 1. With 0.8 the fifth of the cells with the most heat is hot."),
    "half_life_days": gettext_lazy("A case this many days old heats its cell half as much as one of today."),
    "major_weight": gettext_lazy("A major case heats its cell like this many others."),
    "silent_days": gettext_lazy("A patrolled cell that reports nothing for so long, while others do, is silent."),
    "most_accuracy_m": gettext_lazy("Points that are less accurate are kept, but show nothing. For the whole region."),
    "longest_break_s": gettext_lazy("A track is cut where it breaks off for longer. For the whole region."),
    "least_gap_m2": gettext_lazy("Ground in no cell that is smaller is a sliver between two drawings, and no gap."),
    "least_roundness": gettext_lazy("0 to 1, a circle. Ground in no cell that is thinner is a sliver, and no gap."),
    "least_overlap_m2": gettext_lazy("Cells that share no more than this do not overlap; of two areas the less holds."),
}


def usual(name: str) -> str:
    """“7 / 15”: in subdistricts and elsewhere; “0.6” where it is one."""
    value = USUAL[name]
    return " / ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else f"{value:g}"


class RuleForm(forms.ModelForm):
    """Where it holds, and at least one threshold."""

    level = forms.TypedChoiceField(label=gettext_lazy("Tier"), choices=TIERS, coerce=int, initial=0)
    area_code = forms.ChoiceField(label=gettext_lazy("Area"), required=False)

    class Meta:
        model = CoverageRule
        fields = ("level", "area_code", *USUAL)
        help_texts: ClassVar = EFFECTS

    def __init__(self, *args, region, **words):
        super().__init__(*args, **words)
        self.instance.region_id = region
        edition = Edition.objects.defer("outline").current(region)
        areas = list(edition.areas.values_list("code", "name")) if edition else []
        kept = self.instance.area_code
        if kept and kept not in dict(areas):  # of an area that is no more; the rule stays as it is
            areas.append((kept, kept))
        self.fields["area_code"].choices = [("", _("every area")), *areas]
        for name in USUAL:
            self.fields[name].widget.attrs["placeholder"] = _("usual: {value}").format(value=usual(name))
            if isinstance(self.fields[name], forms.FloatField):
                self.fields[name].widget.attrs["step"] = "any"

    @property
    def thresholds(self):
        return [self[name] for name in USUAL]

    def clean(self):
        told = super().clean()
        if not self.errors and all(told.get(name) is None for name in USUAL):
            raise forms.ValidationError(_("Name at least one threshold: a rule without any says nothing."))
        for name in OF_POINTS if told.get("level") or told.get("area_code") else ():
            if told.get(name) is not None:
                sentence = _("This one holds for the whole region: set it for every tier and every area.")
                self.add_error(name, sentence)
        self._once_a_place(told)
        return told

    def _once_a_place(self, told) -> None:
        """One rule a place; said here, because the region is no field of the form."""
        place = {"level": told.get("level"), "area_code": told.get("area_code")}
        others = CoverageRule.objects.filter(region=self.instance.region_id, **place).exclude(pk=self.instance.pk)
        if None not in place.values() and others.exists():
            self.add_error("area_code", _("There is a rule for this tier and area already: change that one."))
