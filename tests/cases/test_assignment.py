"""Who answers for a point: against shapely on the pack's own polygons, at the edges first.

Expected areas: shapely says which polygons a point is in or on (0.1 mm), then special area, smaller, lower code.
Expected distances: shapely in a plane laid through each point by pyproj (azimuthal equidistant, ellipsoid).
"""

from datetime import date

import numpy as np
import pyproj
import pytest
import shapely
from django.db import connection
from django.utils import translation

from boundaries import editions
from boundaries.models import Area, CooperationGroup, Edition, LeadUnit
from cases import actions, assignment

ON_BORDER = 1e-9
# xingyang_places.csv: seats from a public map of China's places, GCJ-02. Areas by name, groups and first lead
# units by the notice's list (荥建〔2015〕21号, 二).
SEATS = [
    ("410182001", 113.376778, 34.787661, "G3", "安监站"),
    ("410182002", 113.416249, 34.787049, "G3", "安监站"),
    ("410182101", 113.385751, 34.761219, "G2", "城建大队"),
    ("410182102", 113.430521, 34.770797, "G2", "城建大队"),
    ("410182103", 113.445384, 34.894329, "G1", "质监站"),
    ("410182104", 113.277538, 34.878491, "G1", "质监站"),
    ("410182105", 113.218385, 34.844321, "G1", "质监站"),
    ("410182106", 113.217376, 34.786075, "G1", "质监站"),
    ("410182108", 113.28755, 34.68343, "G2", "城建大队"),
    ("410182109", 113.354804, 34.672806, "G2", "城建大队"),
    ("410182110", 113.450655, 34.67429, "G2", "城建大队"),
    ("410182200", 113.365533, 34.786969, "G1", "质监站"),
    ("410182201", 113.372703, 34.885257, "G1", "质监站"),
    ("410182204", 113.361668, 34.823395, "G1", "质监站"),
]


class Oracle:
    """The rule once more, in Python on shapely, sharing no line with the product's SQL."""

    def __init__(self, edition):
        areas = list(edition.areas.select_related("group"))
        areas.sort(key=lambda area: (area.kind not in ("scenic_area", "special_area"), area.area_m2, area.code))
        self.code = [area.code for area in areas]
        self.group = np.array([area.group.code for area in areas])
        self.shape = np.array([shapely.from_wkb(bytes(area.geom.wkb)) for area in areas])
        taken = [shapely.union_all(self.shape[:n]) for n in range(len(areas))]
        self.held = np.array(
            [
                shape if shapely.relate_pattern(shape, before, "F********") else shape.difference(before)
                for shape, before in zip(self.shape, taken, strict=True)
            ]
        )

    def area(self, lon, lat):
        """Index of the area that answers; None outside all."""
        on = shapely.dwithin(self.shape, shapely.Point(lon, lat), ON_BORDER)
        return int(np.argmax(on)) if on.any() else None

    def distances(self, lon, lat, own):
        """{code: metres} to the ground of every other group's area."""
        plane = pyproj.Transformer.from_crs(
            "EPSG:4326", f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84", always_xy=True
        )
        others = [n for n in range(len(self.code)) if own is None or self.group[n] != self.group[own]]
        return {self.code[n]: _flat(self.held[n], plane).distance(shapely.Point(0, 0)) for n in others}


def _flat(shape, plane):
    dense = shapely.segmentize(shape, 0.002)  # so that edges stay straight in degrees, as stored
    return shapely.transform(dense, lambda xy: np.column_stack(plane.transform(*xy.T)))


@pytest.fixture
def oracle(xingyang):
    return Oracle(xingyang)


def agrees(oracle, answer, lon, lat, accuracy_m=None):
    """Asserts everything the oracle knows of one answer."""
    own = oracle.area(lon, lat)
    where = f"at {lon!r} {lat!r}"
    assert answer.area_code == ("" if own is None else oracle.code[own]), where
    far = oracle.distances(lon, lat, own)
    nearest = min(far.values())
    tolerance = 0.0002 * nearest + 0.05
    assert answer.border_distance_m == pytest.approx(nearest, abs=tolerance), where
    reach = max(accuracy_m or 0, 30)
    if abs(nearest - reach) > tolerance:
        assert answer.confidence == ("low" if nearest < reach else "high"), where
    _candidates_agree(answer, far, reach, own, oracle, where)


def _candidates_agree(answer, far, reach, own, oracle, where):
    if answer.confidence == "high":
        assert answer.candidate_codes == [], where
        return
    listed = answer.candidate_codes if own is None else answer.candidate_codes[1:]
    if own is not None:
        assert answer.candidate_codes[0] == oracle.code[own], where
    surely = {code for code, metres in far.items() if metres < reach * 0.9998 - 0.05}
    maybe = {code for code, metres in far.items() if metres < reach * 1.0002 + 0.05}
    assert surely <= set(listed) <= maybe, where
    metres = [far[code] for code in listed]
    assert metres == pytest.approx(sorted(metres), abs=0.05), where


def random_points(edition, how_many, seed):
    rng = np.random.default_rng(seed)
    west, south, east, north = edition.outline.extent
    return rng.uniform(west - 0.05, east + 0.05, how_many), rng.uniform(south - 0.05, north + 0.05, how_many)


def in_bulk(edition, lon, lat, accuracy_m=None):
    """The answers to many points, by the statement that imports and rechecks use."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE asked (key int, geom geometry, accuracy_m float8) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO asked SELECT n, ST_SetSRID(ST_MakePoint(x, y), 4326), %s"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS t(x, y, n)",
            [accuracy_m, [float(x) for x in lon], [float(y) for y in lat]],
        )
        cursor.execute("ANALYZE asked")
        with assignment.planned_for_many(cursor):
            query = assignment.ANSWERS.format(points="asked")
            cursor.execute(f"SELECT * FROM ({query}) a ORDER BY key", assignment.parameters_for(edition))
            rows = [assignment.Answer(*row) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE asked")
    return rows


def at(edition, lon, lat, accuracy_m=None):
    return assignment.locate(float(lon), float(lat), edition, accuracy_m)


def same(first, second):
    """Equal but for the key."""
    return {**vars(first), "key": 0} == {**vars(second), "key": 0}


def test_twenty_thousand_random_points_in_bulk_agree_with_shapely(xingyang, oracle):
    lon, lat = random_points(xingyang, 20_000, seed=7)
    answers = in_bulk(xingyang, lon, lat)
    assert len(answers) == 20_000
    expected = [oracle.area(*point) for point in zip(lon, lat, strict=True)]
    assert [a.area_code for a in answers] == ["" if n is None else oracle.code[n] for n in expected]


def test_random_points_agree_with_the_oracle_in_distance_confidence_and_candidates(xingyang, oracle):
    lon, lat = random_points(xingyang, 300, seed=8)
    for accuracy_m in (None, 60.0, 900.0):
        for point, answer in zip(zip(lon, lat, strict=True), in_bulk(xingyang, lon, lat, accuracy_m), strict=True):
            agrees(oracle, answer, *point, accuracy_m)


def test_one_point_and_many_get_the_same_answers(xingyang):
    lon, lat = random_points(xingyang, 2_000, seed=9)
    for accuracy_m, some in ((None, slice(0, 1500)), (45.0, slice(1500, 1900)), (400.0, slice(1900, None))):
        for x, y, many in zip(lon[some], lat[some], in_bulk(xingyang, lon[some], lat[some], accuracy_m), strict=True):
            assert same(at(xingyang, x, y, accuracy_m), many)


def border_points(oracle):
    """Every vertex, and the middle and a third of every segment, of every area's border: about 3,000 points."""
    points = [shapely.get_coordinates(shape) for shape in oracle.shape]
    mids = [(ring[1:] + ring[:-1]) / 2 for ring in points]
    thirds = [ring[:-1] + (ring[1:] - ring[:-1]) / 3 for ring in points]
    return np.unique(np.concatenate(points + mids + thirds), axis=0)


def test_every_point_of_the_borders_has_one_area_the_oracles_on_both_paths(xingyang, oracle):
    lon, lat = border_points(oracle).T
    for x, y, answer in zip(lon, lat, in_bulk(xingyang, lon, lat), strict=True):
        assert answer.area_code == oracle.code[oracle.area(x, y)], f"at {x!r} {y!r}"
    for x, y, answer in list(zip(lon, lat, in_bulk(xingyang, lon, lat), strict=True))[::10]:
        assert same(at(xingyang, x, y), answer)


def test_where_three_areas_meet_the_answer_names_all_other_groups_there(xingyang, oracle):
    corners, times = np.unique(
        np.concatenate([np.unique(shapely.get_coordinates(shape), axis=0) for shape in oracle.shape]),
        axis=0, return_counts=True,
    )  # fmt: skip
    triple = corners[times >= 3]
    assert len(triple) > 10
    for lon, lat in triple:
        agrees(oracle, at(xingyang, lon, lat), lon, lat)


def test_a_border_point_within_a_hair_of_rounding_still_has_its_area(xingyang, oracle):
    """The neighbouring doubles of border points: exactly beside, on either side, never in a gap between."""
    lon, lat = border_points(oracle)[::7].T
    for towards in (-np.inf, np.inf):
        x = np.nextafter(lon, towards)
        for one, other, answer in zip(x, lat, in_bulk(xingyang, x, lat), strict=True):
            assert answer.area_code == oracle.code[oracle.area(one, other)]


@pytest.mark.parametrize(("area", "lon", "lat", "group", "lead"), SEATS)
def test_each_seat_given_in_gcj02_gets_its_own_area_group_and_first_lead_unit(xingyang, area, lon, lat, group, lead):
    _system, point = actions.convert(lon, lat, "gcj02")
    answer = at(xingyang, point.x, point.y)
    assert (answer.area_code, answer.group_code, answer.lead_name) == (area, group, lead)


@pytest.mark.parametrize(
    ("crs", "lon", "lat"),
    [("wgs84", 113.383, 34.787), ("cgcs2000", 113.383, 34.787), ("gcj02", 113.3895371, 34.78620085),
     ("bd09", 113.39593537, 34.79248736)],
)  # fmt: skip
def test_one_place_said_in_four_systems_has_one_answer(xingyang, oracle, crs, lon, lat):
    _system, point = actions.convert(lon, lat, crs)
    answer = at(xingyang, point.x, point.y)
    assert answer.area_code == oracle.code[oracle.area(113.383, 34.787)]
    assert answer.border_distance_m == pytest.approx(at(xingyang, 113.383, 34.787).border_distance_m, abs=0.1)


def test_five_points_in_shangjie_are_outside_and_named(xingyang):
    shape = shapely.from_wkb(bytes(xingyang.neighbours.get(name="上街区").geom.wkb))
    middle = shape.representative_point()
    for dx, dy in ((0, 0), (0.002, 0), (-0.002, 0), (0, 0.002), (0, -0.002)):
        point = shapely.Point(middle.x + dx, middle.y + dy)
        assert shape.contains(point)
        answer = at(xingyang, point.x, point.y)
        assert (answer.rule, answer.outside_name, answer.area_code, answer.lead_id) == ("outside", "上街区", "", None)


def test_far_away_is_outside_with_no_name_and_never_snapped(xingyang):
    answer = at(xingyang, 121.47, 31.23)
    assert (answer.rule, answer.outside_name, answer.area_code) == ("outside", "", "")
    assert answer.confidence == "high"


def point_at(oracle, metres):
    """A point of the first area of another group's border, moved `metres` inside along the shortest way."""
    for own in range(len(oracle.code)):
        inside = oracle.shape[own].representative_point()
        far = oracle.distances(inside.x, inside.y, own)
        other = oracle.shape[oracle.code.index(min(far, key=far.get))]
        line = shapely.shortest_line(inside, other)
        end = line.coords[1]
        azimuth, _back, length = pyproj.Geod(ellps="WGS84").inv(*end, inside.x, inside.y)
        lon, lat, _back = pyproj.Geod(ellps="WGS84").fwd(*end, azimuth, metres)
        found = min(oracle.distances(lon, lat, own).values())
        if length > metres and oracle.area(lon, lat) == own and found == pytest.approx(metres, abs=2):
            return lon, lat, oracle.code[own]
    raise AssertionError("no area offers such a point")


def test_twenty_metres_inside_with_an_accuracy_of_fifty_is_low(xingyang, oracle):
    lon, lat, code = point_at(oracle, 20)
    answer = at(xingyang, lon, lat, 50)
    assert (answer.confidence, answer.area_code, answer.candidate_codes[0]) == ("low", code, code)
    assert len(answer.candidate_codes) >= 2
    agrees(oracle, answer, lon, lat, 50)


def test_forty_metres_inside_the_accuracy_decides(xingyang, oracle):
    lon, lat, _code = point_at(oracle, 40)
    assert at(xingyang, lon, lat).confidence == "high"
    assert at(xingyang, lon, lat, 30).confidence == "high"
    assert at(xingyang, lon, lat, 50).confidence == "low"


def test_an_accuracy_beyond_the_squares_reach_lists_every_area_in_the_circle(xingyang, oracle):
    for accuracy_m in (99.0, 101.0, 2500.0):
        agrees(oracle, at(xingyang, 113.378, 34.787, accuracy_m), 113.378, 34.787, accuracy_m)


def test_the_sentence_says_area_group_lead_unit_and_distance(xingyang):
    with translation.override("zh-hans"):
        answer = at(xingyang, 113.378, 34.787)
    assert answer.reason.startswith("位于索河街道，属第三协作组；第一牵头单位：安监站")
    assert f"{round(answer.border_distance_m)} 米" in answer.reason


SIDE = 0.1


def land(xingyang, squares, valid_from=date(2016, 1, 1), outline=None):
    """A small edition of boxes: {code: (kind, group number, west, south, east, north)} in tenths of degrees."""
    draft = Edition.objects.create(region=xingyang.region, name="drawn", valid_from=valid_from, outline=outline)
    unit = xingyang.region.units.first()
    groups = {}
    for code, (kind, number, *box) in squares.items():
        if number not in groups:
            groups[number] = CooperationGroup.objects.create(
                edition=draft, code=f"G{number}", name=f"G{number}", order=number
            )
            LeadUnit.objects.create(group=groups[number], unit=unit, lead_order=1)
        geom = f"SRID=4326;{shapely.MultiPolygon([_box(*box)]).wkt}"
        Area.objects.create(edition=draft, group=groups[number], code=code, name=code, kind=kind, geom=geom)
    return editions.publish(draft)


def _box(west, south, east, north):
    return shapely.box(113 + west * SIDE, 34 + south * SIDE, 113 + east * SIDE, 34 + north * SIDE)


def test_where_eight_areas_meet_every_point_has_the_oracles_answer_on_both_paths(xingyang):
    """Eight wedges round 113.05 34.05, each a group of its own: more holders and fronts than a row asks one by one."""
    draft = Edition.objects.create(region=xingyang.region, name="pie", valid_from=date(2016, 1, 1))
    corner = [(113.05 + 0.04 * np.cos(n * np.pi / 4), 34.05 + 0.04 * np.sin(n * np.pi / 4)) for n in range(8)]
    for n in range(8):
        group = CooperationGroup.objects.create(edition=draft, code=f"G{n}", name=f"G{n}", order=n)
        LeadUnit.objects.create(group=group, unit=xingyang.region.units.first(), lead_order=1)
        wedge = shapely.MultiPolygon([shapely.Polygon([(113.05, 34.05), corner[n], corner[(n + 1) % 8]])])
        Area.objects.create(
            edition=draft, group=group, code=f"W{n}", name=f"W{n}", kind="town", geom=f"SRID=4326;{wedge.wkt}"
        )
    edition = editions.publish(draft)
    oracle = Oracle(edition)
    away = np.random.default_rng(11).normal(0, 2e-4, (120, 2))
    lon, lat = np.append(away, [[0, 0]], axis=0).T + np.array([[113.05], [34.05]])
    for accuracy_m in (None, 60.0, 500.0):
        for x, y, answer in zip(lon, lat, in_bulk(edition, lon, lat, accuracy_m), strict=True):
            agrees(oracle, answer, x, y, accuracy_m)
            assert same(at(edition, x, y, accuracy_m), answer)
    assert len(at(edition, 113.05, 34.05).candidate_codes) == 8


def test_a_special_area_wins_over_the_township_it_overlaps_and_its_edge_is_the_border(xingyang):
    """T (group 1) is 3 × 3 tenths of a degree, S (group 2, special) its middle.

    +-----------+
    |  T  +---+ |
    |     | S | |
    |     +---+ |
    +-----------+
    """
    edition = land(xingyang, {"T": ("town", 1, 0, 0, 3, 3), "S": ("special_area", 2, 1, 1, 2, 2)})
    inside = at(edition, 113.15, 34.15)
    assert (inside.area_code, inside.rule, inside.confidence) == ("S", "special_area", "high")
    to_the_edge = pyproj.Geod(ellps="WGS84").inv(113.15, 34.15, 113.2, 34.15)[2]
    assert inside.border_distance_m == pytest.approx(to_the_edge, rel=2e-4)
    assert at(edition, 113.1, 34.15).area_code == "S"
    assert at(edition, 113.05, 34.15).area_code == "T"


def test_on_a_shared_border_the_smaller_area_wins_and_then_the_lower_code(xingyang):
    """W and E are equal but for their codes; N is larger."""
    edition = land(xingyang, {"E": ("town", 1, 0, 0, 1, 1), "W": ("town", 2, 1, 0, 2, 1), "A": ("town", 3, 0, 1, 2, 2)})
    areas = {area.code: area.area_m2 for area in edition.areas.all()}
    smaller = min(("E", "W"), key=lambda code: (areas[code], code))
    assert at(edition, 113.1, 34.05).area_code == smaller
    assert at(edition, 113.05, 34.1).area_code == "E"
    corner = at(edition, 113.1, 34.1)
    assert corner.area_code == smaller
    assert sorted(corner.candidate_codes) == ["A", "E", "W"]
    assert corner.border_distance_m == pytest.approx(0, abs=0.01)
    assert corner.confidence == "low"


def test_ground_of_the_outline_that_no_area_holds_is_a_gap(xingyang):
    outline = f"SRID=4326;{shapely.MultiPolygon([_box(0, 0, 3, 1)]).wkt}"
    edition = land(xingyang, {"A": ("town", 1, 0, 0, 1, 1), "B": ("town", 2, 2, 0, 3, 1)}, outline=outline)
    gap = at(edition, 113.15, 34.05)
    assert (gap.rule, gap.area_code, gap.lead_id, gap.outside_name) == ("gap", "", None, "")
    assert at(edition, 113.1, 34.05).area_code == "A"
    assert at(edition, 113.3, 34.05).area_code == "B"
    assert at(edition, 113.31, 34.05).rule == "outside"


def test_a_hole_in_an_area_is_outside_and_its_rim_inside(xingyang):
    draft = Edition.objects.create(region=xingyang.region, name="holed", valid_from=date(2016, 1, 1))
    group = CooperationGroup.objects.create(edition=draft, code="G1", name="G1", order=1)
    LeadUnit.objects.create(group=group, unit=xingyang.region.units.first(), lead_order=1)
    ring = _box(0, 0, 3, 3).difference(_box(1, 1, 2, 2))
    Area.objects.create(
        edition=draft,
        group=group,
        code="R",
        name="R",
        kind="town",
        geom=f"SRID=4326;{shapely.MultiPolygon([ring]).wkt}",
    )
    edition = editions.publish(draft)
    assert at(edition, 113.15, 34.15).rule == "outside"
    assert at(edition, 113.1, 34.15).area_code == "R"
    assert at(edition, 113.05, 34.15).border_distance_m is None


def test_the_edition_in_force_on_the_day_answers(xingyang):
    drawn = land(xingyang, {"T": ("town", 1, 0, 0, 9, 9)}, valid_from=date(2020, 1, 1))
    region = xingyang.region
    assert assignment.edition_in_force(region, date(2019, 12, 31)) == xingyang
    assert assignment.edition_in_force(region, date(2020, 1, 1)) == drawn
    with pytest.raises(assignment.NoEditionInForce):
        assignment.edition_in_force(region, date(2015, 4, 5))
