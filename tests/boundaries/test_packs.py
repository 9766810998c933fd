"""A faulty pack says everything that is wrong with it and changes nothing."""

import copy

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from boundaries import packs
from boundaries.models import Edition, Region, Unit
from boundaries.packs import FaultyPack
from tests import second_city
from tests.second_city import square


@pytest.fixture
def pack(tmp_path):
    """(pack.json, layers, tables) of the small sound city; `faults` says what is wrong with a changed one."""
    return Changed(tmp_path)


class Changed:
    def __init__(self, folder):
        self.folder = folder
        self.described, self.layers, self.tables = second_city.parts()

    def write(self):
        return second_city.write(self.folder, self.described, self.layers, self.tables)

    def faults(self):
        with pytest.raises(FaultyPack) as refused:
            packs.check(self.write())
        return refused.value.faults


def test_the_small_city_is_sound(pack):
    assert packs.check(pack.write()).faults == []


def at(described, *path):
    for key in path[:-1]:
        described = described[key]
    return described, path[-1]


def change(*path, to):
    def apply(pack):
        part, key = at(pack.described, *path)
        part[key] = to

    return apply


def in_layer(layer, number=0, geometry=None, **properties):
    def apply(pack):
        its = pack.layers[layer][number]
        its["properties"].update(properties)
        its["geometry"] = geometry or its["geometry"]

    return apply


def without_geometry(layer):
    return lambda pack: pack.layers[layer][0].update(geometry=None)


def bow_tie():
    return {"type": "Polygon", "coordinates": [[[120, 30], [120.1, 30.1], [120.1, 30], [120, 30.1], [120, 30]]]}


def twice(layer):
    return lambda pack: pack.layers[layer].append(copy.deepcopy(pack.layers[layer][0]))


def row(table, text):
    return lambda pack: pack.tables.update({table: pack.tables[table] + text + "\n"})


FAULTS = [
    (change("groups", 1, "areas", to=["100"]), "areas.geojson: area 101: no group answers for it"),
    (change("groups", 1, "areas", to=["101", "100"]), "area 100: 2 groups answer for it"),
    (change("groups", 1, "areas", to=["101", "999"]), "area 999 is in no feature of areas.geojson"),
    (change("groups", 0, "lead_units", to=["first", "first"]), "group G1: lead unit first is named 2 times"),
    (change("groups", 0, "lead_units", to=["nobody"]), "group G1: nobody is no unit"),
    (change("groups", 0, "members", to=["nobody"]), "group G1: nobody is no unit"),
    (change("groups", 0, "members", to=["second", "second"]), "group G1: member second is named 2 times"),
    (change("groups", 1, "code", to="G1"), "group G1 is listed 2 times"),
    (change("groups", 1, "lead_units", to=[]), "pack.json: groups 2.lead_units: is missing"),
    (change("units", 1, "code", to="second"), "unit second is listed 2 times"),
    (change("units", 1, "kind", to="club"), "unit first: unknown kind “club”"),
    (change("units", 1, "platform", to="moon"), "unit first: unknown platform “moon”"),
    (change("units", 1, "host", to="nobody"), "unit first: host nobody is no unit"),
    (change("appointments", 0, "unit", to="nobody"), "appointment 1: nobody is no unit"),
    (change("appointments", 0, "role", to="king"), "appointment 1: needs a known role"),
    (change("crs", to="mars"), "pack.json: crs"),
    (change("crs", to=""), "pack.json: crs"),
    (change("edition", "valid_from", to="soon"), "edition.valid_from: “soon” is not a date"),
    (change("format", to=2), "format must be 1"),
    (change("files", "areas", to="no.geojson"), "no.geojson: cannot be read"),
    (change("files", "grid_posts", to="no.csv"), "no.csv: cannot be read"),
    (twice("areas"), "areas.geojson: area 100 is drawn 2 times"),
    (in_layer("areas", kind="planet"), "areas.geojson: area 100: unknown kind “planet”"),
    (in_layer("areas", geometry=bow_tie()), "areas.geojson: 100: invalid polygon"),
    (in_layer("areas", geometry=square(120, 30, 120.15, 30.1)), "areas.geojson: 100 and 101 overlap"),
    (in_layer("areas", geometry={"type": "Point", "coordinates": [1, 2]}), "areas.geojson: 100: is not a polygon"),
    (in_layer("areas", geometry=square(500, 30, 501, 31)), "100: The longitude lies outside China"),
    (in_layer("areas", geometry=square(20, 0, 20.1, 0.1)), "100: The longitude lies outside China"),
    (in_layer("areas", geometry=square(30, 120, 30.1, 120.1)), "100: Longitude and latitude look swapped"),
    (in_layer("areas", geometry=square(121, 30, 121.1, 30.1)), "100: lies mostly outside the outline of outline.geo"),
    (in_layer("areas", geometry={"type": "Polygon", "coordinates": 7}), "areas.geojson: 100: has a geometry that can"),
    (without_geometry("areas"), "areas.geojson: 100: has no geometry"),
    (in_layer("areas", name=""), "areas.geojson: feature 1: name: is missing"),
    (in_layer("outline", geometry=bow_tie()), "outline.geojson: 1: invalid polygon"),
    (in_layer("neighbours", geometry=bow_tie()), "neighbours.geojson: 200: invalid polygon"),
    (twice("outline"), "outline.geojson: holds 2 features, an outline is one"),
    (twice("neighbours"), "neighbours.geojson: neighbour 200 is drawn 2 times"),
    (twice("grid_cells"), "cells.geojson: cell 100000000000001 is drawn 2 times"),
    (in_layer("grid_cells", area="999"), "cells.geojson: cell 100000000000001: 999 is no area"),
    (in_layer("grid_cells", parent="9"), "cells.geojson: cell 100000000000001: parent 9 is no cell"),
    (in_layer("grid_cells", level=7), "cells.geojson: cell 100000000000001: level must be 1 to 4"),
    (row("grid_posts", "999,grid_worker,某人,2020-01-01,"), "posts.csv: line 3: 999 is no cell"),
    (row("grid_posts", "100000000000001,king,某人,2020-01-01,"), "posts.csv: line 3: needs a known role"),
    (row("grid_posts", "100000000000001,grid_worker,某人,soon,"), "posts.csv: line 3: valid_from “soon”"),
    (row("villages", "7,某村,999"), "villages.csv: line 3: 999 is no area"),
    (row("villages", "7,,100"), "villages.csv: line 3: name: is missing"),
    (row("villages", "100001,西村,100"), "villages.csv: village 100001 is listed 2 times"),
    (row("villages", "7,某村,100,8"), "villages.csv: line 3: has more cells than the header"),
    (row("villages", '7,"某村,100'), "villages.csv: cannot be read as CSV"),
]


TELLING = {sentence: break_it for break_it, sentence in FAULTS}


@pytest.mark.parametrize(("break_it", "sentence"), FAULTS, ids=[sentence for _break, sentence in FAULTS])
def test_a_fault_is_told_with_its_file_and_feature(pack, english, break_it, sentence):
    break_it(pack)
    assert any(sentence in fault for fault in pack.faults())


def test_all_faults_are_told_in_one_go(pack, english):
    """Misshapen values, geometries that cannot be read and things that do not fit each other, all at once."""
    change("groups", 1, "convener", to="长" * 61)(pack)
    wanted = ["groups 2.convener: is longer than 60 characters"]
    for sentence in (
        "group G1 is listed 2 times", "group G1: lead unit first is named 2 times",
        "unit first: unknown kind “club”", "areas.geojson: 100: has no geometry",
        "neighbours.geojson: 200: invalid polygon", "cells.geojson: cell 100000000000001: 999 is no area",
        "posts.csv: line 3: needs a known role", "villages.csv: line 3: name: is missing",
    ):  # fmt: skip
        TELLING[sentence](pack)
        wanted.append(sentence)
    faults = pack.faults()
    assert [sentence for sentence in wanted if not any(sentence in fault for fault in faults)] == []
    assert len(faults) == len(wanted)


@pytest.mark.parametrize("layer", ["areas", "outline", "neighbours", "grid_cells"])
def test_a_feature_without_a_geometry_is_one_fault_and_no_other_follows_from_it(pack, english, layer):
    without_geometry(layer)(pack)
    assert len(pack.faults()) == 1


@pytest.mark.parametrize("file", second_city.PACK["files"].values())
def test_a_file_that_cannot_be_read_is_one_fault_and_no_other_follows_from_it(pack, english, file):
    folder = pack.write()
    (folder / file).write_bytes(b"\xff")
    with pytest.raises(FaultyPack) as refused:
        packs.check(folder)
    assert len(refused.value.faults) == 1
    assert file in refused.value.faults[0]


def test_a_list_that_is_none_is_one_fault_and_no_other_follows_from_it(pack, english):
    change("units", to="office")(pack)
    assert pack.faults() == ["pack.json: units: must be a list"]


def test_degrees_under_a_projected_system_are_told_once_a_file(pack, english):
    """EPSG:4547 takes (120, 30) for metres: a place on the equator."""
    change("crs", to="EPSG:4547")(pack)
    faults = pack.faults()
    assert "areas.geojson: all 2 features: The latitude lies outside China (3 to 54 degrees)." in faults
    assert len(faults) == 4


def test_the_whole_city_drawn_elsewhere_in_the_world_is_refused(pack, english):
    for features in pack.layers.values():
        for its in features:
            ring = its["geometry"]["coordinates"][0]
            its["geometry"]["coordinates"] = [[[x - 100, y] for x, y in ring]]
    assert len([fault for fault in pack.faults() if "The longitude lies outside China" in fault]) == 4


def test_without_an_outline_an_area_far_from_all_others_is_refused_and_one_beside_is_not(pack, english):
    del pack.described["files"]["outline"]
    del pack.layers["outline"]
    assert packs.check(pack.write()).faults == []
    in_layer("areas", geometry=square(125, 30, 125.1, 30.1))(pack)
    assert "areas.geojson: 100: lies more than 100 km from every other area" in pack.faults()


def test_an_area_may_reach_a_little_over_an_outline_that_was_drawn_apart(pack):
    in_layer("outline", geometry=square(120.001, 30, 120.2, 30.1))(pack)
    assert packs.check(pack.write()).faults == []


@pytest.mark.parametrize("file", ["pack.json", *second_city.PACK["files"].values()])
def test_a_byte_order_mark_is_no_fault(pack, file):
    folder = pack.write()
    (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())
    assert packs.check(folder).faults == []


@pytest.fixture
def english(settings):
    settings.LANGUAGE_CODE = "en"


def rows_of_every_table():
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


@pytest.mark.parametrize("number", range(0, len(FAULTS), 4))
def test_a_faulty_pack_changes_nothing(xingyang, pack, number):
    before = rows_of_every_table()
    FAULTS[number][0](pack)
    with pytest.raises(FaultyPack):
        packs.load(pack.write())
    assert rows_of_every_table() == before


def test_the_command_says_every_fault_and_ends_with_an_error(xingyang, pack, english):
    TELLING["group G1: lead unit first is named 2 times"](pack)
    TELLING["unit first: unknown kind “club”"](pack)
    before = rows_of_every_table()
    with pytest.raises((CommandError, SystemExit)) as ended:
        call_command("load_pack", str(pack.write()))
    assert getattr(ended.value, "code", 1) != 0
    assert rows_of_every_table() == before


def test_checking_alone_writes_nothing(xingyang, pack):
    before = rows_of_every_table()
    call_command("load_pack", str(pack.write()), "--check")
    assert rows_of_every_table() == before


def test_loading_twice_publishes_again_and_doubles_no_unit_and_no_cell(xingyang, pack):
    first = packs.load(pack.write())
    second = packs.load(pack.folder)
    assert first.pk != second.pk
    assert (first.region.units.count(), first.region.grid_cells.count()) == (3, 1)
    assert Edition.objects.current(first.region_id) == second


def test_a_region_and_units_are_what_the_pack_says_now_and_each_change_is_told(xingyang, pack, english):
    old = packs.load(pack.write())
    pack.described["region"] |= {"name": "新乙市", "case_prefix": "XYS"}
    pack.described["units"][1] |= {"name": "执法一科", "platform": "grid", "host": "second"}
    told = []
    packs.load(pack.write(), told.append)
    region, unit = Region.objects.get(pk=second_city.CODE), Unit.objects.get(code="first", region=old.region)
    assert (region.name, region.case_prefix) == ("新乙市", "XYS")
    assert (unit.name, unit.platform, unit.host.code) == ("执法一科", "grid", "second")
    assert told == [
        "region 990101: name was “乙市” and is now “新乙市”",
        "region 990101: case_prefix was “YS” and is now “XYS”",
        "unit first: name was “一科” and is now “执法一科”",
        "unit first: platform was “” and is now “grid”",
        "unit first: host was “办公室” and is now “二科”",
        "1 grid cells were there already: they stay as they are, with their posts",
    ]


def test_a_first_load_and_a_unit_that_is_new_have_nothing_to_tell(xingyang, pack):
    told = []
    packs.load(pack.write(), told.append)
    pack.described["units"].append({"code": "third", "name": "三科", "kind": "section", "host": "office"})
    packs.load(pack.write(), told.append)
    assert len(told) == 1
    assert "1" in told[0]


def test_a_unit_that_the_pack_no_longer_names_and_a_cell_drawn_anew_stay_as_they_were(xingyang, pack):
    region = packs.load(pack.write()).region
    cell = region.grid_cells.get()
    pack.described["units"] = [unit for unit in pack.described["units"] if unit["code"] != "office"]
    pack.described["units"][0].pop("host")
    pack.described["appointments"] = []
    in_layer("grid_cells", geometry=square(120.0, 30.0, 120.01, 30.01), name="改画")(pack)
    packs.load(pack.write())
    after = region.grid_cells.get()
    assert (after.name, after.geom.equals(cell.geom), after.posts.count()) == ("一号", True, 1)
    assert set(region.units.values_list("code", "host__code")) == {("office", None), ("first", None), ("second", None)}


WRONG_VALUES = (None, "", 1.5, "text", [], {}, [None], [[]], {"a": 1}, "\x00", "x" * 500, "\ud800", -1)


@pytest.fixture
def unpublished(monkeypatch):
    """Publishing computes on geometry alone, at length; what a pack says is all written before it."""
    monkeypatch.setattr(packs.editions, "publish", lambda edition: edition)


def every_place(part, path=()):
    """Paths of every key and element of a JSON value."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from every_place(value, (*path, key))


@pytest.mark.parametrize("path", list(every_place(second_city.PACK)), ids=lambda path: ".".join(map(str, path)))
def test_whatever_stands_at_a_key_of_the_pack_is_loaded_or_a_fault_and_no_error(db, unpublished, pack, path):
    for value in (..., *WRONG_VALUES):
        pack.described, _layers, _tables = second_city.parts()
        part, key = at(pack.described, *path)
        if value is ...:
            del part[key]
        else:
            part[key] = value
        loads_or_is_faulty(pack.write(), (path, value))


def loads_or_is_faulty(folder, what):
    """Loaded, and taken back; or FaultyPack with sentences. Anything else is a fault of ours."""
    try:
        with transaction.atomic():
            packs.load(folder)
            transaction.set_rollback(True)
        said = ["loaded"]
    except FaultyPack as refused:
        said = refused.faults
    except Exception as broken:
        raise AssertionError(f"{what!r}: {type(broken).__name__}: {broken}") from broken
    assert said, what
    assert all(isinstance(fault, str) for fault in said), what


LAYER_PLACES = [
    (layer, path)
    for layer, features in second_city.LAYERS.items()
    for path in every_place(features[0])
    if len(path) <= 3
]


@pytest.mark.parametrize(("layer", "path"), LAYER_PLACES, ids=lambda part: str(part))
def test_whatever_stands_in_a_feature_is_loaded_or_a_fault_and_no_error(db, unpublished, pack, layer, path):
    for value in (..., *WRONG_VALUES):
        pack.described, pack.layers, _tables = second_city.parts()
        part, key = at(pack.layers[layer][0], *path)
        if value is ...:
            del part[key]
        else:
            part[key] = value
        loads_or_is_faulty(pack.write(), (layer, path, value))


@pytest.mark.parametrize("file", ["pack.json", *second_city.PACK["files"].values()])
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"1", b"\xff\xfe\x00", b'{"features": {}}', b'{"features": [null]}',
     b'{"features": [{}]}',
     b"\x00", b"a,b\n1,2,3\n", b'"', b"[" * 3000,
     b'{"features": [{"type": "Feature", "properties": null, "geometry": null}]}'],
)  # fmt: skip
def test_a_broken_file_is_a_fault_or_is_read_and_never_an_error(db, unpublished, pack, file, content):
    folder = pack.write()
    (folder / file).write_bytes(content)
    loads_or_is_faulty(folder, (file, content))


@pytest.mark.parametrize("file", ["pack.json", *second_city.PACK["files"].values()])
def test_a_missing_file_is_named(pack, file, english):
    folder = pack.write()
    (folder / file).unlink()
    with pytest.raises(FaultyPack, match=file):
        packs.check(folder)


def test_a_folder_that_is_none_is_a_fault(tmp_path):
    with pytest.raises(FaultyPack):
        packs.check(tmp_path / "nowhere")
