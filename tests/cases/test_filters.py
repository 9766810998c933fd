"""The one set of filters behind list, map, counts and export."""

import pytest
from django.http import QueryDict

from cases.filters import CaseFilter, describes
from cases.models import Case
from tests.factories import SUOHE, make_case


def found(text):
    chosen = CaseFilter(QueryDict(text), queryset=Case.objects.all())
    assert chosen.is_valid(), chosen.errors
    return set(chosen.qs.values_list("case_no", flat=True))


@pytest.fixture
def cases(xingyang):
    """Four cases by name."""
    return {
        "open": make_case(address="索河街道东段"),
        "closed": make_case(status="closed", channel="complaint", address="京城路 A座"),
        "north": make_case(lon=113.45, lat=34.93, address="广武镇某路", year=2020),
        "outside": make_case(lon=114.3, lat=34.8, address=""),
    }


def names(cases, numbers):
    return {name for name, case in cases.items() if case.case_no in numbers}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {"open", "closed", "north", "outside"}), ("status=open", {"open", "north", "outside"}),
        ("status=ended", {"closed"}),
        ("status=closed", {"closed"}), ("status=reported", {"open", "north", "outside"}),
        ("group=G3", {"open", "closed"}),
        ("group=G1", {"north"}), ("group=none", {"outside"}), ("group=", {"open", "closed", "north", "outside"}),
        ("area=410182001", {"open", "closed"}), ("channel=complaint", {"closed"}), ("year=2020", {"north"}),
        ("bbox=113.3,34.7,113.4,34.8", {"open", "closed"}), ("q=东段", {"open"}), ("q=a座", {"closed"}),
        ("q=路", {"closed", "north"}),
        ("q= 广武 ", {"north"}), ("q=%25", set()), ("q=_", set()), ("q=\\", set()), ("q=不存在", set()),
        ("status=open&group=G3&q=索河", {"open"}), ("status=ended&group=G1", set()),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_names_and_nothing_else(cases, query, wanted):
    assert names(cases, found(query)) == wanted


def test_a_case_is_found_by_any_part_of_its_number(cases):
    number = cases["open"].case_no
    for part in (number, number[3:], number[-5:], number.lower(), number[:6]):
        assert number in found(f"q={part}")


def test_a_case_on_the_edge_of_the_box_is_in_it(cases):
    lon, lat = SUOHE
    assert names(cases, found(f"bbox={lon},{lat},{lon + 0.05},{lat + 0.05}")) == {"open", "closed"}
    assert names(cases, found(f"bbox={lon - 1},{lat - 1},{lon},{lat}")) == {"open", "closed"}


def test_pre_aggregated_counts_read_the_filters_as_the_list_does(cases):
    for query in ("status=open", "status=ended", "status=closed", "group=G1", "group=none", "area=410182001",
                  "channel=complaint", "year=2020", "status=open&group=G3"):  # fmt: skip
        chosen = CaseFilter(QueryDict(query), queryset=Case.objects.all())
        assert chosen.is_valid()
        counted = Case.objects.filter(describes(chosen.form.cleaned_data)).values_list("case_no", flat=True)
        assert set(counted) == found(query), query
