"""Cases by hexagon: how many lie in each cell, and how many on a square kilometre."""

import math
from collections import Counter
from dataclasses import dataclass

import django_filters
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import Edition
from cases import versions
from cases.filters import CaseFilter, describes, is_tallied
from cases.hexagon_cells import NUMBERED, SIZES, corners_of, side_of
from cases.narrowing import narrow
from cases.permissions import scope_of, visible_cases
from cases.workflow import OPEN
from gis_core import srid
from gis_core.db.compiled import bound
from gis_core.kept import Kept

USUAL = 1000
MOST = 5000  # cells in one answer
LEVELS = 5
M2_PER_KM2 = 1_000_000
DECIMALS = 6  # of a degree, a decimetre
COUNTED = f"""
WITH {NUMBERED}, cells AS (
    SELECT q, r, count(*) AS n, count(*) FILTER (WHERE status = ANY(%(open)s)) AS open,
           mode() WITHIN GROUP (ORDER BY area_code) AS area_code,
           ST_Point({{across}} * (q + r / 2.0), 1.5 * {{side}} * r, {srid.GAUSS_KRUGER}) AS middle
    FROM numbered GROUP BY q, r
)
SELECT q, r, n, open, area_code, ST_X(lonlat), ST_Y(lonlat),
       ST_AsText(ST_Transform(ST_Translate(ST_GeomFromText(%(shape)s, {srid.GAUSS_KRUGER}), ST_X(middle), ST_Y(middle)),
                              {srid.STORAGE}), {DECIMALS + 3}), count(*) OVER ()
FROM (SELECT *, ST_Transform(middle, {srid.STORAGE}) AS lonlat FROM cells) placed_cells
ORDER BY n DESC, q, r LIMIT {MOST}
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver
_kept = Kept(32)


class TooManyHexagons(ValueError):
    """The ground asked for has more cells of that size than one answer holds."""


class HexagonFilter(CaseFilter):
    """The list's filters and a size; a day gone by is the map's alone."""

    at = None
    metres = django_filters.ChoiceFilter(
        choices=[(str(size), f"{size} m") for size in SIZES], label=gettext_lazy("size of the hexagons"),
        help_text="Metres between opposite sides; 1000 when left out.",
    )  # fmt: skip


@dataclass(frozen=True)
class Hexagon:
    """`q` and `r` number the cell, `area_code` is that of most of its cases (empty: of none), `lon`, `lat` are its
    middle, `ring` its closed outline in degrees; `level` runs from 1 to 5 by how many cells have fewer cases, so that
    equal counts are of one level."""

    q: int
    r: int
    cases: int
    open: int
    area_code: str
    lon: float
    lat: float
    ring: tuple[tuple[float, float], ...]
    per_km2: float
    level: int

    @property
    def code(self) -> str:
        return f"{self.q}:{self.r}"


@dataclass(frozen=True)
class Hexagons:
    """The cells that hold a case, the fullest first."""

    metres: int
    km2: float
    cells: list[Hexagon]

    @property
    def cases(self) -> int:
        return sum(one.cases for one in self.cells)

    @property
    def legend(self) -> list[dict]:
        """Of each level that there is, the highest first: the fewest and most cases, and how many cells."""
        found = {}
        for one in self.cells:
            found.setdefault(one.level, []).append(one.cases)
        return [{"level": level, "least": min(n), "most": max(n), "cells": len(n)} for level, n in found.items()]


def seen_by(user, data: dict, metres: int = USUAL) -> Hexagons:
    """Of the cases that the person sees and `data` finds, as `HexagonFilter` cleaned it."""
    if not is_tallied({key: value for key, value in data.items() if key != "metres"}):
        return _made(user, data, metres)
    asked = tuple(sorted((key, str(value)) for key, value in data.items() if value and key != "metres"))
    return _kept.get((scope_of(user), versions.of(user), metres, asked), lambda: _made(user, data, metres))


def named(user, cells: list[Hexagon]) -> list[tuple[Hexagon, str]]:
    """Each with the name of its area in the edition in force."""
    edition = Edition.objects.current(user.region_id)
    names = dict(edition.areas.values_list("code", "name")) if edition else {}
    return [(one, names.get(one.area_code, "")) for one in cells]


def _made(user, data, metres) -> Hexagons:
    return of(narrow(visible_cases(user).filter(describes(data)), data), metres)


def of(cases, metres: int = USUAL) -> Hexagons:
    """Of these cases."""
    km2 = math.sqrt(3) / 2 * metres**2 / M2_PER_KM2
    text = bound(cases.order_by().values("status", "area_code", "geom"))
    rows = _rows(text, metres) if text else []
    if rows and rows[0][-1] > MOST:
        raise TooManyHexagons(
            _("There are more than {most} hexagons of this size: choose larger ones, or a smaller extent.").format(
                most=MOST
            )
        )
    levels = _levels([row[2] for row in rows])
    return Hexagons(
        metres, km2, [Hexagon(*row[:7], _ring(row[7]), row[2] / km2, levels[row[2]]) for row in rows]
    )  # fmt: skip


def _rows(text, metres):
    shape = ", ".join(f"{x:.9f} {y:.9f}" for x, y in corners_of(metres))
    counted = COUNTED.format(columns="status, area_code", cases=text, side=side_of(metres), across=metres)
    with connection.cursor() as cursor:
        cursor.execute(counted, {"open": sorted(OPEN), "shape": f"POLYGON(({shape}))"})
        return cursor.fetchall()


def _ring(text: str) -> tuple[tuple[float, float], ...]:
    """Of `POLYGON((x y,…))`, to a decimetre."""
    pairs = text.removeprefix("POLYGON((").removesuffix("))").split(",")
    return tuple(tuple(round(float(number), DECIMALS) for number in pair.split()) for pair in pairs)


def _levels(counts: list[int]) -> dict[int, int]:
    """Count → level, by the share of cells that hold fewer."""
    fewer, levels = 0, {}
    for count, cells in sorted(Counter(counts).items()):
        levels[count] = 1 + LEVELS * fewer // len(counts)
        fewer += cells
    return levels
