"""The database that benches run against: `bench_enforcement` on the private cluster, kept between runs."""

import io
import os

import psycopg2
from django.core.management import call_command

from gis_core import local_postgis

NAME = "bench_enforcement"


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
        call_command("load_pack", local_postgis.PROJECT / "fixtures" / "xingyang")
        call_command("make_accounts", stdout=io.StringIO())
    missing = cases - Case.objects.count()
    if missing > 0:
        print(f"Making {missing:,} demonstration cases; this takes a while, once.", flush=True)
        call_command("make_demo", cases=missing, region="410182")
