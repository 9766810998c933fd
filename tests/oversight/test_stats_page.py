"""The pages, the file and the API of the statistics: the same numbers everywhere, each opening as many cases as it says."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from cases.metrics import Period
from oversight.statistics import report
from oversight.statistics.asked import period_before, year, year_before
from oversight.statistics.dimensions import Dimension
from oversight.statistics.form import PeriodField, length, near, written
from oversight.statistics.measures import MEASURES, measure
from tests.factories import make_user
from tests.oversight.year import make_year
from tests.pages import english, words

YEAR = {"period": "2025"}
CASE_NO = re.compile(r"XY-2025-\d+")


@pytest.fixture
def cases(xingyang):
    return make_year(xingyang.region)


@pytest.fixture
def page(client, xingyang):
    client.force_login(make_user("assessor"))
    return english(client)


def test_page_file_and_api_say_the_same_and_each_number_opens_its_cases(xingyang, cases, page):
    found = measure(xingyang.region, year(2025), Dimension.GROUP)
    shown = words(page.get(reverse("stats"), {**YEAR, "by": "group"}))
    for text in ("75.86 %", "22 / 29", "87.50 %", "790,000 yuan", "5,600 m² (8.40 mu)", "12.50 days"):
        assert text in shown, text
    told = page.get("/api/v1/stats/", {"since": "2025-01-01", "until": "2025-12-31", "by": "group"}).json()
    by_api = {key["key"]: {one["code"]: (one["part"], one["whole"]) for one in key["measures"]} for key in told["keys"]}
    assert by_api == {key: {code: (one.part, one.whole) for code, one in row.items()} for key, row in found.items()}
    book = openpyxl.load_workbook(BytesIO(b"".join(page.get(reverse("stats-file", args=["xlsx"]), YEAR))))
    _head, *rows = book.active.iter_rows(values_only=True)
    assert len(rows) == len(MEASURES) * len(found)
    assert ("as a whole", "Handling rate", "M1", "percent", 75.86, 22, 29) in {row[:7] for row in rows}
    for query, number in (({"code": "M1"}, 22), ({"code": "M1", "of": "whole"}, 29),
                          ({"code": "M3", "by": "group", "key": "G3"}, 7), ({"code": "M5"}, 3)):  # fmt: skip
        listed = page.get(reverse("stats-cases"), {**YEAR, "by": "all", **query}).content.decode()
        assert len(set(CASE_NO.findall(listed))) == number, query


def test_the_numbers_beside_and_below_open_their_cases_too(xingyang, cases, page):
    shown = page.get(reverse("stats"), {"period": "2025-07", "by": "group"}).content.decode()
    links = set(re.findall(r'href="/stats/cases/([^"]+)"', shown))
    for period, number in (("2025-06", 4), ("2025-07", 4), ("2024-07", 0)):
        link = f"?period={period}&amp;by=all&amp;code=new"
        assert link in links
        listed = page.get("/stats/cases/" + link.replace("&amp;", "&")).content.decode()
        assert len(set(CASE_NO.findall(listed))) == number, period
    figures = re.findall(r'<tr data-chart="no" class="sum">.*?</tr>', shown, re.DOTALL)
    assert figures
    assert all(row.count("<a href=") == row.count('<td class="number">') for row in figures)


def test_the_trend_has_the_handling_rate_as_is_known_by_now_and_so_has_its_list(xingyang, cases, page):
    """Registered in June: 21, 22, 23, 24; all have a result since, none had at the end of June, when 24 was not true yet."""
    shown = page.get(reverse("stats"), {"period": "2025-12"}).text
    link = "?period=2025-06&amp;by=all&amp;code=M1&amp;known=now"
    assert re.search(rf'href="/stats/cases/{re.escape(link)}">100.00<', shown)
    for query, part, whole in ((link.replace("&amp;", "&"), 4, 4), ("?period=2025-06&by=all&code=M1", 0, 3)):
        for of, number in (("part", part), ("whole", whole)):
            listed = page.get(f"/stats/cases/{query}&of={of}").text
            assert len(set(CASE_NO.findall(listed))) == number, (query, of)


def test_a_number_and_its_arrow_or_its_whole_are_one_thing_in_a_cell(xingyang, cases, page):
    """On a phone a cell is two columns, its label and one thing: a second thing would lie below the label."""
    shown = page.get(reverse("stats"), YEAR).text
    lines = re.search(r'<table class="people-table stats-lines">.*?</table>', shown, re.DOTALL)[0]
    cells = [cell.strip() for cell in re.findall(r"<td [^>]*>(.*?)</td>", lines, re.DOTALL)]
    several = [cell for cell in cells if cell.count("<a ") > 1 or 'class="verdict' in cell]
    assert len(several) >= 8
    assert all(cell.startswith("<span><a ") and cell.endswith("</span>") for cell in several)


def test_whoever_sees_a_group_alone_counts_its_cases_alone(xingyang, cases, client):
    client.force_login(make_user("group_convener", group_codes=["G1"]))
    told = client.get("/api/v1/stats/", {"since": "2025-01-01", "until": "2025-12-31"}).json()
    numbers = {one["code"]: (one["part"], one["whole"]) for one in told["keys"][0]["measures"]}
    assert (numbers["M1"], numbers["M3"], numbers["closed"]) == ((7, 9), (5, 8), (6, None))
    listed = client.get(reverse("stats-cases"), {**YEAR, "code": "M1", "by": "all"}).content.decode()
    assert len(set(CASE_NO.findall(listed))) == 7


def test_a_month_without_a_case_has_no_rates_and_no_table(page, xingyang):
    shown = words(page.get(reverse("stats"), {"period": "2024-02"}))
    assert "Handling rate" in shown
    assert "By cooperation group" in shown
    assert "–" in shown


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"period": "2025-13"}, "A month as 2026-03, a quarter as 2026-Q1 or a year as 2026."),
        ({"period": "０２５-01"}, "A month as 2026-03"),
        ({"by": "person"}, "by: "),
    ],
)
def test_what_cannot_be_asked_is_said_by_its_field(page, xingyang, query, sentence):
    answer = page.get(reverse("stats"), query)
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert page.get(reverse("stats-file", args=["xlsx"]), query).status_code == 400
    assert page.get(reverse("stats-cases"), {"code": "M1", **query}).status_code == 400


@pytest.mark.parametrize(
    ("text", "months", "before", "a_year_before"),
    [
        ("2026-03", 1, "2026-02", "2025-03"),
        ("2026-01", 1, "2025-12", "2025-01"),
        ("2026-Q1", 3, "2025-Q4", "2025-Q1"),
        ("2024", 12, "2023", "2023"),
        ("2024-02", 1, "2024-01", "2023-02"),
    ],
)
def test_a_period_has_the_one_before_and_the_one_of_the_year_before(text, months, before, a_year_before):
    period = PeriodField().clean(text)
    assert (written(period), length(period)) == (text, months)
    assert (written(period_before(period)), written(year_before(period))) == (before, a_year_before)
    assert near(period)[-5:][-1] >= text


def test_days_that_are_no_months_have_as_many_days_before():
    before = period_before(Period(date(2026, 3, 5), date(2026, 3, 14)))
    assert (before.since, before.until) == (date(2026, 2, 23), date(2026, 3, 4))


def test_the_twelve_months_end_with_the_running_one_and_none_is_to_come(xingyang, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_moment: date(2026, 3, 9))
    months = [when.since for when, _found in report.trend(xingyang.region, year(2026))]
    assert (len(months), months[0], months[-1]) == (12, date(2025, 4, 1), date(2026, 3, 1))
    assert report.trend(xingyang.region, year(2025))[-1][0].since == date(2025, 12, 1)
