"""A map as one HTML file that opens with no network: layers in, text out. Only this module imports folium.

folium is fed numbers alone. It renders what its elements produce as a Jinja template a second time, so that a
citizen's text with `{{ }}` in it would run on the server; and its popups are raw HTML. All text therefore
travels beside folium, in one block of JSON that the file's own script puts into the page as text nodes.

folium's header is left out as a whole: with it go the links to its content delivery networks.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape

import folium
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from folium.plugins import FastMarkerCluster
from folium.template import Template
from folium.utilities import JsCode

from gis_core.layers import LegendEntry

LEAFLET = settings.NODE_MODULES / "leaflet" / "dist"
CLUSTERS = settings.NODE_MODULES / "leaflet.markercluster" / "dist"
OURS = settings.BASE_DIR / "gis_core" / "static" / "gis_core"
STYLES = (
    LEAFLET / "leaflet.css",
    CLUSTERS / "MarkerCluster.css",
    OURS / "tokens.css",
    OURS / "offline_map.css",
)
SCRIPTS = (LEAFLET / "leaflet.js", CLUSTERS / "leaflet.markercluster.js", OURS / "offline_map.js")
IMAGE = re.compile(r"url\((images/[\w-]+\.png)\)")
SOURCE_MAP = re.compile(r"^(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)

# Without tiles nothing else ends the zooms, and the clusters would be computed for endlessly many.
DEEPEST_ZOOM = 18
# Signs that could end a script element or a line of it; inside JSON they occur in strings alone.
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

# What Leaflet's own controls say.
WORDS = {"close": _("Close"), "zoomIn": _("Zoom in"), "zoomOut": _("Zoom out"), "layers": _("Layers")}


@dataclass(frozen=True)
class SheetLayer:
    """One layer of a sheet. `collection` is a GeoJSON FeatureCollection (WGS 84, lon/lat).

    `legend_by` names the property whose value picks the legend's entry; every value must have one.
    `heading` names the property that heads a feature's card, `fields` maps others to their labels, in order.
    Their values are plain text; markup in them is shown, not obeyed. A point's entry has the symbol that
    `_symbols.html` draws for its value; a polygon's is "fill", "hatch", "dots", "cross" or "lines" (upright ones, in
    the colour `<token>-line`). An entry's letter is written once into each polygon that has room for it. `labelled`
    writes the heading on the map.
    """

    title: str
    kind: str
    collection: dict
    legend: Sequence[LegendEntry]
    legend_by: str
    heading: str
    fields: dict[str, str] = field(default_factory=dict)
    labelled: bool = False

    @property
    def features(self) -> list[dict]:
        return self.collection["features"]

    @property
    def entry_numbers(self) -> list[int]:
        """Place in the legend of each feature's entry."""
        places = {entry.value: place for place, entry in enumerate(self.legend)}
        return [places[feature["properties"][self.legend_by]] for feature in self.features]


@dataclass(frozen=True)
class Sheet:
    """What stands round the map. `bounds`: west, south, east, north; `about`, `notes`: plain sentences."""

    title: str
    bounds: tuple[float, float, float, float]
    about: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Side:
    """One of two maps that stand side by side and move together."""

    caption: str
    layers: Sequence[SheetLayer]


def render(sheet: Sheet, layers: Sequence[SheetLayer]) -> str:
    """The file's whole text, for UTF-8."""
    return _page(sheet, layers, [("", *_drawn(sheet.bounds, layers))])


def render_beside(sheet: Sheet, one: Side, other: Side) -> str:
    """The same of two maps; the legend tells of the second."""
    drawn = _drawn(sheet.bounds, one.layers, is_pair=True)
    beside = _drawn(sheet.bounds, other.layers, start=len(one.layers), is_pair=True)
    return _page(sheet, (*one.layers, *other.layers), [(one.caption, *drawn), (other.caption, *beside)], other.layers)


def _page(sheet: Sheet, layers, drawn, told=None) -> str:
    """`drawn`: caption, folium's element and script of each map; `told`: the layers of the legend."""
    return render_to_string(
        "gis_core/offline_map.html",
        {
            "sheet": sheet,
            "legends": [_legend(layer) for layer in told or layers],
            "audit_no": settings.BASEMAP.audit_no,
            "data": _json({"layers": [_texts(layer) for layer in layers], "words": WORDS}),
            "styles": [_inlined(path) for path in STYLES],
            "scripts": [_inlined(path) for path in SCRIPTS],
            "drawings": [(caption, mark_safe(element)) for caption, element, _script in drawn],  # noqa: S308 - numbers, see above
            "drawing_scripts": [mark_safe(script) for _caption, _element, script in drawn],  # noqa: S308 - likewise
            "is_pair": len(drawn) > 1,
        },
    )


class Furniture(folium.MacroElement):
    """Scale bar, zoom buttons and legend; added last, so that the legend stands below the layer control."""

    _template = Template("{% macro script(this, kwargs) %}sheet.furnish({{ this._parent.get_name() }});{% endmacro %}")


def _drawn(bounds, layers, *, start=0, is_pair=False) -> tuple[str, str]:
    """folium's part of the page: the map's element and the script that fills it. `start` is the number of the first
    layer; `is_pair`: the map stands beside another."""
    west, south, east, north = bounds
    drawn = folium.Map(tiles=None, maxZoom=DEEPEST_ZOOM, zoom_control=False, attributionControl=False, zoomSnap=0.25)
    drawn.fit_bounds([[south, west], [north, east]])
    for number, layer in enumerate(layers, start):
        make = _points if layer.kind == "point" else _polygons
        make(number, layer).add_to(drawn)
    folium.LayerControl(collapsed=is_pair).add_to(drawn)
    Furniture().add_to(drawn)
    drawn.render()
    page = drawn.get_root()
    return page.html.render(), page.script.render()


def _points(number: int, layer: SheetLayer) -> FastMarkerCluster:
    """Rows of lat, lon, legend entry and place in the texts; the browser makes the markers."""
    rows = []
    for place, (feature, entry) in enumerate(zip(layer.features, layer.entry_numbers, strict=True)):
        lon, lat = feature["geometry"]["coordinates"]
        rows.append([lat, lon, entry, place])
    return FastMarkerCluster(
        rows,
        callback=f"row => sheet.marker({number}, row)",
        icon_create_function=f"sheet.cluster({number})",
        name=_inert(layer.title),
        maxClusterRadius=56,
        showCoverageOnHover=False,
    )


def _polygons(number: int, layer: SheetLayer) -> folium.GeoJson:
    bare = [
        {"type": "Feature", "geometry": feature["geometry"], "properties": {"entry": entry, "row": place}}
        for place, (feature, entry) in enumerate(zip(layer.features, layer.entry_numbers, strict=True))
    ]
    for feature in bare:
        if layer.legend[feature["properties"]["entry"]].letter:
            feature["properties"]["at"] = _place_of_letter(feature["geometry"])
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": bare},
        name=_inert(layer.title),
        style=JsCode(f"sheet.style({number})"),
        on_each_feature=JsCode(f"sheet.furnishPolygon({number})"),
        smooth_factor=0,  # Leaflet would simplify each polygon by itself and open gaps along shared borders
    )


def _place_of_letter(geometry: dict) -> list[float]:
    """Lat, lon of a point inside."""
    inside = GEOSGeometry(json.dumps(geometry)).point_on_surface
    return [round(inside.y, 6), round(inside.x, 6)]


def _inert(title) -> str:
    """For a layer's name, which Leaflet takes as HTML and folium as a template: nothing in it to obey."""
    return escape(str(title)).replace("{", "&#123;").replace("}", "&#125;")


def _texts(layer: SheetLayer) -> dict:
    columns = (layer.heading, *layer.fields)
    rows = [[_text(feature["properties"].get(name)) for name in columns] for feature in layer.features]
    words, rows = _shared(rows)
    return {
        "legend": [_look(entry) for entry in layer.legend],
        "fields": list(layer.fields.values()),
        "labelled": layer.labelled,
        "words": words,
        "rows": rows,
    }


def _look(entry: LegendEntry) -> dict:
    return {
        "value": entry.value,
        "label": entry.label,
        "symbol": entry.symbol,
        "colour": entry.colour_token,
        "letter": entry.letter,
    }


def _text(value) -> str:
    return "" if value is None else str(value)


def _shared(rows: list[list[str]]) -> tuple[list[str], list[list]]:
    """The rows with every text that occurs more than once replaced by its place in a list of such texts."""
    counts = Counter(text for row in rows for text in row)
    words = [text for text, times in counts.most_common() if times > 1]
    places = {text: place for place, text in enumerate(words)}
    return words, [[places.get(text, text) for text in row] for row in rows]


def _legend(layer: SheetLayer) -> dict:
    counts = Counter(layer.entry_numbers)
    entries = [(entry, counts[place]) for place, entry in enumerate(layer.legend)]
    return {"title": layer.title, "kind": layer.kind, "entries": entries, "total": len(layer.features)}


def _json(value) -> SafeString:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(UNSAFE))  # noqa: S308 - nothing is left in it that HTML could obey


@cache
def _inlined(path) -> SafeString:
    """A style sheet or script, its pictures as data, its source map unnamed."""
    text = IMAGE.sub(lambda found: f"url({_picture(path.parent / found[1])})", path.read_text())
    return mark_safe(SOURCE_MAP.sub("", text))  # noqa: S308 - files of ours and of pinned packages


def _picture(path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
