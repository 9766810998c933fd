"""What a report's text names against where its point lies (domain page 4.3, A24).

Names never decide: village names repeat across groups. A township named in the text that does not hold the
point is a doubt, and the coordinate system in which the two would agree is worth naming.
"""

import shapely

from boundaries.models import Edition
from gis_core import crs

READINGS = ("wgs84", "gcj02", "bd09")


class Names:
    """The names and aliases of an edition's areas with their polygons; made once for any number of texts."""

    def __init__(self, edition: Edition):
        self._shapes = {}
        self._codes = {}
        for area in edition.areas.all():
            self._shapes[area.code] = shapely.from_wkb(bytes(area.geom.wkb))
            self._codes.update(dict.fromkeys((area.name, *area.aliases), area.code))
        shapely.prepare(list(self._shapes.values()))
        self._longest_first = sorted(self._codes, key=len, reverse=True)

    def named(self, text: str) -> set[str]:
        """Codes of the areas whose name or alias stands in `text`; a longer name hides a shorter one inside it."""
        found = set()
        for name in self._longest_first:
            if name in text:
                found.add(self._codes[name])
                text = text.replace(name, " ")
        return found

    def doubts(self, text: str, raw: tuple[float, float], point: tuple[float, float]) -> dict:
        """`named_area_code`: the one area that `text` names, where the WGS 84 `point` is not in it;
        `suspected_crs`: the system in which the `raw` pair would be. Empty where there is no doubt."""
        named = self.named(text)
        if len(named) != 1:
            return {}
        (code,) = named
        if self._holds(code, *point):
            return {}
        return {"named_area_code": code, "suspected_crs": self._agreeing_reading(code, raw)}

    def _agreeing_reading(self, code: str, raw) -> str:
        try:
            crs.check_lon_lat(*raw)
        except crs.BadCoordinate:
            return ""
        readings = (name for name in READINGS if self._holds(code, *crs.to_wgs84(*raw, crs.parse(name))))
        return next(readings, "")

    def _holds(self, code: str, lon: float, lat: float) -> bool:
        return shapely.covers(self._shapes[code], shapely.Point(lon, lat))
