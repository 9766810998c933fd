"""Taking a report down on its page."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cases.forms import ReportForm, pair_in
from cases.models import Case
from gis_core import crs
from tests.factories import SUOHE, make_case, make_user
from tests.pages import english, words

PLACE = {"lon": str(SUOHE[0]), "lat": str(SUOHE[1]), "crs": "wgs84"}
SOUND = {**PLACE, "channel": "complaint", "land_ownership": "unverified", "key": "one"}


@pytest.fixture
def dispatcher(xingyang):
    return make_user("dispatcher")


@pytest.fixture
def page(client, dispatcher):
    client.force_login(dispatcher)
    return english(client)


def send(page, **changes):
    return page.post(reverse("case-new"), {**SOUND, **changes})


def ask(page, **query):
    return page.get(reverse("case-answer"), query)


def jpeg(name="site.jpg"):
    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue())


@pytest.fixture
def border(xingyang):
    """A point on the shared border of 索河街道 (third group) and 城关乡 (first group)."""
    one, other = (xingyang.areas.get(code=code).geom for code in ("410182001", "410182200"))
    line = one.intersection(other)
    longest = max(line, key=lambda part: part.length) if line.num_geom > 1 else line
    return longest.interpolate_normalized(0.5) if longest.geom_type == "LineString" else longest[0]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("113.38, 34.78", (113.38, 34.78)),
        ("113.38，34.78", (113.38, 34.78)),
        (" 113.38 34.78 ", (113.38, 34.78)),
        ("113.38、34.78", (113.38, 34.78)),
        ("113.38°, 34.78°", (113.38, 34.78)),
        ("34.78, 113.38", (113.38, 34.78)),
        ("113, 34", (113.0, 34.0)),
        ("-113.38, 34.78", (-113.38, 34.78)),
        ("113.38", None),
        ("113.38, 34.78, 5", None),
        ("索河街道", None),
        ("", None),
    ],
)
def test_a_pasted_pair_is_understood_with_any_separator_and_either_order(text, pair):
    assert pair_in(text) == pair


def test_a_saved_report_leads_to_its_case_and_says_so(page, dispatcher):
    answer = send(
        page,
        violations=["tendering", "planning_permit"],
        land_ownership="state",
        address="演武路 8 号",
        description="三层在建",
        accuracy_m="12.5",
        reporter_name="来电人",
        reporter_phone="138 0000 0000",
    )
    case = Case.objects.get()
    assert answer.url == f"/cases/{case.case_no}/#reported"
    assert (case.channel, case.violations, case.land_ownership) == (
        "complaint",
        ["tendering", "planning_permit"],
        "state",
    )
    assert (case.address, case.description, case.accuracy_m) == ("演武路 8 号", "三层在建", 12.5)
    assert (case.group_code, case.area_code, case.reported_by, case.source_client) == (
        "G3",
        "410182001",
        dispatcher,
        "web",
    )
    assert [(one.name, one.phone) for one in case.reporters.all()] == [("来电人", "138 0000 0000")]
    assert f"Saved as {case.case_no}." in words(page.get(answer.url))


@pytest.mark.parametrize("name", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_the_same_place_in_any_of_the_four_systems_is_stored_as_one_point(page, name):
    lon, lat = crs.from_wgs84(*SUOHE, crs.parse(name))
    send(page, lon=repr(lon), lat=repr(lat), crs=name)
    case = Case.objects.get()
    assert (case.geom.x, case.geom.y) == pytest.approx(SUOHE, abs=1e-7)
    assert (case.raw_lon, case.raw_lat, case.raw_crs) == (lon, lat, name)


def test_a_pasted_pair_alone_is_a_place_without_any_script(page):
    send(page, lon="", lat="", coordinates="34.787, 113.378")
    assert Case.objects.get().geom.coords == SUOHE


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"lon": "", "lat": ""}, "lon", "Choose the place"),
        ({"lat": ""}, "lat", "The other half"),
        ({"lon": "34.787", "lat": "113.378"}, "lon", "swapped"),
        ({"lon": "abc"}, "lon", "Enter a number"),
        ({"lon": "nan"}, "lon", "Enter a number"),
        ({"lon": "inf"}, "lon", "Enter a number"),
        ({"lon": "2.35", "lat": "48.85"}, "lon", "outside China"),
        ({"crs": "mars"}, "crs", "Select a valid choice"),
        ({"lon": "", "lat": "", "coordinates": "here"}, "coordinates", "Two numbers"),
        ({"coordinates": "here"}, "coordinates", "Two numbers"),
        ({"accuracy_m": "-1"}, "accuracy_m", "greater than or equal to 0"),
        ({"channel": ""}, "channel", "required"),
        ({"channel": "rumour"}, "channel", "Select a valid choice"),
        ({"violations": ["noise"]}, "violations", "Select a valid choice"),
        ({"land_ownership": "mine"}, "land_ownership", "Select a valid choice"),
        ({"reporter_phone": "call me"}, "reporter_phone", "Only digits"),
        ({"address": "长" * 201}, "address", "at most 200"),
    ],
)
def test_a_fault_names_its_field_keeps_what_was_typed_and_saves_nothing(page, changes, field, sentence):
    answer = send(page, description="三层在建", **changes)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.context["form"].errors[field][0]
    assert f'href="#id_{field}"' in answer.content.decode()
    assert "三层在建" in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_refused_photo_saves_nothing_and_asks_to_choose_photos_again(page, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    answer = send(page, photos=[jpeg(), SimpleUploadedFile("bad.jpg", b"<svg/>")])
    assert "bad.jpg" in answer.context["form"].errors["photos"][0]
    assert "photos must be chosen again" in words(answer)
    assert Case.objects.count() == 0


def test_the_form_offers_no_kind_of_photo_that_the_locked_packages_cannot_read():
    Image.init()
    read = {mime for name, mime in Image.MIME.items() if name in Image.OPEN}
    offered = ReportForm.base_fields["photos"].widget.attrs["accept"].split(",")
    assert set(offered) == {"image/jpeg", "image/png", "image/webp"} & read


def test_several_photos_come_with_one_report_and_no_more_than_nine(page, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    two = [jpeg("a.jpg"), SimpleUploadedFile("b.jpg", jpeg().read() + b"\0")]
    send(page, photos=two)
    assert Case.objects.get().photos.count() == 2
    answer = send(page, key="two", photos=[jpeg(f"{n}.jpg") for n in range(10)])
    assert answer.context["form"].errors["photos"] == ["At most 9 photos at once."]


def test_the_same_form_sent_twice_makes_one_case(page):
    first, second = send(page), send(page)
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_a_saved_form_that_was_changed_asks_before_it_makes_a_second_case(page):
    send(page)
    answer = send(page, description="还有一处")
    assert answer.context["form"].non_field_errors() == [
        "This form was saved already. Save once more to make a second case of it."
    ]
    assert Case.objects.count() == 1
    send(page, description="还有一处", key=answer.context["form"]["key"].value())
    assert Case.objects.count() == 2


def test_a_form_without_a_key_is_no_replay_of_another(page):
    send(page, key="")
    send(page, key="")
    assert Case.objects.count() == 2


def test_while_the_place_is_chosen_the_page_says_who_answers(page):
    said = words(ask(page, **PLACE))
    for name in ("索河街道", "第三协作组", "安监站"):
        assert name in said
    assert "certain" in said
    assert "No similar case within 100 m." in said


def test_near_a_border_the_candidates_are_named(page, border):
    said = words(ask(page, lon=border.x, lat=border.y, crs="wgs84"))
    assert "to be confirmed" in said
    area = said.split("Area ")[1].split()[0]
    (other,) = {"索河街道", "城关乡"} - {area}
    assert said.split("May also be:")[1].split()[0] == other


def test_outside_the_region_the_neighbour_is_named_and_no_group(page):
    said = words(ask(page, lon="113.2773", lat="34.7808", crs="wgs84"))
    assert "This is 上街区, outside the region." in said
    assert "协作组" not in said.split("This is")[0]


def test_likely_duplicates_are_offered_with_their_reasons(page):
    near = make_case(lat=SUOHE[1] + 0.0008, address="演武路 8 号")
    answer = ask(page, **PLACE, address="演武路8号")
    assert near.get_absolute_url() in answer.content.decode()
    assert "is it one of these?" in words(answer)
    assert "89 m away · reported 0 days apart · told in similar words" in words(answer)


def test_cases_that_the_person_may_not_see_are_not_offered(client, xingyang):
    foreign = make_case()
    client.force_login(make_user("grid_member"))
    assert foreign.get_absolute_url() not in ask(client, **PLACE).content.decode()


def test_a_half_typed_place_is_answered_with_a_sentence_and_not_an_error(page):
    assert "The other half of the coordinates is missing." in words(ask(page, lon="113.378"))
    assert "Choose the place" in words(ask(page))
    assert ask(page, lon="x" * 5000, lat="9" * 400).status_code == 200


def test_a_place_in_the_address_fills_the_form(page):
    answer = page.get(reverse("case-new"), {**PLACE, "accuracy_m": "8"})
    assert answer.context["form"]["lon"].value() == PLACE["lon"]
    assert "第三协作组" in words(answer)


def test_areas_are_found_by_name_and_alias_and_names_that_repeat_with_every_area(page):
    def found(text):
        places = page.get(reverse("case-places"), {"place": text}).context["places"]
        return [(place.name, place.area.name) for place in places]

    assert found("索河")[0] == ("索河街道", "索河街道")
    assert [area for _name, area in found("楚楼")] == ["金寨回族乡", "索河街道"]
    assert found("金寨乡") == [("金寨回族乡", "金寨回族乡")]
    assert found("没有这个地方") == []
    assert found(" ") == []


def test_a_place_shows_where_to_look_and_is_not_a_point(page, xingyang):
    area = xingyang.areas.get(code="410182001")
    (place, *_rest) = page.get(reverse("case-places"), {"place": "索河街道"}).context["places"]
    assert place.box == pytest.approx(area.geom.extent)


@pytest.mark.parametrize("name", ["case-new", "case-answer", "case-places"])
def test_who_may_not_report_is_refused(client, xingyang, name):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_user("assessor"))
    assert client.get(reverse(name)).status_code == 403


def test_an_account_without_a_region_is_told_so(client, xingyang):
    client.force_login(make_user("dispatcher", region_id=None))
    answer = send(english(client))
    assert "belongs to no region" in answer.context["form"].non_field_errors()[0]


def test_what_citizens_wrote_is_shown_as_text(page):
    make_case(address="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in ask(page, **PLACE).content.decode()
