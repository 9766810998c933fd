"""What is believed of a patrol: its track, its doubts, and whether it counts as it stands."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from boundaries import likeness, tracks, visits
from boundaries.models import CheckIn, Doubt, Edition, Patrol
from boundaries.rules import of_points
from gis_core import srid

CLOCKS_DIFFER = timedelta(minutes=5)  # between a device and us, or a device and its receiver
AT_ONCE = 100  # patrols whose points are in memory together


def judge(patrol: Patrol, raw: tracks.Raw, stops: Sequence[CheckIn]) -> None:
    """When it arrives, before it is saved."""
    doubts = _believe(patrol, raw, stops, _outline(patrol.region_id), of_points(patrol.region_id))
    if patrol.ended_at > timezone.now() + CLOCKS_DIFFER:
        doubts.add(Doubt.FUTURE)
    same = Patrol.objects.filter(region=patrol.region_id, fingerprint=patrol.fingerprint)
    if (patrol.fingerprint and same.exists()) or likeness.is_copy(patrol, raw):
        doubts.add(Doubt.SAME_TRACK)
    _doubt(patrol, doubts)
    patrol.counts = not doubts & set(Patrol.SPOILING)


@transaction.atomic
def judge_anew(region: str) -> None:
    """Every patrol of the region by the rules for points as they are now, and what it visited. Doubts of the moment
    of arrival stay, and so does whether it counts: that may hang on a person who believed it. A doubt that no threshold
    moves and that was not known then is told now; who was believed by a person stays so."""
    outline, rules = _outline(region), of_points(region)
    patrols = Patrol.objects.filter(region=region).select_for_update()
    keys = list(patrols.order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(keys), AT_ONCE):
        some = list(patrols.filter(pk__in=keys[begin : begin + AT_ONCE]).prefetch_related("check_ins"))
        for patrol in some:
            found = _believe(patrol, raw_of(patrol), list(patrol.check_ins.all()), outline, rules)
            spoilt = set(patrol.doubts) & set(Patrol.SPOILING)
            patrol.counts &= patrol.accepted_at is not None or not found & set(Patrol.SPOILING) - spoilt
            _doubt(patrol, found | spoilt)
        Patrol.objects.bulk_update(some, ["track", "doubts", "counts"])
        visits.record(some)


def raw_of(patrol: Patrol) -> tracks.Raw:
    places = patrol.points.coords if patrol.points else ()
    told = zip(places, patrol.times, patrol.accuracies, strict=True)
    return tracks.Raw.of([(*place, at, off) for place, at, off in told])


def geometry(shape) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=srid.STORAGE)


def _believe(patrol: Patrol, raw: tracks.Raw, stops: Sequence[CheckIn], outline, rules) -> set[str]:
    found = tracks.believed(raw, outline=outline, **rules)
    lines = list(map(shapely.linestrings, found.lines))
    patrol.track = geometry(shapely.multilinestrings(lines)) if lines else None
    return {*found.doubts, *_doubts_of_stops(stops, outline, rules["most_accuracy_m"])}


def _doubt(patrol: Patrol, doubts: set[str]) -> None:
    patrol.doubts = [doubt for doubt in Doubt.values if doubt in doubts]


def _doubts_of_stops(stops: Sequence[CheckIn], outline, most_accuracy_m: float):
    told = [(*stop.geom.coords, stop.at.timestamp(), stop.accuracy_m) for stop in stops]
    lon, lat, at, accuracy = np.array(told, dtype=float).reshape(-1, 4).T
    sharp = ~(accuracy > most_accuracy_m)
    if not sharp.all():
        yield Doubt.INACCURATE.value
    if tracks.outside(lon[sharp], lat[sharp], outline).any():
        yield Doubt.OUTSIDE.value
    if tracks.unreachable(lon, lat, at, accuracy):
        yield Doubt.UNREACHABLE.value


def _outline(region: str):
    edition = Edition.objects.current(region)
    return shapely.from_wkb(bytes(edition.outline.wkb)) if edition and edition.outline else None
