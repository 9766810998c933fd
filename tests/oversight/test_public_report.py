"""What everybody may report without an account: off by default, limited, and silent about everybody."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from shapely import wkt

from boundaries.models import Area, Edition
from cases.models import Case, Reporter
from cases.workflow import Status
from gis_core import basemap
from oversight.models import PublicReceipt
from oversight.public_reports import sending, standing
from tests.actors import a_photo
from tests.factories import SUOHE, make_case, make_user
from tests.oversight.public import (  # noqa: F401 -- fixtures are found by their names
    FORM,
    HERE,
    NAME,
    PHONE,
    RECEIPT,
    SUOHE_CODE,
    opened,
    told,
)  # fmt: skip
from tests.oversight.scene import noon
from tests.pages import english, words
from tests.second_city import load as load_second_city


@pytest.fixture
def visitor():
    return english(Client())


def faults(answer) -> set[str]:
    assert answer.status_code == 400
    assert Case.objects.count() == 0
    return set(answer.context["form"].errors)


def number_in(answer) -> str:
    assert answer.status_code == 302, answer.context["form"].errors
    return re.fullmatch(rf"{RECEIPT}\?number=([0-9A-Z-]+)", answer["Location"])[1]


def test_a_region_that_is_not_opened_has_no_such_page_and_nothing_leads_there(settings, tmp_path):
    settings.PUBLIC_REPORTS = []
    for address in (FORM, RECEIPT, f"{RECEIPT}?number=0000-0000-0000-0000"):
        for method in ("get", "post", "put", "head"):
            assert getattr(Client(), method)(address).status_code == 404, (method, address)
    for page in ("/exposure/", "/sign-in/", "/"):
        assert "public-report" not in Client().get(page).content.decode()
    settings.PUBLIC_REPORTS = [HERE, "999999"]
    other = load_second_city(tmp_path).region
    assert Client().get(FORM).status_code == 200
    for code in (other.code, "999999", "x"):
        assert Client().get(f"/public-report/{code}/").status_code == 404


def test_a_report_becomes_a_case_as_any_other_does(visitor):
    answer = visitor.post(FORM, {**told(), "lon": SUOHE[0], "lat": SUOHE[1], "accuracy_m": "12", "photos": [a_photo()]})
    case = Case.objects.get()
    assert (case.channel, case.status, case.reported_by, case.source_client) == (
        "complaint",
        "reported",
        None,
        "public",
    )
    assert (case.area_code, case.group_code, case.accuracy_m) == (SUOHE_CODE, "G3", 12)
    assert case.geom.coords == pytest.approx(SUOHE)
    assert (case.address, case.description) == ("索河街道 康泰路东侧空地", "夜里在打地基")
    assert sorted(case.clocks.values_list("code", flat=True)) == ["D01", "D27a"]
    assert [event.verb for event in case.events.all()] == ["report"]
    assert case.photos.count() == 1
    assert Reporter.objects.values("name", "phone").get() == {"name": NAME, "phone": PHONE}
    assert PublicReceipt.objects.get().case == case
    assert number_in(answer) == sending.said(PublicReceipt.objects.get().number)


def test_it_waits_for_the_information_platform_and_the_office_alone_reads_who_reported(visitor):
    number_in(visitor.post(FORM, told()))
    case, pages = Case.objects.get(), {}
    for role in ("platform_officer", "grid_coordinator"):
        client = english(Client())
        client.force_login(make_user(role))
        assert (case.case_no in words(client.get("/todo/"))) is (role == "platform_officer")
        page = client.get(case.get_absolute_url())
        assert page.status_code == 200
        assert PHONE not in page.content.decode()
        pages[role] = client.post(reverse("case-unmask-reporter", args=(case.case_no,)), {"reason": "答复"})
    assert PHONE in pages["platform_officer"].content.decode()
    assert PHONE not in pages["grid_coordinator"].content.decode()


def test_a_place_in_words_is_a_point_of_the_township_whose_circle_holds_the_whole_of_it(visitor):
    number_in(visitor.post(FORM, told()))
    case, area = Case.objects.get(), Area.objects.get(code=SUOHE_CODE)
    ground = wkt.loads(area.geom.wkt)
    assert ground.covers(wkt.loads(case.geom.wkt))
    metric = area.edition.metric_srid
    centre = wkt.loads(case.geom.transform(metric, clone=True).wkt)
    farthest = wkt.loads(area.geom.transform(metric, clone=True).wkt).hausdorff_distance(centre)
    assert case.accuracy_m == pytest.approx(farthest, abs=1)
    assert case.confidence == "low"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"area": ""}, {"area"}),
        ({"area": "410182999"}, {"area"}),
        ({"address": " "}, {"address"}),
        ({"description": ""}, {"description"}),
        ({"description": "长" * 2001}, {"description"}),
        ({"coordinates": "somewhere"}, {"coordinates"}),
        ({"lon": "x", "lat": "34.78"}, {"coordinates"}),
        ({"lon": "nan", "lat": "34.78"}, {"coordinates"}),
        ({"lon": "113.378"}, {"coordinates"}),
        ({"lon": "34.787", "lat": "113.378"}, {"coordinates"}),
        ({"coordinates": "116.39, 39.91"}, {"coordinates"}),
        ({"coordinates": "113.378, 34.787", "crs": "mars"}, {"crs"}),
        ({"reporter_phone": "call me"}, {"reporter_phone"}),
        ({"key": "x"}, {"key"}),
        ({"website": "https://example.org"}, {"website"}),
        ({"address": "a\0b"}, {"address"}),
    ],
)
def test_a_fault_is_said_at_its_field_and_keeps_what_was_typed_but_nobody_s_name(visitor, changes, fields):
    answer = visitor.post(FORM, told(**changes))
    assert faults(answer) == fields
    page = answer.content.decode()
    assert NAME not in page
    assert PHONE not in page
    if "description" not in changes:
        assert "夜里在打地基" in page


def test_an_area_of_another_region_is_none(visitor, tmp_path):
    other = load_second_city(tmp_path)
    assert faults(visitor.post(FORM, told(area=other.areas.first().code + "9"))) == {"area"}


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\xff\xd8\xff\xe0 broken", b"GIF89a" + bytes(50)])
def test_a_photo_is_looked_at_as_at_the_office(visitor, content):
    bad = SimpleUploadedFile("bad.jpg", content, "image/jpeg")
    assert faults(visitor.post(FORM, {**told(), "photos": [a_photo(), bad]})) == {"photos"}
    assert PublicReceipt.objects.count() == 0


def test_no_more_than_nine_photos(visitor):
    assert faults(visitor.post(FORM, {**told(), "photos": [a_photo() for _ in range(10)]})) == {"photos"}


HOSTILE = "<script>alert(1)</script>'\"--;=cmd|'/c calc'!A1\u202e{{7*7}}"


def test_hostile_words_are_kept_as_words_and_shown_as_words(visitor):
    given = told(address=HOSTILE[:120], description=HOSTILE)
    page = visitor.post(FORM, {**given, "area": ""}).content.decode()
    assert "<script>alert" not in page
    number_in(visitor.post(FORM, given))
    assert Case.objects.get().description == HOSTILE


def test_the_same_sending_twice_is_one_report_and_one_number(visitor):
    given = told()
    first, second = (visitor.post(FORM, given) for _ in range(2))
    assert number_in(first) == number_in(second)
    assert Case.objects.count() == PublicReceipt.objects.count() == 1


def test_a_form_that_was_changed_after_it_was_sent_is_asked_about(visitor):
    given = told()
    number_in(visitor.post(FORM, given))
    answer = visitor.post(FORM, {**given, "description": "别的"})
    assert answer.status_code == 400
    assert "sent already" in words(answer)
    again = UUID(str(answer.context["form"]["key"].value()))
    number_in(visitor.post(FORM, {**given, "description": "别的", "key": str(again)}))
    assert Case.objects.count() == 2


def test_a_form_that_did_not_come_from_our_page_is_refused():
    answer = Client(enforce_csrf_checks=True).post(FORM, told())
    assert answer.status_code == 403
    assert Case.objects.count() == 0


STEPS = {
    "reported": "received", "triaged": "received", "registered": "accepted", "submitted": "accepted",
    "approved": "accepted", "assigned": "accepted", "closed": "done", "follow_up": "done", "archived": "done",
    "not_registered": "done", "rejected": "done", "unfounded": "done", "transferred_out": "done", "void": "done",
    "merged": "done",
}  # fmt: skip


def test_every_state_of_a_case_has_its_public_word():
    assert {str(one): str(state) for one, state in standing.STATES.items()} == {
        str(one): STEPS.get(one, "in_hand") for one in Status
    }


def receipt_of(case, day=date(2026, 11, 2)):
    return PublicReceipt.objects.create(
        region=case.region, case=case, key=uuid4(), number=sending.new_number(), body_sha256="0" * 64, made_at=noon(day)
    )


def moved(case, status, day):
    case.events.create(region=case.region, verb="remark", status=status, at=noon(day))
    case.status = status
    case.save(update_fields=["status"])


def test_a_receipt_tells_the_state_in_public_words_and_dates_and_nothing_else(visitor):
    case = make_case(at=noon(date(2026, 11, 2)), description="夜里在打地基", reporter={"name": NAME, "phone": PHONE})
    receipt = receipt_of(case)
    for status, day in (("registered", 5), ("assigned", 7), ("verifying", 9), ("filed", 12)):
        moved(case, status, date(2026, 11, day))
    page = visitor.get(RECEIPT, {"number": receipt.number})
    assert "2026-11-02" in words(page)
    assert "report being handled since 2026-11-09" in words(page)
    for secret in (case.case_no, NAME, PHONE, "打地基", "索河", "G3", "安监站", "2026-11-12", "filed"):
        assert secret not in page.content.decode()
    moved(case, "void", date(2026, 11, 20))
    assert "report dealt with since 2026-11-20" in words(visitor.get(RECEIPT, {"number": receipt.number}))


def test_a_merged_report_is_as_far_as_the_case_that_goes_on_for_it(visitor):
    case, other = make_case(at=noon(date(2026, 11, 2))), make_case(at=noon(date(2026, 10, 1)))
    receipt = receipt_of(case)
    moved(other, "verifying", date(2026, 10, 9))
    moved(case, "merged", date(2026, 11, 3))
    case.merged_into = other
    case.save(update_fields=["merged_into"])
    assert standing.of(PublicReceipt.objects.get(pk=receipt.pk)) == standing.Standing(
        standing.PublicState.IN_HAND, date(2026, 11, 2), date(2026, 11, 2)
    )


def test_a_number_is_found_as_people_type_it_and_no_other(visitor):
    receipt = receipt_of(make_case())
    for typed in (receipt.number, sending.said(receipt.number).lower(), f" {receipt.number[:7]} {receipt.number[7:]} "):
        assert visitor.get(RECEIPT, {"number": typed}).status_code == 200
    for typed in (receipt.number[:-1], receipt.number + "0", receipt.case.case_no, "x" * 5000, "%", "\0", "0000" * 4):
        answer = visitor.get(RECEIPT, {"number": typed})
        assert answer.status_code == 404
        assert "no receipt of this number" in words(answer)


def test_o_and_i_and_l_are_read_as_the_digits_they_look_like():
    case = make_case()
    made = PublicReceipt.objects.create(
        region=case.region, case=case, key=uuid4(), number="01" * 8, body_sha256="0" * 64
    )
    assert sending.find(case.region, "oi-ol " * 4) == made


def test_a_receipt_of_another_region_is_told_like_one_that_never_was(visitor, settings, tmp_path):
    other = load_second_city(tmp_path)
    settings.PUBLIC_REPORTS = [HERE, other.region_id]
    receipt = receipt_of(make_case())
    elsewhere = f"/public-report/{other.region_id}/receipt/"
    said = []
    for number in (receipt.number, "0" * 16):
        answer = visitor.get(elsewhere, {"number": number})
        assert answer.status_code == 404
        said.append(re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", answer.content.decode()).replace(number, ""))
    assert said[0] == said[1]


def test_numbers_cannot_be_guessed_and_receipts_are_never_changed():
    made = {sending.new_number() for _ in range(2000)}
    assert len(made) == 2000
    assert {len(one) for one in made} == {16}
    assert set("".join(made)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")  # 16 of 32 signs: 80 bits
    receipt = receipt_of(make_case())
    for change in (lambda rows: rows.update(number="1" * 16), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(PublicReceipt.objects.filter(pk=receipt.pk))


def test_no_cache_keeps_it_and_no_search_engine_lists_it(visitor):
    receipt = receipt_of(make_case())
    for address in (FORM, RECEIPT, f"{RECEIPT}?number={receipt.number}"):
        answer = visitor.get(address)
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in answer["Cache-Control"]


def test_a_map_is_there_only_on_a_reviewed_ground_that_says_its_number(visitor, settings):
    tiles = "/basemap/{z}/{x}/{y}.png"
    for ground, there in (
        (basemap.configured(), False),
        (basemap.configured(tiles=tiles, credit="某院"), False),
        (basemap.configured(tiles=tiles, credit="某院", audit_no="GS(2024)0000号"), True),
    ):
        settings.BASEMAP = ground
        page = visitor.get(FORM).content.decode()
        assert ('id="map"' in page, "GS(2024)0000号" in page) == (there, there)


def test_the_form_needs_no_script(visitor):
    """Everything that is needed is a plain field, and what a script fills is hidden where there is none."""
    page = visitor.get(FORM).content.decode()
    names = set(re.findall(r'<(?:input|select|textarea)[^>]*? name="(\w+)"', page))
    assert {
        "area",
        "address",
        "description",
        "photos",
        "coordinates",
        "crs",
        "reporter_name",
        "reporter_phone",
    } <= names
    assert re.search(r'class="own-position" hidden', page)
    townships = re.search(r'<select name="area".*?</select>', page, re.DOTALL)[0]
    assert townships.count("<option") == 1 + Edition.objects.current(HERE).areas.count()
