"""Patrol plans: made, proposed, changed by hand, sent. Each verb is one transaction and measures anew what it touched.

Distances are straight lines on the ellipsoid times `DETOUR`: no road network is assumed, and pages say so.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import PatrolPlan, PlanRoute, PlanStop
from boundaries.routing import Lock, Question, Ways, solve
from gis_core.errors import NotPossibleNow

# What a new plan begins with; each plan keeps its own.
DETOUR = 1.3  # how much longer ways are than straight lines, in a town and between villages alike
MINUTES_A_STOP = 20
SPEED_KMH = 15  # a small motorcycle or bicycle with halts
MOST_STOPS, MOST_PEOPLE = 60, 12
LONGEST_NOTE = PlanStop._meta.get_field("note").max_length
LONGEST_M = 200_000  # between two stops of a county; farther is a slip

BETWEEN = """
WITH places AS (SELECT row_number() OVER () AS n, geom::geography AS geom FROM unnest(%s::geometry[]) geom)
SELECT a.n - 1, b.n - 1, ST_Distance(a.geom, b.geom) FROM places a JOIN places b ON a.n < b.n
"""


class PlanRefused(NotPossibleNow):
    """The plan cannot be made or changed so; the sentence says why."""


class PlanChanged(PlanRefused):
    """Somebody else changed the plan in between."""


@dataclass(frozen=True)
class Ground:
    """What a stop is for: a cell by key, or a piece of ground in none. `case_no`: the open case at the place."""

    label: str
    place: Point
    why: str = ""
    cell: int | None = None
    ground: GEOSGeometry | None = None
    area_code: str = ""
    case_no: str = ""


@dataclass(frozen=True)
class Walker:
    """Somebody to walk; without an account they get paper."""

    person: str
    user: int | None = None
    unit: int | None = None


@transaction.atomic
def make(region, grounds: Sequence[Ground], walkers: Sequence[Walker], *, by=None, **told) -> PatrolPlan:
    """A draft with the proposed routes; the most pressing ground comes first. `told`: name, day, starts, ends, start,
    minutes_a_stop, speed_kmh."""
    _check(grounds, walkers)
    plan = PatrolPlan.objects.create(region=region, made_by=by, detour=DETOUR, **told)
    PlanRoute.objects.bulk_create(
        PlanRoute(plan=plan, number=number, user_id=walker.user, person=walker.person, unit_id=walker.unit)
        for number, walker in enumerate(walkers, 1)
    )
    PlanStop.objects.bulk_create(
        PlanStop(
            plan=plan, order=order, cell_id=one.cell, ground=one.ground, area_code=one.area_code, label=one.label,
            why=one.why, place=one.place, case_no=one.case_no, minutes=plan.minutes_a_stop,
        )
        for order, one in enumerate(grounds, 1)
    )  # fmt: skip
    _propose(plan)
    return plan


def _check(grounds, walkers):
    if not grounds:
        raise PlanRefused(_("Ground: choose at least one cell or piece of ground to patrol."))
    if len(grounds) > MOST_STOPS:
        raise PlanRefused(
            _("Ground: {number} chosen; a plan takes {most} at most.").format(number=len(grounds), most=MOST_STOPS)
        )
    if len(walkers) > MOST_PEOPLE:
        raise PlanRefused(
            _("People: {number} chosen; a plan takes {most} at most.").format(number=len(walkers), most=MOST_PEOPLE)
        )
    accounts = [walker.user for walker in walkers if walker.user]
    if len(set(accounts)) < len(accounts):
        raise PlanRefused(_("People: somebody is chosen twice."))


def propose(plan, *, version=None) -> PatrolPlan:
    """New routes from all stops; locked ones keep person and place."""
    with _changing(plan, version) as held:
        _propose(held)
    return held


def step(stop_id: int, plan, places: int, *, version=None) -> PatrolPlan:
    """A stop earlier (negative) or later on its route; at an end it stays."""
    with _changing(plan, version) as held:
        stop = _stop_of(held, stop_id)
        if stop.route_id is None:
            raise PlanRefused(_("This stop is on nobody's route: give it to a person first."))
        others = _stops_on(held, stop.route_id, beside=stop)
        order = [one.pk for one in _stops_on(held, stop.route_id)]
        _place(held, stop, stop.route_id, others, min(max(order.index(stop.pk) + places, 0), len(others)))
    return held


def give(stop_id: int, plan, route_id: int | None, place: int | None = None, *, version=None) -> PatrolPlan:
    """A stop to a person's route (None: to nobody), at a place from 0, or last."""
    with _changing(plan, version) as held:
        stop = _stop_of(held, stop_id)
        if route_id is not None and not held.routes.filter(pk=route_id).exists():
            raise PlanRefused(_("Person: not on this plan."))
        others = _stops_on(held, route_id, beside=stop)
        before = stop.route_id
        _place(held, stop, route_id, others, len(others) if place is None else min(max(place, 0), len(others)))
        if before not in (None, route_id):
            _renumber(_stops_on(held, before))
            _measure(held, before)
    return held


def lock(stop_id: int, plan, locked: bool, *, version=None) -> PatrolPlan:
    """Keep a stop at its person and place when routes are proposed anew."""
    with _changing(plan, version) as held:
        stop = _stop_of(held, stop_id)
        if locked and stop.route_id is None:
            raise PlanRefused(_("This stop is on nobody's route: give it to a person first."))
        stop.locked = locked
        stop.save(update_fields=["locked"])
    return held


def note(stop_id: int, plan, text: str, *, version=None) -> PatrolPlan:
    """What whoever walks is to know at the stop, on one line; empty takes it away."""
    text = " ".join(text.replace("\0", " ").split())
    if len(text) > LONGEST_NOTE:
        raise PlanRefused(_("Note: longer than {most} characters.").format(most=LONGEST_NOTE))
    with _changing(plan, version) as held:
        stop = _stop_of(held, stop_id)
        stop.note = text
        stop.save(update_fields=["note"])
    return held


def send(plan, *, version=None) -> PatrolPlan:
    """From now on it is the people's, and no longer changed."""
    with _changing(plan, version) as held:
        if not held.stops.filter(route__isnull=False).exists():
            raise PlanRefused(_("Nobody has a stop: there is nothing to send."))
        held.status, held.sent_at = PatrolPlan.Status.SENT, timezone.now()
        held.save(update_fields=["status", "sent_at"])
    return held


def withdraw(plan, *, version=None) -> PatrolPlan:
    """Take a sent plan back; it can be changed and sent again."""
    with _changing(plan, version, PatrolPlan.Status.SENT) as held:
        held.status = PatrolPlan.Status.WITHDRAWN
        held.save(update_fields=["status"])
    return held


CHANGEABLE = (PatrolPlan.Status.DRAFT, PatrolPlan.Status.WITHDRAWN)


@contextmanager
def _changing(plan, version, *stati):
    """The plan's row locked; a version that is not the row's any more is refused."""
    with transaction.atomic():
        held = PatrolPlan.objects.select_for_update().get(pk=plan.pk)
        if version is not None and held.version != version:
            raise PlanChanged(_("Somebody changed the plan in between. Here it is as it stands now; try again."))
        if held.status not in (stati or CHANGEABLE):
            raise PlanRefused(
                _("The plan is {status}: this cannot be done now.").format(status=held.get_status_display())
            )
        held.version += 1
        held.save(update_fields=["version"])
        yield held


def _propose(plan) -> None:
    stops, routes = _by_pressing(plan), list(plan.routes.all())
    number = {route.pk: index for index, route in enumerate(routes)}
    locks = {
        index: Lock(number[stop.route_id], stop.order - 1)
        for index, stop in enumerate(stops)
        if stop.locked and stop.route_id
    }
    ways = _ways([stop.place for stop in stops], plan.start, plan.detour)
    found = solve(
        Question(
            ways=ways, minutes=[stop.minutes for stop in stops], people=len(routes),
            shift_minutes=plan.shift_minutes, metres_a_minute=plan.speed_kmh * 1000 / 60, locks=locks,
        )
    )  # fmt: skip
    owners = {place: (None, order) for order, place in enumerate(found.left, 1)}
    for route, places in zip(routes, found.routes, strict=True):
        owners |= {place: (route.pk, order) for order, place in enumerate(places, 1)}
    for index, stop in enumerate(stops):
        stop.route_id, stop.order = owners[index]
    PlanStop.objects.bulk_update(stops, ["route", "order"])
    for route in routes:
        _measure(plan, route.pk)


def _by_pressing(plan) -> list[PlanStop]:
    """As they were chosen: the first is the most pressing. Keys were given in that order."""
    return list(plan.stops.order_by("pk"))


def _stop_of(plan, stop_id: int) -> PlanStop:
    stop = plan.stops.filter(pk=stop_id).first()
    if stop is None:
        raise PlanRefused(_("Stop: not on this plan."))
    return stop


def _stops_on(plan, route_id, beside=None) -> list[PlanStop]:
    return [stop for stop in plan.stops.filter(route=route_id) if beside is None or stop.pk != beside.pk]


def _place(plan, stop, route_id, others, place: int) -> None:
    if route_id is None:
        stop.locked = False
    if stop.route_id != route_id:
        stop.route_id = route_id
    others.insert(place, stop)
    stop.save(update_fields=["route", "locked"])
    _renumber(others)
    if route_id is not None:
        _measure(plan, route_id)


def _renumber(stops) -> None:
    for order, stop in enumerate(stops, 1):
        stop.order = order
    PlanStop.objects.bulk_update(stops, ["order"])


def _measure(plan, route_id) -> None:
    stops = list(plan.stops.filter(route=route_id))
    ways = _ways([stop.place for stop in stops], plan.start, plan.detour)
    metres = ways.length_m(range(len(stops)))
    minutes = metres / (plan.speed_kmh * 1000 / 60) + sum(stop.minutes for stop in stops)
    PlanRoute.objects.filter(pk=route_id).update(distance_m=metres, minutes=minutes)


def _ways(places: Sequence[Point], start: Point | None, detour: float) -> Ways:
    every = [*places, *([start] if start else [])]
    size = len(every)
    table = [[0.0] * size for _row in range(size)]
    with connection.cursor() as cursor:
        cursor.execute(BETWEEN, [[place.hexewkb.decode() for place in every]])
        for one, other, metres in cursor.fetchall():
            if metres > LONGEST_M:
                raise PlanRefused(_("Start: more than {most} km from a stop.").format(most=LONGEST_M // 1000))
            table[one][other] = table[other][one] = metres * detour
    count = len(places)
    return Ways([row[:count] for row in table[:count]], table[count][:count] if start else ())
