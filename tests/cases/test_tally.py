"""The tally that the database keeps equals a fresh count, whatever was written and in whatever order."""

import random

import pytest
from django.db import connection, transaction

from cases import bulk, demonstration
from cases.models import Case
from cases.verbs import Verb
from tests.cases.crowd import rows

STEPS = 300
# World pixels by the published formula of the slippy map, 2^31 across, computed here apart from the triggers.
FRESH = """
SELECT region_id, level, wx >> (31 - level), wy >> (31 - level), area_code, group_code, status, channel, year::int,
       count(*), sum(wx), sum(wy)
FROM (SELECT *, floor((ST_X(geom) + 180) / 360 * 2147483648)::bigint AS wx,
             floor((1 - ln(tan(pi() / 4 + radians(ST_Y(geom)) / 2)) / pi()) / 2 * 2147483648)::bigint AS wy
      FROM cases_case) c, generate_series(12, 19) level
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
KEPT = """
SELECT region_id, level, x, y, area_code, group_code, status, channel, year::int, n, sum_x, sum_y
FROM cases_casetally WHERE n <> 0 OR sum_x <> 0 OR sum_y <> 0
"""


def differences():
    """Rows that only one of the two has; the logarithm and the hyperbolic formula may differ in the last pixel."""
    fresh, kept = ({row[:9]: row[9:] for row in rows(text)} for text in (FRESH, KEPT))
    return {
        key: (fresh.get(key), kept.get(key))
        for key in fresh.keys() | kept.keys()
        if not _same(fresh.get(key), kept.get(key))
    }


def _same(one, other):
    if one is None or other is None or one[0] != other[0]:
        return False
    return all(abs(a - b) <= one[0] for a, b in zip(one[1:], other[1:], strict=True))


def demo_rows(edition, how_many, seed):
    return next(demonstration.rows(edition.region, edition, how_many, seed))


class Writer:
    """Random writes, each in one of the ways that the product or an administrator has."""

    def __init__(self, edition, seed):
        self.edition, self.dice = edition, random.Random(seed)  # noqa: S311 - the same steps every time
        self.seed = seed

    def some(self, most=5):
        known = list(Case.objects.order_by("id").values_list("id", flat=True))
        return self.dice.sample(known, min(len(known), self.dice.randint(1, most)))

    def insert(self):
        self.seed += 1
        bulk.insert(self.edition.region, self.edition, demo_rows(self.edition, self.dice.randint(1, 8), self.seed),
                    Verb.IMPORT)  # fmt: skip

    def move(self):
        shift = self.dice.uniform(-0.02, 0.02)
        rows(
            "UPDATE cases_case SET geom = ST_Translate(geom, %s, 0) WHERE id = ANY(%s) RETURNING 1",
            shift,
            self.some(),
        )

    def change_status(self):
        Case.objects.filter(pk__in=self.some()).update(status=self.dice.choice(["filed", "closed", "void", "assigned"]))

    def hand_over(self):
        Case.objects.filter(pk__in=self.some()).update(
            group_code=self.dice.choice(["G1", "G2", ""]), area_code=self.dice.choice(["410182001", ""])
        )

    def change_what_is_not_counted(self):
        Case.objects.filter(pk__in=self.some()).update(description="anders", version=9)

    def remove(self):
        with connection.cursor() as cursor:
            doomed = self.some(3)
            cursor.execute("ALTER TABLE cases_caseevent DISABLE TRIGGER append_only")
            for table in ("cases_caseevent", "cases_clock"):
                cursor.execute(f"DELETE FROM {table} WHERE case_id = ANY(%s)", [doomed])
            cursor.execute("DELETE FROM cases_case WHERE id = ANY(%s)", [doomed])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_caseevent ENABLE TRIGGER append_only")

    def think_better_of_it(self):
        with transaction.atomic():
            self.insert()
            self.change_status()
            transaction.set_rollback(True)

    def step(self):
        self.dice.choice([self.insert, self.move, self.change_status, self.hand_over, self.remove,
                          self.change_what_is_not_counted, self.think_better_of_it])()  # fmt: skip


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
    assert rows(KEPT) == []
    assert differences() == {}
