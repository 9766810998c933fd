"""Coverage as files: a workbook, a GeoPackage, and two days side by side on an offline map."""

import json
from collections.abc import Iterable
from io import BytesIO

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from boundaries.models import Edition, GridCell
from cases.coverage import Coverage, GapCoverage, reasons
from cases.coverage.changes import changed_cells, moved_figures
from cases.coverage.classes import CLASSES, OVERLAP
from cases.coverage.layer import legend
from cases.coverage.table import GRADES, Row
from cases.exporting import areas_layer, extent_of, feature, moment_words, sheet_layer, with_shape
from gis_core import geopackage, maps
from gis_core.geopackage import REAL, TEXT, WHOLE, FileLayer
from gis_core.sentences import joined, listed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
M2_KM2 = 1e6


def workbook(coverage: Coverage, names: dict[str, str], before: Coverage | None = None) -> bytes:
    """Sheets of figures and of rows by risk; with `before` also of the cells that changed since."""
    book = Workbook(write_only=True)
    first = before or coverage
    figures = moved_figures(first.figures, coverage.figures)
    if before:
        days = [before.day.isoformat(), coverage.day.isoformat(), _("Change")]
        rows = [(one.label, one.unit, _shown(one.before), _shown(one.after), _shown(one.by)) for one in figures]
    else:
        days = [coverage.day.isoformat()]
        rows = [(one.label, one.unit, _shown(one.after)) for one in figures]
    _sheet(book, _("Figures"), [_("Figure"), _("Unit"), *days], rows, (32, 8, 14, 14, 14))
    head, widths = _columns()
    _sheet(book, _("Cells by risk"), head, [_row(one, names) for one in coverage.by_risk], widths)
    if before:
        changed = [
            (names.get(one.area_code, ""), one.code, one.name, _label(one.before), _label(one.after))
            for one in changed_cells(before, coverage)
        ]
        head = [_("Area"), _("Code"), _("Cell"), before.day.isoformat(), coverage.day.isoformat()]
        _sheet(book, _("Cells that changed"), head, changed, (16, 20, 28, 14, 14))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _shown(number: float | None):
    return None if number is None else round(number, 2)


def _columns() -> tuple[list[str], tuple[int, ...]]:
    told = (
        (_("Standing"), 14), (_("Area"), 16), (_("Code"), 20), (_("Cell"), 28), (_("Why"), 60), (_("In charge"), 24),
        (_("Open cases"), 10), (_("Risk"), 8), (_("Last patrol"), 18), (_("Days without a patrol"), 14),
        (_("Days between patrols"), 14), (_("Reports nothing"), 12), (f"{_('Ground')} km²", 12),
    )  # fmt: skip
    return [word for word, _width in told], tuple(width for _word, width in told)


def _row(one, names) -> tuple:
    row = Row(one, names.get(one.area_code, ""), None)
    watch = (None, None, None, None)
    if not row.is_gap:
        visited = timezone.localtime(one.last_visit_at).replace(tzinfo=None) if one.last_visit_at else None
        days = None if one.days is None else round(one.days, 1)
        watch = (visited, days, one.patrol_days, _("yes") if one.silent else "")
    return (
        capfirst(row.label), row.area, one.code, row.name, row.why, row.holders, one.open_cases,
        str(GRADES[one.status].label), *watch, round(one.area_m2 / M2_KM2, 3),
    )  # fmt: skip


def _label(status) -> str:
    return str(status.label) if status else _("not there")


def _sheet(book, title: str, head: list[str], rows: Iterable[tuple], widths: tuple[int, ...]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths[: len(head)], 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_bold(sheet, word) for word in head])
    number = 1
    for number, row in enumerate(rows, 2):  # noqa: B007 - the last one is the table's end
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{number}"


def _bold(sheet, word: str):
    cell = WriteOnlyCell(sheet, value=word)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet, value):
    """A name that begins like a formula stays a text."""
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def package(coverage: Coverage, names: dict[str, str]) -> bytes:
    """Layers cells, gaps and overlaps."""
    shapes = dict(GridCell.objects.filter(pk__in=[cell.pk for cell in coverage.cells]).values_list("pk", "geom"))
    shared = (("code", TEXT), ("area_code", TEXT), ("area", TEXT), ("status", TEXT), ("status_label", TEXT),
              ("reason", TEXT), ("open_cases", WHOLE), ("risk", REAL), ("area_m2", REAL))  # fmt: skip
    watch = (("name", TEXT), ("holders", TEXT), ("last_visit_at", TEXT), ("days", REAL), ("patrol_days", WHOLE),
             ("hot", WHOLE), ("silent", WHOLE), ("due_soon", WHOLE), ("seen_share", REAL))  # fmt: skip

    def told(one):
        area = names.get(one.area_code, "")
        return (one.code, one.area_code, area, one.status.value, str(one.status.label), joined(reasons(one)),
                one.open_cases, one.risk, one.area_m2)  # fmt: skip

    def watched(cell):
        visited = timezone.localtime(cell.last_visit_at).isoformat() if cell.last_visit_at else None
        return (cell.name, listed(cell.holders), visited, cell.days, cell.patrol_days, int(cell.hot), int(cell.silent),
                int(cell.due_soon), cell.share)  # fmt: skip

    cells = [(shapes[cell.pk], *told(cell), *watched(cell)) for cell in coverage.cells]
    gaps = [(GEOSGeometry(gap.geom), *told(gap)) for gap in coverage.gaps]
    pairs = [(GEOSGeometry(one.geom), one.one, one.other, one.area_m2) for one in coverage.ground.overlaps]
    return geopackage.written(
        [
            FileLayer("cells", _("Grid cells"), (*shared, *watch), cells),
            FileLayer("gaps", _("ground in no cell"), shared, gaps),
            FileLayer("overlaps", _("overlap"), (("one", TEXT), ("other", TEXT), ("area_m2", REAL)), pairs),
        ]
    )


def offline_map(before: Coverage, after: Coverage, by: str) -> str:
    """Two maps that move together: the earlier day on the left. `by`: who exports."""
    editions = [Edition.objects.current(one.region, one.day) for one in (before, after)]
    shown = [value for value in CLASSES if value != OVERLAP or before.ground.overlaps or after.ground.overlaps]
    sides = [
        maps.Side(one.day.isoformat(), [areas_layer(edition, None), _layer(one, edition, legend(shown))])
        for one, edition in zip((before, after), editions, strict=True)
    ]
    told = {one.label: f"{_figure(one.before)} → {_figure(one.after)} {one.unit}".strip()
            for one in moved_figures(before.figures, after.figures)}  # fmt: skip
    sheet = maps.Sheet(
        title=_("Coverage of {region}: {before} and {after}").format(
            region=editions[1].region, before=before.day.isoformat(), after=after.day.isoformat()
        ),
        bounds=extent_of(editions[1]),
        about=[
            _("Data as of {time}").format(time=moment_words(timezone.now())),
            _("Exported by {who}").format(who=by),
            *(f"{label}{_(': ')}{numbers}" for label, numbers in told.items()),
        ],
        notes=[
            *([_("Schematic boundaries (not legal ones)")] if editions[1].schematic else []),
            editions[1].name,
        ],
    )
    return maps.render_beside(sheet, *sides)


def _figure(number: float | None) -> str:
    return "–" if number is None else f"{number:,.1f}".removesuffix(".0")


def _layer(coverage: Coverage, edition: Edition, entries) -> maps.SheetLayer:
    """Every cell, gap and overlap; of the people in charge nothing, for the file leaves the house."""
    names = dict(edition.areas.values_list("code", "name"))
    cells = with_shape(GridCell.objects.filter(pk__in=[cell.pk for cell in coverage.cells]))
    shapes = {cell.pk: cell.shape for cell in cells}
    features = []
    for one in coverage.by_risk:
        row = Row(one, names.get(one.area_code, ""), None)
        shape = GEOSGeometry(one.geom).geojson if isinstance(one, GapCoverage) else shapes[one.pk]
        code = "" if row.is_gap else one.code
        told = {"name": row.name, "code": code, "area": row.area, "why": row.why}
        features.append(feature(json.loads(shape), kind=row.symbol, **told))
    for pair in coverage.ground.overlaps:
        told = {"name": str(CLASSES[OVERLAP].label), "code": f"{pair.one} · {pair.other}"}
        features.append(feature(json.loads(GEOSGeometry(pair.geom).geojson), kind=OVERLAP, **told))
    return sheet_layer(
        "coverage-gaps", features, legend=entries, legend_by="kind", heading="name",
        fields={"code": _("cell code"), "area": _("area"), "why": _("why")},
    )  # fmt: skip
