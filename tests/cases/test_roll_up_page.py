"""下沉人员汇总 on the page and as a table: the period asked for, the silent ones, and the same figures in the file."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from boundaries.models import GridCell, GridPost
from tests.factories import make_case, make_user
from tests.pages import english, words

MAY = {"first": "2026-05-01", "last": "2026-05-31"}


@pytest.fixture
def people(xingyang):
    """张三 reported two cases in May, 李四 none ever, and somebody has no account."""
    GridPost.objects.all().delete()
    cell = GridCell.objects.filter(level=3, area_code=xingyang.areas.get(name="索河街道").code).first()
    words = {"cell": cell, "role": "embedded_grid_staff", "valid_from": date(2026, 1, 1)}
    busy, silent = (make_user("grid_member", username=name) for name in ("zhang3", "li4"))
    GridPost.objects.create(holder="张三", user=busy, **words)
    GridPost.objects.create(holder="李四", user=silent, **words)
    GridPost.objects.create(holder="=无账号", **words)
    for day in (3, 4):
        when = timezone.make_aware(timezone.datetime(2026, 5, day, 9))
        make_case(by=busy, channel="grid_feedback", reported_at=when)
    return cell


@pytest.fixture
def page(client, people):
    client.force_login(make_user("grid_coordinator"))
    return english(client)


def asked(page, **query):
    return page.get(reverse("roll-up"), {**MAY, **query})


def test_reports_and_silence_of_the_period_stand_by_person(page):
    said = words(asked(page))
    assert "People 3 New findings 2 Without a new finding 1 Without an account 1" in said
    assert "no new finding reported none since posted on 2026-01-01" in said
    assert "no account: cannot be counted" in said
    silent = asked(page, silent="1")
    assert [line.account for line in silent.context["lines"]] == ["li4"]


def test_without_days_it_is_the_running_month(page):
    period = page.get(reverse("roll-up")).context["found"].period
    today = timezone.localdate()
    assert (period.first.day, period.first.month, (period.last - period.first).days >= 27) == (1, today.month, True)


@pytest.mark.parametrize("by", ["cell", "area", "group", "unit"])
def test_summed_up_each_way_the_figures_are_the_same(page, by):
    [row] = asked(page, by=by).context["rows"]
    assert (row.people, row.reports, row.silent, row.uncounted) == (3, 2, 1, 1)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"first": "2026-06-01"}, "The last day lies before the first"),
        ({"first": ""}, "First day: This field is required."),
        ({"last": "tomorrow"}, "Last day: A day as 2026-11-28."),
        ({"first": "2999-01-01", "last": "2999-01-02"}, "These days are yet to come."),
        ({"first": "2001-01-01"}, "At most 731 days at once."),
    ],
)
def test_days_that_cannot_be_get_a_sentence_and_stay_typed(page, query, said):
    answer = asked(page, **query)
    assert answer.status_code == 400
    assert said in words(answer)
    assert answer.context["first"] == {**MAY, **query}["first"]
    file = page.get(reverse("roll-up-file", args=["csv"]), {**MAY, **query})
    assert (file.status_code, said in file.content.decode()) == (400, True)


def test_the_files_say_what_the_page_says_and_run_no_formula(page):
    csv = page.get(reverse("roll-up-file", args=["csv"]), MAY).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in csv[1:]] == [["'=无账号", ""], ["张三", "zhang3"], ["李四", "li4"]]
    sheet = openpyxl.load_workbook(BytesIO(page.get(reverse("roll-up-file", args=["xlsx"]), MAY).content)).active
    rows = list(sheet.values)
    assert [row[6] for row in rows[1:]] == [None, 2, 0]
    assert rows[2][7].isoformat() == "2026-05-04T09:00:00"
    by_area = page.get(reverse("roll-up-file", args=["csv"]), {**MAY, "by": "area"}).content.decode("utf-8-sig")
    assert by_area.splitlines()[1] == "索河街道,第三协作组,3,2,1,0,1,2026-05-04 09:00"


def test_no_other_kind_of_file_is_there(page):
    assert page.get(reverse("roll-up-file", args=["exe"])).status_code == 404
