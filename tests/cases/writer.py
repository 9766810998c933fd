"""Somebody who writes at random, in every way that the product or an administrator has."""

import random

from django.db import connection, transaction

from cases import bulk, demonstration
from cases.models import Case
from cases.verbs import Verb
from tests.cases.crowd import rows


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
