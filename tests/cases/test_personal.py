"""Personal data: masked by default, shown to who asks with a reason, once, and written down."""

import json

import pytest
from django.urls import reverse

from cases import actions, identity, personal
from cases.models import CaseEvent, Party
from tests.factories import make_case, make_user
from tests.pages import english, words

PERSON = {"kind": "person", "is_natural": True, "name": "甲乙丙", "id_no": "410182199001011234",
          "phone": "138 1234 5678", "address": "荥阳市索河街道演武路 8 号 3 单元"}  # fmt: skip
FIRM = {"kind": "developer", "name": "某某置业有限公司", "uscc": "91410182MA40000000",
        "legal_representative": "丁戊", "phone": "0371-64660000", "address": "荥阳市演武路 8 号"}  # fmt: skip
SECRETS = ("甲乙丙", "410182199001011234", "138 1234 5678", "演武路 8 号 3 单元", "丁戊", "64660000")
WHY = "送达前核对身份"


@pytest.fixture
def case(xingyang):
    made = make_case(reporter={"name": "来电人", "phone": "139 0000 1111", "note": "夜间勿扰"})
    for party in (PERSON, FIRM):
        Party.objects.create(region=made.region, case=made, **party)
    return made


@pytest.fixture
def inspector(xingyang):
    return make_user("inspector", group_codes=["G3"])


@pytest.fixture
def page(client, inspector):
    client.force_login(inspector)
    return english(client)


@pytest.mark.parametrize(
    ("mask", "given", "shown"),
    [
        (identity.masked_name, "甲", "甲某"),
        (identity.masked_name, "甲乙", "甲某"),
        (identity.masked_name, " 甲乙丙 ", "甲某某"),
        (identity.masked_name, "甲乙丙丁戊", "甲某某"),
        (identity.masked_name, "", ""),
        (identity.masked_name, "  ", ""),
        (identity.masked_id, "410182199001011234", "4101************34"),
        (identity.masked_id, "123456789", "***"),
        (identity.masked_id, "", ""),
        (identity.masked_phone, "138 1234 5678", "138****5678"),
        (identity.masked_phone, "+86 13812345678", "861******5678"),
        (identity.masked_phone, "0371-6466", "***"),
        (identity.masked_phone, "- -", ""),
        (identity.masked_address, "荥阳市索河街道演武路 8 号", "荥阳市索河街道***"),
        (identity.masked_address, "河南省荥阳市豫龙镇某村 3 号", "河南省荥阳市豫龙镇***"),
        (identity.masked_address, "演武路 8 号", "***"),
        (identity.masked_address, "", ""),
    ],
)
def test_a_mask_leaves_what_tells_where_and_hides_who(mask, given, shown):
    assert mask(given) == shown


@pytest.mark.parametrize("text", ["<script>", "\x00" * 40, "😀" * 5000, "a\nb", "%s{0}", "市" * 3000])
@pytest.mark.parametrize("mask", identity.MASKS.values())
def test_no_text_breaks_a_mask_nor_comes_through_whole(mask, text):
    assert mask(text) != text


def test_a_firms_name_code_and_seat_are_public_and_the_people_behind_it_are_not(case):
    firm = personal.party(Party.objects.get(is_natural=False))
    assert (firm["name"], firm["uscc"], firm["address"]) == (FIRM["name"], FIRM["uscc"], FIRM["address"])
    assert (firm["legal_representative"], firm["phone"]) == ("丁某", "037*****0000")


def test_the_page_masks_every_party_and_offers_to_show_it(page, case):
    said = words(page.get(case.get_absolute_url()))
    assert "甲某某" in said
    assert "Show once" in said
    assert [secret for secret in SECRETS if secret in said] == []


def unmask(client, case, party, reason=WHY):
    return client.post(reverse("case-unmask-party", args=(case.case_no, party.pk)), {"reason": reason})


def test_asked_for_one_party_is_shown_in_that_answer_alone_and_written_down(page, case, inspector):
    person, _firm = case.parties.order_by("id")
    version = case.version
    answer = unmask(page, case, person)
    said = words(answer)
    assert "甲乙丙" in said
    assert "丁戊" not in said
    assert "no-store" in answer["Cache-Control"]
    assert "ETag" not in answer
    event = CaseEvent.objects.get(verb="unmask")
    assert (event.by, event.note, event.data) == (inspector, WHY, {"unmasked": "party", "id": person.pk})
    assert "甲乙丙" not in words(page.get(case.get_absolute_url()))
    case.refresh_from_db()
    assert case.version == version
    assert f"Personal data shown · {inspector}" in words(page.get(case.get_absolute_url()))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_is_shown_and_nothing_written(page, case, reason):
    answer = unmask(page, case, case.parties.first(), reason)
    assert answer.status_code == 302
    assert "甲乙丙" not in words(page.get(answer.url))
    assert not CaseEvent.objects.filter(verb="unmask").exists()


def test_a_party_of_another_case_is_not_found_under_this_one(page, case):
    other = make_case()
    party = Party.objects.create(region=other.region, case=other, **PERSON)
    assert unmask(page, case, party).status_code == 404
    assert not CaseEvent.objects.filter(verb="unmask").exists()


def test_who_may_not_ask_is_not_offered_to_and_is_refused(client, case):
    client.force_login(make_user("assessor"))
    assert "Show once" not in words(english(client).get(case.get_absolute_url()))
    assert unmask(client, case, case.parties.first()).status_code == 403


def ask(client, name, *arguments, body=None):
    body = json.dumps({"reason": WHY} if body is None else body)
    return client.post(reverse(name, args=arguments), body, content_type="application/json")


def test_the_api_masks_them_and_shows_one_when_asked(page, case):
    person = case.parties.order_by("id").first()
    text = page.get(reverse("api-case", args=(case.case_no,))).content.decode()
    assert [secret for secret in SECRETS if secret in text] == []
    answer = ask(page, "api-unmask-party", case.case_no, person.pk)
    assert answer.json()["name"] == "甲乙丙"
    assert answer.json()["masked"] is False
    assert answer["Cache-Control"] == "no-store"
    assert CaseEvent.objects.get(verb="unmask").note == WHY


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}, {"reason": WHY, "more": 1}]
)
def test_the_api_wants_a_reason_and_nothing_else(page, case, body):
    assert ask(page, "api-unmask-party", case.case_no, case.parties.first().pk, body=body).status_code == 400
    assert not CaseEvent.objects.filter(verb="unmask").exists()


def test_the_reporter_is_shown_to_the_office_when_asked_and_to_nobody_else(client, case, page):
    assert ask(page, "api-unmask-reporter", case.case_no).status_code == 404
    client.force_login(make_user("dispatcher"))
    assert ask(client, "api-unmask-reporter", case.case_no).json() == {
        "name": "来电人", "phone": "139 0000 1111", "note": "夜间勿扰", "masked": False
    }  # fmt: skip
    said = words(client.post(reverse("case-unmask-reporter", args=(case.case_no,)), {"reason": WHY}))
    assert "139 0000 1111" in said
    assert CaseEvent.objects.filter(verb="unmask", data__unmasked="reporter").count() == 2


def test_the_reporter_is_masked_to_the_office_until_it_asks(client, case):
    client.force_login(make_user("dispatcher"))
    page = client.get(case.get_absolute_url()).content.decode()
    told = client.get(reverse("api-case", args=(case.case_no,))).json()["properties"]["reporter"]
    assert (told["name"], told["phone"], told["masked"]) == ("来某某", "139****1111", True)
    assert told["phone"] in page
    for secret in ("来电人", "139 0000 1111", "夜间勿扰"):
        assert secret not in page
        assert secret not in json.dumps(told, ensure_ascii=False)


def test_a_case_without_a_reporter_has_none_to_show(client, xingyang):
    client.force_login(make_user("dispatcher"))
    assert ask(client, "api-unmask-reporter", make_case().case_no).status_code == 404


def test_what_a_party_is_called_is_shown_as_text(page, case):
    Party.objects.filter(is_natural=True).update(name="<b>x", is_natural=False)
    assert "<b>x" not in page.get(case.get_absolute_url()).content.decode()


def test_a_script_asks_by_the_same_verb(case, inspector):
    actions.unmask(case, case.parties.first(), by=inspector, reason=WHY)
    with pytest.raises(actions.BadReport):
        actions.unmask(case, case.parties.first(), by=inspector, reason=" ")
    assert CaseEvent.objects.filter(verb="unmask").count() == 1
