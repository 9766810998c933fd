"""What is done with patrols: taken down once, and accepted where a coordinator believes a doubtful one."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import judging, likeness, tracks, visits
from boundaries.models import CheckIn, Patrol, PatrolVisit, Region, Unit, User
from gis_core import crs, srid
from gis_core.errors import NotPossibleNow

LONGEST = timedelta(hours=24)
LONGEST_REASON = 200


class BadPatrol(ValueError):
    """What was told is no patrol; `field` is what has to be mended."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


class KeyReused(ValueError):
    """The same key came with another patrol."""


class NothingToAccept(NotPossibleNow):
    """The patrol counts already."""


@dataclass(frozen=True)
class Stop:
    """A check-in as told: degrees or metres of the patrol's system."""

    lon: float
    lat: float
    at: datetime
    accuracy_m: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Told:
    """A patrol as somebody tells it; `points` are (lon, lat, seconds since 1970, accuracy in metres or None)."""

    officer: User
    started_at: datetime
    ended_at: datetime
    result: str
    source: str = Patrol.Source.PHONE
    points: Sequence[tuple] = ()
    stops: Sequence[Stop] = ()
    note: str = ""
    case_nos: Sequence[str] = ()
    crs: str = crs.WGS84.name
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def record(region: Region, told: Told, *, by: User) -> tuple[Patrol, bool]:
    """The patrol, and whether it was written now: the same key again is the same patrol.

    BadPatrol names the field that is at fault; KeyReused where another patrol has the key.
    """
    _one_at_a_time(region)
    raw, stops = _converted(told)
    _check_times(told, raw, stops)
    patrol = _row(region, told, raw, by)
    if (known := Patrol.objects.filter(region=region, key=told.key).first()) is not None:
        if _words(known, known.check_ins.all()) != _words(patrol, stops):
            raise KeyReused(_("This key was already used for another patrol."))
        return known, False
    judging.judge(patrol, raw, stops)
    patrol.save()
    for stop in stops:
        stop.patrol = patrol
    CheckIn.objects.bulk_create(stops)
    visits.record([patrol])
    return patrol, True


@transaction.atomic
def accept(patrol: Patrol, *, by: User, why: str) -> Patrol:
    """It counts from now on, and so does what it visited; doubts and reason stay on it."""
    why = why.strip()
    if not why or len(why) > LONGEST_REASON:
        raise BadPatrol("why", _("Say in up to 200 characters why the patrol is believed."))
    locked = Patrol.objects.select_for_update().get(pk=patrol.pk)
    if locked.counts:
        raise NothingToAccept(_("This patrol counts already."))
    locked.counts, locked.accepted_by, locked.accepted_at, locked.accepted_why = True, by, timezone.now(), why
    locked.save(update_fields=["counts", "accepted_by", "accepted_at", "accepted_why"])
    PatrolVisit.objects.filter(patrol=locked).update(counts=True)
    return locked


def _one_at_a_time(region: Region) -> None:
    """Two that arrive together are compared with each other too: by their key, and by their track."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"patrols {region.pk}"])


def _converted(told: Told) -> tuple[tracks.Raw, list[CheckIn]]:
    """Points and check-ins in WGS 84."""
    raw, system = tracks.Raw.of(told.points), crs.parse(told.crs)
    raw = tracks.Raw(*_degrees("points", raw.lon, raw.lat, system), raw.at, raw.accuracy)
    lon, lat = _degrees("check_ins", [stop.lon for stop in told.stops], [stop.lat for stop in told.stops], system)
    stops = [
        CheckIn(at=stop.at, geom=Point(*place, srid=srid.STORAGE), accuracy_m=stop.accuracy_m, note=stop.note)
        for stop, place in zip(told.stops, zip(lon.tolist(), lat.tolist(), strict=True), strict=True)
    ]
    return raw, stops


def _degrees(name: str, x, y, system: crs.Crs):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    for place in zip(x[:1], y[:1], strict=True):
        try:
            crs.check_order(*place, system)
        except crs.BadCoordinate as error:
            raise BadPatrol(name, str(error)) from error
    lon, lat = crs.to_wgs84(x, y, system)
    wrong = np.flatnonzero(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))
    if len(wrong):
        raise BadPatrol(name, _("Number {number} of these is no place on earth.").format(number=wrong[0] + 1))
    return lon, lat


def _check_times(told: Told, raw: tracks.Raw, stops: list[CheckIn]) -> None:
    if told.ended_at < told.started_at:
        raise BadPatrol("ended_at", _("The end lies before the start."))
    if told.ended_at - told.started_at > LONGEST:
        raise BadPatrol("ended_at", _("A patrol lasts 24 hours at most: start and end lie further apart."))
    if len(raw) == 0 and not stops:
        raise BadPatrol("points", _("A track or at least one check-in is needed: without them nothing shows a patrol."))
    first, last = told.started_at - judging.CLOCKS_DIFFER, told.ended_at + judging.CLOCKS_DIFFER
    times = {"points": raw.at, "check_ins": np.array([stop.at.timestamp() for stop in stops])}
    for name, at in times.items():
        wrong = np.flatnonzero(~((first.timestamp() <= at) & (at <= last.timestamp())))
        if len(wrong):
            sentence = _("Number {number} of these is not from between start and end of the patrol.")
            raise BadPatrol(name, sentence.format(number=wrong[0] + 1))


def _row(region: Region, told: Told, raw: tracks.Raw, by: User) -> Patrol:
    unit = Unit.objects.filter(pk=told.officer.unit_id).first() if told.officer.unit_id else None
    return Patrol(
        region=region,
        key=told.key,
        officer=told.officer,
        officer_name=str(told.officer)[:60],
        unit=unit,
        started_at=told.started_at,
        ended_at=told.ended_at,
        source=told.source if len(raw) else Patrol.Source.CHECK_INS,
        result=told.result,
        note=told.note,
        case_nos=list(told.case_nos),
        points=judging.geometry(shapely.multipoints(np.column_stack((raw.lon, raw.lat)))) if len(raw) else None,
        times=raw.at.tolist(),
        accuracies=[None if np.isnan(metres) else metres for metres in raw.accuracy.tolist()],
        fingerprint=raw.fingerprint,
        sketch=likeness.sketch(raw.lon, raw.lat),
        recorded_by=by,
    )


SAID = ("officer_id", "started_at", "ended_at", "result", "note", "case_nos", "times", "accuracies")


def _words(patrol: Patrol, stops) -> str:
    """All that a device told, to compare with: equal for the same patrol sent again."""
    places = patrol.points.coords if patrol.points else ()
    told = [(stop.at.isoformat(), stop.geom.coords, stop.accuracy_m, stop.note) for stop in stops]
    at = [getattr(patrol, name).timestamp() for name in ("started_at", "ended_at")]
    said = [getattr(patrol, name) for name in SAID if not name.endswith("_at")]
    moments = sorted((datetime.fromisoformat(when).timestamp(), *rest) for when, *rest in told)
    return json.dumps([at, said, places, moments], default=str)
