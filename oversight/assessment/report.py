"""The year's assessment as a Word file: what a page shows, and charts that the bureau can edit."""

from decimal import Decimal
from io import BytesIO

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn

from gis_core.sentences import listed
from oversight.assessment.charts import Bars, place
from oversight.statistics.measures import MEASURES

FONT = "宋体"


def written(region, sheet: dict, standing: str) -> bytes:
    """`standing` says whether the figures are frozen."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name = FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.add_heading(_("Assessment of the year {year}").format(year=sheet["year"]), 0)
    document.add_paragraph(f"{region.name} · {standing}")
    if sheet["rules"]:
        _rules(document, sheet["rules"])
    for number, (rows, heading) in enumerate(
        ((sheet["units"], _("Units")), (sheet["groups"], _("Cooperation groups"))), start=1
    ):
        document.add_heading(heading, 1)
        _part(document, rows, heading, number)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _rules(document, rules):
    document.add_heading(_("Rules"), 1)
    said = _("Version {number}, valid from {day}.").format(number=rules["number"], day=rules["valid_from"])
    document.add_paragraph(said + (_(" A default of the product.") if rules["is_ours"] else ""))
    _table(
        document,
        (_("Figure"), _("Weight"), _("No points at"), _("Full points at")),
        [
            (_figure(line["figure"]), line["weight"], f"{line['none']} %", f"{line['full']} %")
            for line in rules["lines"]
        ],
    )
    said = _("A commendation adds {plus}, a criticism takes off {minus} points.")
    document.add_paragraph(said.format(plus=rules["commendation"], minus=rules["criticism"]))


def _part(document, rows, heading, number):
    if not rows:
        document.add_paragraph(_("Nothing to assess in this year."))
        return
    totals = [Decimal(row["total"]) if row["total"] else None for row in rows]
    names = [row["name"] for row in rows]
    place(document, Bars(_("Points: {what}").format(what=heading), names, {_("Score"): totals}), 2 * number - 1)
    place(document, Bars(_("Points by figure: {what}").format(what=heading), names, _by_figure(rows), True), 2 * number)
    for row in rows:
        document.add_heading(row["name"], 2)
        _working(document, row)


def _by_figure(rows) -> dict:
    codes = [line["figure"] for line in rows[0]["lines"]]
    return {
        _figure(code): [Decimal(row["lines"][at]["points"]) if row["lines"][at]["points"] else None for row in rows]
        for at, code in enumerate(codes)
    }


def _working(document, row):
    _table(
        document,
        (_("Figure"), _("Part and whole"), _("Value"), _("Weight"), _("Score")),
        [_worked(line) for line in row["lines"]],
    )
    said = _("Points of {weight}, brought to 100: {base}.").format(weight=row["weight"], base=row["base"] or "—")
    document.add_paragraph(said)
    if "eligible" in row:
        words = _("Commendations {praised}, criticisms {criticised}: {points} points.")
        document.add_paragraph(
            words.format(praised=row["commendations"], criticised=row["criticisms"], points=row["circular_points"])
        )
        if not row["eligible"]:
            chain = listed(row["chain"])
            document.add_paragraph(
                _("Loses the awards of the year by criticisms in a row: {chain}.").format(chain=chain)
            )
    document.add_paragraph(_("Points in all: {total}").format(total=row["total"] or "—"))


def _worked(line) -> tuple:
    value = f"{line['value']} %" if line["value"] else "—"
    points = line["points"] or _("not counted")
    return _figure(line["figure"]), f"{line['part']} / {line['whole']}", value, line["weight"], points


def _figure(code: str) -> str:
    return f"{code} {MEASURES[code].label}"


def _table(document, heads, rows):
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cells, told in [(table.rows[0].cells, heads), *((table.add_row().cells, row) for row in rows)]:
        for cell, word in zip(cells, told, strict=True):
            cell.text = str(word)
