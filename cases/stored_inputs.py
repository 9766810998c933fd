"""What a case's stored inputs give: the WGS 84 point of its raw pair, and the doubts that its text raises."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from django.contrib.gis.geos import Point

from boundaries.models import Edition
from cases.models import Case
from cases.naming import Names
from gis_core import crs, srid
from gis_core.db.functions import Latitude, Longitude

SAME_PLACE_DEG = 1e-8  # a millimetre
AT_ONCE = 10_000


@dataclass(frozen=True)
class Renewed:
    """A case whose stored point or doubts are not what its inputs give; `values` are the columns that differ."""

    pk: int
    case_no: str
    version: int
    values: dict


class Stored(NamedTuple):
    """What of a case is compared, as it is read: a model and a geometry each would take most of the time."""

    pk: int
    case_no: str
    version: int
    lon: float
    lat: float
    raw_lon: float
    raw_lat: float
    raw_crs: str
    address: str
    description: str
    named_area_code: str
    suspected_crs: str


def differing(edition: Edition) -> Iterator[Renewed]:
    """The open cases of an edition whose point or doubts would be stored otherwise today."""
    names = Names(edition)
    cases = (
        Case.objects.open()
        .filter(edition=edition)
        .annotate(lon=Longitude("geom"), lat=Latitude("geom"))
        .order_by("raw_crs")
        .values_list(*Stored._fields)
        .iterator(AT_ONCE)
    )
    for name, same_system in groupby(map(Stored._make, cases), lambda case: case.raw_crs):
        while some := list(islice(same_system, AT_ONCE)):
            raw = np.array([(case.raw_lon, case.raw_lat) for case in some])
            points = np.column_stack(crs.to_wgs84(*raw.T, crs.parse(name)))
            for case, point in zip(some, points.tolist(), strict=True):
                if values := _differing_values(case, tuple(point), names):
                    yield Renewed(case.pk, case.case_no, case.version, values)


def _differing_values(case: Stored, point: tuple[float, float], names: Names) -> dict:
    doubts = names.doubts(f"{case.address} {case.description}", (case.raw_lon, case.raw_lat), point)
    values = {
        name: doubts.get(name, "")
        for name in ("named_area_code", "suspected_crs")
        if getattr(case, name) != doubts.get(name, "")
    }
    if max(abs(point[0] - case.lon), abs(point[1] - case.lat)) > SAME_PLACE_DEG:
        values["geom"] = Point(*point, srid=srid.STORAGE)
    return values
