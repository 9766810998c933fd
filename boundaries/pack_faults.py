"""What is wrong with a pack: every fault, each with its file and feature, in a sentence."""

from collections import Counter
from datetime import date

import shapely
from django.utils.translation import gettext as _

from boundaries import pack_shape
from boundaries.models import Appointment, Area, GridPost, Unit

# Borders drawn apart overlap by slivers; more than this is two units answering for one site.
OVERLAP_TOLERANCE_DEG2 = 1e-7  # about 1,000 m² at 35° N


def faults_of(pack) -> list[str]:
    """Every fault of a pack that could be read; empty when it is sound."""
    faults = [*_misshapen(pack)]
    if faults:
        return faults
    return [
        *_unsound_dates(pack),
        *_unit_faults(pack),
        *_appointment_faults(pack),
        *_group_faults(pack),
        *_area_faults(pack),
        *_kind_faults(pack),
        *_polygon_faults(pack),
        *_overlaps(pack),
        *_cell_faults(pack),
        *_post_faults(pack),
        *_village_faults(pack),
    ]


def _file(pack, name):
    files = pack.described.get("files")
    named = files.get(name) if isinstance(files, dict) else None
    return named if isinstance(named, str) and named else name


def _misshapen(pack):
    """Whatever is no text, list or number where one must stand: nothing else can be said before that is mended."""
    for where, what in pack_shape.faults(pack.described, pack_shape.PACK):
        yield _("pack.json: {where}: {what}").format(where=where, what=what)
    for name, features in pack.layers.items():
        for number, (its, _geometry) in enumerate(features, 1):
            for where, what in pack_shape.faults(its, pack_shape.FEATURES[name]):
                yield _("{file}: feature {number}: {where}: {what}").format(
                    file=_file(pack, name), number=number, where=where or "properties", what=what
                )
    for name, rows in pack.tables.items():
        for line, row in enumerate(rows, 2):
            for where, what in pack_shape.faults(row, pack_shape.ROWS[name]):
                yield _("{file}: line {line}: {where}: {what}").format(
                    file=_file(pack, name), line=line, where=where, what=what
                )


def _unsound_dates(pack):
    edition = pack.described.get("edition")
    for key in ("valid_from", "issued_on"):
        value = edition.get(key) if isinstance(edition, dict) else None
        if value and not _is_date(value):
            yield _("pack.json: edition.{key}: “{value}” is not a date (YYYY-MM-DD)").format(key=key, value=value)


def _unit_faults(pack):
    codes = Counter(unit["code"] for unit in pack.described["units"])
    for code, times in codes.items():
        if times > 1:
            yield _("pack.json: unit {code} is listed {times} times").format(code=code, times=times)
    for unit in pack.described["units"]:
        if unit["kind"] not in Unit.Kind.values:
            yield _("pack.json: unit {code}: unknown kind “{kind}”").format(code=unit["code"], kind=unit["kind"])
        if unit.get("platform", "") not in Unit.Platform.values:
            yield _("pack.json: unit {code}: unknown platform “{platform}”").format(
                code=unit["code"], platform=unit["platform"]
            )
        if unit.get("host") and unit["host"] not in codes:
            yield _("pack.json: unit {code}: host {host} is no unit").format(code=unit["code"], host=unit["host"])


def _appointment_faults(pack):
    units = {unit["code"] for unit in pack.described["units"]}
    for number, row in enumerate(pack.described.get("appointments", []), 1):
        if row.get("unit") not in units:
            yield _("pack.json: appointment {number}: {unit} is no unit").format(number=number, unit=row.get("unit"))
        if row.get("role") not in Appointment.Role.values or not row.get("name"):
            yield _("pack.json: appointment {number}: needs a known role and a name").format(number=number)


def _group_faults(pack):
    units = {unit["code"] for unit in pack.described["units"]}
    for group in pack.described["groups"]:
        for code, times in Counter(group["lead_units"]).items():
            if times > 1:
                yield _("pack.json: group {group}: lead unit {unit} is named {times} times").format(
                    group=group["code"], unit=code, times=times
                )
        for code in dict.fromkeys([*group["lead_units"], *group.get("members", [])]):
            if code not in units:
                yield _("pack.json: group {group}: {unit} is no unit").format(group=group["code"], unit=code)
    for code, times in Counter(group["code"] for group in pack.described["groups"]).items():
        if times > 1:
            yield _("pack.json: group {group} is listed {times} times").format(group=code, times=times)


def _area_faults(pack):
    file = _file(pack, "areas")
    drawn = Counter(its["code"] for its, _geometry in pack.layers["areas"])
    answered = Counter(code for group in pack.described["groups"] for code in group["areas"])
    for code, times in drawn.items():
        if times > 1:
            yield _("{file}: area {code} is drawn {times} times").format(file=file, code=code, times=times)
        if code not in answered:
            yield _("{file}: area {code}: no group answers for it").format(file=file, code=code)
    for code, times in answered.items():
        if times > 1:
            yield _("pack.json: area {code}: {times} groups answer for it").format(code=code, times=times)
        if code not in drawn:
            yield _("pack.json: area {code} is in no feature of {file}").format(code=code, file=file)


def _kind_faults(pack):
    for its, _geometry in pack.layers["areas"]:
        if its["kind"] not in Area.Kind.values:
            yield _("{file}: area {code}: unknown kind “{kind}”").format(
                file=_file(pack, "areas"), code=its["code"], kind=its["kind"]
            )


def _polygon_faults(pack):
    for layer, features in pack.layers.items():
        for number, (its, geometry) in enumerate(features, 1):
            where = {"file": _file(pack, layer), "feature": its.get("code") or number}
            if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
                yield _("{file}: {feature}: is not a polygon").format(**where)
            elif not geometry.is_valid:
                yield _("{file}: {feature}: invalid polygon ({why})").format(
                    why=shapely.is_valid_reason(geometry), **where
                )
            elif not _on_earth(geometry):
                yield _("{file}: {feature}: coordinates are no longitude and latitude").format(**where)


def _on_earth(geometry):
    west, south, east, north = geometry.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _overlaps(pack):
    """Two townships, or two special areas, that share ground; a special area may lie over a township."""
    features = [(its, geometry) for its, geometry in pack.layers["areas"] if geometry.is_valid]
    if not features:
        return
    tree = shapely.STRtree([geometry for _its, geometry in features])
    for first, second in zip(*tree.query([geometry for _its, geometry in features], "intersects"), strict=True):
        (a, geometry_a), (b, geometry_b) = features[first], features[second]
        if first >= second or (a["kind"] in Area.SPECIAL) != (b["kind"] in Area.SPECIAL):
            continue
        if geometry_a.intersection(geometry_b).area > OVERLAP_TOLERANCE_DEG2:
            yield _("{file}: {first} and {second} overlap").format(
                file=_file(pack, "areas"), first=a["code"], second=b["code"]
            )


def _cell_faults(pack):
    file = _file(pack, "grid_cells")
    areas = {its["code"] for its, _geometry in pack.layers["areas"]}
    cells = Counter(its["code"] for its, _geometry in pack.layers["grid_cells"])
    for code, times in cells.items():
        if times > 1:
            yield _("{file}: cell {code} is drawn {times} times").format(file=file, code=code, times=times)
    for its, _geometry in pack.layers["grid_cells"]:
        if its["area"] not in areas:
            yield _("{file}: cell {code}: {area} is no area").format(file=file, code=its["code"], area=its["area"])
        if its.get("parent") and its["parent"] not in cells:
            yield _("{file}: cell {code}: parent {parent} is no cell").format(
                file=file, code=its["code"], parent=its["parent"]
            )
        if its["level"] not in (1, 2, 3, 4):
            yield _("{file}: cell {code}: level must be 1 to 4").format(file=file, code=its["code"])


def _post_faults(pack):
    file = _file(pack, "grid_posts")
    cells = {its["code"] for its, _geometry in pack.layers["grid_cells"]}
    for line, row in enumerate(pack.tables["grid_posts"], 2):
        if row.get("cell") not in cells:
            yield _("{file}: line {line}: {cell} is no cell").format(file=file, line=line, cell=row.get("cell"))
        if row.get("role") not in GridPost.Role.values or not row.get("holder"):
            yield _("{file}: line {line}: needs a known role and a holder").format(file=file, line=line)
        for key in ("valid_from", "valid_to"):
            value = row.get(key)
            if not _is_date(value) and (value or key == "valid_from"):
                yield _("{file}: line {line}: {key} “{value}” is not a date (YYYY-MM-DD)").format(
                    file=file, line=line, key=key, value=value
                )


def _village_faults(pack):
    file = _file(pack, "villages")
    areas = {its["code"] for its, _geometry in pack.layers["areas"]}
    for line, row in enumerate(pack.tables["villages"], 2):
        if set(row) != {"code", "name", "area_code"} or not all(row.values()):
            yield _("{file}: line {line}: needs code, name and area_code").format(file=file, line=line)
        elif row["area_code"] not in areas:
            yield _("{file}: line {line}: {area} is no area").format(file=file, line=line, area=row["area_code"])


def _is_date(value):
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
