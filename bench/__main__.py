"""`python -m bench`: measures, prints one table, and writes it to docs/benchmarks.md.

BENCH_CASES (1,000,000) and BENCH_ROUNDS (3) are taken from the environment.
"""

import os
import platform
from datetime import date
from pathlib import Path

import django

from bench import database

HEAD = """# Benchmarks

Written by `make bench` on {day}: {machine}, {cores} cores, PostgreSQL {postgres}, {cases:,} demonstration cases.
Such a machine swings by 2 ×: ratios of things interleaved in one run mean something, milliseconds only orient.
`BENCH_CASES` and `BENCH_ROUNDS` change the size. The database `bench_enforcement` is kept for the next run.

| what | figure | goal | met |
|---|---|---|---|
"""
PLANS = """
## Plans of every query on cases

EXPLAIN (ANALYZE, BUFFERS) at {cases:,} cases; the median of three runs.

| question | reads | ms |
|---|---|---|
"""


PROOFS = "\n## Proofs\n"  # written by hand from what the proofs of the Makefile print: kept as it stands


def main() -> None:
    database.use()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
    django.setup()
    cases, rounds = int(os.environ.get("BENCH_CASES", "1000000")), int(os.environ.get("BENCH_ROUNDS", "3"))
    database.fill(cases)
    found, plans = measure(rounds)
    text = HEAD.format(**machine(), cases=cases)
    text += "".join(f"| {row.what} | {row.figure} | {row.goal} | {said(row.met)} |\n" for row in found)
    text += PLANS.format(cases=cases)
    text += "".join(f"| {question} | {reads} | {took} |\n" for question, reads, took in plans)
    file = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
    _table, heading, proofs = file.read_text("utf-8").partition(PROOFS) if file.exists() else ("", "", "")
    file.write_text(text + heading + proofs, "utf-8")


def measure(rounds):
    from django.db import connection

    from bench import assigning, reading

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    found = []
    for row in (*reading.findings(), *assigning.findings(rounds)):
        print(f"{row.what:<75} {row.figure:<55} {row.goal:<18} {said(row.met)}", flush=True)
        found.append(row)
    return found, reading.plans()


def machine() -> dict:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split()[0]
    return {"day": date.today(), "machine": platform.machine(), "cores": os.cpu_count(), "postgres": postgres}  # noqa: DTZ011


def said(met: bool | None) -> str:
    return {None: "", True: "yes", False: "no"}[met]


if __name__ == "__main__":
    main()
