"""The database that benches run against: `bench_enforcement` on the private cluster, kept between runs."""

import io
import os
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.core.management import call_command

from gis_core import local_postgis

NAME = "bench_enforcement"
TALLY = """
INSERT INTO cases_casetally (region_id, level, x, y, area_code, group_code, status, channel, year, n, sum_x, sum_y)
SELECT region_id, level, wx >> (31 - level), wy >> (31 - level), area_code, group_code, status, channel, year,
       count(*), sum(wx), sum(wy)
FROM (SELECT *, world_x(geom) AS wx, world_y(geom) AS wy FROM cases_case) c, generate_series(12, 19) level
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def use() -> None:
    """Point this process at the bench's database, made when it is missing; call before Django is set up."""
    private = local_postgis.database_settings()
    server = {"host": private["HOST"], "port": private["PORT"], "user": private["USER"]}
    connection = psycopg2.connect(dbname="template1", **server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    os.environ["DATABASE_URL"] = f"postgis://{private['USER']}@/{private['HOST']}/{NAME}"


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
        cursor.execute("TRUNCATE cases_casetally")
        cursor.execute(TALLY)
        for table in ("cases_case", "cases_casetally", "cases_caseevent"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
