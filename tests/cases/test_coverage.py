"""Coverage as of any date: our figures against the domain page worked out again, and what a change makes of them."""

import os
import random
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.django import TestCase
from shapely import wkt

from boundaries.models import CoverageRule, Edition, GridCell, Patrol, PatrolVisit
from boundaries.post_carrying import carry_posts
from cases import coverage
from cases.coverage import facts
from cases.models import Case, CellFacts, CoverageState
from cases.spells import end_of
from gis_core import srid
from tests.cases.city_oracle import expected, square_metres
from tests.cases.random_city import cities, write
from tests.factories import SUOHE, make_case, make_patrol

CITIES = int(os.environ.get("COVERAGE_CITIES", "60"))
DAY = date(2026, 3, 10)
CODE = "990301"


class RandomCities(TestCase):
    @settings(max_examples=CITIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(city=cities())
    def test_a_random_citys_coverage_is_what_the_domain_page_says(self, city):
        write(city, CODE, DAY, end_of(DAY))
        found = coverage.of(CODE, DAY)
        cells, ground = expected(city, end_of(DAY))
        self.same_cells(found, cells)
        figures = found.figures
        for name in ("whole_m2", "gap_m2", "slivers_m2", "overlap_m2"):
            assert getattr(figures, name) == pytest.approx(ground[name], abs=1), name
        assert figures.gap_m2 + figures.slivers_m2 + ground["covered_m2"] == pytest.approx(figures.whole_m2, abs=1)
        assert figures.unstaffed == sum(not its.staffed for its in cells.values())
        late = [its for its in cells.values() if its.days is None or its.days > its.round_days]
        assert figures.stale == len(late)
        if cells:
            assert figures.patrol_rate == pytest.approx(1 - len(late) / len(cells))

    def same_cells(self, found, cells):
        assert {cell.code for cell in found.cells} == set(cells)
        for cell in found.cells:
            its = cells[cell.code]
            assert (cell.staffed, cell.embedded, cell.patrol_days) == (its.staffed, its.embedded, its.round_days)
            assert cell.days == (None if its.days is None else pytest.approx(its.days, abs=1e-6))
            assert cell.share == (None if its.share is None else pytest.approx(its.share, abs=0.01))
            assert (cell.open_cases, cell.silent) == (its.open_cases, its.silent)
            assert cell.heat == pytest.approx(its.heat, rel=1e-6)
            if its.share is None or abs(its.share - 0.6) > 0.01:
                assert cell.status == its.status, cell.code


@pytest.fixture
def end():
    return end_of(DAY)


@pytest.fixture
def cell(xingyang):
    """The working cell that SUOHE lies in: in a subdistrict, so to be patrolled every seven days."""
    return GridCell.objects.of_level(3).get(geom__covers=Point(SUOHE, srid=srid.STORAGE))


def of_cell(cell, day=DAY):
    return next(one for one in coverage.of(cell.region_id, day).cells if one.pk == cell.pk)


@pytest.mark.parametrize(
    ("late", "status"), [(timedelta(0), "ok"), (timedelta(seconds=1), "stale"), (timedelta(seconds=-1), "ok")]
)
def test_on_the_last_day_to_the_second_a_cell_is_not_stale(cell, end, late, status):
    make_patrol(ended_at=end - timedelta(days=7) - late)
    assert of_cell(cell).status == status


@pytest.mark.parametrize(("late", "hot"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_hot_cell_has_half_the_time_to_the_second(cell, end, late, hot):
    make_case(reported_at=end - timedelta(days=1))
    make_patrol(ended_at=end - timedelta(days=3.5) - late)
    found = of_cell(cell)
    assert (found.hot, found.hot_unpatrolled, found.stale) == (True, hot, False)
    assert found.status == ("hot_unpatrolled" if hot else "ok")


@pytest.mark.parametrize(
    ("hours_ago", "english", "chinese"),
    [(2, "Patrolled in time: visited within 24 hours, 6 days left.", "24 小时内已巡，还有 6 日到期。"),
     (23.9, "Patrolled in time: visited within 24 hours, 6 days left.", "24 小时内已巡，还有 6 日到期。"),
     (24, "Patrolled in time: 1 day without a patrol, 6 days left.", "1 日未巡，还有 6 日到期。"),
     (24 * 6.5, "Patrolled in time: 6 days without a patrol, due within 24 hours.", "6 日未巡，24 小时内到期。")],
)  # fmt: skip
def test_a_cell_that_was_just_visited_is_not_called_unpatrolled_for_no_days(cell, end, hours_ago, english, chinese):
    make_patrol(ended_at=end - timedelta(hours=hours_ago))
    found = of_cell(cell)
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with override(language):
            assert sentence in coverage.reasons(found)


def test_without_a_case_no_cell_is_hot_even_where_every_heat_is_alike(cell):
    assert not any(one.hot for one in coverage.of(cell.region_id, DAY).cells)


def test_a_patrol_that_ends_after_the_day_does_not_count_for_it(cell, end):
    make_patrol(ended_at=end + timedelta(seconds=1))
    assert of_cell(cell).days is None
    assert of_cell(cell, DAY + timedelta(days=1)).days == pytest.approx(1 - 1 / 86400)


def test_a_patrol_that_is_not_believed_does_not_count(cell, end):
    make_patrol(ended_at=end - timedelta(hours=1), counts=False, doubts=["future"])
    assert of_cell(cell).days is None


def test_a_patrol_across_midnight_counts_from_its_end(cell, end):
    midnight = end - timedelta(days=1)
    make_patrol(started_at=midnight - timedelta(minutes=30), ended_at=midnight + timedelta(minutes=30))
    assert of_cell(cell, DAY - timedelta(days=1)).days is None
    assert of_cell(cell).days == pytest.approx(1 - 0.5 / 24)


def test_a_check_in_on_a_shared_edge_visits_both_cells_and_one_beside_it_one(cell, end):
    shape = cell.geom
    other = GridCell.objects.of_level(3).filter(geom__touches=shape).exclude(pk=cell.pk).first()
    vertex = next(point for point in other.geom[0][0] if shape.covers(Point(point, srid=srid.STORAGE)))
    patrol = make_patrol(ended_at=end - timedelta(hours=1), check_ins=[vertex])
    assert {cell.pk, other.pk} <= set(patrol.visits.filter(entered=True).values_list("cell_id", flat=True))
    assert of_cell(cell).days == of_cell(other).days == pytest.approx(1 / 24)


def test_a_case_that_ended_later_was_open_then(cell, end):
    make_case(reported_at=end - timedelta(days=3), status="closed", ended_at=end + timedelta(days=2))
    assert of_cell(cell).open_cases == 1
    assert of_cell(cell, DAY + timedelta(days=3)).open_cases == 0


def test_a_case_that_was_void_later_was_a_case_then(cell, end):
    make_case(reported_at=end - timedelta(days=3), status="void", ended_at=end + timedelta(days=2))
    assert of_cell(cell).heat == pytest.approx(0.5 ** (3 / 90))
    assert of_cell(cell, DAY + timedelta(days=3)).heat == 0


def test_a_cell_retired_yesterday_is_ground_in_no_cell_today(cell):
    before = coverage.of(cell.region_id, DAY).figures
    GridCell.objects.filter(pk=cell.pk).update(valid_to=DAY - timedelta(days=1))
    assert coverage.of(cell.region_id, DAY - timedelta(days=1)).figures.cells == before.cells
    after = coverage.of(cell.region_id, DAY).figures
    assert after.cells == before.cells - 1
    assert after.gap_m2 - before.gap_m2 == pytest.approx(square_metres(wkt.loads(cell.geom.wkt)), abs=200)  # slivers


def test_no_cell_at_all_is_a_gap_rate_of_one(xingyang):
    GridCell.objects.all().update(valid_to=DAY - timedelta(days=1))
    figures = coverage.of(xingyang.region_id, DAY).figures
    assert (figures.gap_rate, figures.set_up_rate, figures.cells) == (pytest.approx(1), pytest.approx(0), 0)
    assert (figures.staffed_rate, figures.patrol_rate, figures.miss_rate) == (None, None, None)


def test_villages_are_watched_where_a_city_has_no_finer_cells(xingyang):
    GridCell.objects.of_level(3).update(level=2)
    found = coverage.of(xingyang.region_id, DAY)
    assert (found.level, found.figures.cells) == (2, 296)


def test_before_the_first_edition_there_is_no_coverage_and_no_day_is_yet_to_come(xingyang):
    assert coverage.of(xingyang.region_id, date(2010, 1, 1)) is None
    with pytest.raises(ValueError, match="尚未到来"):
        coverage.of(xingyang.region_id, timezone.localdate() + timedelta(days=1))


def test_a_holder_on_leave_leaves_the_cell_unstaffed_unless_a_deputy_stands_in(cell):
    post = cell.posts.answering().get()
    leave = post.leaves.create(first_day=DAY - timedelta(days=2), last_day=DAY)
    found = of_cell(cell)
    assert (found.status, found.unstaffed_since) == ("unstaffed", DAY - timedelta(days=2))
    assert of_cell(cell, DAY + timedelta(days=1)).staffed
    cell.posts.create(role="grid_worker", holder="代班", deputy_of=post, valid_from=leave.first_day, valid_to=DAY)
    assert of_cell(cell).holders == ("代班",)


def _drawn_anew(cell, day):
    """The same code under a new row from `day` on, as publishing a draft leaves it."""
    anew = GridCell.objects.get(pk=cell.pk)
    anew.pk, anew.valid_from = None, day
    anew.save()
    GridCell.objects.filter(pk=cell.pk).update(valid_to=day - timedelta(days=1))
    carry_posts({cell.pk: anew.pk}, day)
    return anew


def test_a_cell_drawn_anew_knows_since_when_nobody_is_posted_there(cell):
    cell.posts.answering().update(valid_to=DAY - timedelta(days=20))
    anew = _drawn_anew(cell, DAY - timedelta(days=5))
    assert of_cell(anew).unstaffed_since == DAY - timedelta(days=19)


def test_a_leave_that_a_new_drawing_cut_in_two_began_when_it_began(cell):
    cell.posts.answering().get().leaves.create(first_day=DAY - timedelta(days=20))
    anew = _drawn_anew(cell, DAY - timedelta(days=5))
    assert of_cell(anew).unstaffed_since == DAY - timedelta(days=20)


def test_whoever_was_away_from_the_first_day_on_was_posted_all_the_same(cell):
    post = cell.posts.answering().get()
    post.leaves.create(first_day=post.valid_from)
    assert of_cell(cell).unstaffed_since == post.valid_from


@pytest.mark.parametrize(
    ("level", "area", "days"),
    [(0, "", 5), (3, "", 6), (0, "410182001", 8), (3, "410182001", 9), (2, "", 7), (0, "410182002", 7)],
)
def test_the_narrowest_rule_that_says_something_holds(cell, level, area, days):
    CoverageRule.objects.create(region=cell.region, level=level, area_code=area, patrol_days=days)
    assert of_cell(cell).patrol_days == days
    CoverageRule.objects.create(region=cell.region, level=4, hot_percentile=0.5)
    narrower = CoverageRule.objects.filter(level=3, area_code="410182001")
    if not narrower.update(hot_percentile=0.5):
        CoverageRule.objects.create(region=cell.region, level=3, area_code="410182001", hot_percentile=0.5)
    assert of_cell(cell).patrol_days == days  # an empty threshold says nothing
    GridCell.objects.filter(pk=cell.pk).update(patrol_days=2)
    assert of_cell(cell).patrol_days == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_loaded_land")
def test_a_cell_turns_stale_with_the_minute_though_nothing_is_written():
    """Outside of a transaction, where what was read is kept."""
    now = timezone.now().replace(second=0, microsecond=0)
    make_patrol(ended_at=now - timedelta(days=7))
    region = Edition.objects.current_anywhere().region_id
    of_minute = {}
    for minutes in (0, 1):
        with patch("django.utils.timezone.now", return_value=now + timedelta(minutes=minutes)):
            found = coverage.of(region)
            of_minute[minutes] = next(one for one in found.cells if one.days is not None)
    assert [(one.status, one.days) for one in of_minute.values()] == [("ok", 7), ("stale", 7 + 1 / 1440)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_loaded_land")
def test_a_patrol_that_comes_in_while_facts_are_brought_up_to_date_is_told_the_next_time():
    """Outside of a transaction, where what was read is kept under its version."""
    region = Edition.objects.current_anywhere().region_id
    keep, late = facts._keep, [lambda: make_patrol(ended_at=timezone.now() - timedelta(hours=1))]

    def kept_and_then_written(*told):
        keep(*told)
        if late:
            late.pop()()

    with patch("cases.coverage.facts._keep", kept_and_then_written):
        coverage.of(region)
    assert not late
    assert [cell.days is not None for cell in coverage.of(region).cells].count(True) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_loaded_land")
def test_facts_that_writes_always_run_away_from_pass_for_no_version():
    region = Edition.objects.current_anywhere().region_id
    coverage.of(region)
    make_patrol(ended_at=timezone.now() - timedelta(hours=1))
    with patch("cases.coverage.facts._keep"):
        assert all(cell.days is None for cell in coverage.of(region).cells)
    assert any(cell.days is not None for cell in coverage.of(region).cells)


def test_after_any_write_the_kept_coverage_is_what_working_it_out_anew_gives(xingyang, cell):
    """Sixty random writes to cases, patrols, posts, cells and rules; after each the facts of today, brought up to date,
    are those of everything worked out anew."""
    rng = random.Random(20150406)  # noqa: S311 -- a seeded test
    region = xingyang.region_id
    for number in range(60):
        _write_something(rng, xingyang)
        facts.fresh(region)
        kept = _known(region)
        CoverageState.objects.update(day=None)
        facts.fresh(region)
        assert _known(region) == kept, number


def _known(region):
    return {
        row["cell_id"]: {
            name: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            for name, value in row.items()
            if name != "seen"  # its corners may stand in another order; seen_m2 says how much it is
        }
        for row in CellFacts.objects.filter(region=region).values()
    }


def _write_something(rng, edition):
    place = (rng.uniform(113.33, 113.42), rng.uniform(34.75, 34.82))
    ago = timezone.now() - timedelta(days=rng.uniform(0, 40))
    patrol, case = Patrol.objects.order_by("?").first(), Case.objects.order_by("?").first()
    cell = GridCell.objects.of_level(3).filter(geom__covers=Point(place, srid=srid.STORAGE)).first()
    acts = [
        lambda: make_case(lon=place[0], lat=place[1], reported_at=ago),
        lambda: make_case(lon=place[0], lat=place[1], reported_at=ago, channel="complaint", is_major=True),
        lambda: make_patrol(check_ins=[place], ended_at=ago),
        lambda: make_patrol(track=[place, (place[0] + 0.01, place[1] + 0.005)], ended_at=ago),
    ]
    if patrol:
        acts.append(lambda: PatrolVisit.objects.filter(patrol=patrol).update(counts=rng.random() < 0.5))
        acts.append(patrol.delete)
    if case:
        acts.append(lambda: Case.objects.filter(pk=case.pk).update(geom=Point(place, srid=srid.STORAGE)))
        acts.append(lambda: Case.objects.filter(pk=case.pk).update(status="void", ended_at=timezone.now()))
        acts.append(lambda: Case.objects.filter(pk=case.pk).update(status="closed", ended_at=timezone.now()))
        acts.append(lambda: Case.objects.filter(pk=case.pk).update(is_major=not case.is_major))
    if cell:
        acts.append(lambda: GridCell.objects.filter(pk=cell.pk).update(patrol_days=rng.randint(1, 30)))
        acts.append(lambda: cell.posts.update(valid_to=timezone.localdate() - timedelta(days=1)))
        acts.append(
            lambda: CoverageRule.objects.update_or_create(
                region=edition.region,
                level=0,
                area_code=cell.area_code,
                defaults={"half_life_days": rng.randint(10, 90)},
            )
        )
    rng.choice(acts)()
