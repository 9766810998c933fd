"""Every need of the table: the arrow is refused with its sentence while it is missing, and open once it is there."""

import pytest
from django.utils import timezone, translation

from cases import actions, clocks
from cases.actions.engine import obstacles
from cases.facts import Facts
from cases.gates import missing
from cases.models import Case
from cases.verbs import Need, Verb
from tests.cases.gate_scenes import (
    SCENES,
    N,
    ago,
    both,
    case_says,
    dossier_says,
    follow_up,
    nothing,
    run_out,
    running,
    two_years_before,
)
from tests.cases.journey import Crew
from tests.cases.standing import change, evidence, file_says, fined, order, party, stand


@pytest.fixture
def crew(xingyang):
    clocks.RuleBook(xingyang.region).on("D01", timezone.localdate())  # the region's rules are there
    return Crew()


def sentences(case, scene, by):
    fresh = Case.objects.get(pk=case.pk)
    with translation.override("en"):
        return obstacles(fresh.table.arrow(Verb(scene.verb), scene.status), Facts(fresh, by=by))


def says(scene, told):
    return any(scene.says in sentence for sentence in told)


def test_every_need_has_a_scene():
    assert set(SCENES) == set(Need)


@pytest.mark.parametrize("need", Need, ids=lambda need: need.name.lower())
def test_an_arrow_is_refused_with_its_sentence_while_its_need_is_missing(crew, need):
    scene, case = SCENES[need], stand(crew, SCENES[need].status)
    by = getattr(crew, scene.by)
    scene.missing(case, crew)
    assert says(scene, sentences(case, scene, by))
    before = (Case.objects.get(pk=case.pk).version, case.events.count())
    with translation.override("en"), pytest.raises(actions.Refused, match=scene.says.split(":")[0]) as refused:
        actions.perform(case, scene.verb, by=by)
    assert says(scene, refused.value.sentences)
    assert (Case.objects.get(pk=case.pk).version, case.events.count()) == before
    scene.there(case, crew)
    assert not says(scene, sentences(case, scene, by))


def test_the_page_and_the_api_ask_the_same_gates_before_the_button_is_pressed(crew, client):
    case = stand(crew, "served", dossier={"fine": 100})
    client.force_login(crew.first)
    told = client.get(f"/api/v1/cases/{case.case_no}/actions/", headers={"accept-language": "en"}).json()
    (close,) = [step for step in told if step["verb"] == "close"]
    assert close["missing"] == ["100.00 yuan of the fine are not paid yet."]


# Edges beside the scenes


@pytest.mark.parametrize(
    ("need", "status", "write"),
    [
        (N.STATE_LAND, "single_unit", lambda case, crew: (change(case, land_ownership="unverified"),
                                                          file_says(case, land_evidence="荥国用12号"))),
        (N.STATE_LAND, "single_unit", lambda case, crew: (change(case, land_ownership="collective"),
                                                          file_says(case, land_evidence="荥国用12号"))),
        (N.TWO_CERTIFIED, "investigating", lambda case, crew: change(crew.second, is_active=False)),
        (N.TWO_CERTIFIED, "investigating", lambda case, crew: change(crew.second, unit=crew.brigade.unit)),
        (N.HEARING_REQUESTED, "notified", dossier_says(hearing_requested_at=ago, hearing_held_at=ago)),
        (N.HEARING_SCHEDULED, "notified", nothing),
        (N.HEARING_SETTLED, "reviewing", both(lambda case, crew: fined(case, 60_000), run_out("D06"),
                                              dossier_says(notified_at=ago, hearing_requested_at=ago))),
        (N.HEARING_SETTLED, "reviewing", both(lambda case, crew: fined(case, 60_000), dossier_says(notified_at=ago))),
        (N.DEFENCE_HEARD, "notified", nothing),
        (N.LEGALLY_REVIEWED, "reviewing", lambda case, crew: file_says(
            case, legal_reviewed_at=ago(), legal_reviewer=crew.legal, handler=crew.legal)),
        (N.DISCUSSED, "reviewing", case_says(is_joint=True)),
        (N.DISCUSSED, "reviewing", dossier_says(hearing_held_at=ago)),
        (N.ORDERS_SETTLED, "served", lambda case, crew: order(case, "disobeyed")),
        (N.MEASURES_ENDED, "served", dossier_says(evidence_registered_at=ago)),
        (N.DEMAND_RUN, "enforcing", run_out("D17")),
        (N.RELIEF_RUN, "enforcing", nothing),
        (N.RELIEF_RUN, "enforcing", both(running("D15", for_days=0), run_out("D14"))),
        (N.VIDEO_FILED, "follow_up", both(dossier_says(violent_resistance=True),
                                          lambda case, crew: evidence(case, medium="video"))),
        (N.FOLLOW_UP_RUN, "follow_up", follow_up(visited=False, until=0)),
        (N.OWN_VIOLATION, "investigating", nothing),
        (N.OUTCOMES_PROPOSED, "investigating", nothing),
    ],
)  # fmt: skip
def test_a_gate_stays_shut_at_its_edges(crew, need, status, write):
    case = stand(crew, status)
    write(case, crew)
    assert alone(need, case, crew.brigade if need is N.OWN_VIOLATION else crew.leader)


@pytest.mark.parametrize(
    ("need", "status", "write"),
    [
        (N.WITHIN_LIMITATION, "single_unit", nothing),
        (N.WITHIN_LIMITATION, "single_unit", lambda case, crew: file_says(
            case, violation_end=two_years_before(case, and_days=900), safety_danger=True)),
        (N.PARTIES_NAMED, "investigating", run_out("D23")),
        (N.JOINT_EVIDENCE, "investigating", nothing),
        (N.AS_NOTIFIED, "notified", lambda case, crew: fined(case, 100)),
        (N.DEFENCE_HEARD, "notified", run_out("D08")),
        (N.HEARING_SETTLED, "reviewing", both(lambda case, crew: fined(case, 60_000), dossier_says(notified_at=ago),
                                              run_out("D06"))),
        (N.HEARING_SETTLED, "reviewing", both(lambda case, crew: fined(case, "49999.99"),
                                              dossier_says(notified_at=ago))),
        (N.HEARING_SETTLED, "reviewing", both(lambda case, crew: fined(case, 60_000), dossier_says(
            notified_at=ago, hearing_requested_at=ago, hearing_held_at=ago))),
        (N.DISCUSSED, "reviewing", nothing),
        (N.FINE_SETTLED, "enforcing", dossier_says(fine=100, court_at=ago)),
        (N.ORDERS_SETTLED, "enforcing", both(lambda case, crew: order(case), dossier_says(court_at=ago))),
        (N.VIDEO_FILED, "follow_up", nothing),
        (N.DEMAND_RUN, "enforcing", both(dossier_says(demanded_at=ago), run_out("D17"))),
    ],
)  # fmt: skip
def test_a_gate_stands_open_at_its_edges(crew, need, status, write):
    case = stand(crew, status)
    write(case, crew)
    assert alone(need, case, crew.leader) == []


def alone(need, case, by):
    """What one need says of the case."""
    return missing([need], Facts(Case.objects.get(pk=case.pk), by=by))


def test_a_natural_person_may_be_heard_from_five_thousand_yuan_on(crew):
    case = stand(crew, "notified")
    party(case, is_natural=True, kind="person")
    fined(case, "4999.99")
    assert not Facts(case).hearing_required
    fined(case, 5_000)
    assert Facts(case).hearing_required


@pytest.mark.parametrize("hold", ["suspended", "deferred"])
def test_a_case_on_hold_goes_nowhere_but_on_or_away(crew, hold):
    case = stand(crew, "investigating", hold=hold)
    with translation.override("en"):
        steps = [step for person in vars(crew).values() for step in actions.steps(case, person)]
    on = {step.verb.value for step in steps if not any("resume it first" in told for told in step.obstacles)}
    assert on == {"resume", "void", "supervise", "reply_supervision", "remark", "arrive", "contribute"}


def test_nobody_resumes_what_is_not_on_hold(crew):
    with pytest.raises(actions.Refused):
        actions.perform(stand(crew, "investigating"), "resume", by=crew.leader, given={"reason": "x"})


def test_a_void_case_is_on_hold_no_longer(crew):
    case = stand(crew, "investigating", hold="suspended")
    done = actions.perform(case, "void", by=crew.leader, given={"reason": "重复立案"})
    assert (done.status, done.hold, done.events.last().data["changes"]["hold"]) == ("void", "", ["suspended", ""])
