"""Shapefiles, plain and zipped, as Chinese offices send them; written by an independent writer."""

import re
import zipfile

import pytest
import shapely

from gis_core import crs
from gis_core.reading import NoCrs, ReadingError, open_features
from tests.gis_core.shapefile_writer import CGCS2000_PRJ, GK_114_PRJ, WGS84_PRJ, write

BACKSLASH = "\\"
NAMES = [("名称", "C", 20), ("面积", "N", 12)]
ROWS = [("索河街道", 30), ("高村乡", None)]
POINTS = [(113.4, 34.8), (113.3, 34.9)]
SQUARE_WITH_HOLE = [
    [(0, 0), (0, 4), (4, 4), (4, 0), (0, 0)],
    [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)],
]


def features(path, declared="wgs84"):
    with open_features(path, declared) as reading:
        return list(reading)


def zipped(shp, target, *, rename=lambda name: name):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(shp.parent.glob(f"{shp.stem}.*")):
            if part != target:
                archive.write(part, rename(part.name))
    return target


def test_points_and_their_properties_come_out_as_written(tmp_path):
    shp = write(tmp_path / "a.shp", POINTS, NAMES, ROWS)
    found = features(shp)
    assert [(f.number, f.geometry.coords[0], f.properties, f.fault) for f in found] == [
        (1, (113.4, 34.8), {"名称": "索河街道", "面积": 30}, None),
        (2, (113.3, 34.9), {"名称": "高村乡", "面积": None}, None),
    ]


def test_an_area_keeps_its_hole(tmp_path):
    (area,) = features(write(tmp_path / "a.shp", [SQUARE_WITH_HOLE]))
    assert shapely.equals(area.geometry, shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 2, 2))


def test_no_geometry_is_none_and_height_is_dropped(tmp_path):
    empty, high = features(write(tmp_path / "a.shp", [None, (113.4, 34.8, 120.0)]))
    assert empty.geometry is None
    assert high.geometry.wkt == "POINT (113.4 34.8)"


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("gbk", {}),
        ("utf-8", {}),
        ("gbk", {"language_driver": 0x4D}),
        ("gbk", {"language_driver": 0x57}),  # "Western", as old programs in China mark GBK text
        ("gbk", {"cpg": "GBK"}),
        ("gbk", {"cpg": "936"}),
        ("utf-8", {"cpg": "UTF-8"}),
        ("big5", {"cpg": "BIG5"}),
        ("gbk", {"cpg": "UTF-8"}),  # a .cpg that lies
        ("utf-8", {"cpg": "no such encoding"}),
    ],
)
def test_chinese_text_is_right_whatever_states_its_encoding(tmp_path, encoding, stated):
    shp = write(tmp_path / "a.shp", POINTS, [("name", "C", 20)], [("高山",), ("汜水",)], encoding=encoding, **stated)
    assert [f.properties["name"] for f in features(shp)] == ["高山", "汜水"]


def test_one_gbk_value_in_the_last_of_many_rows_decides_the_encoding(tmp_path):
    rows = [("plain",)] * 9_999 + [("广武",)]
    shp = write(tmp_path / "a.shp", [(113.4, 34.8)] * 10_000, [("name", "C", 8)], rows, encoding="gbk")
    assert features(shp)[-1].properties == {"name": "广武"}


def test_text_cut_in_the_middle_of_a_character_is_still_utf8(tmp_path):
    """Eight bytes hold two characters and two thirds of a third."""
    shp = write(tmp_path / "a.shp", POINTS[:1], [("name", "C", 8)], [("汜水镇",)])
    assert features(shp)[0].properties["name"].startswith("汜水")


def test_the_embedded_system_is_known_by_its_number(tmp_path):
    shp = write(tmp_path / "a.shp", [(443529.0, 3851136.0)], prj=GK_114_PRJ)
    with open_features(shp) as reading:
        assert (reading.crs.name, reading.count) == ("EPSG:4547", 1)


@pytest.mark.parametrize(("label", "name"), [(WGS84_PRJ, "wgs84"), (CGCS2000_PRJ, "cgcs2000")])
def test_a_declaration_wins_over_a_degree_label_because_gcj02_files_carry_it(tmp_path, label, name):
    shp = write(tmp_path / "a.shp", POINTS, prj=label)
    for declared in ("gcj02", crs.parse("bd09"), "cgcs2000"):
        with open_features(shp, declared) as reading:
            assert reading.crs == (crs.parse(declared) if isinstance(declared, str) else declared)
    with open_features(shp) as reading:
        assert reading.crs.name == name


def test_a_declaration_against_an_embedded_projection_is_refused_naming_both(tmp_path):
    shp = write(tmp_path / "a.shp", POINTS, prj=GK_114_PRJ)
    with pytest.raises(ReadingError, match=r"a\.shp.*EPSG:4547.*EPSG:4526"):
        open_features(shp, "EPSG:4526")
    with open_features(shp, "EPSG:4547") as reading:
        assert reading.crs.name == "EPSG:4547"


def test_a_system_that_cannot_be_converted_is_refused_by_name(tmp_path):
    old = GK_114_PRJ.replace("China_Geodetic_Coordinate_System_2000", "Xian_1980").replace("China_2000", "Xian_1980")
    shp = write(tmp_path / "a.shp", POINTS, prj=old.replace("CGCS2000_3_Degree", "Xian_1980_3_Degree"))
    with pytest.raises(ReadingError, match=r"a\.shp"):
        open_features(shp)


def test_no_system_embedded_and_none_declared_is_refused(tmp_path):
    with pytest.raises(NoCrs, match=r"a\.shp"):
        open_features(write(tmp_path / "a.shp", POINTS))


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path, suffix):
    shp = write(tmp_path / "a.shp", POINTS)
    shp.with_suffix(suffix).unlink()
    with pytest.raises(ReadingError, match=rf"a\.shp.*\{suffix}"):
        open_features(shp, "wgs84")


@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".shx"])
@pytest.mark.parametrize("kept", [0, 10, 50, 96, 99, 101, 115])
def test_a_part_cut_short_is_refused(tmp_path, suffix, kept):
    shp = write(tmp_path / "a.shp", POINTS, NAMES, ROWS)
    part = shp.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:kept])
    with pytest.raises(ReadingError, match=r"a\.shp"):
        features(shp)


def test_a_table_with_other_rows_than_shapes_is_refused(tmp_path):
    shp = write(tmp_path / "a.shp", POINTS, NAMES, ROWS)
    write(tmp_path / "b.shp", POINTS[:1], NAMES, ROWS[:1]).with_suffix(".dbf").rename(tmp_path / "a.dbf")
    with pytest.raises(ReadingError, match=r"a\.shp"):
        features(shp)


def test_a_shape_damaged_inside_names_its_feature(tmp_path):
    shp = write(tmp_path / "a.shp", [SQUARE_WITH_HOLE] * 3)
    content = bytearray(shp.read_bytes())
    second = 100 + (len(content) - 100) // 3 + 8
    content[second + 36 : second + 44] = b"\xff" * 8  # counts of rings and points
    shp.write_bytes(content)
    with pytest.raises(ReadingError, match=r"a\.shp.* 2 "):
        features(shp)


def test_a_point_of_not_a_number_is_no_geometry(tmp_path):
    (found,) = features(write(tmp_path / "a.shp", [(float("nan"), float("nan"))]))
    assert found.geometry is None


def test_a_zip_reads_like_its_folder_and_leaves_nothing_behind(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    shp = write(tmp_path / "a.shp", POINTS, NAMES, ROWS, encoding="gbk", prj=WGS84_PRJ)
    target = zipped(shp, tmp_path / "a.zip")
    with open_features(target) as reading:
        assert [f.properties["名称"] for f in reading] == ["索河街道", "高村乡"]
    assert list(scratch.iterdir()) == []


def test_a_zip_with_a_folder_chinese_names_and_capital_suffixes_is_read(tmp_path):
    """Names in GBK bytes without the UTF-8 mark, as Windows in China writes them."""
    shp = write(tmp_path / "a.shp", POINTS, NAMES, ROWS)
    name = "乡镇/責任乡".encode("gbk").decode("cp437")
    target = zipped(shp, tmp_path / "a.zip", rename=lambda old: name + old[1:].upper())
    assert len(features(target)) == 2


def test_what_else_a_zip_holds_is_left_alone(tmp_path):
    target = zipped(write(tmp_path / "a.shp", POINTS), tmp_path / "a.zip")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("说明.txt", "x")
        archive.writestr("a.shp.xml", "<x/>")
        archive.writestr("__MACOSX/._a.shp", "x")
        archive.writestr("run.exe", "x")
    assert len(features(target)) == 2


@pytest.mark.parametrize("stems", [(), ("a", "b")])
def test_a_zip_holds_exactly_one_shapefile(tmp_path, stems):
    target = tmp_path / "many.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "x")
        for stem in stems:
            archive.writestr(f"{stem}.shp", "x")
    with pytest.raises(ReadingError, match=rf"many\.zip.*{len(stems)}"):
        open_features(target, "wgs84")


@pytest.mark.parametrize("name", ["../a.shp", "/etc/a.shp", "x/../../a.shp", "..\\a.shp", "C:\\a.shp", "../evil.txt"])
def test_a_zip_that_points_outside_itself_is_refused_and_writes_nothing(tmp_path, name):
    target = tmp_path / "in" / "slip.zip"
    target.parent.mkdir()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
        archive.writestr("good.shp", "x")
    with pytest.raises(ReadingError, match=rf"slip\.zip.*{re.escape(name.replace(BACKSLASH, '/'))}"):
        open_features(target, "wgs84")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "slip.zip"]


def test_a_symbolic_link_in_a_zip_is_refused_by_its_chinese_name(tmp_path):
    """zipfile cannot write GBK names: an ASCII name of the same length is overwritten in the file."""
    link = zipfile.ZipInfo("link.shp")
    link.external_attr = 0o120777 << 16
    target = tmp_path / "a.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    target.write_bytes(target.read_bytes().replace(b"link.shp", "链接.shp".encode("gbk")))
    with pytest.raises(ReadingError, match=r"a\.zip.*链接\.shp"):
        open_features(target, "wgs84")


def test_a_bomb_is_refused_before_any_of_it_is_unpacked(tmp_path, monkeypatch):
    """100 MB of zeros in 100 kB: 1000 : 1."""
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.shp", "w") as member:
        for _ in range(100):
            member.write(bytes(1 << 20))
    monkeypatch.setattr("zipfile.ZipFile.open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ReadingError, match=r"bomb\.zip.*100 MB"):
        open_features(target, "wgs84")


def test_a_bomb_that_understates_its_size_is_not_unpacked_beyond_it(tmp_path):
    target = tmp_path / "liar.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(50 << 20))
    content = target.read_bytes()
    target.write_bytes(content.replace((50 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(ReadingError, match=r"liar\.zip"):
        open_features(target, "wgs84")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x00" * 100])
def test_what_only_calls_itself_a_zip_is_refused(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(ReadingError, match=r"a\.zip"):
        open_features(tmp_path / "a.zip", "wgs84")


def test_a_damaged_zip_is_refused(tmp_path):
    target = zipped(write(tmp_path / "a.shp", POINTS * 100), tmp_path / "a.zip")
    content = bytearray(target.read_bytes())
    content[60:90] = bytes(30)
    target.write_bytes(content)
    with pytest.raises(ReadingError, match=r"a\.zip"):
        open_features(target, "wgs84")
