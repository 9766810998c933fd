"""Other systems: a key of their own, the state on a day, and a line for every answer."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from oversight.conduct import acts, keys
from oversight.models import ApiKey, ConductAnswer
from tests.factories import make_user
from tests.oversight.scene import DECIDED, FIRST, SECOND, noon, published
from tests.second_city import load as load_second_city


@pytest.fixture
def key(people):
    return keys.make(people.keeper.region, "招标平台")


def ask(key, **query):
    headers = {"Authorization": f"Key {key}"} if key else {}
    return Client().get(reverse("api-conduct"), {"uscc": FIRST, **query}, headers=headers)


def test_a_record_is_told_with_its_decision_uses_and_days(people, calendar, key):
    calendar.stand(DECIDED)
    record = published(people, uses=["tendering", "awards"])
    (told,) = ask(key).json()["records"]
    assert told == {
        "name": "河南某某建设有限公司", "uscc": FIRST, "decision_no": record.decision.doc_no, "decided_on": "2026-03-02",
        "facts": "未取得施工许可证擅自施工", "uses": ["tendering", "awards"], "publish_from": "2026-03-02",
        "publish_until": "2026-09-02", "state": "published",
    }  # fmt: skip


def test_a_use_finds_those_that_count_for_it(people, calendar, key):
    calendar.stand(DECIDED)
    published(people, uses=["tendering"])
    found = {use: len(ask(key, use=use).json()["records"]) for use in ("tendering", "awards")}
    assert found == {"tendering": 1, "awards": 0}


def test_a_shortened_one_was_published_before_the_day_of_the_shortening(people, calendar, key):
    day = calendar.stand(date(2026, 4, 1))
    asked = acts.ask_shortening(
        published(people), until=date(2026, 6, 2), by=people.keeper, note="已整改", at=noon(day)
    )
    acts.shorten(asked, by=people.leader, at=noon(day))
    states = {on: ask(key, on=on).json()["records"][0]["state"] for on in ("2026-03-31", "2026-04-01")}
    assert states == {"2026-03-31": "published", "2026-04-01": "shortened"}


def test_a_registered_person_s_name_is_masked(people, calendar, key):
    calendar.stand(DECIDED)
    published(people, natural=True, name="王小明")
    answer = ask(key)
    assert answer.json()["records"][0]["name"] == "王某某"
    assert "王小明" not in answer.content.decode()


def test_drafts_are_never_told(people, calendar, key):
    calendar.stand(DECIDED)
    record = published(people)
    for state in ("drafted", "proposed", "approved", "withdrawn"):
        type(record).objects.filter(pk=record.pk).update(state=state)
        assert ask(key).json()["records"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"uscc": "91110000600037341M"}, "uscc"),
        ({"uscc": ""}, "uscc"),
        ({"use": "lottery"}, "use"),
        ({"on": "2026-13-01"}, "on"),
        ({"day": "2026-03-02"}, "day"),
    ],
)
def test_a_wrong_question_is_refused_by_name(key, query, field):
    answer = ask(key, **query)
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("header", ["Key", "Key wrong", "Key a b", "Key é", "Bearer x", "Token x", ""])
def test_without_a_sound_key_nothing_is_answered(people, header):
    answer = Client().get(reverse("api-conduct"), {"uscc": FIRST}, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401


def test_the_key_opens_nothing_else(key):
    headers = {"Authorization": f"Key {key}"}
    assert Client().get(reverse("api-cases"), headers=headers).status_code == 401
    assert Client().get(reverse("conduct"), headers=headers).status_code == 302


def test_a_key_that_was_ended_is_none(people, key):
    assert keys.end(people.keeper.region, "招标平台")
    assert ask(key).status_code == 401
    assert not keys.end(people.keeper.region, "招标平台")


def test_a_key_finds_its_own_region_alone(people, calendar, tmp_path):
    calendar.stand(DECIDED)
    published(people)
    other = keys.make(load_second_city(tmp_path).region, "招标平台")
    assert ask(other).json()["records"] == []


def test_every_answer_is_kept_with_who_asked_what(people, calendar, key):
    calendar.stand(DECIDED)
    record = published(people)
    ask(key, use="tendering")
    ask(key, uscc=SECOND, on="2026-03-05")
    ask(key, uscc="wrong")
    kept = ConductAnswer.objects.values_list("key__name", "uscc", "use", "on", "given")
    assert list(kept) == [("招标平台", FIRST, "tendering", DECIDED, 1), ("招标平台", SECOND, "", date(2026, 3, 5), 0)]
    assert [view.key.name for view in record.views.all()] == ["招标平台"]
    for change in (lambda rows: rows.update(given=9), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(ConductAnswer.objects.all())


def test_a_person_who_may_see_records_may_ask_too_and_is_kept(people, calendar):
    calendar.stand(DECIDED)
    record = published(people)
    client = Client()
    client.force_login(people.dispatcher)
    assert len(client.get(reverse("api-conduct"), {"uscc": FIRST}).json()["records"]) == 1
    assert [view.by for view in record.views.all()] == [people.dispatcher]
    client.force_login(make_user("inspector", group_codes=["G3"]))
    assert client.get(reverse("api-conduct"), {"uscc": FIRST}).status_code == 403


def test_the_command_prints_a_key_once_and_keeps_no_word_of_it(people, capsys):
    call_command("conduct_key", "审批系统")
    key = capsys.readouterr().out.strip()
    assert ask(key).status_code == 200
    assert key not in str(ApiKey.objects.values())
    with pytest.raises(CommandError):
        call_command("conduct_key", "审批系统")
    call_command("conduct_key", "审批系统", "--end")
    assert ask(key).status_code == 401
    with pytest.raises(CommandError):
        call_command("conduct_key", "审批系统", "--end")


def test_the_proof_is_there_after_the_record_is_over(people, calendar, key, capsys):
    calendar.stand(DECIDED)
    record = published(people)
    ask(key)
    acts.withdraw(record, by=people.keeper, note="决定已撤销")
    call_command("conduct_proof", record.pk)
    said = capsys.readouterr().out
    assert "招标平台" in said
    assert "决定已撤销" in said
    with pytest.raises(CommandError):
        call_command("conduct_proof", 999_999)
