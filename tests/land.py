"""The ground that tests stand on: the Xingyang pack, loaded once for the whole run."""

from io import StringIO
from pathlib import Path

import pytest
from django.db import connection, transaction

from boundaries import packs
from boundaries.models import Edition

PACK = Path(__file__).resolve().parent.parent / "fixtures" / "xingyang"
# What Django itself makes anew when it empties the tables.
REMADE = {"django_migrations", "django_content_type", "auth_permission"}

_rows_of_the_pack: dict[str, str] = {}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database begins with the land: a test's own transaction, which may open before any fixture of its own,
    would take the first load back with it."""
    with django_db_blocker.unblock():
        load_once()
        _leave_uncounted()


@pytest.fixture
def _loaded_land(django_db_setup, django_db_blocker):
    """Put back after a test that emptied the tables."""
    with django_db_blocker.unblock():
        load_once()


def load_once() -> Edition:
    """The edition in force. The pack is read once a run; after a test that emptied the tables its rows are put back
    as they were."""
    if Edition.objects.published().exists():
        pass
    elif _rows_of_the_pack:
        _put_back(_rows_of_the_pack)
    else:
        packs.load(PACK)
        _rows_of_the_pack.update(_taken())
    return Edition.objects.current_anywhere()


def _leave_uncounted():
    """Autovacuum off: what it counts between two tests, rows since taken back, makes later plans bad ones."""
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')


def _taken() -> dict[str, str]:
    """Every table that has rows, as COPY writes it."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - REMADE)
    with connection.cursor() as cursor:
        return {table: rows for table in tables if (rows := _copied(cursor, table))}


def _copied(cursor, table) -> str:
    rows = StringIO()
    cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
    return rows.getvalue()


@transaction.atomic
def _put_back(tables: dict[str, str]):
    """What triggers would make of the rows is among them already. Foreign keys are asked at the end."""
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', StringIO(rows))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@pytest.fixture
def xingyang(_loaded_land, db):
    """The edition in force: 15 areas, three groups."""
    return Edition.objects.current_anywhere()
