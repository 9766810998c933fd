"""The trail in words: every field that a verb changes or tells has a name of its own, and values read as people say."""

import pytest
from django.utils import translation

from cases import timeline
from cases.inputs import FORMS
from cases.models import CaseEvent
from tests.cases.journey import Crew, Journey


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def last(journey):
    return timeline.line(CaseEvent.objects.filter(case=journey.case).latest("id"))


def test_every_word_of_a_case_that_went_all_the_way_has_a_name(crew):
    journey = Journey(crew).to_archived()
    unnamed = set()
    with translation.override("zh-hans"):  # no Chinese word is its own field's name
        for event in CaseEvent.objects.filter(case=journey.case):
            names = {*event.data, *event.data.get("changes", {})} - timeline.UNSAID
            unnamed |= {name for name in names if timeline.label(name, FORMS.get(event.verb)) == name}
    assert unnamed == set()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("land_ownership", "state", "state-owned"),
        ("hold", "", "—"),
        ("is_joint", True, "yes"),
        ("is_joint", False, "no"),
        ("fine", None, "—"),
        ("fine", "60000", "60,000.00"),
        ("contract_price", "3000000.00", "3,000,000.00"),
        ("land_area_m2", 833.3333333333334, "833.33"),
        ("land_area_m2", 1200.0, "1,200.0"),
        ("amount", 30, "30"),  # days of an extension
        ("amount", "30", "30.00"),
        ("fine", "none", "none"),
        ("notified_at", "2026-03-02T23:30:00+00:00", "2026-03-03 07:30"),
        ("follow_up_until", "2026-03-02", "2026-03-02"),
        ("planned_from", "2026-99-99T00:00:00", "2026-99-99T00:00:00"),
        ("handling_unit", {"code": "x", "name": "安监站"}, "安监站"),
        ("officers", [{"name": "甲"}, {"name": "乙"}], "甲, 乙"),
        ("violations", ["tendering", "planning_permit"], "no tendering formalities, no planning permit"),
        ("kind", "developer", "developer"),
        ("kind", "tendering", "no tendering formalities"),
        ("unmasked", "party", "party"),
        ("outcomes", [{"violation": "tendering", "outcome": "penalty", "fine": "5.00"}],
         "no tendering formalities fine 5.00"),
        ("outcomes", [{"violation": "tendering", "outcome": "no_penalty", "fine": ""}],
         "no tendering formalities no penalty"),
    ],
)  # fmt: skip
def test_values_are_said_as_people_say_them(name, value, words):
    assert timeline.said(name, value) == words


def test_what_was_before_and_what_is_after_stand_side_by_side(crew):
    journey = Journey(crew)
    journey.do("confirm_land", crew.dispatcher, land_ownership="state", evidence="0012 号")
    assert set(last(journey).changes) == {
        ("land ownership", "not yet verified", "state-owned"),
        ("evidence of land ownership", "", "0012 号"),
    }


def test_what_a_change_says_is_not_told_twice(crew):
    journey = Journey(crew).to_verifying()
    handed = CaseEvent.objects.get(case=journey.case, verb="hand_over")
    line = timeline.line(handed)
    assert line.changes == (("unit in charge", None, "安监站"),)
    assert line.details == ()
    assert line.moved == ("approved", "handed over")


def test_documents_that_went_out_are_named_with_their_numbers(crew):
    journey = Journey(crew).to_filed()
    issued = journey.case.documents.get(kind="filing_approval")
    assert last(journey).documents == ((issued.pk, "filing approval", issued.doc_no),)


def test_personal_data_are_not_in_the_trail(crew):
    journey = Journey(crew).to_verifying()
    journey.do("name_party", crew.first, kind="person", name="某甲", phone="13800000000")
    told = " ".join(value for _label, value in last(journey).details)
    assert "某甲" not in told
    assert "138" not in told
