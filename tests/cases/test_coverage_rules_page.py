"""巡查标准: rules beside what is usual, and visits worked out anew where a rule touches them."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.urls import reverse
from django.utils import timezone

from boundaries import grid_checks, patrols, rules, thresholds
from boundaries.grid_faults import Kind
from boundaries.models import CoverageRule, GridCell, Patrol, PatrolVisit, Region
from boundaries.models.rule import USUAL
from boundaries.threshold_forms import EFFECTS
from cases import coverage
from gis_core import srid
from tests.factories import SUOHE, make_patrol, make_user
from tests.pages import english, words


@pytest.fixture
def page(client, xingyang):
    client.force_login(make_user("grid_coordinator"))
    return english(client)


def send(page, act="save", **told):
    return page.post(reverse("coverage-rules"), {"act": act, "level": 0, **told})


def test_every_threshold_has_its_effect_in_a_sentence_and_its_usual_value(page):
    assert set(EFFECTS) == set(USUAL)
    said = words(page.get(reverse("coverage-rules")))
    assert "usual every tier 7 / 15 50 / 100 0.6 0.8 90 3 90 50 300 500 0.05 500" in said
    for effect in EFFECTS.values():
        assert str(effect) in said


def test_a_rule_is_added_changed_and_removed(page, xingyang):
    area = xingyang.areas.first()
    assert send(page, area_code=area.code, level=3, patrol_days=3).status_code == 302
    rule = CoverageRule.objects.get()
    assert (rule.region, rule.level, rule.area_code, rule.patrol_days) == (xingyang.region, 3, area.code, 3)
    assert f"{area.name} tier 3, village group 3" in words(page.get(reverse("coverage-rules")))
    assert send(page, rule=rule.pk, area_code=area.code, level=3, patrol_days=5).status_code == 302
    rule.refresh_from_db()
    assert rule.patrol_days == 5
    assert send(page, "remove", rule=rule.pk).status_code == 302
    assert not CoverageRule.objects.exists()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "__all__"),
        ({"patrol_days": "0"}, "patrol_days"),
        ({"patrol_days": "x"}, "patrol_days"),
        ({"least_track_share": "1.01"}, "least_track_share"),
        ({"hot_percentile": "-0.1"}, "hot_percentile"),
        ({"track_radius_m": "1001"}, "track_radius_m"),
        ({"track_radius_m": "nan"}, "track_radius_m"),
        ({"half_life_days": "0"}, "half_life_days"),
        ({"level": "7", "patrol_days": "3"}, "level"),
        ({"area_code": "999", "patrol_days": "3"}, "area_code"),
        ({"level": "3", "most_accuracy_m": "20"}, "most_accuracy_m"),
        ({"level": "3", "longest_break_s": "20"}, "longest_break_s"),
        ({"least_gap_m2": "-1"}, "least_gap_m2"),
        ({"least_roundness": "1.1"}, "least_roundness"),
        ({"least_overlap_m2": "x"}, "least_overlap_m2"),
    ],
)
def test_what_cannot_be_stands_at_its_field_and_changes_nothing(page, told, field):
    answer = send(page, **told)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not CoverageRule.objects.exists()


def test_a_place_has_one_rule(page):
    send(page, level=3, patrol_days=3)
    assert "area_code" in send(page, level=3, patrol_days=5).context["form"].errors
    send(page, level=2, patrol_days=3)
    other = CoverageRule.objects.get(level=2)
    assert "area_code" in send(page, rule=other.pk, level=3, patrol_days=5).context["form"].errors


def test_a_rule_of_another_region_is_not_there(page):
    elsewhere = Region.objects.create(code="999999", name="别处", case_prefix="BC")
    rule = CoverageRule.objects.create(region=elsewhere, patrol_days=3)
    assert send(page, "remove", rule=rule.pk).status_code == 404
    assert page.get(reverse("coverage-rules"), {"rule": rule.pk}).status_code == 404


@pytest.fixture
def walked(xingyang):
    """A track of 1.8 km eastwards from SUOHE, over cells of tier 3 and one of tier 2 that holds it all."""
    lon, lat = SUOHE
    below = GridCell.objects.filter(level=3, geom__covers=Point(lon + 0.005, lat, srid=srid.STORAGE)).first()
    around = MultiPolygon(Polygon.from_bbox((lon - 0.01, lat - 0.01, lon + 0.03, lat + 0.01)), srid=srid.STORAGE)
    below.pk, below.code, below.level, below.geom, below.parent = None, "410182900000000", 2, around, None
    below.save()
    make_patrol(track=[(lon, lat), (lon + 0.02, lat)])
    return xingyang.region


def seen_m2():
    return {
        (visit.cell.level, visit.cell.code): visit.seen.transform(
            srid.TILES, clone=True
        ).area  # of a kind: only compared
        for visit in PatrolVisit.objects.filter(seen__isnull=False).select_related("cell")
    }


def test_a_narrower_radius_shrinks_what_was_seen_where_the_rule_holds_and_nowhere_else(walked):
    before = seen_m2()
    assert {level for level, _code in before} == {2, 3}
    rule = thresholds.set_rule(CoverageRule(region=walked, level=3, track_radius_m=10))
    after = seen_m2()
    for key, area in after.items():
        assert (area < before[key] * 0.9) if key[0] == 3 else (area == before[key])
    thresholds.remove_rule(rule)
    assert seen_m2() == pytest.approx(before)


def test_a_rule_that_moves_leaves_the_usual_behind_it(walked):
    before = seen_m2()
    rule = thresholds.set_rule(CoverageRule(region=walked, level=3, track_radius_m=10))
    rule.level = 2
    thresholds.set_rule(rule)
    after = seen_m2()
    for key, area in before.items():
        assert (after.get(key, 0) < area * 0.9) if key[0] == 2 else (after[key] == pytest.approx(area))


def test_a_worse_accuracy_that_is_believed_takes_check_ins_out_or_in(xingyang):
    patrol = make_patrol()
    patrol.check_ins.update(accuracy_m=40)
    thresholds.set_rule(CoverageRule(region=xingyang.region, most_accuracy_m=39))
    assert not PatrolVisit.objects.exists()
    thresholds.remove_rule(CoverageRule.objects.get())
    assert PatrolVisit.objects.filter(entered=True).exists()


@pytest.fixture
def broken(xingyang):
    """A patrol of a grid member: 16 points a minute apart to the east, but for a pause of four minutes halfway."""
    lon, lat = SUOHE
    begun = timezone.now() - timedelta(hours=2)
    points = [
        (lon + 0.0005 * n, lat, begun.timestamp() + 60 * n + (180 if n > 7 else 0), 40 if n > 11 else 5)
        for n in range(16)
    ]
    told = patrols.Told(make_user("grid_member"), begun, begun + timedelta(minutes=20), "nothing_found", points=points)
    return patrols.record(xingyang.region, told, by=told.officer)[0]


def lines(patrol) -> list[int]:
    """The points of each line that is believed."""
    patrol.refresh_from_db()
    return [len(line) for line in patrol.track]


def test_a_shorter_break_cuts_the_tracks_that_are_kept_and_the_usual_joins_them_again(broken):
    assert lines(broken) == [16]
    rule = thresholds.set_rule(CoverageRule(region=broken.region, longest_break_s=200))
    assert lines(broken) == [8, 8]
    thresholds.remove_rule(rule)
    assert lines(broken) == [16]


def test_a_stricter_accuracy_shortens_the_tracks_that_are_kept_and_says_why(broken):
    ground_before = sum(seen_m2().values())
    thresholds.set_rule(CoverageRule(region=broken.region, most_accuracy_m=20))
    assert lines(broken) == [12]
    assert broken.doubts == ["inaccurate"]
    assert 0 < sum(seen_m2().values()) < ground_before


def test_what_was_doubted_at_arrival_and_believed_by_a_person_stays_so_under_a_new_rule(broken):
    Patrol.objects.filter(pk=broken.pk).update(doubts=["future", "speed"], counts=False)
    patrols.accept(broken, by=make_user("grid_coordinator"), why="设备时钟错误")
    thresholds.set_rule(CoverageRule(region=broken.region, longest_break_s=200))
    assert lines(broken) == [8, 8]
    assert (broken.doubts, broken.counts) == (["future"], True)


@pytest.mark.parametrize("narrow", [{}, {"level": 3}, {"area_code": "its"}, {"level": 3, "area_code": "its"}])
def test_what_a_gap_is_hangs_on_the_rule_of_its_tier_and_area(xingyang, narrow):
    before = coverage.of(xingyang.region_id).ground
    largest = max(before.gaps, key=lambda gap: gap.area_m2)
    where = {**narrow, "area_code": largest.area_code} if "area_code" in narrow else narrow
    thresholds.set_rule(CoverageRule(region=xingyang.region, least_gap_m2=largest.area_m2 + 1, **where))
    after = coverage.of(xingyang.region_id).ground
    its = {largest.area_code} if "area_code" in narrow else set(before.whole_m2)
    assert [gap for gap in before.gaps if gap.area_code not in its] == list(after.gaps)
    assert sum(after.slivers_m2.values()) == pytest.approx(
        sum(before.slivers_m2.values()) + sum(gap.area_m2 for gap in before.gaps if gap.area_code in its)
    )
    told = grid_checks.faults_in_force(xingyang.region, 3)
    assert {fault.area_code for fault in told if fault.kind is Kind.GAP} == {gap.area_code for gap in after.gaps}


def test_a_rule_of_another_tier_leaves_the_gaps_as_they_are(xingyang):
    before = coverage.of(xingyang.region_id).ground
    thresholds.set_rule(CoverageRule(region=xingyang.region, level=2, least_gap_m2=1e12))
    assert coverage.of(xingyang.region_id).ground == before


def test_days_between_patrols_alone_work_nothing_out_anew(xingyang, monkeypatch):
    monkeypatch.setattr(thresholds.visits, "record_of_cells", lambda *_args: pytest.fail("worked out anew"))
    rule = thresholds.set_rule(CoverageRule(region=xingyang.region, level=3, patrol_days=3))
    rule.patrol_days = 4
    thresholds.set_rule(rule)
    thresholds.remove_rule(rule)


def test_the_cells_a_rule_touches_are_those_of_its_tier_and_area(xingyang):
    area = GridCell.objects.filter(level=3).first().area_code
    for level, code in ((0, ""), (3, ""), (0, area), (3, area)):
        cells = set(thresholds.touched(CoverageRule(region=xingyang.region, level=level, area_code=code)))
        assert cells == {
            cell for cell in GridCell.objects.all() if level in (0, cell.level) and code in ("", cell.area_code)
        }
    assert set(rules.OF_POINTS).isdisjoint(thresholds.OF_VISITS)
