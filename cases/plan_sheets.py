"""The printed sheet of a route: its stops, why each is on it, and the open cases there."""

from cases.permissions import visible_cases

MOST_CASES = 6


def sheets(user, routes) -> list[tuple]:
    """(route, [(stop, its open cases as far as `user` sees them, how many more)]) a person with a stop."""
    routes = routes.select_related("unit", "plan").prefetch_related("stops__cell")
    return [(route, [_stop(user, stop) for stop in route.stops.all()]) for route in routes if route.stops.all()]


def _stop(user, stop) -> tuple:
    ground = stop.cell.geom if stop.cell else stop.ground
    there = visible_cases(user).open().filter(geom__coveredby=ground).defer("search").order_by("due_at", "pk")
    found = list(there[: MOST_CASES + 1])
    return stop, found[:MOST_CASES], max(there.count() - MOST_CASES, 0) if len(found) > MOST_CASES else 0
