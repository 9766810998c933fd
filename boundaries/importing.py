"""Areas from a file into a draft edition: read, converted once, checked, never published by themselves."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import editions
from boundaries.models import Area, CooperationGroup, Edition, Region
from gis_core import crs, srid
from gis_core.reading import open_features

# What the columns of a bureau's file are usually called; capitals count for nothing.
COLUMNS = {
    "code": ("code", "代码", "区划代码", "xzqdm", "行政区代码"),
    "name": ("name", "名称", "乡镇", "xzqmc", "行政区名称"),
    "kind": ("kind", "类型"),
    "group": ("group", "协作组"),
}
LONGEST = {"code": 12, "name": 60}
KINDS_BY_ENDING = {"街道": Area.Kind.SUBDISTRICT, "办事处": Area.Kind.SUBDISTRICT, "镇": Area.Kind.TOWN,
                   "乡": Area.Kind.TOWNSHIP}  # fmt: skip
# Smaller overlaps and gaps are slivers between two drawings of the same line (domain page 6, C1).
SLIVER_M2 = 500
SAME_NOTICE = ("document_no", "title", "issued_by", "issued_on", "legal_basis")


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


@dataclass(frozen=True)
class _Found:
    """One sound area of the file; `geometry` is WGS 84, `kind` and `group` empty where the file says none."""

    code: str
    name: str
    kind: str
    group: str
    geometry: shapely.Geometry


@transaction.atomic
def import_areas(
    path: Path, region: Region, system: crs.Crs | None, *, name: str = "", schematic: bool = True
) -> Draft:
    """Read polygons with `code` and `name` into a draft edition, with the groups of the edition in force.

    Raises gis_core.reading.ReadingError (NoCrs where none is declared or embedded) or FaultyAreas with every
    fault; then nothing is stored. An area keeps the kind, aliases and group that today's edition has for its
    code, where the file does not say otherwise.
    """
    today = Edition.objects.current(region)
    found = _read(path, system, _group_words(today))
    draft = _draft(today, found, region=region, name=name or path.stem, source=path.name, schematic=schematic)
    groups = _copy_groups(today, draft) if today else {}
    known = {area.code: area for area in today.areas.defer("geom").select_related("group")} if today else {}
    areas = [_area(draft, its, known.get(its.code), groups) for its in found]
    Area.objects.bulk_create(areas)
    if today:
        _copy_surroundings(today, draft)
    return Draft(draft, len(areas), _remarks(draft, areas, found, known))


def _read(path: Path, system, groups: dict[str, str]) -> list[_Found]:
    found, faults, seen = [], [], set()
    with open_features(path, system) as reading:
        for feature in reading:
            its, fault = _found(feature, reading.crs, groups)
            if its and its.code in seen:
                fault = _("code repeated")
            if fault:
                faults.append(
                    _("{file}: feature {number}: {fault}").format(file=path.name, number=feature.number, fault=fault)
                )
                continue
            seen.add(its.code)
            found.append(its)
    if faults or not found:
        raise FaultyAreas(faults or [_("{file}: no area in it").format(file=path.name)])
    return found


def _found(feature, system, groups) -> tuple[_Found | None, str]:
    """The area of one feature, or what is wrong with it."""
    words = _words(feature.properties)
    fault = feature.fault or _words_fault(words, groups)
    if fault:
        return None, fault
    geometry, fault = _converted(feature.geometry, system)
    if fault := fault or _geometry_fault(geometry):
        return None, fault
    kind = words["kind"] if words["kind"] in Area.Kind.values else ""
    return _Found(words["code"], words["name"], kind, groups.get(words["group"], ""), geometry), ""


def _words(properties) -> dict[str, str]:
    spelled = {name.strip().casefold(): value for name, value in properties.items()}
    return {key: next(filter(None, map(_word, map(spelled.get, names))), "") for key, names in COLUMNS.items()}


def _word(value) -> str:
    """A cell as text; a code that the file holds as a number has no decimal places."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _words_fault(words, groups) -> str:
    if not words["code"] or not words["name"]:
        return _("needs a code and a name")
    for key, longest in LONGEST.items():
        if len(words[key]) > longest:
            return _("{field}: longer than {longest} characters").format(field=key, longest=longest)
    if words["group"] and words["group"] not in groups:
        return _("{field}: “{value}” is not known").format(field="group", value=words["group"][:40])
    return ""


def _converted(geometry, system) -> tuple[shapely.Geometry | None, str]:
    """In WGS 84. Corners that PROJ cannot place come out as no numbers, and rings of such do not close."""
    try:
        return geometry and crs.geometry_to_wgs84(geometry, system), ""
    except shapely.errors.GEOSException:
        return None, _("has corners that {system} cannot place").format(system=system.label)


def _geometry_fault(geometry) -> str:
    if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        return _("is not a polygon")
    west, south, east, north = geometry.bounds
    try:
        crs.check_lon_lat(west, south)
        crs.check_lon_lat(east, north)
    except crs.BadCoordinate as error:
        return str(error)
    if not geometry.is_valid:
        return _("invalid polygon ({why})").format(why=shapely.is_valid_reason(geometry))
    return ""


def _draft(today: Edition | None, found: list[_Found], **said) -> Edition:
    """The notice goes on, and the region's outline with it: only so do gaps between the new areas show."""
    notice = {name: getattr(today, name) for name in SAME_NOTICE} if today else {}
    outline = today and today.outline
    return Edition.objects.create(
        valid_from=timezone.localdate(),
        outline=outline or _multi(shapely.union_all([its.geometry for its in found])),
        **notice,
        **said,
    )


def _group_words(today: Edition | None) -> dict[str, str]:
    """Code of a group by its code and by its name."""
    groups = today.groups.values_list("code", "name") if today else ()
    return {word: code for code, name in groups for word in (code, name)}


def _copy_groups(today: Edition, draft: Edition) -> dict[str, CooperationGroup]:
    """The groups of the edition in force, with lead units and members, under the draft; by code."""
    copies = {}
    for group in today.groups.all():
        members, leads = list(group.members.all()), list(group.lead_units.all())
        group.pk, group.edition, group.territory = None, draft, None
        group._state.adding = True
        group.save()
        group.members.set(members)
        for lead in leads:
            group.lead_units.create(unit_id=lead.unit_id, lead_order=lead.lead_order)
        copies[group.code] = group
    return copies


def _copy_surroundings(today: Edition, draft: Edition) -> None:
    """Neighbours, villages and appointments go on as they are."""
    for related in (today.neighbours, today.villages, today.appointments):
        rows = list(related.all())
        for row in rows:
            row.pk, row.edition = None, draft
        related.model.objects.bulk_create(rows)


def _area(draft: Edition, its: _Found, before: Area | None, groups) -> Area:
    return Area(
        edition=draft,
        code=its.code,
        name=its.name,
        kind=its.kind or (before.kind if before else _kind_of(its.name)),
        aliases=before.aliases if before else [],
        group=groups.get(its.group or (before.group.code if before and before.group else "")),
        geom=_multi(its.geometry),
    )


def _kind_of(name: str) -> str:
    return next((kind for ending, kind in KINDS_BY_ENDING.items() if name.endswith(ending)), Area.Kind.SPECIAL_AREA)


def _remarks(draft: Edition, areas: list[Area], found: list[_Found], known: dict[str, Area]) -> list[str]:
    """Areas nobody answers for yet, areas of today that are missing, overlaps, and ground in no area."""
    orphans = [area.name for area in areas if area.group is None]
    missing = [area.name for code, area in known.items() if code not in {its.code for its in found}]
    return [
        *(_("{name}: no group answers for it yet").format(name=name) for name in orphans),
        *(_("{name}: in the edition in force, missing here").format(name=name) for name in missing),
        *_overlaps(areas, [its.geometry for its in found]),
        *_gaps(draft, found),
    ]


def _overlaps(areas: list[Area], shapes: list) -> list[str]:
    """Pairs on the same level that share ground; a special area lies in townships by nature."""
    pairs = np.sort(shapely.STRtree(shapes).query(shapes, "intersects").T, axis=1)
    return [
        _("{first} and {second} overlap").format(first=areas[first].name, second=areas[second].name)
        for first, second in np.unique(pairs, axis=0)
        if first != second
        and areas[first].is_special == areas[second].is_special
        and _square_metres(shapes[first].intersection(shapes[second])) > SLIVER_M2
    ]


def _gaps(draft: Edition, found: list[_Found]) -> list[str]:
    outline = shapely.from_wkb(bytes(draft.outline.wkb))
    bare = _square_metres(outline.difference(shapely.union_all([its.geometry for its in found])))
    if bare <= SLIVER_M2:
        return []
    return [_("{area} km² of the region lie in no area").format(area=f"{bare / 1e6:.3f}")]


def _square_metres(geometry) -> float:
    if geometry.is_empty:
        return 0.0
    zone = crs.parse(f"EPSG:{editions.metric_srid_for(geometry.centroid.x)}")
    return shapely.transform(geometry, lambda points: np.column_stack(crs.from_wgs84(*points.T, zone))).area


def _multi(geometry) -> GEOSGeometry:
    if geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry, output_dimension=2)), srid=srid.STORAGE)
