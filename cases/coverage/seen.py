"""What of a region's coverage a person sees: all of it, or the areas of their groups."""

from datetime import date

from django.utils import timezone

from boundaries.models import Area, Edition
from cases.coverage.reading import Coverage, of
from cases.permissions import Scope, scope_of


def seen_by(user, day: date | None = None) -> Coverage | None:
    """None where the person works in no region, or no edition was in force. Whether they may see coverage at all is
    asked before. Raises ValueError for a day to come."""
    scope = scope_of(user)
    found = of(scope.region, day) if scope.region else None
    if found is None or scope.everything:
        return found
    return found.within(areas_of(scope, found.day))


def areas_of(scope: Scope, day: date | None = None) -> frozenset[str]:
    """The codes of the areas that the person's groups had on that day; they are a member of them today."""
    edition = Edition.objects.current(scope.region, day or timezone.localdate())
    areas = Area.objects.filter(edition=edition, group__code__in=scope.groups) if edition else Area.objects.none()
    return frozenset(areas.values_list("code", flat=True))
