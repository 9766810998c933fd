"""The verbs: one transaction, one line of history, numbers without a gap, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import translation

from cases import actions
from cases.models import AssignmentOverride, Case, CaseEvent, CaseNumber
from gis_core.crs import BadCoordinate, UnknownCrs
from tests.factories import SUOHE, make_case, make_user
from tests.land import load_once

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_year_begins_in_the_bureaus_own_time_zone(xingyang):
    """23:30 in London on New Year's Eve is 07:30 of the new year in 荥阳."""
    moment = datetime(2025, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC"))
    case = make_case(at=moment)
    assert (case.case_no, case.year) == ("XY-2026-00001", 2026)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"lon": SUOHE[1], "lat": SUOHE[0]}, BadCoordinate),
        ({"crs": "mars"}, UnknownCrs),
        ({"lon": float("nan")}, BadCoordinate),
    ],
)
def test_a_report_that_is_refused_leaves_nothing_at_all(xingyang, change, error):
    with pytest.raises(error):
        make_case(**change)
    assert (Case.objects.count(), CaseEvent.objects.count(), CaseNumber.objects.count()) == (0, 0, 0)


def test_the_stored_sentence_is_in_the_bureaus_language_whoever_asks(xingyang):
    with translation.override("en"):
        assert make_case().reason.startswith("位于索河街道，属第三协作组")


def test_numbers_are_without_gap_and_single_however_many_report_at_once(transactional_db):
    load_once()
    by = make_user("dispatcher")

    def one(_number):
        try:
            return make_case(by=by).case_no
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(one, range(24)))
    assert [int(number[-5:]) for number in numbers] == list(range(1, 25))


def test_an_override_changes_what_holds_and_keeps_what_was_computed(xingyang):
    case, by = make_case(), make_user("dispatcher")
    changed = actions.override(case, area_code="", group_code="G2", reason="  现场核实 ", by=by)
    assert (changed.group_code, changed.area_code, changed.lead_unit.name, changed.version) == ("G2", "", "城建大队", 2)
    assert (changed.auto_group_code, changed.auto_area_code, changed.reason) == ("G3", "410182001", case.reason)
    assert (AssignmentOverride.objects.get().reason, changed.events.last().note) == ("现场核实", "现场核实")


def test_an_override_of_a_version_that_is_no_more_changes_nothing(xingyang):
    case, by = make_case(), make_user("dispatcher")
    actions.override(case, area_code="", group_code="G2", reason="x", by=by, version=1)
    with pytest.raises(actions.CaseChanged):
        actions.override(case, area_code="", group_code="G1", reason="x", by=by, version=1)
    assert Case.objects.get(pk=case.pk).group_code == "G2"


def test_an_ended_case_keeps_who_answered_for_it(xingyang):
    case = make_case(status="archived")
    with pytest.raises(actions.BadReport, match="已办结"):
        actions.override(case, area_code="", group_code="G2", reason="x", by=make_user("dispatcher"))


@pytest.mark.parametrize(
    ("words", "field"),
    [({"reason": " "}, "reason"), ({"group_code": "G9"}, "group"), ({"area_code": "410182200"}, "area")],
)
def test_a_wrong_override_names_its_field_and_changes_nothing(xingyang, words, field):
    case = make_case()
    with pytest.raises(actions.BadReport) as refused:
        actions.override(case, **{"area_code": "", "group_code": "G2", "reason": "x", "by": make_user(), **words})
    assert refused.value.field == field
    assert (AssignmentOverride.objects.count(), case.events.count()) == (0, 1)
