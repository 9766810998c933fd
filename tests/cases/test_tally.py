"""The tally that the database keeps equals a fresh count, whatever was written and in whatever order."""

import math

import pytest
from django.db import connection

from cases.models import Case
from tests.cases.crowd import rows
from tests.cases.writer import Writer

STEPS = 300
CASES = """
SELECT region_id, ST_X(geom), ST_Y(geom), area_code, group_code, status, channel, year::int FROM cases_case
"""
KEPT = """
SELECT 'tally', region_id, level::int, ended, cell, area_code, group_code, status, channel, year::int, n, sum_x, sum_y
FROM cases_casetally WHERE n <> 0 OR sum_x <> 0 OR sum_y <> 0
"""
KEPT_BY_FACET = """
SELECT 'count', region_id, level::int, facet, cell, n, sum_x, sum_y
FROM cases_casecount WHERE n <> 0 OR sum_x <> 0 OR sum_y <> 0
"""
ENDED = {
    "closed",
    "follow_up",
    "archived",
    "not_registered",
    "rejected",
    "unfounded",
    "transferred_out",
    "void",
    "merged",
}


def world_pixel(lon, lat):
    """By the published formula of the slippy map, 2^31 across; not the hyperbolic one of the database."""
    north = (1 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.pi) / 2
    return math.floor((lon + 180) / 360 * 2**31), math.floor(north * 2**31)


def cell_of(x, y, level):
    """The number of a tile in Morton order: its column's and row's binary digits in turn, row first."""
    if level == 0:
        return 0
    columns, lines = f"{x >> (31 - level):0{level}b}", f"{y >> (31 - level):0{level}b}"
    return int("".join(line + column for column, line in zip(columns, lines, strict=True)), 2)


def fresh():
    found = {}
    for region, lon, lat, area, group, status, channel, year in rows(CASES):
        x, y = world_pixel(lon, lat)
        ended = status in ENDED
        half = "ended" if ended else "open"
        keys = [("tally", region, level, ended, cell_of(x, y, level), area, group, status, channel, year)
                for level in (0, 13, 15, 17)]  # fmt: skip
        keys += [("count", region, level, facet, cell_of(x, y, level))
                 for level in range(13, 20) for facet in (half, f"{half}:{group}")]  # fmt: skip
        for key in keys:
            n, sum_x, sum_y = found.get(key, (0, 0, 0))
            found[key] = (n + 1, sum_x + x, sum_y + y)
    return found


def differences():
    """Rows that only one of the two has; the logarithm and the hyperbolic formula may differ in the last pixel."""
    wanted, kept = fresh(), {row[:-3]: row[-3:] for text in (KEPT, KEPT_BY_FACET) for row in rows(text)}
    return {
        key: (wanted.get(key), kept.get(key))
        for key in wanted.keys() | kept.keys()
        if not _same(wanted.get(key), kept.get(key))
    }


def _same(one, other):
    if one is None or other is None or one[0] != other[0]:
        return False
    return all(abs(a - b) <= one[0] for a, b in zip(one[1:], other[1:], strict=True))


@pytest.fixture
def writer(xingyang):
    made = Writer(xingyang, seed=20150406)
    made.insert()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return made


def test_three_hundred_random_writes_leave_the_tally_equal_to_a_fresh_count(writer):
    for number in range(STEPS):
        writer.step()
        if number % 20 == 0:
            assert differences() == {}, number
    assert differences() == {}
    assert Case.objects.exists()


def test_a_count_that_returns_to_nothing_leaves_nothing_behind(xingyang, writer):
    while Case.objects.exists():
        writer.remove()
    assert rows(KEPT) == rows(KEPT_BY_FACET) == []
    assert differences() == {}


def test_counting_everything_anew_gives_what_was_kept(writer):
    for _number in range(20):
        writer.step()
    assert differences() == {}
    rows("DELETE FROM cases_casecount WHERE level = 13 RETURNING 1")
    assert differences() != {}
    rows("SELECT tally_all_cases()")
    assert differences() == {}
