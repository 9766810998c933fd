"""Tiles that are kept: drawn once however many ask, the oldest gone first, and no failure kept."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from gis_core.tile_cache import OVERHEAD, Drawn, TileCache


def drawing(content, calls):
    def draw():
        calls.append(content)
        return content

    return draw


def test_a_tile_is_drawn_once_and_then_kept():
    cache, calls = TileCache(), []
    first, second = (cache.get("a", drawing(b"tile", calls)) for _time in range(2))
    assert (first is second, calls, gzip.decompress(first.packed), first.content) == (True, [b"tile"], b"tile", b"tile")


def test_an_empty_tile_is_kept_too():
    cache, calls = TileCache(), []
    assert [cache.get("a", drawing(b"", calls)).content for _time in range(2)] == [b"", b""]
    assert calls == [b""]


def test_equal_contents_have_equal_etags_and_others_have_not():
    assert Drawn.of(b"one") == Drawn.of(b"one")
    assert Drawn.of(b"one").etag != Drawn.of(b"two").etag


def test_many_who_ask_at_once_wait_for_one_drawing():
    cache, calls, all_here, go = TileCache(), [], Barrier(9), Event()

    def draw():
        calls.append(1)
        go.wait(10)
        return b"tile"

    def ask():
        all_here.wait(10)
        return cache.get("a", draw)

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask) for _person in range(8)]
        all_here.wait(10)
        go.set()
        answers = {id(each.result(10)) for each in asking}
    assert (len(answers), len(calls)) == (1, 1)


def test_a_failure_reaches_all_who_wait_and_is_not_kept():
    cache, calls = TileCache(), []

    def fail():
        raise ValueError("slow")

    with pytest.raises(ValueError, match="slow"):
        cache.get("a", fail)
    assert cache.get("a", drawing(b"tile", calls)).content == b"tile"


def test_the_least_recently_asked_for_goes_first():
    one = len(Drawn.of(b"x").packed) + OVERHEAD
    cache, calls = TileCache(most_bytes=2 * one), []
    for key in "abac":
        cache.get(key, drawing(b"x", calls))
    assert len(calls) == 3
    cache.get("a", drawing(b"x", calls))
    assert len(calls) == 3
    cache.get("b", drawing(b"x", calls))
    assert len(calls) == 4


def test_what_is_larger_than_the_cache_is_drawn_and_not_kept():
    cache, calls = TileCache(most_bytes=10), []
    assert [cache.get("a", drawing(b"tile", calls)).content for _time in range(2)] == [b"tile"] * 2
    assert len(calls) == 2
