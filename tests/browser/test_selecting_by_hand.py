"""The console by hand: choosing with pointer and keys, handing over, undoing, and two dispatchers at once."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from boundaries.models import User
from cases import actions
from cases.models import Case
from tests.browser.test_map_by_hand import focused, open_map

APPROVED = "/?status=approved"
MIDDLE = """() => {
  const { x, y, width, height } = window.enforcementMap.getCanvas().getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
RINGS = "() => window.enforcementMap.querySourceFeatures('selection').length"
STEP = 40  # pixels that an arrow key moves the map while drawing


@pytest.fixture
def ten(city):
    """Ten approved cases of the office's own channel, the newest of the list; the demonstration's are put aside."""
    Case.objects.filter(status="approved").update(status="submitted")
    numbers = Case.objects.exclude(lead_unit=None).newest_first().values_list("pk", flat=True)[:10]
    chosen = Case.objects.filter(pk__in=list(numbers))
    chosen.update(status="approved", channel="complaint", hold="", handling_unit=None)
    return list(chosen.newest_first())


def chosen(page):
    boxes = page.locator(".pick-case:checked")
    return set(boxes.evaluate_all("boxes => boxes.map((box) => box.value)"))


def said(page, words):
    page.wait_for_selector(f"#selected-count >> text={words}")


def open_console(visit, username="dispatcher1", **options):
    visitor = visit(username, **options)
    return visitor, open_map(visitor, APPROVED)


def test_rows_are_chosen_by_box_by_shift_and_by_key_and_escape_clears(visit, ten):
    visitor, page = open_console(visit)
    numbers = [case.case_no for case in ten]
    page.locator(".pick-case").nth(0).click()
    said(page, "已选 1 件")
    page.locator(".row").nth(2).click(modifiers=["Shift"])
    assert chosen(page) == set(numbers[:3])
    for key in ("j", "j", "x", "j", "j", "X"):
        page.keyboard.press(key)
    assert len(chosen(page)) >= 4
    page.keyboard.press("Escape")
    assert chosen(page) == set()
    assert page.inner_text("#selected-count") == ""
    page.keyboard.press("Control+a")
    said(page, "已选 10 件")
    assert chosen(page) == set(numbers)
    page.wait_for_function(f"({RINGS})() >= 1")
    assert visitor.complaints == []


def test_the_free_line_and_its_twin_by_keys_choose_the_same_cases(visit, ten):
    """A square of four arrow steps round the middle: once drawn with the pointer, once corner by corner."""
    visitor, page = open_console(visit)
    place = ten[0].geom
    page.evaluate("([lon, lat]) => window.enforcementMap.jumpTo({ center: [lon, lat], zoom: 11 })", [place.x, place.y])
    visitor.wait_for_map()
    x, y = page.evaluate(MIDDLE)
    half = 2 * STEP
    page.click("[data-draw=lasso]")
    page.mouse.move(x - half, y - half)
    page.mouse.down()
    for corner in ((x + half, y - half), (x + half, y + half), (x - half, y + half), (x - half, y - half + 5)):
        page.mouse.move(*corner, steps=8)
    page.mouse.up()
    page.wait_for_selector(".selection.some")
    drawn = page.inner_text("#selected-count")
    by_pointer = chosen(page)
    page.locator(".row").first.focus()
    page.keyboard.press("Escape")
    assert chosen(page) == set()

    page.keyboard.press("l")
    for way, steps in (
        ("Left", 2),
        ("Up", 2),
        ("", 0),
        ("Right", 4),
        ("", 0),
        ("Down", 4),
        ("", 0),
        ("Left", 4),
        ("", 0),
    ):
        if not way:
            page.keyboard.press("Enter")
        for _step in range(steps):
            page.keyboard.press(f"Arrow{way}")
    page.keyboard.press("Space")
    page.wait_for_selector(".selection.some")
    assert page.inner_text("#selected-count") == drawn
    page.uncheck("#follow")
    assert by_pointer
    assert by_pointer <= chosen(page)


@pytest.mark.parametrize("tool", ["rectangle", "polygon"])
def test_a_rectangle_is_dragged_and_a_polygon_is_clicked(visit, ten, tool):
    _visitor, page = open_console(visit)
    x, y = page.evaluate(MIDDLE)
    page.click(f"[data-draw={tool}]")
    if tool == "rectangle":
        page.mouse.move(x - 200, y - 300)
        page.mouse.down()
        page.mouse.move(x + 180, y + 250, steps=5)
        page.mouse.up()
    else:
        for corner in ((-90, -150), (150, -150), (150, 250), (-90, 250), (-90, -150)):
            page.mouse.click(x + corner[0], y + corner[1])
    page.wait_for_selector(".selection.some")
    assert page.locator("#draw-hint").is_hidden()
    page.click(f"[data-draw={tool}]")
    page.keyboard.press("Escape")
    assert page.locator("#draw-hint").is_hidden()
    assert chosen(page)


def test_an_area_a_grid_cell_and_the_view_are_chosen_without_drawing(visit, ten):
    _visitor, page = open_console(visit)
    area = ten[0].area_code
    page.click("#select-menu summary")
    page.select_option("#select-area", area)
    said(page, f"已选 {sum(case.area_code == area for case in ten)} 件")
    page.click("#select-clear")
    page.click("#select-menu summary")
    page.select_option("#select-grid", index=2)
    page.wait_for_selector(".selection.some, #selection-fault:visible")
    page.click("#select-view")
    said(page, "已选 10 件")


def test_a_crossing_shape_is_refused_with_a_sentence_and_the_selection_stays(visit, ten):
    _visitor, page = open_console(visit)
    page.locator(".pick-case").nth(0).click()
    x, y = page.evaluate(MIDDLE)
    page.click("[data-draw=polygon]")
    for across, down in ((-100, -100), (100, 100), (100, -100), (-100, 100), (-100, -100)):
        page.mouse.click(x + across, y + down)
    page.wait_for_selector("#selection-fault:visible")
    assert "请重新绘制" in page.inner_text("#selection-fault")
    said(page, "已选 1 件")


def test_ten_cases_are_handed_over_and_taken_back_by_keys_alone(visit, ten):
    visitor, page = open_console(visit)
    for key in ("j", "x", *["j"] * 9, "X"):
        page.keyboard.press(key)
    said(page, "已选 10 件")
    page.keyboard.press("a")
    page.wait_for_selector("#drawer-go:focus")
    assert page.inner_text("#drawer-go") == "交办 10 件"
    page.keyboard.press("Enter")
    page.wait_for_selector("#toast-says >> text=已交办 10 件")
    assert page.locator("#drawer").is_hidden()
    handed = Case.objects.filter(pk__in=[case.pk for case in ten])
    assert set(handed.values_list("status", flat=True)) == {"assigned"}
    assert all(case.addressee.unit_id == case.handling_unit_id for case in handed)
    page.keyboard.press("z")
    page.wait_for_selector("#toast-says >> text=已撤销 10 件")
    assert set(handed.values_list("status", "handling_unit", "addressee")) == {("approved", None, None)}
    assert visitor.complaints == []


def test_one_case_takes_three_keys_and_the_focus_comes_back(visit, ten):
    _visitor, page = open_console(visit)
    page.keyboard.press("j")
    number = focused(page)
    page.keyboard.press("a")
    page.wait_for_selector("#drawer-go:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#toast-says >> text=已交办 1 件")
    assert Case.objects.get(case_no=number).status == "assigned"
    assert focused(page) == number


def test_what_somebody_has_begun_is_not_undone_and_that_is_said(visit, ten):
    _visitor, page = open_console(visit)
    for key in ("j", "x", "j", "x", "a"):
        page.keyboard.press(key)
    page.wait_for_selector("#drawer-go:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#toast-undo:visible")
    page.hover("#toast")
    begun = Case.objects.get(pk=ten[0].pk)
    actions.perform(begun, "begin_check", by=begun.addressee)
    page.click("#toast-undo")
    page.wait_for_selector("#toast-failures:visible")
    assert begun.case_no in page.inner_text("#toast-failures")
    assert "2 件中撤销了 1 件" in page.inner_text("#toast-says")
    assert Case.objects.get(pk=ten[1].pk).status == "approved"
    assert Case.objects.get(pk=begun.pk).status == "verifying"


def test_of_two_dispatchers_the_later_reads_who_was_first_and_keeps_the_rest(visit, ten):
    _visitor, page = open_console(visit)
    for key in ("j", "x", "j", "x", "a"):
        page.keyboard.press(key)
    page.wait_for_selector("#drawer-go:focus")
    page.select_option(f"[data-person-of='{ten[0].case_no}']", "")
    page.fill("#drawer-text", "请尽快核实")
    first = User.objects.get(username="platform1")
    actions.perform(ten[0], "hand_over", by=first, given={"unit": "quality_station"})
    page.click("#drawer-go")
    page.wait_for_selector(f"[data-case='{ten[0].case_no}'] [data-fault]:visible")
    why = page.inner_text(f"[data-case='{ten[0].case_no}'] [data-fault]")
    assert "信息平台员一" in why
    assert "质监站" in why
    assert page.locator(f"[data-case='{ten[1].case_no}']").count() == 0
    assert Case.objects.get(pk=ten[1].pk).status == "assigned"
    page.click("#drawer-again")
    page.wait_for_selector(f"[data-skipped='{ten[0].case_no}']")
    assert "信息平台员一" in page.inner_text(f"[data-skipped='{ten[0].case_no}']")
    assert Case.objects.get(pk=ten[0].pk).handling_unit.code == "quality_station"


def test_the_ready_cases_stand_whole_above_the_others_which_are_one_line_that_unfolds(visit, ten):
    Case.objects.filter(pk__in=[case.pk for case in ten[2:]]).update(status="submitted")
    visitor = visit("dispatcher1")
    page = open_map(visitor, "/")
    page.click("#select-menu summary")
    page.click("#select-listed")
    page.wait_for_selector(".selection.some")
    page.click("#hand-over-open")
    page.wait_for_selector("#drawer-go:focus")
    rows = page.locator(".drawer-list > li")
    bottom = page.locator(".drawer-foot").bounding_box()["y"]
    assert rows.count() == 2
    assert all(row.bounding_box()["y"] + row.bounding_box()["height"] <= bottom for row in rows.all())
    assert page.locator("[data-skipped]").first.is_hidden()
    page.focus(".drawer-skipped summary")
    page.keyboard.press("Enter")
    assert page.locator("[data-skipped]").first.is_visible()
    assert page.locator(f"[data-skipped='{ten[5].case_no}']").count() == 1
    assert visitor.complaints == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_serious_with_drawer_menu_and_toast_open(visit, ten, look):
    _visitor, page = open_console(visit, color_scheme=look)
    serious = []

    def check(where):
        found = Axe().run(page).response["violations"]
        serious.extend((where, one["id"]) for one in found if one["impact"] in ("serious", "critical"))

    page.click("#select-menu summary")
    page.wait_for_selector("#select-area")
    check("menu")
    page.keyboard.press("Escape")
    page.locator(".pick-case").nth(0).click()
    page.locator(".pick-case").nth(1).click()
    page.click("#hand-over-open")
    page.wait_for_selector("#drawer-go:focus")
    page.locator("#drawer [name=case]").nth(1).uncheck()
    check("drawer")
    page.click("#drawer-go")
    page.wait_for_selector("#toast-undo:visible")
    page.hover("#toast")
    check("toast")
    page.keyboard.press("l")
    check("drawing")
    assert serious == []


def test_a_phone_has_no_drawing_tools_and_no_selection(visit, ten):
    visitor = visit("dispatcher1", width=390, height=844)
    visitor.open(APPROVED)
    page = visitor.page
    page.wait_for_selector(".row")
    for part in (".draw-tools", "#selection", ".pick-case"):
        assert page.locator(part).first.is_hidden()


def test_the_keys_1_to_6_show_classes_of_the_legend_alone(visit, ten):
    visitor, page = open_console(visit)
    page.goto(page.url.split("?")[0])
    visitor.wait_for_map()
    every = page.inner_text("#count")
    page.keyboard.press("2")
    page.wait_for_function("(every) => document.getElementById('count').innerText !== every", arg=every)
    assert "stage=waiting" in page.url
    assert page.locator("[data-stage=waiting]").get_attribute("aria-pressed") == "true"
    page.click("[data-stage=overdue]")
    page.wait_for_url("**stage=waiting%2Coverdue**")
    for key in ("1", "2"):
        page.keyboard.press(key)
    page.wait_for_selector(f"#count >> text={every}")
    page.keyboard.press("6")
    page.wait_for_url("**status=&stage=closed**")
    page.wait_for_selector(".row .s-closed")
    assert visitor.complaints == []


def test_g_and_a_letter_go_to_a_screen_and_letters_can_be_switched_off(visit, ten):
    _visitor, page = open_console(visit)
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    for key in ("j", "x", "g", "t"):
        page.keyboard.press(key)
    assert chosen(page) == set()
    assert "/todo/" not in page.url
    page.click("#keys-open")
    page.check("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/todo/")
