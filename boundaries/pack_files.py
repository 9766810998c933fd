"""A pack's files as read: what can be read of them is there, what cannot is a fault."""

import csv
import json
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from boundaries import polygons
from gis_core import crs

FORMAT = 1
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError)
LAYERS = ("areas", "outline", "neighbours", "grid_cells")
TABLES = ("grid_posts", "villages")
NEEDED = ("areas",)


@dataclass
class Pack:
    """`layers` hold (properties, WGS 84 polygon or None where it cannot be read) of every feature.

    A layer or table is None where its file could not be read, and empty where the pack names none.
    `faults` holds what could not be read.
    """

    folder: Path
    described: dict = field(default_factory=dict)
    layers: dict[str, list | None] = field(default_factory=dict)
    tables: dict[str, list | None] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def file(self, name: str) -> str:
        """The file of a layer or table, as a person knows it; the layer's own name where the pack says none."""
        files = self.described.get("files")
        named = files.get(name) if isinstance(files, dict) else None
        return named if isinstance(named, str) and named else name


def read(folder: Path) -> Pack:
    """Read a pack's files; unreadable ones become faults, not errors."""
    pack = Pack(Path(folder))
    try:
        pack.described = json.loads((pack.folder / "pack.json").read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        pack.faults.append(_("pack.json: cannot be read ({error})").format(error=error))
        return pack
    if not isinstance(pack.described, dict) or pack.described.get("format") != FORMAT:
        pack.faults.append(_("pack.json: format must be {number}").format(number=FORMAT))
        return pack
    system = _declared_crs(pack)
    pack.layers = {name: _of_file(pack, name, partial(_features, system=system)) for name in LAYERS}
    pack.tables = {name: _of_file(pack, name, _rows) for name in TABLES}
    return pack


def _declared_crs(pack: Pack):
    try:
        return crs.parse(str(pack.described.get("crs") or ""))
    except crs.UnknownCrs as error:
        pack.faults.append(f"pack.json: crs: {error}")
        return None


def _of_file(pack: Pack, name: str, reading) -> list | None:
    files = pack.described.get("files")
    named = files.get(name) if isinstance(files, dict) else None
    if not named or not isinstance(named, str):
        return None if name in NEEDED else []
    return reading(pack, named)


def _features(pack: Pack, file: str, *, system) -> list | None:
    try:
        items = list(json.loads((pack.folder / file).read_text("utf-8-sig"))["features"])
    except UNREADABLE as error:
        pack.faults.append(_("{file}: cannot be read as GeoJSON ({error})").format(file=file, error=error))
        return None
    return [_feature(pack, file, number, item, system) for number, item in enumerate(items, 1)]


def _feature(pack: Pack, file: str, number: int, item, system):
    its = item.get("properties") if isinstance(item, dict) else None
    geometry, fault = _geometry(item, system) if isinstance(item, dict) else (None, "")
    if fault:
        pack.faults.append(_("{file}: {feature}: {why}").format(file=file, feature=name_of(its, number), why=fault))
    return its, geometry


def name_of(its, number: int) -> str:
    """How a fault names a feature: by its code where it has one."""
    code = its.get("code") if isinstance(its, dict) else None
    return code if isinstance(code, str) and code else str(number)


def _geometry(item: dict, system) -> tuple[shapely.Geometry | None, str]:
    """(in WGS 84, what is wrong); as drawn where the pack names no system, which is a fault of its own."""
    if item.get("geometry") is None:
        return None, _("has no geometry")
    try:
        geometry = shapely.force_2d(shape(item["geometry"]))
    except UNREADABLE:
        return None, _("has a geometry that cannot be read")
    if system is None or system.name in ("wgs84", "cgcs2000"):
        return geometry, ""
    return polygons.converted(geometry, system)


def _rows(pack: Pack, file: str) -> list[dict] | None:
    try:
        with (pack.folder / file).open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        pack.faults.append(_("{file}: cannot be read as CSV ({error})").format(file=file, error=error))
        return None
