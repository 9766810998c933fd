"""Positions in the list against the whole list: at a position the row that stands there, of a case where it stands."""

# ruff: noqa: F811 -- fixtures are found by their names
import re

import pytest

from cases import list_places, summary
from cases.filters import CaseListFilter
from cases.models import Case
from cases.permissions import visible_cases
from tests.cases.crowd import crowd  # noqa: F401 -- a fixture is found by its name

WHOLE_CITY = "112.0,34.0,114.5,35.5"
MIDDLE = "113.30,34.70,113.45,34.82"
QUERIES = (
    {"status": ""}, {"status": "open"}, {"status": "", "group": "G1"}, {"status": "", "year": "2024"},
    {"status": "", "bbox": WHOLE_CITY}, {"status": "", "bbox": MIDDLE}, {"status": "", "q": "路"},
    {"status": "", "ordering": "due"}, {"status": "open", "ordering": "due", "bbox": MIDDLE},
    {"status": "ended", "channel": "patrol"},
)  # fmt: skip
MOST = 7


def asked(user, query):
    found = CaseListFilter(query, queryset=visible_cases(user))
    assert found.is_valid()
    return found


def whole(found):
    """The list as plain Python orders it."""
    cases = list(found.qs.order_by())
    if found.is_by_due:
        return sorted(cases, key=lambda case: (case.due_at is None, case.due_at and case.due_at.timestamp(), case.id))
    return sorted(cases, key=lambda case: (case.reported_at, case.id), reverse=True)


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_at_a_position_stands_the_row_that_the_whole_list_has_there(crowd, query):
    for watcher in crowd:
        found = asked(watcher.user, query)
        every = whole(found)
        for position in {0, 1, len(every) // 3, len(every) // 2, len(every) - 2, len(every) - 1} & set(
            range(len(every))
        ):
            first, cases = list_places.at(watcher.user, found, position, MOST)
            assert (first, cases) == (position, every[position : position + MOST]), watcher.name
            assert list_places.position_of(watcher.user, found, every[position]) == position, watcher.name


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_before_and_behind_a_row_stand_its_neighbours(crowd, query):
    user = crowd[0].user
    found = asked(user, query)
    every = whole(found)
    for position in {0, 3, len(every) // 2, len(every) - 1}:
        place = list_places.place(found, every[position])
        assert list_places.Place.read(str(place)) == place
        assert list_places.beside(found, place, 1, MOST) == every[position + 1 : position + 1 + MOST]
        assert list_places.beside(found, place, -1, MOST) == every[max(0, position - MOST) : position]


def test_behind_the_end_are_the_last_rows_and_in_an_empty_list_none(crowd):
    user = crowd[0].user
    found = asked(user, {"status": ""})
    every = whole(found)
    assert list_places.at(user, found, 10**8, MOST) == (len(every) - 1, every[-1:])
    assert list_places.at(user, asked(user, {"q": "没有这样的地方"}), 5, MOST) == (0, [])


def test_where_no_count_knows_the_filters_the_place_is_reckoned_and_its_neighbours_are_true(crowd, monkeypatch):
    monkeypatch.setattr(list_places, "EXACT", 10)
    user = crowd[0].user
    found = asked(user, {"status": "", "bbox": MIDDLE})
    every = whole(found)
    first, cases = list_places.at(user, found, len(every) // 2, MOST)
    begin = every.index(cases[0])
    assert cases == every[begin : begin + MOST]
    assert abs(begin - first) < len(every) / 5
    first, cases = list_places.around(user, found, every[40].case_no, MOST)
    assert cases == every[40 - MOST // 2 : 40 - MOST // 2 + MOST]
    assert abs(first - 37) < len(every) / 5


def test_a_case_that_the_list_does_not_hold_has_no_place(crowd):
    user = crowd[0].user
    ended = Case.objects.filter(region=user.region_id).ended()[0]
    assert list_places.around(user, asked(user, {"status": "open"}), ended.case_no, MOST) == (0, [])
    assert list_places.around(user, asked(user, {"status": "open"}), "no such number", MOST) == (0, [])


def test_a_position_costs_a_handful_of_queries_however_long_the_list(crowd, django_assert_max_num_queries):
    user = crowd[0].user
    for query in QUERIES:
        found = asked(user, query)
        size = summary.total(user, found.form.cleaned_data)
        with django_assert_max_num_queries(6):
            list_places.at(user, found, size // 2, MOST, size)


def test_the_page_gives_rows_from_a_position_round_a_case_and_ahead_of_a_row(crowd, client):
    user = crowd[0].user
    client.force_login(user)
    every = whole(asked(user, {"status": ""}))

    def rows(**words):
        page = client.get("/cases/rows/", {"status": "", **words}).content.decode()
        return re.search(r'data-first="(\d*)"', page)[1], re.findall(r'data-case-no="([^"]+)"', page)

    numbers = [case.case_no for case in every]
    assert rows(**{"from": 100}) == ("100", numbers[100:140])
    assert rows(around=numbers[300], of=len(every)) == ("280", numbers[280:320])
    found = asked(user, {"status": ""})
    assert rows(ahead=str(list_places.place(found, every[90]))) == ("", numbers[50:90])
    assert rows(**{"from": "nothing"}) == ("0", numbers[:40])


def test_a_list_that_was_begun_stays_without_what_came_since(crowd, client):
    user = crowd[0].user
    client.force_login(user)
    every = whole(asked(user, {"status": ""}))
    began = str(list_places.place(asked(user, {"status": ""}), every[5]))  # as if five had come since

    def rows(**words):
        page = client.get("/cases/rows/", {"status": "", "newest": began, **words}).content.decode()
        return re.search(r'data-first="(\d*)"', page)[1], re.findall(r'data-case-no="([^"]+)"', page)

    numbers = [case.case_no for case in every[5:]]
    assert rows(**{"from": 0}) == ("0", numbers[:40])
    assert rows(**{"from": 200}) == ("200", numbers[200:240])
    assert rows(around=numbers[100]) == ("80", numbers[80:120])
    assert rows(ahead=str(list_places.place(asked(user, {"status": ""}), every[8]))) == ("", numbers[:3])
