"""A set of cells is checked as a set; sizes are held against PostGIS, which measures on the ellipsoid.

     113.30   113.32   113.34
34.82   +--------+--------+
        |   W    |   E    |      two areas, 甲 410182101 (W) and 乙 410182102 (E);
34.80   +--------+--------+      each is cut into a left and a right half
"""

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from boundaries import grid_faults, ground
from boundaries.grid_faults import Cell, Kind, Land, faults, gap_rate

WEST, MIDDLE, EAST, SOUTH, NORTH = 113.30, 113.32, 113.34, 34.80, 34.82


def box(west, south=SOUTH, east=None, north=NORTH):
    return shapely.box(west, south, east, north)


AREAS = [
    Land("410182101", "甲", box(WEST, east=MIDDLE)),
    Land("410182102", "乙", box(MIDDLE, east=EAST)),
]


def cell(code, geom, **changes):
    told = {"name": f"{code[-3:]}号", "level": 3, "area_code": code[:9], **changes}
    return Cell(code=code, geom=geom, **told)


@pytest.fixture
def four():
    """The coverage without a fault."""
    steps = [113.30, 113.31, 113.32, 113.33, 113.34]
    codes = ["410182101000001", "410182101000002", "410182102000001", "410182102000002"]
    return [cell(code, box(steps[place], east=steps[place + 1])) for place, code in enumerate(codes)]


def on_the_ellipsoid(geometry) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(ST_GeomFromWKB(%s, 4326)::geography)", [shapely.to_wkb(geometry)])
        return cursor.fetchone()[0]


def kinds(found):
    return [fault.kind for fault in found]


def test_a_coverage_has_no_fault(four):
    assert faults(four, AREAS) == []


def test_a_ring_that_crosses_itself_is_told_alone_and_refuses(four):
    bow = shapely.Polygon([(113.30, 34.80), (113.31, 34.82), (113.31, 34.80), (113.30, 34.82)])
    found = faults([cell(four[0].code, bow), *four[1:]], AREAS)
    assert kinds(found) == [Kind.SHAPE, Kind.GAP]
    assert "001号" in found[0].sentence
    assert Kind.SHAPE.refuses
    assert not Kind.GAP.refuses


@pytest.mark.django_db
def test_ground_of_an_area_in_no_cell_is_a_gap_of_its_size_on_the_ellipsoid(four):
    (gap,) = faults(four[:3], AREAS)
    assert (gap.kind, gap.area_code) == (Kind.GAP, "410182102")
    assert gap.area_m2 == pytest.approx(on_the_ellipsoid(four[3].geom), rel=1e-4)
    assert gap.box == pytest.approx((113.33, 34.80, 113.34, 34.82))


def test_slivers_are_no_gap_by_size_and_by_shape(four):
    """20 m × 20 m is too small, 1 m × 2,200 m too thin."""
    small = box(113.30, east=113.30 + 20 / 91_500, north=34.80 + 20 / 111_000)
    thin = box(113.30, east=113.30 + 1 / 91_500)
    for hole in (small, thin):
        bitten = cell(four[0].code, shapely.difference(four[0].geom, hole))
        assert faults([bitten, *four[1:]], AREAS) == []


def test_without_a_cell_the_whole_is_one_gap_and_the_rate_is_one():
    (all_of_it,) = faults([], AREAS)
    assert (all_of_it.kind, all_of_it.cells) == (Kind.GAP, ())
    assert gap_rate([], AREAS) == 1
    assert gap_rate([], []) == 0


def test_the_rate_is_the_share_of_ground_in_no_cell(four):
    assert gap_rate(four, AREAS) == 0
    assert gap_rate(four[:3], AREAS) == pytest.approx(0.25, abs=1e-4)


@pytest.mark.django_db
def test_ordinary_cells_that_share_ground_overlap_and_special_ones_do_not(four):
    wide = box(113.30, east=113.312)
    (fault,) = faults([cell(four[0].code, wide), *four[1:]], AREAS)
    assert fault.kind is Kind.OVERLAP
    assert {one.code for one in fault.cells} == {four[0].code, four[1].code}
    assert fault.area_m2 == pytest.approx(on_the_ellipsoid(box(113.31, east=113.312)), rel=1e-4)
    park = cell("410182101000009", box(113.305, east=113.315), kind="special")
    assert faults([*four, park], AREAS) == []


def test_five_hundred_square_metres_are_no_overlap_and_a_little_more_is(four):
    """The strip is 2,218.9 m high here: 0.22 m of it is 488 m², 0.24 m is 533 m²."""
    for metres, expected in ((0.22, []), (0.24, [Kind.OVERLAP])):
        wide = box(113.30, east=113.31 + metres / 91_500)
        assert kinds(faults([cell(four[0].code, wide), *four[1:]], AREAS)) == expected


def test_a_cell_across_two_areas_names_both_and_its_share(four):
    across = cell("410182101000002", box(113.31, east=113.325))
    found = faults([four[0], across, cell(four[2].code, box(113.325, east=113.33)), four[3]], AREAS)
    assert kinds(found) == [Kind.ACROSS]
    assert "甲" in found[0].sentence
    assert "乙" in found[0].sentence
    assert found[0].area_code == "410182101"


def test_a_cell_beyond_every_area_says_so(four):
    beyond = cell(four[3].code, box(113.33, east=113.35))
    (fault,) = faults([*four[:3], beyond], AREAS)
    assert fault.kind is Kind.ACROSS
    assert fault.geom.equals(box(113.34, east=113.35))


def test_a_cell_outside_its_parent_refuses(four):
    parents = [
        cell("410182101000000", AREAS[0].geom, level=1),
        cell("410182102000000", box(MIDDLE, east=113.33), level=1),
    ]
    theirs = [cell(one.code, one.geom, parent_code=f"{one.code[:9]}000000") for one in four]
    (fault,) = faults(theirs, AREAS, parents)
    assert (fault.kind, fault.cells[0].code) == (Kind.OUTSIDE_PARENT, four[3].code)
    assert fault.kind.refuses


def test_a_cell_belongs_to_a_parent_only_where_there_is_a_tier_above(four):
    parents = [cell("410182101000000", AREAS[0].geom, level=1)]
    assert kinds(faults(four, AREAS, parents)) == [Kind.NO_PARENT] * 4
    assert kinds(faults([cell("410182103000001", four[0].geom), *four[1:]], AREAS)) == [Kind.NO_PARENT]


@pytest.mark.parametrize(
    ("code", "area", "parent", "sound"),
    [
        ("410182101000001", "410182101", "410182101000000", True),
        ("41018210100001", "410182101", "", False),
        ("4101821010000011", "410182101", "", False),
        ("410182101 00001", "410182101", "", False),
        ("410182X01000001", "410182101", "", False),
        ("410182X01000001", "410182X01", "", True),
        ("410182108900001", "410182X01", "410182108900000", True),
        ("410183108900001", "410182X01", "", False),
        ("410182102000001", "410182101", "", False),
        ("410182101003001", "410182101", "410182101003000", True),
        ("410182101003001", "410182101", "410182101004000", False),
    ],
)
def test_a_code_names_county_town_village_and_sequence(code, area, parent, sound):
    """A letter only where the area's own code has one; a child repeats its parent's code (village: 12, town: 9)."""
    level = 2 if parent and parent[9:12] in ("003", "004") else 1
    above = Cell(parent, "上级", level, AREAS[0].geom) if parent else None
    why = grid_faults.code_fault(cell(code, AREAS[0].geom), Land(area, "某地", AREAS[0].geom), above)
    assert (why == "") is sound


def test_a_code_twice_refuses(four):
    twice = [four[0], cell(four[0].code, four[1].geom), *four[2:]]
    assert Kind.CODE_TWICE in kinds(faults(twice, AREAS))
    assert Kind.CODE_TWICE.refuses


def test_what_refuses_comes_first(four):
    found = faults([cell(four[0].code, box(113.30, east=113.312)), four[1]], AREAS)
    assert kinds(found) == [Kind.OVERLAP, Kind.GAP]


def test_gaps_of_the_city_are_those_that_the_database_finds(xingyang):
    """The same definition in SQL (boundaries.ground) and here, on the pack's 296 cells and 15 areas."""
    areas = [Land(area.code, area.name, of(area.geom)) for area in xingyang.areas.all()]
    stored = xingyang.region.grid_cells.filter(level=3)
    cells = [Cell(one.code, one.name, 3, of(one.geom), one.area_code) for one in stored]
    measured = ground.measured(xingyang.pk, xingyang.region_id, xingyang.valid_from, 3, "test")
    ours = grid_faults.gaps(cells, areas)
    theirs = sorted(measured.gaps, key=lambda gap: -gap.area_m2)
    assert [gap.area_code for gap in ours] == [gap.area_code for gap in theirs]
    assert [gap.area_m2 for gap in ours] == pytest.approx([gap.area_m2 for gap in theirs], rel=1e-8, abs=0.01)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.geom.symmetric_difference(of(GEOSGeometry(other.geom))).area < 1e-12


def test_the_city_as_it_is_has_gaps_alone(xingyang):
    areas = [Land(area.code, area.name, of(area.geom)) for area in xingyang.areas.all()]
    stored = list(xingyang.region.grid_cells.select_related("parent"))
    cells = [
        Cell(one.code, one.name, one.level, of(one.geom), one.area_code, one.parent.code if one.parent else "")
        for one in stored
    ]
    found = faults([one for one in cells if one.level == 3], areas, [one for one in cells if one.level == 1])
    assert set(kinds(found)) == {Kind.GAP}


def of(geometry):
    return shapely.from_wkb(bytes(geometry.wkb))
