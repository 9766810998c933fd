"""What is told of a new patrol plan, by page and by API alike: ground, people, day, shift, pace."""

import re
from datetime import time, timedelta

from django import forms
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries import planning
from boundaries.models import PatrolPlan
from cases import patrol_plans
from cases.forms import number_input, pair_in
from gis_core import crs, srid

BETWEEN_NAMES = re.compile(r"[,，、;；\n]+")
FARTHEST_DAYS = 90
LONGEST_NAME = 60
LONGEST_NIGHT_H = 12  # longer, and the two times were surely changed for one another


class PlanForm(forms.Form):
    """`cells` and `people` are lists: codes of cells and pieces of ground, keys of `patrol_plans.people`."""

    name = forms.CharField(label=gettext_lazy("Name of the plan"), max_length=60, required=False)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(
        label=gettext_lazy("Shift begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Shift ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("An earlier hour than the beginning is one of the next day."),
    )  # fmt: skip
    minutes_a_stop = forms.IntegerField(
        label=gettext_lazy("Minutes at each stop"), min_value=1, max_value=240, widget=number_input()
    )
    speed_kmh = forms.FloatField(label=gettext_lazy("Speed, km/h"), min_value=1, max_value=80, widget=number_input())
    start = forms.CharField(
        label=gettext_lazy("Set out from"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"placeholder": "113.38, 34.78", "autocomplete": "off"}),
        help_text=gettext_lazy("Coordinates (WGS 84). Empty: everybody begins at their first stop."),
    )  # fmt: skip
    others = forms.CharField(
        label=gettext_lazy("People without an account"), max_length=400, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Names with commas between them; they get a printed sheet."),
    )  # fmt: skip

    def __init__(self, data=None, *, user, found, cells=(), people=(), **words):
        super().__init__(data, initial=usual(), **words)
        self.user, self.found = user, found
        self.chosen, self.unknown = patrol_plans.chosen(found, cells)
        self.keys = list(dict.fromkeys(people))
        self.choosable = []

    def clean_day(self):
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day is past: choose today or a later one."))
        if day > today + timedelta(days=FARTHEST_DAYS):
            raise forms.ValidationError(_("More than {days} days ahead.").format(days=FARTHEST_DAYS))
        return day

    def clean_start(self):
        text = self.cleaned_data["start"].strip()
        if not text:
            return None
        pair = pair_in(text)
        if pair is None:
            raise forms.ValidationError(_("These are not two numbers, longitude and latitude."))
        try:
            crs.check_lon_lat(*pair)
        except crs.BadCoordinate as error:
            raise forms.ValidationError(str(error)) from error
        return Point(*pair, srid=srid.STORAGE)

    def clean_others(self):
        names = [name.strip() for name in BETWEEN_NAMES.split(self.cleaned_data["others"])]
        names = list(dict.fromkeys(filter(None, names)))
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(_("A name is longer than {most} characters.").format(most=LONGEST_NAME))
        return names

    def clean(self):
        given = super().clean()
        if why := _shift_fault(given):
            self.add_error("ends", why)
        if self.unknown:
            self.add_error(
                None, _("Ground: not known, or not yours: {codes}.").format(codes="、".join(self.unknown[:5]))
            )
        if not self.chosen:
            self.add_error(None, _("Ground: choose at least one cell or piece of ground to patrol."))
        self._clean_people(given)
        return given

    def _clean_people(self, given):
        if not given.get("day"):
            return
        shift = _shift(given)
        self.choosable = patrol_plans.people(self.user, self.chosen, given["day"], shift.last_day if shift else None)
        known = {one.key: one for one in self.choosable}
        given["people"] = [known[key] for key in self.keys if key in known]
        if absent := len(self.keys) - len(given["people"]):
            self.add_error(
                None, _("People: {number} of those chosen cannot be sent on this day.").format(number=absent)
            )
        if not given["people"] and not given.get("others"):
            self.add_error(None, _("People: choose at least one person, or name one."))

    def save(self):
        """The plan; `PlanRefused` with a sentence where it cannot be made."""
        given = self.cleaned_data
        told = {name: given[name] for name in ("day", "starts", "ends", "start", "minutes_a_stop", "speed_kmh")}
        return planning.make(
            self.user.region,
            patrol_plans.grounds(self.user, self.found, self.chosen),
            patrol_plans.walkers(given["people"], given["others"]),
            by=self.user,
            name=given["name"] or patrol_plans.usual_name(given["day"]),
            **told,
        )


def _shift(given) -> PatrolPlan | None:
    told = {name: given.get(name) for name in ("day", "starts", "ends")}
    return None if None in told.values() else PatrolPlan(**told)


def _shift_fault(given) -> str:
    shift = _shift({"day": timezone.localdate(), **given})
    if shift and not shift.shift_minutes:
        return _("The shift begins at the same time.")
    if shift and shift.is_overnight and shift.shift_minutes > LONGEST_NIGHT_H * 60:
        return _("Before the shift begins; over midnight a shift lasts {hours} hours at most.").format(
            hours=LONGEST_NIGHT_H
        )
    return ""


def usual() -> dict:
    return {
        "day": timezone.localdate(), "starts": time(8, 30), "ends": time(17, 0),
        "minutes_a_stop": planning.MINUTES_A_STOP, "speed_kmh": planning.SPEED_KMH,
    }  # fmt: skip
