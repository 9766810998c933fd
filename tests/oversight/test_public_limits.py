"""Limits against abuse of the public form and its receipts: by network address, by day, by size."""

from datetime import date

import pytest
from django.test import Client

from cases.models import Case
from oversight.models import PublicTally
from oversight.public_reports import limits
from tests.oversight.public import (  # noqa: F401 -- fixtures are found by their names
    FORM,
    RECEIPT,
    opened,
    told,
)  # fmt: skip
from tests.pages import english, words


@pytest.fixture
def visitor():
    return english(Client())


def test_of_one_address_only_so_many_a_day_and_of_everybody_together_too(visitor, monkeypatch, calendar):
    monkeypatch.setattr(limits, "TAKEN", 2)
    monkeypatch.setattr(limits, "TAKEN_TOGETHER", 3)
    calendar.stand(date(2026, 11, 20))
    sent = [visitor.post(FORM, told(), REMOTE_ADDR=one).status_code for one in ("203.0.113.5",) * 3]
    assert sent == [302, 302, 429]
    assert visitor.post(FORM, told(), REMOTE_ADDR="203.0.113.6").status_code == 302
    assert visitor.post(FORM, told(), REMOTE_ADDR="203.0.113.7").status_code == 429
    assert Case.objects.count() == 3
    calendar.stand(date(2026, 11, 21))
    assert visitor.post(FORM, told(), REMOTE_ADDR="203.0.113.5").status_code == 302


def test_who_tries_without_end_is_refused_before_anything_is_read(visitor, monkeypatch):
    monkeypatch.setattr(limits, "TRIES", 3)
    answers = [visitor.post(FORM, {"description": "x"}).status_code for _ in range(5)]
    assert answers == [400, 400, 400, 429, 429]
    assert visitor.get(FORM).status_code == 200


def test_who_guesses_numbers_is_refused_for_the_day_and_others_are_not(visitor, monkeypatch, calendar):
    monkeypatch.setattr(limits, "MISSED", 3)
    calendar.stand(date(2026, 11, 20))
    own = visitor.post(FORM, told()).url
    guessed = f"{RECEIPT}?number=0000-0000-0000-0000"
    guesser, other = {"REMOTE_ADDR": "203.0.113.5"}, {"REMOTE_ADDR": "203.0.113.6"}
    assert visitor.get(own, **guesser).status_code == 200
    assert [visitor.get(guessed, **guesser).status_code for _try in range(4)] == [404, 404, 404, 429]
    refused = visitor.get(own, **guesser)
    assert refused.status_code == 429
    assert "Too many tries from your network today" in refused.content.decode()
    assert "standing" not in refused.context
    assert visitor.get(own, **other).status_code == 200
    assert visitor.get(RECEIPT, **guesser).status_code == 200  # nothing asked
    calendar.stand(date(2026, 11, 21))
    assert visitor.get(own, **guesser).status_code == 200


def test_what_is_too_large_is_refused_before_anything_is_read(visitor, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 100)
    answer = visitor.post(FORM, told())
    assert answer.status_code == 413
    assert "64 MB" in words(answer)
    assert PublicTally.objects.count() == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.6", False),
        ("203.0.113.5", "::ffff:203.0.113.5", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_a_household_counts_as_one_whatever_address_it_takes(rf, one, other, same):
    day = date(2026, 11, 20)
    first, second = (limits.who(rf.get("/", REMOTE_ADDR=address), day) for address in (one, other))
    assert (first == second) is same
    assert one not in first
    assert first != limits.who(rf.get("/", REMOTE_ADDR=one), date(2026, 11, 21))


def test_the_address_is_the_proxy_s_word_only_where_the_settings_say_so(rf, settings):
    day = date(2026, 11, 20)
    forged = rf.get("/", REMOTE_ADDR="203.0.113.5", HTTP_X_REAL_IP="198.51.100.1")
    plain = rf.get("/", REMOTE_ADDR="203.0.113.5")
    assert limits.who(forged, day) == limits.who(plain, day)
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"
    assert limits.who(forged, day) == limits.who(
        rf.get("/", REMOTE_ADDR="198.51.100.1", HTTP_X_REAL_IP="198.51.100.1"), day
    )
    assert limits.who(forged, day) != limits.who(plain, day)
