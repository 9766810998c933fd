"""The classes that the map shows and how each is told without colour: a letter beside its pattern."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.coverage.cells import Kind

DUE, OVERLAP = "due", "overlap"


@dataclass(frozen=True)
class MapClass:
    """`letter` is empty where nothing is wrong."""

    value: str
    label: str
    letter: str


CLASSES = {
    one.value: one
    for one in (
        MapClass(Kind.GAP.value, Kind.GAP.label, pgettext_lazy("letter on the map", "G")),
        MapClass(Kind.UNSTAFFED.value, Kind.UNSTAFFED.label, pgettext_lazy("letter on the map", "U")),
        MapClass(Kind.HOT_UNPATROLLED.value, Kind.HOT_UNPATROLLED.label, pgettext_lazy("letter on the map", "H")),
        MapClass(Kind.STALE.value, Kind.STALE.label, pgettext_lazy("letter on the map", "L")),
        MapClass(Kind.THIN.value, Kind.THIN.label, pgettext_lazy("letter on the map", "T")),
        MapClass(DUE, _("due soon"), pgettext_lazy("letter on the map", "D")),
        MapClass(Kind.OK.value, Kind.OK.label, ""),
        MapClass(OVERLAP, _("overlap"), pgettext_lazy("letter on the map", "O")),
    )
}
