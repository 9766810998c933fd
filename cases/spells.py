"""The cases as they stood at the end of a day gone by: state, group, area and place of then.

Who may see a case is asked of today, for then as for now: `docs/decisions/the-map-as-of-a-day.md`.
"""

import math
from datetime import date, datetime, time, timedelta

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import F, FilteredRelation, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, CaseDay, CaseSpell
from cases.narrowing import MEANT, narrow
from cases.permissions import Capability, may, scope_of
from cases.querysets import lasting
from gis_core import srid
from gis_core.tiles import WORLD_BITS

WORLD = 2**WORLD_BITS
DECIMALS = 7  # of a degree: finer than a world pixel


def end_of(day: date) -> datetime:
    """Midnight behind the day in the bureau's time zone: what happened before it counts."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def first_day(region: str | None = None) -> date | None:
    """The day of the first report, in the region or anywhere; None where there is no case."""
    days = CaseDay.objects.filter(begun__gt=0)
    return (days.filter(region=region) if region else days).aggregate(first=Min("day"))["first"]


def check_day(day: date):
    """Raise ValidationError, with a sentence, for a day that the map cannot show."""
    if day > timezone.localdate():
        raise ValidationError(_("That day is yet to come."))
    first = first_day()
    if first is None:
        raise ValidationError(_("There are no cases yet, so there is no map of a day gone by."))
    if day < first:
        raise ValidationError(_("The first case is of {day}: there is no map of an earlier day.").format(day=first))


def cases_then(cases, day: date, wanted: Q, box=None):
    """Of the cases those that were there at the end of the day and were as `wanted`, a condition on the columns that
    cases and spells have in common; `box` is a lon/lat polygon that they lay in. For `as_they_stood`."""
    moment = end_of(day)
    stood = FilteredRelation("spells", condition=lasting(moment, "spells__"))
    found = cases.filter(reported_at__lt=moment).alias(stood=stood).filter(stood__isnull=False)
    found = found.filter(_of("stood__", wanted)).filter(_within(box, "stood__"))
    return found.annotate(
        status_then=F("stood__status"), group_then=F("stood__group_code"), area_then=F("stood__area_code"),
        x_then=F("stood__world_x"), y_then=F("stood__world_y"),
    )  # fmt: skip


def as_they_stood(cases, day: date) -> list[Case]:
    """Rows of `cases_then` to show and never to save: what the day did not know yet (deadlines of today, the lead
    unit of another group, an end) is left out."""
    return [_as_it_stood(case, end_of(day)) for case in cases]


def _as_it_stood(case: Case, moment: datetime) -> Case:
    if case.group_code != case.group_then:
        case.lead_unit = None
    case.status, case.group_code, case.area_code = case.status_then, case.group_then, case.area_then
    if (case.x_then, case.y_then) != world_pixel(case.geom.x, case.geom.y):
        case.geom = Point(*place_of(case.x_then, case.y_then), srid=srid.STORAGE)
    case.due_at, case.hold, case.handling_unit = None, "", None
    if case.ended_at and case.ended_at >= moment:
        case.ended_at = None
    return case


def visible_spells(user, day: date):
    """Spells at the end of the day, of the cases that `user` sees today."""
    standing = CaseSpell.objects.standing(end_of(day))
    if not may(user, Capability.SEE_CASES):
        return standing.none()
    scope = scope_of(user)
    here = standing.filter(region=scope.region)
    if scope.everything:
        return here
    theirs = Q(group_now__in=scope.groups)
    for beside in scope.beside_groups:  # each by an index of its own; together they would be looked for among all cases
        theirs |= Q(case__in=Case.objects.filter(beside).values("pk"))
    return here.filter(theirs)


def matching(spells, data: dict):
    """Those spells that text and extent of the list's filters find; `describes` says the others."""
    rarer = {name: data[name] for name in MEANT if name != "bbox" and data.get(name)}
    if rarer:
        spells = spells.filter(case__in=narrow(Case.objects.all(), rarer).values("pk"))
    return spells.filter(_within(data.get("bbox")))


def _of(prefix: str, wanted: Q) -> Q:
    """The same condition on the columns of a relation."""
    moved = Q(_connector=wanted.connector, _negated=wanted.negated)
    for child in wanted.children:
        moved.children.append(_of(prefix, child) if isinstance(child, Q) else (prefix + child[0], child[1]))
    return moved


def _within(box, prefix="") -> Q:
    """Condition on the place of then: inside or on the edge of a lon/lat polygon's box."""
    if not box:
        return Q()
    west, south, east, north = box.extent
    (x0, y0), (x1, y1) = world_pixel(west, north), world_pixel(east, south)
    return Q(**{f"{prefix}world_x__range": (x0, x1), f"{prefix}world_y__range": (y0, y1)})


def world_pixel(lon: float, lat: float) -> tuple[int, int]:
    """As world_x() and world_y() in the database; the poles end at the edge of the world."""
    x = math.floor((lon + 180) / 360 * WORLD)
    up = math.asinh(math.tan(math.radians(min(max(lat, -89.9), 89.9))))
    y = math.floor((0.5 - up / (2 * math.pi)) * WORLD)
    return tuple(min(max(number, 0), WORLD - 1) for number in (x, y))


def place_of(x: int, y: int) -> tuple[float, float]:
    """Longitude and latitude of a world pixel's middle."""
    lon = (x + 0.5) / WORLD * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / WORLD))))
    return round(lon, DECIMALS), round(lat, DECIMALS)
