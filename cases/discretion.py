"""The discretion tiers of a region: defaults from one file, edited by its administrator. Domain page 2.1."""

import json
from functools import cache
from pathlib import Path

from boundaries.models import Region
from cases.models import DiscretionTier

DEFAULTS = Path(__file__).with_name("discretion_tiers.json")


@cache
def defaults() -> tuple[dict, ...]:
    """What the statutes say and, to be confirmed, what Henan's example table says."""
    return tuple(json.loads(DEFAULTS.read_text("utf-8")))


def load_defaults(region: Region | str) -> int:
    """Give the region the file's tiers of each violation and subject that it has none of; how many.

    A table that the office cut otherwise stays whole: no default is put between its tiers.
    """
    code = getattr(region, "pk", region)
    known = set(DiscretionTier.objects.filter(region=code).values_list("kind", "subject"))
    missing = [
        DiscretionTier(region_id=code, **row) for row in defaults() if (row["kind"], row["subject"]) not in known
    ]
    DiscretionTier.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
