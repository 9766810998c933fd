"""Recheck: stored inputs give the stored answers; ended cases and people's decisions stay."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from cases import actions, reassignment
from cases.models import Case
from cases.verbs import Verb
from tests.factories import make_case, make_user
from tests.land import load_once


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


@pytest.mark.parametrize("change", [{"area_code": "410182002"}, {"group_code": "G1"}, {"lead_unit": None}])
def test_what_is_in_force_is_compared_with_the_automatic_answer(xingyang, change):
    case = make_case()
    _tamper(case, **change)
    (line,) = reassignment.differences().lines
    assert line.startswith(f"{case.case_no}: ")
    (column,) = change
    assert f"[{column.replace('lead_unit', 'lead_unit_id')}]" in line


@pytest.mark.parametrize("change", [{"area_code": "410182002"}, {"group_code": "G1"}, {"lead_unit": None}])
def test_what_is_in_force_is_compared_with_the_newest_override(xingyang, change):
    case, by = make_case(), make_user("dispatcher")
    for group in ("G1", "G2"):
        actions.override(case, area_code="", group_code=group, reason="现场核实", by=by)
    assert reassignment.differences().number == 0
    _tamper(case, **change)
    assert reassignment.differences().number == 1
    assert reassignment.apply() == 1
    after = Case.objects.get(pk=case.pk)
    assert (after.area_code, after.group_code, after.lead_unit.name) == ("", "G2", "城建大队")


@pytest.mark.parametrize(
    ("change", "column"),
    [({"raw_lon": 113.43}, "geom"), ({"raw_crs": "gcj02"}, "geom"), ({"named_area_code": "410182200"}, "named_area_code"),
     ({"suspected_crs": "bd09"}, "suspected_crs"), ({"address": "乔楼镇"}, "named_area_code")],
)  # fmt: skip
def test_point_and_doubts_are_compared_with_the_stored_inputs(xingyang, change, column):
    case = make_case()
    _tamper(case, **change)
    (line,) = reassignment.differences().lines
    assert column in line
    assert reassignment.apply() == 1
    assert reassignment.differences().number == 0
    after = Case.objects.get(pk=case.pk)
    assert after.version > case.version
    assert after.events.last().verb == Verb.ASSIGN


def test_points_given_in_every_system_show_no_difference(xingyang):
    for name in ("wgs84", "cgcs2000", "gcj02", "bd09"):
        make_case(crs=name, address="索河街道乔楼镇交界")
    make_case(crs="EPSG:4547", lon=443529.0, lat=3851000.0)
    assert reassignment.differences().number == 0


def test_an_override_made_while_answers_are_renewed_stays(transactional_db):
    """The renewal has read the case and waits for its row; the person's decision is committed first."""
    load_once()
    case, by = make_case(), make_user("dispatcher")
    _tamper(case, auto_area_code="wrong")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.override(case, area_code="", group_code="G2", reason="现场核实", by=by)
            renewing = pool.submit(_apply_elsewhere)
            _wait_for_a_blocked_process()
        assert renewing.result() == 0
    after = Case.objects.get(pk=case.pk)
    assert (after.group_code, after.lead_unit.name) == ("G2", "城建大队")
    assert reassignment.apply() == 1
    assert Case.objects.get(pk=case.pk).group_code == "G2"


def _apply_elsewhere():
    try:
        return reassignment.apply()
    finally:
        connection.close()


def _wait_for_a_blocked_process():
    with connection.cursor() as cursor:
        for _time in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("nothing waited for the case's row")


def test_renewing_restores_the_answer_with_one_event_and_a_new_version(xingyang):
    case = make_case()
    _tamper(case, auto_area_code="", area_code="", auto_group_code="", group_code="", lead_unit=None)
    assert reassignment.apply() == 1
    after = Case.objects.get(pk=case.pk)
    assert (after.area_code, after.group_code, after.lead_unit) == (case.area_code, case.group_code, case.lead_unit)
    assert after.version == case.version + 1
    assert [event.verb for event in after.events.all()] == [Verb.REPORT, Verb.ASSIGN]
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
