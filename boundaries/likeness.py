"""Whether two tracks are one: by the places of their points, whenever, in whatever order and by whom they were sent.

A place is a point to PLACE_DEG. Two receivers on one road are metres off and meet in next to no place; a copy has the
places of what it was copied from, shifted in time, turned round or with points left out.
"""

import numpy as np
import shapely

from boundaries.models import Patrol
from boundaries.tracks import Raw

# A decimetre. At a metre two people who stood an hour at one gate, a fix a second, would share most places; finer, a
# copy that went through a file of six decimals would share none.
PLACE_DEG = 1e-6
# Of the places of the shorter track. Two honest walks along a road share one in a hundred, an hour each at one gate, a
# fix a second off by 3 m, three in ten. A copy with points left out shares all; half of it can be somebody's own.
LEAST_SHARE = 0.5
LEAST_PLACES = 3  # fewer show no way; of them only the same at the same time is the same
# Numbers kept of each track to find those like it by index: an excerpt of a tenth still shares a dozen of them.
SKETCH = 128


def places(lon, lat) -> np.ndarray:
    """The distinct places of points, a number each, in order."""
    across, up = (np.rint(np.asarray(degrees, dtype=float) / PLACE_DEG).astype(np.int64) for degrees in (lon, lat))
    return np.unique(across * 2**32 + up)


def sketch(lon, lat) -> list[int]:
    """The least SKETCH of its places in an order that has nothing to do with where they lie, so that tracks with places
    in common have some of these in common; empty where there are too few places."""
    here = places(lon, lat)
    return [] if len(here) < LEAST_PLACES else np.sort(_shuffled(here))[:SKETCH].tolist()


def alike(here: np.ndarray, there: np.ndarray) -> bool:
    """Of `places`."""
    common = len(np.intersect1d(here, there, assume_unique=True))
    return common >= max(LEAST_PLACES, LEAST_SHARE * min(len(here), len(there)))


def is_copy(patrol: Patrol, raw: Raw) -> bool:
    """Whether the region has a track like this one already."""
    if not patrol.sketch:
        return False
    here = places(raw.lon, raw.lat)
    near = Patrol.objects.filter(region=patrol.region_id, sketch__overlap=patrol.sketch).exclude(pk=patrol.pk)
    stored = near.order_by().values_list("points", flat=True).iterator(chunk_size=10)
    return any(
        alike(here, places(*shapely.get_coordinates(shapely.from_wkb(bytes(points.wkb))).T)) for points in stored
    )


def _shuffled(numbers: np.ndarray) -> np.ndarray:
    """Each number as another: the last steps of SplitMix64, which are one to one."""
    mixed = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed ^ (mixed >> np.uint64(31))).view(np.int64)
