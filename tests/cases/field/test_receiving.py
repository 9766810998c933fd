"""A record of the field arrives: once, on the case as it stands, and never lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from boundaries.models import Region
from cases import actions, field
from cases.models import Case, CaseEvent, FieldDevice, FieldRecord, Inspection, Order
from tests.cases.evidence_files import picture
from tests.cases.field.phones import Phone
from tests.cases.journey import Crew
from tests.cases.sound_words import Words
from tests.cases.standing import joint, order, stand
from tests.factories import make_case, make_user


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def words(crew):
    return Words(crew, timezone.now()).of


@pytest.fixture
def phone(crew):
    return Phone(crew.first)


def test_an_arrival_is_done_at_its_place_and_has_a_receipt(crew, phone):
    case = stand(crew, "investigating")
    answer = phone.send(phone.act(case, "arrive"))
    assert answer.status_code == 201
    told = answer.json()
    record = FieldRecord.objects.get()
    assert (told["state"], told["number"], told["case_no"], told["version"]) == ("done", record.number, case.case_no, 2)
    event = case.events.get(verb="arrive")
    assert (event.by, event.place.coords, event.version) == (crew.first, (113.378, 34.787), 2)
    assert record.event == event


def test_the_same_record_again_has_the_same_answer_byte_for_byte_and_does_nothing(crew, phone):
    case = stand(crew, "investigating")
    record = phone.act(case, "remark", {"text": "现场无人"})
    first = phone.send(record)
    actions.perform(case, "remark", by=crew.dispatcher, given={"text": "补充"})
    assert [phone.send(record).content for _time in range(3)] == [first.content] * 3
    assert case.events.filter(verb="remark").count() == 2


def test_another_record_under_the_same_key_is_refused_and_says_so(crew, phone):
    case = stand(crew, "investigating")
    record = phone.act(case, "remark", {"text": "现场无人"})
    phone.send(record)
    answer = phone.send({**record, "words": {"text": "现场有人"}})
    assert (answer.status_code, answer.json()) == (422, {"detail": "该密钥已用于另一条记录。"})
    assert Phone(crew.second).send(record).status_code == 422


def test_bad_words_keep_nothing_and_name_the_field_and_the_mended_record_takes_the_same_key(crew, phone, words):
    case = stand(crew, "investigating")
    record = phone.act(case, "inspect", {**words("inspect"), "officers": [crew.first.username]})
    answer = phone.send(record)
    assert answer.status_code == 400
    assert list(answer.json()["words"]) == ["officers"]
    assert not FieldRecord.objects.exists()
    assert phone.send({**record, "words": words("inspect")}).json()["state"] == "done"


def test_a_report_becomes_a_case_where_the_phone_stood_and_says_who_answers(crew, phone):
    told = phone.send(phone.report(description="路边新挖基坑")).json()
    case = Case.objects.get()
    assert (told["case_no"], told["assigned"]["group"]["code"]) == (case.case_no, "G3")
    assert (case.accuracy_m, case.source_client, case.reported_by) == (8, "field", crew.first)


def test_an_act_on_a_site_that_was_just_reported_finds_its_case_by_the_report(crew, phone):
    report = phone.report()
    phone.send(report)
    act = phone._record(kind="act", verb="remark", words={"text": "已拍照"}, after=report["key"], ago=timedelta(0))
    assert phone.send(act).json()["case_no"] == Case.objects.get().case_no


def test_an_act_that_comes_before_the_one_it_builds_on_waits_and_is_done_with_it(crew, phone, words):
    case = stand(crew, "filed")
    inspect, stop = phone.act(case, "inspect", words("inspect")), phone.act(case, "order_stop", words("order_stop"))
    early = phone.send(stop).json()
    assert (early["state"], Case.objects.get().status) == ("waiting", "filed")
    phone.send(inspect)
    assert Case.objects.get().status == "ordered"
    assert phone.standing()[stop["key"]]["state"] == "done"
    assert phone.send(stop).json() == early


def test_what_adds_to_a_case_is_done_on_the_case_as_it_stands_now(crew, phone, words):
    case = stand(crew, "investigating")
    record = phone.act(case, "inspect", words("inspect"))
    actions.perform(case, "order_stop", by=crew.second, given=words("order_stop"))
    assert phone.send(record).json()["state"] == "done"
    assert Case.objects.get().status == "ordered"
    assert Inspection.objects.count() == 1


def test_an_order_of_a_phone_that_did_not_know_of_a_step_is_kept_with_both_values(crew, phone, words):
    case = stand(crew, "investigating")
    record = phone.act(case, "order_stop", words("order_stop"))
    actions.perform(case, "order_rectify", by=crew.second, given={**words("order_rectify"), "demands": "限期拆除"})
    told = phone.send(record).json()
    assert told["state"] == "conflict"
    assert [(one["verb"], one["words"]["demands"]) for one in told["since"]] == [("order_rectify", "限期拆除")]
    kept = FieldRecord.objects.get()
    assert (kept.words["demands"], kept.event, Order.objects.count()) == ("停工", None, 1)
    event = case.events.get(verb="field_held")
    assert (event.data["record"], event.data["act"]) == (record["key"], "order_stop")


def test_what_only_somebody_remarked_or_came_for_is_no_step_to_know_of(crew, phone, words):
    case = stand(crew, "investigating")
    record = phone.act(case, "order_stop", words("order_stop"))
    for verb in ("remark", "arrive", "inspect", "record_violence"):
        actions.perform(case, verb, by=crew.second, given=words(verb))
    assert phone.send(record).json()["state"] == "done"


def test_the_laws_order_of_steps_holds_and_what_it_refuses_is_kept_with_the_sentence(crew, phone, words):
    case = stand(crew, "filed")
    told = phone.send(phone.act(case, "order_stop", words("order_stop"))).json()
    assert told["state"] == "conflict"
    assert "已立案" in told["why"][0]
    assert not Order.objects.exists()


def test_what_builds_on_an_order_that_is_not_in_force_is_not_either(crew, phone, words):
    case = stand(crew, "investigating")
    first = phone.act(case, "order_stop", words("order_stop"))
    second = phone.act(case, "recheck_failed", words("recheck_failed"))
    actions.perform(case, "order_rectify", by=crew.second, given=words("order_rectify"))
    assert [phone.send(one).json()["state"] for one in (first, second)] == ["conflict", "conflict"]


def test_a_case_that_is_no_longer_ones_own_or_none_at_all_keeps_the_record_and_tells_nothing(crew, xingyang):
    phone = Phone(make_user("inspector", unit=crew.quality.unit, group_codes=["G1"], officer_cert_no="豫B1"))
    foreign = make_case()
    missing = Case(case_no="XY-2026-99999", version=1)
    answers = [phone.send(phone.act(case, "arrive")).json() for case in (foreign, missing)]
    for told in answers:
        told.pop("number"), told.pop("key"), told.pop("received_at"), told.pop("skew_s"), told.pop("case_no")
    assert answers[0] == answers[1]
    assert answers[0]["state"] == "conflict"
    assert FieldRecord.objects.filter(case=None).count() == 2
    assert not CaseEvent.objects.filter(verb="field_held").exists()


@pytest.mark.parametrize("ahead", [timedelta(hours=48), timedelta(hours=-48)])
def test_a_clock_that_is_two_days_wrong_moves_nothing_and_its_word_is_kept(crew, words, ahead):
    case = stand(crew, "investigating")
    phone = Phone(crew.first, ahead=ahead)
    made = phone.act(case, "inspect", words("inspect"), ago=timedelta(hours=3))
    said = made["captured_at"]
    told = phone.send({**made, "words": {**made["words"], "held_at": said}}).json()
    record, visit = FieldRecord.objects.get(), Inspection.objects.get()
    assert told["skew_s"] == pytest.approx(ahead.total_seconds(), abs=30)
    assert record.captured_at == parse_datetime(said)
    for moment in (record.happened_at, visit.held_at):
        assert timezone.now() - moment == pytest.approx(timedelta(hours=3), abs=timedelta(seconds=30))
    assert timezone.now() - record.received_at < timedelta(seconds=30)


def test_an_order_told_hours_ago_keeps_the_date_that_the_party_was_told_though_it_has_passed(crew, phone, words):
    case = stand(crew, "investigating")
    due = timezone.now() - timedelta(hours=1)
    record = phone.act(case, "order_stop", {**words("order_stop"), "due_at": due.isoformat()}, ago=timedelta(hours=5))
    assert phone.send(record).json()["state"] == "done"
    given = Order.objects.get()
    assert given.due_at == due
    assert timezone.now() - given.issued_at == pytest.approx(timedelta(hours=5), abs=timedelta(seconds=30))


def test_who_comes_second_to_begin_the_check_finds_it_done(crew, phone):
    case = stand(crew, "assigned")
    record = phone.act(case, "begin_check")
    Phone(crew.second).send(Phone(crew.second).act(case, "begin_check"))
    told = phone.send(record).json()
    assert (told["state"], case.events.filter(verb="begin_check").count()) == ("done", 1)
    assert "已" in told["why"][0]


def test_several_units_fill_one_joint_inspection_also_after_its_record_was_concluded(crew, words):
    case = stand(crew, "investigating", units_involved=[crew.first.unit_id, crew.brigade.unit_id, crew.quality.unit_id])
    called = joint(case, crew.first.unit, crew.brigade.unit, crew.quality.unit, present=[crew.first.unit])
    phones = [Phone(officer) for officer in (crew.brigade, crew.quality)]
    sent = [phone.send(phone.act(case, "sign_in")).json()["state"] for phone in phones]
    late = phones[1].act(case, "contribute", {"inspection": called.pk, "violations": ["quality_supervision"]})
    phones[0].send(phones[0].act(case, "contribute", {"inspection": called.pk, "findings": "无规划许可"}))
    actions.perform(case, "conclude_joint", by=crew.first, given=words("conclude_joint"))
    sent.append(phones[1].send(late).json()["state"])
    assert sent == ["done"] * 3
    assert [(one.unit, one.findings, one.violations) for one in called.entries.all()] == [
        (crew.quality.unit, "", ["quality_supervision"]), (crew.brigade.unit, "无规划许可", []),
    ]  # as they were told, not as they came  # fmt: skip


def test_a_unit_ticks_at_a_joint_inspection_what_is_its_own_and_what_is_nobodys(crew):
    """The brigade and the quality station are there and no office for tenders: 招投标 is anybody's, 质监 the station's,
    until the case names the brigade for it."""
    case = stand(crew, "investigating", units_involved=[crew.first.unit_id, crew.brigade.unit_id, crew.quality.unit_id])
    joint(case, crew.first.unit, crew.brigade.unit, crew.quality.unit)
    brigade, quality = Phone(crew.brigade), Phone(crew.quality)

    def ticks(phone, *kinds):
        return phone.send(phone.act(case, "contribute", {"violations": list(kinds)}))

    refused = ticks(Phone(crew.brigade), "quality_supervision", "tendering")
    assert (refused.status_code, list(refused.json()["words"])) == (400, ["violations"])
    assert "质监站" in refused.json()["words"]["violations"][0]
    assert ticks(brigade, "tendering", "planning_permit").json()["state"] == "done"
    assert ticks(quality, "quality_supervision").json()["state"] == "done"
    assert ticks(quality, "safety_supervision").status_code == 400  # 安监站 is there
    case.found_violations.create(
        region_id=case.region_id, kind="quality_supervision", act="x", basis="x", handling_unit=crew.brigade.unit
    )
    assert ticks(brigade, "quality_supervision").json()["state"] == "done"


def test_an_order_refused_by_the_party_needs_a_witness_and_is_served_with_its_document(crew, phone, words):
    case = stand(crew, "investigating")
    record = phone.act(case, "order_stop", {**words("order_stop"), "refused_to_sign": True})
    assert list(phone.send(record).json()["words"]) == ["witness"]
    phone.send({**record, "words": {**record["words"], "witness": "村委会工作人员"}})
    (served,) = case.documents.get(kind="stop_order").services.all()
    assert (served.refused_to_sign, served.witness, served.officers.count()) == (True, "村委会工作人员", 2)


def test_a_kept_record_is_put_in_force_on_the_case_as_it_stands_by_a_persons_decision(crew, phone, words):
    case = stand(crew, "investigating")
    record = phone.act(case, "order_stop", words("order_stop"))
    actions.perform(case, "order_rectify", by=crew.second, given=words("order_rectify"))
    phone.send(record)
    kept = FieldRecord.objects.get()
    field.settle(kept, by=crew.dispatcher, take=True, why="两份通知书均已当场交付")
    assert Order.objects.count() == 2
    told = phone.standing()[record["key"]]
    assert (told["state"], told["decision"]) == ("done", "两份通知书均已当场交付")
    assert case.events.get(verb="field_settled").data["taken"] is True
    with pytest.raises(field.NothingToSettle):
        field.settle(kept, by=crew.dispatcher, take=False, why="再次")


def test_a_kept_record_that_is_set_aside_stays_as_it_came(crew, phone, words):
    case = stand(crew, "ordered")
    order(case)
    record = phone.act(case, "recheck_passed", words("recheck_passed"))
    actions.perform(case, "recheck_failed", by=crew.second, given=words("recheck_failed"))
    phone.send(record)
    with pytest.raises(field.BadReason):
        field.settle(FieldRecord.objects.get(), by=crew.dispatcher, take=False, why=" ")
    field.settle(FieldRecord.objects.get(), by=crew.dispatcher, take=False, why="视频显示仍在施工")
    kept = FieldRecord.objects.get()
    assert (kept.state, kept.words["findings"], Case.objects.get().status) == ("set_aside", "情况属实", "ordered")


def test_a_decision_does_not_lead_round_the_law(crew, phone, words):
    case = stand(crew, "filed")
    phone.send(phone.act(case, "order_stop", words("order_stop")))
    with pytest.raises(actions.Refused):
        field.settle(FieldRecord.objects.get(), by=crew.dispatcher, take=True, why="采用")
    assert FieldRecord.objects.get().state == "conflict"


def test_the_second_officer_signs_in_beside_the_first_or_confirms_later(crew, phone):
    case = stand(crew, "investigating")
    crew.second.set_password("second-officer-1")
    crew.second.save()
    url = "/api/v1/field/second/"
    told = phone.client.post(
        url, {"username": crew.second.username, "password": "second-officer-1"}, "application/json"
    )
    here = {"username": crew.second.username, "how": "here", "token": told.json()["token"]}
    phone.send(phone.act(case, "arrive", second=here))
    forged = {**here, "token": told.json()["token"][:-2] + "xx"}
    phone.send(phone.act(case, "arrive", second=forged))
    proved, later = FieldRecord.objects.order_by("id")
    assert (proved.second_confirmed_at is None, later.second_confirmed_at) == (False, None)
    theirs = Phone(crew.second).client
    assert [one["key"] for one in theirs.get("/api/v1/field/confirmations/").json()] == [str(later.key)]
    confirm = f"/api/v1/field/changes/{later.key}/confirm/"
    assert phone.client.post(confirm).status_code == 404
    assert theirs.post(confirm).status_code == 200
    assert theirs.get("/api/v1/field/confirmations/").json() == []


def test_neither_oneself_nor_an_officer_of_elsewhere_is_the_second_and_the_latter_reads_nothing(crew, phone):
    """One of another region is answered like a name that nobody has."""
    case = stand(crew, "investigating")
    elsewhere = Region.objects.create(code="410183", name="新区", case_prefix="XQ")
    stranger = make_user("inspector", region_id=elsewhere.code, officer_cert_no="豫B-9", username="stranger")

    def _answer(username):
        phone.last.clear()
        answer = phone.send(phone.act(case, "remark", {"text": "x"}, second={"username": username}))
        return answer.status_code, answer.json()["second"]["username"][0]

    assert _answer(crew.first.username) == (400, "第二名执法人员须是另一人。")
    status, said = _answer(stranger.username)
    assert (status, said.replace("stranger", "nobody")) == _answer("nobody")
    assert not FieldRecord.objects.exists()
    phone.last.clear()
    phone.send(phone.act(case, "arrive", second={"username": crew.second.username}))
    FieldRecord.objects.update(second=stranger)  # as it could be told before
    assert not field.unconfirmed(stranger).exists()


def test_a_wrong_password_or_oneself_is_no_second_officer(crew, phone):
    url = "/api/v1/field/second/"
    crew.first.set_password("first-officer-1")
    crew.first.save()
    for body, name in (
        ({"username": crew.second.username, "password": "x"}, "password"),
        ({"username": crew.first.username, "password": "first-officer-1"}, "username"),
    ):
        answer = phone.client.post(url, body, "application/json")
        assert (answer.status_code, list(answer.json())) == (400, [name])


def test_a_device_that_was_taken_away_gets_nothing_and_its_session_is_over(crew):
    client = Client(headers={"Field-Device": str(uuid4())})
    client.force_login(crew.first)
    assert client.get("/api/v1/field/pack/").status_code == 200
    field.end(FieldDevice.objects.get(), by=crew.dispatcher, why="手机丢失")
    assert client.get("/api/v1/field/pack/").status_code == 401
    client.force_login(crew.first)
    answer = client.get("/api/v1/field/pack/")
    assert (answer.status_code, answer.json()["revoked"]) == (403, True)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=48)])
def test_a_photo_that_follows_belongs_to_its_record_and_its_time_is_put_right(crew, words, ahead):
    case = stand(crew, "investigating")
    phone = Phone(crew.first, ahead=ahead)
    content = picture()
    record = phone.act(case, "arrive", ago=timedelta(minutes=20))
    phone.send(record)
    told = {"file": SimpleUploadedFile("现场.jpg", content), "kind": "audiovisual", "record": record["key"],
            "captured_at": record["captured_at"]}  # fmt: skip
    answer = phone.client.post(f"/api/v1/cases/{case.case_no}/evidence/", told)
    assert answer.status_code == 201, answer.content
    kept = case.evidence.get()
    assert str(kept.record) == record["key"]
    assert timezone.now() - kept.captured_at == pytest.approx(timedelta(minutes=20), abs=timedelta(seconds=30))
    assert phone.client.post(f"/api/v1/cases/{case.case_no}/evidence/", {**told, "record": str(uuid4())}).json()[
        "record"
    ]
