"""What is wrong with a pack: every fault, each with its file and feature, in a sentence.

What is misshapen is told first and then left out, so that all that is well shaped is looked at in the same go.
Nothing is compared with a list or file that could not be read: it would only repeat that fault.
"""

from collections import Counter
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from boundaries import pack_ground, pack_shape
from boundaries.models import Appointment, Area, GridPost, Unit


def faults_of(pack) -> list[str]:
    """Every fault of a pack that could be read; empty when it is sound."""
    sound = _well_shaped(pack)
    return [
        *_misshapen(pack),
        *_unsound_dates(sound),
        *_unit_faults(sound),
        *_appointment_faults(sound),
        *_group_faults(sound),
        *_area_faults(sound),
        *_kind_faults(sound),
        *pack_ground.faults(sound),
        *_cell_faults(sound),
        *_post_faults(sound),
        *_neighbour_faults(sound),
        *_village_faults(sound),
    ]


def _misshapen(pack):
    """Whatever is no text, list or number where one must stand."""
    for where, what in pack_shape.faults(pack.described, pack_shape.PACK):
        yield _("pack.json: {where}: {what}").format(where=where, what=what)
    for name, features in pack.layers.items():
        for number, (its, _geometry) in enumerate(features or (), 1):
            for where, what in pack_shape.faults(its, pack_shape.FEATURES[name]):
                yield _("{file}: feature {number}: {where}: {what}").format(
                    file=pack.file(name), number=number, where=where or "properties", what=what
                )
    for name, rows in pack.tables.items():
        for line, row in enumerate(rows or (), 2):
            yield from _row_faults(pack.file(name), line, row, pack_shape.ROWS[name])


def _row_faults(file, line, row, shape):
    for where, what in pack_shape.faults(row, shape):
        yield _("{file}: line {line}: {where}: {what}").format(file=file, line=line, where=where, what=what)
    if None in row:
        yield _("{file}: line {line}: has more cells than the header").format(file=file, line=line)


def _well_shaped(pack):
    """The pack without all that `_misshapen` tells."""
    layers = {
        name: features and [(pack_shape.sound(its, pack_shape.FEATURES[name]), geometry) for its, geometry in features]
        for name, features in pack.layers.items()
    }
    tables = {
        name: rows and [pack_shape.sound(row, pack_shape.ROWS[name]) for row in rows]
        for name, rows in pack.tables.items()
    }
    return replace(pack, described=pack_shape.sound(pack.described, pack_shape.PACK), layers=layers, tables=tables)


def _listed(pack, key) -> list[dict]:
    return pack.described.get(key) or []


def _codes(pack, layer) -> Counter | None:
    """How often each code is drawn; None where the layer could not be read."""
    features = pack.layers[layer]
    return None if features is None else Counter(its["code"] for its, _geometry in features if "code" in its)


def _units(pack) -> Counter | None:
    units = pack.described.get("units")
    return None if units is None else Counter(unit["code"] for unit in units if "code" in unit)


def _is_missing(code, known) -> bool:
    """Whether something names a code that is not among the known ones; never where either could not be read."""
    return bool(code) and known is not None and code not in known


def _repeated(codes):
    """(code, how often) of those that come more than once."""
    return ((code, times) for code, times in Counter(codes).items() if times > 1)


def _unsound_dates(pack):
    edition = pack.described.get("edition", {})
    for key in ("valid_from", "issued_on"):
        if edition.get(key) and not _is_date(edition[key]):
            yield _("pack.json: edition.{key}: “{value}” is not a date (YYYY-MM-DD)").format(
                key=key, value=edition[key]
            )


def _unit_faults(pack):
    codes = _units(pack) or {}
    for code, times in _repeated(codes):
        yield _("pack.json: unit {code} is listed {times} times").format(code=code, times=times)
    for number, unit in enumerate(_listed(pack, "units"), 1):
        named = unit.get("code", number)
        if "kind" in unit and unit["kind"] not in Unit.Kind.values:
            yield _("pack.json: unit {code}: unknown kind “{kind}”").format(code=named, kind=unit["kind"])
        if unit.get("platform", "") not in Unit.Platform.values:
            yield _("pack.json: unit {code}: unknown platform “{platform}”").format(
                code=named, platform=unit["platform"]
            )
        if _is_missing(unit.get("host"), codes):
            yield _("pack.json: unit {code}: host {host} is no unit").format(code=named, host=unit["host"])


def _appointment_faults(pack):
    units = _units(pack)
    for number, row in enumerate(_listed(pack, "appointments"), 1):
        if _is_missing(row.get("unit"), units):
            yield _("pack.json: appointment {number}: {unit} is no unit").format(number=number, unit=row["unit"])
        if "role" in row and row["role"] not in Appointment.Role.values:
            yield _("pack.json: appointment {number}: needs a known role and a name").format(number=number)


def _group_faults(pack):
    units = _units(pack)
    for number, group in enumerate(_listed(pack, "groups"), 1):
        named, leads, members = group.get("code", number), group.get("lead_units") or (), group.get("members") or ()
        for code, times in _repeated(leads):
            yield _("pack.json: group {group}: lead unit {unit} is named {times} times").format(
                group=named, unit=code, times=times
            )
        for code, times in _repeated(members):
            yield _("pack.json: group {group}: member {unit} is named {times} times").format(
                group=named, unit=code, times=times
            )
        for code in dict.fromkeys([*leads, *members]):
            if _is_missing(code, units):
                yield _("pack.json: group {group}: {unit} is no unit").format(group=named, unit=code)
    for code, times in _repeated(group["code"] for group in _listed(pack, "groups") if "code" in group):
        yield _("pack.json: group {group} is listed {times} times").format(group=code, times=times)


def _area_faults(pack):
    file, drawn, groups = pack.file("areas"), _codes(pack, "areas"), pack.described.get("groups")
    answered = Counter(code for group in groups or () for code in group.get("areas") or ())
    for code, times in (drawn or {}).items():
        if times > 1:
            yield _("{file}: area {code} is drawn {times} times").format(file=file, code=code, times=times)
        if groups is not None and code not in answered:
            yield _("{file}: area {code}: no group answers for it").format(file=file, code=code)
    for code, times in answered.items():
        if times > 1:
            yield _("pack.json: area {code}: {times} groups answer for it").format(code=code, times=times)
        if _is_missing(code, drawn):
            yield _("pack.json: area {code} is in no feature of {file}").format(code=code, file=file)


def _kind_faults(pack):
    for number, (its, _geometry) in enumerate(pack.layers["areas"] or (), 1):
        if "kind" in its and its["kind"] not in Area.Kind.values:
            yield _("{file}: area {code}: unknown kind “{kind}”").format(
                file=pack.file("areas"), code=its.get("code", number), kind=its["kind"]
            )


def _cell_faults(pack):
    file, areas, cells = pack.file("grid_cells"), _codes(pack, "areas"), _codes(pack, "grid_cells")
    for code, times in _repeated(cells):
        yield _("{file}: cell {code} is drawn {times} times").format(file=file, code=code, times=times)
    for number, (its, _geometry) in enumerate(pack.layers["grid_cells"] or (), 1):
        named = its.get("code", number)
        if _is_missing(its.get("area"), areas):
            yield _("{file}: cell {code}: {area} is no area").format(file=file, code=named, area=its["area"])
        if _is_missing(its.get("parent"), cells):
            yield _("{file}: cell {code}: parent {parent} is no cell").format(
                file=file, code=named, parent=its["parent"]
            )
        if its.get("level", 1) not in (1, 2, 3, 4):
            yield _("{file}: cell {code}: level must be 1 to 4").format(file=file, code=named)


def _post_faults(pack):
    file, cells = pack.file("grid_posts"), _codes(pack, "grid_cells")
    for line, row in enumerate(pack.tables["grid_posts"] or (), 2):
        if _is_missing(row.get("cell"), cells):
            yield _("{file}: line {line}: {cell} is no cell").format(file=file, line=line, cell=row["cell"])
        if "role" in row and row["role"] not in GridPost.Role.values:
            yield _("{file}: line {line}: needs a known role and a holder").format(file=file, line=line)
        for key in ("valid_from", "valid_to"):
            if row.get(key) and not _is_date(row[key]):
                yield _("{file}: line {line}: {key} “{value}” is not a date (YYYY-MM-DD)").format(
                    file=file, line=line, key=key, value=row[key]
                )


def _neighbour_faults(pack):
    for code, times in _repeated(_codes(pack, "neighbours")):
        yield _("{file}: neighbour {code} is drawn {times} times").format(
            file=pack.file("neighbours"), code=code, times=times
        )


def _village_faults(pack):
    file, areas, rows = pack.file("villages"), _codes(pack, "areas"), pack.tables["villages"] or ()
    for code, times in _repeated(row["code"] for row in rows if "code" in row):
        yield _("{file}: village {code} is listed {times} times").format(file=file, code=code, times=times)
    for line, row in enumerate(rows, 2):
        if _is_missing(row.get("area_code"), areas):
            yield _("{file}: line {line}: {area} is no area").format(file=file, line=line, area=row["area_code"])


def _is_date(value):
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
