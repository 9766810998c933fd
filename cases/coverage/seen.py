"""What of a region's coverage a person sees: all of it, or the areas of their groups."""

from datetime import date

from cases.coverage.reading import Coverage, of
from cases.permissions import areas_of, scope_of


def seen_by(user, day: date | None = None) -> Coverage | None:
    """None where the person works in no region, or no edition was in force. Whether they may see coverage at all is
    asked before. Raises ValueError for a day to come."""
    scope = scope_of(user)
    found = of(scope.region, day) if scope.region else None
    if found is None or scope.everything:
        return found
    return found.within(areas_of(scope, found.day))
