"""What people type: a place, a report, a decision against the automatic assignment."""

import re
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Area
from cases import actions, evidence
from cases.models.case import Channel, LandOwnership, Violation
from cases.models.evidence import EvidenceKind
from gis_core import crs

RADII_M = (500, 1000, 3000, 5000)
MOST_PHOTOS = 9
ACCEPTED = ",".join(f"{one.content_type},{one.extension}" for one in evidence.KNOWN)

PAIR = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*°?\s*[,;/，；、\s]\s*([-+]?\d+(?:\.\d+)?)\s*°?\s*")


def pair_in(text: str) -> tuple[float, float] | None:
    """(lon, lat) of a pasted pair, None where the text is none. Latitude first is understood: in China the
    two cannot be mistaken for each other."""
    found = PAIR.fullmatch(text)
    if not found:
        return None
    first, second = float(found[1]), float(found[2])
    lat_first = crs.CHINA_LAT[0] <= first <= crs.CHINA_LAT[1] and crs.CHINA_LON[0] <= second <= crs.CHINA_LON[1]
    return (second, first) if lat_first else (first, second)


def number_input(**attributes):
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **attributes})


class PointForm(forms.Form):
    """A point in any of the four systems; `cleaned_data["point"]` is it in WGS 84, None when none was given.

    `coordinates` takes both numbers at once; they count only where `lon` and `lat` are empty, but what cannot
    be read as two numbers is always said.
    """

    coordinates = forms.CharField(
        label=gettext_lazy("Paste coordinates"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"placeholder": "113.38, 34.78", "autocomplete": "off"}),
    )  # fmt: skip
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False, widget=number_input(placeholder="113.38"))
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False, widget=number_input(placeholder="34.78"))
    crs = forms.ChoiceField(label=gettext_lazy("Coordinate system"), choices=crs.NAMED, required=False)

    point_is_required = True

    def clean_crs(self):
        return self.cleaned_data["crs"] or crs.WGS84.name

    def clean(self):
        given = super().clean()
        given["point"] = None
        if not {"lon", "lat", "coordinates", "crs"} & set(self.errors):
            self._take_pair(given)
            self._place(given)
        return given

    def _take_pair(self, given):
        if not given["coordinates"]:
            return
        pair = pair_in(given["coordinates"])
        if pair is None:
            self.add_error("coordinates", _("Two numbers, longitude first: 113.38, 34.78"))
        elif given["lon"] is None and given["lat"] is None:
            given["lon"], given["lat"] = pair

    def _place(self, given):
        missing = [name for name in ("lon", "lat") if given.get(name) is None]
        if not missing:
            self._convert(given)
        elif len(missing) == 1:
            self.add_error(missing[0], _("The other half of the coordinates is missing."))
        elif self.point_is_required and "coordinates" not in self.errors:
            self.add_error("lon", _("Choose the place: click the map or type its coordinates."))

    def _convert(self, given):
        try:
            _system, given["point"] = actions.convert(given["lon"], given["lat"], given["crs"])
        except crs.BadCoordinate as error:
            self.add_error(error.field, str(error))


class ChosenPointForm(PointForm):
    """A point and the radius in metres that it may be off by."""

    accuracy_m = forms.FloatField(
        label=gettext_lazy("Accuracy in metres"), required=False, min_value=0, max_value=100_000,
        widget=number_input(),
    )  # fmt: skip


class ChosenPlaceForm(ChosenPointForm):
    """The same with what is written down of the place: likely duplicates share its words."""

    address = forms.CharField(max_length=200, required=False)


class WhereForm(PointForm):
    """Where somebody stood while they acted, if they say so."""

    point_is_required = False


class PlaceForm(forms.Form):
    """A name, or a part of one, of an area or a village."""

    place = forms.CharField(max_length=60, required=False)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files → a list, [] when none."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = [super(PhotosField, self).clean(one, initial) for one in data or []]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(number)s photos at once.") % {"number": MOST_PHOTOS})
        return files


class ReportForm(ChosenPointForm):
    """A report in the order in which a telephone call gives it: place, matter, caller."""

    address = forms.CharField(label=gettext_lazy("Address or name of the site"), max_length=200, required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel, widget=forms.RadioSelect)
    violations = forms.MultipleChoiceField(
        label=gettext_lazy("Suspected violations"), choices=Violation, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    land_ownership = forms.ChoiceField(
        label=gettext_lazy("Land ownership"), choices=LandOwnership, initial=LandOwnership.UNVERIFIED,
        widget=forms.RadioSelect,
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("What was seen"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    photos = PhotosField(
        label=gettext_lazy("Photos"), required=False,
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    reporter_name = forms.CharField(
        label=gettext_lazy("Reporter's name"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reporter_phone = forms.RegexField(
        r"^[0-9+()\- ]*$", label=gettext_lazy("Reporter's phone"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Only digits, spaces, + - and brackets.")},
    )  # fmt: skip
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, required=False)

    def clean_key(self):
        """Names this sending of the form; one that came without is never a replay."""
        key = self.cleaned_data["key"]
        return key if key.isascii() and key.isprintable() and key else uuid4().hex

    def told(self) -> dict:
        """The report as `actions.report` takes it, without photos and without who reports."""
        same = ("lon", "lat", "crs", "accuracy_m", "address", "channel", "violations", "land_ownership",
                "description")  # fmt: skip
        given = self.cleaned_data
        return {
            **{name: given[name] for name in same},
            "reporter": {"name": given["reporter_name"], "phone": given["reporter_phone"]},
        }


class EvidenceForm(ChosenPointForm):
    """A file, and what is known of it. The place of capture may be left empty."""

    point_is_required = False

    file = forms.FileField(label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of evidence"), choices=EvidenceKind, initial=EvidenceKind.AUDIOVISUAL
    )
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=120, required=False,
        help_text=gettext_lazy("Left empty it is the file's name."),
    )  # fmt: skip
    captured_at = forms.DateTimeField(
        label=gettext_lazy("Captured at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    from_device = forms.BooleanField(label=gettext_lazy("Recorded by monitoring equipment or a drone"), required=False)

    def told(self) -> dict:
        """Fields of Evidence as `actions.add_evidence` takes them."""
        given = self.cleaned_data
        same = {name: given[name] for name in ("kind", "title", "captured_at", "from_device")}
        return {**same, "captured": given["point"], "captured_accuracy_m": given["accuracy_m"]}


class ReviewForm(forms.Form):
    """The legal and technical review of what a device recorded."""

    note = forms.CharField(
        label=gettext_lazy("Result of the review"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class NearbyForm(PointForm):
    """Where somebody stands and how far they look; nothing given asks for the position first."""

    point_is_required = False

    accuracy = forms.FloatField(required=False, min_value=0, max_value=100_000)
    area = forms.ModelChoiceField(Area.objects.none(), to_field_name="code", required=False)
    radius = forms.TypedChoiceField(
        choices=[(radius, radius) for radius in RADII_M], coerce=int, empty_value=1000, required=False
    )

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas


class OverrideForm(forms.Form):
    """Who shall answer instead, and why. `answers` is “group:area”; the area is empty for a group alone."""

    answers = forms.ChoiceField(label=gettext_lazy("Who shall answer"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, case, groups, **kwargs):
        """`groups` are those of the case's own edition, with their areas."""
        super().__init__(*args, initial={"version": case.version}, **kwargs)
        self.case = case
        choices = [(group.name, self._choices(group)) for group in groups]
        self.fields["answers"].choices = [("", _("Choose")), *choices]

    @staticmethod
    def _choices(group):
        areas = [(f"{group.code}:{area.code}", f"{area.name}（{group.name}）") for area in group.areas.all()]
        whole = _("%(group)s, no area") % {"group": group.name}
        return [*areas, (f"{group.code}:", whole)]

    def decided(self) -> dict:
        """The decision as `actions.override` takes it."""
        group_code, _colon, area_code = self.cleaned_data["answers"].partition(":")
        same = {name: self.cleaned_data[name] for name in ("reason", "version")}
        return {"group_code": group_code, "area_code": area_code, **same}


class OpenDraftForm(forms.Form):
    """A tier of the grid to draw on, and what the draft shall be called."""

    level = forms.IntegerField(label=gettext_lazy("Tier"), min_value=1, max_value=4)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
