"""Clocks as rows: what a case's clocks show after each thing that happens to them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from cases import clocks, running_clocks
from cases.models import Case, Clock, DeadlineRule, WorkdayCorrection
from tests.cases.journey import Crew, Journey
from tests.factories import make_classified, make_user
from tests.pages import words as words_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAPER = {"reason": "委托检测", "document": "荥建检字〔2026〕第003号"}


def at(text):
    """A moment in 荥阳, at ten where no time is given."""
    return datetime.fromisoformat(text if " " in text else f"{text} 10:00").replace(tzinfo=SHANGHAI)


@pytest.fixture
def case(xingyang):
    """Reported on Monday, 2 March 2026: the clue is to be checked by Monday, 23 March."""
    return make_classified(at=at("2026-03-02"))


@pytest.fixture
def filed(case):
    """… and filed on the same day: 90 days end on Sunday, 31 May, so on Monday, 1 June."""
    clocks.stop(case, "D01", at=at("2026-03-02"), verb="file")
    clocks.start(case, "D03", at=at("2026-03-02"))
    return case


def shown(case, now="2026-03-02"):
    return {clock.code: clock for clock in clocks.standing(case, at(now))}


def last_day(clock):
    return clock.due_at and str(clock.due_at.astimezone(SHANGHAI).date())


def test_a_report_starts_the_check_of_its_clue(case):
    (clock,) = case.clocks.all()
    assert (clock.code, clock.started_at, clock.due_at) == ("D01", at("2026-03-02"), at("2026-03-23 23:59:59"))
    assert Case.objects.get().due_at == clock.due_at == clocks.nearest_due(case)


def test_a_clock_says_what_it_is_how_long_is_left_and_why(case):
    (clock,) = clocks.standing(case, at("2026-03-13"))
    assert (clock.code, clock.name, clock.kind, clock.days_left, clock.is_over) == (
        "D01",
        "线索核查",
        "limit",
        6,
        False,
    )
    assert (clock.standing, clock.provisional) == ("待法制科确认", "")
    assert clock.why == (
        "自 2026-03-02（收到线索）起 15 个工作日。最后一日为 2026-03-23。"
        "依据：住房和城乡建设行政处罚程序规定（住建部令第55号），条文未核对（待法制科确认）。"
    )


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ("2026-03-02", "green"),
        ("2026-03-13", "green"),  # the 9th working day
        ("2026-03-16", "yellow"),  # the 10th
        ("2026-03-22", "yellow"),
        ("2026-03-23 00:00", "red"),  # the 15th, the last
        ("2026-03-24", "red"),
    ],
)
def test_the_check_of_a_clue_warns_on_its_tenth_and_its_last_day(case, now, colour):
    assert shown(case, now)["D01"].colour == colour


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ("2026-04-30", "green"),  # 59 days: 29 in Mar, 30 in Apr
        ("2026-05-01", "yellow"),
        ("2026-05-16", "orange"),  # 75
        ("2026-05-26", "red"),  # 85
    ],
)
def test_a_decision_warns_by_its_own_points_and_an_extension_moves_them(filed, now, colour):
    assert shown(filed, now)["D03"].colour == colour
    clocks.extend(filed, "D03", by=make_user(), at=at("2026-04-01"), **PAPER)
    later = at(now) + timedelta(days=30)
    assert clocks.standing(filed, later)[0].colour == colour


@pytest.mark.parametrize(
    ("now", "colour"), [("2026-03-05", "green"), ("2026-03-09", "yellow"), ("2026-03-11", "yellow")]
)
def test_a_rule_without_points_of_its_own_warns_from_the_last_third_on(case, now, colour):
    """Seven working days from Monday: Wednesday, 11 March; two are left on Monday, 9 March."""
    clocks.start(case, "D02", at=at("2026-03-02"))
    assert shown(case, now)["D02"].colour == colour


def test_the_last_second_is_in_time_and_the_next_is_late(case):
    over = [shown(case, f"2026-03-{moment}")["D01"].is_over for moment in ("23 23:59:59", "24 00:00:00")]
    assert over == [False, True]


def test_a_clock_started_twice_runs_once(filed):
    first = clocks.start(filed, "D03", at=at("2026-04-01"))
    assert (first.started_at, filed.clocks.running().count()) == (at("2026-03-02"), 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(region=filed.region, case=filed, rule=first.rule, code="D03", started_at=at("2026-04-01"))


def test_a_stopped_clock_shows_no_more_and_keeps_who_stopped_it_and_its_end(case):
    clock = clocks.stop(case, "D01", at=at("2026-03-05"), verb="register")
    assert (clock.stopped_at, clock.stopped_by, last_day(clock)) == (at("2026-03-05"), "register", "2026-03-23")
    assert (clocks.standing(case), clocks.stop(case, "D01", at=at("2026-03-06"))) == ([], None)
    assert (clocks.refresh_due(case), case.due_at) == (None, None)


def test_a_pause_has_no_end_until_it_is_over_and_then_its_days_do_not_count(filed):
    (paused,) = clocks.pause(filed, ["D03", "D01"], at=at("2026-03-10"), **PAPER)
    assert (paused.due_at, paused.paused_since) == (None, at("2026-03-10"))
    face = shown(filed, "2026-03-18")["D03"]
    assert (face.colour, face.due_at, face.days_left) == ("paused", None, 82)  # eight days had gone by
    assert "自 2026-03-10 起暂停（委托检测）。" in face.why
    assert clocks.nearest_due(filed) is None
    (running,) = clocks.resume(filed, ["D03"], at=at("2026-03-20"))
    assert (last_day(running), running.paused_since) == ("2026-06-10", None)
    assert "2026-03-10 至 2026-03-20 暂停 10 日（委托检测），不计入。" in shown(filed)["D03"].why


def test_a_second_pause_adds_to_the_first_and_a_paused_clock_is_paused_once(filed):
    for begin, end in (("2026-03-10", "2026-03-20"), ("2026-04-01", "2026-04-16")):
        assert len(clocks.pause(filed, ["D03"], at=at(begin), **PAPER)) == 1
        assert clocks.pause(filed, ["D03"], at=at(end), **PAPER) == []
        clocks.resume(filed, ["D03"], at=at(end))
    assert (last_day(shown(filed)["D03"]), clocks.resume(filed, ["D03"], at=at("2026-05-01"))) == ("2026-06-25", [])


def test_pauses_of_two_causes_overlap_and_each_ends_by_itself(filed):
    """10–20 March for a hearing, 15–25 March for a suspension: together 15 days, behind Sunday, 31 May."""
    for day, cause in (("10", "hearing"), ("15", "suspension")):
        assert len(clocks.pause(filed, ["D03"], at=at(f"2026-03-{day}"), cause=cause, **PAPER)) == 1
    (still,) = clocks.resume(filed, ["D03"], at=at("2026-03-20"), cause="hearing")
    assert (still.due_at, still.paused_since) == (None, at("2026-03-15"))
    assert clocks.resume(filed, ["D03"], at=at("2026-03-21")) == []  # nobody paused it by hand
    (running,) = clocks.resume(filed, ["D03"], at=at("2026-03-25"), cause="suspension")
    assert (last_day(running), running.paused_since) == ("2026-06-15", None)


def test_a_clock_stopped_in_two_pauses_has_both_closed(filed):
    for cause in ("hearing", "suspension"):
        clocks.pause(filed, ["D03"], at=at("2026-03-10"), cause=cause, **PAPER)
    clock = clocks.stop(filed, "D03", at=at("2026-03-20"))
    assert (clock.pauses.filter(to_at=None).count(), last_day(clock)) == (0, "2026-06-10")


def test_a_suspension_in_the_midst_of_a_hearing_leaves_the_hearing_s_pause(xingyang):
    """Scheduled hearing, suspended, resumed: the decision's clock stands still until the hearing is held."""
    journey = Journey(Crew()).to_notified()
    crew = journey.crew
    journey.do("request_hearing", crew.first, days=1, text="当事人申请听证")
    journey.do(
        "schedule_hearing", crew.legal, hearing_at=journey.later(days=14), place="局三楼会议室", chair="法制员一"
    )
    journey.do("suspend", crew.leader, days=1, reason="等待检测", document="中止审批表")
    journey.do("resume", crew.leader, days=3, reason="检测已出")
    assert journey.case.clocks.get(code="D03").due_at is None
    assert running_clocks.paused(journey.case) == []
    journey.do("hold_hearing", crew.legal, days=11, text="听证笔录")
    assert journey.case.clocks.get(code="D03").due_at


def test_what_the_rule_does_not_let_pause_runs_on(case):
    assert clocks.pause(case, ["D01"], at=at("2026-03-10"), **PAPER) == []
    assert last_day(shown(case)["D01"]) == "2026-03-23"


def test_a_clock_that_had_ended_stays_overdue_whoever_pauses_it(filed):
    clocks.pause(filed, ["D03"], at=at("2026-06-05"), **PAPER)
    face = shown(filed, "2026-06-08")["D03"]
    assert (face.colour, face.is_over, last_day(face)) == ("red", True, "2026-06-01")
    assert clocks.nearest_due(filed) == face.due_at


def test_a_paused_clock_that_is_stopped_has_its_pause_closed(filed):
    clocks.pause(filed, ["D03"], at=at("2026-03-10"), **PAPER)
    clock = clocks.stop(filed, "D03", at=at("2026-03-20"))
    assert (clock.pauses.get().to_at, clock.paused_since, last_day(clock)) == (at("2026-03-20"), None, "2026-06-10")


def test_a_pause_cannot_end_before_it_began(filed):
    clocks.pause(filed, ["D03"], at=at("2026-03-10"), **PAPER)
    with pytest.raises(clocks.ClockRefused) as refused:
        clocks.resume(filed, ["D03"], at=at("2026-03-09"))
    assert refused.value.field == "at"


def test_extensions_are_the_steps_of_the_rule_and_no_more(filed):
    by, ends = make_user(), []
    for _step in range(2):
        clocks.extend(filed, "D03", by=by, at=at("2026-04-01"), **PAPER)
        ends.append(last_day(shown(filed)["D03"]))
    assert ends == ["2026-06-30", "2026-08-31"]
    assert list(filed.clocks.get(code="D03").extensions.values_list("amount", "by", "document")) == [
        (30, by.pk, PAPER["document"]), (60, by.pk, PAPER["document"]),
    ]  # fmt: skip
    with pytest.raises(clocks.NotExtendable, match="D03 作出处理决定已延长 2 次，不能再延长"):
        clocks.extend(filed, "D03", by=by, at=at("2026-04-01"), **PAPER)


def test_a_pause_and_an_extension_add_up(filed):
    clocks.pause(filed, ["D03"], at=at("2026-03-10"), **PAPER)
    clocks.extend(filed, "D03", by=make_user(), at=at("2026-03-12"), **PAPER)
    clocks.resume(filed, ["D03"], at=at("2026-03-20"))
    assert last_day(shown(filed)["D03"]) == "2026-07-10"  # 31 May, 30 and 10


@pytest.mark.parametrize(
    ("code", "when", "sentence"),
    [("D05", "2026-03-03", "D05"), ("D02", "2026-03-03", "不可延长"), ("D03", "2026-06-02", "2026-06-01")],
)
def test_what_does_not_run_has_no_steps_or_has_ended_is_not_extended(filed, code, when, sentence):
    clocks.start(filed, "D02", at=at("2026-03-02"))
    with pytest.raises(clocks.NotExtendable, match=sentence):
        clocks.extend(filed, code, by=make_user(), at=at(when), **PAPER)


@pytest.mark.parametrize("missing", ["reason", "document"])
def test_a_pause_and_an_extension_need_a_reason_and_a_document(filed, missing):
    told = {**PAPER, missing: "  "}
    for ask in (
        lambda: clocks.pause(filed, ["D03"], at=at("2026-03-10"), **told),
        lambda: clocks.extend(filed, "D03", by=make_user(), at=at("2026-03-10"), **told),
    ):
        with pytest.raises(clocks.ClockRefused) as refused:
            ask()
        assert refused.value.field == missing


def test_nothing_before_a_wait_has_run(case):
    """Five working days from Thursday, 12 March: Thursday, 19 March."""
    assert (clocks.not_before(case, "D06"), clocks.has_run(case, "D06", at("2026-03-20"))) == (None, False)
    clocks.start(case, "D06", at=at("2026-03-12"))
    assert clocks.not_before(case, "D06") == at("2026-03-20 00:00")
    assert [clocks.has_run(case, "D06", at(f"2026-03-{when}")) for when in ("19 23:59:59", "20 00:00")] == [False, True]
    assert (shown(case, "2026-03-19")["D06"].colour, shown(case, "2026-03-20")["D06"].is_over) == ("green", True)


def test_a_wait_that_is_stopped_early_is_over_when_it_would_have_been(case):
    clocks.start(case, "D06", at=at("2026-03-12"))
    clocks.stop(case, "D06", at=at("2026-03-16"))
    assert [clocks.has_run(case, "D06", at(f"2026-03-{day}")) for day in (17, 20)] == [False, True]


def test_a_wait_whose_rule_the_administrator_ended_holds_nobody(case):
    DeadlineRule.objects.filter(code="D08").update(active_to=date(2025, 12, 31))
    assert clocks.start(case, "D08", at=at("2026-03-12")) is None
    assert clocks.has_run(case, "D08", at("2026-03-12"))


def test_a_note_has_no_clock(case):
    assert clocks.start(case, "D13", at=at("2026-03-12")) is None


def test_applying_to_the_court_begins_where_the_time_to_sue_ends_and_moves_with_it(case):
    """Six months from 2 March end on 2 September; three more on 2 December, a Wednesday."""
    clocks.stop(case, "D01", at=at("2026-03-02"))
    clocks.start(case, "D15", at=at("2026-03-02"))
    clocks.start(case, "D16", at=at("2026-03-02"))
    clocks.start(case, "D19", at=at("2026-03-02"))
    assert {code: last_day(clock) for code, clock in shown(case).items()} == {
        "D15": "2026-09-02", "D16": "2026-12-02", "D19": "2026-09-02",
    }  # fmt: skip
    assert {code: clock.colour for code, clock in shown(case, "2026-11-01").items()} == {
        "D15": "green", "D16": "orange", "D19": "green",
    }  # fmt: skip
    WorkdayCorrection.objects.create(region=case.region, date=date(2026, 9, 2), is_workday=False)
    assert [last_day(shown(case)[code]) for code in ("D15", "D16", "D19")] == ["2026-09-03", "2026-12-03", "2026-09-03"]
    assert not clocks.has_run(case, "D19", at("2026-09-03"))
    assert clocks.nearest_due(case) == shown(case)["D16"].due_at


def test_a_clock_behind_another_waits_for_it(case):
    with pytest.raises(clocks.NotPossibleNow, match="D15"):
        clocks.start(case, "D16", at=at("2026-03-02"))
    clocks.start(case, "D15", at=at("2026-03-02"))
    clocks.stop(case, "D15", at=at("2026-03-20"))
    assert last_day(clocks.start(case, "D16", at=at("2026-03-20"))) == "2026-06-22"  # Sat 20, off to Sunday


def test_the_nearest_date_of_a_case_is_what_we_must_do_and_not_what_others_may(filed):
    clocks.start(filed, "D12", at=at("2026-03-02"))
    clocks.start(filed, "D06", at=at("2026-03-02"))
    clocks.start(filed, "D09", at=at("2026-03-02"))
    assert [clock.code for clock in clocks.standing(filed, at("2026-03-02"))] == ["D06", "D09", "D12", "D03"]
    assert last_day(shown(filed)["D09"]) == "2026-03-11"
    clocks.refresh_due(filed)
    assert filed.due_at == at("2026-03-11 23:59:59")


def test_whatever_runs_stops_as_a_case_ends(filed):
    clocks.start(filed, "D09", at=at("2026-03-02"))
    clocks.pause(filed, ["D03"], at=at("2026-03-03"), **PAPER)
    assert clocks.stop_all(filed, at=at("2026-03-04"), verb="void") == ["D03", "D09"]
    assert (clocks.standing(filed), clocks.refresh_due(filed)) == ([], None)


def test_a_rule_that_takes_over_is_for_new_clocks_and_running_ones_keep_theirs(case):
    rule = DeadlineRule.objects.get(code="D01")
    rule.pk, rule.amount, rule.active_from = None, 5, date(2026, 3, 10)
    rule.save()
    later = make_classified(at=at("2026-03-10"))
    assert [last_day(shown(each)["D01"]) for each in (case, later)] == ["2026-03-23", "2026-03-17"]


def test_a_date_in_a_year_that_nobody_announced_says_so(xingyang):
    case = make_classified(at=at("2040-12-17"))
    (clock,) = clocks.standing(case, at("2040-12-18"))
    assert clock.provisional == "2040、2041 年的节假日安排尚未公布或未录入，按周一至周五暂算。"
    for year in (2040, 2041):
        WorkdayCorrection.objects.create(
            region=case.region, date=date(year, 1, 1), is_workday=False, completes_year=True
        )
    assert clocks.standing(case, at("2040-12-18"))[0].provisional == ""


def test_a_clock_speaks_the_language_of_whoever_reads_it(case):
    with translation.override("en"):
        assert clocks.standing(case, at("2026-03-02"))[0].why.startswith(
            "15 working days from 2026-03-02 (收到线索). The last"
        )


def test_reading_a_case_s_clocks_takes_five_queries(filed, django_assert_num_queries):
    clocks.start(filed, "D09", at=at("2026-03-02"))
    clocks.start(filed, "D12", at=at("2026-03-02"))
    with django_assert_num_queries(5):
        clocks.standing(filed)


@pytest.mark.parametrize(
    ("code", "now", "words"),
    [
        ("D01", "2026-03-13", "剩余 6 个工作日"),
        ("D01", "2026-03-23", "今日为最后一日"),
        ("D01", "2026-03-25", "逾期 2 个工作日"),
        ("D15", "2026-09-01", "剩余 1 日"),
        ("D15", "2026-09-03", "已届满"),
    ],
)
def test_what_is_left_is_said_in_days_that_people_plan_by(case, code, now, words):
    clocks.start(case, code, at=at("2026-03-02"))
    assert shown(case, now)[code].left_words == words


def test_page_and_api_tell_of_the_same_clocks(filed, client):
    client.force_login(make_user("dispatcher"))
    clocks.pause(filed, ["D03"], at=at("2026-03-10"), **PAPER)
    clocks.start(filed, "D14", at=at("2040-12-01"))
    said = words_of(client.get(filed.get_absolute_url()))
    told = client.get(f"/api/v1/cases/{filed.case_no}/").json()["properties"]["clocks"]
    assert [(clock["code"], clock["left_words"], clock["colour"]) for clock in told] == [
        (clock.code, clock.left_words, clock.colour) for clock in clocks.standing(filed)
    ]
    assert [clock["code"] for clock in told] == ["D14", "D03"]
    assert "作出处理决定 已暂停，剩余 82 日" in said
    for clock in told:
        assert clock["why"] in said
        assert clock["provisional"] in said
