"""The pack of 荥阳 equals the notice, and a faulty pack says everything that is wrong with it and changes nothing."""

import copy

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from boundaries import packs
from boundaries.models import Edition, Unit
from boundaries.packs import FaultyPack
from tests import second_city
from tests.second_city import square

# 荥建〔2015〕21号 二、组织领导, in its own words and order. The code table of 2023 names two areas 街道 that the
# notice names 办事处: their aliases carry the notice's names.
NOTICE = {
    "第一协作组": {
        "areas": "城关乡、金寨回族乡、王村镇、高村乡、高山镇、汜水镇、广武镇",
        "lead_units": "质监站、节能科、公用事业科",
        "convener": "王新宽",
        "members": "城建大队、质监站、安监站、节能科、公用事业科",
    },
    "第二协作组": {
        "areas": "豫龙镇、贾峪镇、刘河镇、崔庙镇、乔楼镇、环翠峪",
        "lead_units": "城建大队、村镇科、质安科",
        "convener": "禹朝阳",
        "members": "城建大队、质监站、安监站、村镇科、质安科",
    },
    "第三协作组": {
        "areas": "京城办事处、索河办事处",
        "lead_units": "安监站、建管科、招标办",
        "convener": "靳保平",
        "members": "城建大队、质监站、安监站、建管科、招标办",
    },
}
HEAD = "杜文杰"
DEPUTIES = "付慧娟 袁伟东 张旭亮 段武峰 张学军 孙建民 李良"
MEMBERS = "禹朝阳 王新宽 靳保平 朱志全 翟国强 张延兵 宋朝辉 陈胜 孙涛 吉潇 王晓晖 邵家见"


@pytest.mark.parametrize("name", NOTICE)
def test_a_group_is_as_the_notice_sets_it_up(xingyang, name):
    group, said = xingyang.groups.get(name=name), NOTICE[name]
    named = {one for area in group.areas.all() for one in (area.name, *area.aliases)}
    assert set(said["areas"].split("、")) <= named
    assert group.areas.count() == len(said["areas"].split("、"))
    assert [lead.unit.name for lead in group.lead_units.all()] == said["lead_units"].split("、")
    assert [lead.lead_order for lead in group.lead_units.all()] == [1, 2, 3]
    assert group.convener == said["convener"]
    assert {unit.name for unit in group.members.all()} == set(said["members"].split("、"))
    assert group.embedded_grid_staff is True


def test_the_leading_group_is_as_the_notice_names_it(xingyang):
    people = {}
    for one in xingyang.appointments.filter(unit__code="leading_group").order_by("order"):
        people.setdefault(one.role, []).append(one.name)
    assert people == {"head": [HEAD], "deputy_head": DEPUTIES.split(), "member": MEMBERS.split()}


def test_the_office_sits_in_the_legal_section_under_its_director(xingyang):
    office = Unit.objects.get(code="joint_office")
    assert office.host.name == "法制科"
    assert [(one.role, one.name) for one in office.appointments.all()] == [("director", "王晓晖")]


def test_the_two_platforms_are_those_of_the_notice(xingyang):
    platforms = Unit.objects.exclude(platform="").values_list("platform", "name")
    assert dict(platforms) == {"grid": "长效办", "info": "信息平台办公室"}


def test_the_edition_says_where_it_comes_from(xingyang):
    assert (xingyang.document_no, str(xingyang.issued_on), str(xingyang.valid_from)) == (
        "荥建〔2015〕21号", "2015-04-06", "2015-04-06",
    )  # fmt: skip
    assert xingyang.title == "关于对国有土地违法建设行为实施联合执法的通知"
    assert xingyang.schematic is True
    assert "示意" in xingyang.source


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
    (in_layer("areas", geometry=square(500, 30, 501, 31)), "100: coordinates are no longitude and latitude"),
    (in_layer("areas", name=""), "areas.geojson: feature 1: name: is missing"),
    (in_layer("outline", geometry=bow_tie()), "outline.geojson: 1: invalid polygon"),
    (in_layer("neighbours", geometry=bow_tie()), "neighbours.geojson: 200: invalid polygon"),
    (twice("grid_cells"), "cells.geojson: cell 100000000000001 is drawn 2 times"),
    (in_layer("grid_cells", area="999"), "cells.geojson: cell 100000000000001: 999 is no area"),
    (in_layer("grid_cells", parent="9"), "cells.geojson: cell 100000000000001: parent 9 is no cell"),
    (in_layer("grid_cells", level=7), "cells.geojson: cell 100000000000001: level must be 1 to 4"),
    (row("grid_posts", "999,grid_worker,某人,2020-01-01,"), "posts.csv: line 3: 999 is no cell"),
    (row("grid_posts", "100000000000001,king,某人,2020-01-01,"), "posts.csv: line 3: needs a known role"),
    (row("grid_posts", "100000000000001,grid_worker,某人,soon,"), "posts.csv: line 3: valid_from “soon”"),
    (row("villages", "7,某村,999"), "villages.csv: line 3: 999 is no area"),
    (row("villages", "7,,100"), "villages.csv: line 3: name: is missing"),
]


@pytest.mark.parametrize(("break_it", "sentence"), FAULTS, ids=[sentence for _break, sentence in FAULTS])
def test_a_fault_is_told_with_its_file_and_feature(pack, english, break_it, sentence):
    break_it(pack)
    assert any(sentence in fault for fault in pack.faults())


def test_all_faults_are_told_in_one_go(pack, english):
    wanted = []
    for number in (3, 9, 21, 28, 33):
        break_it, sentence = FAULTS[number]
        break_it(pack)
        wanted.append(sentence)
    faults = pack.faults()
    assert [sentence for sentence in wanted if not any(sentence in fault for fault in faults)] == []


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
    FAULTS[3][0](pack)
    FAULTS[9][0](pack)
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
