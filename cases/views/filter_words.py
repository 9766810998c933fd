"""The list's filters in words, for whoever reads a page or a file without the list beside it."""

from django.utils.translation import gettext as _

from boundaries.models import Area, CooperationGroup, Unit
from cases.filters import NO_GROUP, CaseFilter
from cases.workflow import Stage
from gis_core.sentences import listed

SAID_OTHERWISE = ("at", "bbox", "ordering")


def in_words(form, edition=None) -> list[str]:
    """The filters in force, a sentence each; groups and areas by their names in the edition."""
    said = [_("Only the map extent chosen")] if form.cleaned_data["bbox"] else []
    for name in CaseFilter.base_filters:
        value = form.cleaned_data[name]
        if value and name not in SAID_OTHERWISE:
            said.append(f"{form.fields[name].label}{_(': ')}{_words(form, name, value, edition)}")
    return said


def _words(form, name, value, edition) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    if value in choices:
        return str(choices[value])
    return NAMED[name](value, edition) if name in NAMED else str(value)


def _group(code, edition) -> str:
    if code == NO_GROUP:
        return _("nobody's")
    return _name(CooperationGroup.objects.filter(edition=edition, code=code), code)


def _name(found, code) -> str:
    return found.values_list("name", flat=True).first() or code


NAMED = {
    "group": _group,
    "area": lambda code, edition: _name(Area.objects.filter(edition=edition, code=code), code),
    "unit": lambda code, _edition: _name(Unit.objects.filter(code=code), code),
    "stage": lambda stages, _edition: listed(Stage(stage).label for stage in stages),
    "numbers": lambda numbers, _edition: listed(numbers),
}
