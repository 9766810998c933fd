"""The order of a patrol's stops and who walks which: pure reckoning on distances, solved by OR-tools.

Stops are numbers from 0, distances metres between them as somebody goes. The solver works for a bounded number of
steps and in whole centimetres and tenths of a second, so that the same question has the same answer on any machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

STEPS, BRANCHES = 120, 4_000  # solutions and choices looked at; a round of sixty stops hardly changes after them
FAIR = 1.02  # a route may be so much longer than an even share before it costs
CM, TENTHS = 100, 600  # a metre, a minute
LEAVING_OUT = 10**12  # what a stop left out costs: more than any way
BESIDE_ITS_PLACE = 10**14  # what a locked stop costs a place too early or too late: more than all others left out


@dataclass(frozen=True)
class Ways:
    """Metres from stop to stop, and from the start to each stop and back; without a start a route begins at its first
    stop and ends at its last."""

    between: Sequence[Sequence[float]]
    from_start: Sequence[float] = ()

    def length_m(self, order: Sequence[int]) -> float:
        if not order:
            return 0.0
        inner = sum(self.between[one][other] for one, other in pairwise(order))
        return inner + (self.from_start[order[0]] + self.from_start[order[-1]] if self.from_start else 0.0)


@dataclass(frozen=True)
class Lock:
    """A stop that stays with its person (by number) and at its place in the order, from 0."""

    person: int
    place: int


@dataclass(frozen=True)
class Question:
    """`minutes` on the spot, one a stop; the first stops are the most pressing and the last to be left out."""

    ways: Ways
    minutes: Sequence[float]
    people: int
    shift_minutes: float
    metres_a_minute: float
    locks: dict[int, Lock] = field(default_factory=dict)

    def minutes_of(self, order: Sequence[int]) -> float:
        return self.ways.length_m(order) / self.metres_a_minute + sum(self.minutes[stop] for stop in order)

    def locked_of(self, person: int) -> list[int]:
        """The person's locked stops in their order."""
        theirs = [(lock.place, stop) for stop, lock in self.locks.items() if lock.person == person]
        return [stop for _place, stop in sorted(theirs)]


@dataclass(frozen=True)
class Answer:
    """A route a person, and the stops that no shift had room for."""

    routes: tuple[tuple[int, ...], ...]
    left: tuple[int, ...]
    steps: int = 0


def solve(question: Question) -> Answer:
    """As many stops as fit, the most pressing first, then evenly shared, then short. Locked stops always stay: a shift
    too short for them is theirs to overrun."""
    stops = range(len(question.minutes))
    if not stops or not question.people:
        return Answer(tuple(() for _person in range(question.people)), tuple(stops))
    routes, steps = _Model(question).solved()
    if question.locks or question.people > 1:  # once more from there, now that it is known what an even share is
        begun = [_fitting(question, _seated(route, question.locks), person) for person, route in enumerate(routes)]
        share = sum(question.minutes_of(route) for route in begun) / question.people
        routes, more = _Model(question, share).solved(begun)
        steps += more
    routes = tuple(
        tuple(_fitting(question, _seated(route, question.locks), person)) for person, route in enumerate(routes)
    )
    there = {stop for route in routes for stop in route}
    return Answer(routes, tuple(stop for stop in stops if stop not in there), steps)


def _seated(route: Sequence[int], locks: dict[int, Lock]) -> tuple[int, ...]:
    """The order with every locked stop at its place, or last where the route has no such place."""
    order = [stop for stop in route if stop not in locks]
    for stop in sorted((stop for stop in route if stop in locks), key=lambda stop: locks[stop].place):
        order.insert(min(locks[stop].place, len(order)), stop)
    return tuple(order)


def _fitting(question: Question, order: Sequence[int], person: int) -> list[int]:
    """Without what is most in the way of the shift; the solver finds room for it elsewhere, or leaves it out."""
    order = list(order)
    room = max(question.shift_minutes, question.minutes_of(question.locked_of(person)))
    while question.minutes_of(order) > room and (free := [stop for stop in order if stop not in question.locks]):
        order.remove(max(free))
        order = list(_seated(order, question.locks))
    return order


class _Model:
    """The question in the solver's words: node 0 is the start, stop `n` is node `n + 1`."""

    def __init__(self, question: Question, share: float | None = None):
        self.question, self.share = question, share
        self.nodes = pywrapcp.RoutingIndexManager(len(question.minutes) + 1, question.people, 0)
        self.routing = pywrapcp.RoutingModel(self.nodes)
        metres = self._metres()
        ways = [[round(CM * way) for way in row] for row in metres]
        self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(ways))
        self._tell_of_time(metres)
        self._tell_of_places()
        self._tell_what_may_be_left_out()

    def _metres(self) -> list[list[float]]:
        ways = self.question.ways
        start = list(ways.from_start) or [0.0] * len(self.question.minutes)
        return [[0.0, *start], *([start[stop], *row] for stop, row in enumerate(ways.between))]

    def _tell_of_time(self, metres):
        """The shift, and that the longest route should be short."""
        asked = self.question
        spent = [0, *(round(TENTHS * one) for one in asked.minutes)]
        times = [
            [round(TENTHS * way / asked.metres_a_minute) + spent[node] for way in row]
            for node, row in enumerate(metres)
        ]
        most = max(self._room(person) for person in range(asked.people))
        self.routing.AddDimension(self.routing.RegisterTransitMatrix(times), 0, most, True, "time")
        time = self.routing.GetDimensionOrDie("time")
        for person in range(asked.people):
            time.CumulVar(self.routing.End(person)).SetMax(self._room(person))
        if asked.people > 1:
            share = pywrapcp.BoundCost(round(TENTHS * FAIR * self._even_share()), self._worth_of_a_tenth())
            for person in range(asked.people):
                time.SetSoftSpanUpperBoundForVehicle(share, person)

    def _even_share(self) -> float:
        """Minutes a person; before anything is known, without any way."""
        return sum(self.question.minutes) / self.question.people if self.share is None else self.share

    def _worth_of_a_tenth(self) -> int:
        """Centimetres that a tenth of a second over the even share is worth: what everybody goes in it."""
        return max(1, round(self.question.people * self.question.metres_a_minute * CM / TENTHS))

    def _room(self, person: int) -> int:
        """Tenths of a second: the shift, or what the locked stops need. Rounding may not put a stop out."""
        locked = self.question.minutes_of(self.question.locked_of(person))
        return round(TENTHS * max(self.question.shift_minutes, locked)) + len(self.question.minutes) + 1

    def _tell_of_places(self):
        ones = [[0 if node == 0 else 1 for _to in range(self.nodes.GetNumberOfNodes())]
                for node in range(self.nodes.GetNumberOfNodes())]  # fmt: skip
        self.routing.AddDimension(self.routing.RegisterTransitMatrix(ones), 0, len(ones), True, "place")
        places = self.routing.GetDimensionOrDie("place")
        for stop, lock in self.question.locks.items():
            index = self.nodes.NodeToIndex(stop + 1)
            self.routing.VehicleVar(index).SetValues([lock.person])
            places.SetCumulVarSoftLowerBound(index, lock.place, BESIDE_ITS_PLACE)
            places.SetCumulVarSoftUpperBound(index, lock.place, BESIDE_ITS_PLACE)

    def _tell_what_may_be_left_out(self):
        count = len(self.question.minutes)
        for stop in range(count):
            if stop not in self.question.locks:
                pressing = LEAVING_OUT * (count - stop) // (2 * count * count)
                self.routing.AddDisjunction([self.nodes.NodeToIndex(stop + 1)], LEAVING_OUT + pressing)

    def solved(self, begun: list[list[int]] | None = None) -> tuple[list[list[int]], int]:
        """The routes and how many solutions were looked at, from the routes `begun` where there are any."""
        steps = []
        self.routing.AddAtSolutionCallback(lambda: steps.append(1))
        self.routing.AddSearchMonitor(self.routing.solver().BranchesLimit(BRANCHES))
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.solution_limit = STEPS
        self.routing.CloseModelWithParameters(parameters)
        before = begun and self.routing.ReadAssignmentFromRoutes([[stop + 1 for stop in way] for way in begun], True)
        found = (
            self.routing.SolveFromAssignmentWithParameters(before, parameters)
            if before
            else self.routing.SolveWithParameters(parameters)
        )
        people = range(self.question.people)
        if not found:  # cannot be: the locked stops alone always fit
            return [self.question.locked_of(person) for person in people], len(steps)
        return [self._route(found, person) for person in people], len(steps)

    def _route(self, found, person: int) -> list[int]:
        route, index = [], found.Value(self.routing.NextVar(self.routing.Start(person)))
        while not self.routing.IsEnd(index):
            route.append(self.nodes.IndexToNode(index) - 1)
            index = found.Value(self.routing.NextVar(index))
        return route
