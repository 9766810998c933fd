"""A recorded track as somebody uploads it, and why a doubtful patrol is believed."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Patrol, User
from boundaries.patrols import Told
from cases.evidence.refusal import plain_name
from cases.permissions import GRANTS, Capability, may
from gis_core import crs
from gis_core.moments import moment
from gis_core.reading import ReadingError
from gis_core.reading.track import KINDS, read_track

MB = 1024 * 1024
MOST_BYTES = 64 * MB
LONGEST_STEM, LONGEST_SUFFIX = 40, 10  # characters; a name on disk has 255 bytes


class TrackForm(forms.Form):
    """`told` is the patrol, once the form is valid; start and end are the track's own."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("Track file"),
        help_text=gettext_lazy("GPX or GeoJSON with times, up to 64 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
    )
    officer = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who went"), empty_label=None)
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=Patrol.Result.choices)
    crs = forms.ChoiceField(label=gettext_lazy("Coordinate system"), choices=crs.NAMED, initial=crs.WGS84.name)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, user, **words):
        super().__init__(*args, **{"initial": {"key": uuid4(), "officer": user.pk}, **words})
        self.fields["officer"].queryset = people_for(user)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than {megabytes} MB.").format(megabytes=MOST_BYTES // MB))
        return file

    def clean(self):
        given = super().clean()
        if {"file", "crs"} <= set(given) and not self.errors:
            try:
                self._read(given)
            except ReadingError as error:
                self.add_error("file", str(error))
        return given

    def _read(self, given):
        name = Path(given["file"].name)
        with TemporaryDirectory() as folder:
            path = Path(folder, plain_name(name.stem)[:LONGEST_STEM] + plain_name(name.suffix)[:LONGEST_SUFFIX])
            with path.open("wb") as kept:
                kept.writelines(given["file"].chunks())
            rows, system = read_track(path, given["crs"])
        times = [row[2] for row in rows]
        self.told = Told(
            key=given["key"], officer=given["officer"], result=given["result"], note=given["note"],
            started_at=moment(min(times)), ended_at=moment(max(times)), points=rows, crs=system.name,
            source=Patrol.Source.GPX if name.suffix.lower() == ".gpx" else Patrol.Source.GEOJSON,
        )  # fmt: skip


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it is believed"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def people_for(user):
    """For whom `user` may upload: themselves, or whoever of the region goes on patrol where they judge patrols."""
    if not may(user, Capability.JUDGE_PATROL):
        return User.objects.filter(pk=user.pk)
    roles = [role.value for role in GRANTS[Capability.RECORD_PATROL]]
    there = User.objects.filter(region=user.region_id, is_active=True, groups__name__in=roles)
    return there.distinct().order_by("display_name", "username")
