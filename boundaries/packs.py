"""A jurisdiction pack: one folder that describes a city. Format and example in docs/packs.md.

`check` reads everything and collects every fault; `load` writes only a pack without one, in one transaction.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

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
from boundaries.pack_files import Pack, read
from boundaries.polygons import to_store


class FaultyPack(ValueError):
    """The pack cannot be loaded; `faults` lists every reason, each naming its file and feature."""

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


def check(folder: Path) -> Pack:
    """Read and validate; FaultyPack with every fault at once."""
    pack = read(folder)
    faults = pack.faults if pack.faults and not pack.layers else pack.faults + faults_of(pack)
    if faults:
        raise FaultyPack(faults)
    return pack


@transaction.atomic
def load(folder: Path, remark: Callable[[str], None] = lambda sentence: None) -> Edition:
    """Load a sound pack as a published edition, with its units, grid and posts. A faulty pack changes nothing.

    Region, units and grid cells are known by their codes and outlive editions: loading the same pack twice
    publishes the same land again and adds no second one. The region and the units become what the pack says
    they are now; cells that are there stay as they are, with their posts. `remark` is told of each.
    """
    pack = check(folder)
    region = _load_region(pack, remark)
    units = _load_units(pack, region, remark)
    edition = _load_edition(pack, region)
    groups = _load_groups(pack, edition, units)
    _load_ground(pack, edition, groups)
    Appointment.objects.bulk_create(
        Appointment(edition=edition, unit=units[row["unit"]], role=row["role"], name=row["name"], order=order)
        for order, row in enumerate(pack.described.get("appointments", []), 1)
    )
    _load_grid(pack, region, edition, remark)
    return editions.publish(edition)


def _load_region(pack: Pack, remark) -> Region:
    described = pack.described["region"]
    said = {key: described[key] for key in ("name", "case_prefix")}
    region, made = Region.objects.get_or_create(code=described["code"], defaults=said)
    if not made:
        _bring_up_to_date(region, said, _("region {code}").format(code=region.code), remark)
    return region


def _load_units(pack: Pack, region: Region, remark) -> dict[str, Unit]:
    """Hosts come last: a unit may stand before the one it sits in."""
    rows, known = pack.described["units"], {unit.code for unit in region.units.all()}
    for row in rows:
        said = {"name": row["name"], "kind": row["kind"], "platform": row.get("platform", "")}
        unit, made = Unit.objects.get_or_create(region=region, code=row["code"], defaults=said)
        if not made:
            _bring_up_to_date(unit, said, _("unit {code}").format(code=unit.code), remark)
    units = {unit.code: unit for unit in region.units.select_related("host")}
    for row in rows:
        unit, host = units[row["code"]], units.get(row.get("host") or "")
        told = remark if unit.code in known else lambda sentence: None
        _bring_up_to_date(unit, {"host": host}, _("unit {code}").format(code=unit.code), told)
    return units


def _bring_up_to_date(row, said: dict, called: str, remark) -> None:
    """Write what the pack says now over what it said before, and tell each change."""
    changed = {key: value for key, value in said.items() if getattr(row, key) != value}
    for key, value in changed.items():
        remark(
            _("{what}: {key} was “{before}” and is now “{now}”").format(
                what=called, key=key, before=getattr(row, key) or "", now=value or ""
            )
        )
        setattr(row, key, value)
    if changed:
        row.save(update_fields=list(changed))


def _load_edition(pack: Pack, region: Region) -> Edition:
    described = pack.described["edition"]
    texts = ("name", "document_no", "title", "issued_by", "legal_basis", "source", "valid_from", "schematic")
    outline = pack.layers["outline"]
    return Edition.objects.create(
        region=region,
        issued_on=described.get("issued_on") or None,
        outline=to_store(outline[0][1]) if outline else None,
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
            geom=to_store(geometry),
        )
        for its, geometry in pack.layers["areas"]
    )
    Neighbour.objects.bulk_create(
        Neighbour(edition=edition, code=its["code"], name=its["name"], geom=to_store(geometry))
        for its, geometry in pack.layers["neighbours"]
    )
    Village.objects.bulk_create(
        Village(edition=edition, **{key: row[key] for key in ("code", "name", "area_code")})
        for row in pack.tables["villages"]
    )


def _load_grid(pack: Pack, region: Region, edition: Edition, remark) -> None:
    known = {cell.code: cell for cell in region.grid_cells.all()}
    kept = sum(its["code"] in known for its, _geometry in pack.layers["grid_cells"])
    if kept:
        remark(_("{number} grid cells were there already: they stay as they are, with their posts").format(number=kept))
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
            geom=to_store(geometry),
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
