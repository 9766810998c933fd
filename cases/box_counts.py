"""How many cases lie in a large box, exactly, without reading them all.

Cells of the kept counts that lie inside of the box are added up; cases are read in the cells along its edge alone.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from cases import map_counts
from cases.filters import describes
from cases.permissions import Scope
from cases.spells import world_pixel
from cases.workflow import ENDED, OPEN
from gis_core.db.compiled import bound
from gis_core.tiles import WORLD_BITS, Tile

MOST_ACROSS = 160  # cells: an edge of some six hundred, in which a fortieth of the cases lies
ROUNDING = 0.00002  # degrees; of 32-bit numbers at 180
FEWEST_ACROSS = 6  # fewer, and half of them are on the edge
INSIDE = """
SELECT coalesce(sum(n), 0) FROM unnest(%(first)s::bigint[], %(end)s::bigint[]) range (first, last)
JOIN ({rows}) c ON c.level = %(level)s AND c.cell >= range.first AND c.cell < range.last
"""
# By place alone first, and the box behind it: together they would be read by the box, which holds them all.
EDGE = """
SELECT coalesce(sum(found.n), 0) FROM unnest(%(first)s::bigint[], %(end)s::bigint[]) range (first, last)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.geom && %(box)s::geometry) AS n FROM ({cases}) c
    WHERE c.world_cell >= range.first AND c.world_cell < range.last
) found
"""


@dataclass(frozen=True)
class Cells:
    """The cells of a level that a box touches (`outer`) and those that lie inside of it (`inner`): each from column and
    row to column and row, both inclusive. The index takes boxes as 32-bit numbers, so that its edge has a width."""

    level: int
    outer: tuple[int, int, int, int]
    inner: tuple[int, int, int, int]

    @classmethod
    def of(cls, box, level: int):
        left, top, right, bottom = _cells_of(box, level, -ROUNDING)
        outer = _cells_of(box, level, ROUNDING)
        return cls(level, outer, (left + 1, top + 1, right - 1, bottom - 1))

    @property
    def across(self) -> tuple[int, int]:
        left, top, right, bottom = self.outer
        return right - left + 1, bottom - top + 1

    def inside(self) -> list[tuple[int, int]]:
        return _ranges(self.level, *self.inner)

    def edge(self) -> list[tuple[int, int]]:
        """As ranges of the cases' own cells, which are the finest."""
        (left, top, right, bottom), (in_left, in_top, in_right, in_bottom) = self.outer, self.inner
        sides = (
            (left, top, right, in_top - 1), (left, in_bottom + 1, right, bottom),
            (left, in_top, in_left - 1, in_bottom), (in_right + 1, in_top, right, in_bottom),
        )  # fmt: skip
        finer = 2 * (WORLD_BITS - self.level)
        return [(a << finer, b << finer) for side in sides for a, b in _ranges(self.level, *side)]


def _cells_of(box, level: int, wider: float) -> tuple[int, int, int, int]:
    west, south, east, north = box.extent
    drop = WORLD_BITS - level
    (left, top), (right, bottom) = world_pixel(west - wider, north + wider), world_pixel(east + wider, south - wider)
    return left >> drop, top >> drop, right >> drop, bottom >> drop


def _ranges(level: int, left: int, top: int, right: int, bottom: int) -> list[tuple[int, int]]:
    """Morton ranges (first, one after the last) of a rectangle of cells, by quarters; neighbours are joined."""
    found: list[tuple[int, int]] = []

    def walk(z, x, y):
        deeper = level - z
        x0, y0 = x << deeper, y << deeper
        x1, y1 = x0 + (1 << deeper) - 1, y0 + (1 << deeper) - 1
        if x0 > right or x1 < left or y0 > bottom or y1 < top:
            return
        if left <= x0 and x1 <= right and top <= y0 and y1 <= bottom:
            first, end = Tile(z, x, y).cells(level)
            if found and found[-1][1] == first:
                found[-1] = (found[-1][0], end)
            else:
                found.append((first, end))
            return
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):  # Morton order
            walk(z + 1, 2 * x + dx, 2 * y + dy)

    if left <= right and top <= bottom:
        walk(0, 0, 0)
    return found


def cells_for(box) -> Cells | None:
    """The finest kept level at which the box is not too many cells across; None where it is too few."""
    for level in range(map_counts.MOST_LEVEL, map_counts.LEAST_LEVEL - 1, -1):
        cells = Cells.of(box, level)
        if max(cells.across) <= MOST_ACROSS:
            return cells if min(cells.across) >= FEWEST_ACROSS else None
    return Cells.of(box, map_counts.LEAST_LEVEL)


def count(scope: Scope, data: dict, visible: QuerySet) -> int | None:
    """How many cases of `visible`, the scope's, the filters find in `data["bbox"]`; None where reading them all is as
    quick: in a small box, under filters that need more than `CaseCount`, and within the scope of groups."""
    box, halves, wanted = data["bbox"], *_halved({**data, "bbox": None})
    cells = cells_for(box) if scope.everything and map_counts.counts_know(wanted) else None
    if cells is None:
        return None
    rows = map_counts.counts(scope, wanted, halves).values("level", "cell", "n")
    number = _number(INSIDE, "rows", rows, cells.inside(), cells)
    for states in _states(halves):
        number += _on_edge(visible.filter(describes(wanted), status__in=states), box, cells)
    return number


def _halved(data: dict) -> tuple[map_counts.Halves, dict]:
    """Open or ended as halves, of which the plainest counts know; any other state stays a filter."""
    status = data.get("status")
    if status in ("open", "ended"):
        return map_counts.Halves(open=status == "open", ended=status == "ended"), {**data, "status": ""}
    return map_counts.Halves(), data


def _states(halves: map_counts.Halves) -> list[tuple]:
    """Each half by itself, as the indexes have them."""
    return [states for wanted, states in ((halves.open, OPEN), (halves.ended, tuple(sorted(ENDED)))) if wanted]


def _on_edge(cases: QuerySet, box, cells: Cells) -> int:
    return _number(EDGE, "cases", cases.values("world_cell", "geom"), cells.edge(), cells, box)


def _number(statement: str, name: str, rows: QuerySet, ranges, cells: Cells, box=None) -> int:
    text = bound(rows)
    if not (text and ranges):
        return 0
    first, end = zip(*ranges, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(**{name: text}),
            {"first": list(first), "end": list(end), "level": cells.level, "box": box and box.hexewkb.decode()},
        )
        return int(cursor.fetchone()[0])
