"""The pages of the circulars: what each person is offered, and that a refusal stands at its field."""

from datetime import date

from django.test import Client
from django.urls import reverse

from boundaries.models import Unit
from oversight.circulars import periods
from oversight.models import Circular, CircularRules
from tests.factories import make_user
from tests.oversight.circular_scene import assessors, delivered, issued, proposed  # noqa: F401 -- a fixture
from tests.pages import words

# ruff: noqa: F811


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def post(user, one, **told):
    return client_of(user).post(reverse("circular", args=(one.pk,)), told)


def test_a_proposal_goes_over_the_pages_to_the_unit_and_its_objection_back(assessors, calendar):
    calendar.stand(date(2026, 4, 2))
    told = {"unit": "quality_station", "kind": "criticism", "period": "2026-03-01", "text": "推推不动"}
    answer = client_of(assessors.assessor).post(reverse("circular-new"), told)
    one = Circular.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("circular", args=(one.pk,)))
    assert (one.since, one.until, one.figures) == (date(2026, 3, 1), date(2026, 3, 31), [])
    for user, act in ((assessors.leader, "issue"), (assessors.assessor, "deliver"), (assessors.of_unit, "acknowledge")):
        assert post(user, one, act=act).status_code == 302
    refused = post(assessors.of_unit, one, act="object", note=" ")
    assert refused.status_code == 400
    assert post(assessors.of_unit, one, act="object", note="数字有误").status_code == 302
    assert post(assessors.leader, one, act="uphold", note="属实").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.objection) == ("withdrawn", "upheld")
    shown = words(client_of(assessors.of_unit).get(reverse("circular", args=(one.pk,))))
    for said in ("数字有误", "属实", "推推不动"):
        assert said in shown


def test_the_text_stands_once_on_the_page_and_an_earlier_one_at_its_act(assessors, calendar):
    calendar.stand(date(2026, 4, 2))
    told = {"unit": "quality_station", "kind": "criticism", "period": "2026-03-01", "text": "推推不动"}
    client_of(assessors.assessor).post(reverse("circular-new"), told)
    one = Circular.objects.get()
    page = reverse("circular", args=(one.pk,))
    assert acts_told(assessors.leader, page) == 0
    assert post(assessors.assessor, one, act="change", text="整改不力").status_code == 302
    assert acts_told(assessors.leader, page) == 1


def acts_told(user, page) -> int:
    """How often a text of the circular stands in the table of its acts."""
    table = client_of(user).get(page).content.decode().rpartition("<tbody>")[2]
    return table.count("推推不动") + table.count("整改不力")


def test_a_page_offers_what_the_person_may_do_now(assessors, calendar):
    calendar.stand(date(2026, 4, 4))
    one = delivered(assessors)
    for user, wanted in (
        (assessors.of_unit, {"acknowledge", "object"}),
        (assessors.leader, {"withdraw"}),
        (assessors.assessor, {"withdraw"}),
        (make_user("dispatcher"), set()),
    ):
        shown = client_of(user).get(reverse("circular", args=(one.pk,))).content.decode()
        assert {act for act in ("acknowledge", "object", "withdraw", "issue") if f'value="{act}"' in shown} == wanted
    assert post(assessors.of_unit, one, act="withdraw", note="不认").status_code == 403
    assert post(assessors.leader, one, act="fall").status_code == 404


def test_the_chain_that_costs_the_awards_is_shown(assessors):
    for number in (3, 4):
        issued(assessors, period=periods.containing(date(2026, number, 1), "month"))
    page = words(client_of(assessors.leader).get(reverse("circular-awards"), {"year": 2026}))
    assert "质监站" in page
    assert "2026-03" in page
    assert "2026-04" in page
    assert client_of(assessors.leader).get(reverse("circular-awards"), {"year": "x"}).status_code == 400


def test_settings_are_kept_as_another_version(assessors):
    told = {"period": "quarter", "meaning": "no_praise", "objection_days": 7, "criticise_m1_below": "", "criticise_m3_below": 70,
            "praise_m1_from": 100, "praise_m3_from": "", "least_cases": 5}  # fmt: skip
    client = client_of(assessors.assessor)
    assert client.post(reverse("circular-rules"), {**told, "objection_days": 0}).status_code == 400
    assert CircularRules.objects.count() == 0
    assert client.post(reverse("circular-rules"), told).status_code == 302
    rules = CircularRules.of(assessors.region)
    assert (rules.period, rules.meaning, rules.criticise_m1_below, rules.by) == (
        "quarter", "no_praise", None, assessors.assessor,
    )  # fmt: skip
    assert client_of(make_user("dispatcher")).post(reverse("circular-rules"), told).status_code == 403


def test_the_figures_that_proposed_it_are_kept_with_it(assessors, calendar, monkeypatch):
    calendar.stand(date(2026, 4, 2))
    why = {"figure": "M3", "value": 50.0, "threshold": 80, "part": 2, "whole": 4}

    class Found:
        unit, kind, kept = "quality_station", "criticism", (why,)

    monkeypatch.setattr("oversight.views.circulars.proposing.proposals", lambda *_given: [Found])
    monkeypatch.setattr("oversight.views.circulars._proposed", lambda *_given: [])
    told = {"unit": "quality_station", "kind": "criticism", "period": "2026-03-01", "text": "按期结案率偏低"}
    client_of(assessors.assessor).post(reverse("circular-new"), told)
    assert Circular.objects.get().figures == [why]


def test_the_list_is_asked_by_year_and_unit_and_never_shows_more_than_the_person_sees(assessors):
    other = Unit.objects.get(region=assessors.region, code="safety_station")
    december, january = (periods.containing(date(*first, 1), "month") for first in ((2025, 12), (2026, 1)))
    old, new = delivered(assessors, period=december), delivered(assessors, period=january)
    theirs = delivered(assessors, period=january, unit=other)

    def listed(user, **asked):
        shown = client_of(user).get(reverse("circulars"), asked)
        assert shown.status_code == 200
        return {one for one in (old, new, theirs) if f'href="{reverse("circular", args=(one.pk,))}"' in shown.text}

    assert listed(assessors.assessor) == {old, new, theirs}
    assert listed(assessors.assessor, year="", unit="") == {old, new, theirs}
    assert listed(assessors.assessor, year=2025) == {old}
    assert listed(assessors.assessor, unit="safety_station") == {theirs}
    assert listed(assessors.assessor, year=2026, unit="quality_station") == {new}
    assert listed(assessors.assessor, year=2025, unit="safety_station") == set()
    assert listed(assessors.of_unit, year=2026) == {new}
    assert listed(assessors.of_unit, unit="safety_station") == set()


def test_what_the_list_cannot_be_asked_is_said_and_stays_in_its_place(assessors):
    for asked, said in (
        ({"year": "去年"}, "请填写年份"),
        ({"year": 12}, "请填写年份"),
        ({"unit": "nobody"}, "单位：请"),
    ):
        answer = client_of(assessors.assessor).get(reverse("circulars"), asked)
        assert (answer.status_code, said in words(answer)) == (400, True), asked
