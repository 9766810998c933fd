"""What a report's text names against where its point lies (domain page 4.3, A24).

Names never decide: village names repeat across groups. A township named in the text that is not the point's
is a doubt, and the coordinate system in which the two would agree is worth naming.
"""

from django.contrib.gis.geos import Point

from boundaries.models import Edition
from gis_core import crs, srid

READINGS = ("wgs84", "gcj02", "bd09")


def doubts(text: str, raw: tuple[float, float], area_code: str, edition: Edition) -> dict:
    """`named_area_code`: the one area the text names, where it is not `area_code`; `suspected_crs`: the system in
    which `raw` would lie in it. Both empty when nothing is named, several areas are, or all agree."""
    named = named_areas(text, edition)
    if not named or area_code in {area.code for area in named}:
        return {}
    if len(named) > 1:
        return {}
    (area,) = named
    return {"named_area_code": area.code, "suspected_crs": _agreeing_reading(raw, area)}


def named_areas(text: str, edition: Edition) -> list:
    """Areas whose name or alias stands in `text`; a longer name hides a shorter one inside it."""
    names = {
        name: area
        for area in edition.areas.only("id", "code", "name", "aliases", "edition_id")
        for name in (area.name, *area.aliases)
    }
    found = {}
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            found[names[name].code] = names[name]
            text = text.replace(name, " ")
    return list(found.values())


def _agreeing_reading(raw, area) -> str:
    for name in READINGS:
        try:
            crs.check_lon_lat(*raw)
        except crs.BadCoordinate:
            return ""
        lon, lat = crs.to_wgs84(*raw, crs.parse(name))
        if type(area).objects.filter(pk=area.pk).covering(Point(float(lon), float(lat), srid=srid.STORAGE)).exists():
            return name
    return ""
