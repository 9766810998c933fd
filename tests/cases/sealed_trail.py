"""A short trail in three seals, and the hand that changes it past every trigger."""

import pytest
from django.db import connection, transaction

from cases import seals, tampering
from tests.factories import make_case, make_user
from tests.second_city import IN_G1
from tests.second_city import load as load_second_city


@pytest.fixture
def city(transactional_db, tmp_path):
    """A small region, really committed: seals hold settled transactions alone."""
    return load_second_city(tmp_path).region


@pytest.fixture
def clerk(city):
    return make_user("dispatcher")


@pytest.fixture
def case(city, clerk):
    return make_case(by=clerk, region=city, lon=IN_G1[0], lat=IN_G1[1])


def happen(case, *notes):
    """One event for each note, each committed by itself; their ids."""
    events = [case.events.create(region=case.region, verb="photo", status=case.status, note=note) for note in notes]
    return [event.pk for event in events]


@pytest.fixture
def trail(case):
    """Three seals: the report and a; b, c, d; e and f. The ids of a to f."""
    ids = []
    for notes in (["a"], ["b", "c", "d"], ["e", "f"]):
        ids += happen(case, *notes)
        seals.seal(case.region)
    return ids


def tamper(*statements):
    """As the owner of the table does it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for one in ("cases_caseevent", "cases_seal"):
            cursor.execute(f"ALTER TABLE {one} DISABLE TRIGGER append_only")
        for statement, *parameters in statements:
            cursor.execute(statement, parameters or None)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in ("cases_caseevent", "cases_seal"):
            cursor.execute(f"ALTER TABLE {one} ENABLE TRIGGER append_only")


def found(region, heads=()):
    return [(fault.kind, fault.at) for fault in tampering.faults(region, heads)]
