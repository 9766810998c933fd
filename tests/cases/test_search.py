"""The search box: what it finds for whom, and that pasted coordinates say which system they were taken in."""

import pytest
from django.test import Client
from prcoords import gcj_wgs_bored

from boundaries.models import GridCell
from cases.models import Party
from tests.factories import SUOHE, make_case, make_user


def asked(user, text):
    client = Client()
    client.force_login(user)
    return client.get("/api/v1/search/", {"q": text})


def numbers(user, text):
    return [case["case_no"] for case in asked(user, text).json()["cases"]]


@pytest.fixture
def dispatcher(xingyang):
    return make_user("dispatcher")


def test_a_case_is_found_by_number_part_of_it_and_address_the_very_number_first(dispatcher):
    cases = [make_case(address=f"索河路{n}号") for n in range(3)]
    assert numbers(dispatcher, cases[1].case_no)[0] == cases[1].case_no
    assert cases[2].case_no in numbers(dispatcher, cases[2].case_no[-4:])
    assert numbers(dispatcher, "索河路2号") == [cases[2].case_no]
    assert numbers(dispatcher, "不存在的路") == []


def test_nobody_finds_a_case_they_do_not_see(dispatcher):
    case = make_case(address="特别的地址")
    inspector = make_user("inspector", group_codes=["G1"])  # the case is the third group's
    assert numbers(dispatcher, "特别的地址") == [case.case_no]
    assert numbers(inspector, "特别的地址") == numbers(inspector, case.case_no) == []


def test_a_party_is_found_by_the_whole_name_and_only_by_whoever_may_ask_to_see_it(dispatcher):
    case = make_case()
    Party.objects.create(region=case.region, case=case, kind="person", is_natural=True, name="某甲某乙")
    assert numbers(dispatcher, "某甲某乙") == [case.case_no]
    assert numbers(dispatcher, "某甲某") == []  # a part would tell who is in it
    assert numbers(make_user("assessor"), "某甲某乙") == []  # sees the case, and no party
    assert numbers(make_user("inspector", group_codes=["G1"]), "某甲某乙") == []


def test_places_come_with_their_box_and_kind(dispatcher, xingyang):
    area = xingyang.areas.get(code="410182001")
    found = asked(dispatcher, area.name).json()["places"]
    assert {"kind": "area", "name": area.name, "of": "", "code": area.code, "box": list(area.geom.extent)} in found
    village = xingyang.villages.first()
    kinds = {(place["kind"], place["name"]) for place in asked(dispatcher, village.name).json()["places"]}
    assert ("village", village.name) in kinds


def test_a_grid_cell_is_found_by_the_beginning_of_its_code(dispatcher, xingyang):
    cell = GridCell.objects.filter(region=xingyang.region_id, level=3).first()
    found = asked(dispatcher, cell.code).json()["places"]
    assert [(place["kind"], place["code"], place["box"]) for place in found] == [
        ("grid", cell.code, list(cell.geom.extent))
    ]
    assert asked(dispatcher, "41018").json()["places"] == []


def test_pasted_coordinates_say_the_assumed_system_and_offer_the_others(dispatcher):
    """GCJ-02 against another implementation of the public formula."""
    lon, lat = SUOHE
    found = asked(dispatcher, f"{lat}, {lon}").json()
    assert (found["cases"], found["places"]) == ([], [])
    spots = {spot["system"]: spot for spot in found["spots"]}
    assert list(spots) == ["wgs84", "cgcs2000", "gcj02", "bd09"]
    assert [name for name, spot in spots.items() if spot["is_assumed"]] == ["wgs84"]
    assert (spots["wgs84"]["lon"], spots["wgs84"]["lat"]) == (lon, lat)
    flipped = gcj_wgs_bored((lat, lon))
    assert (spots["gcj02"]["lat"], spots["gcj02"]["lon"]) == pytest.approx((flipped.lat, flipped.lon), abs=1e-6)


def test_one_character_asks_nothing_and_too_many_are_refused_by_name(dispatcher):
    assert asked(dispatcher, "索").json() == {"cases": [], "places": [], "spots": []}
    for text in ("x" * 101, "a\0b"):
        answer = asked(dispatcher, text)
        assert (answer.status_code, list(answer.json())) == (400, ["q"])


@pytest.mark.parametrize("text", ["%%", "__", "\\\\", "';--", "<b>", "()", "😀😀"])
def test_signs_are_text_and_nothing_else(dispatcher, text):
    make_case(address="普通地址")
    assert numbers(dispatcher, text) == []
