"""No tile is ever shown stale: whatever was written, and by whom it is asked for."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boundaries.models import GridPost
from cases.models import Case
from gis_core import layers, tile_cache, tiles
from gis_core.tiles import Tile
from tests.cases.crowd import rows
from tests.cases.test_layers import PLACES
from tests.cases.writer import Writer
from tests.factories import make_case, make_user
from tests.land import load_once

ROUNDS = int(os.environ.get("FRESH_ROUNDS", "3"))  # make proof-freshness has fifty
WRITES = int(os.environ.get("FRESH_WRITES", "12"))
SAMPLE = 150  # tiles looked at after a round
ZOOMS = (0, 7, 9, 11, 13, 15, 17)


@pytest.fixture
def city(transactional_db):
    """Really committed: caches are for what is."""
    tile_cache.tiles.clear()
    return load_once()


@pytest.fixture
def people(city):
    return [make_user("dispatcher"), make_user("inspector", group_codes=["G1"]), make_user("grid_member")]


def test_no_tile_of_any_zoom_is_stale_after_random_writes(city, people):
    """Tiles that were drawn before, and those where a case is now, for three people and both layers: a sample after
    each round, every one of them in the end."""
    writer, dice = Writer(city, seed=30), random.Random(31)  # noqa: S311 - the same steps every time
    known: set[tuple] = set()
    for number in range(ROUNDS):
        for _write in range(WRITES):
            writer.step()
        known |= {(z, x, y) for z in ZOOMS for x, y in rows(PLACES.format(n=2**z))}
        looked_at = sorted(known) if number == ROUNDS - 1 else dice.sample(sorted(known), min(len(known), SAMPLE))
        for user in people:
            for slug in ("open-cases", "history"):
                for place in looked_at:
                    layer, tile = layers.find(slug), Tile(*place)
                    shown = tiles.drawn(layer, tile, user, {}).content
                    assert shown == tiles.render(layer, tile, user, {}), (number, user.pk, slug, place)
    assert Case.objects.exists()


def test_the_check_above_sees_a_cache_that_forgets_the_version(city, people):
    case = make_case()
    layer = replace(layers.find("open-cases"), version=lambda user: "always the same")
    tile = Tile(0, 0, 0)
    tiles.drawn(layer, tile, people[0], {})
    Case.objects.filter(pk=case.pk).update(status="closed")
    assert tiles.drawn(layer, tile, people[0], {}).content != tiles.render(layer, tile, people[0], {})


def test_a_tile_that_is_kept_asks_the_database_for_the_version_alone(city, people):
    make_case()
    layer, tile = layers.find("open-cases"), Tile(0, 0, 0)
    first = tiles.drawn(layer, tile, people[0], {})
    with CaptureQueriesContext(connection) as asked:
        again = tiles.drawn(layer, tile, people[0], {"status": ""})
    assert (again.etag, again.content) == (first.etag, first.content)
    assert [query["sql"].split()[0] for query in asked if "PREPARE" not in query["sql"]] == ["EXECUTE"]


def test_a_deadline_that_passes_draws_the_case_anew_without_any_write(city, people):
    """The clock alone turns it: the same database, a moment later."""
    case = make_case()
    soon = timezone.now() + timezone.timedelta(seconds=0.6)
    Case.objects.filter(pk=case.pk).update(due_at=soon)
    layer, tile = layers.find("open-cases"), Tile(0, 0, 0)
    before = tiles.drawn(layer, tile, people[0], {}).content
    rows("SELECT pg_sleep(0.8)::text")
    after = tiles.drawn(layer, tile, people[0], {}).content
    assert (b"overdue" in before, b"overdue" in after) == (False, True)


def test_a_post_that_is_filled_draws_the_gaps_anew(city, people):
    make_case()
    gaps, tile = layers.find("coverage-gaps"), Tile(9, *rows(PLACES.format(n=2**9))[0])
    before = tiles.drawn(gaps, tile, people[0], {}).content
    GridPost.objects.all().delete()
    assert tiles.drawn(gaps, tile, people[0], {}).content != before


def test_a_tile_that_takes_too_long_is_stopped_outside_of_a_transaction_too(city, people, monkeypatch):
    """Limits and statement are one message, and one transaction by themselves: nothing of them is left behind."""
    monkeypatch.setattr(tiles, "STATEMENT_TIMEOUT_MS", 50)
    slow = layers.Layer(
        slug="slow", title="", kind="point", fields={}, visible_to=lambda user: True, version=lambda user: "",
        scope=lambda user: "", query=lambda tile, user, filters: ("SELECT pg_sleep(20)::text::bytea", {}),
    )  # fmt: skip
    before = rows("SHOW statement_timeout")
    with pytest.raises(tiles.TileTooSlow):
        tiles.render(slow, Tile(0, 0, 0), people[0], {})
    assert not connection.in_atomic_block
    assert (rows("SHOW statement_timeout"), rows("SHOW plan_cache_mode")) == (before, [("auto",)])


def test_what_is_seen_inside_a_transaction_is_not_kept(city, people):
    case = make_case()
    layer, tile = layers.find("open-cases"), Tile(0, 0, 0)
    tiles.drawn(layer, tile, people[0], {})
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status="closed")
        assert tiles.drawn(layer, tile, people[0], {}).content == b""
        transaction.set_rollback(True)
    assert tiles.drawn(layer, tile, people[0], {}).content != b""


def test_a_long_writer_holds_nobody_up_who_tells_of_a_change(city):
    """Both change the number: the second takes a row of its own and is done while the first is at work."""
    first, second = make_case(), make_case()

    def change(pk):
        try:
            Case.objects.filter(pk=pk).update(is_major=True)
        finally:
            connection.close()

    with transaction.atomic():
        Case.objects.filter(pk=first.pk).update(is_major=True)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(change, second.pk).result(10)


def test_the_number_changes_with_every_transaction_and_never_comes_back(city):
    case = make_case()
    seen = set()
    for number in range(10):
        if number % 3:
            Case.objects.filter(pk=case.pk).update(version=number)
        else:
            case.events.create(region=case.region, verb="note", status=case.status)
        ((now,),) = rows("SELECT sum(number) FROM boundaries_dataversion WHERE scope = %s", f"cases:{case.region_id}")
        seen.add(now)
    assert len(seen) == 10


def test_a_change_that_is_taken_back_changes_no_number(city):
    case = make_case()
    before = rows("SELECT sum(number) FROM boundaries_dataversion")
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(is_major=True)
        transaction.set_rollback(True)
    assert rows("SELECT sum(number) FROM boundaries_dataversion") == before


def test_a_savepoint_that_is_taken_back_does_not_hide_what_follows(city):
    case = make_case()
    before = rows("SELECT sum(number) FROM boundaries_dataversion")
    with transaction.atomic():
        with transaction.atomic():
            Case.objects.filter(pk=case.pk).update(is_major=True)
            transaction.set_rollback(True)
        Case.objects.filter(pk=case.pk).update(is_joint=True)
    assert rows("SELECT sum(number) FROM boundaries_dataversion") != before


def test_a_tile_travels_compressed_with_an_etag_of_its_own(city, people):
    make_case()
    client = Client()
    client.force_login(people[0])
    plain, packed = (
        client.get("/tiles/open-cases/0/0/0.mvt", headers={"Accept-Encoding": coding}) for coding in ("", "gzip, br")
    )
    assert (plain.has_header("Content-Encoding"), packed["Content-Encoding"]) == (False, "gzip")
    assert tile_cache.gzip.decompress(packed.content) == plain.content
    assert plain["ETag"] != packed["ETag"]
    again = client.get("/tiles/open-cases/0/0/0.mvt",
                       headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})  # fmt: skip
    assert (again.status_code, again.content) == (304, b"")
    assert "Accept-Encoding" in packed["Vary"]
