"""Spells say how a case stood at any time, whatever wrote it: each kind of write, and the trail read back."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases import actions, bulk, demonstration
from cases.models import Case, CaseEvent, CaseSpell
from cases.verbs import Verb
from tests.cases.crowd import fill, rows
from tests.factories import make_case, make_user

MIGRATION = import_module("cases.migrations.0022_spells")
LONG_AGO = datetime.fromisoformat("2019-05-03T10:00:00+08:00")


def days_later(number):
    return LONG_AGO + timedelta(days=number)


def told(case):
    """(from, until, state, group) of a case's spells that lasted at all."""
    found = CaseSpell.objects.filter(case=case).order_by("id")
    return [(s.from_at, s.until_at, s.status, s.group_code) for s in found if s.from_at != s.until_at]


def act(case, status, at, **changes):
    """Change a case and write its event behind it in one transaction, as the engine does."""
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=status, **changes)
        case.events.create(region_id=case.region_id, verb=Verb.REMARK, status=status, at=at)


def in_a_transaction_of_its_own():
    """What follows was not written by this test's own transaction, as in life."""
    rows("UPDATE cases_casespell SET xact = 0 RETURNING 1")


def test_a_reported_case_stands_from_the_moment_of_its_report(xingyang):
    case = make_case(at=LONG_AGO)
    assert told(case) == [(LONG_AGO, None, "reported", case.group_code)]


def test_a_change_takes_effect_when_its_act_says_so(xingyang):
    case = make_case(at=LONG_AGO)
    act(case, "assigned", days_later(3))
    act(case, "verifying", days_later(5))
    assert [row[:3] for row in told(case)] == [
        (LONG_AGO, days_later(3), "reported"),
        (days_later(3), days_later(5), "assigned"),
        (days_later(5), None, "verifying"),
    ]


def test_a_verb_of_the_engine_ends_one_spell_and_begins_the_next(xingyang):
    case = make_case(at=LONG_AGO, channel="complaint")
    actions.perform(case, Verb.TRIAGE, by=make_user("dispatcher"), given={"analysis": "现场核实"}, at=days_later(1))  # fmt: skip
    assert [row[:3] for row in told(case)] == [(LONG_AGO, days_later(1), "reported"), (days_later(1), None, "triaged")]


def test_a_change_without_an_act_takes_effect_now(xingyang):
    case = make_case(at=LONG_AGO)
    Case.objects.filter(pk=case.pk).update(status="void")
    (first, second) = told(case)
    assert first[:3] == (LONG_AGO, second[0], "reported")
    assert second[1:3] == (None, "void")
    assert timezone.now() - second[0] < timedelta(minutes=5)


def test_an_end_in_the_past_counts_from_then(xingyang):
    case = make_case(at=LONG_AGO)
    Case.objects.filter(pk=case.pk).update(status="closed", ended_at=days_later(9))
    assert [row[:3] for row in told(case)] == [(LONG_AGO, days_later(9), "reported"), (days_later(9), None, "closed")]


def test_an_act_told_late_never_reaches_behind_the_one_before_it(xingyang):
    case = make_case(at=LONG_AGO)
    act(case, "assigned", days_later(5))
    act(case, "verifying", days_later(2))
    assert [row[:3] for row in told(case)] == [
        (LONG_AGO, days_later(5), "reported"),
        (days_later(5), None, "verifying"),
    ]


def test_two_changes_before_one_act_are_one_change(xingyang):
    case = make_case(at=LONG_AGO)
    Case.objects.filter(pk=case.pk).update(status="triaged")
    act(case, "registered", days_later(1))
    assert [row[2] for row in told(case)] == ["reported", "registered"]


def test_an_act_of_a_later_transaction_does_not_date_an_earlier_change(xingyang):
    case = make_case(at=LONG_AGO)
    Case.objects.filter(pk=case.pk).update(status="triaged")
    in_a_transaction_of_its_own()
    moment = told(case)[1][0]
    case.events.create(region_id=case.region_id, verb=Verb.REMARK, status="triaged", at=days_later(1))
    assert told(case)[1][0] == moment
    act(case, "registered", moment + timedelta(days=1))
    assert [row[2] for row in told(case)] == ["reported", "triaged", "registered"]


def test_writing_what_does_not_matter_begins_no_spell(xingyang):
    case = make_case(at=LONG_AGO)
    in_a_transaction_of_its_own()
    Case.objects.filter(pk=case.pk).update(description="anders", due_at=timezone.now(), version=7)
    assert len(told(case)) == 1


def test_a_corrected_point_leaves_the_old_place_to_the_days_before(xingyang):
    case = make_case(at=LONG_AGO)
    in_a_transaction_of_its_own()
    rows("UPDATE cases_case SET geom = ST_Translate(geom, 0.01, 0) WHERE id = %s RETURNING 1", case.pk)
    before, after = CaseSpell.objects.filter(case=case).order_by("id")
    assert after.world_x - before.world_x == pytest.approx(0.01 / 360 * 2**31, abs=1)
    assert (before.world_y, before.until_at) == (after.world_y, after.from_at)


def test_the_quad_of_a_spell_is_its_pixel_with_the_bits_by_turns(xingyang):
    spell = CaseSpell.objects.get(case=make_case())
    columns, lines = (f"{pixel:031b}" for pixel in (spell.world_x, spell.world_y))
    assert spell.quad == int("".join(line + column for column, line in zip(columns, lines, strict=True)), 2)
    assert rows("SELECT morton(0, 0), morton(1, 0), morton(0, 1), morton(3, 2)") == [(0, 1, 2, 13)]


def test_a_new_group_answers_from_its_own_day_and_is_known_on_every_spell(xingyang):
    case = make_case(at=LONG_AGO)
    was = case.group_code
    act(case, "reported", days_later(4), group_code="G1", area_code="410182001")
    assert [(row[0], row[3]) for row in told(case)] == [(LONG_AGO, was), (days_later(4), "G1")]
    assert set(CaseSpell.objects.filter(case=case).values_list("group_now", flat=True)) == {"G1"}


def test_a_corrected_moment_of_the_report_moves_the_first_spell(xingyang):
    case = make_case(at=LONG_AGO)
    act(case, "assigned", days_later(3))
    Case.objects.filter(pk=case.pk).update(reported_at=days_later(-20))
    assert [row[:3] for row in told(case)] == [
        (days_later(-20), days_later(3), "reported"),
        (days_later(3), None, "assigned"),
    ]


def imported(edition, **changes):
    row = next(demonstration.rows(edition.region, edition, 1, 5))[0]
    bulk.insert(edition.region, edition, [type(row)(**{**vars(row), "reported_at": LONG_AGO, **changes})])
    return Case.objects.get(case_no=row.case_no)


def test_of_an_imported_ended_case_report_and_end_are_known(xingyang):
    case = imported(xingyang, status="archived", ended_at=days_later(40), clock_rule=None)
    assert [row[:3] for row in told(case)] == [
        (LONG_AGO, days_later(40), "reported"),
        (days_later(40), None, "archived"),
    ]


def test_an_imported_open_case_stands_in_its_state_from_the_report_on(xingyang):
    case = imported(xingyang, status="filed", ended_at=None, clock_rule=None)
    assert [row[:3] for row in told(case)] == [(LONG_AGO, None, "filed")]


def test_a_deleted_case_was_never_there(xingyang):
    case = make_case(at=LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_caseevent DISABLE TRIGGER append_only")
        for table in ("cases_caseevent", "cases_clock"):
            cursor.execute(f"DELETE FROM {table} WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_caseevent ENABLE TRIGGER append_only")
    assert not CaseSpell.objects.filter(case_id=case.pk).exists()


def test_a_case_merged_and_parted_again_stood_merged_in_between(xingyang):
    case = make_case(at=LONG_AGO)
    act(case, "merged", days_later(2), ended_at=days_later(2))
    act(case, "reported", days_later(6), ended_at=None)
    assert [row[2] for row in told(case)] == ["reported", "merged", "reported"]
    assert told(case)[1][:2] == (days_later(2), days_later(6))


FRESH_DAYS = """
SELECT region_id, day, group_code, sum(begun)::int, sum(ended)::int FROM (
    SELECT region_id, (reported_at AT TIME ZONE 'Asia/Shanghai')::date AS day, group_code, 1 begun, 0 ended
    FROM cases_case UNION ALL
    SELECT region_id, (ended_at AT TIME ZONE 'Asia/Shanghai')::date, group_code, 0, 1 FROM cases_case
    WHERE ended_at IS NOT NULL) x GROUP BY 1, 2, 3
"""
KEPT_DAYS = "SELECT region_id, day, group_code, begun, ended FROM cases_caseday WHERE begun <> 0 OR ended <> 0"


def test_the_days_equal_a_fresh_count_under_any_write(xingyang):
    fill(xingyang, 60)
    case = make_case(at=LONG_AGO)
    Case.objects.filter(pk=case.pk).update(status="closed", ended_at=days_later(1))
    Case.objects.filter(group_code="G3").update(group_code="G2")
    Case.objects.filter(status="archived").update(status="reported", ended_at=None)
    Case.objects.filter(channel="patrol").update(reported_at=days_later(-3))
    assert sorted(rows(KEPT_DAYS)) == sorted(rows(FRESH_DAYS))


KEPT = "SELECT case_id, from_at, until_at, status, group_code, area_code FROM cases_casespell ORDER BY case_id, id"


def spans():
    """Kept spans without empty ones, and without a seam between two that say the same."""
    found = []
    for case, from_at, until_at, *what in rows(KEPT):
        if from_at == until_at:
            continue
        if found and found[-1][0] == case and found[-1][3] == what:
            from_at = found.pop()[1]
        found.append((case, from_at, until_at, what))
    return sorted(found, key=str)


def test_the_trail_read_back_gives_what_the_triggers_kept(xingyang):
    fill(xingyang, 200)
    moved = list(Case.objects.open().order_by("id")[:30])
    for number, case in enumerate(moved):
        act(case, "verifying", case.reported_at + timedelta(days=1))
        if number % 3 == 0:
            act(case, "closed", case.reported_at + timedelta(days=9), ended_at=case.reported_at + timedelta(days=9))
    for case in (one for number, one in enumerate(moved) if number % 3):
        actions.override(Case.objects.get(pk=case.pk), area_code="", group_code="G2", reason="现场核实", by=make_user("dispatcher"))  # fmt: skip
    kept = spans()
    rows("DELETE FROM cases_casespell RETURNING 1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(MIGRATION.BACKFILL)
    assert spans() == kept
    assert CaseEvent.objects.exists()
    assert CaseSpell.objects.filter(until_at=None).count() == Case.objects.count()
