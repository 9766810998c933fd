"""`python -m bench [PART …]`: measures, prints one table, and writes a whole run's to docs/benchmarks.md.

BENCH_CASES (1,000,000) and BENCH_ROUNDS (5) are taken from the environment.
"""

import importlib
import inspect
import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

import django

from bench import database

# Modules of this package, in the order of the table; `frames` runs where it is asked for.
PARTS = ("drawing", "freshness", "growth", "serving", "tipg", "reading", "joined", "assigning", "watching", "field")
ASKED_FOR = ("frames",)
HEAD = """# Benchmarks

Written by `make bench` on {day}: {machine}, {cores} cores, PostgreSQL {postgres}, {cases:,} demonstration cases.
Such a machine swings by 2 ×: ratios of things interleaved in one run mean something, milliseconds only orient.
`BENCH_CASES` and `BENCH_ROUNDS` change the size; `make bench ARGS=drawing` measures a part and keeps nothing.
The database `bench_enforcement` is kept for the next run.

| what | figure | goal | met |
|---|---|---|---|
"""
PLANS = """
## Plans of every query on cases

EXPLAIN (ANALYZE, BUFFERS) at {cases:,} cases; the median of three runs.

| question | reads | ms |
|---|---|---|
"""


BY_HAND = "\n## Notes\n"  # from here on the file is written by hand: kept as it stands


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - {*PARTS, *ASKED_FOR}:
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join((*PARTS, *ASKED_FOR))}.")
    database.use()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
    django.setup()
    cases, rounds = int(os.environ.get("BENCH_CASES", "1000000")), int(os.environ.get("BENCH_ROUNDS", "5"))
    database.fill(cases)
    found = [row for part in wanted or PARTS for row in measured(part, rounds)]
    missed = [row for row in found if row.met is False]
    print(f"{len(found)} figures, {len(missed)} goals missed.", flush=True)
    if not wanted:
        write(found, cases)


def measured(part: str, rounds: int):
    """The findings of a part, printed as they come."""
    from django.db import connection

    module, began = importlib.import_module(f"bench.{part}"), time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    for row in module.findings(**({"rounds": rounds} if inspect.signature(module.findings).parameters else {})):
        print(f"{row.what:<100} {row.figure:<60} {row.goal:<20} {said(row.met)}", flush=True)
        yield row
    print(f"({part}: {time.monotonic() - began:.0f} s)", flush=True)


def write(found, cases: int) -> None:
    from bench import reading

    text = HEAD.format(**machine(), cases=cases)
    text += "".join(f"| {row.what} | {row.figure} | {row.goal} | {said(row.met)} |\n" for row in found)
    text += PLANS.format(cases=cases)
    text += "".join(f"| {question} | {reads} | {took} |\n" for question, reads, took in reading.plans())
    file = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
    _table, heading, kept = file.read_text("utf-8").partition(BY_HAND) if file.exists() else ("", "", "")
    file.write_text(text + heading + kept, "utf-8")


def machine() -> dict:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split()[0]
    return {"day": date.today(), "machine": platform.machine(), "cores": os.cpu_count(), "postgres": postgres}  # noqa: DTZ011


def said(met: bool | None) -> str:
    return {None: "", True: "yes", False: "no"}[met]


if __name__ == "__main__":
    main(sys.argv[1:])
