"""Areas divided by a command: everything covered once, corners shared to the bit, codes from north-west to south-east."""

from io import StringIO
from itertools import pairwise

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from boundaries import draft_filling, grid_checks, grid_shapes, polygons
from boundaries import grid_drafts as drafts
from boundaries.grid_faults import Land
from boundaries.models import GridCell, GridDraft
from tests.second_city import load

# Two areas with a common side: 0.02° × 0.02° each, 1,831 m × 2,219 m.
WEST = Land("410182101", "西", shapely.box(113.30, 34.80, 113.32, 34.82))
EAST = Land("410182102", "东", shapely.box(113.32, 34.80, 113.34, 34.82))


@pytest.fixture
def city(xingyang, tmp_path):
    return load(tmp_path).region


def edges(faces):
    """How often each edge is there, whichever way it runs."""
    found = {}
    for _area, face in faces:
        for ring in shapely.get_rings(face):
            corners = list(map(tuple, shapely.get_coordinates(ring)))
            for start, end in pairwise(corners):
                found[min(start, end), max(start, end)] = found.get((min(start, end), max(start, end)), 0) + 1
    return found


@pytest.mark.parametrize("shape", grid_shapes.SHAPES)
def test_cells_cover_their_areas_without_gap_or_overlap(shape):
    faces = grid_shapes.divide([WEST, EAST], shape, 400)
    for area in (WEST, EAST):
        theirs = [face for its, face in faces if its is area]
        assert shapely.union_all(theirs).symmetric_difference(area.geom).area < 1e-15
        assert sum(face.area for face in theirs) == pytest.approx(area.geom.area, rel=1e-10)
    assert all(face.geom_type == "Polygon" for _area, face in faces)


@pytest.mark.parametrize("shape", grid_shapes.SHAPES)
def test_every_edge_is_that_of_two_cells_or_of_the_outer_border(shape):
    """To the bit: were a corner of one missing in its neighbour, its edge would stand alone in the middle."""
    outer = shapely.union_all([WEST.geom, EAST.geom]).boundary
    for edge, times in edges(grid_shapes.divide([WEST, EAST], shape, 400)).items():
        lonely = shapely.LineString(edge).interpolate(0.5, normalized=True)
        assert times == 2 or (times == 1 and outer.distance(lonely) < 1e-9)


@pytest.mark.parametrize("shape", ["hexagon", "square"])
def test_no_cell_is_a_sliver_and_whole_ones_have_the_size_asked_for(shape):
    """A hexagon 400 m wide has 138,564 m², a square 160,000 m²."""
    whole = {"hexagon": 138_564, "square": 160_000}[shape]
    sizes = [polygons.square_metres(face) for _area, face in grid_shapes.divide([WEST, EAST], shape, 400)]
    assert min(sizes) >= grid_shapes.LEAST_SHARE * whole
    assert sorted(sizes)[len(sizes) // 2] == pytest.approx(whole, rel=0.25)
    assert sum(abs(size / whole - 1) < 1e-3 for size in sizes) >= 10


def test_points_get_the_ground_that_is_nearest_to_them():
    """Two villages in the west: the line between them is their perpendicular bisector, 113.31 E."""
    faces = grid_shapes.divide([WEST], "voronoi", 400, [(113.305, 34.81), (113.315, 34.81)])
    assert sorted(round(face.bounds[0], 6) for _area, face in faces) == [113.30, 113.31]


def test_an_area_smaller_than_a_cell_is_one_cell():
    for shape in grid_shapes.SHAPES:
        faces = grid_shapes.divide([WEST, EAST], shape, 20_000)
        assert sorted(area.code for area, _face in faces) == ["410182101", "410182102"]


def test_no_area_gives_no_cell():
    assert grid_shapes.divide([], "hexagon", 400) == []


def test_the_same_question_has_the_same_answer():
    first, second = (grid_shapes.divide([WEST, EAST], "voronoi", 400) for _time in range(2))
    assert [face.wkb for _area, face in first] == [face.wkb for _area, face in second]


def test_codes_run_from_north_to_south_in_rows_and_from_west_to_east(city):
    draft = draft_filling.make(city, 2, "square", 2400, areas=["101"])
    cells = [(cell.code, polygons.of_stored(cell.geom).centroid) for cell in draft.cells.all()]
    assert [code for code, _middle in cells] == [f"101000000{number:06d}" for number in range(1, len(cells) + 1)]
    rows = [round((30.1 - middle.y) * 110_900 // 2400) for _code, middle in cells]
    assert rows == sorted(rows)
    for (_one, here), (_other, there), row, below in zip(cells, cells[1:], rows, rows[1:], strict=False):
        assert below > row or there.x > here.x


def test_a_villages_cells_have_its_code_and_its_name(city):
    places = [("100000000101", "东村", 120.02, 30.05), ("100000000102", "西村", 120.08, 30.05)]
    draft = draft_filling.make(city, 4, "hexagon", 3000, areas=["100"], places=places)
    assert {cell.code[:12] for cell in draft.cells.all()} == {"100000000101", "100000000102"}
    west = draft.cells.get(code="100000000101001")
    assert "东村" in west.name
    assert west.geom.centroid.x < 120.05


def test_areas_that_are_not_named_keep_their_cells_and_special_cells_stay(city):
    before = drafts.open_draft(city, 3)
    drafts.draw(before, shapely.box(120.11, 30.02, 120.12, 30.03), kind="special", code="101000000000001")
    from_draft = GridCell.objects.bulk_create([
        GridCell(region=city, code=one.code, name="园区", level=3, kind="special", area_code="101", geom=one.geom,
                 valid_from=timezone.localdate())
        for one in before.cells.filter(kind="special")
    ])  # fmt: skip
    draft = draft_filling.make(city, 3, "square", 3000, areas=["101"])
    assert draft.cells.get(code="100000000000001").retired is False
    assert draft.cells.get(code=from_draft[0].code).kind == "special"
    assert draft.cells.filter(area_code="101", kind="ordinary").count() > 3


def test_dividing_an_area_anew_ends_its_cells_or_takes_their_codes_over(city):
    draft = draft_filling.make(city, 3, "square", 3000, areas=["100"])
    taken_over = draft.cells.get(code="100000000000001")
    assert taken_over.base.code == taken_over.code
    assert not taken_over.retired
    assert [fault.kind.word for fault in grid_checks.faults_of(draft)] == ["gap"]  # 101 was not asked for


def test_more_cells_than_codes_is_said_before_anything_is_kept(city):
    with pytest.raises(draft_filling.CannotDivide):
        draft_filling.make(city, 3, "square", 200, areas=["100"])
    assert GridDraft.objects.count() == 0


def command(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def test_the_command_publishes_a_whole_grid_without_a_fault(xingyang):
    command(
        "make_grids", "--level", "2", "--shape", "hexagon", "--size", "4000", "--publish", str(timezone.localdate())
    )
    region = xingyang.region
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH areas AS (SELECT ST_Union(geom) AS geom FROM boundaries_area WHERE edition_id = %s),"
            " cells AS (SELECT ST_Union(geom) AS geom, sum(ST_Area(geom::geography)) AS summed, count(*) AS number"
            "           FROM boundaries_gridcell WHERE region_id = %s AND level = 2)"
            " SELECT ST_Area(ST_SymDifference(areas.geom, cells.geom)) * 1e10, summed,"
            "        ST_Area(cells.geom::geography), number FROM areas, cells",
            [xingyang.pk, region.pk],
        )
        bare_or_beyond, summed, united, number = cursor.fetchone()
    assert number > 50
    assert bare_or_beyond == pytest.approx(0, abs=0.1)  # of the plane of degrees, in which borders are straight
    assert summed == pytest.approx(united, abs=0.1)
    assert grid_checks.faults_in_force(region, 2) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--size", "1"),
        ("--size", "nan"),
        ("--area", "999"),
        ("--villages", "/nowhere.csv"),
        ("--publish", "2001-01-01"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(xingyang, arguments):
    with pytest.raises(CommandError):
        command("make_grids", "--size", "5000", *arguments)


def test_a_table_of_villages_names_each_row_at_fault(xingyang, tmp_path):
    table = tmp_path / "villages.csv"
    table.write_text(
        "代码,名称,经度,纬度\n410182101001,甲村,113.4,34.7\n4101,乙村,113.4,34.7\n410182101003,丙村,北,34.7\n", "utf-8"
    )
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("make_grids", "--villages", str(table), stderr=err)
    first, second = err.getvalue().splitlines()
    assert "2" in first
    assert "12" in first
    assert "3" in second
    assert "lon" in second
