"""A jurisdiction pack: one folder that describes a city. Format and example in docs/packs.md.

`check` reads everything and collects every fault; `load` writes only a pack without one, in one transaction.
"""

import csv
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape

from boundaries import editions
from boundaries.models import (
    Appointment,
    Area,
    CooperationGroup,
    Edition,
    GridCell,
    GridPost,
    LeadUnit,
    Neighbour,
    Region,
    Unit,
    Village,
)
from boundaries.pack_faults import faults_of
from gis_core import crs, srid

FORMAT = 1
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError)
LAYERS = ("areas", "outline", "neighbours", "grid_cells")
TABLES = ("grid_posts", "villages")


class FaultyPack(ValueError):
    """The pack cannot be loaded; `faults` lists every reason, each naming its file and feature."""

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass
class Pack:
    """A pack as read: polygons are shapely, WGS 84. `faults` holds what could not even be read."""

    folder: Path
    described: dict = field(default_factory=dict)
    layers: dict[str, list] = field(default_factory=dict)
    tables: dict[str, list] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read(folder: Path) -> Pack:
    """Read a pack's files; unreadable ones become faults, not errors."""
    pack = Pack(Path(folder))
    try:
        pack.described = json.loads((pack.folder / "pack.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        pack.faults.append(_("pack.json: cannot be read ({error})").format(error=error))
        return pack
    if not isinstance(pack.described, dict) or pack.described.get("format") != FORMAT:
        pack.faults.append(_("pack.json: format must be {number}").format(number=FORMAT))
        return pack
    system = _declared_crs(pack)
    files = pack.described.get("files")
    files = files if isinstance(files, dict) else {}
    for name in LAYERS:
        pack.layers[name] = _features(pack, files.get(name), system)
    for name in TABLES:
        pack.tables[name] = _rows(pack, files.get(name))
    return pack


def check(folder: Path) -> Pack:
    """Read and validate; FaultyPack with every fault at once."""
    pack = read(folder)
    faults = pack.faults if pack.faults and not pack.layers else pack.faults + faults_of(pack)
    if faults:
        raise FaultyPack(faults)
    return pack


@transaction.atomic
def load(folder: Path) -> Edition:
    """Load a sound pack as a published edition, with its units, grid and posts. A faulty pack changes nothing.

    Units and grid cells that are there already (by code) are kept; loading the same pack twice publishes
    the same land again and adds no second unit or cell.
    """
    pack = check(folder)
    region, _created = Region.objects.get_or_create(
        code=pack.described["region"]["code"],
        defaults={key: pack.described["region"][key] for key in ("name", "case_prefix")},
    )
    units = _load_units(pack, region)
    edition = _load_edition(pack, region)
    groups = _load_groups(pack, edition, units)
    _load_ground(pack, edition, groups)
    Appointment.objects.bulk_create(
        Appointment(edition=edition, unit=units[row["unit"]], role=row["role"], name=row["name"], order=order)
        for order, row in enumerate(pack.described.get("appointments", []), 1)
    )
    _load_grid(pack, region, edition)
    return editions.publish(edition)


def _declared_crs(pack: Pack):
    try:
        return crs.parse(str(pack.described.get("crs") or ""))
    except crs.UnknownCrs as error:
        pack.faults.append(f"pack.json: crs: {error}")
        return None


def _features(pack: Pack, name, system) -> list:
    """(properties, WGS 84 shapely geometry) of a GeoJSON file named in the pack; [] where it names none."""
    if not name or not isinstance(name, str):
        return []
    try:
        collection = json.loads((pack.folder / name).read_text("utf-8"))
        return [_feature(item, system) for item in collection["features"]]
    except UNREADABLE as error:
        pack.faults.append(_("{file}: cannot be read as GeoJSON ({error})").format(file=name, error=error))
        return []


def _feature(item, system):
    geometry = shapely.force_2d(shape(item["geometry"]))
    if system is not None and system.name not in ("wgs84", "cgcs2000"):
        geometry = crs.geometry_to_wgs84(geometry, system)
    return item["properties"], geometry


def _rows(pack: Pack, name) -> list[dict]:
    if not name or not isinstance(name, str):
        return []
    try:
        with (pack.folder / name).open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    except (OSError, ValueError, csv.Error) as error:
        pack.faults.append(_("{file}: cannot be read as CSV ({error})").format(file=name, error=error))
        return []


def _load_units(pack: Pack, region: Region) -> dict[str, Unit]:
    rows = pack.described["units"]
    for row in rows:
        defaults = {"name": row["name"], "kind": row["kind"], "platform": row.get("platform", "")}
        Unit.objects.get_or_create(region=region, code=row["code"], defaults=defaults)
    units = {unit.code: unit for unit in region.units.all()}
    for row in rows:
        unit = units[row["code"]]
        if row.get("host") and unit.host_id is None:
            unit.host = units[row["host"]]
            unit.save(update_fields=["host"])
    return units


def _load_edition(pack: Pack, region: Region) -> Edition:
    described = pack.described["edition"]
    texts = ("name", "document_no", "title", "issued_by", "legal_basis", "source", "valid_from", "schematic")
    outline = pack.layers["outline"]
    return Edition.objects.create(
        region=region,
        issued_on=described.get("issued_on") or None,
        outline=_multi(outline[0][1]) if outline else None,
        **{name: described[name] for name in texts if name in described},
    )


def _load_groups(pack: Pack, edition: Edition, units: dict[str, Unit]) -> dict[str, CooperationGroup]:
    """Groups by the code of each area they answer for."""
    answering = {}
    for order, row in enumerate(pack.described["groups"], 1):
        group = CooperationGroup.objects.create(
            edition=edition,
            code=row["code"],
            name=row["name"],
            order=order,
            convener=row.get("convener", ""),
            embedded_grid_staff=row.get("embedded_grid_staff", False),
        )
        group.members.set(units[code] for code in row.get("members", []))
        LeadUnit.objects.bulk_create(
            LeadUnit(group=group, unit=units[code], lead_order=place) for place, code in enumerate(row["lead_units"], 1)
        )
        answering.update(dict.fromkeys(row["areas"], group))
    return answering


def _load_ground(pack: Pack, edition: Edition, groups: dict[str, CooperationGroup]) -> None:
    Area.objects.bulk_create(
        Area(
            edition=edition,
            group=groups[its["code"]],
            code=its["code"],
            name=its["name"],
            kind=its["kind"],
            aliases=its.get("aliases", []),
            geom=_multi(geometry),
        )
        for its, geometry in pack.layers["areas"]
    )
    Neighbour.objects.bulk_create(
        Neighbour(edition=edition, code=its["code"], name=its["name"], geom=_multi(geometry))
        for its, geometry in pack.layers["neighbours"]
    )
    Village.objects.bulk_create(Village(edition=edition, **row) for row in pack.tables["villages"])


def _load_grid(pack: Pack, region: Region, edition: Edition) -> None:
    known = {cell.code: cell for cell in region.grid_cells.all()}
    fresh = set()
    for its, geometry in sorted(pack.layers["grid_cells"], key=lambda cell: cell[0]["level"]):
        if its["code"] in known:
            continue
        fresh.add(its["code"])
        known[its["code"]] = GridCell.objects.create(
            region=region,
            code=its["code"],
            name=its["name"],
            level=its["level"],
            parent=known.get(its.get("parent")),
            area_code=its["area"],
            schematic=its.get("schematic", edition.schematic),
            valid_from=edition.valid_from,
            geom=_multi(geometry),
        )
    GridPost.objects.bulk_create(
        GridPost(
            cell=known[row["cell"]],
            role=row["role"],
            holder=row["holder"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
        )
        for row in pack.tables["grid_posts"]
        if row["cell"] in fresh
    )


def _multi(geometry) -> GEOSGeometry:
    if geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=srid.STORAGE)
