"""A document as people see it and print it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from cases import documents
from cases.models import Case


@pytest.fixture
def document(city):
    case = Case.objects.open().newest_first().first()
    issued = documents.issue(case, "report_register", by=None, at=timezone.now())
    return documents.void(issued, by=None, reason="名称有误", at=timezone.now())


@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"width": 390, "height": 844}],
    ids=["light", "dark", "phone"],
)
def test_the_sheet_is_sound_in_every_look(visit, live_server, document, look):
    visitor = visit("dispatcher1", **look)
    visitor.open(document.get_absolute_url())
    visitor.page.wait_for_load_state("networkidle")
    violations = Axe().run(visitor.page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []
    assert visitor.complaints == []
    assert visitor.hosts - {""} == {live_server.url.split("//")[1]}
    width = visitor.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_on_paper_there_is_the_sheet_alone_on_one_page_of_a4(visit, document):
    visitor = visit("dispatcher1")
    visitor.open(document.get_absolute_url())
    pdf = visitor.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = (float(side) for side in re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    visitor.page.emulate_media(media="print")
    shown = visitor.page.locator("header, .tools, .message, .skip").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).length"
    )
    assert shown == 0
    assert visitor.page.locator(".sheet h1").is_visible()


def test_the_file_comes_under_its_number_and_name(visit, document):
    visitor = visit("dispatcher1")
    visitor.open(document.get_absolute_url())
    with visitor.page.expect_download() as download:
        visitor.page.locator(f"a[href='/documents/{document.pk}.docx']").click()
    assert download.value.suggested_filename == f"{document.doc_no} {document.name}.docx"
