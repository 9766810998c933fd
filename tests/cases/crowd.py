"""A crowd of demonstration cases in two cities, and people who each see a part of it.

`Watcher.condition` says in plain SQL, apart from the product, which cases that person sees.
"""

from dataclasses import dataclass

import pytest
from django.db import connection

from boundaries.models import User
from cases import bulk, demonstration
from cases.models import Case
from cases.verbs import Verb
from tests.factories import make_user
from tests.second_city import load as load_second_city

HERE, THERE = 600, 60
SEED = 7


@dataclass(frozen=True)
class Watcher:
    """Somebody, and what they see as a condition on cases_case."""

    name: str
    user: User
    condition: str

    def sees(self, also="true", select="case_no"):
        return [row[0] for row in rows(f"SELECT {select} FROM cases_case WHERE ({self.condition}) AND {also}")]


def rows(text, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(text, parameters or None)
        return cursor.fetchall()


def fill(edition, how_many):
    for batch in demonstration.rows(edition.region, edition, how_many, SEED):
        bulk.insert(edition.region, edition, batch, Verb.REPORT)


def share_out(user, remainder):
    """Every 20th case was reported by `user`: cases of every group among them."""
    Case.objects.filter(reported_by=None, id__in=[pk for (pk,) in rows("SELECT id FROM cases_case")
                        if pk % 20 == remainder]).update(reported_by=user)  # fmt: skip


def watchers(edition, second_city):
    here, there = f"region_id = '{edition.region_id}'", f"region_id = '{second_city.region_id}'"
    inspector = make_user("inspector", group_codes=["G1"])
    convener = make_user("group_convener", group_codes=["G2", "G3"])
    grid_member = make_user("grid_member", group_codes=["G1"])  # codes mean nothing without a role that has groups
    for remainder, user in enumerate((inspector, convener, grid_member)):
        share_out(user, remainder)
    return [
        Watcher("dispatcher", make_user("dispatcher"), here),
        Watcher("inspector", inspector, f"{here} AND (group_code = 'G1' OR reported_by_id = {inspector.pk})"),
        Watcher("convener", convener, f"{here} AND (group_code IN ('G2', 'G3') OR reported_by_id = {convener.pk})"),
        Watcher("grid member", grid_member, f"{here} AND reported_by_id = {grid_member.pk}"),
        Watcher("other region", make_user("leader", region_id=second_city.region_id), there),
        Watcher("no region", make_user("dispatcher", region_id=None), "false"),
    ]


@pytest.fixture
def crowd(xingyang, tmp_path):
    """Watchers of 600 cases here and 60 in the second city, some of whose numbers are the same."""
    second_city = load_second_city(tmp_path)
    fill(xingyang, HERE)
    fill(second_city, THERE)
    rows(
        "UPDATE cases_case c SET case_no = h.case_no FROM"
        " (SELECT case_no, row_number() OVER (ORDER BY id) n FROM cases_case WHERE region_id = %s) h,"
        " (SELECT id, row_number() OVER (ORDER BY id) n FROM cases_case WHERE region_id = %s) t"
        " WHERE c.id = t.id AND h.n = t.n AND t.n <= 20 RETURNING c.id",
        xingyang.region_id,
        second_city.region_id,
    )
    return watchers(xingyang, second_city)
