"""Patrols taken down: what they visit, what is doubted, and that sending twice is recording once.

Two cells share the edge x = 113.39, in 索河街道; the shapely oracle measures in the plane of EPSG:4547.

    113.38   113.39   113.40
      +--------+--------+ 34.79
      |   W    |   E    |
      +--------+--------+ 34.78
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from boundaries import doubts, judging, patrols
from boundaries.models import GridCell, Patrol
from boundaries.patrols import BadPatrol, Stop, Told
from gis_core import crs
from tests.factories import make_user

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
METRES = crs.parse("EPSG:4547")
RADIUS_M = 100  # outside of a subdistrict


@pytest.fixture
def cells(xingyang):
    GridCell.objects.update(parent=None)
    GridCell.objects.all().delete()
    boxes = {"W": shapely.box(113.38, 34.78, 113.39, 34.79), "E": shapely.box(113.39, 34.78, 113.40, 34.79)}
    for code, box in boxes.items():
        ground = GEOSGeometry(shapely.multipolygons([box]).wkt)
        GridCell.objects.create(
            region=xingyang.region, code=code, name=code, level=3, valid_from="2020-01-01", geom=ground
        )
    return boxes


@pytest.fixture
def walker(cells):
    return make_user("grid_member")


def points(*places, start=START, step=60, accuracy=10):
    return [(lon, lat, start.timestamp() + step * nth, accuracy) for nth, (lon, lat) in enumerate(places)]


def told(walker, *places, **changes):
    usual = {"officer": walker, "started_at": START, "ended_at": START + timedelta(hours=2), "result": "nothing_found"}
    return Told(**{**usual, "points": points(*places), **changes})


def recorded(one):
    return patrols.record(one.officer.region, one, by=one.officer)[0]


def visited(patrol):
    return {visit.cell.code: visit.entered for visit in patrol.visits.select_related("cell")}


def stop(lon, lat, minutes=10, **words):
    return Stop(lon, lat, START + timedelta(minutes=minutes), **words)


def in_plane(shape):
    return shapely.transform(shape, lambda places: np.column_stack(crs.from_wgs84(*places.T, METRES)))


def seen_by_shapely(cells, line):
    """{cell: (entered, m² seen)}: the definition, in the plane."""
    walked = in_plane(line)
    ground = walked.buffer(RADIUS_M, quad_segs=64)
    told = {code: (line.intersects(box), ground.intersection(in_plane(box)).area) for code, box in cells.items()}
    return {code: found for code, found in told.items() if found[1] > 0}


WAYS = {
    "across both": [(113.385, 34.785), (113.388, 34.786), (113.392, 34.785), (113.395, 34.783)],
    "beside one": [(113.3885, 34.781), (113.3895, 34.785), (113.3888, 34.789)],
    "along the edge": [(113.39, 34.782), (113.39, 34.788)],
    "past both outside": [(113.381, 34.7795), (113.399, 34.7795)],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_track_visits_what_shapely_says(cells, walker, way):
    patrol = recorded(told(walker, *way, points=points(*way, step=120)))
    expected = seen_by_shapely(cells, shapely.linestrings(way))
    assert visited(patrol) == {code: entered for code, (entered, _area) in expected.items()}
    for visit in patrol.visits.select_related("cell"):
        seen = in_plane(shapely.from_wkb(bytes(visit.seen.wkb))).area
        assert seen == pytest.approx(expected[visit.cell.code][1], rel=0.01)


def test_a_track_beside_a_cell_sees_it_and_does_not_enter_it(walker):
    assert visited(recorded(told(walker, *WAYS["beside one"]))) == {"W": True, "E": False}
    assert visited(recorded(told(walker, *WAYS["past both outside"]))) == {"W": False, "E": False}


def test_a_patrol_that_only_sees_cells_says_that_it_has_no_evidence(walker):
    assert recorded(told(walker, *WAYS["past both outside"], points=points(*WAYS["past both outside"], step=120))
                    ).doubts == ["no_evidence"]  # fmt: skip


def test_a_check_in_on_the_shared_edge_visits_both_cells(walker):
    patrol = recorded(told(walker, stops=[stop(113.39, 34.785, accuracy_m=8)]))
    assert visited(patrol) == {"W": True, "E": True}
    assert (patrol.source, patrol.doubts, patrol.counts) == ("check_ins", [], True)


@pytest.mark.parametrize(("accuracy", "expected"), [(50, ({"W": True}, [])), (51, ({}, ["inaccurate", "no_evidence"]))])
def test_a_check_in_off_by_fifty_metres_counts_and_by_fifty_one_does_not(walker, accuracy, expected):
    patrol = recorded(told(walker, stops=[stop(113.385, 34.785, accuracy_m=accuracy)]))
    assert (visited(patrol), patrol.doubts) == expected
    assert patrol.check_ins.count() == 1


def test_somebody_who_stands_still_visits_the_cell(walker):
    assert visited(recorded(told(walker, *[(113.385, 34.785)] * 5))) == {"W": True}


def test_a_loop_back_to_its_first_point_is_seen(cells, walker):
    """Half a metre to and fro: less than the wiggles that are not drawn."""
    patrol = recorded(told(walker, (113.385, 34.785), (113.385005, 34.785), (113.385, 34.785)))
    disc = in_plane(shapely.Point(113.385, 34.785)).buffer(RADIUS_M, quad_segs=64).area
    assert in_plane(shapely.from_wkb(bytes(patrol.visits.get().seen.wkb))).area == pytest.approx(disc, rel=0.02)


def test_a_patrol_across_midnight_is_one_patrol(walker):
    """From 23:30 to 00:30 in Zhengzhou."""
    late = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    way = points((113.385, 34.785), (113.386, 34.785), start=late)
    patrol = recorded(told(walker, points=way, started_at=late, ended_at=late + timedelta(hours=1)))
    assert (visited(patrol), patrol.doubts) == ({"W": True}, [])
    assert patrol.visits.get().ended_at == late + timedelta(hours=1)


def test_nothing_found_is_a_result_of_its_own(walker):
    assert recorded(told(walker, *WAYS["across both"])).get_result_display() == "未发现问题"


def test_the_raw_track_is_kept_whole(walker):
    way = [(113.385, 34.785), (113.47, 34.785), (113.386, 34.785)]
    patrol = recorded(told(walker, *way, points=points(*way, accuracy=None)))
    patrol.refresh_from_db()
    assert list(patrol.points.coords) == way
    assert patrol.times == [START.timestamp() + 60 * nth for nth in range(3)]
    assert patrol.accuracies == [None] * 3
    assert list(patrol.track.coords) == [(way[0], way[2])]
    assert patrol.doubts == ["jump"]


def test_a_patrol_from_the_future_is_kept_and_does_not_count(walker):
    now = timezone.now()
    ahead = told(walker, stops=[Stop(113.385, 34.785, now)], started_at=now, ended_at=now + timedelta(minutes=6))
    patrol = recorded(ahead)
    assert (patrol.doubts, patrol.counts) == (["future"], False)
    assert not patrol.visits.get().counts
    hardly = replace(ahead, ended_at=now + timedelta(minutes=4), key=patrols.uuid.uuid4())
    assert recorded(hardly).doubts == []


def test_the_same_track_again_is_kept_and_does_not_count(walker):
    recorded(told(walker, *WAYS["across both"]))
    again = recorded(told(make_user("grid_member"), *WAYS["across both"]))
    assert (again.doubts, again.counts) == (["same_track"], False)
    assert Patrol.objects.count() == 2


def test_the_same_track_in_another_region_is_another_matter(walker, tmp_path):
    recorded(told(walker, *WAYS["across both"]))
    Patrol.objects.update(region=other_region())
    assert recorded(told(walker, *WAYS["across both"])).doubts == []


def other_region():
    return patrols.Region.objects.create(code="990199", name="乙市", case_prefix="YS")


def test_a_track_in_gcj02_is_converted_once(walker):
    """The offset near 荥阳 is some 600 m: unconverted the way would lie in the other cell."""
    way = [(113.3885, 34.785), (113.3887, 34.785)]
    shifted = [crs.from_wgs84(*place, crs.parse("gcj02")) for place in way]
    patrol = recorded(told(walker, *shifted, crs="gcj02"))
    assert np.allclose(patrol.points.coords, way, atol=1e-6)
    assert visited(patrol)["W"]


def test_the_same_key_again_is_the_same_patrol(walker):
    one = told(walker, *WAYS["across both"], stops=[stop(113.385, 34.785, note="东门")], note="雨")
    first, made = patrols.record(walker.region, one, by=walker)
    again, made_again = patrols.record(walker.region, one, by=walker)
    assert (made, made_again, first.pk) == (True, False, again.pk)
    assert (Patrol.objects.count(), first.check_ins.count()) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [{"note": "别的"}, {"result": "found"}, {"stops": [stop(113.386, 34.785)]}, {"case_nos": ["XY-2026-00001"]},
     {"points": points((113.385, 34.785), (113.3861, 34.785))}, {"ended_at": START + timedelta(hours=3)}],
)  # fmt: skip
def test_a_key_is_refused_for_another_patrol(walker, changes):
    one = told(walker, (113.385, 34.785), (113.386, 34.785), stops=[stop(113.385, 34.785)])
    recorded(one)
    with pytest.raises(patrols.KeyReused):
        recorded(replace(one, **changes))
    assert Patrol.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"ended_at": START - timedelta(seconds=1)}, "ended_at"),
     ({"ended_at": START + timedelta(hours=24, seconds=1)}, "ended_at"),
     ({"points": []}, "points"),
     ({"points": points((34.785, 113.385), (34.786, 113.385))}, "points"),
     ({"points": points((113.385, float("nan")))}, "points"),
     ({"points": points((113.385, 34.785), (181, 34.785))}, "points"),
     ({"points": points((113.385, 34.785), step=1, start=START - timedelta(minutes=6))}, "points"),
     ({"stops": [stop(113.385, 34.785, minutes=126)]}, "check_ins")],
)  # fmt: skip
def test_what_is_no_patrol_is_refused_with_its_field(walker, changes, field):
    with pytest.raises(BadPatrol) as refusal:
        recorded(told(walker, *WAYS["across both"], **{**changes}))
    assert refusal.value.field == field
    assert Patrol.objects.count() == 0


def test_a_patrol_of_24_hours_is_one(walker):
    assert recorded(told(walker, *WAYS["across both"], ended_at=START + timedelta(hours=24))).pk


@pytest.mark.parametrize(
    ("metres", "seconds", "accuracy_m", "reached"),
    [(2000, 30, 8, False), (2000, 30, None, False), (990, 30, None, True), (1010, 30, None, False),
     (1010, 30, 8, True), (140, 0, 25, True), (3000, 600, 8, True)],
)  # fmt: skip
def test_check_ins_that_nobody_can_go_between_do_not_count_until_they_are_accepted(
    walker, metres, seconds, accuracy_m, reached
):
    """At 120 km/h 30 s are 1000 m; a degree of latitude is 111,195 m here. Each may be off by what it says."""
    there = stop(113.385, 34.785 + metres / 111_195, minutes=10 + seconds / 60, accuracy_m=accuracy_m)
    patrol = recorded(told(walker, points=[], stops=[there, stop(113.385, 34.785, accuracy_m=accuracy_m)]))
    assert ("unreachable" in patrol.doubts, patrol.counts) == (not reached, reached)
    assert patrol.check_ins.count() == 2
    assert set(patrol.visits.values_list("counts", flat=True)) == {reached}
    assert not {"speed", "jump"} & set(patrol.doubts)


def test_a_vague_check_in_between_two_hides_nothing(walker):
    far = [stop(113.385, 34.785), stop(113.4, 34.785, 10.5, accuracy_m=5000), stop(113.45, 34.785, 11)]
    assert recorded(told(walker, points=[], stops=far)).doubts == ["unreachable", "inaccurate"]


def test_what_is_said_of_check_ins_names_no_track(walker):
    far = [stop(113.385, 34.785), stop(113.45, 34.785, 11)]
    [doubt] = doubts.told(recorded(told(walker, points=[], stops=far)))
    assert doubt["spoils"]
    assert "签到" in doubt["sentence"]
    assert "轨迹" not in doubt["sentence"]


def test_check_ins_taken_down_before_they_were_asked_are_marked_when_thresholds_change(walker):
    far = [stop(113.385, 34.785), stop(113.45, 34.785, 11)]
    old, believed = (recorded(told(walker, points=[], stops=far)) for _each in range(2))
    Patrol.objects.update(doubts=["speed"], counts=True)
    Patrol.objects.filter(pk=believed.pk).update(accepted_at=START, accepted_by=walker)
    judging.judge_anew(walker.region_id)
    assert [(one.doubts, one.counts) for one in Patrol.objects.order_by("pk")] == [
        (["unreachable"], False), (["unreachable"], True)]  # fmt: skip
    assert not old.visits.filter(counts=True).exists()


def test_an_accepted_patrol_counts_and_keeps_its_doubts_and_the_reason(walker):
    recorded(told(walker, *WAYS["across both"]))
    again = recorded(told(walker, *WAYS["across both"]))
    judge = make_user("grid_coordinator")
    patrols.accept(again, by=judge, why=" 两人同行 ")
    again.refresh_from_db()
    assert (again.counts, again.doubts) == (True, ["same_track"])
    assert (again.accepted_by, again.accepted_why) == (judge, "两人同行")
    assert set(again.visits.values_list("counts", flat=True)) == {True}
    with pytest.raises(patrols.NothingToAccept):
        patrols.accept(again, by=judge, why="再来一次")


@pytest.mark.parametrize("why", ["", "  ", "长" * 201])
def test_a_patrol_is_not_accepted_without_a_reason(walker, why):
    recorded(told(walker, *WAYS["across both"]))
    again = recorded(told(walker, *WAYS["across both"]))
    with pytest.raises(BadPatrol) as refusal:
        patrols.accept(again, by=walker, why=why)
    assert refusal.value.field == "why"


def test_a_track_of_200_000_points_that_tremble_is_recorded(cells, walker):
    """Across both cells within 22 hours, 5 m to and fro: what it visits is what the straight way visits."""
    shaking = np.random.default_rng(1).normal(0, 5e-5, (2, 200_000))
    lon, lat = np.linspace(113.385, 113.395, 200_000) + shaking[0], 34.785 + shaking[1]
    at = START.timestamp() + np.arange(200_000) * 0.4
    rows = list(zip(lon.tolist(), lat.tolist(), at.tolist(), [10.0] * 200_000, strict=True))
    patrol = recorded(told(walker, points=rows, ended_at=START + timedelta(hours=23)))
    assert (visited(patrol), patrol.doubts) == ({"W": True, "E": True}, [])
    straight = seen_by_shapely(cells, shapely.linestrings([(113.385, 34.785), (113.395, 34.785)]))
    for visit in patrol.visits.select_related("cell"):
        seen = in_plane(shapely.from_wkb(bytes(visit.seen.wkb))).area
        assert straight[visit.cell.code][1] < seen < 1.3 * straight[visit.cell.code][1]
