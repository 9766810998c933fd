"""Areas from files into a draft edition: nothing answers by it until somebody publishes it."""

import json
import zipfile

import prcoords
import pyproj
import pytest
import shapely
from django.utils.translation import override

from boundaries import editions
from boundaries.importing import FaultyAreas, NameTooLong, import_areas
from boundaries.models import Area, Edition, Region
from cases import assignment
from gis_core import crs
from gis_core.reading import NoCrs, ReadingError
from tests.factories import SUOHE
from tests.gis_core import shapefile_writer
from tests.gis_core.geopackage_writer import blob, geopackage

WEST = [(113.30, 34.70), (113.30, 34.80), (113.40, 34.80), (113.40, 34.70), (113.30, 34.70)]
EAST = [(113.40, 34.70), (113.40, 34.80), (113.50, 34.80), (113.50, 34.70), (113.40, 34.70)]
# Today 索河街道 is the third group's, 城关乡 the first's; SUOHE lies in the western square.
SUOHE_CODE, CHENGGUAN_CODE, HUANCUIYU_CODE = "410182001", "410182200", "410182X01"
KNOWN = ((SUOHE_CODE, "索河街道", WEST), (CHENGGUAN_CODE, "城关乡", EAST))
TO_GK = pyproj.Transformer.from_crs(4326, 4547, always_xy=True)


@pytest.fixture
def region(xingyang):
    return xingyang.region


def geojson(tmp_path, areas=KNOWN, *, name="areas.geojson", move=lambda x, y: (x, y), **more):
    """`areas`: (code, name, ring) or (code, name, ring, properties)."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": named, **dict(*extra)},
            "geometry": {"type": "Polygon", "coordinates": [[move(*corner) for corner in ring]]},
        }
        for code, named, ring, *extra in areas
    ]
    path = tmp_path / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def to_gcj02(lon, lat):
    found = prcoords.wgs_gcj((lat, lon), check_china=False)
    return found.lon, found.lat


def corners(draft, code):
    """The stored ring's corners, as a set that does not mind where the ring starts or which way it runs."""
    geom = draft.edition.areas.get(code=code).geom
    return {tuple(round(number, 7) for number in corner) for corner in geom.coords[0][0]}


def ring(square):
    return {tuple(round(number, 7) for number in corner) for corner in square}


def assert_both_squares(draft):
    assert (corners(draft, SUOHE_CODE), corners(draft, CHENGGUAN_CODE)) == (ring(WEST), ring(EAST))


def stored():
    return Edition.objects.count(), Area.objects.count()


def test_geojson_becomes_a_draft_with_the_areas_as_drawn(tmp_path, region):
    draft = import_areas(geojson(tmp_path), region, crs.parse("wgs84"), name="新版")
    assert (draft.edition.status, draft.edition.name, draft.edition.source) == (
        "draft",
        "新版",
        "areas.geojson",
    )
    assert draft.areas == 2
    assert_both_squares(draft)


@pytest.mark.parametrize(
    ("system", "move"),
    [("gcj02", to_gcj02), ("EPSG:4547", TO_GK.transform), ("cgcs2000", lambda x, y: (x, y))],
)
def test_corners_are_converted_as_an_independent_library_converts_them(tmp_path, region, system, move):
    assert_both_squares(import_areas(geojson(tmp_path, move=move), region, crs.parse(system)))


def test_a_zipped_shapefile_with_chinese_gbk_attributes_and_a_projected_prj_needs_no_word(tmp_path, region):
    projected = [[[TO_GK.transform(*corner) for corner in square]] for _code, _name, square in KNOWN]
    shapefile_writer.write(
        tmp_path / "乡镇.shp", projected, [("代码", "C", 12), ("名称", "C", 20)],
        [(code, name) for code, name, _square in KNOWN], encoding="gbk", prj=shapefile_writer.GK_114_PRJ,
    )  # fmt: skip
    path = tmp_path / "乡镇.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"乡镇.{part}", f"乡镇.{part}")
    draft = import_areas(path, region, None)
    assert_both_squares(draft)
    assert draft.edition.areas.get(code=SUOHE_CODE).name == "索河街道"


def test_a_geopackage_says_its_system_itself(tmp_path, region):
    rows = [
        (blob(shapely.Polygon([TO_GK.transform(*corner) for corner in square]), 4547), code, name)
        for code, name, square in KNOWN
    ]
    path = geopackage(tmp_path, rows, code=4547, fields=("code TEXT", "name TEXT"))
    assert_both_squares(import_areas(path, region, None))


def test_a_code_that_the_file_holds_as_a_number_has_no_decimal_places(tmp_path, region):
    draft = import_areas(geojson(tmp_path, [(410182001.0, "索河街道", WEST)]), region, crs.WGS84)
    assert draft.edition.areas.get().code == SUOHE_CODE


def test_columns_are_found_in_capitals_and_by_the_survey_departments_names(tmp_path, region):
    path = tmp_path / "a.geojson"
    feature = {
        "type": "Feature",
        "properties": {"XZQDM": SUOHE_CODE, "xzqmc": "索河街道"},
        "geometry": {"type": "Polygon", "coordinates": [WEST]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert import_areas(path, region, crs.WGS84).edition.areas.get().name == "索河街道"


def test_without_a_declared_or_embedded_system_nothing_is_stored(tmp_path, region):
    before = stored()
    with pytest.raises(NoCrs, match=r"areas\.geojson"):
        import_areas(geojson(tmp_path), region, None)
    assert stored() == before


def test_every_fault_is_told_at_once_and_nothing_is_stored(tmp_path, region):
    bow_tie = [WEST[0], WEST[2], WEST[1], WEST[3], WEST[0]]
    swapped = [(lat, lon) for lon, lat in EAST]
    faulty = [
        (SUOHE_CODE, "索河街道", WEST),
        (SUOHE_CODE, "再次", EAST),
        ("3", "", EAST),
        ("4", "蝴蝶乡", bow_tie),
        ("5", "颠倒乡", swapped),
        ("6" * 13, "长码乡", EAST),
        ("7", "长" * 61, EAST),
        ("8", "别组乡", EAST, {"group": "G9"}),
        ("9", "星球乡", EAST, {"kind": "planet"}),
        ("10", "空\x00乡", EAST),
        ("11", "半字乡", EAST, {"group": "\ud83d"}),
    ]
    before = stored()
    with pytest.raises(FaultyAreas) as caught:
        import_areas(geojson(tmp_path, faulty), region, crs.WGS84)
    assert len(caught.value.faults) == 10
    for number, fault in zip(range(2, 12), caught.value.faults, strict=True):
        assert f" {number} " in fault
    assert stored() == before


def test_points_and_missing_geometries_are_no_areas(tmp_path, region):
    path = tmp_path / "a.geojson"
    features = [
        {"type": "Feature", "properties": {"code": "1", "name": "点乡"}, "geometry": geometry}
        for geometry in (
            None,
            {"type": "Point", "coordinates": SUOHE},
            {"type": "Polygon", "coordinates": []},
        )
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with pytest.raises(FaultyAreas) as caught:
        import_areas(path, region, crs.WGS84)
    assert len(caught.value.faults) == 3


def test_corners_that_the_system_cannot_place_are_a_fault(tmp_path, region):
    far = geojson(tmp_path, move=lambda x, y: (x * 1e9, y * 1e9))
    with pytest.raises(FaultyAreas) as caught:
        import_areas(far, region, crs.parse("EPSG:4547"))
    assert len(caught.value.faults) == 2


def test_a_file_without_features_has_no_area_in_it(tmp_path, region):
    with pytest.raises(FaultyAreas, match=r"areas\.geojson"):
        import_areas(geojson(tmp_path, []), region, crs.WGS84)


def test_a_damaged_file_stores_nothing(tmp_path, region):
    path = geojson(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    before = stored()
    with pytest.raises(ReadingError):
        import_areas(path, region, crs.WGS84)
    assert stored() == before


def test_a_draft_answers_for_nothing_until_it_is_published(tmp_path, region, xingyang):
    swapped = [(CHENGGUAN_CODE, "城关乡", WEST), (SUOHE_CODE, "索河街道", EAST)]
    draft = import_areas(geojson(tmp_path, swapped), region, crs.WGS84)
    assert assignment.edition_in_force(region) == xingyang
    assert assignment.locate(*SUOHE, assignment.edition_in_force(region)).group_code == "G3"
    editions.publish(draft.edition)
    now = assignment.edition_in_force(region)
    answer = assignment.locate(*SUOHE, now)
    assert (now, answer.area_name, answer.group_code, answer.lead_code) == (
        draft.edition, "城关乡", "G1", "quality_station",
    )  # fmt: skip


def people_of(edition):
    return [
        (
            group.code, group.name, group.order, group.convener, group.embedded_grid_staff,
            sorted(group.members.values_list("code", flat=True)),
            list(group.lead_units.values_list("lead_order", "unit__code")),
        )
        for group in edition.groups.all()
    ]  # fmt: skip


def test_groups_leads_members_and_what_surrounds_go_on_as_they_are(tmp_path, region, xingyang):
    draft = import_areas(geojson(tmp_path), region, crs.WGS84).edition
    assert people_of(draft) == people_of(xingyang)
    assert [lead for *_group, lead in people_of(draft)][2] == [
        (1, "safety_station"), (2, "construction_mgmt_section"), (3, "tender_office"),
    ]  # fmt: skip
    for related in ("neighbours", "villages", "appointments"):
        codes = "name" if related == "appointments" else "code"
        before = sorted(getattr(xingyang, related).values_list(codes, flat=True))
        assert before
        assert sorted(getattr(draft, related).values_list(codes, flat=True)) == before
    assert (draft.document_no, draft.legal_basis) == (xingyang.document_no, xingyang.legal_basis)
    assert draft.outline.equals(xingyang.outline)


def test_copying_leaves_the_edition_in_force_as_it_was(tmp_path, region, xingyang):
    before = people_of(xingyang), xingyang.areas.count(), xingyang.neighbours.count()
    import_areas(geojson(tmp_path), region, crs.WGS84)
    xingyang.refresh_from_db()
    assert (people_of(xingyang), xingyang.areas.count(), xingyang.neighbours.count()) == before


def test_kind_aliases_and_group_are_todays_where_the_file_says_nothing(tmp_path, region):
    areas = [
        (SUOHE_CODE, "索河", WEST),
        (HUANCUIYU_CODE, "环翠峪", EAST),
        ("410182999", "新设镇", [(x + 0.2, y) for x, y in EAST]),
    ]
    draft = import_areas(geojson(tmp_path, areas), region, crs.WGS84).edition
    found = {area.code: (area.kind, area.aliases, area.group and area.group.code) for area in draft.areas.all()}
    assert found == {
        SUOHE_CODE: ("subdistrict", ["索河办事处", "索河"], "G3"),
        HUANCUIYU_CODE: ("scenic_area", ["环翠峪风景区", "环翠峪管委会"], "G2"),
        "410182999": ("town", [], None),
    }


def test_kind_and_group_of_the_file_come_before_todays(tmp_path, region):
    areas = [
        (SUOHE_CODE, "索河街道", WEST, {"kind": "special_area", "group": "第一协作组"}),
        ("410182999", "新设镇", EAST, {"group": "G2"}),
    ]
    draft = import_areas(geojson(tmp_path, areas), region, crs.WGS84).edition
    assert list(draft.areas.values_list("code", "kind", "group__code")) == [
        (SUOHE_CODE, "special_area", "G1"),
        ("410182999", "town", "G2"),
    ]


@pytest.mark.parametrize("kind", Area.Kind)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_kind_is_understood_by_its_value_and_by_its_name_in_both_languages(tmp_path, region, kind, language):
    with override(language):
        words = [kind.value, str(kind.label), str(kind.label).upper()]
    areas = [(str(code), "某地", WEST, {"类型": word}) for code, word in enumerate(words)]
    draft = import_areas(geojson(tmp_path, areas), region, crs.WGS84)
    assert set(draft.edition.areas.values_list("kind", flat=True)) == {kind.value}


def test_a_kind_that_is_not_known_is_never_guessed_from_the_name(tmp_path, region):
    with pytest.raises(FaultyAreas, match="planet"):
        import_areas(geojson(tmp_path, [("1", "某镇", WEST, {"kind": "planet"})]), region, crs.WGS84)


def test_a_name_too_long_for_an_edition_is_refused_and_a_long_file_name_cut(tmp_path, region):
    before = stored()
    with pytest.raises(NameTooLong, match="100"):
        import_areas(geojson(tmp_path), region, crs.WGS84, name="x" * 101)
    assert stored() == before
    draft = import_areas(geojson(tmp_path, name="y" * 120 + ".geojson"), region, crs.WGS84)
    assert draft.edition.name == "y" * 100


@pytest.mark.parametrize(
    ("name", "kind"),
    [("某街道", "subdistrict"), ("某办事处", "subdistrict"), ("某镇", "town"), ("某乡", "township"),
     ("某开发区", "special_area")],
)  # fmt: skip
def test_the_kind_of_a_new_area_is_read_from_its_name(tmp_path, region, name, kind):
    draft = import_areas(geojson(tmp_path, [("410182999", name, WEST)]), region, crs.WGS84)
    assert draft.edition.areas.get().kind == kind


def test_remarks_name_orphans_missing_areas_overlaps_and_bare_ground(tmp_path, region, xingyang):
    wider = [(x + 0.05 if x == 113.40 else x, y) for x, y in WEST]
    areas = [(SUOHE_CODE, "索河街道", wider), ("410182999", "新设镇", EAST)]
    remarks = import_areas(geojson(tmp_path, areas), region, crs.WGS84).remarks
    others = xingyang.areas.exclude(code=SUOHE_CODE)
    assert len(remarks) == 1 + len(others) + 1 + 1
    assert "新设镇" in remarks[0]
    assert [area.name for area, remark in zip(others, remarks[1:], strict=False) if area.name in remark] == [
        area.name for area in others
    ]
    assert "索河街道" in remarks[-2]
    assert "新设镇" in remarks[-2]
    ground = shapely.from_wkb(bytes(xingyang.outline.wkb)) - shapely.box(113.30, 34.70, 113.50, 34.80)
    square_metres, _length = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(ground)
    assert f"{abs(square_metres) / 1e6:.0f}." in remarks[-1]


def test_neighbours_that_share_a_line_and_special_areas_within_towns_do_not_overlap(tmp_path, region):
    inside = [(113.32, 34.72), (113.32, 34.74), (113.34, 34.74), (113.34, 34.72), (113.32, 34.72)]
    areas = [*KNOWN, (HUANCUIYU_CODE, "环翠峪", inside)]
    with_special = import_areas(geojson(tmp_path, areas), region, crs.WGS84).remarks
    with_town = import_areas(geojson(tmp_path, [*KNOWN, ("410182101", "乔楼镇", inside)]), region, crs.WGS84).remarks
    pair = ("索河街道", "乔楼镇")
    assert not [remark for remark in with_special if "索河街道" in remark]
    assert len([remark for remark in with_town if all(name in remark for name in pair)]) == 1


def test_a_region_without_an_edition_gets_a_draft_whose_outline_is_its_areas(tmp_path, xingyang):
    region = Region.objects.create(code="410183", name="丙市", case_prefix="BS")
    draft = import_areas(geojson(tmp_path), region, crs.WGS84)
    assert draft.edition.outline.extent == pytest.approx((113.3, 34.7, 113.5, 34.8))
    assert draft.edition.groups.count() == 0
    assert len(draft.remarks) == 2
    with pytest.raises(editions.EditionNotComplete, match="索河街道"):
        editions.publish(draft.edition)


def test_boundaries_are_schematic_until_somebody_says_they_are_not(tmp_path, region):
    path = geojson(tmp_path)
    assert import_areas(path, region, crs.WGS84).edition.schematic is True
    assert import_areas(path, region, crs.WGS84, schematic=False).edition.schematic is False
