"""From 100,000 cases to a million: how much slower the same questions become (P12)."""

import os
import statistics
import subprocess
from contextlib import ExitStack

from bench import database, drawing, web
from bench.timing import Finding, percentile, seconds
from setup import PROJECT, PYTHON

SMALL, SMALL_CASES = "bench_enforcement_small", 100_000
ROUNDS, TIMES = 5, 40
SEAT = "lon=113.378&lat=34.787&crs=wgs84&radius=2000&limit=50"
FILL = (
    "import os, sys; from bench import database; database.use(sys.argv[1]);"
    " os.environ['DJANGO_SETTINGS_MODULE'] = 'gis_core.settings'; import django; django.setup();"
    " database.fill(int(sys.argv[2]))"
)


def findings():
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command = [str(PYTHON), "-c", FILL, SMALL, str(SMALL_CASES)]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as stack:
        names = {SMALL: "small", database.NAME: "large"}
        ports = {size: stack.enter_context(web.serving(name)) for name, size in names.items()}
        plain = {size: stack.enter_context(database.connect(name)) for name, size in names.items()}
        askers = {size: web.Asker(port, "dispatcher1") for size, port in ports.items()}
        for what, paths in _questions(plain).items():
            yield _growth(what, paths, askers, plain)


def _questions(plain) -> dict[str, dict[str, list[str]]]:
    """Per question the addresses asked in each size."""
    found = {"small": {}, "large": {}}
    for size, connection in plain.items():
        with connection.cursor() as cursor:
            cursor.execute("SELECT case_no FROM cases_case ORDER BY md5(case_no) LIMIT 20")
            numbers = [number for (number,) in cursor.fetchall()]
        tiles = [drawing.path("open-cases", tile) for z in range(12, 17) for tile in drawing.about_the_seat(z)]
        found[size] = {
            "tile z ≥ 12": tiles,
            "nearby, 50 cases": [f"/api/v1/cases/nearby/?{SEAT}"],
            "case page": [f"/cases/{number}/" for number in numbers],
            "list page": ["/cases/rows/?status=open"],
        }
    return {what: {size: found[size][what] for size in found} for what in found["small"]}


def _growth(what, paths, askers, plain) -> Finding:
    slow = {size: [] for size in askers}
    for round_ in range(ROUNDS + 1):  # the first warms up
        took = {size: [] for size in askers}
        for number in range(TIMES):
            for size, asker in askers.items():
                with plain[size].cursor() as cursor:
                    cursor.execute(drawing.CHANGED)
                address = paths[size][number % len(paths[size])]
                took[size].append(seconds(lambda asker=asker, address=address: asker.get(address)))
        for size, each in took.items() if round_ else ():
            slow[size].append(percentile(each, 95))
    ratios = [large / small for large, small in zip(slow["large"], slow["small"], strict=True)]
    median, large = statistics.median(ratios), statistics.median(slow["large"]) * 1000
    return Finding(
        f"P12 {what}: a million cases beside 100,000, p95",
        f"{median:.2f} × (worst round {max(ratios):.2f} ×; {large:.1f} ms)", "≤ 1.2 ×", median <= 1.2,
    )  # fmt: skip
