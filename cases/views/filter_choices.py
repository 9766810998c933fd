"""What the list's filters offer to a person: the usual ones beside the list, the rarer ones behind a button."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from boundaries.models import CooperationGroup, Unit
from cases import map_counts
from cases.filters import NO_GROUP, CaseFilter
from cases.models import CaseTally
from cases.models.case import Channel
from cases.workflow import OPEN

RARER = (
    "violation", "land_ownership", "confidence", "hold", "overdue", "major", "joint", "unit", "reported_from",
    "reported_to", "grid",
)  # fmt: skip
DAYS = ("reported_from", "reported_to")


@dataclass(frozen=True)
class Rarer:
    """One of the rarer filters; `options` (value, label) is empty where a day or a code is typed."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str

    @property
    def is_day(self):
        return self.name in DAYS


def of(user, edition) -> dict:
    """Open states alone among the states, because `ended` stands for all others."""
    years = CaseTally.objects.filter(region=user.region_id, level=map_counts.WHOLE, n__gt=0)
    groups = CooperationGroup.objects.filter(edition=edition) if edition else ()
    return {
        "groups": [*((group.code, group.name) for group in groups), (NO_GROUP, _("No group: outside or gap"))],
        "statuses": [(status.value, status.label) for status in OPEN],
        "channels": Channel.choices,
        "years": list(years.order_by("-year").values_list("year", flat=True).distinct()),
    }


def rarer(user, data) -> list[Rarer]:
    """The rarer filters as they stand in `data`."""
    units = list(Unit.objects.filter(region=user.region_id).order_by("name").values_list("code", "name"))
    found = []
    for name in RARER:
        read = CaseFilter.base_filters[name]
        options = units if name == "unit" else list(read.extra.get("choices", ()))
        found.append(Rarer(name, read.label, options, str(data.get(name) or "")))
    return found
