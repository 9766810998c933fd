"""The night: what pages show is what is stored in the morning, however often it runs; old answers are forgotten."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boundaries.models import User
from cases import clocks, nightly
from cases.models import Case, Clock, DeadlineRule, IdempotencyKey, WorkdayCorrection
from tests.cases.test_clocks import PAPER, at
from tests.factories import make_classified

NOW = at("2026-03-18 02:00")


@pytest.fixture
def region(xingyang):
    return xingyang.region


def a_night(region, now=NOW, **words):
    return vars(nightly.recompute(region, now, **words))


def stored():
    return sorted(Clock.objects.values_list("case_id", "code", "started_at", "due_at"))


def test_a_night_after_which_nothing_changed_changes_nothing(region):
    for day in ("02", "11", "17"):
        make_classified(at=at(f"2026-03-{day}"))
    before = stored()
    # On the 18th: 12 of 15 working days are gone of the first, which is yellow from the 10th on.
    expected = {"clocks": 3, "overdue": 0, "soon": 1, "clocks_moved": 0, "cases_moved": 0}
    assert (a_night(region), a_night(region)) == (expected, expected)
    assert stored() == before


def test_a_correction_moves_clocks_and_cases_and_both_agree_with_the_page(region):
    case, by = make_classified(at=at("2026-03-02")), User.objects.first()
    paused = make_classified(at=at("2026-03-02"), by=by)
    clocks.stop(paused, "D01", at=at("2026-03-02"))
    clocks.start(paused, "D15", at=at("2026-03-02"))
    clocks.start(paused, "D16", at=at("2026-03-02"))
    clocks.start(paused, "D03", at=at("2026-03-02"))
    clocks.extend(paused, "D03", by=by, at=at("2026-03-02"), **PAPER)
    clocks.pause(paused, ["D03"], at=at("2026-03-10"), **PAPER)
    clocks.refresh_due(paused)
    paused.save()
    for day in (date(2026, 3, 20), date(2026, 9, 2)):
        WorkdayCorrection.objects.create(region=region, date=day, is_workday=False)
    shown = {each.pk: {(c.code, c.started_at, c.due_at) for c in clocks.standing(each, NOW)} for each in (case, paused)}
    first, second = a_night(region), a_night(region)
    # D01 by the day off on 20 March, D15 and with it D16 by that on 2 September.
    assert (first["clocks_moved"], first["cases_moved"]) == (3, 2)
    assert (second["clocks_moved"], second["cases_moved"]) == (0, 0)
    for each in (case, paused):
        running = each.clocks.running()
        assert set(running.values_list("code", "started_at", "due_at")) == shown[each.pk]
        assert Case.objects.get(pk=each.pk).due_at == clocks.nearest_due(each)
    assert Case.objects.get(pk=case.pk).due_at == at("2026-03-24 23:59:59")


def test_a_changed_rule_moves_what_runs_by_it(region):
    case = make_classified(at=at("2026-03-02"))
    DeadlineRule.objects.filter(code="D01").update(amount=20)
    a_night(region)
    assert Case.objects.get(pk=case.pk).due_at == at("2026-03-30 23:59:59")


def test_a_case_without_clocks_keeps_its_date(region):
    case = make_classified(at=at("2026-03-02"))
    clocks.stop(case, "D01", at=at("2026-03-03"))
    a_night(region)
    assert Case.objects.get().due_at == case.due_at


def test_what_presses_is_told_once_a_portion(region, monkeypatch):
    monkeypatch.setattr(nightly, "AT_ONCE", 2)
    cases = [make_classified(at=at(f"2026-{day}")) for day in ("02-02", "03-02", "03-03", "03-17")]
    for case in cases:
        clocks.start(case, "D06", at=at("2026-03-02"))  # a wait presses nobody
    told = []
    night = a_night(region, tell=told.append)
    assert [[(case_id, face.code, face.colour) for case_id, face in portion] for portion in told] == [
        [(cases[0].pk, "D01", "red"), (cases[1].pk, "D01", "yellow")],
        [(cases[2].pk, "D01", "yellow")],
    ]
    assert (night["clocks"], night["overdue"], night["soon"]) == (8, 1, 2)
    assert told[0] == [
        (case.pk, face) for case in cases[:2] for face in clocks.standing(case, NOW) if face.code == "D01"
    ]


def test_queries_grow_with_the_portions_and_not_with_the_cases(region):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            a_night(region)
        return len(asked)

    make_classified(at=at("2026-03-02"))
    for_one = queries()
    for _number in range(5):
        make_classified(at=at("2026-03-02"))
    WorkdayCorrection.objects.create(region=region, date=date(2026, 3, 20), is_workday=False)
    to_mend = queries()
    assert (queries(), to_mend - for_one) == (for_one, 9)


def test_stored_answers_are_forgotten_after_thirty_days(region):
    user = make_classified().reported_by
    for days, key in ((29, "young"), (31, "old")):
        made = IdempotencyKey.objects.create(region=region, user=user, key=key, body_sha256="0" * 64)
        IdempotencyKey.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
    call_command("nightly")
    assert [row.key for row in IdempotencyKey.objects.all()] == ["young"]


def test_the_command_says_what_it_found(region, capsys):
    make_classified(at=at("2026-03-02"))
    call_command("nightly")
    assert capsys.readouterr().out.splitlines() == [
        "荥阳市：运行中的期限 1 个，其中逾期 1 个、临期 0 个；更新期限 0 个、案件 0 件。",
        "荥阳市：发出 1 条通知。",
        "荥阳市：已存 1 日的网格覆盖数据。",
        "已清除 0 条过期请求的应答。",
    ]
