"""Cells from a file into a grid draft: read, converted once, every fault named with its feature."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from boundaries import draft_filling, grid_checks, grid_codes, grid_faults, polygons
from boundaries.grid_drafts import open_draft
from boundaries.grid_faults import Cell, Land
from boundaries.importing import said_by
from boundaries.models import GridCell, GridDraft, Region
from boundaries.spoken import words_of
from gis_core.reading import open_features, open_rows

COLUMNS = {
    "code": ("code", "代码", "编码", "网格编码", "网格代码", "bgcode"),
    "name": ("name", "名称", "网格名称", "bgname"),
    "level": ("level", "层级", "网格层级"),
    "parent": ("parent", "上级", "上级网格", "上级编码"),
    "area": ("area", "area_code", "区域", "区域代码", "责任区域"),
    "kind": ("kind", "类型", "网格类型"),
}
SPOKEN_KINDS = {GridCell.Kind.SPECIAL: ("专属", "专属网格"), GridCell.Kind.ORDINARY: ("普通", "普通网格")}
PLACE_COLUMNS = {
    "code": ("code", "代码", "编码"), "name": ("name", "名称", "村名"),
    "lon": ("lon", "lng", "longitude", "经度", "x"), "lat": ("lat", "latitude", "纬度", "y"),
}  # fmt: skip
LONGEST = {"code": 15, "name": 60, "parent": 15, "area": 12}


class FaultyCells(ValueError):
    """The file cannot be read into a draft; `faults` names every feature and its reason."""

    def __init__(self, faults: Sequence[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass
class Imported:
    """A new draft, how many cells of the file are in it, and what is wrong with the whole as it now is."""

    draft: GridDraft
    cells: int
    remarks: list[str] = field(default_factory=list)


@transaction.atomic
def import_cells(path: Path, region: Region, system, level: int, *, replace=False, by=None, name="") -> Imported:
    """Read polygons with a `code` into a draft, over cells of the same code; with `replace` those that the file does
    not have end. FaultyCells where a feature cannot be a cell; what the set is at fault in is remarked."""
    draft = open_draft(region, level, by=by, name=name or path.stem[:60])
    cells = _read(path, system, level, grid_codes.lands_of(draft), grid_codes.parents_of(draft))
    draft_filling.fill(draft, cells, lambda _cell: replace)
    numbers = {cell.code: cell.key for cell in cells}
    return Imported(draft, len(cells), [_remark(fault, numbers) for fault in grid_checks.faults_of(draft)])


def _remark(fault, numbers) -> str:
    named = sorted(numbers[cell.code] for cell in fault.cells if cell.code in numbers)
    if not named:
        return fault.sentence
    features = ", ".join(map(str, named))
    return _("feature {numbers}: {fault}").format(numbers=features, fault=fault.sentence)


def _read(path: Path, system, level: int, lands: list[Land], parents: list[Cell]) -> list[Cell]:
    kinds = words_of(GridCell.Kind, SPOKEN_KINDS)
    found, faults, seen = [], [], set()
    with open_features(path, system) as reading:
        for feature in reading:
            said = said_by(feature.properties, COLUMNS)
            fault = feature.fault or _word_fault(said, level, kinds)
            geometry, shapeless = (None, "") if fault else polygons.converted(feature.geometry, reading.crs)
            fault = fault or shapeless or polygons.shape_fault(geometry) or polygons.place_fault(geometry)
            if not fault and said["code"] in seen:
                fault = _("code repeated")
            if fault:
                faults.append(
                    _("{file}: feature {number}: {fault}").format(file=path.name, number=feature.number, fault=fault)
                )
                continue
            seen.add(said["code"])
            found.append(_cell(said, geometry, level, kinds, (lands, parents), feature.number))
    if faults or not found:
        raise FaultyCells(faults or [_("{file}: no cell in it").format(file=path.name)])
    return found


def _word_fault(said: dict[str, str], level: int, kinds) -> str:
    for key, longest in LONGEST.items():
        if len(said[key]) > longest:
            return _("{field}: longer than {longest} characters").format(field=key, longest=longest)
    if why := grid_faults.code_fault(Cell(said["code"], "", level, None), Land("", "", None), None):
        return _("code: {why}").format(why=why)
    if said["level"] and said["level"] != str(level):
        return _("level: “{value}” is not tier {level}").format(value=said["level"][:20], level=level)
    if said["kind"] and said["kind"] not in kinds:
        return _("{field}: “{value}” is not known").format(field="kind", value=said["kind"][:40])
    return ""


def _cell(said, geometry, level, kinds, homes, number) -> Cell:
    """Area and parent are those that the file names, else those that most of the ground lies in."""
    geometry = shapely.force_2d(geometry)
    area, parent = (grid_codes.home_of(geometry, those) for those in homes)
    return Cell(
        code=said["code"], name=said["name"], level=level, geom=geometry, key=number,
        area_code=said["area"] or (area.code if area else ""),
        parent_code=said["parent"] or (parent.code if parent else ""),
        kind=kinds.get(said["kind"], GridCell.Kind.ORDINARY.value),
    )  # fmt: skip


def read_places(path: Path, system) -> list[tuple[str, str, float, float]]:
    """Villages of a table with code, name, lon and lat, in WGS 84 degrees; FaultyCells names each row at fault."""
    found, faults = [], []
    with open_rows(path) as rows:
        for row in rows:
            said = said_by(row.properties, PLACE_COLUMNS)
            try:
                spot = shapely.Point(float(said["lon"]), float(said["lat"]))
                fault = row.fault or ("" if len(said["code"]) == grid_faults.VILLAGE else _("code: not 12 characters"))
                spot, misplaced = polygons.converted(spot, system)
                fault = fault or misplaced or polygons.place_fault(spot)
            except ValueError:
                fault = row.fault or _("lon, lat: two numbers are needed")
            if fault:
                faults.append(_("{file}: row {number}: {fault}").format(file=path.name, number=row.number, fault=fault))
            else:
                found.append((said["code"], said["name"], spot.x, spot.y))
    if faults or not found:
        raise FaultyCells(faults or [_("{file}: no village in it").format(file=path.name)])
    return found
