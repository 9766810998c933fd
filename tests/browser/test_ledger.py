"""The ledger as people have it: the map beside the list shows its lines and no other, and the file is these lines."""

import zipfile
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe

from cases.models import Case

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWN = """async () => {
  const drawn = await window.enforcementMap.getSource("ledger").getData();
  return drawn.features.map(({ properties: { href }, geometry: { coordinates } }) => [href.split("/").at(-2), ...coordinates]);
}"""


def in_list(page):
    """Case number → longitude and latitude of each line on the page."""
    return {
        line.locator("th a").inner_text(): (
            float(line.get_attribute("data-lon")),
            float(line.get_attribute("data-lat")),
        )
        for line in page.locator(".ledger-table tbody").all()
    }


def on_map(visitor):
    visitor.page.wait_for_selector("#ledger-map.drawn canvas")
    visitor.wait_for_map()
    return {number: (lon, lat) for number, lon, lat in visitor.page.evaluate(DRAWN)}


def in_file(path):
    """Numbers in the second column, as the standard library reads the workbook."""
    with zipfile.ZipFile(path) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  downloaded from ourselves
    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter(f"{SHEET}row")]
    return [row[1] for row in rows[1:]]


@pytest.mark.parametrize("width", [1440, 360])
def test_list_map_and_file_are_the_same_lines_before_and_after_a_filter(visit, width):
    visitor = visit("dispatcher1", width=width, height=900, color_scheme="dark" if width == 360 else "light")
    page = visitor.page
    visitor.open("/ledger/?month=all")
    page.locator("#ledger-map").scroll_into_view_if_needed()
    assert len(in_list(page)) == 50
    assert on_map(visitor) == in_list(page)
    page.get_by_label("协作组").select_option("G3")
    page.get_by_label("状态").select_option("open")
    page.get_by_role("button", name="显示").click()
    page.wait_for_url("**group=G3**")
    wanted = list(
        Case.objects.filter(group_code="G3").open().order_by("reported_at", "id").values_list("case_no", flat=True)
    )
    page.locator("#ledger-map").scroll_into_view_if_needed()
    assert list(in_list(page)) == wanted[:50]
    assert on_map(visitor) == in_list(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").press("Enter")
    assert download.value.suggested_filename == "执法台账-all.xlsx"
    assert in_file(download.value.path()) == wanted
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert visitor.complaints == []
