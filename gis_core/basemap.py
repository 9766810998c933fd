"""The ground under the map by configuration: 天地图 with a key, tiles of one's own, or a plain sheet."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

HOST = "https://{}.tianditu.gov.cn"
SERVERS = ("t0", "t1", "t2", "t3")
PLACES = ("{z}", "{x}", "{y}")


class BadBasemap(ValueError):
    """The configured address is no address of tiles."""


@dataclass(frozen=True)
class Basemap:
    """Addresses of raster tiles in Web Mercator, as MapLibre takes them: the ground, and names that lie above our own
    land. `credit` names who made it, `audit_no` is its 审图号 (地图管理条例 22). Without ground, a plain sheet."""

    ground: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    credit: str = ""
    audit_no: str = ""

    @property
    def hosts(self) -> list[str]:
        """Foreign hosts that pages may ask for tiles; none where the tiles are served from here."""
        parts = [urlsplit(address) for address in (*self.ground, *self.names)]
        return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})

    @property
    def sources(self) -> dict:
        """What the page is told."""
        return {"ground": self.ground, "names": self.names}


def configured(*, key="", tiles="", credit="", audit_no="") -> Basemap:
    """The basemap of the settings TIANDITU_KEY, BASEMAP_TILES, BASEMAP_CREDIT and BASEMAP_AUDIT_NO.

    Own tiles go before 天地图. BadBasemap where the address lacks {z}, {x} or {y}, or is neither a path of this
    server nor https.
    """
    if tiles:
        return Basemap((_checked(tiles),), (), credit, audit_no)
    if key:
        return Basemap(_tianditu("vec", key), _tianditu("cva", key), credit or "天地图", audit_no)
    return Basemap()


def _checked(tiles: str) -> str:
    if any(tiles.count(place) != 1 for place in PLACES):
        raise BadBasemap(f"BASEMAP_TILES needs {{z}}, {{x}} and {{y}} once each: {tiles}")
    if not re.match(r"https?://[^/\s]+/|/(?!/)", tiles):
        raise BadBasemap(f"BASEMAP_TILES is an address that begins with https:// or a path of this server: {tiles}")
    return tiles


def _tianditu(layer: str, key: str) -> tuple[str, ...]:
    """天地图 serves WMTS; its matrix set `w` is the usual scheme of tiles."""
    asked = urlencode(
        {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": layer, "STYLE": "default",
         "TILEMATRIXSET": "w", "FORMAT": "tiles"}
    )  # fmt: skip
    cell = "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    return tuple(f"{HOST.format(server)}/{layer}_w/wmts?{asked}&{cell}&{urlencode({'tk': key})}" for server in SERVERS)
