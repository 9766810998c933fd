"""Areas from a file into a draft edition: read, converted once, checked, never published by themselves."""

from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Area, Edition, Region
from gis_core import crs, srid
from gis_core.reading import open_features

# What the columns of a bureau's file are usually called.
COLUMNS = {
    "code": ("code", "CODE", "代码", "区划代码", "XZQDM", "行政区代码"),
    "name": ("name", "NAME", "名称", "乡镇", "XZQMC", "行政区名称"),
    "kind": ("kind", "KIND", "类型"),
}
KINDS_BY_ENDING = {"街道": Area.Kind.SUBDISTRICT, "办事处": Area.Kind.SUBDISTRICT, "镇": Area.Kind.TOWN,
                   "乡": Area.Kind.TOWNSHIP}  # fmt: skip


class FaultyAreas(ValueError):
    """The file's areas cannot be taken; `faults` names every feature and its reason."""

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass
class Draft:
    """A new draft edition and what a person should look at before publishing it."""

    edition: Edition
    areas: int
    remarks: list[str] = field(default_factory=list)


@transaction.atomic
def import_areas(path: Path, region: Region, system: crs.Crs | None, *, name: str = "") -> Draft:
    """Read polygons with `code` and `name` into a draft edition, with the groups of the edition in force.

    Raises gis_core.reading.ReadingError (NoCrs where none is declared or embedded) or FaultyAreas with every
    fault; then nothing is stored. Areas keep the group that answers for their code today.
    """
    rows, faults = _read(path, system)
    if faults or not rows:
        raise FaultyAreas(faults or [_("{file}: no area in it").format(file=path.name)])
    today = Edition.objects.current(region)
    draft = Edition.objects.create(
        region=region,
        name=name or path.stem,
        source=path.name,
        valid_from=timezone.localdate(),
        outline=_multi(shapely.union_all([geometry for _row, geometry in rows])),
    )
    answering = _copy_groups(today, draft) if today else {}
    if today:
        _copy_surroundings(today, draft)
    Area.objects.bulk_create(
        Area(edition=draft, group=answering.get(row["code"]), geom=_multi(geometry), **row) for row, geometry in rows
    )
    return Draft(draft, len(rows), _remarks(today, rows, answering))


def _read(path: Path, system):
    rows, faults, seen = [], [], set()
    with open_features(path, system) as reading:
        for feature in reading:
            row, fault = _row(feature)
            geometry = feature.geometry and crs.geometry_to_wgs84(feature.geometry, reading.crs)
            fault = fault or _geometry_fault(geometry) or (_("code repeated") if row["code"] in seen else "")
            if fault:
                faults.append(
                    _("{file}: feature {number}: {fault}").format(file=path.name, number=feature.number, fault=fault)
                )
                continue
            seen.add(row["code"])
            rows.append((row, geometry))
    return rows, faults


def _row(feature):
    if feature.fault:
        return {"code": ""}, feature.fault
    found = {key: _first(feature.properties, names) for key, names in COLUMNS.items()}
    if not found["code"] or not found["name"]:
        return {"code": ""}, _("needs a code and a name")
    kind = found["kind"] if found["kind"] in Area.Kind.values else _kind_of(found["name"])
    return {"code": found["code"][:12], "name": found["name"][:60], "kind": kind}, ""


def _first(properties, names) -> str:
    return next((str(properties[name]).strip() for name in names if properties.get(name)), "")


def _kind_of(name: str) -> str:
    return next((kind for ending, kind in KINDS_BY_ENDING.items() if name.endswith(ending)), Area.Kind.SPECIAL_AREA)


def _geometry_fault(geometry) -> str:
    if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        return _("is not a polygon")
    if not geometry.is_valid:
        return _("invalid polygon ({why})").format(why=shapely.is_valid_reason(geometry))
    west, south, east, north = geometry.bounds
    try:
        crs.check_lon_lat(west, south)
        crs.check_lon_lat(east, north)
    except crs.BadCoordinate as error:
        return str(error)
    return ""


def _copy_groups(today: Edition, draft: Edition) -> dict:
    """The groups of the edition in force, with lead units and members, under the draft; by area code."""
    answering = {}
    for group in today.groups.prefetch_related("areas", "members", "lead_units"):
        codes, members, leads = list(group.areas.all()), list(group.members.all()), list(group.lead_units.all())
        group.pk, group.edition, group.territory = None, draft, None
        group._state.adding = True
        group.save()
        group.members.set(members)
        for lead in leads:
            group.lead_units.create(unit_id=lead.unit_id, lead_order=lead.lead_order)
        answering.update({area.code: group for area in codes})
    return answering


def _copy_surroundings(today: Edition, draft: Edition) -> None:
    """Neighbours, villages and appointments go on as they are."""
    for related in (today.neighbours, today.villages, today.appointments):
        rows = list(related.all())
        for row in rows:
            row.pk, row.edition = None, draft
        related.model.objects.bulk_create(rows)


def _remarks(today, rows, answering) -> list[str]:
    """Areas nobody answers for yet, areas of today that are missing, and overlaps."""
    codes = {row["code"]: row["name"] for row, _geometry in rows}
    remarks = [_("{name}: no group answers for it yet").format(name=codes[code]) for code in codes if code not in answering]
    if today:
        missing = today.areas.exclude(code__in=codes).values_list("name", flat=True)
        remarks += [_("{name}: in the edition in force, missing here").format(name=name) for name in missing]
    shapes = [geometry for _row, geometry in rows]
    names = [row["name"] for row, _geometry in rows]
    for first, second in zip(*shapely.STRtree(shapes).query(shapes, "overlaps"), strict=True):
        if first < second and shapes[first].intersection(shapes[second]).area > 1e-9:
            remarks.append(_("{first} and {second} overlap").format(first=names[first], second=names[second]))
    return remarks


def _multi(geometry) -> GEOSGeometry:
    if geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry, output_dimension=2)), srid=srid.STORAGE)
