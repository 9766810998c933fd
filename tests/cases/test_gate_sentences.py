"""What is missing is said in the reader's own language, whole: a sentence with its own stop."""

import pytest
from django.utils import translation

from cases.actions import CaseChanged
from cases.facts import Facts
from cases.gates import GATES
from cases.verbs import Need
from tests.cases.journey import Crew, Journey

STOPS = {"en": ".", "zh-hans": "。"}


@pytest.fixture
def bare(xingyang):
    """A case on which nothing was done yet, and which nearly every gate therefore stops."""
    crew = Crew()
    return Facts(Journey(crew).case, by=crew.first)


@pytest.mark.parametrize("language", STOPS)
def test_what_a_gate_misses_ends_with_the_stop_of_the_language(bare, language):
    with translation.override(language):
        said = {need: sentence for need in Need if (sentence := GATES[need](bare))}
    assert {Need.STATE_LAND, Need.DEFENCE_HEARD, Need.RELIEF_RUN} <= said.keys()
    assert [sentence for sentence in said.values() if not sentence.endswith(STOPS[language])] == []


def test_a_chinese_page_shows_no_english_sentence(bare):
    with translation.override("zh-hans"):
        said = [GATES[need](bare) for need in Need]
    assert [sentence for sentence in said if sentence and not any("一" <= letter <= "鿿" for letter in sentence)] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "decide then. 信息平台员 at 2026-03-02 10:00: classify. 信息平台员 at 2026-03-02 11:00: register."),
        ("zh-hans", "再决定。信息平台员于 2026-03-02 10:00 办理：分类分析。信息平台员于 2026-03-02 11:00 办理：登记。"),
    ],
)
def test_who_changed_a_case_meanwhile_is_told_in_whole_sentences(xingyang, language, told):
    crew = Crew()
    crew.platform.display_name = "信息平台员"
    crew.platform.save()
    journey = Journey(crew).do("triage", crew.platform).do("register", crew.platform)
    with translation.override(language):
        assert str(CaseChanged(journey.case.events.order_by("id")[1:])).endswith(told)
