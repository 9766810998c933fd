"""Evidence added by hand: in pieces with a bar that tells the truth, and by the plain form without any script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.models import Case
from tests.cases.evidence_files import movie, pdf, picture

MB = 1024 * 1024
PATCHED = "**/api/v1/uploads/*/"


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def case(city):
    return Case.objects.filter(group_code="G3").open().newest_first().first()


@pytest.fixture
def film(tmp_path):
    """24 MB: three pieces of eight, and a little more."""
    path = tmp_path / "北院墙.mp4"
    path.write_bytes(movie(seconds=95, media=bytes(24 * MB)))
    return path


def open_form(visitor, case):
    visitor.open(case.get_absolute_url())
    visitor.page.click(".add-evidence > summary")
    return visitor.page


def choose(page, *paths):
    page.set_input_files("#evidence-form [name=file]", [str(path) for path in paths])
    page.click("#evidence-form button.primary")


def verbs(case):
    return list(case.events.order_by("id").values_list("verb", flat=True))


def test_a_long_video_goes_on_after_the_line_was_broken(visit, case, film):
    visitor = visit("inspector3")
    page = open_form(visitor, case)
    page.select_option("[name=kind]", "inspection_record")
    sent = []

    def broken(route):
        if route.request.method == "PATCH" and len(sent) >= 1:
            return route.abort()
        sent.append(route.request.method)
        return route.continue_()

    page.route(PATCHED, broken)
    page.evaluate("window.tus.defaultOptions.retryDelays = null")
    choose(page, film)
    page.wait_for_selector("#uploads li.failed", timeout=40_000)
    assert "连接中断" in page.inner_text("#uploads li")
    page.unroute(PATCHED)
    page.click("#uploads [data-act=resume]")
    page.wait_for_selector("#uploads li.done")
    page.wait_for_selector("#evidence-list >> text=北院墙.mp4")
    piece = case.evidence.get()
    assert Path(piece.original.path).read_bytes() == film.read_bytes()
    assert (piece.kind, piece.duration_s) == ("inspection_record", 95)
    assert verbs(case)[-1] == "evidence"
    assert visitor.hosts == {page.url.split("/")[2]}


def test_several_files_are_sent_at_once_and_a_refused_one_is_named_beside_its_bar(visit, case, tmp_path):
    page = open_form(visit("inspector3"), case)
    for name, content in (("东侧.jpg", picture(size=(800, 600))), ("合同.pdf", pdf()), ("图.svg", b"<svg/>")):
        (tmp_path / name).write_bytes(content)
    choose(page, *(tmp_path / name for name in ("东侧.jpg", "合同.pdf", "图.svg")))
    expect(page.locator("#uploads li.done")).to_have_count(2)
    page.wait_for_selector("#uploads li.refused")
    assert "图.svg" in page.inner_text("#uploads li.refused .upload-says")
    assert not page.is_visible("#uploads li.refused [data-act=resume]")
    page.wait_for_selector(".evidence-pictures img")
    page.wait_for_selector(".evidence-files >> text=合同.pdf")
    assert case.evidence.count() == 2


def test_a_paused_upload_goes_on_and_one_that_is_given_up_is_gone(visit, case, film):
    page = open_form(visit("inspector3"), case)
    held = []
    page.route(PATCHED, lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_())
    choose(page, film)
    page.click("#uploads [data-act=pause]")
    page.wait_for_selector("#uploads li.paused")
    page.unroute(PATCHED)
    page.click("#uploads [data-act=resume]")
    page.wait_for_selector("#uploads li.done")
    assert case.evidence.count() == 1
    page.route(PATCHED, lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_())
    film.write_bytes(movie(media=bytes(20 * MB)))
    choose(page, film)
    page.click("#uploads li:not(.done) [data-act=remove]")
    expect(page.locator("#uploads li")).to_have_count(1)


def test_without_any_script_the_form_keeps_one_file(visit, case, tmp_path):
    (tmp_path / "合同.pdf").write_bytes(pdf())
    page = open_form(visit("inspector3", java_script_enabled=False), case)
    choose(page, tmp_path / "合同.pdf")
    page.wait_for_selector(".evidence-files >> text=合同.pdf")
    assert case.evidence.get().medium == "scan"
