"""The layer catalogue: what a map can show, for whom, at which zooms, and how it looks.

Apps register their layers in `<app>/layers.py`, found at start-up as the admin finds `admin.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LegendEntry:
    """One class of a layer: the value in the tiles, its name, its symbol and the token of its colour.

    `letter` tells it without colour; empty where it has none.
    """

    value: str
    label: str
    symbol: str
    colour_token: str
    letter: str = ""


@dataclass(frozen=True)
class Layer:
    """`query(tile, user, filters)` gives (SQL, parameters) of one encoded tile; `visible_to(user)` says for whom.

    `fields` describes the tile's attributes for TileJSON, `parts` the further layers of the tile with theirs.
    `legend(user)` gives the classes as that person sees them. `filterset` reads the filters that `query` obeys.
    `schematic(user)` says whether the land shown is drawn schematically; None where the layer shows no land.
    `version(user)` changes whenever the layer's tiles may; people whose `scope(user)` is equal get equal tiles.
    `kind` is "polygon" or "point".
    """

    slug: str
    title: str
    kind: str
    query: Callable
    visible_to: Callable
    version: Callable
    scope: Callable
    fields: dict[str, str]
    legend: Callable[..., tuple[LegendEntry, ...]] = lambda user=None: ()
    filterset: type | None = None
    schematic: Callable = lambda user: None
    minzoom: int = 0
    maxzoom: int = 16
    default: bool = True
    parts: dict[str, dict[str, str]] = field(default_factory=dict)


class UnknownLayer(KeyError):
    """The catalogue has no layer of that name."""


catalogue: dict[str, Layer] = {}


def register(layer: Layer) -> Layer:
    catalogue[layer.slug] = layer
    return layer


def find(slug: str) -> Layer:
    try:
        return catalogue[slug]
    except KeyError as error:
        raise UnknownLayer(slug) from error
