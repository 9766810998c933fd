"""Circulars: proposed from figures, decided by another, delivered, acknowledged, objected to; every version kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from boundaries.models import Unit
from cases.metrics import Period
from oversight.circulars import acts, periods, proposing
from oversight.circulars.seen import visible_circulars
from oversight.models import Circular, CircularAct, CircularRules
from oversight.models.circular import CircularKind, CircularState
from oversight.refusals import NotNow, Refused, SamePerson
from oversight.statistics.measures import Measure
from tests.factories import make_user
from tests.oversight.circular_scene import MARCH, assessors, delivered, issued, proposed  # noqa: F401 -- a fixture
from tests.oversight.scene import noon

# ruff: noqa: F811


def refused_field(call, *given, **told):
    with pytest.raises(Refused) as caught:
        call(*given, **told)
    return caught.value.field


def test_a_circular_goes_from_the_proposal_to_the_receipt_and_says_who_did_what_when(assessors):
    one = delivered(assessors, day=date(2026, 4, 3))
    one = acts.acknowledge(one, by=assessors.of_unit, at=noon(date(2026, 4, 5)))
    assert (one.state, one.object_until) == (CircularState.ACKNOWLEDGED, date(2026, 4, 13))
    told = [(act.verb, act.by, act.at) for act in one.acts.all()]
    assert told == [
        ("propose", assessors.assessor, noon(date(2026, 4, 3))),
        ("issue", assessors.leader, noon(date(2026, 4, 3))),
        ("deliver", assessors.assessor, noon(date(2026, 4, 3))),
        ("acknowledge", assessors.of_unit, noon(date(2026, 4, 5))),
    ]


def test_neither_who_proposed_nor_who_changed_it_decides(assessors):
    both, other = make_user("assessor", "leader"), make_user("assessor", "leader")
    one = proposed(assessors, by=both)
    with pytest.raises(SamePerson):
        acts.issue(one, by=both)
    acts.change(one, text="改过", by=other)
    for person in (both, other):
        with pytest.raises(SamePerson):
            acts.issue(one, by=person)
    assert acts.issue(one, by=assessors.leader).decider == assessors.leader


def test_every_version_is_kept_and_what_is_decided_stays(assessors):
    one = acts.send_back(proposed(assessors, text="第一版"), note="请写明案件", by=assessors.leader)
    with pytest.raises(NotNow):
        acts.issue(one, by=assessors.leader)
    one = acts.issue(acts.change(one, text="第二版", by=assessors.assessor), by=assessors.leader)
    assert [act.data["text"] for act in one.acts.exclude(data={})] == ["第一版", "第二版"]
    with pytest.raises(NotNow):
        acts.change(one, text="第三版", by=assessors.assessor)
    for change in (lambda: CircularAct.objects.update(note="乙"), lambda: CircularAct.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_last_day_to_object_is_in_it_and_the_next_is_not(assessors):
    CircularRules.objects.create(region=assessors.region, objection_days=5)
    day = date(2026, 4, 3)
    for late, possible in ((5, True), (6, False)):
        one = delivered(assessors, day=day, kind="criticism" if possible else "commendation")
        moment = noon(day + timedelta(days=late))
        if possible:
            assert acts.object_to(one, note="数字有误", by=assessors.of_unit, at=moment).objection == "open"
        else:
            with pytest.raises(NotNow, match="2026-04-08"):
                acts.object_to(one, note="数字有误", by=assessors.of_unit, at=moment)


def test_an_objection_is_answered_by_another_and_what_is_upheld_is_withdrawn(assessors):
    at = noon(date(2026, 4, 4))
    objected = acts.object_to(delivered(assessors), note="数字有误", by=assessors.of_unit, at=at)
    with pytest.raises(SamePerson):
        acts.uphold(objected, note="同意", by=assessors.assessor, at=at)
    with pytest.raises(NotNow):
        acts.withdraw(objected, note="算了", by=assessors.leader, at=at)
    assert refused_field(acts.uphold, objected, note=" ", by=assessors.leader) == "note"
    upheld = acts.uphold(objected, note="系统延误", by=assessors.leader, at=at)
    assert (upheld.state, upheld.objection) == (CircularState.WITHDRAWN, "upheld")
    assert [(act.verb, act.note) for act in upheld.acts.all()][-2:] == [("object", "数字有误"), ("uphold", "系统延误")]
    again = acts.object_to(delivered(assessors), note="不服", by=assessors.of_unit, at=at)  # the period is free again
    kept = acts.reject(again, note="数字属实", by=assessors.leader, at=at)
    assert (kept.state, kept.objection) == (CircularState.DELIVERED, "rejected")
    with pytest.raises(NotNow):
        acts.object_to(kept, note="还是不服", by=assessors.of_unit, at=at)


def test_only_people_of_the_unit_receive_it_or_object(assessors):
    one = delivered(assessors)
    stranger = make_user("lead_unit", unit=Unit.objects.get(region=assessors.region, code="safety_station"))
    for act, told in ((acts.acknowledge, {}), (acts.object_to, {"note": "不服", "at": noon(date(2026, 4, 4))})):
        with pytest.raises(NotNow):
            act(one, by=stranger, **told)


def test_a_unit_sees_what_was_delivered_to_it_and_no_other_does(assessors):
    waiting = issued(assessors, kind="commendation")
    one = delivered(assessors)
    stranger = make_user("lead_unit", unit=Unit.objects.get(region=assessors.region, code="safety_station"))
    assert set(visible_circulars(assessors.of_unit)) == {one}
    assert set(visible_circulars(assessors.leader)) == set(visible_circulars(assessors.assessor)) == {one, waiting}
    assert not visible_circulars(stranger).exists()
    assert not visible_circulars(make_user("grid_member", unit=assessors.unit)).exists()


def test_what_cannot_be_is_refused_at_its_field(assessors):
    proposed(assessors)
    told = {"kind": "criticism", "period": MARCH, "text": "工作不力", "by": assessors.assessor}
    assert refused_field(acts.propose, assessors.unit, **told) == "kind"
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert refused_field(acts.propose, assessors.unit, **{**told, "period": quarter}) == "kind"
    first = {**told, "kind": "commendation"}
    assert refused_field(acts.propose, assessors.unit, **first, at=noon(date(2026, 3, 31))) == "period"
    assert refused_field(acts.propose, assessors.unit, **{**first, "text": " "}) == "text"
    city = Unit.objects.get(region=assessors.region, code="bureau")
    assert refused_field(acts.propose, city, **told) == "unit"
    assert Circular.objects.count() == 1
    acts.propose(assessors.unit, **first, at=noon(date(2026, 4, 1)))


def test_who_proposed_does_not_take_back_alone_what_is_decided(assessors):
    with pytest.raises(SamePerson):
        acts.withdraw(issued(assessors), note="有误", by=assessors.assessor)
    own = acts.withdraw(proposed(assessors, kind="commendation"), note="有误", by=assessors.assessor)
    assert own.state == CircularState.WITHDRAWN
    with pytest.raises(NotNow):
        acts.withdraw(own, note="有误", by=assessors.leader)


def rates(m1, m3):
    return {"M1_over": Measure("M1_over", *m1), "M3": Measure("M3", *m3)}


@pytest.mark.parametrize(
    ("m1", "m3", "kind", "why"),
    [
        ((4, 5), (4, 5), None, []),  # 80 percent is not below 80
        ((7999, 10000), (4, 5), "criticism", [("M1_over", 79.99, 80)]),
        ((5, 5), (3, 4), "criticism", [("M3", 75.0, 80)]),
        ((5, 5), (3, 3), "commendation", [("M1_over", 100.0, 100), ("M3", 100.0, 100)]),
        ((5, 5), (2, 2), None, []),  # of two cases nothing follows
        ((0, 2), (0, 0), None, []),
    ],
)
def test_a_proposal_says_which_figure_passed_which_threshold(m1, m3, kind, why):
    found = [(kind, figures) for kind, figures in proposing.judged(rates(m1, m3), CircularRules()) if figures]
    assert [kind for kind, _figures in found] == ([CircularKind(kind)] if kind else [])
    assert [(one.figure, one.value, one.threshold) for _kind, figures in found for one in figures] == why


@pytest.mark.parametrize(
    ("day", "length", "since", "until"),
    [
        (date(2026, 12, 31), "month", date(2026, 12, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), "month", date(2024, 2, 1), date(2024, 2, 29)),
        (date(2026, 4, 1), "quarter", date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 1), "quarter", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_periods_are_calendar_months_or_quarters(day, length, since, until):
    assert periods.containing(day, length) == Period(since, until)


def test_periods_that_are_over_are_told_newest_first():
    found = periods.ended(date(2026, 2, 1), "quarter", 2)
    assert [one.until for one in found] == [date(2025, 12, 31), date(2025, 9, 30)]
