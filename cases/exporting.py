"""What a person sees on the map, as one HTML file for people without an account and places without a network.

Reporters are never in it. Phone and identity numbers that citizens write into their texts are blotted out,
because the file leaves the house.
"""

import json
import re

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.lands import Lands
from boundaries.models import Edition, GridCell
from cases import coverage
from cases.models.case import Channel, LandOwnership, Violation
from cases.spells import as_they_stood
from cases.workflow import ENDED, OPEN, Status
from gis_core import maps
from gis_core.layers import LegendEntry, catalogue
from gis_core.sentences import joined, listed

LAYERS = ("areas", "coverage-gaps", "open-cases", "history")
USUAL_LAYERS = LAYERS[:3]
MOST_CASES = 20_000  # as many as an office machine's browser opens in about two seconds
DECIMALS = 6  # 0.1 m
LAND_COLOURS = 5
# Mobile with or without +86, fixed line, identity number; people part them by spaces and hyphens as they like.
PRIVATE_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d){8}|0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}"
    r"|\d(?:[- ]?\d){16}[- ]?[\dXx])(?!\d)",
    re.ASCII,
)
PLAIN_SIGNS = str.maketrans("０１２３４５６７８９Ｘｘ－—　＋", "0123456789Xx-- +")


class UnknownLayers(ValueError):
    """The export has no layers of these names."""


def layer_names(text: str) -> tuple[str, ...]:
    """`areas,open-cases` → the names, checked; the usual three when empty."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := sorted(set(names) - set(LAYERS)):
        raise UnknownLayers(
            _("No such layer: {unknown}. There are: {known}.").format(
                unknown=", ".join(unknown), known=", ".join(LAYERS)
            )
        )
    return names or USUAL_LAYERS


def offline_map(edition: Edition, cases, *, layers=USUAL_LAYERS, box=None, chosen=(), by="", day=None) -> str:
    """The text of the file. `cases` is what the person may see, already filtered; `box` a lon/lat polygon.

    `chosen` says in sentences which filters are in force, `by` who exports. With `day` all is as it stood then:
    `edition` is the one in force that day, `cases` are of `spells.cases_then`.
    """
    shown, left_out = _newest(cases, layers, day)
    make = {
        "areas": lambda: areas_layer(edition, box),
        "coverage-gaps": lambda: _gaps(edition, box, day or timezone.localdate()),
        "open-cases": lambda: _cases("open-cases", [case for case in shown if case.is_open]),
        "history": lambda: _cases("history", [case for case in shown if not case.is_open]),
    }
    sheet = maps.Sheet(
        title=_("Offline map of joint enforcement in {region}").format(region=edition.region),
        bounds=box.extent if box else extent_of(edition),
        about=[*_about(by, day), *chosen],
        notes=_notes(edition, len(shown), left_out),
    )
    return maps.render(sheet, [make[name]() for name in LAYERS if name in layers])


def masked(text: str) -> str:
    """The text without phone and identity numbers, whatever width their digits have."""
    kept, end = [], 0
    for found in PRIVATE_NUMBER.finditer(text.translate(PLAIN_SIGNS)):
        kept += [text[end : found.start()], "***"]
        end = found.end()
    return "".join([*kept, text[end:]])


def _newest(cases, layers, day=None):
    """The newest cases of the wanted layers, and how many more there are."""
    states = [*(OPEN if "open-cases" in layers else ()), *(ENDED if "history" in layers else ())]
    wanted = cases.filter(**{"status_then__in" if day else "status__in": states})
    shown = list(wanted.newest_first().select_related("lead_unit", "handling_unit").defer("search")[: MOST_CASES + 1])
    shown = as_they_stood(shown, day) if day else shown
    if len(shown) <= MOST_CASES:
        return shown, 0
    return shown[:MOST_CASES], wanted.count() - MOST_CASES


def extent_of(edition):
    """The ground the edition covers: west, south, east, north."""
    boxes = [area.geom.extent for area in edition.areas.all()]
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _about(by, day):
    if day:
        yield _("As it stood at the end of {day}").format(day=day)
    yield _("Data as of {time}").format(time=moment_words(timezone.now()))
    if by:
        yield _("Exported by {who}").format(who=by)


def _notes(edition, shown, left_out):
    if edition.schematic:
        yield _("Schematic boundaries (not legal ones)")
    yield edition.name
    yield _("WGS 84; without reporters’ personal data")
    if left_out:
        yield _("Only the newest {shown} cases are in this file; {left_out} older ones are left out.").format(
            shown=f"{shown:,}", left_out=f"{left_out:,}"
        )


def moment_words(time) -> str:
    return timezone.localtime(time).strftime("%Y-%m-%d %H:%M") if time else ""


def feature(geometry, **properties) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def sheet_layer(name, features, legend=None, **words) -> maps.SheetLayer:
    return maps.SheetLayer(
        legend=legend or catalogue[name].legend(),
        title=catalogue[name].title,
        kind=catalogue[name].kind,
        collection={"type": "FeatureCollection", "features": features},
        **words,
    )


def areas_layer(edition, box) -> maps.SheetLayer:
    areas = edition.areas.select_related("group").prefetch_related("group__lead_units__unit")
    areas = areas.filter(geom__bboverlaps=box) if box else areas
    features = [
        feature(json.loads(area.shape), name=area.name, kind=area.get_kind_display(), **_group_of(area))
        for area in with_shape(areas).defer("geom", "group__territory")
    ]
    legend = [
        LegendEntry(group.code, group.name, "fill", f"--land-{(group.order - 1) % LAND_COLOURS + 1}")
        for group in edition.groups.defer("territory")
    ]
    if any(not feature["properties"]["group_code"] for feature in features):
        legend.append(LegendEntry("", _("no group"), "fill", "--land-none"))
    return sheet_layer(
        "areas",
        features,
        legend=legend,
        legend_by="group_code",
        heading="name",
        fields={
            "kind": _("kind"),
            "group": _("group"),
            "lead_units": _("lead units, in order"),
            "convener": _("convener"),
        },
        labelled=True,
    )


def _group_of(area) -> dict:
    if not area.group:
        return {"group_code": ""}
    return {
        "group_code": area.group.code,
        "group": area.group.name,
        "lead_units": listed(lead.unit.name for lead in area.group.lead_units.all()),
        "convener": area.group.convener,
    }


def _gaps(edition, box, day) -> maps.SheetLayer:
    """What nobody looks at: ground in no cell, and cells that are not in order; the worst first."""
    found, names = coverage.of(edition.region_id, day), dict(edition.areas.values_list("code", "name"))
    bad = [one for one in found.by_risk if one.status != coverage.Kind.OK]
    cells = GridCell.objects.filter(pk__in=[one.pk for one in bad if one.status != coverage.Kind.GAP])
    shapes = {cell.pk: cell.shape for cell in with_shape(cells.filter(geom__bboverlaps=box) if box else cells)}
    features = []
    for one in bad:
        is_gap = one.status == coverage.Kind.GAP
        shape = _gap_shape(one, box) if is_gap else shapes.get(one.pk)
        if shape:
            told = {"area": names.get(one.area_code, ""), "why": joined(coverage.reasons(one))}
            named = {"name": _("ground in no cell")} if is_gap else {"name": one.name, "code": one.code}
            features.append(feature(json.loads(shape), kind=one.status.value, **named, **told))
    return sheet_layer(
        "coverage-gaps",
        features,
        legend_by="kind",
        heading="name",
        fields={"code": _("cell code"), "area": _("area"), "why": _("why")},
    )


def _gap_shape(gap, box) -> str | None:
    geometry = GEOSGeometry(gap.geom)
    return None if box and not geometry.intersects(box) else geometry.geojson


def with_shape(rows):
    return rows.annotate(shape=AsGeoJSON("geom", precision=DECIMALS))


def _cases(name, cases) -> maps.SheetLayer:
    names = Names()
    return sheet_layer(
        name,
        [feature(_place(case), **_told(case, names)) for case in cases],
        legend_by="stage",
        heading="case_no",
        fields={
            "status": _("status"),
            "violations": _("violations"),
            "address": _("address"),
            "area": _("area"),
            "group": _("group"),
            "lead_unit": _("lead unit"),
            "channel": _("channel"),
            "land_ownership": _("land ownership"),
            "reported_at": _("reported at"),
            "due_at": _("due at"),
            "description": _("description"),
        },
    )


def _place(case) -> dict:
    return {"type": "Point", "coordinates": [round(case.geom.x, DECIMALS), round(case.geom.y, DECIMALS)]}


class Names:
    """What values are called, translated once; `get_status_display` translates all choices for every case."""

    def __init__(self):
        self.lands = Lands()
        self.status, self.channel, self.land_ownership, self.violation = (
            {value: str(label) for value, label in choices.choices}
            for choices in (Status, Channel, LandOwnership, Violation)
        )


def _told(case, names: Names) -> dict:
    """What the card of a case says: nothing of who reported it."""
    area = names.lands.area(case.edition_id, case.area_code) or {"name": case.outside_name}
    group = names.lands.group(case.edition_id, case.group_code) or {"name": ""}
    return {
        "case_no": case.case_no,
        "stage": case.stage.value,
        "status": names.status[case.status],
        "violations": listed(names.violation[value] for value in case.violations),
        "address": masked(case.address),
        "area": area["name"],
        "group": group["name"],
        "lead_unit": case.lead_unit and case.lead_unit.name,
        "channel": names.channel[case.channel],
        "land_ownership": names.land_ownership[case.land_ownership],
        "reported_at": moment_words(case.reported_at),
        "due_at": moment_words(case.due_at) if case.is_open else "",
        "description": masked(case.description),
    }
