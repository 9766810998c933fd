"""The report form under a hand: typed and chosen wrongly, left, sent, and sent again."""

import re

CASE_PAGE = re.compile(r"/cases/XY-\d{4}-\d{5}/$")


def number_of(page):
    page.wait_for_url(CASE_PAGE)
    return page.url.rstrip("/").rsplit("/", 1)[1]


def fill_in(visitor):
    visitor.open("/cases/new/?lon=113.378&lat=34.787")
    page = visitor.page
    page.fill("[name=address]", "索河路北侧工地")
    page.check("[name=channel][value=patrol]")
    return page


def test_a_sent_form_that_somebody_comes_back_to_and_sends_again_is_the_same_case(visit):
    visitor = visit("dispatcher1")
    page = fill_in(visitor)
    page.click("#save")
    first = number_of(page)
    page.go_back()
    page.wait_for_selector("#save")
    page.fill("[name=address]", "索河路北侧工地")
    page.check("[name=channel][value=patrol]")
    page.click("#save")
    assert number_of(page) == first


def test_two_presses_at_once_make_one_case(visit):
    page = fill_in(visit("dispatcher1"))
    page.dblclick("#save")
    number = number_of(page)
    page.goto(page.url.split("/cases/")[0] + "/?q=%E7%B4%A2%E6%B2%B3%E8%B7%AF%E5%8C%97%E4%BE%A7%E5%B7%A5%E5%9C%B0")
    rows = page.locator("#case-list [data-case-no]").evaluate_all("rows => rows.map((row) => row.dataset.caseNo)")
    assert rows == [number]


def test_a_draft_comes_back_after_a_reload(visit):
    page = fill_in(visit("dispatcher1"))
    page.wait_for_timeout(500)  # typing is kept when it pauses
    page.goto(page.url.split("?")[0])
    page.wait_for_selector("#draft:visible")
    assert page.input_value("[name=address]") == "索河路北侧工地"
    assert page.is_checked("[name=channel][value=patrol]")


def test_typed_coordinates_that_are_none_are_said_when_the_field_is_left(visit):
    page = fill_in(visit("dispatcher1"))
    page.fill("#id_coordinates", "索河路")
    page.press("#id_coordinates", "Tab")
    page.wait_for_selector("#answer .field-error")


def test_a_typed_pair_in_the_maps_of_the_phones_is_answered_for_where_it_really_lies(visit):
    visitor = visit("dispatcher1")
    visitor.open("/cases/new/")
    page = visitor.page
    page.fill("#id_coordinates", "34.7857, 113.3841")  # 113.378, 34.787 as GCJ-02, latitude first
    page.select_option("#id_crs", "gcj02")
    page.wait_for_selector("#answer .answered")
    page.wait_for_timeout(800)
    lon = float(page.get_attribute("#answer .answered", "data-lon"))
    assert 113.3765 < lon < 113.3785


def test_a_chosen_file_that_is_no_photo_is_named_before_it_is_sent(visit, tmp_path):
    wrong = tmp_path / "notes.jpg"
    wrong.write_text("no photo")
    page = fill_in(visit("dispatcher1"))
    page.set_input_files("#id_photos", [wrong])
    page.wait_for_selector("#chosen-photos .field-error >> text=notes.jpg")
