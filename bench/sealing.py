"""The trail sealed and verified in a database that is thrown away: events a second, memory, and what writers notice.

    python -m bench.sealing [EVENTS]

`make proof-history` calls it with a million. Four writers append one event a transaction, first alone and then with
somebody who seals every second; the two take turns, and the median of their ratios counts.
"""

import multiprocessing
import os
import resource
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
django.setup()

from boundaries import packs  # noqa: E402  models need the set-up
from cases import bulk, demonstration, seals, tampering  # noqa: E402
from cases.models import Case  # noqa: E402
from cases.verbs import Verb  # noqa: E402

EVENTS = 1_000_000
CASES = 10_000
WRITERS, EACH, ROUNDS = 4, 5_000, 5
LEAST_A_SECOND = 200_000
MOST_RATIO = 1.1
MOST_GROWTH_MB = 30
PACK = Path(__file__).resolve().parent.parent / "fixtures" / "xingyang"
EVENT = """
INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note) VALUES (%s, %s, 'photo', 'filed', now(), %s)
"""
MANY = """
INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note)
SELECT c.region_id, c.id, 'photo', c.status, now() - n * interval '1 minute', '现场复查 ' || n || '：已停工，围挡完好。'
FROM cases_case c, generate_series(1, %s) n
"""


def main(events: int) -> int:
    connection.settings_dict["TEST"]["NAME"] = f"proof_{connection.settings_dict['NAME']}"  # not the tests'
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        region = _fill(events)
        return max(_seal_and_verify(region), _beside_writers(region))
    finally:
        connection.close()
        connection.creation.destroy_test_db(name, verbosity=0)


def _fill(events):
    edition = packs.load(PACK)
    for rows in demonstration.rows(edition.region, edition, min(CASES, events), 7):
        bulk.insert(edition.region, edition, rows, Verb.REPORT)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(MANY, [events // CASES - 1])
        cursor.execute("VACUUM ANALYZE cases_caseevent")
    return edition.region


def _seal_and_verify(region) -> int:
    before = _resident_mb()
    began = time.perf_counter()
    made, events = seals.seal(region)
    sealing, began = time.perf_counter() - began, time.perf_counter()
    faults = tampering.faults(region, [seals.head(region)])
    verifying = time.perf_counter() - began
    grown = _resident_mb() - before
    rate = events / verifying
    print(f"{events:,} events in {made} seals: sealed {events / sealing:,.0f}/s, verified {rate:,.0f}/s "
          f"(at least {LEAST_A_SECOND:,}), {len(faults)} faults")  # fmt: skip
    print(f"memory grown by {grown:.0f} MB (at most {MOST_GROWTH_MB})")
    return int(bool(faults) or rate < LEAST_A_SECOND or grown > MOST_GROWTH_MB)


def _beside_writers(region) -> int:
    cases = list(Case.objects.values_list("pk", flat=True)[:WRITERS])
    ratios = []
    for _round in range(ROUNDS):
        alone = _append(region, cases)
        ratios.append(_append_while_sealing(region, cases) / alone)
    ratio = statistics.median(ratios)
    print(f"{WRITERS} writers beside a sealer: {ratio:.2f} × alone (at most {MOST_RATIO})")
    return int(ratio > MOST_RATIO or bool(tampering.faults(region)))


def _append_while_sealing(region, cases) -> float:
    """The sealer is a process of its own, as it is in life; it seals every second."""
    processes = multiprocessing.get_context("fork")
    done = processes.Event()
    connection.close()  # no process may speak over another's
    sealer = processes.Process(target=_seal_on, args=(region, done))
    sealer.start()
    try:
        return _append(region, cases)
    finally:
        done.set()
        sealer.join()


def _seal_on(region, done) -> None:
    while not done.wait(1):
        seals.seal(region)
    connection.close()


def _append(region, cases) -> float:
    def write(case):
        with connection.cursor() as cursor:
            for number in range(EACH):
                cursor.execute(EVENT, [region.pk, case, f"事件 {number}"])
        connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(len(cases)) as pool:
        list(pool.map(write, cases))
    return time.perf_counter() - began


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
