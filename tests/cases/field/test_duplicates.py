"""Fifty phones' worth of the same record at the same moment, again and again: one row each, one answer."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client
from rest_framework.authtoken.models import Token

from cases.models import Case, CaseEvent, FieldRecord
from tests.cases.field.phones import Phone
from tests.cases.journey import Crew
from tests.cases.standing import stand
from tests.land import load_once

AT_ONCE = 50
ROUNDS = int(os.environ.get("DUPLICATES", "8"))


def test_fifty_of_each_at_once_are_one_row_and_one_answer_each(transactional_db):
    load_once()
    crew = Crew()
    phone = Phone(crew.first)
    phone.client.post("/api/v1/field/devices/", {"id": str(phone.key)}, "application/json")
    case = stand(crew, "investigating")
    token = Token.objects.get(user=crew.first).key
    records = [
        phone.report(description=str(number)) if number % 2 else phone.act(case, "remark", {"text": str(number)})
        for number in range(ROUNDS)
    ]
    together = Barrier(AT_ONCE)

    def one():
        client = Client(headers={"Authorization": f"Token {token}"})
        try:
            answers = []
            for record in records:
                together.wait(120)
                answer = phone.send(record, client)
                answers.append((answer.status_code, answer.content))
            return answers
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        heard = [sent.result() for sent in [pool.submit(one) for _number in range(AT_ONCE)]]
    for answers in zip(*heard, strict=True):
        assert len(set(answers)) == 1
        assert answers[0][0] == 201
    assert FieldRecord.objects.count() == ROUNDS
    assert Case.objects.filter(source_client="field").count() == ROUNDS // 2
    assert CaseEvent.objects.filter(verb="remark").count() == ROUNDS - ROUNDS // 2
