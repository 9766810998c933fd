"""Tiles beside tipg's, of the same table, each over HTTP from one worker, neither kept."""

import statistics
from contextlib import contextmanager

import mapbox_vector_tile

from bench import database, drawing, peers, web
from bench.timing import Finding, timed
from gis_core.tiles import Tile

ROUNDS, WARM = 5, 1
WIDE, CLOSE = range(9, 13), (14,)
FULLEST, ANY = 3, 3  # tiles of a zoom
EVERY = 2_000_000
DEFAULT_LIMIT = 10_000  # features of a tile that tipg draws unless told otherwise
VIEWS = {"open-cases": "bench_tipg_open", "history": "bench_tipg_ended"}
# The attributes that our tiles have; as views, so that tipg's statements find the same partial indexes.
VIEW = """
CREATE VIEW {view} AS SELECT id, case_no, status, channel, year, due_at, geom FROM cases_case
WHERE region_id = '410182' AND status IN ({states})
"""


def findings():
    with (
        database.connect() as plain,
        _views(plain),
        web.serving() as port,
        peers.tipg([f"public.{view}" for view in VIEWS.values()], EVERY) as other_port,
    ):
        ours, theirs = web.Asker(port, "dispatcher1"), web.Asker(other_port)
        for zooms, goal in ((WIDE, 5), (CLOSE, 1)):
            yield from _beside("open-cases", zooms, goal, EVERY, ours, theirs, plain)
        yield from _beside("history", WIDE, 5, DEFAULT_LIMIT, ours, theirs, plain)
        yield from _beside("history", CLOSE, 1, EVERY, ours, theirs, plain)


@contextmanager
def _views(plain):
    with plain.cursor() as cursor:
        for slug, view in VIEWS.items():
            states = ", ".join(f"'{state}'" for state in drawing.states_of(slug))
            cursor.execute(f"DROP VIEW IF EXISTS {view}")
            cursor.execute(VIEW.format(view=view, states=states))
        try:
            yield
        finally:
            for view in VIEWS.values():
                cursor.execute(f"DROP VIEW {view}")


def _beside(slug, zooms, goal, limit, ours, theirs, plain):
    """The ratio of each zoom, all its tiles together; and, where tipg draws every case, how many tiles differ."""
    chosen = {z: drawing.some(slug, z, FULLEST, ANY) for z in zooms}
    rounds, differing, left_out = [], 0, 0
    for number in range(WARM + ROUNDS):
        with plain.cursor() as cursor:
            cursor.execute(drawing.CHANGED)
        found = {z: _round(slug, tiles, limit, ours, theirs) for z, tiles in chosen.items()}
        if number >= WARM:
            rounds.append({z: them / us for z, (us, them, _answers) in found.items()})
    for us, them in (map(_features, pair) for _us, _them, answers in found.values() for pair in answers):
        differing += not _same(us, them)
        left_out += _number(us) - len(them)
    ratios = {z: statistics.median(each[z] for each in rounds) for z in zooms}
    worst = min(min(each.values()) for each in rounds)
    said = ", ".join(f"z{z} {ratio:.1f} ×" for z, ratio in ratios.items())
    how = "every case drawn" if limit == EVERY else f"of {limit:,} cases at most, {left_out:,} left out"
    yield Finding(
        f"tipg's tiles of {slug}, {how}, beside ours, z{'–'.join(str(z) for z in sorted({zooms[0], zooms[-1]}))}",
        f"{said} (worst round {worst:.1f} ×)", f"≥ {goal} ×", min(ratios.values()) >= goal,
    )  # fmt: skip
    if limit == EVERY:
        yield Finding(
            f"tiles of {slug} with other cases than tipg's, z{zooms[0]} on", str(differing), "0", differing == 0
        )


def _round(slug, tiles, limit, ours, theirs) -> tuple[float, float, list]:
    """Seconds of ours and theirs, tile by tile in turn, and both answers."""
    seconds, answers = [0.0, 0.0], []
    for tile in tiles:
        pair = []
        for who, asker, path in ((0, ours, drawing.path(slug, tile)), (1, theirs, _path(slug, tile, limit))):
            took, (status, body, headers) = timed(lambda asker=asker, path=path: asker.get(path))
            assert status in (200, 204), f"{path}: {status}"
            seconds[who] += took
            pair.append(drawing.unpacked(body, headers))
        answers.append(pair)
    return *seconds, answers


def _path(slug, tile: Tile, limit: int) -> str:
    address = f"/collections/public.{VIEWS[slug]}/tiles/WebMercatorQuad/{tile.z}/{tile.x}/{tile.y}"
    return f"{address}?limit={limit}&properties=case_no,status,channel,year,due_at"


def _features(content: bytes) -> list[dict]:
    layers = mapbox_vector_tile.decode(content) if content else {}
    return [feature["properties"] for layer in layers.values() for feature in layer["features"]]


def _same(ours: list[dict], theirs: list[dict]) -> bool:
    """As many cases; and, where ours are drawn one by one, the same numbers."""
    named = sorted(each["case_no"] for each in ours if "case_no" in each)
    same_names = not named or named == sorted(each["case_no"] for each in theirs)
    return _number(ours) == len(theirs) and same_names


def _number(features: list[dict]) -> int:
    return sum(each["count"] for each in features)
