"""Two days of coverage side by side: cells whose status changed, and the figures' differences."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from boundaries.models import GridCell, GridPost
from cases import coverage
from cases.coverage.changes import changed_cells, moved_figures
from tests.factories import SUOHE, make_patrol, make_user
from tests.pages import english, words

NOW = timezone.now


def day(ago):
    return timezone.localdate() - timedelta(days=ago)


def client_of(*roles, **changes):
    client = Client()
    client.force_login(make_user(*roles, **changes))
    return english(client)


def at_suohe():
    return GridCell.objects.get(level=3, geom__covers=f"SRID=4326;POINT({SUOHE[0]} {SUOHE[1]})")


@pytest.fixture
def history(xingyang):
    """In 索河 one cell was patrolled ten days ago and went stale after seven; another lost its people yesterday."""
    make_patrol(ended_at=NOW() - timedelta(days=10))
    cell = at_suohe()
    other = GridCell.objects.filter(area_code="410182001", posts__role="grid_worker").exclude(pk=cell.pk).first()
    GridPost.objects.filter(cell=other).update(valid_to=day(1))
    return cell, other


def test_a_cell_that_went_stale_and_one_that_lost_its_people_are_what_changed(xingyang, history):
    stale, empty = history
    before, after = coverage.of(xingyang.region_id, day(5)), coverage.of(xingyang.region_id)
    found = {change.code: change for change in changed_cells(before, after)}
    assert (found[stale.code].before, found[stale.code].after) == ("ok", "stale")
    assert (found[empty.code].before, found[empty.code].after) == ("stale", "unstaffed")
    assert all(change.is_worse for change in found.values())
    assert set(found) == {stale.code, empty.code}


def test_a_cell_that_begins_or_ends_between_the_days_is_not_there_on_one_of_them(xingyang):
    cell = at_suohe()
    GridCell.objects.filter(pk=cell.pk).update(valid_to=day(3))
    before, after = coverage.of(xingyang.region_id, day(5)), coverage.of(xingyang.region_id)
    (gone,) = changed_cells(before, after)
    assert (gone.code, gone.after, gone.is_worse, gone.is_better) == (cell.code, None, False, False)
    (new,) = changed_cells(after, before)
    assert (new.code, new.before) == (cell.code, None)


def test_the_figures_differ_by_what_changed(xingyang, history):
    before, after = coverage.of(xingyang.region_id, day(5)), coverage.of(xingyang.region_id)
    moved = {one.label: one.by for one in moved_figures(before.figures, after.figures)}
    assert moved["无人网格"] == 1
    assert moved["失巡网格"] == 1  # the one that went stale; the other was before
    assert moved["几何空白"] == 0


def test_the_page_puts_the_earlier_day_first_however_it_is_asked(history):
    client = client_of("leader")
    asked = (f"?from={day(0)}&to={day(5)}", f"?from={day(5)}&to={day(0)}")
    one, other = (client.get(f"/coverage/compare/{query}") for query in asked)
    assert one.context["days"] == other.context["days"] == [day(5), day(0)]
    assert "2; 2 worse, 0 better" in words(one)


def test_without_days_it_is_a_month_ago_and_today(history):
    assert client_of("leader").get("/coverage/compare/").context["days"] == [day(30), day(0)]


def test_a_day_that_cannot_be_read_is_said_by_its_name(history):
    client = client_of("leader")
    answer = client.get("/coverage/compare/?from=1.1.2026&to=2999-01-01")
    assert answer.status_code == 400
    assert "First day: A day as 2026-11-28." in words(answer)
    assert "Second day: That day is yet to come." in words(answer)


def test_a_day_without_an_edition_is_said(history):
    said = words(client_of("leader").get("/coverage/compare/?from=2001-01-01"))
    assert "On 2001-01-01 no map of responsibility was in force." in said


def test_foreign_cells_do_not_show(history):
    stale, _empty = history
    answer = client_of("inspector", group_codes=["G1"]).get(f"/coverage/compare/?from={day(5)}")
    assert answer.context["total"] == 0
    assert stale.code not in answer.content.decode()
