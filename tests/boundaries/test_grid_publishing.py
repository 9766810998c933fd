"""A draft in force: rows end and begin by date, posts go on, and nothing of others' is written over."""

from datetime import timedelta

import pytest
import shapely
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.utils import timezone

from boundaries import grid_checks, polygons
from boundaries import grid_drafts as drafts
from boundaries import grid_publishing as publishing
from boundaries.models import GridCell, GridPost, PatrolVisit
from tests.factories import make_patrol, make_user
from tests.second_city import load

EAST_OF_1 = shapely.box(120.06, 30.04, 120.08, 30.06)
HALF_EAST = shapely.box(120.06, 30.045, 120.08, 30.055)  # its corners lie on cell 1's east side


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def city(xingyang, tmp_path):
    return load(tmp_path).region


@pytest.fixture
def one(city):
    return GridCell.objects.get(region=city)


@pytest.fixture
def draft(city):
    return drafts.open_draft(city, 3)


def in_force(city, day):
    return {cell.code[-3:]: cell for cell in GridCell.objects.filter(region=city, level=3).valid_on(day)}


def kinds(draft):
    return [change.kind for change in publishing.compare(draft)]


def stretch(draft):
    """Cell 1's east side 500 m further east."""
    drafts.move(draft, [((120.06, 30.04), (120.065, 30.04)), ((120.06, 30.06), (120.065, 30.06))])


def test_a_fresh_draft_is_what_is_in_force_and_not_published(draft, today):
    assert kinds(draft) == ["same"]
    with pytest.raises(publishing.NotPublished):
        publishing.publish(draft, today)


def test_a_draft_without_a_cell_says_kindly_what_to_do(city, today):
    with pytest.raises(publishing.NotPublished, match="make_grids"):
        publishing.publish(drafts.open_draft(city, 4), today)


def test_new_changed_and_retired_cells_are_told_with_their_sizes(draft, one):
    drafts.draw(draft, EAST_OF_1)
    assert kinds(draft) == ["same", "new"]
    drafts.undo(draft)
    stretch(draft)
    (change,) = publishing.compare(draft)
    assert change.kind == "changed"
    assert change.after_m2 / change.before_m2 == pytest.approx(1.25, rel=1e-4)
    drafts.undo(draft)
    drafts.retire(draft, [draft.cells.get().pk])
    (change,) = publishing.compare(draft)
    assert (change.kind, change.after_m2) == ("retired", None)


def test_a_neighbours_corner_on_an_edge_is_no_change_of_the_cell(draft, one, city, today):
    """It is written into the row that is in force, so that both have the line to the bit, and the row goes on."""
    drafts.draw(draft, HALF_EAST)
    assert kinds(draft) == ["corners", "new"]
    publishing.publish(draft, today)
    assert in_force(city, today)["001"].pk == one.pk
    assert (120.06, 30.045) in set(in_force(city, today)["001"].geom.coords[0][0])


def test_a_new_cell_begins_on_the_day_and_not_before(draft, city, today):
    drafts.draw(draft, EAST_OF_1)
    person = make_user("grid_coordinator", region_id=city.pk)
    later = today + timedelta(days=7)
    published = publishing.publish(draft, later, by=person)
    assert set(in_force(city, later - timedelta(days=1))) == {"001"}
    assert set(in_force(city, later)) == {"001", "002"}
    assert (published.status, published.valid_from, published.published_by) == ("published", later, person)


def test_a_changed_cell_ends_the_day_before_and_begins_anew_under_its_code(draft, one, city, today):
    stretch(draft)
    publishing.publish(draft, today)
    one.refresh_from_db()
    new = in_force(city, today)["001"]
    assert one.valid_to == today - timedelta(days=1)
    assert (new.code, new.valid_from, new.valid_to, new.schematic) == (one.code, today, None, one.schematic)
    assert in_force(city, one.valid_to)["001"] == one
    assert polygons.of_stored(new.geom).bounds == (120.04, 30.04, 120.065, 30.06)


def test_a_cell_retired_yesterday_is_not_in_force_today(draft, one, city, today):
    drafts.retire(draft, [draft.cells.get().pk])
    publishing.publish(draft, today)
    one.refresh_from_db()
    assert one.valid_to == today - timedelta(days=1)
    assert in_force(city, today) == {}
    assert in_force(city, today - timedelta(days=1)) == {"001": one}
    assert one.posts.get().valid_to == today - timedelta(days=1)


def test_a_retired_cell_ends_its_posts_and_takes_back_those_to_come(draft, one, city, today):
    post, yesterday, clerk = one.posts.get(), today - timedelta(days=1), make_user("grid_coordinator")
    one.posts.create(role="grid_worker", holder="代班", deputy_of=post, valid_from=today)
    one.posts.create(role="grid_leader", holder="后任", valid_from=today + timedelta(days=30))
    gone = one.posts.create(role="grid_worker", holder="前任", valid_from=yesterday, valid_to=yesterday)
    drafts.retire(draft, [draft.cells.get().pk])
    publishing.publish(draft, today, by=clerk)
    assert {(left.pk, left.valid_to) for left in one.posts.all()} == {(post.pk, yesterday), (gone.pk, yesterday)}
    kept = LogEntry.objects.filter(user=clerk, content_type__model="gridpost")
    assert sorted(kept.values_list("action_flag", "object_repr")) == [
        (CHANGE, "网格员"), (DELETION, "代班"), (DELETION, "后任")]  # fmt: skip


def test_posts_of_a_changed_cell_go_on_with_deputy_and_leave(draft, one, city, today):
    post, tomorrow = one.posts.get(), today + timedelta(days=1)
    one.posts.create(role="grid_worker", holder="代班", deputy_of=post, valid_from=today - timedelta(days=3))
    one.posts.create(role="grid_leader", holder="后任", valid_from=today + timedelta(days=30))
    past = one.posts.create(role="grid_leader", holder="前任", valid_from=today, valid_to=today)
    post.leaves.create(first_day=today, last_day=today + timedelta(days=5), reason="休假")
    stretch(draft)
    publishing.publish(draft, tomorrow)
    new = in_force(city, tomorrow)["001"]
    carried = {one.holder: one for one in new.posts.all()}
    assert set(carried) == {"网格员", "代班", "后任"}
    assert carried["网格员"].valid_from == tomorrow
    assert carried["代班"].deputy_of == carried["网格员"]
    assert carried["后任"].valid_from == today + timedelta(days=30)
    post.refresh_from_db()
    assert (post.cell, post.valid_to) == (one, today)
    assert [(leave.first_day, leave.last_day) for leave in post.leaves.all()] == [(today, today)]
    rest = carried["网格员"].leaves.get()
    assert (rest.first_day, rest.last_day) == (tomorrow, today + timedelta(days=5))
    assert GridPost.objects.get(pk=past.pk).cell == one


def test_patrols_of_the_past_count_for_the_new_row(draft, one, city, today):
    make_patrol(region=city, check_ins=[(120.05, 30.05)])
    stretch(draft)
    publishing.publish(draft, today)
    assert PatrolVisit.objects.filter(cell=in_force(city, today)["001"], entered=True).count() == 1


def test_children_belong_to_the_row_that_takes_over(one, city, today):
    parent = GridCell.objects.create(
        region=city,
        code="100000000000000",
        name="东镇",
        level=1,
        area_code="100",
        valid_from="2020-01-01",
        geom=one.geom,
    )
    GridCell.objects.filter(pk=one.pk).update(parent=parent)
    above = drafts.open_draft(city, 1)
    drafts.move(above, [((120.04, 30.04), (120.03, 30.04))])
    publishing.publish(above, today)
    one.refresh_from_db()
    assert (one.parent.code, one.parent.valid_from) == (parent.code, today)


def test_a_draft_is_published_once(draft, today):
    drafts.draw(draft, EAST_OF_1)
    publishing.publish(draft, today)
    with pytest.raises(drafts.DraftClosed):
        publishing.publish(draft, today)


def test_yesterday_is_too_late(draft, today):
    drafts.draw(draft, EAST_OF_1)
    with pytest.raises(publishing.BadDay):
        publishing.publish(draft, today - timedelta(days=1))


def test_a_draft_on_top_of_a_later_grid_does_not_come_before_it(draft, city, today):
    drafts.draw(draft, EAST_OF_1)
    publishing.publish(draft, today + timedelta(days=10))
    second = drafts.open_draft(city, 3)
    assert second.cells.count() == 2
    stretch_of_2 = [((120.08, 30.04), (120.085, 30.04)), ((120.08, 30.06), (120.085, 30.06))]
    drafts.move(second, stretch_of_2)
    with pytest.raises(publishing.BadDay):
        publishing.publish(second, today)
    publishing.publish(second, today + timedelta(days=10))


def test_a_second_publication_on_the_same_day_writes_over_the_first(draft, one, city, today):
    stretch(draft)
    publishing.publish(draft, today)
    first = in_force(city, today)["001"]
    second = drafts.open_draft(city, 3)
    drafts.move(second, [((120.065, 30.04), (120.07, 30.04)), ((120.065, 30.06), (120.07, 30.06))])
    publishing.publish(second, today)
    now = in_force(city, today)["001"]
    assert now.pk == first.pk
    assert polygons.of_stored(now.geom).bounds[2] == 120.07
    third = drafts.open_draft(city, 3)
    drafts.retire(third, [third.cells.get().pk])
    publishing.publish(third, today)
    assert in_force(city, today) == {}
    fourth = drafts.open_draft(city, 3)
    drafts.draw(fourth, EAST_OF_1, code=one.code)
    publishing.publish(fourth, today)
    assert in_force(city, today)["001"].pk == first.pk
    assert GridCell.objects.filter(region=city, code=one.code).count() == 2


def test_what_others_changed_meanwhile_is_named_and_not_written_over(draft, one, city, today):
    stretch(draft)
    other = drafts.open_draft(city, 3)
    drafts.change(other, other.cells.get().pk, name="别人改的")
    publishing.publish(other, today)
    with pytest.raises(publishing.Conflicting) as refused:
        publishing.publish(draft, today)
    (sentence,) = refused.value.conflicts
    assert "一号" in sentence
    assert "别人改的" in sentence
    assert in_force(city, today)["001"].name == "别人改的"


def test_what_others_changed_elsewhere_stays_as_they_have_it(draft, one, city, today):
    drafts.draw(draft, EAST_OF_1)
    drafts.undo(draft)
    drafts.draw(draft, shapely.box(120.08, 30.04, 120.09, 30.06))
    other = drafts.open_draft(city, 3)
    drafts.change(other, other.cells.get().pk, name="别人改的")
    publishing.publish(other, today)
    publishing.publish(draft, today)
    assert set(in_force(city, today)) == {"001", "002"}
    assert in_force(city, today)["001"].name == "别人改的"


def test_a_cell_that_others_ended_is_a_conflict_for_whoever_changed_it(draft, city, today):
    stretch(draft)
    other = drafts.open_draft(city, 3)
    drafts.retire(other, [other.cells.get().pk])
    publishing.publish(other, today)
    with pytest.raises(publishing.Conflicting):
        publishing.publish(draft, today)


def test_the_same_code_drawn_by_two_is_a_conflict(draft, city, today):
    other = drafts.open_draft(city, 3)
    drafts.draw(draft, EAST_OF_1)
    drafts.draw(other, shapely.box(120.08, 30.04, 120.09, 30.06))
    publishing.publish(other, today)
    with pytest.raises(publishing.Conflicting):
        publishing.publish(draft, today)


def test_ground_that_others_drew_on_meanwhile_is_a_fault(draft, city, today):
    other = drafts.open_draft(city, 3)
    drafts.draw(draft, EAST_OF_1, code="100000000000077")
    drafts.draw(other, EAST_OF_1)
    publishing.publish(other, today)
    with pytest.raises(publishing.StillFaulty) as refused:
        publishing.publish(draft, today)
    assert [fault.kind.word for fault in refused.value.faults] == ["overlap"]


def test_overlaps_refuse_and_gaps_do_not(draft, city, today):
    drafts.draw(draft, shapely.box(120.05, 30.04, 120.08, 30.06), overlapping=True)
    with pytest.raises(publishing.StillFaulty) as refused:
        publishing.publish(draft, today)
    assert [fault.kind.word for fault in refused.value.faults] == ["overlap"]
    assert set(in_force(city, today)) == {"001"}


def test_what_would_stand_is_read_as_the_draft_has_it(draft):
    drafts.draw(draft, EAST_OF_1, name="东侧")
    read = {cell.key: cell for cell in grid_checks.cells_to_be(draft)}
    assert set(read) == set(draft.cells.values_list("pk", flat=True))
    for cell in draft.cells.all():
        one = read[cell.pk]
        told = (one.code, one.name, one.level, one.kind, one.area_code, one.parent_code)
        assert told == (cell.code, cell.name, cell.level, cell.kind, cell.area_code, cell.parent_code)
        assert shapely.equals_exact(one.geom, polygons.of_stored(cell.geom))


def test_an_untouched_cell_that_others_ended_would_not_stand_and_a_touched_one_would(draft, one, today):
    GridCell.objects.filter(pk=one.pk).update(valid_to=today - timedelta(days=1))
    assert grid_checks.cells_to_be(draft) == []
    stretch(draft)
    assert [cell.code for cell in grid_checks.cells_to_be(draft)] == [one.code]
    drafts.retire(draft, [draft.cells.get().pk])
    assert grid_checks.cells_to_be(draft) == []


def test_an_untouched_cell_stays_the_drafts_own_after_its_last_day_that_was_known_before(city, one, today):
    GridCell.objects.filter(pk=one.pk).update(valid_to=today)
    draft = drafts.open_draft(city, 3)
    assert [cell.key for cell in grid_checks.cells_to_be(draft)] == [draft.cells.get().pk]
