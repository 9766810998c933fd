"""The wall screen: figures by hand, within what the person sees, no name of a person, and cheap to ask again."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from boundaries.models import Unit, User
from cases.models import Case
from oversight.statistics import wall
from tests.factories import make_case, make_user


def visit(user, headers=None, **query):
    client = Client()
    client.force_login(user)
    return client.get("/stats/wall/", query, headers=headers or {})


def overdue(unit, days, **more):
    case = make_case(**more)
    past = timezone.now() - timedelta(days=days, hours=1)
    Case.objects.filter(pk=case.pk).update(
        status="filed", due_at=past, handling_unit=Unit.objects.filter(code=unit).first()
    )
    return case


def test_overdue_cases_are_counted_by_unit_the_most_first(xingyang):
    """Two of the station, 3 and 9 days over; one that nobody has, and one of the brigade: as many, by their names."""
    for unit, days in (("quality_station", 3), ("quality_station", 9), ("", 1), ("urban_construction_brigade", 2)):
        overdue(unit, days)
    found = wall.late(make_user("dispatcher"))
    assert [(one.unit, one.cases, one.days) for one in found] == [
        ("quality_station", 2, 9), ("", 1, 1), ("urban_construction_brigade", 1, 2),
    ]  # fmt: skip


def test_months_stand_beside_the_same_ones_of_the_year_before(xingyang):
    """On 2026-03-10: two reports in March and one in February; five, four of them ended, in March 2025."""
    noon = timezone.make_aware(timezone.datetime(2026, 3, 9, 12))
    for day, number, status in (
        (noon, 2, "reported"), (noon - timedelta(days=20), 1, "reported"),
        (noon.replace(year=2025), 1, "reported"), (noon.replace(year=2025), 4, "unfounded"),
    ):  # fmt: skip
        for _case in range(number):
            case = make_case(reported_at=day, status=status)
            if status != "reported":
                Case.objects.filter(pk=case.pk).update(ended_at=day + timedelta(hours=1))
    months = wall.beside_the_year_before(make_user("dispatcher"), date(2026, 3, 10))
    assert [month.first for month in months][:2] == [date(2025, 4, 1), date(2025, 5, 1)]
    assert [(m.begun, m.ended, m.begun_before, m.ended_before) for m in months[-2:]] == [(1, 0, 0, 0), (2, 0, 5, 4)]


def test_a_convener_sees_the_figures_of_their_groups_alone(xingyang):
    overdue("quality_station", 2)
    assert wall.panels(make_user("dispatcher"))["open"]["count"] == 1
    convener = make_user("group_convener", group_codes=["G1"])  # the case lies in G3
    shown = wall.panels(convener)
    assert (shown["open"]["count"], shown["late"], shown["rates"].year["M1"].whole) == (0, [], 0)


def test_no_name_of_a_person_is_on_the_wall(xingyang):
    overdue("quality_station", 2)
    leader = make_user("leader", first_name="某", last_name="甲乙丙")
    names = {
        name for user in User.objects.all() for name in (user.username, user.get_full_name(), user.last_name) if name
    }
    text = visit(leader).content.decode()
    assert [name for name in names if name in text] == []
    assert "质监站" in text


@pytest.mark.django_db(transaction=True)
def test_who_asks_again_is_told_that_nothing_is_new_until_something_is(xingyang):
    dispatcher = make_user("dispatcher")
    first = visit(dispatcher, panels="1")
    again = visit(dispatcher, panels="1", headers={"If-None-Match": f"W/{first['ETag']}"})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    make_case()
    later = visit(dispatcher, panels="1", headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert later["ETag"] != first["ETag"]
    other = visit(make_user("group_convener", group_codes=["G1"]), panels="1", headers={"If-None-Match": later["ETag"]})
    assert other.status_code == 200  # another person's sight is another answer


def test_every_figure_of_the_rates_and_months_opens_its_list(xingyang):
    """Three reported today, one of them decided; the numbers of the list are those of the wall."""
    for status in ("filed", "filed", "decided"):
        make_case(status=status, reported_at=timezone.now())
    viewer = make_user("dispatcher")
    client = Client()
    client.force_login(viewer)
    panels = {
        name: re.search(rf'data-panel="{name}".*?</section>', client.get("/stats/wall/").content.decode(), re.DOTALL)[0]
        for name in ("rates", "months")
    }
    bare = [re.findall(r">(\d[\d.,]*)(?: %)?</(?:td|b|p)>", panel) for panel in panels.values()]
    assert bare == [[], []]
    today = timezone.localdate()
    month, before = f"{today:%Y-%m}", f"{today.year - 1}{today:-%m}"
    wanted = {
        (f"{today.year}", "M1", "part"): 1, (f"{today.year}", "M1", "whole"): 3, (f"{today.year}", "M3", "whole"): 0,
        (month, "M1", "part"): 1, (month, "new", "part"): 3, (before, "new", "part"): 0,
        (month, "closed", "part"): 0, (before, "closed", "part"): 0,
    }  # fmt: skip
    found = {}
    for link in set(re.findall(r'href="(/stats/cases/[^"]*)"', "".join(panels.values()))):
        answer = client.get(unescape(link))
        assert answer.status_code == 200, link
        asked = dict(parse_qsl(urlsplit(unescape(link)).query))
        found[asked["period"], asked["code"], asked.get("of", "part")] = answer.context["page"].paginator.count
    assert wanted.items() <= found.items()


def test_whoever_is_signed_out_is_sent_to_sign_in(xingyang):
    assert Client().get("/stats/wall/", {"panels": "1"}).status_code == 302


def test_the_rates_of_the_year_and_of_each_month_are_those_of_the_statistics(xingyang):
    """Three found to be true this month, one of them decided: 33.3 %; one of a year before counts nowhere."""
    now = timezone.now()
    for status in ("filed", "filed", "decided"):
        make_case(status=status, reported_at=now)
    make_case(status="decided", reported_at=now - timedelta(days=400))
    rates = wall.panels(make_user("dispatcher"))["rates"]
    assert (rates.year["M1"].part, rates.year["M1"].whole, rates.year["M1"].rate) == (1, 3, 33.33)
    assert len(rates.months) == 12
    first, told = rates.months[-1]
    assert first == timezone.localdate().replace(day=1)
    assert (told["M1"].part, told["M1"].whole) == (1, 3)
