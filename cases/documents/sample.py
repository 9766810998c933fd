"""Every placeholder that a template may hold, with a sample of what it becomes."""

import json
from collections.abc import Iterator
from pathlib import Path

SAMPLE: dict = json.loads((Path(__file__).parent / "sample.json").read_text("utf-8"))


def placeholders(part=None, path="") -> Iterator[tuple[str, str]]:
    """(dotted name, sample) of each; `[]` marks a list that `for` runs over."""
    for key, value in (SAMPLE if part is None else part).items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        elif isinstance(value, dict):
            yield from placeholders(value, f"{path}{key}.")
        else:
            yield from placeholders(value[0], f"{path}{key}[].")
