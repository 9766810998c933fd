"""What everybody may tell without an account: where, what was seen, photos; who they are only if they like."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Area, Edition
from cases import assignment
from cases.forms import ChosenPointForm, ManyFilesInput, PhotosField
from cases.models.case import Rule
from gis_core import crs
from oversight.public_reports import place


class NeverShownBack(forms.TextInput):
    """What is typed into it goes to the server, and comes back into no page."""

    def get_context(self, name, value, attrs):
        return super().get_context(name, None, attrs)


class PublicReportForm(ChosenPointForm):
    """A place by coordinates or by its township and words. What says who reported is never written into a page."""

    point_is_required = False

    area = forms.ModelChoiceField(
        Area.objects.none(), to_field_name="code", required=False, label=gettext_lazy("Township or street office"),
        empty_label=gettext_lazy("Choose"),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Where exactly"), max_length=120, required=False,
        help_text=gettext_lazy("Village, street, beside what: so that somebody who does not know it finds it."),
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("What was seen"), max_length=2000,
        help_text=gettext_lazy("What is being built, since when, how far it is. No need to name anybody."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    photos = PhotosField(
        label=gettext_lazy("Photos"), required=False,
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most nine, together at most 64 MB."),
    )  # fmt: skip
    reporter_name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=60, required=False,
        widget=NeverShownBack(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    reporter_phone = forms.RegexField(
        r"^[0-9+()\- ]*$", label=gettext_lazy("Your telephone"), max_length=30, required=False,
        widget=NeverShownBack(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"invalid": gettext_lazy("Only digits, spaces, + - and brackets.")},
    )  # fmt: skip
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, edition: Edition, **more):
        super().__init__(*args, **more)
        self.edition = edition
        self.fields["area"].queryset = Area.objects.filter(edition=edition).for_list().order_by("code")
        for name in ("lon", "lat", "accuracy_m"):
            self.fields[name].widget = forms.HiddenInput()
        self.fields["crs"].help_text = _("As the phone or the map gives it; WGS 84 where you do not know.")

    def clean_key(self):
        return self.cleaned_data["key"] or uuid4()

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field is there for machines: leave it empty."))
        return ""

    def clean(self):
        given = super().clean()
        self._say_hidden_faults()
        if not {"coordinates", "crs", "area"} & set(self.errors):
            self._take_place(given)
        return given

    def _say_hidden_faults(self):
        """What is wrong with a hidden number is said where numbers are typed."""
        for name in ("lon", "lat", "accuracy_m"):
            for sentence in self.errors.pop(name, ()):
                self.add_error("coordinates", sentence)

    def _take_place(self, given):
        if given["point"]:
            self._check_inside(given)
        elif not given.get("area"):
            self.add_error("area", _("Choose the township, or give your position or coordinates."))
        elif not given.get("address"):
            self.add_error("address", _("Say where exactly: the township alone is too large to be searched."))

    def _check_inside(self, given):
        x, y = given["point"].coords
        if assignment.locate(x, y, self.edition, given.get("accuracy_m")).rule == Rule.OUTSIDE:
            said = _("This place lies outside {region}: nobody here may act on it.").format(region=self.edition.region)
            self.add_error("coordinates", said)

    def told(self) -> dict:
        """The report as `actions.report` takes it, without channel, photos and whoever wrote it."""
        given = self.cleaned_data
        return {
            **self._where(),
            "address": " ".join(filter(None, (self._township(), given["address"]))),
            "description": given["description"],
            "reporter": {"name": given["reporter_name"], "phone": given["reporter_phone"]},
        }

    def _where(self) -> dict:
        given = self.cleaned_data
        if given["point"]:
            return {name: given[name] for name in ("lon", "lat", "crs", "accuracy_m")}
        some = place.somewhere_in(given["area"])
        return {"lon": some.lon, "lat": some.lat, "crs": crs.WGS84.name, "accuracy_m": some.accuracy_m}

    def _township(self) -> str:
        area = self.cleaned_data["area"]
        return area.name if area and area.name not in self.cleaned_data["address"] else ""
