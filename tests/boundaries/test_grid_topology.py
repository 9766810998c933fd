"""Cells keep their common line whatever is done to them: corners are the same on both sides, to the bit.

0      1      2
+------+------+ 2
|  A   |  B   |
+------+------+ 1
|      C      |
+-------------+ 0         in thousandths of a degree from 113.3 E, 34.8 N; C has no corner at (1, 1)
"""

import pytest
import shapely

from boundaries import grid_topology as topology
from boundaries.grid_topology import Untenable

METRE = 1 / 111_000


def at(x, y):
    return (113.3 + x / 1000, 34.8 + y / 1000)


def shape(*places):
    return shapely.Polygon([at(*place) for place in places])


@pytest.fixture
def cells():
    return {
        "A": shape((0, 1), (1, 1), (1, 2), (0, 2)),
        "B": shape((1, 1), (2, 1), (2, 2), (1, 2)),
        "C": shape((0, 0), (2, 0), (2, 1), (0, 1)),
    }


def corners(geometry):
    return set(map(tuple, shapely.get_coordinates(geometry)))


def common_line_is_common(one, other):
    """Every corner of one that lies on the other's outline is a corner of the other, in the very numbers."""
    return all(
        tuple(place) in corners(other)
        for place in shapely.get_coordinates(one)
        if other.boundary.distance(shapely.Point(place)) < topology.SAME
    )


def test_a_corner_on_a_neighbours_edge_becomes_a_corner_of_the_neighbour(cells):
    assert not common_line_is_common(cells["A"], cells["C"])
    changed = topology.shared(cells)
    assert set(changed) == {"C"}
    assert at(1, 1) in corners(changed["C"])
    assert changed["C"].equals(cells["C"])


def test_corners_that_are_one_place_get_the_same_numbers(cells):
    x, y = at(1, 1)
    beside = {"A": shapely.transform(cells["A"], lambda places: places + 1e-11), "B": cells["B"]}
    changed = topology.shared(beside)
    assert (x, y) in corners(changed["A"])
    assert common_line_is_common(changed["A"], cells["B"])


def test_a_moved_corner_moves_in_every_cell_that_shares_it(cells):
    to = at(1.2, 1.3)
    changed = topology.moved(cells, [(at(1, 1), to)])
    assert set(changed) == {"A", "B", "C"}
    assert all(to in corners(one) for one in changed.values())
    before, after = shapely.union_all(list(cells.values())), shapely.union_all(list(changed.values()))
    assert after.equals(before)
    assert sum(one.area for one in changed.values()) == pytest.approx(before.area, rel=1e-12)


def test_a_moved_edge_takes_its_neighbours_along(cells):
    changed = topology.moved(cells, [(at(1, 1), at(1.5, 1)), (at(1, 2), at(1.5, 2))])
    assert changed["A"].equals(shape((0, 1), (1.5, 1), (1.5, 2), (0, 2)))
    assert changed["B"].equals(shape((1.5, 1), (2, 1), (2, 2), (1.5, 2)))


def test_a_place_on_an_edge_becomes_a_corner_and_moves(cells):
    changed = topology.moved(cells, [(at(1, 1.5), at(1.4, 1.5))])
    assert set(changed) == {"A", "B"}
    assert changed["A"].area == pytest.approx(cells["A"].area + 0.4 * 1e-6 / 2)


def test_a_ring_that_would_cross_itself_is_refused_with_its_cell(cells):
    with pytest.raises(Untenable) as refused:
        topology.moved(cells, [(at(0, 2), at(0.5, 0.5))])
    assert refused.value.key == "A"


def test_a_place_that_no_cell_has_is_refused(cells):
    with pytest.raises(Untenable):
        topology.moved(cells, [(at(5, 5), at(6, 6))])


def test_two_corners_may_fall_together_but_not_all(cells):
    assert topology.moved({"A": cells["A"]}, [(at(0, 2), at(0, 1))])["A"].equals(shape((0, 1), (1, 1), (1, 2)))
    with pytest.raises(Untenable):
        topology.moved({"A": cells["A"]}, [(at(0, 2), at(0, 1)), (at(1, 2), at(1, 1))])


def test_a_drawn_shape_lands_on_its_neighbours_corners_and_edges(cells):
    """Three metres off, drawn by hand: corners of B, the middle of its edge, and C's corner at (2, 1)."""
    off = 3 * METRE * 1000
    drawn = shape((2 + off, 1 + off), (3, 1), (3, 2), (2 + off, 2 - off), (2 - off, 1.5))
    made = topology.snapped(drawn, list(cells.values()), 5)
    assert {at(2, 1), at(2, 2)} <= corners(made)
    on_edge = [place for place in corners(made) if abs(place[0] - at(2, 0)[0]) < 1e-12]
    assert len(on_edge) == 3
    assert topology.snapped(drawn, list(cells.values()), 0) is drawn


def test_neighbours_corners_beside_a_drawn_edge_become_its_own(cells):
    drawn = shape((0, -1), (2, -1), (2, 0), (0, 0))
    wavy = {"C": shape((0, 0), (1, 0.01), (2, 0), (2, 1), (0, 1))}
    assert at(1, 0.01) in corners(topology.snapped(drawn, list(wavy.values()), 5))


def test_what_overlaps_is_cut_away_and_the_line_is_common(cells):
    drawn = shape((1.5, 0.5), (3, 0.5), (3, 1.7), (1.5, 1.7))
    made = topology.cut(drawn, list(cells.values()))
    assert made.area == pytest.approx(1 * 1.2 * 1e-6)
    all_of_them = {"new": made, **cells}
    all_of_them |= topology.shared(all_of_them)
    for key in cells:
        assert common_line_is_common(all_of_them["new"], all_of_them[key])
        assert common_line_is_common(all_of_them[key], all_of_them["new"])
        assert all_of_them["new"].intersection(all_of_them[key]).area == 0


def test_ground_that_is_all_in_cells_cannot_be_drawn(cells):
    with pytest.raises(Untenable):
        topology.cut(shape((0.2, 0.2), (0.8, 0.2), (0.8, 0.8)), list(cells.values()))


def test_a_line_across_divides_a_cell_without_loss(cells):
    pieces = topology.divided(cells["C"], shapely.LineString([at(0.5, -1), at(0.5, 2)]), 0)
    assert [piece.area for piece in pieces] == pytest.approx([1.5e-6, 0.5e-6])
    assert shapely.union_all(pieces).equals(cells["C"])
    assert pieces[0].intersection(pieces[1]).area == 0


def test_a_line_that_ends_inside_is_refused_unless_it_nearly_reaches(cells):
    short = shapely.LineString([at(0.5, -1), at(0.5, 0.98)])
    with pytest.raises(Untenable):
        topology.divided(cells["C"], short, 0)
    assert len(topology.divided(cells["C"], short, 5)) == 2
    with pytest.raises(Untenable):
        topology.divided(cells["C"], shapely.LineString([at(5, 5), at(5, 5)]), 5)


def test_a_hole_stays_a_hole_when_its_corner_moves():
    ring = shapely.Polygon([at(0, 0), at(4, 0), at(4, 4), at(0, 4)], [[at(1, 1), at(1, 2), at(2, 2), at(2, 1)]])
    inside = shape((1, 1), (2, 1), (2, 2), (1, 2))
    changed = topology.moved({"ring": ring, "inside": inside}, [(at(2, 2), at(3, 3))])
    assert changed["ring"].area + changed["inside"].area == pytest.approx(16e-6)
    assert changed["ring"].intersection(changed["inside"]).area == 0


def test_only_cells_with_a_common_side_become_one(cells):
    assert topology.joined([cells["A"], cells["B"]]).area == pytest.approx(2e-6)
    corner_to_corner = shape((2, 2), (3, 2), (3, 3), (2, 3))
    with pytest.raises(Untenable):
        topology.joined([cells["B"], corner_to_corner])


@pytest.fixture
def bent():
    """Two cells with a bend in their common line, and one south of both.

    0      1      2
    +------+------+ 2
    |  A    >     |             the bend is at (1.3, 1.5)
    |      |  B   |
    +------+------+ 1
    |      C      |
    +-------------+ 0
    """
    return {
        "A": shape((0, 1), (1, 1), (1.3, 1.5), (1, 2), (0, 2)),
        "B": shape((1, 1), (2, 1), (2, 2), (1, 2), (1.3, 1.5)),
        "C": shape((0, 0), (2, 0), (2, 1), (1, 1), (0, 1)),
    }


def test_a_removed_corner_is_gone_from_every_cell_that_shares_it(bent):
    changed = topology.pruned(bent, [at(1.3, 1.5)])
    assert set(changed) == {"A", "B"}
    assert changed["A"].equals(shape((0, 1), (1, 1), (1, 2), (0, 2)))
    assert changed["B"].equals(shape((1, 1), (2, 1), (2, 2), (1, 2)))
    assert all(at(1.3, 1.5) not in corners(one) for one in changed.values())


@pytest.mark.parametrize("place", [(1, 1), (1, 2)])
def test_a_corner_where_a_third_line_ends_is_not_removed(bent, place):
    """By shapely alone: the cells without it would leave ground that they have now."""
    without = [
        shapely.Polygon([one for one in cell.exterior.coords[:-1] if one != at(*place)]) for cell in bent.values()
    ]
    assert shapely.union_all(list(bent.values())).difference(shapely.union_all(without)).area > 1e-8
    with pytest.raises(Untenable) as refused:
        topology.pruned(bent, [at(*place)])
    assert refused.value.key in bent


def test_a_third_line_counts_that_ends_on_an_edge_without_a_corner(cells):
    """C has no corner at (1, 1), and yet A and B meet there."""
    with pytest.raises(Untenable):
        topology.pruned(cells, [at(1, 1)])
    both = {"AB": topology.joined([cells["A"], cells["B"]]), "C": cells["C"]}
    both["AB"] = topology.with_corners(both["AB"], shapely.get_coordinates(cells["A"]))
    changed = topology.pruned(both, [at(1, 1)])
    assert at(1, 1) not in corners(changed["AB"])
    assert changed["AB"].equals(both["AB"])


def test_corners_in_a_row_are_removed_at_once():
    stairs = {
        "A": shape((0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (0, 2)),
        "B": shape((1, 0), (3, 0), (3, 2), (2, 2), (2, 1), (1, 1)),
    }
    changed = topology.pruned(stairs, [at(1, 1), at(2, 1)])
    assert changed["A"].equals(shape((0, 0), (1, 0), (2, 2), (0, 2)))
    assert changed["B"].equals(shape((1, 0), (3, 0), (3, 2), (2, 2)))


@pytest.mark.parametrize(
    ("ring", "place", "why"),
    [
        ([(0, 0), (1, 0), (0, 1)], (1, 0), "three corners"),
        ([(0, 0), (4, 0), (4, 4), (3, 4), (3, 1), (2, 1), (2, 3), (0, 3)], (4, 0), "cross itself"),
        ([(0, 0), (2, 0), (1, 0.000001), (1, 1)], (1, 1), "nothing of its ground"),
    ],
)
def test_a_corner_without_which_a_ring_is_none_is_not_removed(ring, place, why, monkeypatch):
    monkeypatch.setattr(topology, "_", str)  # the sentences as they are written
    with pytest.raises(Untenable, match=why) as refused:
        topology.pruned({"A": shape(*ring)}, [at(*place)])
    assert refused.value.key == "A"


def test_a_corner_of_a_hole_goes_in_the_cell_inside_too():
    ring = shapely.Polygon([at(0, 0), at(4, 0), at(4, 4), at(0, 4)], [[at(1, 1), at(1, 2), at(2, 2), at(2, 1)]])
    inside = shape((1, 1), (2, 1), (2, 2), (1, 2))
    changed = topology.pruned({"ring": ring, "inside": inside}, [at(2, 2)])
    assert changed["ring"].area + changed["inside"].area == pytest.approx(16e-6)
    assert changed["ring"].intersection(changed["inside"]).area == 0


def test_a_place_on_an_edge_is_no_corner_to_remove(cells):
    with pytest.raises(Untenable):
        topology.pruned({"A": cells["A"]}, [at(0.5, 2)])
