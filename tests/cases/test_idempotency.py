"""A repeated report is the same report: fifty at once make one, and every one of them hears the same words."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from cases import intake
from cases.models import Case, CaseEvent, IdempotencyKey
from tests.factories import SUOHE, make_user
from tests.land import load_once

AT_ONCE = 50
BODY = {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84", "channel": "patrol", "violations": ["tendering"]}


def token_of(user):
    return Token.objects.create(user=user).key


def send(token, key, body=BODY, client=None):
    headers = {"Authorization": f"Token {token}", **({"Idempotency-Key": key} if key is not None else {})}
    return (client or Client()).post(reverse("api-reports"), json.dumps(body), "application/json", headers=headers)


@pytest.fixture
def token(xingyang):
    return token_of(make_user("dispatcher"))


def test_fifty_at_once_with_one_key_make_one_report(transactional_db):
    load_once()
    token = token_of(make_user("dispatcher"))
    all_here = Barrier(AT_ONCE)

    def one():
        try:
            client = Client()
            client.get("/healthz")  # the middleware is built before the start
            all_here.wait(60)
            answer = send(token, "same", client=client)
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [sent.result() for sent in [pool.submit(one) for _number in range(AT_ONCE)]]
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert (Case.objects.count(), CaseEvent.objects.count(), IdempotencyKey.objects.count()) == (1, 1, 1)
    assert json.loads(answers[0][1])["case_no"] == Case.objects.get().case_no


def test_a_replay_gets_the_first_answer_byte_for_byte_also_after_the_case_moved_on(token):
    first = send(token, "k")
    Case.objects.update(status="closed", description="changed since")
    again = send(token, "k")
    assert (again.status_code, again.content, again["Content-Type"]) == (
        201,
        first.content,
        first["Content-Type"],
    )
    assert Case.objects.count() == 1


def test_the_order_of_the_bodys_keys_makes_no_other_request(token):
    send(token, "k")
    assert send(token, "k", dict(reversed(BODY.items()))).status_code == 201
    assert Case.objects.count() == 1


@pytest.mark.parametrize("change", [{"channel": "other"}, {"lon": 113.379}, {"violations": []}, {"description": "x"}])
def test_another_body_under_the_same_key_is_refused_with_422(token, change):
    send(token, "k")
    answer = send(token, "k", {**BODY, **change})
    assert (answer.status_code, list(answer.json())) == (422, ["detail"])
    assert Case.objects.count() == 1


def test_the_key_of_another_person_is_another_key(token):
    first = send(token, "k").json()
    other = send(token_of(make_user("dispatcher")), "k").json()
    assert first["case_no"] != other["case_no"]
    assert Case.objects.count() == 2


def test_without_a_key_each_report_is_one_of_its_own(token):
    assert send(token, None).json()["case_no"] != send(token, None).json()["case_no"]


def test_a_report_that_fails_leaves_nothing_and_its_key_free(token):
    refused = send(token, "k", {**BODY, "lat": 80})
    assert (refused.status_code, IdempotencyKey.objects.count()) == (400, 0)
    assert send(token, "k").status_code == 201


def test_a_failure_in_the_middle_of_the_work_leaves_nothing_and_its_key_free(token, monkeypatch):
    def breaks(*_given, **_words):
        raise RuntimeError("power cut")

    monkeypatch.setattr("cases.answers.stored", breaks)
    client = Client(raise_request_exception=False)
    assert send(token, "k", client=client).status_code == 500
    assert (Case.objects.count(), CaseEvent.objects.count(), IdempotencyKey.objects.count()) == (0, 0, 0)
    monkeypatch.undo()
    made = send(token, "k")
    assert (made.status_code, made.json()["case_no"][-5:]) == (201, "00001")


@pytest.mark.parametrize("key", ["", "k" * 201, "ключ", "a\tb", "a\x7fb"])
def test_a_key_that_is_none_is_refused_with_its_name(token, key):
    answer = send(token, key)
    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])
    assert Case.objects.count() == 0


def test_the_longest_key_is_good(token):
    assert send(token, "k" * intake.LONGEST_KEY).status_code == 201
