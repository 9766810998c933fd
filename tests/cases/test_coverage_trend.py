"""A year of coverage as lines: only what was kept, broken where nothing was, and the same in a table."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.coverage.kept_days import KeptDay, kept
from cases.coverage.trend import HEIGHT, WIDTH, by_week, lines, months
from cases.models import CoverageDay
from tests.factories import make_user
from tests.pages import english, words

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 11)


def a_day(day, gap=0.1, **more):
    return KeptDay(day, {"gap_rate": gap, "staffed_rate": 0.5, "patrol_rate": 0.25, **more})


def client_of(*roles, **changes):
    client = Client()
    client.force_login(make_user(*roles, **changes))
    return english(client)


def keep(region, ago, figures):
    day = timezone.localdate() - timedelta(days=ago)
    return CoverageDay.objects.create(region=region, day=day, level=3, figures=figures)


def figures(cells=10, unstaffed=2, stale=5, gap_m2=1e6, whole_m2=4e6):
    return {
        "cells": cells, "unstaffed": unstaffed, "stale": stale, "gap_m2": gap_m2, "whole_m2": whole_m2,
        "gap_rate": gap_m2 / whole_m2, "staffed_rate": 1 - unstaffed / cells, "patrol_rate": 1 - stale / cells,
    }  # fmt: skip


def test_a_line_runs_from_edge_to_edge_and_its_height_is_its_value():
    """10, 20 and 30 percent at the first, middle and last day: the edges are a tenth of the range beyond."""
    days = [a_day(FIRST, 0.1), a_day(date(2026, 1, 3), 0.2), a_day(date(2026, 1, 6), 0.2), a_day(LAST, 0.3)]
    line = lines(days, "week", FIRST, LAST)[0]
    assert (line.low, line.high) == (pytest.approx(8), pytest.approx(32))
    assert [tuple(map(float, point.split(","))) for point in line.paths[0].split()] == [
        (0, 88), (144, 48), (360, 48), (WIDTH, 8),
    ]  # fmt: skip
    assert (line.first, line.last, line.by) == (pytest.approx(10), pytest.approx(30), pytest.approx(20))


def test_a_line_breaks_where_days_were_not_kept_and_a_day_alone_is_a_dot():
    days = [a_day(FIRST), a_day(date(2026, 1, 4)), a_day(date(2026, 1, 8))]
    line = lines(days, "day", FIRST, LAST)[0]
    assert len(line.paths) == 1
    assert line.dots == [(round(7 / 10 * WIDTH, 1), HEIGHT / 2)]


def test_a_rate_that_does_not_move_is_a_level_line_within_0_and_100():
    for share, edges in ((0.0, (0, 1)), (1.0, (99, 100)), (0.5, (49.5, 50.5))):
        line = lines([a_day(FIRST, share), a_day(LAST, share)], "week", FIRST, LAST)[0]
        assert (line.low, line.high) == edges


def test_a_rate_that_nothing_is_known_of_has_no_line():
    told = [a_day(FIRST, None), a_day(LAST, None)]
    assert [line.name for line in lines(told, "week", FIRST, LAST)] == ["staffed_rate", "patrol_rate"]


def test_of_a_week_the_last_day_kept_stands_for_it():
    """2026-01-05 is a Monday."""
    days = [a_day(date(2026, 1, number)) for number in (3, 4, 5, 9, 12)]
    assert [one.day.day for one in by_week(days)] == [4, 9, 12]


def test_every_other_month_is_named_at_its_first_day():
    assert months(date(2026, 1, 1), date(2026, 3, 2)) == [
        (0.0, date(2026, 1, 1)), (round(59 / 60 * WIDTH, 1), date(2026, 3, 1)),
    ]  # fmt: skip


def test_of_several_areas_numbers_add_up_and_rates_follow_from_the_sums(xingyang):
    told = {"": figures(cells=99), "1": figures(), "2": figures(cells=30, unstaffed=0, whole_m2=16e6), "3": figures()}
    day = keep(xingyang.region, 0, told).day
    (found,) = kept(xingyang.region_id, day, day, {"1", "2"})
    assert found.figures["cells"] == 40
    assert found.figures["gap_rate"] == pytest.approx(2 / 20)
    assert found.figures["staffed_rate"] == pytest.approx(38 / 40)
    assert kept(xingyang.region_id, day, day)[0].figures["cells"] == 99
    assert kept(xingyang.region_id, day, day, {"9"}) == []


def test_the_page_shows_the_year_as_lines_and_table(xingyang):
    for ago in (0, 1, 7, 365, 366):
        keep(xingyang.region, ago, {"": figures(cells=1000 + ago)})
    client = client_of("assessor")
    answer = client.get("/coverage/trend/?by=day")
    said = words(answer)
    assert [one.figures["cells"] for one in answer.context["days"]] == [1000, 1001, 1007, 1365]
    assert "1,365" in said
    assert "25.0 %" in said


def test_a_year_without_a_day_kept_says_how_days_are_kept(xingyang):
    said = words(client_of("leader").get("/coverage/trend/"))
    assert "No day is kept yet" in said
    assert "kept every night: the first are here tomorrow" in said
    assert "manage.py" not in said


def test_a_word_that_is_no_step_is_refused_by_its_field(xingyang):
    answer = client_of("leader").get("/coverage/trend/?by=year")
    assert (answer.status_code, "One point for each: Select a valid choice." in words(answer)) == (400, True)


def test_a_member_of_a_group_sees_its_areas_line(xingyang):
    theirs = xingyang.areas.filter(group__code="G1").first().code
    keep(xingyang.region, 0, {"": figures(cells=296), theirs: figures(cells=12), "410182001": figures(cells=17)})
    answer = client_of("lead_unit", group_codes=["G1"]).get("/coverage/trend/")
    assert [one.figures["cells"] for one in answer.context["days"]] == [12]
