"""The played cases: every state twice, each with a history that the verbs wrote, and those that go another way."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from boundaries.models import Edition
from cases import clocks, demonstration_play, gates, metrics
from cases.accounts import make_demonstration_people
from cases.demonstration_stories import STORIES
from cases.facts import Facts
from cases.metrics import Figures, Period
from cases.models import Case, CaseEvent, Notice, Order, Party
from cases.verbs import Verb
from cases.workflow import Status
from tests.land import load_once

NOW = timezone.make_aware(datetime.fromisoformat("2026-11-25T10:00"))


@pytest.fixture(scope="module")
def _played(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made outside of any test's transaction and taken back behind the module's last."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media:
        load_once()
        with transaction.atomic():
            edition = Edition.objects.current_anywhere()
            make_demonstration_people(edition.region)
            yield demonstration_play.play(edition.region, edition, STORIES, 3, NOW)
            transaction.set_rollback(True)


@pytest.fixture
def played(_played, db):
    """The cases by their story's name."""
    return _played


def test_every_state_is_the_end_of_two_stories_at_least(played):
    reached = Counter(case.status for case in played.values())
    assert {state: reached[state] for state in Status if reached[state] < 2} == {}
    assert [name for name, case in played.items() if case.status != {s.name: s.ends for s in STORIES}[name]] == []


def test_each_history_is_one_chain_of_moments_that_have_passed(played):
    for name, case in played.items():
        events = list(case.events.order_by("id"))
        assert events[0].verb == Verb.REPORT, name
        assert [event.at for event in events] == sorted(event.at for event in events), name
        assert events[-1].at < NOW, name
        assert [event.from_status for event in events[1:]] == [event.status for event in events[:-1]], name
        assert all(event.by and event.unit for event in events), name
        numbered = [event.version for event in events if event.version]
        assert numbered == list(range(1, case.version + 1)), name


def test_people_act_on_working_days_in_office_hours(played):
    moments = [
        timezone.localtime(at) for at in CaseEvent.objects.filter(case__in=played.values()).values_list("at", flat=True)
    ]
    assert all(working(at.date()) for at in moments)
    assert {at.hour for at in moments} <= set(range(9, 18))


def test_everything_played_is_marked_as_made_up(played):
    cases = Case.objects.filter(pk__in=[case.pk for case in played.values()])
    assert not cases.exclude(demonstration=True).exists()
    assert not cases.exclude(description__startswith="演示数据，并非真实案件。").exists()
    assert not cases.exclude(address__contains="演示").exists()
    parties = Party.objects.filter(case__in=cases)
    assert parties.count() > 20
    assert not parties.exclude(name__startswith="演示").exists()
    assert not parties.exclude(uscc="", id_no="", phone="").exists()


def test_an_archived_case_holds_all_that_its_way_leaves_behind(played):
    case = played["归档"]
    kinds = set(case.documents.values_list("kind", flat=True))
    assert kinds >= {
        "report_register", "filing_approval", "site_inspection_record", "prior_notice", "penalty_decision",
        "service_receipt", "closing_approval",
    }  # fmt: skip
    assert case.evidence.get().medium == "photo"
    assert case.evidence.get().added_at == case.events.get(verb=Verb.EVIDENCE).at
    assert (case.dossier.fine, case.dossier.paid) == (36_000, 36_000)
    assert not case.clocks.running().exists()


def test_a_joint_inspection_has_three_stations_there_and_one_unit_away(played):
    units = played["联合检查有单位缺席"].inspections.get(kind="joint").units.all()
    assert sorted((row.unit.name, bool(row.signed_in_at), row.absence_reason) for row in units) == sorted(
        [("质监站", True, ""), ("安监站", True, ""), ("城建大队", True, ""), ("节能科", False, "另有任务，未到场")]
    )


def test_the_cases_that_go_another_way_stand_as_they_are_called(played):
    assert (played["中止"].hold, played["中止"].due_at) == ("suspended", None)
    assert played["缓办"].hold == "deferred"
    assert played["呈报后逾期未审查"].due_at < NOW
    assert played["办案期限届满未决定"].due_at < NOW
    escalated = played["拒不停工上报市查违办"]
    assert escalated.orders.get().state == Order.State.DISOBEYED
    assert escalated.events.get(verb=Verb.ESCALATE).data["to_authority"] == "市查违办"
    waiting = played["等待听证"].dossier
    assert waiting.hearing_at > NOW
    assert waiting.hearing_held_at is None
    assert played["并入已立案"].merged_into == played["已立案"]
    assert 20 < played["并入已立案"].geom.transform(4547, clone=True).distance(
        played["已立案"].geom.transform(4547, clone=True)
    ) < 100  # fmt: skip


def test_an_urging_has_run_out_without_a_reply(played):
    urging = played["督办未回复"].urgings.get()
    assert urging.due_at < NOW
    assert urging.replied_at is None


def test_violent_resistance_waits_for_its_video_before_the_archive(played):
    case = played["暴力抗法录像未归档"]
    arrow = case.table.arrow(Verb.ARCHIVE, Status.FOLLOW_UP)
    sentences = gates.missing(arrow.needs, Facts(case, at=NOW + timedelta(days=200)))
    assert len(sentences) == 1
    assert "S34" in sentences[0] or "录像" in sentences[0]


def test_what_is_stored_as_due_is_what_the_clocks_say(played):
    for name, case in played.items():
        assert case.due_at == clocks.nearest_due(case), name


def test_only_the_last_days_notices_are_unread(played):
    notices = Notice.objects.filter(case__in=played.values())
    unread = notices.filter(read_at=None)
    assert 0 < unread.count() < notices.count() / 2
    assert not unread.filter(at__lt=NOW - timedelta(days=7)).exists()


def shape(edition, seed):
    few = [story for story in STORIES if story.group == "G1"][:4]
    made = demonstration_play.play(edition.region, edition, few, seed, NOW)
    return [
        (name, case.geom.coords, case.address, list(case.events.values_list("verb", "at")))
        for name, case in made.items()
    ]


def test_the_same_seed_and_day_play_the_same(played, xingyang):
    assert shape(xingyang, 5) == shape(xingyang, 5)
    assert shape(xingyang, 5) != shape(xingyang, 6)


# By hand: what each played case counts for in the periods that hold all of it.
TRUE_AND_HANDLED = {
    "已停止施工", "已停止施工二", "已决定", "放弃听证后决定", "送达后起诉", "不予处罚已送达", "执行中部分缴款", "逾期决定执行中",
    "结案", "延期后结案", "后续监管", "暴力抗法录像未归档", "归档", "不予处罚归档", "立案后移送",
}  # fmt: skip
TRUE_IN_PROGRESS = {
    "单独办理待立案", "单独办理待立案二", "联合执法待立案", "联合执法待立案二", "已立案", "缓办", "联合检查有单位缺席",
    "中止", "办案期限届满未决定", "期限届满前缓办", "责令停止", "联合检查后责令停止", "拒不停工上报市查违办",
    "拒不停工上报市查违办二", "已告知", "等待听证", "法制审核中", "审核通过待决定",
}  # fmt: skip
DUE_IN_TIME = {
    "结案",
    "延期后结案",
    "后续监管",
    "暴力抗法录像未归档",
    "归档",
    "不予处罚归档",
    "立案后移送",
    "执行中部分缴款",
}
DUE_TOO_LATE = {"办案期限届满未决定", "逾期决定执行中"}
DUE_DEFERRED = {"期限届满前缓办"}


def test_the_rates_come_to_what_the_lists_say(played, xingyang):
    everything = metrics.figures(xingyang.region, now=NOW)[""]
    assert everything == Figures(
        found_true=len(TRUE_AND_HANDLED | TRUE_IN_PROGRESS),
        with_result=len(TRUE_AND_HANDLED),
        due=len(DUE_IN_TIME | DUE_TOO_LATE | DUE_DEFERRED),
        deferred=len(DUE_DEFERRED),
        on_time=len(DUE_IN_TIME),
    )
    assert everything.in_progress == len(TRUE_IN_PROGRESS)
    assert everything.handling_rate == 45.45  # 15 of 33
    assert everything.on_time_rate == 80.0  # 8 of 11 - 1


# The same from nothing but the events, in plain Python.


def working(day):
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


def ends_at(day):
    while not working(day):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def day_of(moment):
    return timezone.localdate(moment)


def limit_of(events):
    """Ninety days behind the filing, longer by extensions and by the days of hearings; None while suspended."""
    at = {event.verb: event.at for event in events}
    if "file_case" not in at or ("suspend" in at and "resume" not in at):
        return None
    days = 90 + 30 * ("extend" in at)
    if "schedule_hearing" in at:
        if "hold_hearing" not in at:
            return None
        days += (day_of(at["hold_hearing"]) - day_of(at["schedule_hearing"])).days
    return ends_at(day_of(at["file_case"]) + timedelta(days=days))


def counted(case, since, until):
    events = list(case.events.order_by("id"))
    verbs = [event.verb for event in events]
    at = {event.verb: event.at for event in events}
    inside = lambda moment: since <= day_of(moment) <= until  # noqa: E731
    found = Counter()
    gone = {"void", "merge"} & set(verbs)
    true = {"handle_alone", "require_joint"} & set(verbs) and not gone
    if true and inside(at.get("register", case.reported_at)):
        found["found_true"] += 1
        found["with_result"] += bool({"decide", "recheck_passed", "transfer_out"} & set(verbs))
    limit = limit_of(events)
    if limit and limit < NOW and inside(limit) and not gone:
        kept = min([at[verb] for verb in ("decide", "transfer_out") if verb in at], default=None)
        late = kept is None or kept > limit
        found["due"] += 1
        found["on_time"] += not late
        found["deferred"] += late and "defer" in verbs and at["defer"] <= limit
    return found


PERIODS = [
    (date(2000, 1, 1), date(2099, 12, 31)),
    *((date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1)) for month in range(1, 12)),
    (date(2026, 7, 1), date(2026, 9, 30)),
]


@pytest.mark.parametrize(("since", "until"), PERIODS)
def test_every_period_and_group_equals_the_count_from_the_events(played, xingyang, since, until):
    by_hand = {"": Counter()}
    for case in played.values():
        one = counted(case, since, until)
        by_hand[""] += one
        if one:
            by_hand.setdefault(case.group_code, Counter()).update(one)
    found = metrics.figures(xingyang.region, Period(since, until), now=NOW)
    assert found == {group: Figures(**numbers) for group, numbers in by_hand.items()}


def test_the_months_of_a_year_add_up_to_the_year(played, xingyang):
    months = [metrics.figures(xingyang.region, Period(*ends), now=NOW)[""] for ends in PERIODS[1:12]]
    year = metrics.figures(xingyang.region, Period(date(2026, 1, 1), date(2026, 11, 30)), now=NOW)[""]
    assert sum(months, Figures()) == year
    assert year.due == 11
