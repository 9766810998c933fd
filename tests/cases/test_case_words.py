"""How long, how far and which way, as people say it (in the words of the source)."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from cases.templatetags import case_words

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _now_in_english(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


def due_in(*, is_open=True, **time):
    return SimpleNamespace(is_open=is_open, due_at=NOW + timedelta(**time))


@pytest.mark.parametrize(
    ("time", "words", "colour"),
    [
        ({"days": 21, "hours": 5}, "21 d left", ""),
        ({"days": 3}, "3 d left", ""),
        ({"days": 2, "hours": 23, "minutes": 59}, "2 d 23 h left", ""),
        ({"days": 2}, "2 d left", ""),
        ({"days": 1, "hours": 23, "minutes": 59}, "1 d 23 h left", "soon"),
        ({"days": 1, "minutes": 10}, "1 d left", "soon"),
        ({"hours": 5, "minutes": 59}, "5 h left", "soon"),
        ({"minutes": 59}, "59 min left", "soon"),
        ({"seconds": 0}, "0 min left", "soon"),
        ({"seconds": -1}, "0 min overdue", "over"),
        ({"hours": -26}, "1 d 2 h overdue", "over"),
        ({"days": -400}, "400 d overdue", "over"),
    ],
)
def test_a_deadline_is_said_in_the_unit_that_matters_and_coloured(time, words, colour):
    case = due_in(**time)
    assert (case_words.due_words(case), case_words.due_class(case)) == (words, colour)


@pytest.mark.parametrize("case", [due_in(days=-1, is_open=False), SimpleNamespace(is_open=True, due_at=None)])
def test_an_ended_case_and_one_without_a_date_have_no_deadline(case):
    assert (case_words.due_words(case), case_words.due_class(case)) == ("", "")


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0, "0 m"),
        (67.6, "68 m"),
        (999.4, "999 m"),
        (999.5, "1 km"),
        (1234, "1.2 km"),
        (5000, "5 km"),
        (None, ""),
    ],
)
def test_a_distance_is_said_in_metres_below_a_kilometre(metres, words):
    assert case_words.metres(metres) == words


@pytest.mark.parametrize(
    ("bearing", "word", "arrow"),
    [
        (0, "north", "↑"),
        (22.4, "north", "↑"),
        (22.6, "north-east", "↗"),
        (90, "east", "→"),
        (135, "south-east", "↘"),
        (180, "south", "↓"),
        (225, "south-west", "↙"),
        (270, "west", "←"),
        (337.4, "north-west", "↖"),
        (337.6, "north", "↑"),
        (360, "north", "↑"),
        (None, "here", "•"),
    ],
)
def test_a_bearing_is_one_of_eight_directions(bearing, word, arrow):
    assert (case_words.compass_word(bearing), case_words.compass_arrow(bearing)) == (word, arrow)


@pytest.mark.parametrize(
    ("labels", "subject"),
    [
        ([], "Violation not yet named"),
        (["no planning permit"], "No planning permit"),
        (["no planning permit", "no tendering formalities", "x"], "No planning permit and 2 more"),
    ],
)
def test_a_case_is_called_by_its_first_violation_and_how_many_more(labels, subject):
    assert case_words.subject(SimpleNamespace(violation_labels=labels)) == subject


def test_degrees_have_six_decimals():
    assert case_words.degrees(113.3734731999) == "113.373473"
