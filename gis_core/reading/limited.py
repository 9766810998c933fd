"""Our end of the limited process: start it, read its lines, end it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from gis_core.reading.errors import reading_error

PROJECT = Path(__file__).resolve().parent.parent.parent


class LimitedReader:
    """`header` at once; iterate for (number, geometry, properties, fault code); `close` ends the process."""

    def __init__(self, kind: str, file: Path, shown: Path):
        """`shown` is the file that the person gave, which sentences name."""
        self.shown = shown
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", "gis_core.parsing.worker", kind, str(file)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd="/", env=_environment(), text=True, encoding="ascii",
        )  # fmt: skip
        try:
            self.header = self._next_line()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[tuple]:
        while isinstance(batch := self._next_line(), list):
            if batch:
                yield from _with_geometries(batch)

    def close(self) -> None:
        self._process.kill()
        self._process.stdout.close()
        self._process.wait()

    def _next_line(self):
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            raise reading_error(self.shown, "stopped")
        message = json.loads(line)
        if isinstance(message, dict) and "error" in message:
            raise reading_error(self.shown, message["error"], message["feature"], message["detail"])
        return message


def _with_geometries(batch: list) -> Iterator[tuple]:
    contents = np.array([row[1] for row in batch], dtype=object)
    geometries = shapely.from_wkb(contents, on_invalid="ignore")
    geometries[shapely.is_empty(geometries)] = None  # a point of NaN is how WKB writes an empty one
    for (number, wkb, properties, fault), geometry in zip(batch, geometries, strict=True):
        yield number, geometry, properties, fault or ("geometry" if wkb and geometry is None else None)


def _environment() -> dict[str, str]:
    """Nothing of ours is inherited: no database address, no key, no proxy."""
    return {
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",  # each thread would reserve address space
    }
