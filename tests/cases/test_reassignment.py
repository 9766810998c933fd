"""Recheck: stored inputs give the stored answers; ended cases and people's decisions stay."""

import pytest
from django.core.management import call_command

from cases import actions, reassignment
from cases.models import Case, CaseEvent
from tests.factories import make_case, make_user


def _tamper(case, **changes):
    Case.objects.filter(pk=case.pk).update(**changes)


def test_a_fresh_case_shows_no_difference(xingyang):
    make_case()
    make_case(lon=121.47, lat=31.23)
    make_case(accuracy_m=350)
    found = reassignment.differences()
    assert (found.cases, found.number, found.lines) == (3, 0, [])


@pytest.mark.parametrize(
    "change",
    [{"auto_area_code": "410182002"}, {"auto_group_code": "G1"}, {"border_distance_m": 1.0}, {"confidence": "low"},
     {"reason": "?"}, {"rule": "gap"}, {"border_group_code": "G9"}, {"candidate_codes": ["x"]},
     {"border_distance_m": None}],
)  # fmt: skip
def test_each_stored_part_of_an_answer_is_compared(xingyang, change):
    case = make_case()
    _tamper(case, **change)
    found = reassignment.differences()
    assert found.number == 1
    assert found.lines[0].startswith(f"{case.case_no}: ")


def test_renewing_restores_the_answer_with_one_event_and_a_new_version(xingyang):
    case = make_case()
    _tamper(case, auto_area_code="", area_code="", auto_group_code="", group_code="", lead_unit=None)
    assert reassignment.apply() == 1
    after = Case.objects.get(pk=case.pk)
    assert (after.area_code, after.group_code, after.lead_unit) == (case.area_code, case.group_code, case.lead_unit)
    assert after.version == case.version + 1
    assert [event.verb for event in after.events.all()] == [CaseEvent.Verb.REPORT, CaseEvent.Verb.ASSIGN]
    assert reassignment.differences().number == 0


def test_an_ended_case_is_never_rewritten(xingyang):
    case = make_case(status="archived", auto_area_code="wrong")
    assert reassignment.differences().number == 0
    assert reassignment.apply() == 0
    assert Case.objects.get(pk=case.pk).auto_area_code == "wrong"


def test_an_override_keeps_what_the_person_decided(xingyang):
    case = make_case()
    group = xingyang.groups.exclude(code=case.group_code).first()
    actions.override(case, area_code="", group_code=group.code, reason="现场核实", by=make_user("dispatcher"))
    _tamper(case, auto_area_code="wrong")
    assert reassignment.apply() == 1
    after = Case.objects.get(pk=case.pk)
    assert (after.auto_area_code, after.group_code) == (case.auto_area_code, group.code)


@pytest.mark.parametrize(("changes", "code"), [({}, 0), ({"reason": "?"}, 1)])
def test_the_command_exits_with_one_where_something_differs_and_changes_nothing(xingyang, changes, code):
    case = make_case(**changes)
    with pytest.raises(SystemExit) as ended:
        call_command("assign", recheck=True)
    assert ended.value.code == code
    assert Case.objects.get(pk=case.pk).version == 1
