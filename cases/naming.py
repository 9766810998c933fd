"""What a report's text names against where its point lies (domain page 4.3, A24).

Names never decide: village names repeat across groups. A township named in the text that does not hold the
point is a doubt, and the coordinate system in which the two would agree is worth naming.
"""

import re

import shapely

from boundaries.models import Edition
from gis_core import crs

READINGS = ("wgs84", "gcj02", "bd09")
# 索河路 is a road, 京城桥 a bridge: no such alias names the area that it is short for.
NOT_ITSELF = "(?![东西南北中]?(?:路|街(?!道)|大街|大道|巷|桥|大桥|河))"


class Names:
    """The names and aliases of an edition's areas with their polygons; made once for any number of texts."""

    def __init__(self, edition: Edition):
        self._shapes = {}
        self._codes = {}
        patterns = {}
        for area in edition.areas.all():
            self._shapes[area.code] = shapely.from_wkb(bytes(area.geom.wkb))
            self._codes.update(dict.fromkeys((area.name, *area.aliases), area.code))
            patterns.update({alias: re.escape(alias) + NOT_ITSELF for alias in area.aliases})
            patterns[area.name] = re.escape(area.name)
        shapely.prepare(list(self._shapes.values()))
        longest_first = sorted(patterns, key=len, reverse=True)
        self._names = re.compile("|".join(patterns[name] for name in longest_first) or r"(?!)")

    def named(self, text: str) -> list[str]:
        """Codes of the areas named in `text`, each once, in its order; a longer name hides a shorter one in it."""
        return list(dict.fromkeys(self._codes[name] for name in self._names.findall(text)))

    def doubts(self, text: str, raw: tuple[float, float], point: tuple[float, float]) -> dict:
        """`named_area_code`: an area that `text` names, where the WGS 84 `point` is in none that it names;
        `suspected_crs`: the system in which the `raw` pair would be in it. Empty where there is no doubt."""
        named = self.named(text)
        if not named or any(self._holds(code, *point) for code in named):
            return {}
        readings = {code: self._agreeing_reading(code, raw) for code in named}
        code = next((code for code in named if readings[code]), named[0])
        return {"named_area_code": code, "suspected_crs": readings[code]}

    def _agreeing_reading(self, code: str, raw) -> str:
        try:
            crs.check_lon_lat(*raw)
        except crs.BadCoordinate:
            return ""
        readings = (name for name in READINGS if self._holds(code, *crs.to_wgs84(*raw, crs.parse(name))))
        return next(readings, "")

    def _holds(self, code: str, lon: float, lat: float) -> bool:
        return bool(shapely.intersects_xy(self._shapes[code], lon, lat))
