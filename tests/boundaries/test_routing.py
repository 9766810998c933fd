"""The order of stops, held against every order there is, by arithmetic of its own."""

import math
from itertools import pairwise, permutations
from random import Random

import pytest

from boundaries import routing
from boundaries.routing import Lock, Question, Ways, solve


def places(count, seed):
    """A start and `count` stops in a square of 10 km, by a seed."""
    rng = Random(seed)  # noqa: S311 - the same points on every run
    return [(rng.random() * 10_000, rng.random() * 10_000) for _ in range(count + 1)]


def ways_of(points, start):
    stops = points[1:]
    between = [[math.dist(one, other) for other in stops] for one in stops]
    return Ways(between, [math.dist(points[0], stop) for stop in stops] if start else ())


def gone(points, order, start):
    """Metres of a route, from the points alone."""
    way = [points[stop + 1] for stop in order]
    way = [points[0], *way, points[0]] if start else way
    return sum(math.dist(one, other) for one, other in pairwise(way))


def asked(count=5, people=1, seed=1, start=True, minutes=20, shift=10_000, locks=None):
    ways = ways_of(places(count, seed), start)
    return Question(ways, [minutes] * count, people, shift, 250, locks or {})


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_other_order_of_up_to_seven_stops_is_shorter(count, start, seed):
    points = places(count, seed)
    (route,) = solve(asked(count, seed=seed, start=start)).routes
    shortest = min(gone(points, order, start) for order in permutations(range(count)))
    assert sorted(route) == list(range(count))
    assert gone(points, route, start) <= shortest * 1.0001


def test_the_length_of_a_route_is_that_of_its_points():
    points = places(4, 9)
    assert ways_of(points, True).length_m((2, 0, 3)) == pytest.approx(gone(points, (2, 0, 3), True))
    assert ways_of(points, False).length_m((2, 0, 3)) == pytest.approx(gone(points, (2, 0, 3), False))
    assert ways_of(points, True).length_m(()) == 0


def test_nobody_to_walk_leaves_every_stop_over_and_nothing_to_walk_leaves_routes_empty():
    assert solve(asked(3, people=0)) == routing.Answer((), (0, 1, 2))
    assert solve(asked(0, people=2)) == routing.Answer(((), ()), ())


def test_two_people_share_the_stops_evenly():
    question = asked(12, people=2)
    one, other = (question.minutes_of(route) for route in solve(question).routes)
    assert abs(one - other) <= 30  # a stop and its way


def test_what_the_shift_has_no_room_for_is_left_over_the_least_pressing_first():
    """Stops far apart from nothing: 20 minutes each, no way between them, so that 100 minutes hold five."""
    flat = Ways([[0.0] * 8 for _row in range(8)], [0.0] * 8)
    answer = solve(Question(flat, [20] * 8, 1, 100, 250))
    assert (sorted(answer.routes[0]), answer.left) == ([0, 1, 2, 3, 4], (5, 6, 7))


def test_a_shift_that_is_filled_to_the_minute_is_not_overrun():
    flat = Ways([[0.0] * 5 for _row in range(5)], [0.0] * 5)
    assert solve(Question(flat, [20] * 5, 1, 100, 250)).left == ()
    assert len(solve(Question(flat, [20] * 5, 1, 99, 250)).left) == 1


def test_no_route_is_longer_than_the_shift():
    question = asked(30, people=2, shift=240)
    answer = solve(question)
    assert answer.left
    assert all(question.minutes_of(route) <= 240 for route in answer.routes)
    assert sorted([*answer.left, *(stop for route in answer.routes for stop in route)]) == list(range(30))


def test_a_locked_stop_keeps_its_person_and_its_place():
    locks = {3: Lock(0, 0), 5: Lock(1, 2), 8: Lock(1, 1)}
    answer = solve(asked(12, people=2, locks=locks))
    assert answer.routes[0][0] == 3
    assert (answer.routes[1][1], answer.routes[1][2]) == (8, 5)
    assert answer.left == ()


def test_locked_stops_keep_their_places_and_the_shift_where_not_all_fit():
    locks = {29: Lock(0, 1), 28: Lock(1, 3)}
    question = asked(30, people=2, shift=240, locks=locks)
    answer = solve(question)
    assert (answer.routes[0][1], answer.routes[1][3]) == (29, 28)
    assert all(question.minutes_of(route) <= 240 for route in answer.routes)


def test_locked_stops_stay_even_where_they_alone_overrun_the_shift():
    locks = {0: Lock(0, 0), 1: Lock(0, 1), 2: Lock(0, 2)}
    answer = solve(asked(5, shift=30, locks=locks))
    assert answer.routes == ((0, 1, 2),)
    assert answer.left == (3, 4)


def test_a_place_that_the_route_does_not_have_is_its_last():
    answer = solve(asked(2, locks={0: Lock(0, 7)}))
    assert answer.routes == ((1, 0),)


def test_sixty_stops_are_ordered_within_the_steps_and_twice_alike():
    question = asked(60, people=6, shift=480)
    answer = solve(question)
    assert 0 < answer.steps <= 2 * (routing.STEPS + 1)
    assert sorted(stop for route in answer.routes for stop in route) == list(range(60))
    assert solve(question) == answer
