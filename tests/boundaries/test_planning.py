"""Plans are made, changed by hand and sent; their metres are held against another ellipsoid library."""

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError
from django.utils import timezone
from pyproj import Geod

from boundaries import plan_progress, planning
from boundaries.models import GridCell, PatrolPlan, PlanStop
from boundaries.planning import Ground, PlanChanged, PlanRefused, Walker
from gis_core import srid
from tests.factories import SUOHE, make_patrol, make_user

DAY = date(2026, 11, 20)
METRES = Geod(ellps="WGS84")


def point(lon, lat):
    return Point(lon, lat, srid=srid.STORAGE)


@pytest.fixture
def cells(xingyang):
    """The ten cells nearest to SUOHE."""
    found = GridCell.objects.of_level(3).filter(geom__bboverlaps=point(*SUOHE).buffer(0.05))
    return sorted(found, key=lambda cell: cell.geom.point_on_surface.distance(point(*SUOHE)))[:10]


def grounds(cells):
    return [Ground(cell.name, cell.geom.point_on_surface, cell=cell.pk, area_code=cell.area_code) for cell in cells]


def make(region, found, people=("甲", "乙"), **told):
    return planning.make(
        region,
        found,
        [Walker(person) for person in people],
        **{
            "name": "巡查", "day": DAY, "starts": time(8, 30), "ends": time(17), "start": point(*SUOHE),
            "minutes_a_stop": 20, "speed_kmh": 15, **told,
        },
    )  # fmt: skip


def orders(plan):
    return [[stop.label for stop in route.stops.all()] for route in plan.routes.all()]


def straight(places):
    return sum(METRES.inv(one.x, one.y, other.x, other.y)[2] for one, other in itertools.pairwise(places))


@pytest.mark.parametrize("start", [point(*SUOHE), None])
def test_a_routes_metres_are_those_of_the_ellipsoid_times_the_detour(xingyang, cells, start):
    plan = make(xingyang.region, grounds(cells), people=("甲",), start=start)
    route = plan.routes.get()
    places = [stop.place for stop in route.stops.all()]
    way = [start, *places, start] if start else places
    assert route.distance_m == pytest.approx(straight(way) * 1.3, rel=1e-6)
    assert route.minutes == pytest.approx(straight(way) * 1.3 / 250 + 20 * len(places), rel=1e-6)


def test_every_stop_is_on_one_route_and_numbered_from_one(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    assert sorted(name for route in orders(plan) for name in route) == sorted(cell.name for cell in cells)
    for route in plan.routes.all():
        assert [stop.order for stop in route.stops.all()] == list(range(1, route.stops.count() + 1))


def test_what_does_not_fit_is_kept_as_nobodys(xingyang, cells):
    plan = make(xingyang.region, grounds(cells), people=("甲",), ends=time(9, 30), start=None)
    kept, left = plan.stops.filter(route__isnull=False), plan.stops.filter(route=None)
    assert kept.count() in (1, 2, 3)
    assert left.count() == 10 - kept.count()
    assert plan.routes.get().minutes <= 60


def test_without_people_a_plan_keeps_every_stop(xingyang, cells):
    plan = make(xingyang.region, grounds(cells), people=())
    assert plan.stops.filter(route=None).count() == 10
    with pytest.raises(PlanRefused, match="还没有人"):
        planning.send(plan)


def test_nothing_to_patrol_and_too_much_are_refused_with_the_field(xingyang, cells):
    with pytest.raises(PlanRefused, match=r"^巡查地点"):
        make(xingyang.region, [])
    with pytest.raises(PlanRefused, match=r"^巡查地点：.*61"):
        make(xingyang.region, grounds(cells)[:1] * 61)
    with pytest.raises(PlanRefused, match=r"^人员：.*13"):
        make(xingyang.region, grounds(cells), people=["某"] * 13)
    with pytest.raises(PlanRefused, match=r"^起点|^出发"):
        make(xingyang.region, grounds(cells), start=point(110, 30))
    assert not PatrolPlan.objects.exists()


def test_a_person_is_not_taken_twice(xingyang, cells):
    user = make_user("grid_member")
    with pytest.raises(PlanRefused, match="重复"):
        planning.make(xingyang.region, grounds(cells), [Walker("甲", user.pk), Walker("乙", user.pk)])


def test_a_step_changes_two_places_and_the_metres_and_nothing_else(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    (first, *_), other = orders(plan)
    route, beside = plan.routes.all()
    stop = route.stops.get(order=1)
    planning.step(stop.pk, plan, +1)
    route.refresh_from_db()
    assert orders(plan)[0][1] == first
    assert orders(plan)[1] == other
    places = [point(*SUOHE), *(one.place for one in route.stops.all()), point(*SUOHE)]
    assert route.distance_m == pytest.approx(straight(places) * 1.3, rel=1e-6)
    before = beside.distance_m
    beside.refresh_from_db()
    assert beside.distance_m == before


def test_at_the_end_of_a_route_a_step_stays_there(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    before = orders(plan)
    planning.step(plan.routes.first().stops.first().pk, plan, -1)
    planning.step(plan.routes.first().stops.last().pk, plan, +1)
    assert orders(plan) == before


def test_a_stop_given_to_another_keeps_the_rest_of_both_and_measures_both(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    mine, theirs = orders(plan)
    one, other = plan.routes.all()
    planning.give(one.stops.get(order=2).pk, plan, other.pk, 0)
    assert orders(plan) == [mine[:1] + mine[2:], [mine[1], *theirs]]
    assert [stop.order for stop in one.stops.all()] == list(range(1, len(mine)))
    before = one.distance_m, other.distance_m
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.distance_m < before[0]
    assert other.minutes > 20 * len(theirs) + 20


def test_a_stop_taken_from_everybody_is_kept_and_loses_its_lock(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    stop = plan.routes.first().stops.first()
    planning.lock(stop.pk, plan, True)
    planning.give(stop.pk, plan, None)
    stop.refresh_from_db()
    assert (stop.route, stop.locked, plan.stops.count()) == (None, False, 10)


def test_proposed_anew_a_locked_stop_keeps_person_and_place(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    one, other = plan.routes.all()
    stop = one.stops.last()
    planning.give(stop.pk, plan, other.pk, 1)
    planning.lock(stop.pk, plan, True)
    planning.propose(plan)
    stop.refresh_from_db()
    assert (stop.route_id, stop.order, stop.locked) == (other.pk, 2, True)
    assert plan.stops.filter(route=None).count() == 0


def test_a_stop_of_another_plan_is_not_moved(xingyang, cells):
    plan, other = make(xingyang.region, grounds(cells)), make(xingyang.region, grounds(cells))
    stop = other.stops.first()
    with pytest.raises(PlanRefused, match="不在本计划中"):
        planning.step(stop.pk, plan, 1)
    with pytest.raises(PlanRefused, match="不在本计划中"):
        planning.give(plan.stops.first().pk, plan, other.routes.first().pk)


def test_the_second_of_two_people_is_told_and_changes_nothing(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    stop = plan.routes.first().stops.first()
    planning.lock(stop.pk, plan, True, version=1)
    with pytest.raises(PlanChanged):
        planning.lock(stop.pk, plan, False, version=1)
    assert PlanStop.objects.get(pk=stop.pk).locked


def test_a_note_is_kept_on_one_line_and_only_as_long_as_it_may_be(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    stop = plan.stops.first()
    planning.note(stop.pk, plan, " 看北门\r\n的\0 塔吊 ", version=1)
    assert PlanStop.objects.get(pk=stop.pk).note == "看北门 的 塔吊"
    with pytest.raises(PlanRefused, match=r"^备注.*200"):
        planning.note(stop.pk, plan, "塔" * 201)
    planning.note(stop.pk, plan, "")
    assert PlanStop.objects.get(pk=stop.pk).note == ""
    assert PatrolPlan.objects.get().version == 3
    planning.send(plan)
    with pytest.raises(PlanRefused):
        planning.note(stop.pk, plan, "晚了")


def test_a_shift_over_midnight_has_its_whole_length_for_stops(xingyang, cells):
    night = make(xingyang.region, grounds(cells), starts=time(22), ends=time(6), start=None)
    assert (night.shift_minutes, night.last_day) == (480, DAY + timedelta(days=1))
    assert night.stops.filter(route=None).count() == 0
    day = make(xingyang.region, grounds(cells))
    assert (day.shift_minutes, day.last_day) == (510, DAY)
    short = make(xingyang.region, grounds(cells), people=("甲",), starts=time(23, 30), ends=time(0, 30), start=None)
    assert short.shift_minutes == 60
    assert short.routes.get().minutes <= 60
    assert short.stops.filter(route=None).exists()


def test_a_shift_without_time_is_refused_by_the_database(xingyang, cells):
    with pytest.raises(IntegrityError):
        make(xingyang.region, grounds(cells), starts=time(22), ends=time(22))


def test_a_sent_plan_is_not_changed_and_a_withdrawn_one_can_be_sent_again(xingyang, cells):
    plan = make(xingyang.region, grounds(cells))
    planning.send(plan)
    with pytest.raises(PlanRefused, match="已发送"):
        planning.propose(plan)
    assert PatrolPlan.objects.get().version == 2
    planning.withdraw(plan)
    planning.send(plan)
    assert PatrolPlan.objects.get().is_sent


class TestDone:
    """A plan of 20 November with the cell at SUOHE, and one with ground round it that is no cell."""

    @pytest.fixture
    def plan(self, xingyang, cells):
        cell = next(cell for cell in cells if cell.geom.covers(point(*SUOHE)))
        ground = point(*SUOHE).buffer(0.0005)
        ground.srid = srid.STORAGE
        return make(
            xingyang.region,
            [*grounds([cell]), Ground("空白", ground.centroid, ground=ground, area_code=cell.area_code)],
            people=("甲",),
        )

    def done(self, plan):
        found = plan_progress.of([plan])
        return {stop.label: found[stop.pk].late for stop in plan.stops.all() if stop.pk in found}

    def at(self, days, hour=15, minute=0):
        return timezone.make_aware(datetime.combine(DAY + timedelta(days=days), time(hour, minute)))

    @pytest.mark.parametrize(
        ("days", "hour", "late"),
        [(-1, 23, None), (0, 0, False), (0, 23, False), (1, 0, True), (2, 23, True), (3, 0, None)],
    )
    def test_a_visit_does_a_stop_on_its_day_and_late_for_two_days_more(self, plan, days, hour, late):
        make_patrol(ended_at=self.at(days, hour))
        assert set(self.done(plan).values()) == (set() if late is None else {late})
        assert len(self.done(plan)) == (0 if late is None else 2)

    @pytest.mark.parametrize(
        ("days", "hour", "late"),
        [(-1, 23, None), (0, 0, False), (0, 23, False), (1, 5, False), (1, 23, False), (2, 0, True), (3, 23, True),
         (4, 0, None)],
    )  # fmt: skip
    def test_a_night_is_done_on_either_of_its_days_and_late_for_two_more(self, plan, days, hour, late):
        PatrolPlan.objects.filter(pk=plan.pk).update(starts=time(22), ends=time(6))
        plan.refresh_from_db()
        make_patrol(ended_at=self.at(days, hour))
        assert set(self.done(plan).values()) == (set() if late is None else {late})
        assert len(self.done(plan)) == (0 if late is None else 2)

    def test_plans_of_different_days_are_each_compared_with_their_own(self, plan, xingyang):
        other = make(
            xingyang.region,
            [Ground("空白", point(*SUOHE), ground=plan.stops.get(cell=None).ground)],
            day=DAY + timedelta(days=1),
        )
        make_patrol(ended_at=self.at(1))
        found = plan_progress.of([plan, other])
        assert [found[stop.pk].late for one in (plan, other) for stop in one.stops.all()] == [True, True, False]

    def test_a_visit_that_is_not_believed_does_nothing(self, plan):
        make_patrol(ended_at=self.at(0), counts=False)
        assert self.done(plan) == {}

    def test_ground_in_no_cell_is_done_by_a_track_through_it_and_not_by_one_beside(self, plan):
        lon, lat = SUOHE
        make_patrol(ended_at=self.at(0), track=[(lon - 0.001, lat + 0.0006), (lon + 0.001, lat + 0.0006)])
        assert "空白" not in self.done(plan)
        make_patrol(ended_at=self.at(0), track=[(lon - 0.001, lat), (lon + 0.001, lat)])
        assert self.done(plan)["空白"] is False

    def test_the_first_patrol_that_was_there_is_named(self, plan):
        late = make_patrol(ended_at=self.at(1), officer_name="丙")
        first = make_patrol(ended_at=self.at(0), officer_name="丁")
        found = plan_progress.of([plan]).values()
        assert {(one.patrol, one.officer) for one in found} == {(first.pk, "丁")}
        assert late.pk != first.pk
