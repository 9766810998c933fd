"""The coverage page: numbers, table, card; what a person's groups do not have does not show."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boundaries.models import GridCell, GridPost
from cases import coverage
from cases.coverage.table import Wanted, chosen, counts, most_at_risk, rows, tally
from cases.models import CoverageDay
from gis_core import srid
from tests.factories import SUOHE, make_case, make_patrol, make_user
from tests.pages import english, words
from tests.second_city import load as load_second_city


@pytest.fixture
def city(tmp_path, db):
    """Two areas, one small staffed cell in the first: everything else is a gap."""
    return load_second_city(tmp_path)


def client_of(user):
    client = Client()
    client.force_login(user)
    return english(client)


@pytest.fixture
def coordinator(xingyang):
    return client_of(make_user("grid_coordinator"))


def cell_at(place, region="410182"):
    return GridCell.objects.get(region=region, level=3, geom__covers=f"SRID=4326;POINT({place[0]} {place[1]})")


def codes(answer):
    return [row.one.code for row in answer.context["rows"]]


def test_the_numbers_are_those_of_coverage_and_say_how_they_stood_a_week_ago(coordinator, xingyang):
    figures = coverage.of(xingyang.region_id).figures
    day = timezone.localdate() - timedelta(days=7)
    before = {"gap_m2": figures.gap_m2 + 1.5e6, "unstaffed": figures.unstaffed - 3, "stale": figures.stale}
    CoverageDay.objects.create(region=xingyang.region, day=day, level=3, figures={"": before})
    told = {one.kind.value: one for one in coordinator.get("/coverage/").context["headlines"]}
    assert told["gap"].shown == f"{figures.gap_m2 / 1e6:.1f}"
    assert (told["gap"].trend, told["gap"].moved) == ("less", "1.5")
    assert (told["unstaffed"].number, told["unstaffed"].trend, told["unstaffed"].moved) == (23, "more", "3")
    assert told["stale"].trend == "same"
    assert told["hot_unpatrolled"].trend == ""


def test_each_number_is_the_length_of_the_list_that_it_opens(coordinator):
    for one in coordinator.get("/coverage/").context["headlines"]:
        listed = coordinator.get(f"/coverage/?status={one.kind.value}").context["total"]
        assert listed == (one.number if not one.is_ground else 6), one.kind


def test_the_table_begins_with_the_greatest_risk_and_goes_on_by_pages_of_a_hundred(coordinator, xingyang):
    everything = [one.code for one in coverage.of(xingyang.region_id).by_risk]
    first, last = coordinator.get("/coverage/rows/"), coordinator.get("/coverage/rows/?page=4")
    assert codes(first) == everything[:100]
    assert codes(last) == everything[300:]
    assert f"301–{len(everything)} of {len(everything)}" in words(last)


def test_rows_are_found_by_area_name_code_and_person(coordinator):
    cell = cell_at(SUOHE)
    holder = GridPost.objects.filter(cell=cell).first().holder
    for asked in (f"q={cell.name}", f"q={cell.code}", f"q={holder}"):
        assert cell.code in codes(coordinator.get(f"/coverage/rows/?{asked}")), asked
    areas = {row.one.area_code for row in coordinator.get("/coverage/rows/?area=410182001").context["rows"]}
    assert areas == {"410182001"}


def test_due_and_silent_leave_those_alone(xingyang):
    make_patrol(ended_at=timezone.now() - timedelta(days=6, hours=1))
    found = coverage.of(xingyang.region_id)
    cell = cell_at(SUOHE)
    assert [one.code for one in chosen(found, Wanted(due=True), {})] == [cell.code]
    make_case(channel="complaint")
    found = coverage.of(xingyang.region_id)
    assert [one.code for one in chosen(found, Wanted(silent=True), {})] == [cell.code]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("at=2026-13-01", "Day: A day as 2026-11-28."),
        ("at=2999-01-01", "Day: That day is yet to come."),
        ("status=bad", "Standing: Select a valid choice."),
        ("area=999", "Area: Select a valid choice."),
        ("page=0", "Page: Ensure this value is greater than or equal to 1."),
        ("q=%00", "Cell, code or person: Null characters are not allowed."),
    ],
)
def test_what_cannot_be_read_is_said_by_its_field(coordinator, query, sentence):
    for page in ("/coverage/", "/coverage/rows/"):
        answer = coordinator.get(f"{page}?{query}")
        assert (answer.status_code, sentence in words(answer)) == (400, True)


def test_a_page_behind_the_last_is_the_last(coordinator, xingyang):
    answer = coordinator.get("/coverage/rows/?page=999")
    assert codes(answer) == [one.code for one in coverage.of(xingyang.region_id).by_risk][300:]


def test_the_time_of_the_data_is_always_said(coordinator):
    assert "Data as of" in words(coordinator.get("/coverage/"))
    yesterday = timezone.localdate() - timedelta(days=1)
    assert f"As it was at the end of {yesterday}" in words(coordinator.get(f"/coverage/?at={yesterday}"))


def test_a_day_before_any_edition_says_so_and_leads_back(coordinator):
    answer = coordinator.get("/coverage/?at=2000-01-01")
    assert answer.status_code == 200
    assert "No map of responsibility is in force" in words(answer)


def test_a_city_without_a_grid_is_told_kindly_how_to_get_one(coordinator):
    for level in (3, 1):
        GridCell.objects.filter(level=level).delete()
    said = words(coordinator.get("/coverage/"))
    assert "There is no grid yet" in said
    assert "make_grids" in said
    assert "100.0 %" in said


def test_a_city_whose_cells_are_all_patrolled_is_told_so(city):
    """The small square alone is the city's ground then."""
    for area in city.areas.all():
        cell = GridCell.objects.get(region=city.region)
        if area.code == "100":
            GridCell.objects.filter(pk=cell.pk).update(geom=area.geom)
        else:
            made = GridCell.objects.create(
                region=city.region, code="101000000000001", name="二号", level=3, area_code="101", geom=area.geom,
                valid_from="2020-01-01",
            )  # fmt: skip
            made.posts.create(role="grid_worker", holder="网格员", valid_from="2020-01-01")
    user = make_user("grid_coordinator", region_id=city.region_id)
    make_patrol(by=user, region=city.region, check_ins=[(120.05, 30.05), (120.15, 30.05)])
    said = words(client_of(user).get("/coverage/"))
    assert "Every cell is patrolled in time." in said


def test_a_member_of_a_group_sees_its_areas_alone_in_numbers_table_and_card(xingyang):
    user = make_user("group_convener", group_codes=["G1"])
    theirs = set(xingyang.areas.filter(group__code="G1").values_list("code", flat=True))
    client, whole = client_of(user), coverage.of(xingyang.region_id)
    answer = client.get("/coverage/")
    seen = coverage.seen_by(user)
    assert {one.area_code for one in (*seen.cells, *seen.gaps)} <= theirs
    assert len(seen.cells) == sum(cell.area_code in theirs for cell in whole.cells) > 0
    assert answer.context["figures"].unstaffed == sum(
        not cell.staffed for cell in whole.cells if cell.area_code in theirs
    )
    assert set(dict(answer.context["areas"])) == theirs
    foreign = cell_at(SUOHE).code
    assert foreign not in answer.content.decode()
    assert codes(client.get(f"/coverage/rows/?q={foreign}")) == []
    assert client.get(reverse("coverage-cell", args=(foreign,))).status_code == 404


def test_the_card_tells_people_the_last_patrol_and_why(coordinator):
    cell = cell_at(SUOHE)
    patrol = make_patrol(officer_name="某巡查员")
    make_case()
    said = words(coordinator.get(reverse("coverage-cell", args=(cell.code,))))
    assert GridPost.objects.filter(cell=cell).first().holder in said
    assert f"{timezone.localtime(patrol.ended_at):%Y-%m-%d %H:%M} check-in" in said
    assert "Patrolled in time" in said
    assert "某巡查员" in said
    assert "Thirty days: 1 patrols, 1 reports" in said


def test_whose_patrol_it_was_is_told_only_to_whoever_looks_at_everybodys(xingyang):
    make_patrol(officer_name="某巡查员")
    said = words(client_of(make_user("leader")).get(reverse("coverage-cell", args=(cell_at(SUOHE).code,))))
    assert "check-in" in said
    assert "某巡查员" not in said


def test_the_strip_counts_by_the_day_of_the_bureau_and_no_further_than_thirty(coordinator):
    now = timezone.now()
    for days in (1, 1, 29, 30):
        make_patrol(ended_at=now - timedelta(days=days))
    answer = coordinator.get(reverse("coverage-cell", args=(cell_at(SUOHE).code,)))
    strip = {day.day: day.patrols for day in answer.context["card"].strip if day.patrols}
    today = timezone.localdate()
    assert strip == {today - timedelta(days=1): 2, today - timedelta(days=29): 1}


def test_a_gap_has_a_card_with_its_ground(coordinator, xingyang):
    gap = coverage.of(xingyang.region_id).gaps[0]
    said = words(coordinator.get(reverse("coverage-cell", args=(gap.code,))))
    assert "ground in no cell" in said
    assert f"{gap.area_m2 / 1e6:.1f} km²" in said


def test_the_ten_most_at_risk_are_the_first_of_the_table_and_what_a_plan_begins_with(coordinator, xingyang):
    """Ground in no cell, then cells without anybody, the most cases first; never what is in order."""
    unstaffed = next(one for one in coverage.of(xingyang.region_id).cells if not one.staffed)
    place = GridCell.objects.get(pk=unstaffed.pk).geom.point_on_surface
    make_case(lon=place.x, lat=place.y)
    page = coordinator.get(reverse("coverage"))
    ten = page.context["most_at_risk"]
    assert ten == [row.one.code for row in page.context["rows"]][:10]
    assert [row.one.status for row in page.context["rows"]][:7] == ["gap"] * 6 + ["unstaffed"]
    assert ten[6] == unstaffed.code
    plan = coordinator.get(reverse("patrol-plan-new"))
    assert [one.code for one, *_rest in plan.context["ones"]] == ten


def test_paper_names_the_filter_and_which_rows_of_how_many_it_has(coordinator):
    area = cell_at(SUOHE).area_code
    said = words(coordinator.get(reverse("coverage-rows"), {"status": "stale", "area": area, "q": "街道"}))
    assert "Filter: Standing: not patrolled in time, Area: 索河街道, Cell, code or person: 街道. All " in said
    said = words(coordinator.get(reverse("coverage-rows"), {"page": 2}))
    assert "No filter. Rows 101–200 of 302 by risk; the others are on pages of their own." in said


def test_what_is_in_order_is_never_most_at_risk(xingyang):
    found = coverage.of(xingyang.region_id)
    make_patrol()
    fine = next(one for one in coverage.of(xingyang.region_id).cells if one.status == "ok")
    assert most_at_risk(replace(found, cells=(fine,))) == most_at_risk(replace(found, cells=()))


def test_the_legend_counts_every_cell_once(xingyang):
    make_patrol()
    found = coverage.of(xingyang.region_id)
    assert sum(counts(found).values()) == len(found.cells) + len(found.gaps)


def test_the_tally_holds_every_staffed_cell_and_ages_to_the_half_minute(xingyang):
    """Ages of 6 days sharp, of 6 days and a second, and of a month and more."""
    moment = timezone.now().replace(second=0, microsecond=0)
    for place, age in (
        (SUOHE, timedelta(days=6)),
        ((113.45, 34.93), timedelta(days=6, seconds=1)),
        ((113.2446, 34.6427), timedelta(days=31)),
    ):
        make_patrol(check_ins=[place], ended_at=moment - age)
    found = coverage.of(xingyang.region_id)
    told = tally(found)
    later = int((found.moment - moment).total_seconds()) // 30
    ages = sorted(age - later for age, _hot, _thin, _number in told if age >= 0)
    assert ages == [6 * 2880, 6 * 2880 + 1]
    assert sum(number for *_rest, number in told) == sum(cell.staffed for cell in found.cells)


def test_a_page_of_rows_is_a_query_for_where_they_lie(xingyang, django_assert_num_queries):
    found = coverage.of(xingyang.region_id)
    with django_assert_num_queries(1):
        shown = rows(found.by_risk[:100], {})
    assert all(row.box for row in shown)


def test_overlaps_and_slivers_are_named(coordinator):
    cell = cell_at(SUOHE)
    GridCell.objects.create(
        region_id="410182", code="410182001000998", name="重叠格", level=3, area_code="410182001",
        geom=MultiPolygon(cell.geom.buffer(0.0005), srid=srid.STORAGE), valid_from="2020-01-01",
    )  # fmt: skip
    said = words(coordinator.get("/coverage/"))
    assert "重叠格" in said
    assert "overlap" in said
    assert "left out" in said


def test_the_console_names_only_the_classes_that_its_map_draws(coordinator):
    legends = {layer.slug: entries for layer, entries in coordinator.get("/").context["layers"]}
    assert [entry.value for entry in legends["coverage-gaps"]] == ["gap", "unstaffed"]
