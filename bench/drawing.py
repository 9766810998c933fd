"""Tiles: over HTTP beside the same SQL (P1), kept ones beside a static file (P2), the worst of all (P3)."""

import gzip
import math
import random
import statistics
from functools import lru_cache

import mapbox_vector_tile
import numpy as np
from django.db import connection
from django.templatetags.static import static

from bench import database, web
from bench.timing import Finding, percentile, seconds, timed
from boundaries.models import User
from cases.permissions import visible_cases
from cases.workflow import ENDED, OPEN
from gis_core import layers, tiles
from gis_core.db import prepared
from gis_core.tiles import Tile

SEAT = (113.378, 34.787)
PEOPLE = ("dispatcher1", "inspector1", "gridworker1")
COMPARED_ZOOMS = range(11, 17)
COMPARED = 20  # tiles a zoom
ROUNDS, WARM = 7, 3  # each of the server's threads has a connection to warm up
ZOOMS = range(19)
DENSEST, ANY = 3, 3  # tiles a zoom and layer: the fullest, and others at random
TIMES = 5
GONE_BY, GONE_BY_TIMES = "2024-06-01", 2  # a day with years of cases before and behind it
COUNTED_ZOOMS = range(12)  # where tiles carry counts, and a region is few tiles
FULLEST = """
SELECT world_x >> %(drop)s, world_y >> %(drop)s FROM cases_case
WHERE region_id = '410182' AND status = ANY(%(states)s) GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2
"""
_known: set[str] = set()  # statements that the one connection of this bench has planned
CHANGED = "SELECT bump_data_version('cases:410182')"  # so that no kept tile is good any more


def findings():
    with web.serving() as port, database.connect() as plain:
        askers = {name: web.Asker(port, name) for name in PEOPLE}
        yield from _beside_sql(askers["dispatcher1"], plain)
        yield from _kept(askers["dispatcher1"])
        yield from _worst(askers, plain)
        yield from _worst_gone_by(askers, plain)
    yield _counts()


@lru_cache
def places(states: tuple, z: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(FULLEST, {"drop": tiles.WORLD_BITS - z, "states": list(states)})
        return cursor.fetchall()


def states_of(slug: str) -> tuple:
    return tuple(sorted(ENDED)) if slug == "history" else OPEN


def some(slug: str, z: int, fullest: int, any_: int) -> list[Tile]:
    """The fullest tiles, and some at random among the others: the same every time."""
    all_ = places(states_of(slug), z)
    rest = all_[fullest:]
    chosen = random.Random(z).sample(rest, min(any_, len(rest)))  # noqa: S311 - the same tiles every time
    return [Tile(z, x, y) for x, y in (*all_[:fullest], *chosen)]


def about_the_seat(z: int) -> list[Tile]:
    """The tile that the city's seat is in, and its neighbours."""
    lon, lat = SEAT
    north = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    column, row = int((lon + 180) / 360 * 2**z), int(north * 2**z)
    return [Tile(z, column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]


def path(slug: str, tile: Tile) -> str:
    return f"/tiles/{slug}/{tile.z}/{tile.x}/{tile.y}.mvt"


def unpacked(body: bytes, headers) -> bytes:
    return gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body


def _beside_sql(asker, plain):
    """The tile as nobody kept it, over HTTP, beside its statement through psycopg2: as that sends it, and planned once
    a connection as ours is."""
    user = User.objects.get(username="dispatcher1")
    for slug in ("open-cases", "history"):
        chosen = [tile for z in COMPARED_ZOOMS for tile in some(slug, z, COMPARED // 2, COMPARED // 2)]
        asked = [(path(slug, tile), layers.find(slug).query(tile, user, {})) for tile in chosen]
        with plain.cursor() as cursor:
            rounds = [_round(asker, cursor, slug, asked) for _time in range(WARM + ROUNDS)][WARM:]
        for name, how in (("sent", "as psycopg2 sends it"), ("planned", "planned once a connection, as ours")):
            ratios = [percentile(found["ours"], 95) / percentile(found[name], 95) for found, _differing in rounds]
            more = [statistics.median(found["ours"]) - statistics.median(found[name]) for found, _differing in rounds]
            ratio, added = statistics.median(ratios), statistics.median(more) * 1000
            yield Finding(
                f"P1 uncached tile {slug} z11–16 over HTTP beside its statement {how}, p95",
                f"{ratio:.2f} × (worst round {max(ratios):.2f} ×)", "≤ 1.2 ×", ratio <= 1.2,
            )  # fmt: skip
            yield Finding(f"P1 … what HTTP adds at the median, {slug}", f"{added:.2f} ms", "≤ 0.4 ms", added <= 0.4)
        differing = sum(each for _found, each in rounds)
        yield Finding(f"P1 tiles whose features differ, {slug}", str(differing), "0", differing == 0)


def _round(asker, cursor, slug, asked) -> tuple[dict[str, list[float]], int]:
    """Seconds of each way, tile by tile in turn, everyone first as often as the others; and how many tiles differ."""
    cursor.execute(CHANGED)
    took, answers = {"ours": [], "sent": [], "planned": []}, []
    for number, (address, statement) in enumerate(asked):
        ways = {
            "ours": lambda address=address: asker.get(address),
            "sent": lambda statement=statement: _asked(cursor, *statement),
            "planned": lambda statement=statement: _asked(cursor, *_planned(cursor, statement)),
        }
        got = {}
        for name in np.roll(list(ways), number):
            spent, got[name] = timed(ways[name])
            took[name].append(spent)
        answers.append(got)
    return took, sum(not _same(got, slug) for got in answers)


def _same(got: dict, slug: str) -> bool:
    _status, body, headers = got["ours"]
    ours, sent, planned = (features(each, slug) for each in (unpacked(body, headers), got["sent"], got["planned"]))
    return ours == sent == planned


def features(content: bytes, slug: str) -> list:
    """What is in a tile, whatever the order."""
    found = mapbox_vector_tile.decode(content)[slug]["features"] if content else []
    return sorted((str(each["properties"]), str(each["geometry"])) for each in found)


def _planned(cursor, statement) -> tuple[str, list]:
    """The same statement by name, planned where this connection has not planned it."""
    text, parameters = statement
    name, numbered, order = prepared.as_prepared(text)
    if name not in _known:
        cursor.execute(f"PREPARE {name} AS {numbered}")
        _known.add(name)
    return f"EXECUTE {name} ({', '.join(['%s'] * len(order))})", [parameters[each] for each in order]


def _asked(cursor, text, parameters) -> bytes:
    """As the product asks, and nothing round it: the limits, the statement, the end of the transaction."""
    cursor.execute("BEGIN")
    cursor.execute(tiles.LIMITS.format(tiles.STATEMENT_TIMEOUT_MS))
    cursor.execute(text, parameters)
    (content,) = cursor.fetchone()
    cursor.execute("COMMIT")
    return bytes(content or b"")


def _kept(asker):
    """A tile that is kept, and one that the browser has, beside a style sheet of ours from the same server."""
    tile = some("open-cases", 13, 1, 0)[0]
    _status, _body, headers = asker.get(path("open-cases", tile))
    sheet = static("gis_core/case.css")
    found = {"tile": [], "same": [], "sheet": []}
    for _time in range(300):
        found["tile"].append(seconds(lambda: asker.get(path("open-cases", tile))))
        found["same"].append(seconds(lambda: asker.get(path("open-cases", tile), **{"If-None-Match": headers["ETag"]})))
        found["sheet"].append(seconds(lambda: asker.get(sheet)))
    tile_ms, same_ms, sheet_ms = (statistics.median(each) * 1000 for each in found.values())
    yield Finding(
        "P2 kept tile beside a static file of the same server, median",
        f"{tile_ms / sheet_ms:.1f} × ({tile_ms:.2f} ms)", "≤ 1.5 ×", tile_ms <= 1.5 * sheet_ms,
    )  # fmt: skip
    yield Finding("P2 304 beside 200, median", f"{same_ms / tile_ms:.2f} ×", "≤ 0.8 ×", same_ms <= 0.8 * tile_ms)


def _worst(askers, plain):
    """Every layer and zoom for three people: each tile several times uncached, its median; the worst of them."""
    for slug in layers.catalogue:
        # Tiles of land are not changed by cases: there a word that no layer knows makes another question of each.
        words = [""] * TIMES if layers.find(slug).filterset else [f"?time={number}" for number in range(TIMES)]
        yield _worst_of(slug, askers, plain, words, f"of {slug}", ANY)


def _worst_gone_by(askers, plain):
    """The same of a day gone by, which nothing is counted beforehand for: the fullest tiles alone."""
    for slug in ("open-cases", "history"):
        yield _worst_of(slug, askers, plain, [f"?at={GONE_BY}"] * GONE_BY_TIMES, f"of {slug} as of {GONE_BY}", 0)


def _worst_of(slug, askers, plain, words, what, others) -> Finding:
    slowest, largest = (0, ""), (0, "")
    for z in ZOOMS:
        for name, asker in askers.items():  # in turn: the server closes a connection that is quiet for long
            for tile in some(slug, z, DENSEST, others):
                took, size = _uncached(asker, path(slug, tile), words, plain)
                slowest = max(slowest, (took * 1000, f"z{z} {name}"))
                largest = max(largest, (size / 1000, f"z{z} {name}"))
    (took, where), (size, there) = slowest, largest
    return Finding(
        f"P3 worst tile {what}, z0–18, three people, uncached over HTTP",
        f"{took:.1f} ms ({where}), {size:.1f} kB gzip ({there})", "≤ 20 ms, ≤ 50 kB", took <= 20 and size <= 50,
    )  # fmt: skip


def _uncached(asker, address, words, plain) -> tuple[float, int]:
    took, sizes = [], []
    for word in words:
        with plain.cursor() as cursor:
            cursor.execute(CHANGED)
        spent, (_status, body, _headers) = timed(lambda address=address + word: asker.get(address))
        took.append(spent)
        sizes.append(len(body))
    return statistics.median(took), max(sizes)


def _counts() -> Finding:
    """Decoded by another's reader, tiles of a zoom add up to SQL's own count, for everybody and both halves."""
    wrong = []
    for name in PEOPLE:
        user = User.objects.get(username=name)
        for slug in ("open-cases", "history"):
            wanted = visible_cases(user).filter(status__in=states_of(slug)).count()
            for z in COUNTED_ZOOMS:
                drawn = sum(_sum(slug, Tile(z, x, y), user) for x, y in places(states_of(slug), z))
                if drawn != wanted:
                    wrong.append(f"{name} {slug} z{z}: {drawn} for {wanted}")
    return Finding(
        "P3 zooms 0–11 whose decoded counts differ from SQL's, three people, two layers", ", ".join(wrong) or "0", "0",
        not wrong,
    )  # fmt: skip


def _sum(slug, tile, user) -> int:
    content = tiles.render(layers.find(slug), tile, user, {})
    features = mapbox_vector_tile.decode(content)[slug]["features"] if content else []
    return sum(feature["properties"]["count"] for feature in features)
