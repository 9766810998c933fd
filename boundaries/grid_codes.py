"""Where a cell belongs and what it is called: its area and parent by the ground, its code by the next free number."""

from collections.abc import Sequence

import shapely
from django.utils.translation import gettext as _

from boundaries import polygons
from boundaries.grid_faults import VILLAGE, Cell, Land
from boundaries.models import Edition, GridCell, GridDraft, Region

LAST_NUMBER = 999
NO_VILLAGE = "000"


class NoFreeCode(ValueError):
    """A village has 999 cells at most."""


def lands_of(draft: GridDraft) -> list[Land]:
    return lands(draft.region, draft.based_on)


def lands(region: Region, day) -> list[Land]:
    """The areas of the edition in force on a day; none without one."""
    edition = Edition.objects.defer("outline").current(region, day)
    stored = edition.areas.all() if edition else ()
    return [Land(area.code, area.name, polygons.of_stored(area.geom)) for area in stored]


def parents_of(draft: GridDraft) -> list[Cell]:
    """The ordinary cells of the nearest tier up that there is; none where there is no tier above."""
    above = GridCell.objects.filter(region=draft.region, level__lt=draft.level).valid_on(draft.based_on)
    tier = above.order_by("-level").values_list("level", flat=True).first()
    stored = above.filter(level=tier, kind=GridCell.Kind.ORDINARY)
    return [Cell(one.code, one.name, one.level, polygons.of_stored(one.geom), one.area_code) for one in stored]


def home_of(shape: shapely.Geometry, homes: Sequence, code: str | None = None):
    """The one named by its code, else the one that most of the shape lies in; None where it lies in none."""
    if code:
        return next((home for home in homes if home.code == code), None)
    near = [home for home in homes if home.geom.intersects(shape)]
    return max(near, key=lambda home: shapely.intersection(home.geom, shape).area, default=None)


def proposed(draft: GridDraft, shape: shapely.Geometry, home: Land | None) -> dict:
    """Area, parent, code and name of a new cell."""
    parent = home_of(shape, parents_of(draft))
    start = parent.code if parent else home.code if home else draft.region_id
    prefix = (start[:VILLAGE] if parent else start).ljust(VILLAGE, "0")[:VILLAGE]
    code = next_code(draft, prefix)
    place = home.name if home else ""
    return {
        "area_code": home.code if home else "",
        "parent_code": parent.code if parent else "",
        "code": code,
        "name": _("{place} cell {number}").format(place=place, number=code[VILLAGE:]).strip(),
    }


def next_code(draft: GridDraft, prefix: str) -> str:
    """The number after the last that the draft, the grid in force or that of earlier days has under a prefix of 12: a
    code that once named other ground is not given again while there are others."""
    stored = GridCell.objects.filter(region=draft.region, code__startswith=prefix)
    drawn = draft.cells.filter(code__startswith=prefix)
    taken = {code[VILLAGE:] for rows in (stored, drawn) for code in rows.values_list("code", flat=True)}
    numbers = {int(number) for number in taken if number.isdigit()}
    after = max(numbers, default=0) + 1
    free = after if after <= LAST_NUMBER else next((n for n in range(1, LAST_NUMBER + 1) if n not in numbers), None)
    if free is None:
        raise NoFreeCode(_("All 999 codes under {prefix} are taken: say another code.").format(prefix=prefix))
    return f"{prefix}{free:03d}"


def ground_m2(region: Region, day) -> float:
    """Of all areas, in the plane of their zone."""
    return sum(polygons.square_metres(land.geom) for land in lands(region, day))
