"""One box that finds cases, places, grid cells and pasted coordinates; each within what the person may see."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from boundaries import places
from boundaries.models import Edition, GridCell
from cases.models import Party
from cases.models.case import Case
from cases.permissions import Capability, may, visible_cases
from gis_core import crs, pasted

MOST_CASES, MOST_PLACES = 6, 5
LEAST = 2  # characters: one finds half the city
LEAST_CODE = 6  # digits of a grid cell's code: the county's


@dataclass(frozen=True)
class Spot:
    """A pasted pair in one of the systems it may be in, as WGS 84 degrees."""

    system: str
    label: str
    lon: float
    lat: float
    is_assumed: bool


def cases(user, text: str) -> list[Case]:
    """Cases of that number first, then those whose number or address holds the text; and, for who may ask to see
    parties, those of a party of exactly that name."""
    seen = visible_cases(user).select_related("lead_unit").defer("search")
    found = list(seen.filter(case_no__iexact=text)[:1])
    if may(user, Capability.UNMASK):
        named = Party.objects.filter(region=user.region_id, name=text).values("case")
        found += seen.filter(pk__in=named).newest_first()[:MOST_CASES]
    if len(found) < MOST_CASES:
        found += seen.matching(text)[:MOST_CASES]
    return list({case.pk: case for case in found}.values())[:MOST_CASES]


def land(user, text: str) -> list[dict]:
    """Areas and villages by name, grid cells by name or by the beginning of their code; each with its box."""
    edition = Edition.objects.current(user.region_id)
    found = []
    if edition:
        found = [
            {
                "kind": "area" if place.is_area else "village",
                "name": place.name,
                "of": "" if place.is_area else place.area.name,
                "code": place.area.code,
                "box": list(place.box),
            }
            for place in places.find(edition, text)[:MOST_PLACES]
        ]
    return found + [
        {"kind": "grid", "name": cell.name, "of": cell.code, "code": cell.code, "box": list(cell.geom.extent)}
        for cell in _cells(user, text)
    ]


def _cells(user, text: str):
    named = Q(name__contains=text)
    if text.isascii() and text.isdigit() and len(text) >= LEAST_CODE:
        named |= Q(code__startswith=text)
    return GridCell.objects.filter(named, region=user.region_id, valid_to=None).order_by("code")[:MOST_PLACES]


def spots(text: str) -> list[Spot]:
    """What pasted coordinates mean, in the assumed system and in the others it may be in; [] for other text."""
    pair = pasted.read(text)
    if pair is None:
        return []
    names = [name for name, _label in crs.NAMED] if pair.is_degrees else [pair.system]
    found = []
    for name in names:
        system = crs.parse(name)
        lon, lat = crs.to_wgs84(pair.x, pair.y, system)
        label = str(system.label) if pair.is_degrees else _("CGCS2000, 3° Gauss–Krüger, %(code)s") % {"code": name}
        found.append(Spot(name, label, round(lon, 7), round(lat, 7), name == pair.system))
    return found
