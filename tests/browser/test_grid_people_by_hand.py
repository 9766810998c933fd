"""The coordinator's own way: a cell without anybody gets somebody, who goes on leave, and a deputy."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from boundaries import posts
from boundaries.models import GridCell, GridPost

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def cell(city):
    """The first cell of 索河街道, with nobody."""
    area = city.areas.get(name="索河街道").code
    cell = GridCell.objects.filter(level=3, area_code=area).first()
    cell.posts.all().delete()
    return cell


def serious(page):
    violations = Axe().run(page).response["violations"]
    return [issue["id"] for issue in violations if issue["impact"] in ("serious", "critical")]


def act_of(page, who, label):
    """The form of an act of somebody posted, opened."""
    entry = page.locator("#cell-panel .entry", has=page.locator("b", has_text=who)).first
    entry.locator("summary", has_text=label).click()
    return entry.locator("details[open] form")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_somebody_is_posted_goes_on_leave_and_a_deputy_stands_in(visit, cell, size):
    visitor = visit("coordinator1", **size)
    page, today = visitor.page, timezone.localdate()
    visitor.open(f"/posts/?area={cell.area_code}")
    row = page.locator(f"#cell-{cell.code}")
    assert "无人" in row.inner_text()
    row.locator("a").click()
    panel = page.locator("#cell-panel")
    panel.locator("[name=role]").first.select_option("grid_worker")
    panel.locator("[name=holder]").first.fill("网格员甲")
    panel.locator("[name=user]").first.fill("gridworker1")
    panel.locator("[name=valid_from]").first.fill(today.isoformat())
    assert serious(page) == []
    panel.get_by_role("button", name="上岗").first.click()
    panel.locator(".entry b", has_text="网格员甲").wait_for()
    assert "无人" not in row.inner_text()
    assert "网格员甲" in row.inner_text()

    form = act_of(page, "网格员甲", "登记休假")
    form.locator("[name=first_day]").fill(today.isoformat())
    form.locator("[name=last_day]").fill((today - timedelta(days=1)).isoformat())
    form.locator("[name=reason]").fill("年休假")
    form.get_by_role("button", name="登记").click()
    panel.locator(".errorlist").wait_for()
    form = panel.locator("details[open] form")
    assert form.locator("[name=reason]").input_value() == "年休假"
    form.locator("[name=last_day]").fill((today + timedelta(days=3)).isoformat())
    form.get_by_role("button", name="登记").click()
    panel.locator(".leave", has_text="年休假").wait_for()
    assert "休假" in row.inner_text()
    assert "无人" in row.inner_text()

    form = act_of(page, "网格员甲", "安排代理")
    form.locator("[name=holder]").fill("李晓红")
    form.get_by_role("button", name="上岗").click()
    panel.locator(".entry b", has_text="李晓红").wait_for()
    assert "无人" not in row.inner_text()
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.cell") == cell.code
    assert [line for line in visitor.complaints if "400" not in line] == []
    assert {post.holder for post in GridPost.objects.answering().on_duty(today).filter(cell=cell)} == {"李晓红"}


def test_without_scripts_the_row_leads_to_a_page_where_the_same_is_done(visit, cell):
    visitor = visit("coordinator1", java_script_enabled=False)
    visitor.open(f"/posts/?q={cell.code}")
    visitor.page.locator(f"#cell-{cell.code} a").click()
    visitor.page.locator(".post-new [name=holder]").fill("网格员甲")
    visitor.page.locator(".post-new button").click()
    assert "已上岗" in visitor.page.inner_text(".messages")
    assert cell.posts.get().holder == "网格员甲"


def test_nothing_of_the_table_is_wider_than_the_window(visit, cell):
    posts.post(cell, role="grid_leader", holder="欧阳建国", valid_from=cell.valid_from)
    for size in (WIDE, PHONE):
        visitor = visit("coordinator1", **size)
        for path in ("/posts/", "/posts/liaisons/", "/roll-up/", "/coverage/rules/", "/posts/table/"):
            visitor.open(path)
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
            assert serious(visitor.page) == [], path
