"""Three years, day by day: what is over is gone from page, search and API on the day itself, with nothing having run."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oversight.conduct import acts, keys
from tests.oversight.scene import DECIDED, FIRST, noon, published
from tests.pages import words

END = date(2029, 3, 10)
# By hand. Decided and published on 2 March 2026: six months, three years, six months shortened on 1 April to 2 June,
# three years withdrawn on 20 August 2027.
FIRST_AND_LAST = {
    "六个月": (DECIDED, date(2026, 9, 2)),
    "三年期": (DECIDED, date(2029, 3, 2)),
    "缩短了": (DECIDED, date(2026, 6, 2)),
    "撤回了": (DECIDED, date(2027, 8, 19)),
}
PERIODS = {"六个月": 6, "三年期": 36, "缩短了": 6, "撤回了": 36}


@pytest.fixture
def told(people, calendar, settings):
    """Clients that stay signed in for years, an API key, and the four records with what is done to them later."""
    settings.SESSION_COOKIE_AGE = 10 * 366 * 24 * 3600
    calendar.stand(DECIDED)
    records = {facts: published(people, months=months) for facts, months in PERIODS.items()}
    for facts, record in records.items():
        type(record).objects.filter(pk=record.pk).update(facts=facts, name=facts)
    clients = {"keeper": Client(), "reader": Client()}
    clients["keeper"].force_login(people.keeper)
    clients["reader"].force_login(people.dispatcher)
    key = keys.make(people.keeper.region, "招标平台")
    return records, clients, {"Authorization": f"Key {key}"}


def happens(day, records, people):
    """What people do on their days."""
    if day == date(2026, 4, 1):
        asked = acts.ask_shortening(
            records["缩短了"], until=date(2026, 6, 2), by=people.keeper, note="已整改", at=noon(day)
        )
        acts.shorten(asked, by=people.leader, at=noon(day))
    if day == date(2027, 8, 20):
        acts.withdraw(records["撤回了"], by=people.keeper, note="决定已撤销", at=noon(day))


def in_text(answer):
    return {facts for facts in PERIODS if facts in words(answer)}


def by_turns(day, clients) -> set:
    """What the page says to the one, to the other, or a file; all of them on the days that matter: test_conduct_days."""
    turn = day.toordinal() // 3 % 3
    who = clients["keeper" if turn else "reader"]
    if turn < 2:
        return in_text(who.get(reverse("conduct"), {"q": FIRST}))
    file = who.get(reverse("conduct-file", args=["csv"]), {"q": FIRST}).getvalue().decode()
    return {facts for facts in PERIODS if facts in file}


def test_what_is_over_leaks_nowhere_on_any_day_of_three_years(people, calendar, told):
    records, clients, key = told
    day = DECIDED
    while day <= END:
        calendar.stand(day)
        happens(day, records, people)
        wanted = {facts for facts, (first, last) in FIRST_AND_LAST.items() if first <= day <= last}
        api = Client().get(reverse("api-conduct"), {"uscc": FIRST}, headers=key)
        assert {one["facts"] for one in api.json()["records"]} == wanted, day
        if day.toordinal() % 3 == 0:
            assert by_turns(day, clients) == wanted, day
        day += timedelta(days=1)


@pytest.mark.parametrize("who", ["keeper", "reader"])
def test_the_page_of_a_record_is_none_from_the_day_behind_its_last(people, calendar, told, who):
    records, clients, _key = told
    for facts, (_first, last) in FIRST_AND_LAST.items():
        for day, status in ((last, 200), (last + timedelta(days=1), 404)):
            calendar.stand(day)
            happens(day, records, people)
            if facts == "缩短了" and records[facts].publish_until != last:
                happens(date(2026, 4, 1), records, people)
                records[facts].refresh_from_db()
            assert clients[who].get(reverse("conduct-record", args=(records[facts].pk,))).status_code == status
            found = in_text(clients[who].get(reverse("conduct"), {"q": facts}))
            assert found == ({facts} if status == 200 else set())


def test_nothing_that_is_over_today_is_given_out_for_an_earlier_day(calendar, told):
    _records, _clients, key = told
    calendar.stand(date(2026, 9, 3))
    answer = Client().get(reverse("api-conduct"), {"uscc": FIRST, "on": "2026-09-02"}, headers=key).json()
    assert {one["facts"] for one in answer["records"]} == {"三年期", "撤回了"}


def test_a_day_to_come_shows_what_will_still_be_in_force_then(calendar, told):
    _records, _clients, key = told
    calendar.stand(DECIDED)
    found = {}
    for on in ("2026-09-02", "2026-09-03", "2029-03-02", "2029-03-03", "2026-03-01"):
        answer = Client().get(reverse("api-conduct"), {"uscc": FIRST, "on": on}, headers=key).json()
        found[on] = len(answer["records"])
    assert found == {"2026-09-02": 4, "2026-09-03": 2, "2029-03-02": 2, "2029-03-03": 0, "2026-03-01": 0}


def test_an_answer_may_not_be_kept_by_a_cache(told):
    _records, clients, key = told
    assert "no-store" in Client().get(reverse("api-conduct"), {"uscc": FIRST}, headers=key)["Cache-Control"]
    assert "no-store" in clients["reader"].get(reverse("conduct"))["Cache-Control"]
