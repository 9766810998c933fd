"""The filters that list, map, counts and export share."""

import pytest

from cases.filters import CaseFilter
from cases.models import Case
from cases.summary import summary, total
from tests.factories import SUOHE, make_case, make_user

SHANGJIE = (113.30, 34.81)


@pytest.fixture
def inside_and_outside(xingyang):
    by = make_user("dispatcher")
    return make_case(by=by), make_case(lon=SHANGJIE[0], lat=SHANGJIE[1], by=by)


def found(**data):
    checked = CaseFilter(data, queryset=Case.objects.all())
    assert checked.is_valid(), checked.errors
    return set(checked.qs)


def test_the_queue_of_cases_that_are_nobody_s_is_a_filter_of_its_own(inside_and_outside):
    inside, outside = inside_and_outside
    assert outside.outside_name == "上街区"
    assert found(group="none") == {outside}
    assert found(group="G3") == {inside}
    assert found(group="") == {inside, outside}


def test_counts_know_that_queue_too(inside_and_outside):
    dispatcher = make_user("dispatcher")
    assert total(dispatcher, {"group": "none"}) == 1
    assert summary(dispatcher, {})["by_group"] == {"G3": 1, "": 1}


@pytest.mark.parametrize(
    "box", ["1,2,3", "a,b,c,d", "nan,34,114,35", "inf,34,114,35", "114,34,113,35", "113,35,114,34", "113,34,114,95"]
)
def test_a_box_that_is_none_is_refused_by_name(box):
    assert "bbox" in CaseFilter({"bbox": box}, queryset=Case.objects.none()).errors


def test_a_case_on_the_edge_of_the_box_is_in_it(inside_and_outside):
    inside, _outside = inside_and_outside
    lon, lat = SUOHE
    assert found(bbox=f"{lon},{lat - 1},{lon + 0.5},{lat}") == {inside}


def test_open_and_ended_part_all_cases_between_them(inside_and_outside):
    inside, outside = inside_and_outside
    outside.status = "transferred_out"
    outside.save(update_fields=["status"])
    assert (found(status="open"), found(status="ended")) == ({inside}, {outside})


def test_two_characters_of_an_address_find_it_whatever_the_letters_case(xingyang):
    case = make_case(address="索河路北侧 B座")
    assert found(q="河路") == found(q="b座") == found(q=case.case_no.lower()) == {case}
    assert found(q="路河") == set()
