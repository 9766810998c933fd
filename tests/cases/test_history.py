"""Enforcement history: figures that add up, sites that come back by metres and months, orders and escalations."""

import html
import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
import shapely
from django.test import Client
from django.utils import timezone
from pyproj import Transformer

from cases import hexagons, history
from cases.models import Case, Order, Practice
from cases.verbs import Verb
from tests.cases.crowd import crowd  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_case, make_user

TO_PLANE = Transformer.from_crs(4326, 4547, always_xy=True)
TO_LON_LAT = Transformer.from_crs(4547, 4326, always_xy=True)
ENDED = "status IN ('closed','follow_up','archived','rejected','unfounded','not_registered','transferred_out','void','merged')"


def beside(metres, place=SUOHE):
    """A point that many metres further east, in the plane that the notice's ground is measured in."""
    east, north = TO_PLANE.transform(*place)
    return dict(zip(("lon", "lat"), TO_LON_LAT.transform(east + metres, north), strict=True))


def sites(user=None, day=None):
    return history.repeat_sites(user or make_user("dispatcher"), day or timezone.localdate())


def test_years_and_areas_add_up_to_what_the_person_sees(crowd):  # noqa: F811
    for watcher in crowd[:5]:
        years = history.by_year(watcher.user)
        assert {one.year: one.cases for one in years} == Counter(watcher.sees(select="year"))
        assert sum(one.ended for one in years) == len(watcher.sees(ENDED))
        areas = history.by_area(watcher.user, years[0].year)
        wanted = Counter(watcher.sees(f"year = {years[0].year}", select="area_code"))
        assert {one.code: one.cases for one in areas if one.cases} == {code: n for code, n in wanted.items() if code}


def test_a_rate_is_cases_by_square_kilometre_and_its_level_a_fifth_by_rank(xingyang):
    for _case in range(3):
        make_case()
    make_case(lon=113.45, lat=34.93)
    areas = history.by_area(make_user("dispatcher"))
    suohe = next(one for one in areas if one.code == "410182001")
    area_m2 = xingyang.areas.get(code="410182001").area_m2
    assert suohe.per_km2 == pytest.approx(3 / (area_m2 / 1e6))
    assert [one.per_km2 for one in areas] == sorted((one.per_km2 for one in areas), reverse=True)
    assert [one.level for one in areas if one.cases] == [5, 3]
    assert {one.level for one in areas if not one.cases} == {0}


@pytest.mark.parametrize(("metres", "come_back"), [(49.9, True), (50.1, False)])
def test_fifty_metres_make_a_site_and_a_little_more_does_not(xingyang, metres, come_back):
    make_case()
    make_case(**beside(metres))
    found, in_all = sites()
    assert (len(found), in_all) == ((1, 1) if come_back else (0, 0))


def test_the_reach_and_the_months_are_the_regions_practice(xingyang):
    make_case()
    make_case(**beside(80))
    assert sites() == ([], 0)
    Practice.objects.update_or_create(region_id=xingyang.region_id, defaults={"repeat_metres": 90})
    assert len(sites()[0]) == 1


@pytest.mark.parametrize(("days", "come_back"), [(729, True), (732, False)])
def test_what_lies_longer_back_than_twenty_four_months_makes_no_site(xingyang, days, come_back):
    make_case()
    make_case(reported_at=timezone.now() - timedelta(days=days))
    assert len(sites()[0]) == come_back


def test_a_site_says_how_many_since_when_and_where_its_middle_is(xingyang):
    """Against shapely in the metric plane: a chain of three, 40 m apart, whose ends are not in reach of one another."""
    cases = [
        make_case(**beside(40 * step), reported_at=timezone.now() - timedelta(days=30 * step)) for step in range(3)
    ]
    far = make_case(lon=113.45, lat=34.93)
    ((site,), in_all) = sites()
    planes = [shapely.Point(TO_PLANE.transform(case.geom.x, case.geom.y)) for case in cases]
    assert planes[0].distance(planes[2]) > 50 > max(a.distance(b) for a, b in pairwise(planes))
    middle = shapely.MultiPoint(planes).centroid
    assert TO_PLANE.transform(site.lon, site.lat) == pytest.approx((middle.x, middle.y), abs=0.01)
    assert (site.cases, in_all) == (3, 1)
    assert (site.first, site.last) == (min(c.reported_at for c in cases), max(c.reported_at for c in cases))
    assert set(site.numbers) == {case.case_no for case in cases} != {far.case_no}


def test_cases_in_which_nothing_was_found_make_no_site(xingyang):
    make_case()
    for status in ("void", "merged", "unfounded", "not_registered"):
        make_case(status=status)
    assert sites() == ([], 0)


def test_nobody_is_told_of_cases_they_do_not_see(xingyang):
    for _time in range(2):
        make_case()
    inspector = make_user("inspector", group_codes=["G1"])
    assert sites(inspector) == ([], 0)
    assert len(sites()[0]) == 1


@pytest.fixture
def orders(xingyang):
    """A stop order obeyed and one not, an order to rectify that was not; an escalation of this year and one of 2020."""
    now = timezone.now()
    cases = [make_case() for _number in range(3)]
    for case, kind, state in zip(
        cases, ("stop", "stop", "rectify"), ("complied", "disobeyed", "disobeyed"), strict=True
    ):
        Order.objects.create(
            region=case.region, case=case, kind=kind, state=state, demands="停", issued_at=now, due_at=now
        )
    for case, at in ((cases[1], now), (cases[2], now.replace(year=2020, day=1))):
        case.events.create(region=case.region, verb=Verb.ESCALATE, status=case.status, at=at)
    return cases


def test_only_stop_orders_that_were_disobeyed_are_listed(orders):
    dispatcher, inspector = make_user("dispatcher"), make_user("inspector", group_codes=["G1"])
    assert [order.case for order in history.disobeyed_orders(dispatcher)] == [orders[1]]
    assert not history.disobeyed_orders(dispatcher, 2020).exists()
    assert not history.disobeyed_orders(inspector).exists()


def test_escalations_are_those_of_the_year(orders):
    dispatcher = make_user("dispatcher")
    assert [event.case for event in history.escalations(dispatcher)] == [orders[1], orders[2]]
    assert [event.case for event in history.escalations(dispatcher, 2020)] == [orders[2]]
    assert not history.escalations(make_user("inspector", group_codes=["G1"])).exists()


def page_of(user, **query):
    client = Client()
    client.force_login(user)
    return client.get("/history/", query)


def test_the_page_shows_all_of_it_and_links_to_the_lists(orders):
    text = page_of(make_user("dispatcher")).content.decode()
    year = Case.objects.first().year
    for expected in (f'href="/?status=&amp;year={year}"', 'href="/?status=&amp;area=410182001"', orders[1].case_no):
        assert expected in text


def test_the_page_says_where_it_does_not_show_all(orders, monkeypatch):
    Order.objects.filter(kind="stop").update(state="disobeyed")
    monkeypatch.setattr(history, "MOST_LISTED", 1)
    answer = page_of(make_user("dispatcher"))
    assert [len(answer.context[name]) for name in ("orders", "escalations")] == [1, 1]
    assert answer.content.decode().count('<p class="muted cut">') == 2
    assert '<p class="muted cut">' not in page_of(make_user("inspector", group_codes=["G1"])).content.decode()


def test_an_order_that_nobody_checked_is_not_called_obeyed(xingyang):
    case, now = make_case(), timezone.now()
    Order.objects.create(
        region=case.region, case=case, kind="stop", state="issued", demands="停", issued_at=now, due_at=now
    )
    assert "停工通知均已执行" not in page_of(make_user("dispatcher")).content.decode()


@pytest.mark.parametrize("year", ["abc", "0", "12345", "2026-01"])
def test_a_year_that_is_none_is_said_by_its_name(xingyang, year):
    answer = page_of(make_user("dispatcher"), year=year)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_a_region_without_cases_has_an_empty_page(xingyang):
    assert page_of(make_user("dispatcher")).status_code == 200
    assert page_of(make_user("dispatcher", region_id=None)).status_code == 200


def test_the_page_counts_by_hexagon_where_that_is_asked_for(xingyang, monkeypatch):
    """Two cases at SUOHE, whose cell of a kilometre lies wholly in its area, of other years."""
    now = timezone.now()
    make_case()
    make_case(reported_at=now.replace(year=2020, day=1))
    dispatcher = make_user("dispatcher")
    text = page_of(dispatcher, hexagons=1000).content.decode()
    assert 'data-hexagons="/api/v1/cases/hexagons/?metres=1000"' in text
    assert "索河街道</a>" in text
    assert '<td class="figure">2.31</td>' in text  # 2 ÷ 0.866
    assert 'metres=500&amp;year=2020"' in page_of(dispatcher, hexagons=500, year=2020).content.decode()
    monkeypatch.setattr(hexagons, "MOST", 0)
    assert page_of(dispatcher, hexagons=500).status_code == 400
    wrong = page_of(dispatcher, hexagons=700)
    assert wrong.status_code == 400
    assert "六边形大小" in wrong.content.decode()


def test_the_number_of_a_site_opens_the_list_of_exactly_its_cases(xingyang, client):
    """The link as the page has it; one case beside the site, in the map that the link opens, is none of its."""
    client.force_login(make_user("dispatcher"))
    cases = {make_case(**beside(40 * step)).case_no for step in range(3)}
    make_case(**beside(200))
    page = client.get("/history/").content.decode()
    (address,) = set(re.findall(r'href="(/\?[^"#]*numbers=[^"#]*)#map=17/', page))
    listed = client.get(html.unescape(address)).content.decode()
    assert set(re.findall(r'data-case-no="([^"]+)"', listed)) == cases
    features = client.get(f"/api/v1/cases/{html.unescape(address)[1:]}").json()["features"]
    assert {one["properties"]["case_no"] for one in features} == cases
    said = client.get("/", {"numbers": "XY-1;"}, HTTP_ACCEPT_LANGUAGE="en")
    assert (said.status_code, "XY-1; is no case number." in html.unescape(said.content.decode())) == (400, True)
