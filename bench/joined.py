"""Points into areas beside GeoPandas' spatial join of the same points and areas, round by round in turn."""

import statistics
import subprocess
from contextlib import contextmanager

from bench import assigning, ground, peers
from bench.timing import Finding, interleaved, ratio
from setup import PROJECT

ROUNDS = 5
STEPS = ("read", "join", "write")
SCRIPT = PROJECT / "bench" / "joined_peer.py"
DIFFERENT = """
SELECT count(*) FROM bench_joined g FULL JOIN bench_area_only o USING (key) LEFT JOIN bench_area a ON a.id = o.area_id
WHERE g.area_code IS DISTINCT FROM a.code
"""


def findings():
    edition = ground.edition()
    ground.make_points(assigning.POINTS)
    assigning.plain_tables(edition)
    took = {step: [] for step in STEPS}
    with _geopandas() as asked:

        def theirs():
            for step, each in took.items():
                each.append(asked(step))

        found = interleaved(
            ROUNDS,
            theirs=theirs,
            ours=lambda: assigning.ours("bench_area_only", assigning.AREA_ALONE, edition, 0),
        )
    rate = {name: f"{assigning.POINTS / statistics.median(each):,.0f} rows/s" for name, each in (took | found).items()}
    yield Finding("GeoPandas, 1,000,000 points to 2,400 areas from the database into the database", rate["theirs"])
    median, worst = ratio(found["theirs"], found["ours"])
    yield Finding(
        "bulk assignment, the area alone, beside that, one process",
        f"{rate['ours']}; {median:.1f} × (worst round {worst:.1f} ×)", "≥ 1 ×", median >= 1,
    )  # fmt: skip
    median, worst = ratio(took["join"], found["ours"])
    yield Finding(
        "… beside its join alone, points and areas in memory already and the answer left there",
        f"{rate['join']}; {median:.1f} × (worst round {worst:.1f} ×)",
    )
    mismatches = assigning.run(DIFFERENT)
    yield Finding("points with another area than GeoPandas'", str(mismatches), "0", mismatches == 0)


@contextmanager
def _geopandas():
    """A function that has GeoPandas take one step, and gives the seconds that it took."""
    process = subprocess.Popen(
        [peers.python(), SCRIPT, peers.database_url()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def asked(step: str) -> float:
        process.stdin.write(step + "\n")
        process.stdin.flush()
        answer = process.stdout.readline().strip()
        assert answer, "GeoPandas has ended."
        return float(answer)

    try:
        yield asked
    finally:
        process.stdin.close()
        process.wait(30)
