"""How soon a change by anybody is in every tile that shows it (P4), and what keeping the counts costs a write."""

import random
import statistics
import time

from bench import database, drawing, web
from bench.timing import Finding, interleaved
from boundaries.models import User
from gis_core import layers, tiles
from gis_core.tiles import Tile

WRITES = 60
ZOOMS = range(19)
PACE = 0.5  # seconds between two questions of a page: gis_core/static/gis_core/live.mjs
PEOPLE = ("dispatcher1", "inspector1")
UPDATES, ROUNDS = 200, 7
ONE = "SELECT id, world_x, world_y FROM cases_case TABLESAMPLE system_rows(1)"
# Each way to write, for the case with the key %s.
WAYS = {
    "state": "UPDATE cases_case SET status = CASE status WHEN 'closed' THEN 'filed' ELSE 'closed' END WHERE id = %s",
    "place": "UPDATE cases_case SET geom = ST_Translate(geom, 0.01, 0) WHERE id = %s",
    "group": "UPDATE cases_case SET group_code = CASE group_code WHEN 'G1' THEN 'G2' ELSE 'G1' END WHERE id = %s",
}
AS_IT_WAS = "SELECT id, status, group_code, geom::text FROM cases_case WHERE id = %s"
BACK = "UPDATE cases_case SET status = %s, group_code = %s, geom = %s::geometry WHERE id = %s"
TRIGGERS = ("tally_update", "spell_update")


def findings():
    rng = random.Random(4)  # noqa: S311 - the same writes every time
    took, was, stale = [], [], 0
    with web.serving() as port, database.connect() as writer, writer.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS tsm_system_rows")
        askers = {name: web.Asker(port, name) for name in PEOPLE}
        for _write in range(WRITES):
            cursor.execute(ONE)
            key, x, y = cursor.fetchone()
            before = _tiles(x, y)
            for asker in askers.values():
                _shown(asker, before)  # kept as they were
            cursor.execute(AS_IT_WAS, [key])
            was.append(cursor.fetchone())
            cursor.execute(WAYS[rng.choice(list(WAYS))], [key])
            changed = time.perf_counter()
            cursor.execute("SELECT world_x, world_y FROM cases_case WHERE id = %s", [key])
            affected = sorted({*before, *_tiles(*cursor.fetchone())}, key=lambda tile: (tile.z, tile.x, tile.y))
            shown = {name: _shown(asker, affected) for name, asker in askers.items()}
            took.append(time.perf_counter() - changed)
            stale += sum(_stale(name, found) for name, found in shown.items())
        for key, *values in reversed(was):  # the next run finds what this one found
            cursor.execute(BACK, [*values, key])
    worst = PACE + max(took)
    yield Finding(
        f"P4 {WRITES} random changes: all tiles of 19 zooms, two layers, two people, asked anew",
        f"{PACE + statistics.median(took):.2f} s, worst {worst:.2f} s, {PACE} s of them the page's pace",
        "≤ 1 s", worst <= 1,
    )  # fmt: skip
    yield Finding("P4 tiles that were stale when asked for after the change", str(stale), "0", stale == 0)
    yield _cost()


def _tiles(x: int, y: int) -> set[Tile]:
    return {Tile(z, x >> (tiles.WORLD_BITS - z), y >> (tiles.WORLD_BITS - z)) for z in ZOOMS}


def _shown(asker, affected) -> dict:
    found = {}
    for slug in ("open-cases", "history"):
        for tile in affected:
            _status, body, headers = asker.get(drawing.path(slug, tile))
            found[slug, tile] = drawing.unpacked(body, headers)
    return found


def _stale(name: str, found: dict) -> int:
    """Tiles that are not what the database says now."""
    user = User.objects.get(username=name)
    wanted = {(slug, tile): tiles.render(layers.find(slug), tile, user, {}) for slug, tile in found}
    return sum(
        drawing.features(found[slug, tile], slug) != drawing.features(wanted[slug, tile], slug) for slug, tile in found
    )


def _cost() -> Finding:
    """Changes of state, each a statement of its own, with the triggers that count and without; all taken back."""
    with database.connect() as writer, writer.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case TABLESAMPLE system_rows(%s)", [UPDATES])
        keys = [key for (key,) in cursor.fetchall()]

        def write(switch):
            cursor.execute("BEGIN")
            for trigger in TRIGGERS:
                cursor.execute(f"ALTER TABLE cases_case {switch} TRIGGER {trigger}")
            for key in keys:
                cursor.execute(WAYS["state"], [key])
            cursor.execute("ROLLBACK")

        found = interleaved(ROUNDS, counted=lambda: write("ENABLE"), plain=lambda: write("DISABLE"))
    each = [a / b for a, b in zip(found["counted"], found["plain"], strict=True)]
    cost, alone = (statistics.median(found[name]) / UPDATES * 1000 for name in ("counted", "plain"))
    return Finding(
        "P4 change of a case's state with its counts kept, beside the same without",
        f"{statistics.median(each):.2f} × (worst round {max(each):.2f} ×; {cost:.2f} ms for {alone:.2f})", "≤ 2 ×",
        statistics.median(each) <= 2,
    )  # fmt: skip
