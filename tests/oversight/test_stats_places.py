"""Where the cases behind a number lie: areas and hexagons add up to it, and say so by page and as GeoJSON."""

from datetime import timedelta
from itertools import count

import pytest
import shapely
from django.test import Client
from django.utils import timezone

from cases.models import Case
from oversight.statistics import places
from oversight.statistics.asked import month, year
from oversight.statistics.measures import WHOLE, measure
from tests.cases.crowd import crowd  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_case, make_user


def visit(user, path="/stats/places/", **query):
    client = Client()
    client.force_login(user)
    return client.get(path, query)


@pytest.mark.parametrize("code", places.CODES)
def test_areas_and_hexagons_add_up_to_the_number(crowd, code):  # noqa: F811
    """Of the month in which most cases of the crowd were reported."""
    region, days = crowd[0].user.region, Case.objects.filter(region="410182").dates("reported_at", "month")
    period = month(
        max(days, key=lambda day: Case.objects.filter(reported_at__date__range=(day, month(day).until)).count())
    )
    number = measure(region, period, codes=[code])[WHOLE][code].part
    assert sum(one.cases for one in places.by_area(region, period, code)) == number
    assert places.by_hexagon(region, period, code, 500).cases == number
    assert number or code != "new"


def test_every_hexagon_opens_the_list_of_the_cases_that_it_counts(crowd):  # noqa: F811
    """Of a whole year, and the links as the page has them."""
    dispatcher = crowd[0].user
    listed = Client()
    listed.force_login(dispatcher)
    for code in places.CODES:
        number = measure(dispatcher.region, year(timezone.localdate().year), codes=[code])[WHOLE][code].part
        asked, seen = {"period": f"{timezone.localdate():%Y}", "code": code, "hexagons": "2000"}, 0
        for page in count(1):
            answer = visit(dispatcher, page=page, **asked)
            for one, _area in answer.context["named"]:
                told = listed.get(f"{answer.context['cell_list']}{one.code}")
                assert told.context["page"].paginator.count == one.cases
                seen += one.cases
            if not answer.context["page"].has_next():
                break
        assert seen == number, code


def test_a_rate_is_by_square_kilometre_and_the_densest_comes_first(xingyang):
    """Three in 索河街道, one in 广武镇, one outside of every area."""
    for _case in range(3):
        make_case()
    make_case(lon=113.45, lat=34.93)
    make_case(lon=113.9, lat=34.787)
    areas = places.by_area(xingyang.region, month(timezone.localdate()), "new")
    km2 = xingyang.areas.get(code="410182001").area_m2 / 1e6
    assert (areas[0].key, areas[0].cases, areas[0].level) == ("410182001", 3, 5)
    assert areas[0].per_km2 == pytest.approx(3 / km2)
    assert [one.level for one in areas if one.cases] == [5, 3, 0]
    assert (areas[-1].key, areas[-1].cases, areas[-1].per_km2) == ("-", 1, None)
    assert len(areas) == xingyang.areas.count() + 1


def test_the_page_has_the_table_and_the_map_asks_for_the_same_hexagons(xingyang):
    make_case()
    make_case(reported_at=timezone.now() - timedelta(days=400))
    dispatcher, period = make_user("dispatcher"), f"{timezone.localdate():%Y-%m}"
    text = visit(dispatcher, hexagons="1000").content.decode()
    assert f'data-hexagons="/stats/places/hexagons/?period={period}&amp;code=new&amp;hexagons=1000"' in text
    assert '<td class="figure">1.15</td>' in text  # 1 ÷ 0.866
    told = visit(dispatcher, "/stats/places/hexagons/", period=period, hexagons="1000").json()
    assert (told["count"], told["metres"]) == (1, 1000)
    assert shapely.Polygon(told["features"][0]["geometry"]["coordinates"][0]).contains(shapely.Point(SUOHE))
    by_area = visit(dispatcher).content.decode()
    assert f"/stats/cases/?period={period}&amp;by=area&amp;key=410182001&amp;code=new" in by_area
    elsewhere = visit(make_user("inspector", group_codes=["G1"]), "/stats/places/hexagons/").json()
    assert (elsewhere["count"], elsewhere["features"]) == (0, [])


@pytest.mark.parametrize(("path", "query", "named"), [
    ("/stats/places/", {"period": "2026-13"}, "period"), ("/stats/places/", {"code": "M1"}, "code"),
    ("/stats/places/", {"hexagons": "300"}, "hexagons"), ("/stats/times/", {"period": "x"}, "period"),
])  # fmt: skip
def test_what_is_no_period_number_or_size_is_said(xingyang, path, query, named):
    answer = visit(make_user("dispatcher"), path, **query)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert query[named] in answer.content.decode() or named == "hexagons"


def test_times_of_a_period_open_the_list_of_the_measure(xingyang):
    case = make_case(status="closed", reported_at=timezone.now() - timedelta(hours=12))
    case.events.create(region=case.region, verb="close", status="closed", at=timezone.now() - timedelta(seconds=1))
    period = f"{timezone.localdate():%Y}"
    text = visit(make_user("dispatcher"), "/stats/times/", period=period).content.decode()
    assert f"/stats/cases/?period={period}&amp;by=all&amp;code=closed" in text
    assert text.count('<td class="number">0.5</td>') == 6  # all together and the one unit: median, 80 and 90 percent
    assert "没有结案的案件" in visit(make_user("dispatcher"), "/stats/times/", period="1999").content.decode()
