"""The one set of filters behind list, map, counts and export."""

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from django.http import QueryDict
from django.utils import timezone

from boundaries.models import GridCell, Unit
from cases import summary
from cases.filters import CaseFilter, describes, is_tallied
from cases.models import Case
from tests.factories import SUOHE, make_case, make_user


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


@pytest.fixture
def marked(xingyang):
    """Cases that each differ from the plain one in one thing; 1 January 2026 begins at 16:00 UTC of the day before."""
    unit = Unit.objects.filter(region=xingyang.region_id).order_by("code").first()
    return unit, {
        "plain": make_case(reported_at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC)),
        "new year": make_case(reported_at=datetime(2025, 12, 31, 16, 0, tzinfo=UTC)),
        "last minute": make_case(reported_at=datetime(2026, 1, 1, 15, 59, 59, tzinfo=UTC)),
        "day after": make_case(reported_at=datetime(2026, 1, 1, 16, 0, tzinfo=UTC)),
        "tender": make_case(violations=["tendering", "planning_permit"], reported_at=OLD),
        "state land": make_case(land_ownership="state", reported_at=OLD),
        "major": make_case(is_major=True, reported_at=OLD),
        "joint": make_case(is_joint=True, reported_at=OLD),
        "doubtful": make_case(confidence="low", reported_at=OLD),
        "on hold": make_case(hold="suspended", reported_at=OLD),
        "late": make_case(due_at=OLD, reported_at=OLD),
        "late and closed": make_case(due_at=OLD, status="closed", reported_at=OLD),
        "of the unit": make_case(handling_unit=unit, reported_at=OLD),
    }


OLD = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("violation=tendering", {"tender"}), ("land_ownership=state", {"state land"}), ("major=yes", {"major"}),
        ("joint=yes", {"joint"}), ("confidence=low", {"doubtful"}), ("hold=suspended", {"on hold"}),
        ("overdue=yes", {"late"}), ("unit={unit}", {"of the unit"}),
        ("reported_from=2026-01-01", {"new year", "last minute", "day after"}),
        ("reported_from=2026-01-01&reported_to=2026-01-01", {"new year", "last minute"}),
        ("reported_to=2025-12-31&reported_from=2025-12-31", {"plain"}),
        ("major=yes&joint=yes", set()),
    ],
)  # fmt: skip
def test_a_rarer_filter_finds_what_it_names_in_list_and_counts_alike(marked, query, wanted):
    unit, cases = marked
    query = query.format(unit=unit.code)
    assert names(cases, found(query)) == wanted
    data = CaseFilter(QueryDict(query), queryset=Case.objects.all()).form
    assert data.is_valid()
    assert summary.total(make_user("dispatcher"), data.cleaned_data) == len(wanted)
    assert not is_tallied(data.cleaned_data)


def test_due_soon_is_open_and_within_three_days_to_the_minute(xingyang):
    now, minute = timezone.now(), timedelta(minutes=1)
    cases = {
        "soon": make_case(due_at=now + timedelta(days=3) - minute),
        "not soon": make_case(due_at=now + timedelta(days=3) + minute),
        "late": make_case(due_at=now - minute),
        "closed": make_case(due_at=now + minute, status="closed"),
        "never": make_case(due_at=None),
    }
    assert names(cases, found("overdue=soon")) == {"soon"}
    assert names(cases, found("overdue=yes")) == {"late"}


def test_no_means_the_others(marked):
    _unit, cases = marked
    assert names(cases, found("major=no")) == set(cases) - {"major"}


def test_a_cell_holds_its_edge_and_not_its_neighbours(xingyang):
    """Asked of shapely: every case on the cell's ground and none beside it."""
    cell = GridCell.objects.filter(level=3).order_by("code").first()
    shape = shapely.from_wkt(cell.geom.wkt)
    inside, edge = shape.representative_point(), shapely.Point(shape.geoms[0].exterior.coords[0])
    cases = {
        "inside": make_case(lon=inside.x, lat=inside.y),
        "edge": make_case(lon=edge.x, lat=edge.y),
        "beside": make_case(lon=shape.bounds[2] + 0.01, lat=inside.y),
    }
    stored = {name: shapely.Point(case.geom.coords) for name, case in cases.items()}
    wanted = {name for name, point in stored.items() if shape.covers(point)}
    assert names(cases, found(f"grid={cell.code}")) == wanted >= {"inside"}


@pytest.mark.parametrize(
    ("query", "field"),
    [("reported_from=2026-01-02&reported_to=2026-01-01", "reported_from"), ("reported_from=01.02.2026", "reported_from"),
     ("unit=a%00", "unit"), ("grid=h%00", "grid"), ("numbers=XY-1%00", "numbers"), ("reported_to=9999-12-31", "reported_to"), ("major=maybe", "major"), ("overdue=no", "overdue"), ("unit=none-such", "unit"), ("grid=999999999999999", "grid"), ("violation=x", "violation"), ("hold=x", "hold")],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused_by_its_name(xingyang, query, field):
    chosen = CaseFilter(QueryDict(query), queryset=Case.objects.all())
    assert not chosen.is_valid()
    assert list(chosen.errors) == [field]
