"""Cells from a file: converted once, over those of their code, each fault told with its feature."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from boundaries import grid_importing
from boundaries.models import GridCell, GridDraft
from gis_core import crs
from tests.second_city import feature, load, square


@pytest.fixture
def city(xingyang, tmp_path):
    return load(tmp_path).region


def write(tmp_path, *features):
    file = tmp_path / "cells.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return file


def cell(number, west, east=None, south=30.04, north=30.06, **said):
    ground = square(west, south, east or west + 0.02, north)
    return feature(ground, **{"code": f"100000000000{number:03d}", "name": f"{number}号", **said})


def imported(file, city, **said):
    return grid_importing.import_cells(file, city, crs.parse("wgs84"), 3, **said)


def test_cells_of_a_file_stand_beside_those_in_force(city, tmp_path):
    found = imported(write(tmp_path, cell(2, 120.06)), city)
    assert found.cells == 1
    cells = {one.code[-3:]: one for one in found.draft.cells.all()}
    assert set(cells) == {"001", "002"}
    assert (cells["002"].area_code, cells["002"].base, cells["002"].name) == ("100", None, "2号")


def test_a_cell_of_the_same_code_is_drawn_over_and_keeps_what_it_was_made_from(city, tmp_path):
    found = imported(write(tmp_path, cell(1, 120.03, 120.05)), city)
    (one,) = found.draft.cells.all()
    assert one.base == GridCell.objects.get(region=city)
    assert one.geom.extent == (120.03, 30.04, 120.05, 30.06)


def test_with_replace_cells_that_the_file_does_not_have_end(city, tmp_path):
    found = imported(write(tmp_path, cell(2, 120.06)), city, replace=True)
    assert {one.code[-3:]: one.retired for one in found.draft.cells.all()} == {"001": True, "002": False}


def test_offset_coordinates_are_converted_once(city, tmp_path):
    file = write(tmp_path, cell(2, 120.06))
    found = grid_importing.import_cells(file, city, crs.parse("gcj02"), 3)
    corner = found.draft.cells.get(code__endswith="002").geom.coords[0][0][0]
    assert corner == pytest.approx(crs.to_wgs84(120.06, 30.04, crs.parse("gcj02")), abs=1e-9)


@pytest.mark.parametrize(
    "said",
    [
        {"code": "12"}, {"code": None}, {"level": 2}, {"kind": "奇怪"}, {"name": "长" * 61}, {"code": "100000000000001"},
    ],
)  # fmt: skip
def test_a_feature_that_cannot_be_a_cell_is_named_and_nothing_is_kept(city, tmp_path, said):
    file = write(tmp_path, cell(1, 120.02, 120.04), cell(2, 120.06, **said))
    with pytest.raises(grid_importing.FaultyCells) as refused:
        imported(file, city)
    (fault,) = refused.value.faults
    assert "cells.geojson" in fault
    assert "2" in fault
    assert GridDraft.objects.count() == 0


def test_a_ring_that_crosses_itself_and_one_abroad_are_both_named(city, tmp_path):
    bow = feature({"type": "Polygon", "coordinates": [[[120.0, 30.0], [120.01, 30.02], [120.01, 30.0], [120.0, 30.02],
                                                       [120.0, 30.0]]]}, code="100000000000005")  # fmt: skip
    with pytest.raises(grid_importing.FaultyCells) as refused:
        imported(write(tmp_path, bow, cell(6, 10.0, 10.1)), city)
    assert len(refused.value.faults) == 2


def test_what_the_set_is_at_fault_in_is_remarked_with_the_features(city, tmp_path):
    found = imported(write(tmp_path, cell(2, 120.05), cell(3, 120.07, 120.12)), city)
    kinds = [remark.replace("：", ":").split(":")[0] for remark in found.remarks]
    assert any("1" in told for told in kinds)  # overlaps cell 1, which is in force
    assert any("2" in told for told in kinds)  # lies in both areas


def command(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def test_check_keeps_nothing_and_publish_puts_in_force(city, tmp_path):
    file = write(tmp_path, cell(2, 120.06))
    asked = ("import_grids", str(file), "--crs", "wgs84", "--region", city.pk)
    command(*asked, "--check")
    assert GridDraft.objects.count() == 0
    command(*asked, "--publish", str(timezone.localdate()))
    assert GridCell.objects.filter(region=city, level=3).valid_on(timezone.localdate()).count() == 2


def test_a_draft_that_cannot_be_published_is_refused_in_sentences(city, tmp_path):
    file = write(tmp_path, cell(2, 120.05))
    with pytest.raises(CommandError):
        command(
            "import_grids", str(file), "--crs", "wgs84", "--region", city.pk, "--publish", str(timezone.localdate())
        )
    assert GridCell.objects.filter(region=city, level=3).count() == 1
