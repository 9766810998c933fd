"""The office reads both values and decides; a lost phone is taken out of service."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import FieldDevice, FieldRecord
from tests.cases.field.phones import Phone
from tests.cases.journey import Crew
from tests.cases.sound_words import Words
from tests.cases.standing import stand
from tests.factories import make_user
from tests.pages import english, words


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def kept(crew):
    """An order to stop that came after the unit's colleague had ordered to rectify."""
    told = Words(crew, timezone.now()).of
    case = stand(crew, "investigating")
    phone = Phone(crew.first)
    record = phone.act(case, "order_stop", {**told("order_stop"), "demands": "立即停工"})
    actions.perform(case, "order_rectify", by=crew.second, given={**told("order_rectify"), "demands": "限期拆除"})
    phone.send(record)
    return FieldRecord.objects.get()


def office(client, user):
    client.force_login(user)
    return english(client)


def test_both_values_stand_side_by_side_with_who_and_when(client, crew, kept):
    said = words(office(client, crew.dispatcher).get(reverse("field-conflicts")))
    for text in ("立即停工", "限期拆除", str(crew.first), str(crew.second), kept.number, "1 record waits"):
        assert text in said


@pytest.mark.parametrize(("act", "state"), [("take", "done"), ("aside", "set_aside")])
def test_a_decision_needs_a_reason_and_is_shown(client, crew, kept, act, state):
    page, url = office(client, crew.dispatcher), reverse("field-settle", args=(kept.key,))
    assert "Say in up to 500 characters" in words(page.post(url, {"act": act, "why": ""}, follow=True))
    assert kept.number in words(page.post(url, {"act": act, "why": "当场核实"}, follow=True))
    kept.refresh_from_db()
    assert (kept.state, kept.decision, kept.decided_by) == (state, "当场核实", crew.dispatcher)
    assert page.post(url, {"act": act, "why": "再次"}).status_code == 404


def test_what_waits_in_vain_for_the_record_before_it_comes_to_the_office_and_can_be_settled(client, crew):
    """The order builds on an arrival that was lost with the phone."""
    told = Words(crew, timezone.now()).of
    case = stand(crew, "investigating")
    phone = Phone(crew.first)
    record = phone.act(case, "order_stop", {**told("order_stop"), "demands": "立即停工"})
    record["after"] = str(uuid4())
    assert phone.send(record).json()["state"] == "waiting"
    page, listed = office(client, crew.dispatcher), reverse("field-conflicts")
    assert "立即停工" not in words(page.get(listed))
    FieldRecord.objects.update(received_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert "立即停工" in words(page.get(listed))
    kept = FieldRecord.objects.get()
    page.post(reverse("field-settle", args=(kept.key,)), {"act": "take", "why": "手机遗失，已核实"})
    kept.refresh_from_db()
    case.refresh_from_db()
    assert (kept.state, case.status) == ("done", "ordered")


def test_the_history_says_when_it_was_done_when_it_came_and_whether_the_second_officer_agrees(client, crew):
    case = stand(crew, "assigned")
    phone = Phone(crew.first)
    record = phone.act(case, "arrive")
    phone.send(record)
    page = office(client, crew.dispatcher)
    assert "Done on the site" not in words(page.get(case.get_absolute_url()))  # it came at once
    moment = timezone.localtime().replace(second=0, microsecond=0)
    FieldRecord.objects.update(happened_at=moment - timedelta(hours=10), second=crew.second)
    said = words(page.get(case.get_absolute_url()))
    assert f"Done on the site {moment - timedelta(hours=10):%Y-%m-%d %H:%M}, arrived" in said
    assert f"{crew.second} not confirmed yet" in said
    FieldRecord.objects.update(second_confirmed_at=moment)
    assert f"{crew.second} confirmed" in words(page.get(case.get_absolute_url()))


def test_what_the_law_does_not_allow_is_said_and_the_record_stays(client, crew, kept):
    case = kept.case
    case.status = "filed"
    case.save()
    page = office(client, crew.dispatcher)
    answer = page.post(reverse("field-settle", args=(kept.key,)), {"act": "take", "why": "采用"}, follow=True)
    assert "this step does not lead on from there" in words(answer)
    kept.refresh_from_db()
    assert kept.state == "conflict"


def test_the_cases_page_says_that_a_record_waits_and_the_people_of_the_case_are_told(client, crew, kept):
    said = words(office(client, crew.dispatcher).get(kept.case.get_absolute_url()))
    assert "waits for a decision: the case had moved on" in said
    assert "Read both and decide" in said
    assert {notice.to for notice in kept.case.notices.filter(kind="field_held")} >= {crew.dispatcher, crew.second}


def test_a_group_settles_what_is_of_its_cases_alone(client, crew, kept):
    foreign = make_user("lead_unit", unit=crew.quality.unit, group_codes=["G1"])
    page = office(client, foreign)
    assert "No record of the field waits" in words(page.get(reverse("field-conflicts")))
    assert page.post(reverse("field-settle", args=(kept.key,)), {"act": "take", "why": "x"}).status_code == 404


def test_a_lost_phone_is_taken_out_of_service_with_a_reason(client, crew, kept):
    device = FieldDevice.objects.get()
    page, url = office(client, crew.dispatcher), reverse("field-device-end", args=(device.pk,))
    assert "Say why the device" in words(page.post(url, {"why": ""}, follow=True))
    said = words(page.post(url, {"why": "手机丢失"}, follow=True))
    assert "is out of service; its session is over" in said
    assert "手机丢失" in said
    assert Phone(crew.first, key=device.key).client.get("/api/v1/field/pack/").json()["revoked"] is True
