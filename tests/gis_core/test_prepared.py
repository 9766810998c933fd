"""Statements that are planned once: the same answers, few at a time, and a connection that was exchanged."""

import pytest
from django.db import connection

from gis_core import layers, tiles
from gis_core.db import prepared


@pytest.fixture
def cursor(db):
    with connection.cursor() as opened:
        prepared.forget(opened)
        yield opened
        prepared.forget(opened)


def kept(cursor):
    cursor.execute("SELECT count(*) FROM pg_prepared_statements")
    return cursor.fetchone()[0]


def test_the_same_text_is_prepared_once_and_run_with_other_numbers(cursor):
    found = []
    for a, b in ((2, 3), (5, 7)):
        prepared.execute(cursor, "SELECT %(a)s::int * %(b)s::int + %(a)s::int, '100 %%'", {"a": a, "b": b, "unused": 1})
        found.append(cursor.fetchone())
    assert found == [(8, "100 %"), (40, "100 %")]
    assert kept(cursor) == 1


def test_without_parameters_it_runs_too(cursor):
    prepared.execute(cursor, "SELECT 'a'", {})
    assert cursor.fetchone() == ("a",)


def test_the_least_recently_used_statement_makes_room(cursor, monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 2)
    for text in ("SELECT 1", "SELECT 2", "SELECT 1", "SELECT 3"):
        prepared.execute(cursor, text, {})
    cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY 1")
    assert [text[-1] for (text,) in cursor.fetchall()] == ["1", "3"]


def test_a_tile_is_drawn_although_the_connection_was_exchanged(cursor, monkeypatch):
    """A pooler gives another server's connection, which knows nothing of what was prepared."""
    layer = layers.Layer(
        slug="one", title="", kind="point", fields={}, visible_to=lambda user: True, version=lambda user: "",
        scope=lambda user: "", query=lambda tile, user, filters: ("SELECT 'x'::bytea", {}),
    )  # fmt: skip
    assert tiles.render(layer, tiles.Tile(0, 0, 0), None, {}) == b"x"
    cursor.execute("DEALLOCATE ALL")
    assert tiles.render(layer, tiles.Tile(0, 0, 0), None, {}) == b"x"
