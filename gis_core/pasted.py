"""Coordinates as people paste them: degrees, degrees with minutes and seconds, or metres of a Gauss–Krüger zone.

Which system they are in cannot be seen in degrees: WGS 84 is assumed, and told, so that one may choose another.
Metres say more: CGCS2000 3° zones by GB/T 33177 carry the zone's number before the easting (EPSG:4513 is zone 25);
without it, the zone of a central meridian's neighbourhood has to be known (`meridian`; 114° E for 荥阳).
"""

import re
import unicodedata
from dataclasses import dataclass

from gis_core import crs

NUMBER = r"[-+]?\d{1,8}(?:\.\d{1,12})?"
# 113°22'40.8" and 113度22分40.8秒; degrees and minutes alone too.
SEXAGESIMAL = re.compile(
    r"(?P<d>\d{1,3})\s*[°度]\s*(?:(?P<m>\d{1,2}(?:\.\d{1,10})?)\s*['′’分]\s*)?"
    r"(?:(?P<s>\d{1,2}(?:\.\d{1,10})?)\s*(?:[\"″”秒]|''|′′)\s*)?"
)
EAST, NORTH = (
    re.compile(r"东经|经度|lon(?:gitude)?|lng|\be\b", re.I),
    re.compile(r"北纬|纬度|lat(?:itude)?|\bn\b", re.I),
)
WORDS = re.compile(r"东经|北纬|经度|纬度|longitude|latitude|lon|lng|lat|[en]", re.I)
BETWEEN = re.compile(r"[\s,;、/|:=()\[\]]+")
FIRST_ZONE, FIRST_ZONE_CODE = 25, 4513  # CGCS2000 / 3-degree Gauss-Kruger zone 25
WESTMOST, WESTMOST_CODE = 75, 4534  # CGCS2000 / 3-degree Gauss-Kruger CM 75E
NORTHINGS = (300_000, 6_000_000)  # of China, in metres
EASTINGS = (200_000, 800_000)  # without the zone's number: half a million at the central meridian


@dataclass(frozen=True)
class Pasted:
    """A pair as it was meant: x is longitude or easting; `system` the assumed one, by the name that `crs.parse` takes.
    `is_degrees` says that other systems are as likely."""

    x: float
    y: float
    system: str
    is_degrees: bool


def read(text: str, meridian: int = 114) -> Pasted | None:
    """The pair of coordinates that the text is; None where it is none, or no place in China."""
    text = unicodedata.normalize("NFKC", text).strip()
    pair = _sexagesimal(text) or _decimal(text)
    if pair is None:
        return None
    return _degrees(*pair, text) or _metres(*pair, meridian)


def _sexagesimal(text: str) -> tuple[float, float] | None:
    found = list(SEXAGESIMAL.finditer(text))
    rest = WORDS.sub("", SEXAGESIMAL.sub("", text))
    if len(found) != 2 or BETWEEN.sub("", rest):
        return None
    values = []
    for each in found:
        minutes, seconds = float(each["m"] or 0), float(each["s"] or 0)
        if minutes >= 60 or seconds >= 60:
            return None
        values.append(int(each["d"]) + minutes / 60 + seconds / 3600)
    return values[0], values[1]


def _decimal(text: str) -> tuple[float, float] | None:
    parts = [part for part in BETWEEN.split(WORDS.sub(" ", text.replace("°", " ").replace("度", " "))) if part]
    if len(parts) != 2 or not all(re.fullmatch(NUMBER, part, re.ASCII) for part in parts):
        return None
    return float(parts[0]), float(parts[1])


def _degrees(first: float, second: float, text: str) -> Pasted | None:
    """In China the two ranges do not overlap: the numbers say which is which, and words may not gainsay them."""
    for lon, lat, lon_first in ((first, second, True), (second, first, False)):
        if crs.is_place(lon, lat):
            return Pasted(lon, lat, "wgs84", True) if _agrees(text, lon_first) else None
    return None


def _agrees(text: str, lon_first: bool) -> bool:
    east, north = EAST.search(text), NORTH.search(text)
    return not (east and north) or (east.start() < north.start()) == lon_first


def _metres(first: float, second: float, meridian: int) -> Pasted | None:
    """Survey tables put the northing first as often as not: the numbers' sizes say which it is."""
    for easting, northing in ((first, second), (second, first)):
        if not NORTHINGS[0] < northing < NORTHINGS[1]:
            continue
        zone, east = divmod(easting, 1_000_000)
        if not EASTINGS[0] < east < EASTINGS[1]:
            continue
        if zone == 0:
            code = WESTMOST_CODE + (meridian - WESTMOST) // 3
        elif FIRST_ZONE <= zone <= FIRST_ZONE + 20:
            code = FIRST_ZONE_CODE + int(zone) - FIRST_ZONE
        else:
            continue
        if crs.is_place(*crs.to_wgs84(easting, northing, crs.parse(f"EPSG:{code}"))):
            return Pasted(easting, northing, f"EPSG:{code}", False)
    return None
