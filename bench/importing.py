"""A file of many cases, imported into a database that is thrown away: rows a second, and memory as it grows.

    python -m bench.importing [ROWS]

`make proof-import` calls it with a million. One row in a thousand is refused. Memory is what the process
that imports holds as it passes each of WATCHED rows; the process that parses a file of another kind
than CSV is not part of it.
"""

import csv
import os
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
django.setup()

from boundaries import packs  # noqa: E402  models need the set-up
from cases.import_rows import RowReader  # noqa: E402
from cases.importing import import_cases  # noqa: E402
from gis_core import crs  # noqa: E402

ROWS = 1_000_000
WATCHED = (50_000, 200_000, 1_000_000)
MOST_GROWTH_MB = 30
WEST, SOUTH, EAST, NORTH = 113.05, 34.55, 113.60, 35.00
FIRST_DAY, DAYS = date(2016, 1, 1), 3_900
PACK = Path(__file__).resolve().parent.parent / "fixtures" / "xingyang"
CHANNELS = ("网格反馈", "信访投诉", "上级交办", "执法巡查", "其他")
VIOLATIONS = ("未取得规划许可", "未依法招投标", "未办理质量监督手续、未办理安全监督手续")
# One address in twenty names a township, mostly not the one that the point lies in.
PLACES = ("索河街道", "豫龙镇", "广武镇") + ("某村",) * 57


def main(rows: int) -> int:
    connection.settings_dict["TEST"]["NAME"] = f"proof_{connection.settings_dict['NAME']}"  # not the tests'
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measure(write(Path(folder) / "cases.csv", rows))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def write(path: Path, rows: int) -> Path:
    """The same file for the same number of rows."""
    said = random.Random(21)  # noqa: S311  no secret hangs on it
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("经度", "纬度", "案件来源", "违法类型", "地址", "情况说明", "上报时间", "定位精度"))
        writer.writerows(_row(said, number) for number in range(rows))
    return path


def _row(said, number: int) -> tuple:
    day = FIRST_DAY + timedelta(days=said.randrange(DAYS))
    return (
        f"{said.uniform(WEST, EAST):.7f}" if number % 1000 else "不详",
        f"{said.uniform(SOUTH, NORTH):.7f}",
        said.choice(CHANNELS),
        said.choice(VIOLATIONS),
        f"{said.choice(PLACES)}某路 {said.randrange(1, 999)} 号院 {number} 室",
        "现场正在进行基础施工，未见公示牌。",
        f"{day:%Y/%m/%d} {said.randrange(24):02}:{said.randrange(60):02}",
        said.choice(("", "8", "25", "60")),
    )


def _measure(path: Path) -> int:
    region, resident = packs.load(PACK).region, {}

    def watch(done, _of):
        for rows in WATCHED:
            if done >= rows:
                resident.setdefault(rows, _resident_mb())

    began = time.perf_counter()
    outcome = import_cases(
        path, region, crs.WGS84, reader=RowReader({}), rejects=path.with_suffix(".rejects.csv"), progress=watch
    )
    seconds = time.perf_counter() - began
    return _say(outcome, seconds, resident)


def _say(outcome, seconds, resident) -> int:
    rows = outcome.taken + outcome.refused
    print(f"{outcome.taken:,} cases taken, {outcome.refused:,} rows refused, {seconds:.0f} s: "
          f"{rows / seconds:,.0f} rows/s")  # fmt: skip
    for passed, size in resident.items():
        print(f"resident after {passed:,} rows: {size:.0f} MB")
    grown = max(resident.values()) - min(resident.values()) if resident else 0
    print(f"grown by {grown:.0f} MB (at most {MOST_GROWTH_MB})")
    return int(grown > MOST_GROWTH_MB)


def _resident_mb() -> float:
    """Not the peak: loading the pack before may have had a higher one, behind which growth would hide."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
