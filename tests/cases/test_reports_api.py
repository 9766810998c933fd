"""The writing half of the API: reports, overrides and photos, with every kind of body that a script may send."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from cases.models import AssignmentOverride, Case, CaseEvent, Reporter
from tests.actors import a_photo
from tests.factories import SUOHE, make_case, make_user

REPORT = {
    "lon": 113.3838, "lat": 34.7855, "crs": "gcj02", "accuracy_m": 12.5, "channel": "complaint",
    "violations": ["planning_permit", "tendering"], "land_ownership": "state", "address": "索河街道东段",
    "description": "三层在建", "reporter": {"name": "某人", "phone": "0371-6466 0000", "note": "晚上方便"},
}  # fmt: skip


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def api(xingyang):
    user = make_user("dispatcher")
    client = Client(
        headers={"Authorization": f"Token {Token.objects.create(user=user).key}"}, raise_request_exception=False
    )
    client.user = user
    return client


def send(api, body, content_type="application/json", **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return api.post(reverse("api-reports"), text, content_type, headers=headers)


def changed(**changes):
    return {name: value for name, value in {**REPORT, **changes}.items() if value is not ...}


def test_a_report_comes_back_with_its_number_and_who_answers(api):
    answer = send(api, REPORT)
    told = answer.json()
    assert answer.status_code == 201
    assert {name: told[name] for name in REPORT} == REPORT
    assert (told["case_no"][:3], told["status"]) == ("XY-", "reported")
    assert (told["area"]["code"], told["group"]["code"], told["lead_unit"]["name"]) == ("410182001", "G3", "安监站")
    assert told["url"] == reverse("case-detail", args=(told["case_no"],))


def test_what_came_is_kept_beside_what_it_was_made_into(api):
    send(api, REPORT)
    case = Case.objects.get()
    assert (case.raw_lon, case.raw_lat, case.raw_crs, case.accuracy_m) == (113.3838, 34.7855, "gcj02", 12.5)
    assert (case.geom.x, case.geom.y) == pytest.approx(SUOHE, abs=0.001)
    assert (case.reported_by, case.source_client, case.demonstration) == (api.user, "api", False)
    event = CaseEvent.objects.get()
    assert (event.verb, event.status, event.by) == ("report", "reported", api.user)
    assert Reporter.objects.get().phone == "0371-6466 0000"


def test_three_words_are_enough_for_a_report(api):
    told = send(api, {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "channel": "other"}).json()
    assert (told["violations"], told["land_ownership"], told["reporter"]) == ([], "unverified", {})
    assert Reporter.objects.count() == 0


def test_numbers_count_up_without_a_gap_also_after_a_refusal(api):
    first = send(api, REPORT).json()["case_no"]
    send(api, changed(lat=80))
    second = send(api, REPORT).json()["case_no"]
    assert int(second[-5:]) == int(first[-5:]) + 1


def test_a_report_from_outside_is_kept_and_never_moved_to_the_nearest_area(api):
    told = send(api, changed(lon=114.3, lat=34.8, crs="wgs84")).json()
    case = Case.objects.get()
    assert (told["area"], told["group"], case.rule, case.area_code) == (None, None, "outside", "")
    assert (case.geom.x, case.geom.y) == (114.3, 34.8)


def test_a_text_that_names_another_township_than_the_point_is_flagged(api):
    send(api, changed(crs="wgs84", lon=SUOHE[0], lat=SUOHE[1], address="豫龙镇某路", description=""))
    assert Case.objects.get().named_area_code == "410182102"


NUL, SURROGATE = "a\x00b", "\ud800"
WRONG = [
    ({"lon": 34.7, "lat": 113.4}, "lon"), ({"lon": ...}, "lon"), ({"lat": ...}, "lat"), ({"crs": ...}, "crs"),
    ({"channel": ...}, "channel"), ({"lon": None}, "lon"), ({"lon": "x"}, "lon"), ({"lon": True}, "lon"),
    ({"lon": [113]}, "lon"), ({"lon": {}}, "lon"), ({"lon": 10**400}, "lon"), ({"lon": "NaN"}, "lon"),
    ({"lat": "Infinity"}, "lat"), ({"lon": 2}, "lon"), ({"lat": -34}, "lat"), ({"crs": "mars"}, "crs"),
    ({"crs": 4326}, "crs"), ({"crs": []}, "crs"), ({"crs": NUL}, "crs"), ({"crs": None}, "crs"),
    ({"accuracy_m": -1}, "accuracy_m"), ({"accuracy_m": "far"}, "accuracy_m"), ({"accuracy_m": 10**6}, "accuracy_m"),
    ({"channel": "phone"}, "channel"), ({"channel": 1}, "channel"), ({"channel": ["patrol"]}, "channel"),
    ({"channel": {}}, "channel"), ({"violations": "tendering"}, "violations"), ({"violations": ["x"]}, "violations"),
    ({"violations": [["tendering"]]}, "violations"), ({"violations": {"0": "tendering"}}, "violations"),
    ({"violations": [None]}, "violations"), ({"violations": ["tendering"] * 9}, "violations"),
    ({"violations": None}, "violations"), ({"land_ownership": "mine"}, "land_ownership"),
    ({"land_ownership": None}, "land_ownership"), ({"description": "x" * 5001}, "description"),
    ({"description": NUL}, "description"), ({"description": SURROGATE}, "description"), ({"description": None}, "description"),
    ({"description": []}, "description"), ({"address": "x" * 201}, "address"), ({"address": NUL}, "address"),
    ({"address": SURROGATE}, "address"), ({"reporter": "某人"}, "reporter"), ({"reporter": []}, "reporter"),
    ({"reporter": None}, "reporter"), ({"reporter": {"name": "x" * 61}}, "reporter"), ({"reporter": {"name": NUL}}, "reporter"),
    ({"reporter": {"name": SURROGATE}}, "reporter"), ({"reporter": {"phone": "call me"}}, "reporter"),
    ({"reporter": {"phone": "1\n2"}}, "reporter"),
    ({"reporter": {"note": "x" * 201}}, "reporter"), ({"reporter": {"name": {}}}, "reporter"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field"), WRONG, ids=lambda value: ascii(value)[:40])
def test_a_wrong_field_is_named_and_nothing_is_kept(api, change, field):
    answer = send(api, changed(**change), **{"Idempotency-Key": "k"})
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert (Case.objects.count(), CaseEvent.objects.count()) == (0, 0)


def test_every_wrong_field_is_named_at_once(api):
    wrong = send(api, {"lon": "x", "crs": "mars", "channel": "phone"}).json()
    assert sorted(wrong) == ["channel", "crs", "lat", "lon"]


BODIES = [
    "", "{", "nonsense", "[]", "[1, 2]", "1", "null", '"text"', "true", "[" * 5000 + "]" * 5000, '{"lon": NaN}',
    '{"lon": 1e999, "lat": 34, "crs": "wgs84", "channel": "other"}', b"\xff\xfe", b"\x00", '{"lon": 1,}',
    '{"a":' * 2000 + "1" + "}" * 2000, '{"lon": ' + "9" * 5000 + "}", "{" + '"lon": 1, ' * 1000 + '"lat": 2}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: ascii(body)[:20])
def test_a_body_of_the_wrong_shape_is_400_and_json(api, body):
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = send(api, body, **headers)
        assert answer.status_code == 400
        assert isinstance(answer.json(), dict)
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "x"]
)
def test_another_content_type_is_refused_with_415(api, kind):
    assert send(api, REPORT, kind).status_code in (400, 415)
    assert Case.objects.count() == 0


def test_of_a_key_that_stands_twice_the_last_holds(api):
    text = json.dumps(REPORT)[:-1] + ', "channel": "other"}'
    assert send(api, text).json()["channel"] == "other"


@pytest.mark.parametrize(
    "field",
    ["case_no", "status", "group_code", "area_code", "region", "region_id", "reported_by", "version", "demonstration", "id",
     "edition", "due_at", "reported_at", "is_major", "lead_unit", "source_client", "geom", "year", "raw_lon", "ended_at",
     "auto_group_code", "confidence", "rule", "reason"],
)  # fmt: skip
def test_a_field_that_is_not_the_senders_is_refused_by_its_name_and_changes_nothing(api, field):
    case = make_case()
    refused = send(api, changed(**{field: "1"}))
    assert (refused.status_code, list(refused.json())) == (400, [field])
    before = Case.objects.values().get()
    override(api, case, {"group": "G1", "reason": "x", **({field: "1"} if field != "reason" else {})})
    after = Case.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == DECIDED


DECIDED = {"area_code", "group_code", "lead_unit_id", "version"}


def override(api, case, body, **headers):
    address = reverse("api-override", args=(case.case_no,))
    return api.post(address, json.dumps(body), "application/json", headers=headers)


def test_an_override_keeps_the_automatic_answer_beside_the_reason(api):
    case = make_case()
    answer = override(api, case, {"group": "G1", "area": "410182200", "reason": " 现场核实 "}, **{"If-Match": '"1"'})
    case.refresh_from_db()
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert (case.group_code, case.area_code, case.lead_unit.code) == ("G1", "410182200", "quality_station")
    assert (case.auto_group_code, case.auto_area_code) == ("G3", "410182001")
    kept = AssignmentOverride.objects.get()
    assert (kept.reason, kept.by, kept.from_group_code, kept.from_area_code) == (
        "现场核实",
        api.user,
        "G3",
        "410182001",
    )


def test_a_stale_override_is_refused_with_412(api):
    case = make_case()
    override(api, case, {"group": "G1", "reason": "x"})
    answer = override(api, case, {"group": "G2", "reason": "x"}, **{"If-Match": '"1"'})
    assert answer.status_code == 412
    assert AssignmentOverride.objects.count() == 1


@pytest.mark.parametrize("matching", ['"1"', "1", 'W/"1"', "*", '"0", "1"'])
def test_an_override_of_the_version_that_was_read_is_taken(api, matching):
    assert override(api, make_case(), {"group": "G1", "reason": "x"}, **{"If-Match": matching}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [({"group": "G1"}, "reason"), ({"reason": "x"}, "group"), ({"group": "G1", "reason": "  "}, "reason"),
     ({"group": "G9", "reason": "x"}, "group"), ({"group": "G1", "area": "410182001", "reason": "x"}, "area"),
     ({"group": "G1", "area": "nowhere", "reason": "x"}, "area"), ({"group": NUL, "reason": "x"}, "group"),
     ({"group": "G1", "reason": "x" * 2001}, "reason"), ({"group": "G1", "reason": NUL}, "reason"),
     ({"group": "G1", "reason": SURROGATE}, "reason"), ({"group": ["G1"], "reason": "x"}, "group")],
    ids=ascii,
)  # fmt: skip
def test_a_wrong_override_is_named_and_changes_nothing(api, body, field):
    case = make_case()
    answer = override(api, case, body)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    case.refresh_from_db()
    assert (case.group_code, case.version, AssignmentOverride.objects.count()) == ("G3", 1, 0)


def test_photos_are_added_with_one_event_and_given_their_address(api, media):
    case = make_case()
    answer = api.post(reverse("api-photos", args=(case.case_no,)), {"photos": [a_photo()]})
    (photo,) = answer.json()
    assert (answer.status_code, photo["width"], photo["height"]) == (201, 4, 4)
    assert b"".join(api.get(photo["url"])).startswith(b"\xff\xd8")
    assert api.get(reverse("api-case", args=(case.case_no,))).json()["properties"]["photos"] == [photo]
    assert list(case.events.values_list("verb", flat=True)) == ["report", "photo"]


def test_a_photo_obeys_the_same_policy_for_a_token_as_for_a_session(api, media):
    address = api.post(reverse("api-photos", args=(make_case().case_no,)), {"photos": [a_photo()]}).json()[0]["url"]
    stranger = make_user("inspector", group_codes=["G1"])
    theirs = Client(headers={"Authorization": f"Token {Token.objects.create(user=stranger).key}"})
    nobodys = Client(headers={"Authorization": "Token no"})
    assert [theirs.get(address).status_code, nobodys.get(address).status_code] == [404, 401]
    assert nobodys.get(address)["WWW-Authenticate"] == "Token"
    assert Client().get(address).status_code == 302
    Token.objects.filter(user=stranger).update(user=make_user("assessor"))
    shown = theirs.get(address)
    assert (shown.status_code, b"".join(shown)[:2]) == (200, b"\xff\xd8")
    assert {"Authorization", "Cookie"} <= set(shown["Vary"].split(", "))


def test_a_token_of_a_page_does_not_open_the_others(api):
    assert api.get(reverse("map")).status_code == 302


@pytest.mark.parametrize("photos", [[], ["text"], [b""]], ids=["none", "text", "empty"])
def test_what_is_no_photo_is_named_and_nothing_is_kept(api, media, photos):
    case = make_case()
    upload = a_photo()
    upload.file.seek(0)
    body = {"photos": [type(upload)("x.jpg", one if isinstance(one, bytes) else one.encode()) for one in photos]}
    answer = api.post(reverse("api-photos", args=(case.case_no,)), body)
    assert (answer.status_code, list(answer.json())) == (400, ["photos"])
    assert (case.photos.count(), case.events.count()) == (0, 1)
