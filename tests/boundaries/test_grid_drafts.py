"""What is done on a draft, step by step; pictures are of the second city (tests/second_city.py).

     120.02  120.04  120.06  120.08
30.06           +-------+
                |   1   |              cell 1 is in force; each test draws beside it
30.04           +-------+
"""

import pytest
import shapely
from django.db import connection

from boundaries import draft_edit, polygons
from boundaries import grid_drafts as drafts
from boundaries.grid_attributes import BadAttribute
from boundaries.grid_topology import Untenable
from boundaries.models import DraftCell, GridCell, GridDraft
from tests.factories import make_user
from tests.second_city import load


@pytest.fixture
def city(xingyang, tmp_path):
    return load(tmp_path).region


@pytest.fixture
def draft(city):
    return drafts.open_draft(city, 3)


@pytest.fixture
def first(draft):
    return draft.cells.get()


def shape_of(cell):
    return polygons.of_stored(DraftCell.objects.get(pk=cell.pk).geom)


def corners(cell):
    return set(map(tuple, shapely.get_coordinates(shape_of(cell))))


def overlap_in_sql(draft) -> float:
    """Square metres in two standing cells of the draft, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(ST_Area(ST_Intersection(a.geom, b.geom)::geography)), 0)"
            " FROM boundaries_draftcell a JOIN boundaries_draftcell b ON a.id < b.id AND ST_Intersects(a.geom, b.geom)"
            " WHERE a.draft_id = %s AND b.draft_id = %s AND NOT a.retired AND NOT b.retired",
            [draft.pk, draft.pk],
        )
        return cursor.fetchone()[0]


EAST_OF_1 = shapely.box(120.059, 30.04, 120.08, 30.06)  # a hundred metres into cell 1


def test_a_draft_begins_as_what_is_in_force(draft, first, city):
    stored = GridCell.objects.get(region=city)
    assert (first.base, first.code, first.geom) == (stored, stored.code, stored.geom)
    assert draft_edit.mark(first) == first.opened_as


def test_a_tier_without_a_cell_gives_an_empty_draft(city):
    assert drafts.open_draft(city, 4).cells.count() == 0


def test_a_drawn_cell_loses_what_overlaps_and_shares_its_neighbours_line(draft, first):
    outcome = drafts.draw(draft, EAST_OF_1)
    new = next(cell for cell in outcome.changed if cell.base is None)
    assert shape_of(new).equals(shapely.box(120.06, 30.04, 120.08, 30.06))
    assert {(120.06, 30.04), (120.06, 30.06)} <= corners(new)
    assert overlap_in_sql(draft) == 0


def test_a_drawn_cell_gets_the_next_code_and_the_area_that_it_lies_in(draft):
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    assert (new.code, new.area_code, new.level, new.kind) == ("100000000000002", "100", 3, "ordinary")


def test_a_drawn_cell_ends_at_the_border_of_its_area(draft):
    """100 ends at 120.10 E."""
    drafts.draw(draft, shapely.box(120.08, 30.02, 120.105, 30.04))
    assert shape_of(draft.cells.get(base=None)).bounds == (120.08, 30.02, 120.10, 30.04)


def test_corners_near_a_neighbours_edge_land_on_it_in_both(draft, first):
    """Two metres off its east side, half way up."""
    drawn = shapely.Polygon([(120.06002, 30.045), (120.07, 30.045), (120.07, 30.055), (120.06002, 30.055)])
    drafts.draw(draft, drawn, snap_m=5)
    new = draft.cells.get(base=None)
    common = corners(new) & corners(first)
    assert {round(lat, 6) for _lon, lat in common} == {30.045, 30.055}
    assert all(lon == pytest.approx(120.06, abs=1e-12) for lon, _lat in common)
    assert shape_of(first).symmetric_difference(shapely.box(120.04, 30.04, 120.06, 30.06)).area < 1e-15


def test_without_snapping_corners_stay_where_they_were_drawn(draft, first):
    drawn = shapely.Polygon([(120.06002, 30.045), (120.07, 30.045), (120.07, 30.055), (120.06002, 30.055)])
    drafts.draw(draft, drawn, snap_m=0)
    assert corners(draft.cells.get(base=None)) == set(drawn.exterior.coords)


def test_a_special_cell_may_lie_over_others(draft, first):
    inside = shapely.box(120.045, 30.045, 120.055, 30.055)
    with pytest.raises(Untenable):
        drafts.draw(draft, inside)
    drafts.draw(draft, inside, kind="special")
    assert shape_of(draft.cells.get(kind="special")).equals(inside)


def test_whoever_asks_for_an_overlap_gets_it(draft, first):
    drafts.draw(draft, EAST_OF_1, overlapping=True)
    assert shape_of(draft.cells.get(base=None)).equals(EAST_OF_1)


def test_an_outline_that_crosses_itself_is_not_drawn(draft):
    with pytest.raises(Untenable):
        drafts.draw(draft, shapely.Polygon([(120.0, 30.0), (120.01, 30.01), (120.01, 30.0), (120.0, 30.01)]))
    assert draft.cells.count() == 1


def test_a_shared_corner_moves_in_all_that_share_it(draft, first):
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    drafts.move(draft, [((120.06, 30.06), (120.063, 30.058))])
    assert (120.063, 30.058) in corners(first) & corners(new)
    assert overlap_in_sql(draft) == 0


def test_a_moved_corner_lands_on_a_third_cells_line(draft, first):
    """The new cell is two metres short of cell 1's top right corner."""
    drafts.draw(draft, shapely.box(120.07, 30.04, 120.08, 30.06), snap_m=0)
    drafts.move(draft, [((120.07, 30.06), (120.06002, 30.06))], snap_m=5)
    assert (120.06, 30.06) in corners(draft.cells.get(base=None))


def test_a_move_that_makes_a_ring_cross_itself_is_refused_by_name(draft, first):
    with pytest.raises(Untenable, match=first.code):
        drafts.move(draft, [((120.04, 30.04), (120.061, 30.05))])
    assert shape_of(first).equals(shapely.box(120.04, 30.04, 120.06, 30.06))
    assert GridDraft.objects.get(pk=draft.pk).version == 1


def test_a_corner_is_removed_from_every_cell_that_shares_it(draft, first):
    """A bend in the line between cell 1 and the new one; without it the line is as straight as it was."""
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    before = shape_of(first), shape_of(new)
    drafts.move(draft, [((120.06, 30.05), (120.063, 30.05))])
    outcome = drafts.prune(draft, [(120.063, 30.05)])
    assert {cell.pk for cell in outcome.changed} == {first.pk, new.pk}
    assert shape_of(first).equals(before[0])
    assert shape_of(new).equals(before[1])
    assert (120.063, 30.05) not in corners(first) | corners(new)
    assert overlap_in_sql(draft) == 0


def test_a_corner_where_a_third_line_ends_is_refused_by_name(draft, first):
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    with pytest.raises(Untenable, match=f"{first.code}|{new.code}"):
        drafts.prune(draft, [(120.06, 30.06)])
    assert GridDraft.objects.get(pk=draft.pk).version == 2


def test_a_ring_of_three_corners_keeps_them_and_is_named(draft, first):
    drafts.prune(draft, [(120.06, 30.06)])
    assert shape_of(first).equals(shapely.Polygon([(120.04, 30.04), (120.06, 30.04), (120.04, 30.06)]))
    with pytest.raises(Untenable, match=first.code):
        drafts.prune(draft, [(120.04, 30.06)])


def test_the_larger_piece_of_a_split_cell_keeps_its_code(draft, first):
    drafts.draw(draft, EAST_OF_1)
    drafts.split(draft, first.pk, shapely.LineString([(120.03, 30.055), (120.0595, 30.055)]), snap_m=60)
    new = draft.cells.get(code="100000000000003")
    assert shape_of(first).bounds == (120.04, 30.04, 120.06, 30.055)
    assert shape_of(new).bounds == (120.04, 30.055, 120.06, 30.06)
    beside = draft.cells.get(code="100000000000002")
    assert (120.06, 30.055) in corners(beside) & corners(first) & corners(new)


def test_merged_cells_keep_the_first_ones_code_and_the_rest_end(draft, first):
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    outcome = drafts.merge(draft, [new.pk, first.pk])
    assert shape_of(new).equals(shapely.box(120.04, 30.04, 120.08, 30.06))
    assert DraftCell.objects.get(pk=first.pk).retired
    assert outcome.gone == []


def test_cells_apart_are_not_merged(draft, first):
    drafts.draw(draft, shapely.box(120.08, 30.04, 120.09, 30.06))
    with pytest.raises(Untenable):
        drafts.merge(draft, [first.pk, draft.cells.get(base=None).pk])
    with pytest.raises(Untenable):
        drafts.merge(draft, [first.pk, first.pk])


def test_an_ended_cell_of_the_draft_alone_is_gone_and_one_in_force_is_retired(draft, first):
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    assert drafts.retire(draft, [new.pk, first.pk]).gone == [new.pk]
    assert [cell.retired for cell in draft.cells.all()] == [True]
    with pytest.raises(draft_edit.NoSuchCell):
        drafts.retire(draft, [first.pk])


def everything(draft):
    return {cell.pk: draft_edit.row_of(cell) for cell in draft.cells.all()}


def test_undo_takes_back_step_by_step_to_the_bit_and_redo_does_it_again(draft, first):
    pictures = [everything(draft)]
    drafts.draw(draft, EAST_OF_1)
    pictures.append(everything(draft))
    drafts.move(draft, [((120.06, 30.06), (120.063, 30.058))])
    pictures.append(everything(draft))
    drafts.prune(draft, [(120.04, 30.06)])
    pictures.append(everything(draft))
    drafts.merge(draft, [first.pk, draft.cells.get(base=None).pk])
    pictures.append(everything(draft))
    drafts.retire(draft, [first.pk])
    pictures.append(everything(draft))
    for picture in reversed(pictures[:-1]):
        drafts.undo(draft)
        assert everything(draft) == picture
    with pytest.raises(drafts.NothingToUndo):
        drafts.undo(draft)
    for picture in pictures[1:]:
        drafts.redo(draft)
        assert everything(draft) == picture
    with pytest.raises(drafts.NothingToUndo):
        drafts.redo(draft)


def test_a_new_step_after_an_undo_leaves_nothing_to_do_again(draft, first):
    drafts.draw(draft, EAST_OF_1)
    drafts.undo(draft)
    drafts.change(draft, first.pk, name="新名")
    with pytest.raises(drafts.NothingToUndo):
        drafts.redo(draft)


def test_a_step_that_changes_nothing_is_none(draft, first):
    drafts.change(draft, first.pk, name=first.name)
    assert draft.steps.count() == 0


def test_a_picture_that_is_gone_is_refused_with_the_version_of_now(draft):
    drafts.draw(draft, EAST_OF_1, version=1)
    with pytest.raises(drafts.DraftChanged) as refused:
        drafts.undo(draft, version=1)
    assert refused.value.version == 2
    drafts.undo(draft, version=2)


def test_nothing_is_drawn_on_a_discarded_draft(draft):
    drafts.discard(draft)
    with pytest.raises(drafts.DraftClosed):
        drafts.draw(draft, EAST_OF_1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "1000"), ("code", "101000000000001"), ("name", "长" * 61), ("kind", "other"), ("patrol_days", 0),
        ("area_code", "999"), ("parent_code", "100000000000000"),
    ],
)  # fmt: skip
def test_an_attribute_that_cannot_be_so_is_named(draft, first, field, value):
    with pytest.raises(BadAttribute) as refused:
        drafts.change(draft, first.pk, **{field: value})
    assert refused.value.field == field
    assert draft.steps.count() == 0


def test_a_code_in_use_is_refused_and_one_that_was_ended_may_be_used(draft, first):
    drafts.draw(draft, EAST_OF_1)
    new = draft.cells.get(base=None)
    with pytest.raises(BadAttribute):
        drafts.change(draft, new.pk, code=first.code)
    drafts.retire(draft, [first.pk])
    drafts.change(draft, new.pk, code=first.code, patrol_days=3)
    new.refresh_from_db()
    assert (new.code, new.patrol_days) == (first.code, 3)


def test_a_step_says_who_made_it(draft):
    person = make_user("grid_coordinator")
    drafts.draw(draft, EAST_OF_1, by=person)
    assert draft.steps.get().by == person
