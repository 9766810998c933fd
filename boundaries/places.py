"""Places by name. Names repeat across groups: a name shows where to look, and decides nothing."""

from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Envelope

from boundaries.models import Area, Edition

MOST = 30


@dataclass(frozen=True)
class Place:
    """A place that a name may mean. `box` is that of its area: west, south, east, north."""

    name: str
    alias: str
    area: Area
    box: tuple[float, float, float, float]

    @property
    def is_area(self):
        return self.name == self.area.name


def find(edition: Edition, text: str) -> list[Place]:
    """Areas and villages whose name holds `text` (areas by alias too), best matches first; [] for no text."""
    text = text.strip()
    if not text:
        return []
    areas = {area.code: area for area in edition.areas.for_list().annotate(box=Envelope("geom"))}
    found = [*_areas(areas.values(), text), *_villages(edition, areas, text)]
    return sorted(found, key=lambda place: _rank(place, text))[:MOST]


def _areas(areas, text):
    for area in areas:
        alias = next((alias for alias in area.aliases if text in alias), "")
        if text in area.name or alias:
            yield Place(area.name, "" if text in area.name else alias, area, area.box.extent)


def _villages(edition, areas, text):
    for village in edition.villages.filter(name__contains=text):
        if area := areas.get(village.area_code):
            yield Place(village.name, "", area, area.box.extent)


def _rank(place, text):
    """The very name, then an area before a village, then a name that begins so."""
    exact = text in (place.name, place.alias)
    return (not exact, not place.is_area, not place.name.startswith(text), place.name, place.area.code)
