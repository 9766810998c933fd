"""Which drafts of the grid a person works on, those of their region; and the gap that they came for, as a box."""

from collections.abc import Iterable

import shapely
from django.core.exceptions import ValidationError

from boundaries.grid_faults import Fault, Kind
from boundaries.models import Edition, GridDraft
from cases.filters import BoxField

LEAST_ALIKE = 0.5  # share of two boxes' common ground in their whole; a link's box is rounded to a metre


def drafts_of(user):
    return GridDraft.objects.filter(region=user.region_id).select_related("region", "made_by", "published_by")


def draft_of(user, pk: int) -> GridDraft | None:
    return drafts_of(user).filter(pk=pk).first()


def box_asked(text: str, edition: Edition | None) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a link's `box`; None for what is no box, or lies away from the region's ground."""
    try:
        box = BoxField(required=False).clean(text)
    except ValidationError:
        return None
    if box is None or (edition and edition.outline and not edition.outline.envelope.intersects(box)):
        return None
    return box.extent


def gap_in(box: tuple[float, float, float, float], faults: Iterable[Fault]) -> Fault | None:
    """The gap whose own box is most like this one; None where the gap is not there any more."""
    asked = shapely.box(*box)
    gaps = [(_alike(asked, shapely.box(*fault.box)), fault) for fault in faults if fault.kind is Kind.GAP]
    alike, fault = max(gaps, key=lambda gap: gap[0], default=(0, None))
    return fault if alike >= LEAST_ALIKE else None


def _alike(one, other) -> float:
    return shapely.intersection(one, other).area / shapely.union(one, other).area
