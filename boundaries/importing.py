"""Areas from a file into a draft edition: read, converted once, checked, never published by themselves."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries import polygons
from boundaries.models import Area, CooperationGroup, Edition, Region
from boundaries.spoken import words_of
from gis_core import crs
from gis_core.reading import open_features

# What the columns of a bureau's file are usually called; capitals count for nothing.
COLUMNS = {
    "code": ("code", "代码", "区划代码", "xzqdm", "行政区代码"),
    "name": ("name", "名称", "乡镇", "xzqmc", "行政区名称"),
    "kind": ("kind", "类型"),
    "group": ("group", "协作组"),
}
LONGEST = {"code": 12, "name": 60}
LONGEST_EDITION_NAME = 100
# What offices write besides the names of the kinds themselves.
SPOKEN_KINDS = {
    Area.Kind.SUBDISTRICT: ("街道办事处", "办事处"),
    Area.Kind.SCENIC_AREA: ("风景区", "景区"),
    Area.Kind.SPECIAL_AREA: ("开发区", "工业园区"),
}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
KINDS_BY_ENDING = {"街道": Area.Kind.SUBDISTRICT, "办事处": Area.Kind.SUBDISTRICT, "镇": Area.Kind.TOWN,
                   "乡": Area.Kind.TOWNSHIP}  # fmt: skip
# Smaller gaps are slivers between two drawings of the same line (domain page 6, C1).
SLIVER_M2 = 500
SAME_NOTICE = ("document_no", "title", "issued_by", "issued_on", "legal_basis")


class NameTooLong(ValueError):
    """No edition can be called that."""


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

    Raises gis_core.reading.ReadingError (NoCrs where none is declared or embedded), NameTooLong or FaultyAreas
    with every fault; then nothing is stored. An area keeps the kind, aliases and group that today's edition has for its
    code, where the file does not say otherwise.
    """
    if len(name) > LONGEST_EDITION_NAME:
        raise NameTooLong(_("The name of an edition has at most {most} characters.").format(most=LONGEST_EDITION_NAME))
    today = Edition.objects.current(region)
    found = _read(path, system, _Words(words_of(Area.Kind, SPOKEN_KINDS), _group_words(today)))
    name = name or path.stem[:LONGEST_EDITION_NAME]
    draft = _draft(today, found, region=region, name=name, source=path.name, schematic=schematic)
    groups = _copy_groups(today, draft) if today else {}
    known = {area.code: area for area in today.areas.defer("geom").select_related("group")} if today else {}
    areas = [_area(draft, its, known.get(its.code), groups) for its in found]
    Area.objects.bulk_create(areas)
    if today:
        _copy_surroundings(today, draft)
    return Draft(draft, len(areas), _remarks(draft, areas, found, known))


@dataclass(frozen=True)
class _Words:
    """What a file may say for a kind and for a group, each word leading to the stored value."""

    kinds: dict[str, str]
    groups: dict[str, str]

    def fault(self, said: dict[str, str]) -> str:
        if not said["code"] or not said["name"]:
            return _("needs a code and a name")
        for key, word in said.items():
            if _UNSTORABLE.search(word):
                return _("{field}: contains a NUL or half a character").format(field=key)
            if len(word) > LONGEST.get(key, len(word)):
                return _("{field}: longer than {longest} characters").format(field=key, longest=LONGEST[key])
        for key, known in (("kind", self.kinds), ("group", self.groups)):
            if said[key] and self.value(known, said[key]) is None:
                return _("{field}: “{value}” is not known").format(field=key, value=said[key][:40])
        return ""

    @staticmethod
    def value(known: dict[str, str], word: str) -> str | None:
        return known.get(word, known.get(word.casefold()))


def _read(path: Path, system, words: _Words) -> list[_Found]:
    found, faults, seen = [], [], set()
    with open_features(path, system) as reading:
        for feature in reading:
            its, fault = _found(feature, reading.crs, words)
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


def _found(feature, system, words: _Words) -> tuple[_Found | None, str]:
    """The area of one feature, or what is wrong with it."""
    said = said_by(feature.properties, COLUMNS)
    fault = feature.fault or words.fault(said)
    if fault:
        return None, fault
    geometry, fault = polygons.converted(feature.geometry, system)
    if fault := fault or polygons.shape_fault(geometry) or polygons.place_fault(geometry):
        return None, fault
    kind, group = words.value(words.kinds, said["kind"]), words.value(words.groups, said["group"])
    return _Found(said["code"], said["name"], kind or "", group or "", geometry), ""


def said_by(properties, columns) -> dict[str, str]:
    """What a feature says under any of the names that a column goes by, as text; empty where it says nothing."""
    spelled = {name.strip().casefold(): value for name, value in properties.items()}
    return {key: next(filter(None, map(_word, map(spelled.get, names))), "") for key, names in columns.items()}


def _word(value) -> str:
    """A cell as text; a code that the file holds as a number has no decimal places."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _draft(today: Edition | None, found: list[_Found], **said) -> Edition:
    """The notice goes on, and the region's outline with it: only so do gaps between the new areas show."""
    notice = {name: getattr(today, name) for name in SAME_NOTICE} if today else {}
    outline = today and today.outline
    return Edition.objects.create(
        valid_from=timezone.localdate(),
        outline=outline or polygons.to_store(shapely.union_all([its.geometry for its in found])),
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
        geom=polygons.to_store(its.geometry),
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
    """Pairs that the draft cannot be published with."""
    return [
        _("{first} and {second} overlap").format(first=areas[first].name, second=areas[second].name)
        for first, second, _square_metres in polygons.overlaps(shapes, [area.is_special for area in areas])
    ]


def _gaps(draft: Edition, found: list[_Found]) -> list[str]:
    outline = polygons.of_stored(draft.outline)
    bare = polygons.square_metres(outline.difference(shapely.union_all([its.geometry for its in found])))
    if bare <= SLIVER_M2:
        return []
    return [_("{area} km² of the region lie in no area").format(area=f"{bare / 1e6:.3f}")]
