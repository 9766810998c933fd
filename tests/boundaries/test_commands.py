"""The land's commands, as a person at a terminal uses them."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from boundaries.models import Area, Edition, Region
from cases import assignment
from tests.factories import SUOHE
from tests.land import PACK

SQUARE = [[113.3, 34.7], [113.3, 34.8], [113.4, 34.8], [113.4, 34.7], [113.3, 34.7]]


def run(*arguments):
    """(standard output, standard error) of a command."""
    out, err = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*arguments):
    """(sentence, standard error) of a command that must fail."""
    err = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, arguments), stdout=StringIO(), stderr=err)
    return str(caught.value), err.getvalue()


@pytest.fixture
def suohe_alone(tmp_path):
    """A file of one area: 索河街道 as a square round its seat."""
    path = tmp_path / "新图.geojson"
    feature = {
        "type": "Feature",
        "properties": {"code": "410182001", "name": "索河街道"},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


@pytest.fixture
def faulty_pack(tmp_path):
    """The pack with two faults: a lead unit named twice, and an area that no group answers for."""
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    described = json.loads((folder / "pack.json").read_text("utf-8"))
    described["groups"][0]["lead_units"][1] = described["groups"][0]["lead_units"][0]
    described["groups"][0]["areas"].remove("410182200")
    (folder / "pack.json").write_text(json.dumps(described), encoding="utf-8")
    return folder


def test_import_areas_makes_a_draft_and_says_its_number(xingyang, suohe_alone):
    out, _err = run("import_areas", suohe_alone, "--crs", "wgs84", "--name", "2026 版")
    draft = Edition.objects.get(status="draft")
    assert (draft.name, draft.schematic, draft.areas.get().group.code) == ("2026 版", True, "G3")
    assert "2026 版" in out
    assert str(draft.pk) in out
    assert "城关乡" in out


def test_import_areas_takes_legal_boundaries_at_their_word(xingyang, suohe_alone):
    run("import_areas", suohe_alone, "--crs", "wgs84", "--official")
    assert Edition.objects.get(status="draft").schematic is False


def test_import_areas_without_a_system_is_refused(xingyang, suohe_alone):
    sentence, _err = refused("import_areas", suohe_alone)
    assert "新图.geojson" in sentence
    assert not Edition.objects.filter(status="draft").exists()


@pytest.mark.parametrize(
    "wrong", [("--crs", "mars"), ("--crs", "EPSG:1"), ("--region", "999999"), ("--name", "长" * 101)]
)
def test_import_areas_refuses_what_it_does_not_know(xingyang, suohe_alone, wrong):
    refused("import_areas", suohe_alone, "--crs", "wgs84", *wrong)
    assert not Edition.objects.filter(status="draft").exists()


def test_import_areas_names_every_fault(xingyang, suohe_alone):
    collection = json.loads(suohe_alone.read_text("utf-8"))
    collection["features"] *= 3
    suohe_alone.write_text(json.dumps(collection), encoding="utf-8")
    sentence, err = refused("import_areas", suohe_alone, "--crs", "wgs84")
    assert len(err.splitlines()) == 2
    assert "2" in sentence


def test_import_areas_asks_for_the_region_where_there_are_several(xingyang, suohe_alone):
    Region.objects.create(code="410183", name="丙市", case_prefix="BS")
    sentence, _err = refused("import_areas", suohe_alone, "--crs", "wgs84")
    assert "410182 荥阳市, 410183 丙市" in sentence
    run("import_areas", suohe_alone, "--crs", "wgs84", "--region", "410182")
    assert Edition.objects.get(status="draft").region == xingyang.region


def test_a_region_that_is_not_known_is_said_to_be_so_with_those_that_are(xingyang, suohe_alone):
    sentence, _err = refused("import_areas", suohe_alone, "--crs", "wgs84", "--region", "999999")
    assert "999999" in sentence
    assert "410182 荥阳市" in sentence


def test_publish_edition_puts_a_draft_in_force_from_its_day(xingyang, suohe_alone):
    run("import_areas", suohe_alone, "--crs", "wgs84")
    draft = Edition.objects.get(status="draft")
    out, _err = run("publish_edition", draft.pk, "--valid-from", "2020-05-06")
    draft.refresh_from_db()
    assert (draft.status, str(draft.valid_from)) == ("published", "2020-05-06")
    assert draft.name in out
    region = xingyang.region
    assert Edition.objects.current(region) == draft
    assert Edition.objects.current(region, draft.valid_from.replace(day=5)) == xingyang
    assert assignment.locate(*SUOHE, draft).group_code == "G3"


def test_a_draft_with_an_area_that_nobody_answers_for_stays_a_draft_with_its_day(xingyang, suohe_alone):
    run("import_areas", suohe_alone, "--crs", "wgs84")
    draft = Edition.objects.get(status="draft")
    Area.objects.filter(edition=draft).update(group=None)
    sentence, _err = refused("publish_edition", draft.pk, "--valid-from", "2020-05-06")
    assert "索河街道" in sentence
    after = Edition.objects.get(pk=draft.pk)
    assert (after.status, after.valid_from) == ("draft", draft.valid_from)


def test_publish_edition_refuses_what_is_no_draft(xingyang):
    sentence, _err = refused("publish_edition", xingyang.pk)
    assert xingyang.name in sentence
    sentence, _err = refused("publish_edition", 0)
    assert "0" in sentence
    xingyang.refresh_from_db()
    assert str(xingyang.valid_from) == "2015-04-06"


def test_load_pack_puts_its_edition_in_force(xingyang):
    out, _err = run("load_pack", PACK)
    assert Edition.objects.published().count() == 2
    assert "荥阳市" in out
    assert "15" in out
    assert "2015-04-06" in out


def test_load_pack_says_what_of_an_earlier_load_it_kept_and_changed(xingyang, tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    described = json.loads((folder / "pack.json").read_text("utf-8"))
    described["units"][0]["name"] = "新名称"
    (folder / "pack.json").write_text(json.dumps(described), encoding="utf-8")
    out, _err = run("load_pack", folder)
    assert "新名称" in out
    assert str(xingyang.region.grid_cells.count()) in out


def test_load_pack_check_loads_nothing(xingyang):
    out, err = run("load_pack", PACK, "--check")
    assert (Edition.objects.count(), err) == (1, "")
    assert str(PACK) in out


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_faulty_pack_is_told_with_every_fault_and_changes_nothing(xingyang, faulty_pack, options):
    sentence, err = refused("load_pack", faulty_pack, *options)
    assert len(err.splitlines()) == 2
    assert "410182200" in err or "城关乡" in err
    assert "quality_station" in err
    assert "2" in sentence
    assert Edition.objects.count() == 1


def test_a_folder_without_a_pack_is_refused(xingyang, tmp_path):
    sentence, err = refused("load_pack", tmp_path / "nowhere")
    assert "nowhere" in sentence
    assert "pack.json" in err
