"""What the embedded staff reported and who was silent: against plain Python over the rows, and by hand at the edges."""

import random
from datetime import date, datetime, timedelta

import pytest
import shapely
from django.utils import timezone

from boundaries.models import GridCell, GridPost, Unit
from cases.models import Case
from cases.roll_up import By, Period, roll_up
from tests.factories import make_case, make_user

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
TODAY = date(2026, 12, 15)
WEST, EAST = (113.375, 34.787), (113.385, 34.787)


def square(west):
    """100th of a degree wide; `WEST` lies in the one that begins at 113.37, `EAST` in the one at 113.38."""
    ring = f"{west} 34.78, {west + 0.01} 34.78, {west + 0.01} 34.79, {west} 34.79, {west} 34.78"
    return f"MULTIPOLYGON((({ring})))"


@pytest.fixture
def cells(xingyang):
    """Two cells of 索河街道 side by side, W and E."""
    area = xingyang.areas.get(name="索河街道").code
    words = {"region": xingyang.region, "level": 3, "area_code": area, "valid_from": date(2020, 1, 1)}
    return [
        GridCell.objects.create(code=f"41018290000000{n}", name=name, geom=square(west), **words)
        for n, name, west in ((1, "西格", 113.37), (2, "东格", 113.38))
    ]


@pytest.fixture(autouse=True)
def _nobody_else(xingyang):
    GridPost.objects.all().delete()


def embedded(cell, person=None, first="2026-01-01", last=None, **words):
    words = {"holder": str(person) if person else "无账号", "role": "embedded_grid_staff", **words}
    return GridPost.objects.create(
        cell=cell, user=person, valid_from=date.fromisoformat(first),
        valid_to=date.fromisoformat(last) if last else None, **words,
    )  # fmt: skip


def moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def reported(person, when, place=WEST, channel="grid_feedback"):
    return make_case(by=person, lon=place[0], lat=place[1], channel=channel, reported_at=moment(when))


def november(user=None, period=NOVEMBER):
    return roll_up(user or make_user("grid_coordinator"), period, TODAY)


def told(found):
    return {line.account: (line.reports, line.silent, line.since) for line in found.lines}


def test_the_first_and_the_last_moment_of_the_period_are_in_it_by_the_city_s_clock(cells):
    person = make_user("grid_member")
    embedded(cells[0], person)
    for when in ("2026-10-31T23:59:59", "2026-11-01T00:00", "2026-11-30T23:59:59", "2026-12-01T00:00"):
        reported(person, when)
    [line] = november().lines
    assert (line.reports, timezone.localtime(line.last).isoformat()) == (2, "2026-11-30T23:59:59+08:00")


@pytest.mark.parametrize(("channel", "counted"), [("patrol", 1), ("grid_feedback", 1), ("complaint", 0)])
def test_only_what_was_newly_found_counts(cells, channel, counted):
    person = make_user("grid_member")
    embedded(cells[0], person)
    reported(person, "2026-11-05T10:00", channel=channel)
    assert november().whole.reports == counted


def test_only_days_of_the_post_count_both_its_ends_included(cells):
    person = make_user("grid_member")
    embedded(cells[0], person, "2026-11-10", "2026-11-20")
    for day in (9, 10, 20, 21):
        reported(person, f"2026-11-{day:02}T12:00")
    assert november().whole.reports == 2


def test_a_grid_worker_s_reports_and_posts_are_not_the_embedded_staff_s(cells):
    person = make_user("grid_member")
    embedded(cells[0], person, role="grid_worker")
    reported(person, "2026-11-05T10:00")
    assert november().lines == ()


def test_who_was_silent_is_so_since_the_last_report_or_the_first_post(cells):
    before, never, busy = (make_user("grid_member", username=name) for name in ("before", "never", "busy"))
    embedded(cells[0], before)
    embedded(cells[0], never, "2026-05-01", "2026-06-30")
    embedded(cells[1], never, "2026-07-01")
    embedded(cells[1], busy)
    reported(before, "2026-10-03T09:00")
    reported(before, "2026-12-03T09:00")
    reported(busy, "2026-11-03T09:00")
    assert told(november()) == {
        "before": (0, True, date(2026, 10, 3)),
        "never": (0, True, date(2026, 5, 1)),
        "busy": (1, False, None),
    }
    assert {line.account: line.never for line in november().lines} == {"before": False, "never": True, "busy": False}


def test_who_was_away_on_every_day_was_not_silent_and_who_was_back_for_one_was(cells):
    away, back = (make_user("grid_member", username=name) for name in ("away", "back"))
    for person, last in ((away, "2026-11-30"), (back, "2026-11-29")):
        embedded(cells[0], person).leaves.create(first_day="2026-10-25", last_day=last)
    assert {line.account: (line.away, line.silent) for line in november().lines} == {
        "away": (True, False),
        "back": (False, True),
    }


def test_whoever_has_no_account_cannot_be_counted_and_is_told_apart(cells):
    embedded(cells[0])
    [line] = november().lines
    assert (line.silent, november().whole.uncounted, november().whole.silent) == (False, 1, 0)


def test_a_report_counts_for_the_cell_it_lies_in_and_once(cells):
    person = make_user("grid_member")
    for cell in cells:
        embedded(cell, person)
    for place in (WEST, EAST, EAST, (113.45, 34.93)):
        reported(person, "2026-11-05T10:00", place)
    found = november()
    assert [(row.label, row.reports, row.people) for row in found.rows(By.CELL)] == [("西格", 2, 1), ("东格", 2, 1)]
    assert (found.whole.reports, found.whole.people) == (4, 1)


def test_nothing_is_ranked_rows_stand_in_the_order_of_cells_and_names(cells):
    few, many = make_user("grid_member", username="a", display_name="甲"), make_user("grid_member", username="b")
    embedded(cells[0], few)
    embedded(cells[1], many)
    for _n in range(3):
        reported(many, "2026-11-05T10:00", EAST)
    assert [line.account for line in november().lines] == ["a", "b"]


def test_days_to_come_are_not_days_of_silence(cells):
    person = make_user("grid_member")
    embedded(cells[0], person, "2026-12-16")
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    assert roll_up(make_user("dispatcher"), december, TODAY).lines == ()


@pytest.mark.parametrize(
    ("first", "last"), [("2026-11-02", "2026-11-01"), ("2026-12-16", "2026-12-31"), ("2024-11-30", "2026-12-01")]
)
def test_days_of_which_nothing_can_be_said_get_a_sentence(xingyang, first, last):
    with pytest.raises(ValueError, match=r"."):
        november(period=Period(date.fromisoformat(first), date.fromisoformat(last)))


def test_week_and_month_by_the_calendar():
    assert Period.week(date(2026, 11, 29)) == Period(date(2026, 11, 23), date(2026, 11, 29))  # a Sunday
    assert Period.week(date(2026, 11, 30)) == Period(date(2026, 11, 30), date(2026, 12, 6))
    assert Period.month(date(2024, 2, 29)) == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert Period.month(date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2026, 12, 31))


def test_people_of_another_region_are_nobody_s_here(cells):
    person = make_user("grid_member")
    embedded(cells[0], person)
    assert november(make_user("dispatcher", region_id=None)).lines == ()


def test_the_figures_are_those_of_plain_python_over_the_rows(cells, django_assert_max_num_queries):
    """Twelve people with posts, leaves and reports by chance: counted again from the rows, shapely for the ground."""
    chance = random.Random(7)  # noqa: S311 - the same rows every time, no secret
    unit = Unit.objects.first()
    people = [make_user("grid_member", username=f"p{n:02}") for n in range(12)]
    for person in people:
        for _n in range(chance.randint(1, 3)):
            first = date(2026, 9, 1) + timedelta(days=chance.randint(0, 90))
            last = first + timedelta(days=chance.randint(0, 40))
            embedded(chance.choice(cells), person, first.isoformat(), last.isoformat(), unit=unit)
    for _n in range(60):
        when = moment("2026-09-01T00:00") + timedelta(hours=chance.uniform(0, 24 * 100))
        channel = chance.choice(["grid_feedback", "patrol", "other"])
        reported(chance.choice(people), when.replace(tzinfo=None).isoformat(), chance.choice([WEST, EAST]), channel)
    user = make_user("leader")
    with django_assert_max_num_queries(9):
        found = roll_up(user, NOVEMBER, TODAY)
    assert {line.account: line.reports for line in found.lines} == by_hand(people)
    assert {row.label: row.reports for row in found.rows(By.CELL)} == by_hand_by_cell(cells)
    for by in (By.AREA, By.GROUP, By.UNIT):
        [row] = found.rows(by)
        assert (row.reports, row.people, row.silent) == (
            found.whole.reports,
            len(found.lines),
            sum(not count for count in by_hand(people).values()),
        )


def posts_on(person, day):
    return [
        post
        for post in GridPost.objects.filter(user=person).select_related("cell").order_by("cell__code", "pk")
        if post.valid_from <= day <= post.valid_to
    ]


def attributed():
    """(person, cell) of every report of November that counts."""
    for case in Case.objects.filter(channel__in=["grid_feedback", "patrol"]):
        day = timezone.localtime(case.reported_at).date()
        held = posts_on(case.reported_by, day)
        if date(2026, 11, 1) <= day <= date(2026, 11, 30) and held:
            point = shapely.from_wkb(bytes(case.geom.wkb))
            covering = [post for post in held if shapely.from_wkb(bytes(post.cell.geom.wkb)).covers(point)]
            yield case.reported_by, (covering or held)[0].cell


def by_hand(people):
    here = [p for p in people if any(posts_on(p, date(2026, 11, 1) + timedelta(days=n)) for n in range(30))]
    reports = [person for person, _cell in attributed()]
    return {person.username: reports.count(person) for person in here}


def by_hand_by_cell(cells):
    reports = [cell for _person, cell in attributed()]
    return {cell.name: reports.count(cell) for cell in cells}
