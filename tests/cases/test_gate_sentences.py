"""What is missing is said in the reader's own language, whole: a sentence with its own stop."""

import pytest
from django.utils import translation

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
