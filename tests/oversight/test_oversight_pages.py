"""The pages of conduct and of the exposure desk: what each person is offered, and what a fault says."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from cases import documents
from oversight.conduct import acts, asking
from oversight.models import BadConductRecord, ExposureEntry
from tests.factories import make_user
from tests.oversight.scene import DECIDED, decided, drafted, entry, noon, published
from tests.pages import english, words


def client_of(user):
    client = english(Client())
    client.force_login(user)
    return client


@pytest.fixture
def today(calendar):
    return calendar.stand(DECIDED)


def offered(answer):
    return re.findall(r"/conduct/\d+/(\w+)/", answer.content.decode())


def test_a_record_is_made_on_the_pages_by_two_people(people, today):
    case, decision = decided()
    keeper, leader = client_of(people.keeper), client_of(people.leader)
    form = {
        "party": case.parties.get().pk, "decision": decision.pk, "uses": ["awards", "permits"], "facts": "擅自施工",
        "months": "6",
    }  # fmt: skip
    made = keeper.post(f"{reverse('conduct-new')}?case={case.case_no.lower()}", form)
    record = BadConductRecord.objects.get()
    page = reverse("conduct-record", args=(record.pk,))
    assert made["Location"] == page
    assert offered(keeper.get(page)) == ["change", "propose", "withdraw"]
    assert offered(leader.get(page)) == []
    keeper.post(f"{page}propose/")
    assert offered(leader.get(page)) == ["approve", "send_back"]
    leader.post(f"{page}approve/")
    assert offered(keeper.get(page)) == ["publish", "withdraw"]
    keeper.post(f"{page}publish/", {"publish_from": ""})
    assert offered(keeper.get(page)) == ["ask_shortening", "withdraw"]
    keeper.post(f"{page}ask_shortening/", {"until": "2026-07-01", "note": "已整改"})
    assert offered(leader.get(page)) == ["shorten", "keep_period"]
    leader.post(f"{page}shorten/")
    record.refresh_from_db()
    assert (record.state, record.publish_until) == ("shortened", date(2026, 7, 1))
    assert offered(client_of(people.dispatcher).get(page)) == []


def test_a_registered_person_is_masked_where_withdrawals_are_due_too(people, today):
    record = published(people, name="王小明", natural=True)
    documents.void(record.decision, by=people.keeper, reason="撤销", at=noon(DECIDED))
    seen = words(client_of(people.keeper).get(reverse("conduct")))
    assert "withdraw it" in seen
    assert ("王某某" in seen, "王小明" in seen) == (True, False)


def test_a_fault_stands_at_its_field_and_nothing_that_was_told_is_lost(people, today):
    case, decision = decided()
    told = {"party": case.parties.get().pk, "decision": decision.pk, "facts": "写好的事实", "months": "40"}
    answer = client_of(people.keeper).post(f"{reverse('conduct-new')}?case={case.case_no}", told)
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"uses", "months"}
    assert "写好的事实" in words(answer)


def test_a_refused_shortening_of_the_period_is_said_at_the_day(people, today):
    record = published(people)
    address = reverse("conduct-act", args=(record.pk, "ask_shortening"))
    answer = client_of(people.keeper).post(address, {"until": "2026-05-01", "note": "已整改"})
    assert answer.status_code == 400
    assert "Not before 2026-06-02" in words(answer)


def test_the_same_person_twice_is_told_so(people, today):
    both = make_user("supervision_officer", "leader")
    record = acts.propose(drafted(people), by=both)
    address = reverse("conduct-act", args=(record.pk, "approve"))
    answer = client_of(both).post(address, follow=True)
    assert "Another person than the one who prepared it must decide" in words(answer)


def test_a_draft_is_for_who_keeps_and_who_approves(people, today):
    record = drafted(people)
    address = reverse("conduct-record", args=(record.pk,))
    seen = {
        user: client_of(user).get(address).status_code for user in (people.keeper, people.leader, people.dispatcher)
    }
    assert seen == {people.keeper: 200, people.leader: 200, people.dispatcher: 404}
    assert record.name not in words(client_of(people.dispatcher).get(reverse("conduct")))


def test_whoever_opens_a_record_is_kept_with_the_moment(people, today):
    record = published(people)
    client_of(people.dispatcher).get(reverse("conduct-record", args=(record.pk,)))
    (view,) = record.views.all()
    assert (view.by, view.at) == (people.dispatcher, noon(DECIDED))


def test_who_has_a_record_in_a_list_before_them_is_kept_as_on_its_own_page(people, today, calendar):
    """Once in ten minutes; what a search leaves out is not seen, nor by anybody who is not let in."""
    one, other = published(people, name="甲公司"), published(people, name="乙公司")
    drafted(people, name="丙公司")
    client_of(people.dispatcher).get(reverse("conduct"))
    client_of(people.dispatcher).get(reverse("conduct"))
    client_of(people.leader).get(reverse("conduct"), {"q": "甲", "state": "published"})
    Client().get(reverse("conduct"))
    Client().get("/exposure/")
    assert [view.by for view in one.views.all()] == [people.dispatcher, people.leader]
    assert [(view.by, view.at) for view in other.views.all()] == [(people.dispatcher, noon(DECIDED))]
    calendar.stand(DECIDED + timedelta(days=1))
    client_of(people.dispatcher).get(reverse("conduct"))
    assert other.views.count() == 2


def test_search_and_state_are_kept_by_one_another(people, today):
    published(people, name="甲公司")
    drafted(people, name="甲二公司")
    drafted(people, name="乙公司")
    page = client_of(people.keeper).get(reverse("conduct"), {"q": "甲", "state": "drafted", "page": "1"})
    said = unquote(unescape(page.content.decode()))
    assert [row["name"] for row in page.context["rows"]] == ["甲二公司"]
    assert {state.value: number for state, number in page.context["states"] if number} == {"drafted": 1, "published": 1}
    assert 'href="?q=甲&state=published"' in said
    assert 'href="?q=甲"' in said
    assert '<input type="hidden" name="state" value="drafted">' in said


def test_the_file_has_every_record_however_many_and_each_was_seen(people, today, monkeypatch):
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    names = [published(people, name=f"{number}公司").name for number in "甲乙丙丁戊"]
    for kind in ("csv", "xlsx"):
        answer = client_of(people.dispatcher).get(reverse("conduct-file", args=(kind,)))
        content = b"".join(answer.streaming_content)
        if kind == "csv":
            assert [name in content.decode() for name in names] == [True] * 5
        else:
            rows = list(openpyxl.load_workbook(BytesIO(content)).active.values)
            assert [row[0] for row in rows[1:]] == names[::-1]
    assert [one.views.count() for one in BadConductRecord.objects.all()] == [2] * 5


def test_a_fallen_decision_is_on_the_keeper_s_list_with_its_day(people, today):
    record = published(people)
    record.case.events.create(
        region=record.case.region, verb="annul_decision", status="investigating", at=noon(DECIDED)
    )
    page = client_of(people.keeper).get(reverse("conduct"))
    # three working days behind Monday, 2 March 2026
    assert "by 2026-03-05" in words(page)
    assert "by 2026-03-05" not in words(client_of(people.dispatcher).get(reverse("conduct")))


def test_a_new_record_asks_for_a_case_that_the_person_sees(people, today):
    client = client_of(people.keeper)
    assert client.get(reverse("conduct-new")).status_code == 200
    assert "no case of this number" in words(client.get(reverse("conduct-new"), {"case": "XY-1999-00001"}))


def test_search_finds_by_name_code_and_case_number_exactly_one(people, today):
    one, other = published(people, name="甲公司"), published(people, name="乙公司")
    client = client_of(people.dispatcher)
    for text in ("甲公", one.case.case_no):
        said = words(client.get(reverse("conduct"), {"q": text}))
        assert (one.name in said, other.name in said) == (True, False)
    said = words(client.get(reverse("conduct"), {"q": one.uscc.lower()}))
    assert one.name in said
    assert other.name in said


@pytest.mark.parametrize("name", ["conduct-repeat", "conduct-follow-up"])
def test_the_other_pages_say_when_there_is_nothing(people, name):
    assert client_of(people.keeper).get(reverse(name), {"radius": "x"}).status_code == 200


def test_an_entry_is_made_on_the_desk_by_two_people(people, today):
    case, _decision = decided()
    writer, leader = client_of(people.writer), client_of(people.leader)
    form = {
        "party": case.parties.get().pk, "title": "甲", "place": "", "text": "乙", "publish_from": "2026-03-02",
        "publish_until": "2026-06-02",
    }  # fmt: skip
    address = f"{reverse('exposure-new')}?case={case.case_no}"
    refused = writer.post(address, {**form, "text": "电话13812345678"})
    assert refused.status_code == 400
    assert "telephone number" in words(refused)
    assert not ExposureEntry.objects.exists()
    made = writer.post(address, form)
    page = made["Location"]
    assert writer.post(page, {"act": "approve"}).status_code == 403
    writer.post(page, {"act": "propose"})
    assert "甲" not in words(Client().get(reverse("exposure")))
    assert leader.post(page, {"act": "write"}).status_code == 403
    leader.post(page, {"act": "approve"})
    assert "甲" in words(Client().get(reverse("exposure")))
    assert leader.post(page, {"act": "withdraw", "note": ""}).status_code == 400
    leader.post(page, {"act": "withdraw", "note": "有误"})
    assert "甲" not in words(Client().get(reverse("exposure")))
    assert leader.post(page, {"act": "nothing"}).status_code == 404


def test_another_version_begins_with_the_words_of_the_last(people, today):
    shown = entry(people, title="原来的标题")
    page = client_of(people.writer).get(reverse("exposure-edit", args=(shown.pk,)))
    assert page.context["form"].initial["title"] == "原来的标题"
    assert page.context["form"].initial["party"] == shown.case.parties.get().pk
