"""What the API refuses: by the name of what is wrong, with a sentence in the bureau's own language."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from boundaries.models import Region
from cases.models import Case
from tests.actors import a_photo
from tests.factories import SUOHE, make_case, make_user
from tests.policy_bodies import POINT

REPORT = {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "channel": "patrol"}
CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def api(xingyang):
    user = make_user("dispatcher")
    client = Client(headers={"Authorization": f"Token {Token.objects.create(user=user).key}"})
    client.user = user
    return client


def send(api, body, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    return api.post(reverse("api-reports"), text, "application/json", headers=headers)


@pytest.mark.parametrize("number", ["nan", "NaN", "inf", "-inf", "Infinity", "1e400"])
@pytest.mark.parametrize("name", ["api-locate", "api-nearby"])
def test_a_number_without_end_is_called_so_in_a_query(api, name, number):
    answer = api.get(reverse(name), {**POINT, "lon": number}, headers=ENGLISH)
    assert (answer.status_code, answer.json()) == (400, {"lon": ["The number must be finite."]})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", '"nan"', '"1e400"', "1" + "0" * 400])
@pytest.mark.parametrize("field", ["lon", "lat", "accuracy_m"])
def test_a_number_without_end_is_called_so_in_a_body(api, field, number):
    body = json.dumps({**REPORT, field: "here"}).replace('"here"', number)
    answer = send(api, body, **ENGLISH)
    assert (answer.status_code, answer.json()) == (400, {field: ["The number must be finite."]})


SWAPPED = [
    ({"lon": "34.787", "lat": "113.378"}, "Longitude and latitude"),
    ({"lon": "34.787", "lat": "113.378", "crs": "gcj02"}, "Longitude and latitude"),
    ({"lon": "34.787", "lat": "113.378", "crs": "EPSG:4258"}, "Longitude and latitude"),
    ({"lon": "3851000", "lat": "443529", "crs": "EPSG:4547"}, "Easting and northing"),
]


@pytest.mark.parametrize(("change", "words"), SWAPPED)
def test_a_pair_in_the_wrong_order_is_called_swapped(api, change, words):
    told = [api.get(reverse(name), {**POINT, **change}, headers=ENGLISH) for name in ("api-locate", "api-nearby")]
    told.append(send(api, {**REPORT, **change}, **ENGLISH))
    for answer in told:
        assert answer.status_code == 400
        assert answer.json()["lon"][0].startswith(f"{words} look swapped")


def test_a_projected_pair_in_its_order_is_taken(api):
    right = {"lon": "443108", "lat": "3850875", "crs": "EPSG:4547"}
    assert api.get(reverse("api-locate"), right).json()["area"]["code"] == "410182001"


def test_an_extent_in_the_wrong_order_is_called_swapped(api):
    for name in ("api-cases", "api-summary"):
        answer = api.get(reverse(name), {"bbox": "34,113,35,114"}, headers=ENGLISH)
        assert answer.status_code == 400
        assert "swapped" in answer.json()["bbox"][0]


@pytest.mark.parametrize("number", ["0", "-5", "abc", "1.5", "1e3", "٣", "\x00", "9" * 30])
@pytest.mark.parametrize("field", ["page", "page_size"])
@pytest.mark.parametrize("name", ["api-cases", "api-areas", "api-grids"])
def test_a_page_that_is_no_number_from_1_on_is_refused_with_its_name(api, name, field, number):
    answer = api.get(reverse(name), {field: number})
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_page_behind_the_last_is_missing_and_says_its_number(api):
    answer = api.get(reverse("api-cases"), {"page": 7}, headers=ENGLISH)
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is no page 7: the list ends before it."})


def test_pages_by_number_by_their_last_and_with_empty_words_are_given(api):
    make_case()
    for query in ({"page": "1"}, {"page": "last"}, {"page": "", "page_size": ""}, {"page_size": "9" * 9}):
        assert len(api.get(reverse("api-cases"), query).json()["features"]) == 1, query


LISTS = ["api-cases", "api-summary", "api-changes", "api-areas", "api-groups", "api-units", "api-grids", "api-layers"]


@pytest.mark.parametrize("name", [*LISTS, "api-locate", "api-nearby"])
def test_an_unknown_parameter_is_refused_with_its_name(api, name):
    answer = api.get(reverse(name), {**(POINT if name in ("api-locate", "api-nearby") else {}), "stauts": "open"})
    assert (answer.status_code, list(answer.json())) == (400, ["stauts"])


@pytest.mark.parametrize("name", [*LISTS, "api-locate", "api-nearby"])
def test_asking_for_json_by_name_is_no_unknown_parameter(api, name):
    query = {**(POINT if name in ("api-locate", "api-nearby") else {}), "format": "json"}
    assert api.get(reverse(name), query).status_code == 200


def test_the_parameters_that_there_are_are_told(api):
    answer = api.get(reverse("api-cases"), {"stauts": "open"}, headers=ENGLISH)
    known = (
        "area, at, bbox, channel, confidence, grid, group, hexagon, hold, joint, land_ownership, major, numbers,"
        " ordering, overdue, page, page_size, q, reported_from, reported_to, stage, status, unit, violation, year"
    )
    assert answer.json() == {"stauts": [f"Not known here. Known are: {known}."]}


def test_an_unknown_field_of_a_report_or_of_its_reporter_is_refused_beside_the_wrong_ones(api):
    told = send(api, {**REPORT, "lat": "x", "colour": 1, "reporter": {"phoen": "1"}}).json()
    assert (sorted(told), list(told["reporter"])) == (["colour", "lat", "reporter"], ["phoen"])
    assert Case.objects.count() == 0


def test_a_field_named_by_half_a_character_is_refused_in_json(api):
    answer = send(api, {**REPORT, "\ud800": 1})
    assert (answer.status_code, list(answer.json())) == (400, ["?"])


@pytest.mark.parametrize("name", ["accuracy", "accuracy_m"])
def test_the_accuracy_is_understood_by_both_its_names(api, name):
    located = api.get(reverse("api-locate"), {**POINT, name: 2000}).json()
    reported = send(api, {**REPORT, name: 2000}).json()
    assert [located["confidence"], reported["confidence"]] == ["low", "low"]
    assert reported["accuracy_m"] == Case.objects.get().accuracy_m == 2000


def test_two_accuracies_that_differ_are_refused_and_two_that_agree_are_one(api):
    answer = send(api, {**REPORT, "accuracy": 10, "accuracy_m": 20})
    assert (answer.status_code, list(answer.json())) == (400, ["accuracy_m"])
    assert send(api, {**REPORT, "accuracy": 10, "accuracy_m": 10}).json()["accuracy_m"] == 10


def test_a_body_over_the_limit_is_413_in_json(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    case = make_case()
    said = send(api, {**REPORT, "description": "x" * 1000})
    form = api.post(reverse("api-photos", args=(case.case_no,)), {"x": "x" * 2000, "photos": [a_photo()]})
    assert [(one.status_code, list(one.json())) for one in (said, form)] == [(413, ["detail"])] * 2


@pytest.mark.parametrize(
    "form", [{"photos": [b"x"] * 101}, {"x": ["1"] * 1001}], ids=["more than 100 files", "more than 1,000 fields"]
)
def test_a_form_of_too_many_parts_is_400_in_json(api, form):
    parts = {name: [a_photo() if one == b"x" else one for one in values] for name, values in form.items()}
    answer = api.post(reverse("api-photos", args=(make_case().case_no,)), parts)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/api/", "/api/v2/cases/", "/api/v1/cases/a/b/", "/tiles/a/b"])
def test_an_address_that_is_none_is_404_in_json(api, address):
    for client in (api, Client()):
        answer = client.get(address)
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_page_that_is_none_is_404_as_a_page(xingyang):
    assert Client().get("/nothing/")["Content-Type"].startswith("text/html")


SAID_IN_CHINESE = [
    ("description", "a\x00b"), ("lon", 10**400), ("reporter", {"phone": "call me"}), ("lon", True), ("colour", "red"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), SAID_IN_CHINESE, ids=ascii)
def test_what_is_wrong_with_a_field_is_said_in_chinese(api, field, value):
    said = send(api, {**REPORT, field: value}).json()[field]
    sentences = said if isinstance(said, list) else said["phone"]
    assert all(CHINESE.search(sentence) for sentence in sentences)


@pytest.mark.parametrize("body", ["", "{", "null", "[1]", "[" * 5000, '{"lon": 1,}', "[NaN]", "\ufeff{}"], ids=ascii)
def test_what_is_wrong_with_a_body_is_said_in_chinese(api, body):
    answer = send(api, body)
    sentences = [
        sentence for said in answer.json().values() for sentence in ([said] if isinstance(said, str) else said)
    ]
    assert answer.status_code == 400
    assert all(CHINESE.search(sentence) for sentence in sentences)


def test_a_body_of_null_is_a_report_without_its_fields(api):
    assert sorted(send(api, "null").json()) == ["channel", "crs", "lat", "lon"]


def test_the_place_of_the_fault_in_a_body_is_told(api):
    told = send(api, '{"lon": 113,\n "lat" 34}', **ENGLISH).json()
    assert told == {"detail": "The body is not JSON: the fault is in line 2, column 8."}


@pytest.mark.parametrize("address", ["/api/v1/cases/XY-1999-00001/", "/tiles/nothing.json", "/tiles/nothing/1/1/1.mvt"])
def test_what_is_missing_is_said_in_chinese(api, address):
    answer = api.get(address)
    assert answer.status_code == 404
    assert CHINESE.search(answer.json()["detail"])


def test_a_null_character_in_a_filter_is_not_called_an_empty_text(api):
    assert api.get(reverse("api-cases"), {"q": "a\x00b"}).json() == {"q": ["不允许含有空字符（NUL）。"]}


@pytest.fixture
def no_edition(api):
    """Somebody of a region that has no map of responsibility yet."""
    api.user.region = Region.objects.create(code="410183", name="新区", case_prefix="XQ")
    api.user.save()
    return api


def test_without_an_edition_in_force_a_place_and_a_report_are_409_with_the_sentence(no_edition):
    for answer in (no_edition.get(reverse("api-locate"), POINT), send(no_edition, REPORT)):
        assert (answer.status_code, list(answer.json())) == (409, ["detail"])
        assert "责任分区" in answer.json()["detail"]
    assert Case.objects.count() == 0


def test_without_an_edition_in_force_the_report_page_says_so_before_and_after_it_is_filled_in(no_edition):
    no_edition.force_login(no_edition.user)
    form = {**POINT, "channel": "patrol", "land_ownership": "state", "key": "0" * 32}
    pages = [
        no_edition.get(reverse("case-new")),
        no_edition.get(reverse("case-answer"), POINT),
        no_edition.post(reverse("case-new"), form),
    ]
    assert [page.status_code for page in pages] == [200, 200, 400]
    assert "该日没有施行中的责任分区" in pages[2].content.decode()
    assert all("没有生效的责任分区" in page.content.decode() for page in pages)


@pytest.mark.parametrize("place", ["\x00", "索\x00河"])
def test_a_name_of_a_place_with_a_null_character_is_refused(api, place):
    api.force_login(api.user)
    answer = api.get(reverse("case-places"), {"place": place})
    assert answer.status_code == 400
    assert "NUL" in answer.content.decode()
