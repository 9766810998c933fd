"""Which circulars a person sees: all of the region, or what was delivered to their unit."""

from cases.permissions import Capability, may
from oversight.models.circular import Circular


def visible_circulars(user):
    if not user.region_id:
        return Circular.objects.none()
    here = Circular.objects.filter(region=user.region_id).for_list()
    if may(user, Capability.SEE_ALL_CIRCULARS):
        return here
    if may(user, Capability.SEE_CIRCULARS) and user.unit_id:
        return here.filter(unit=user.unit_id, delivered_at__isnull=False)
    return here.none()
