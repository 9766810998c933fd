"""Vector tiles for every layer in the catalogue, encoded by PostGIS."""

import math
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from psycopg2.errors import DuplicatePreparedStatement, InvalidSqlStatementName, QueryCanceled
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

from gis_core import layers, srid, tile_cache
from gis_core.db import prepared
from gis_core.incoming import ExactQuery
from gis_core.tile_schema import MOST_ZOOM, CatalogueEntry, LayerSchema, TileJson, TileSchema

MVT = "application/vnd.mapbox-vector-tile"
EXTENT = 4096
BUFFER = 64  # of 4096, so that symbols and lines are not cut at the seam
WORLD_BITS = 31  # see world_x and world_y: 2^31 world pixels across
STATEMENT_TIMEOUT_MS = 5000
# One plan for all tiles of a statement, on one core: planning anew, or starting a process, takes longer than a tile.
LIMITS = (
    "SET LOCAL statement_timeout = {}; SET LOCAL plan_cache_mode = force_generic_plan;"
    " SET LOCAL max_parallel_workers_per_gather = 0; "
)
EXCHANGED = (InvalidSqlStatementName, DuplicatePreparedStatement)  # another connection than the one we knew


@dataclass(frozen=True)
class Tile:
    """One tile of the usual scheme: y counts from the north."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        return 0 <= self.z <= MOST_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    @property
    def shift(self) -> int:
        """World pixels of this tile's side are 2**shift."""
        return WORLD_BITS - self.z

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        side = 360 / 2**self.z

        def north(y):
            return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**self.z))))

        return self.x * side - 180, north(self.y + 1), (self.x + 1) * side - 180, north(self.y)

    def cells(self, level: int) -> tuple[int, int]:
        """Morton numbers of the tiles of zoom `level` in this one: the first, and the one after the last."""
        number = sum(((self.x >> bit & 1) | (self.y >> bit & 1) << 1) << 2 * bit for bit in range(self.z))
        deeper = 2 * (level - self.z)
        return number << deeper, (number + 1) << deeper

    @property
    def parameters(self) -> dict:
        return {
            "z": self.z,
            "x": self.x,
            "y": self.y,
            "shift": self.shift,
            "x0": self.x << self.shift,
            "y0": self.y << self.shift,
            "scale": EXTENT / 2**self.shift,
        }


class TileNumber:
    """A path part that may be a tile's z, x or y; the view refuses negative and huge ones."""

    regex = r"-?[0-9]+"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


# Envelope of the tile with its margin in the tiles' projection and in storage coordinates.
ENVELOPE = f"""
envelope AS MATERIALIZED (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS plane,
           ST_Transform(
               ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {BUFFER / EXTENT}), {srid.STORAGE}
           ) AS storage
)"""
# Tile coordinates of a world pixel, as MVT geometry.
PLACE = "ST_MakePoint(floor(({wx} - %(x0)s) * %(scale)s::float8), floor(({wy} - %(y0)s) * %(scale)s::float8))"


def clipped(geometry: str) -> str:
    """A lon/lat polygon column as tile geometry; needs ENVELOPE in the query."""
    return f"ST_AsMVTGeom(ST_Transform({geometry}, {srid.TILES}), envelope.plane, {EXTENT}, {BUFFER})"


class TileTooSlow(APIException):
    """The database was stopped before it had the tile."""

    status_code = 503
    default_detail = _("This tile took too long to draw: zoom in, or narrow the filters.")


def render(layer: layers.Layer, tile: Tile, user, filters: dict) -> bytes:
    """The encoded tile, empty where the layer shows nothing; TileTooSlow after 5 seconds of one query."""
    statement = layer.query(tile, user, filters)
    try:
        return _run(*statement)
    except DatabaseError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TileTooSlow from error
        if not isinstance(error.__cause__, EXCHANGED):
            raise
    with connection.cursor() as cursor:
        prepared.forget(cursor)
    return _run(*statement)


def _run(text: str, parameters: dict) -> bytes:
    """In one message, which is a transaction by itself; within one, a refusal takes back no more than a savepoint."""
    whole = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with whole, connection.cursor() as cursor:
        prepared.execute(cursor, text, parameters, before=LIMITS.format(STATEMENT_TIMEOUT_MS))
        (content,) = cursor.fetchone()
    return bytes(content or b"")


class LayerView(APIView):
    """What a layer's permission and existence have in common for TileJSON and tiles."""

    permission_classes = (IsAuthenticated,)
    schema = LayerSchema()

    def layer(self, slug: str) -> layers.Layer:
        try:
            found = layers.find(slug)
        except layers.UnknownLayer as error:
            raise NotFound(_("There is no layer of this name.")) from error
        if not found.visible_to(self.request.user):
            self.permission_denied(self.request)
        return found


class TileView(LayerView):
    """One vector tile of a layer, under the list's filters."""

    schema = TileSchema()

    def initial(self, request, *args, **kwargs):
        """Numbers of no tile are refused first: to learn who asks would cost a question to the database."""
        self.tile = Tile(kwargs["z"], kwargs["x"], kwargs["y"])
        if not self.tile.exists():
            raise NotFound(_("There is no tile of that zoom, column and row."))
        super().initial(request, *args, **kwargs)

    @extend_schema(
        responses={
            (200, MVT): OpenApiTypes.BINARY,
            204: OpenApiResponse(description="Nothing of the layer is in this tile."),
            404: OpenApiResponse(description="There is no such layer, or no such tile."),
            503: OpenApiResponse(description="The tile took too long to draw."),
        },
    )
    def get(self, request, layer, **numbers):
        found = self.layer(layer)
        filters = request.GET.dict()
        if found.filterset:
            _check(found.filterset, tuple(filters.items()))
        return _answer(request, drawn(found, self.tile, request.user, filters))

    @staticmethod
    def short_way(request, layer, **numbers):
        tile, found = Tile(**numbers), layers.catalogue.get(layer)
        return partial(_shortly, request, found, tile) if found and tile.exists() else None


def _shortly(request, layer: layers.Layer, tile: Tile, user) -> HttpResponse | None:
    filters = request.GET.dict()
    try:
        if not layer.visible_to(user):
            return None
        if layer.filterset:
            _check(layer.filterset, tuple(filters.items()))
        return _answer(request, drawn(layer, tile, user, filters))
    except ValidationError:
        return None
    except TileTooSlow as error:  # said here: on the usual way it would be drawn once more
        return JsonResponse({"detail": error.detail}, status=error.status_code)


@lru_cache(maxsize=1024)
def _check(filterset, filters: tuple) -> None:
    """Filters that were sound once are not read again for every tile; a refusal is not remembered."""
    if not (checked := filterset(dict(filters))).is_valid():
        raise ValidationError(checked.errors)


def drawn(layer: layers.Layer, tile: Tile, user, filters: dict) -> tile_cache.Drawn:
    """The tile as `render` makes it, from the cache as long as nothing it shows has changed."""
    asked = tuple(sorted((key, value) for key, value in filters.items() if value))
    key = (layer.slug, layer.scope(user), tile, asked, layer.version(user))
    return tile_cache.tiles.get(key, lambda: render(layer, tile, user, filters))


def _answer(request, found: tile_cache.Drawn) -> HttpResponse:
    """The tile with a strong ETag; private, because what a person sees depends on who asks."""
    packed = bool(found.packed) and "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{found.etag}{"-gzip" if packed else ""}"'  # strong: the same bytes, and not the same picture alone
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        content = found.packed if packed else found.content
        response = HttpResponse(content, content_type=MVT, status=200 if content else 204)
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Accept-Encoding, Cookie, Authorization"
    return response


class TileJsonView(LayerView):
    """Where a layer's tiles are and what is in them, as TileJSON 3.0.0."""

    @extend_schema(responses={200: TileJson, 404: OpenApiResponse(description="There is no such layer.")})
    def get(self, request, layer):
        found = self.layer(layer)
        template = reverse("tile", args=(layer, 0, 0, 0)).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
        return JsonResponse(
            {
                "tilejson": "3.0.0",
                "name": str(found.title),
                "scheme": "xyz",
                "tiles": [request.build_absolute_uri("/").rstrip("/") + template],
                "minzoom": found.minzoom,
                "maxzoom": found.maxzoom,
                "vector_layers": [
                    {"id": part, "fields": fields} for part, fields in {found.slug: found.fields, **found.parts}.items()
                ],
            }
        )


class CatalogueView(ExactQuery, APIView):
    """The layers this person may see, with their legends."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=CatalogueEntry(many=True))
    def get(self, request):
        shown = [layer for layer in layers.catalogue.values() if layer.visible_to(request.user)]
        return JsonResponse([_described(layer, request.user) for layer in shown], safe=False)


def _described(layer: layers.Layer, user) -> dict:
    return {
        "slug": layer.slug,
        "title": str(layer.title),
        "kind": layer.kind,
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "default": layer.default,
        "schematic": layer.schematic(user),
        "legend": [
            {**vars(entry), "label": str(entry.label), "letter": str(entry.letter)} for entry in layer.legend(user)
        ],
    }
