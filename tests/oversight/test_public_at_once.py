"""Reports of the public that come at the same moment: a repetition is one report, and a limit is never passed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from cases.models import Case
from oversight.models import PublicReceipt, PublicTally
from oversight.public_reports import limits
from tests.land import load_once

AT_ONCE = 6
FORM = "/public-report/410182/"


@pytest.fixture
def city(transactional_db, settings, tmp_path):
    load_once()
    settings.PUBLIC_REPORTS, settings.MEDIA_ROOT = ["410182"], tmp_path


def told(**changes):
    return {"key": str(uuid4()), "area": "410182001", "address": "康泰路东侧", "description": "夜里在打地基", **changes}


def sent_at_once(forms) -> list:
    all_here = Barrier(len(forms))

    def one(form):
        try:
            client = Client()
            client.get("/healthz")  # the middleware is built before the start
            all_here.wait(60)
            return client.post(FORM, form)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(one, forms))


def test_the_same_sending_at_once_is_one_report_and_everybody_hears_its_number(city):
    answers = sent_at_once([told(key=str(uuid4()))] * AT_ONCE)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert (Case.objects.count(), PublicReceipt.objects.count()) == (1, 1)
    assert set(PublicTally.objects.values_list("taken", flat=True)) == {1}


def test_no_more_than_the_limit_are_taken_and_what_was_too_much_leaves_no_case(city, monkeypatch):
    monkeypatch.setattr(limits, "TAKEN", 2)
    answers = sent_at_once([told() for _ in range(AT_ONCE)])
    assert sorted(answer.status_code for answer in answers) == [302, 302, 429, 429, 429, 429]
    assert (Case.objects.count(), PublicReceipt.objects.count()) == (2, 2)
    assert sorted(Case.objects.values_list("case_no", flat=True))[-1].endswith("-00002")
