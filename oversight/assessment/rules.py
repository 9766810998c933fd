"""The versioned rules of a region: the newest of those valid on a year's last day counts for the year."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from boundaries.models import Region
from oversight.models.assessment import AssessmentRules
from oversight.refusals import Refused
from oversight.statistics.measures import MEASURES

# What a unit or a group can be assessed by: rates, so that the number of its cases earns and costs nothing.
ASSESSABLE = ("M1", "M2", "M3", "M4", "M6", "M7", "M10", "M11")
SUM = 100
# Ours: the notice asks that the rates be counted (S25, S35) and names no weight.
DEFAULT = {
    "valid_from": date(2015, 4, 6),
    "lines": [
        {"figure": "M1", "weight": 40, "none": 0, "full": 100},
        {"figure": "M3", "weight": 30, "none": 0, "full": 100},
        {"figure": "M4", "weight": 10, "none": 50, "full": 0},
        {"figure": "M6", "weight": 10, "none": 0, "full": 100},
        {"figure": "M10", "weight": 10, "none": 0, "full": 100},
    ],
    "commendation": 2,
    "criticism": 5,
}


def versions(region: Region):
    """All of the region; one that has none yet is given the default."""
    found = AssessmentRules.objects.filter(region=region).select_related("by")
    if not found.exists():
        AssessmentRules.objects.bulk_create(
            [AssessmentRules(region=region, number=1, is_ours=True, **DEFAULT)], ignore_conflicts=True
        )
    return found


def of_year(region: Region, year: int) -> AssessmentRules | None:
    return versions(region).filter(valid_from__lte=date(year, 12, 31)).last()


@transaction.atomic
def another(region: Region, *, valid_from: date, lines: list, commendation: int, criticism: int, note: str, by):
    """Another version; what was there stays."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    _sound(lines)
    number = max(one.number for one in versions(region)) + 1
    return AssessmentRules.objects.create(
        region=region, number=number, valid_from=valid_from, lines=lines, commendation=commendation,
        criticism=criticism, note=note.strip(), by=by,
    )  # fmt: skip


def _sound(lines: list):
    if sum(line["weight"] for line in lines) != SUM:
        raise Refused("lines", _("The weights must come to {sum}.").format(sum=SUM))
    for line in lines:
        if line["figure"] not in ASSESSABLE:
            raise Refused("lines", _("{figure} is no rate to assess by.").format(figure=line["figure"]))
        if line["none"] == line["full"]:
            label = MEASURES[line["figure"]].label
            raise Refused("lines", _("{figure}: no points and full points are the same value.").format(figure=label))
