"""The database that benches run against: `bench_enforcement` on the private cluster, kept between runs."""

import io
import os
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.core.management import call_command

from gis_core import local_postgis

NAME = "bench_enforcement"


def url(name: str = NAME) -> str:
    private = local_postgis.database_settings()
    return f"postgis://{private['USER']}@/{private['HOST']}/{name}"


def use(name: str = NAME) -> None:
    """Point this process at a bench's database, made when it is missing; call before Django is set up."""
    with connect("template1") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = url(name)


@contextmanager
def connect(name: str = NAME):
    """A connection of one's own through psycopg2, in autocommit, with the product's settings of the session."""
    private = local_postgis.database_settings()
    server = {"host": private["HOST"], "port": private["PORT"], "user": private["USER"]}
    connection = psycopg2.connect(dbname=name, options="-c jit=off", **server)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def fill(cases: int) -> None:
    """Migrate, load the pack and make demonstration cases, as far as each is missing."""
    from boundaries.models import Edition
    from cases.models import Case

    call_command("migrate", verbosity=0)
    if not Edition.objects.published().exists():
        call_command("load_pack", Path(__file__).resolve().parent.parent / "fixtures" / "xingyang")
        call_command("make_accounts", stdout=io.StringIO())
    missing = cases - Case.objects.count()
    if missing > 0:
        print(f"Making {missing:,} demonstration cases; this takes a while, once.", flush=True)
        with _counted_once():
            call_command("make_demo", cases=missing, region="410182")


@contextmanager
def _counted_once():
    """Cases written inside are tallied together at the end: the same rows as the triggers', in a tenth of the time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER tally_insert")
        yield
        cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER tally_insert")
        cursor.execute("SELECT tally_all_cases()")
        for table in ("cases_case", "cases_casetally", "cases_casecount", "cases_caseevent"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
