"""Charts of a Word file as Word has them: a chart part with its numbers, and the sheet that they can be edited in.

Drawn by whoever opens the file, with their fonts; nothing is rendered here.
"""

from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.series import SeriesLabel
from openpyxl.xml.functions import tostring

CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WIDTH, HEIGHT = 5_400_000, 3_000_000  # in EMU, 360 000 a centimetre: 15 by 8.3 cm, what lies between the margins
SHEET = "Sheet1"


@dataclass(frozen=True)
class Bars:
    """`series` are names and numbers, one number a category; None where there is none."""

    title: str
    categories: list[str]
    series: dict[str, list]
    stacked: bool = False


def place(document, bars: Bars, number: int):
    """At the end of the document; `number` tells its charts apart."""
    package = document.part.package
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), BOOK, _book(bars), package)
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART, b"", package)
    chart._blob = _xml(bars, chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
    key = document.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    document.add_paragraph().add_run()._r.append(parse_xml(_drawing(bars, key, number)))


def _workbook(bars: Bars) -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(["", *bars.series])
    for row, category in enumerate(bars.categories):
        sheet.append([category, *(numbers[row] for numbers in bars.series.values())])
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a name is never a formula
    return book


def _book(bars: Bars) -> bytes:
    written = BytesIO()
    _workbook(bars).save(written)
    return written.getvalue()


def _xml(bars: Bars, key: str) -> bytes:
    sheet = _workbook(bars)[SHEET]
    chart, last = BarChart(), len(bars.categories) + 1
    chart.title, chart.type = bars.title, "col"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend = chart.legend if len(bars.series) > 1 else None
    if bars.stacked:
        chart.grouping, chart.overlap = "stacked", 100
    for column, (name, numbers) in enumerate(bars.series.items(), start=2):
        chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=last), titles_from_data=True)
        series = chart.series[-1]
        series.tx = SeriesLabel(strRef=series.tx.strRef)
        series.tx.strRef.strCache = _words([name])
        series.val.numRef.numCache = _numbers(numbers)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    for series in chart.series:
        series.cat.strRef, series.cat.numRef = _reference(series.cat.numRef.f, bars.categories), None
    space = tostring(chart._write()).decode()
    linked = f'<externalData xmlns:r="{RELATIONS}" r:id="{key}"><autoUpdate val="0"/></externalData></chartSpace>'
    return space.replace("</chartSpace>", linked).encode()


def _reference(formula: str, words: list[str]):
    return StrRef(f=formula, strCache=_words(words))


def _words(words: list[str]) -> StrData:
    return StrData(ptCount=len(words), pt=[StrVal(idx=at, v=word) for at, word in enumerate(words)])


def _numbers(numbers: list) -> NumData:
    known = [NumVal(idx=at, v=str(number)) for at, number in enumerate(numbers) if number is not None]
    return NumData(formatCode="General", ptCount=len(numbers), pt=known)


def _drawing(bars: Bars, key: str, number: int) -> str:
    title = quoteattr(bars.title)
    return (
        f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{WIDTH}" cy="{HEIGHT}"/><wp:docPr id="{1000 + number}" name={title} descr={title}/>'
        '<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{key}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
